//! What lies around the lines: compression, and encryption in the `age` format, which other programs open, too.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};

use age::secrecy::SecretString;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use super::{Fault, Locked, Result};

/// What every file of the `age` format begins with.
const AGE: &[u8] = b"age-encryption.org/";
/// What compressed data begins with.
const GZIP: &[u8] = &[0x1f, 0x8b];

/// With what a backup is encrypted.
pub enum Lock {
    /// For whoever holds the key file: its public half.
    Recipient(age::x25519::Recipient),
    /// With a passphrase.
    Passphrase(SecretString),
    /// Not at all.
    Open,
}

/// With what a backup is opened.
pub enum Key {
    /// The key file's identity.
    Identity(age::x25519::Identity),
    /// A passphrase.
    Passphrase(SecretString),
    /// Nothing: for a backup that is not encrypted.
    None,
}

/// A file being written through the lock.
pub(super) enum Wrapped {
    Locked(Box<GzEncoder<age::stream::StreamWriter<BufWriter<File>>>>),
    Open(Box<GzEncoder<BufWriter<File>>>),
}

impl Wrapped {
    pub(super) fn new(file: File, lock: Lock) -> std::io::Result<Self> {
        let file = BufWriter::new(file);
        let encryptor = match &lock {
            Lock::Open => {
                return Ok(Self::Open(Box::new(GzEncoder::new(
                    file,
                    Compression::default(),
                ))));
            }
            Lock::Recipient(recipient) => {
                let recipients = std::iter::once(recipient as &dyn age::Recipient);
                age::Encryptor::with_recipients(recipients).map_err(std::io::Error::other)?
            }
            Lock::Passphrase(passphrase) => {
                age::Encryptor::with_user_passphrase(passphrase.clone())
            }
        };
        let locked = encryptor.wrap_output(file)?;
        Ok(Self::Locked(Box::new(GzEncoder::new(
            locked,
            Compression::default(),
        ))))
    }

    /// Ends the compression and the encryption, and waits until the disk has it all.
    pub(super) fn finish(self) -> std::io::Result<u64> {
        let mut file = match self {
            Self::Locked(packed) => packed.finish()?.finish()?,
            Self::Open(packed) => packed.finish()?,
        };
        file.flush()?;
        let file = file.into_inner().map_err(|error| error.into_error())?;
        file.sync_all()?;
        Ok(file.metadata()?.len())
    }
}

impl Write for Wrapped {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::Locked(packed) => packed.write(bytes),
            Self::Open(packed) => packed.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::Locked(packed) => packed.flush(),
            Self::Open(packed) => packed.flush(),
        }
    }
}

/// Opens a backup for reading its lines.
pub(super) fn open(file: File, key: &Key) -> Result<Box<dyn BufRead>> {
    let mut file = BufReader::new(file);
    let begins = file.fill_buf()?;
    if begins.starts_with(GZIP) {
        return Ok(Box::new(BufReader::new(GzDecoder::new(file))));
    }
    if !begins.starts_with(AGE) {
        return Err(Fault::NotABackup);
    }
    let decryptor = age::Decryptor::new_buffered(file).map_err(|_| Fault::NotABackup)?;
    let opened: Box<dyn Read> = match (decryptor.is_scrypt(), key) {
        (true, Key::Passphrase(passphrase)) => {
            let identity = age::scrypt::Identity::new(passphrase.clone());
            let opened = decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity));
            Box::new(opened.map_err(|_| Fault::Locked(Locked::WrongPassphrase))?)
        }
        (false, Key::Identity(identity)) => {
            let opened = decryptor.decrypt(std::iter::once(identity as &dyn age::Identity));
            Box::new(opened.map_err(|_| Fault::Locked(Locked::WrongKeyFile))?)
        }
        (true, Key::Identity(_) | Key::None) => {
            return Err(Fault::Locked(Locked::NeedsPassphrase));
        }
        (false, Key::Passphrase(_) | Key::None) => {
            return Err(Fault::Locked(Locked::NeedsKeyFile));
        }
    };
    Ok(Box::new(BufReader::new(GzDecoder::new(opened))))
}
