//! Files that people attach: what they are, found in their bytes and not in their names.
//!
//! A picture comes out without what stands beside it (place, camera, time, comments, previews); everything else comes out as it
//! went in. Pictures are copied piece by piece rather than decoded and encoded again: nothing of the picture is lost, and
//! no decoder has to read what a stranger sent.

mod jpeg;
mod orientation;
mod package;
mod picture;
mod text;

use domain::attachments::{Found, Kind, Other};

/// A file that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// What it is.
    pub found: Found,
    /// Its bytes: a picture's without what stood beside it, any other file's unchanged.
    pub bytes: Vec<u8>,
}

/// The most pixels of a picture's side.
pub const LONGEST_SIDE: u32 = 20_000;
/// The most pixels of a picture: more than any camera makes today, and what a browser can still unpack.
pub const MOST_PIXELS: u64 = 120_000_000;

/// Looks at a file. Takes time with large ones; nothing waits inside.
pub fn look(bytes: Vec<u8>) -> Looked {
    match pictured(&bytes) {
        Some(Ok((kind, bytes))) => Looked {
            found: Found::Kind(kind),
            bytes,
        },
        Some(Err(other)) => Looked {
            found: Found::Other(other),
            bytes,
        },
        None => Looked {
            found: found(&bytes),
            bytes,
        },
    }
}

/// A picture of a kind that is taken, cleaned; `None` if it is none.
fn pictured(bytes: &[u8]) -> Option<Result<(Kind, Vec<u8>), Other>> {
    let cleaned = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        picture::png(bytes).map(|bytes| (Kind::Png, bytes))
    } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        jpeg::clean(bytes).map(|bytes| (Kind::Jpeg, bytes))
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        picture::webp(bytes).map(|bytes| (Kind::Webp, bytes))
    } else {
        return None;
    };
    Some(cleaned)
}

fn found(bytes: &[u8]) -> Found {
    if bytes.starts_with(b"%PDF-") {
        return pdf(bytes);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return package::look(bytes);
    }
    // The container of old Office files, of installers, and of new Office files that a password locks.
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        let locked: Vec<u8> = "EncryptedPackage"
            .bytes()
            .flat_map(|letter| [letter, 0])
            .collect();
        let locked = bytes.windows(locked.len()).any(|window| window == locked);
        return Found::Other(if locked {
            Other::Encrypted
        } else {
            Other::OtherOffice
        });
    }
    // Before the signatures: two letters at the beginning of a text are no picture.
    if let Some(found) = text::look(bytes) {
        return found;
    }
    use infer::MatcherType;
    Found::Other(match infer::get(bytes).map(|found| found.matcher_type()) {
        Some(MatcherType::App) => Other::Program,
        Some(MatcherType::Archive) => Other::Archive,
        Some(MatcherType::Image) => Other::OtherPicture,
        Some(MatcherType::Audio | MatcherType::Video) => Other::Media,
        Some(MatcherType::Text) => Other::Markup,
        Some(MatcherType::Doc | MatcherType::Book) => Other::OtherOffice,
        Some(MatcherType::Font | MatcherType::Custom) | None => Other::Unknown,
    })
}

/// A PDF ends with its mark; what is cut short lacks it. One that is an archive as well would be two things to two programs.
/// What a PDF can do when it is opened is up to the reader's program: it is only ever handed out to be saved.
fn pdf(bytes: &[u8]) -> Found {
    let end = &bytes[bytes.len().saturating_sub(2048)..];
    if !end.windows(5).any(|window| window == b"%%EOF") {
        return Found::Other(Other::Damaged);
    }
    if package::is_archive(bytes) {
        return Found::Other(Other::Mixed);
    }
    Found::Kind(Kind::Pdf)
}

/// Whether a picture of this size is taken.
fn check_size(width: u32, height: u32) -> Result<(), Other> {
    if width == 0 || height == 0 {
        return Err(Other::Damaged);
    }
    let fits = width <= LONGEST_SIDE
        && height <= LONGEST_SIDE
        && u64::from(width) * u64::from(height) <= MOST_PIXELS;
    if fits {
        Ok(())
    } else {
        Err(Other::TooManyPixels)
    }
}
