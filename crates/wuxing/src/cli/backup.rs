//! `wuxing backup`, `wuxing backup verify` and `wuxing restore`.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use age::secrecy::SecretString;
use anyhow::Context as _;
use clap::Args;
use indicatif::ProgressBar;

use crate::app::Program;
use crate::backup::{self, Key, Lock};
use crate::config::Config;
use crate::cx::{Clock, Randomness};

use super::{Format, Outcome, Output, Place, say};

/// Shortest passphrase that is taken for a backup, in characters.
const SHORTEST_PASSPHRASE: usize = 12;

/// Arguments of `wuxing backup`.
#[derive(Debug, Args)]
pub(super) struct MakeArgs {
    /// The file to write, or a folder in which it gets a name by its time
    #[arg(long, value_name = "FILE|DIR")]
    to: Option<PathBuf>,
    /// Encrypt with the passphrase in this file (its first line)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["recipient", "plain"])]
    passphrase_file: Option<PathBuf>,
    /// Encrypt for the holder of the secret half: age1…
    #[arg(long, value_name = "KEY", conflicts_with = "plain")]
    recipient: Option<String>,
    /// Do not encrypt: whoever gets the file reads everything
    #[arg(long)]
    plain: bool,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    output: Output,
}

/// What opens a backup.
#[derive(Debug, Args)]
pub(super) struct KeyArgs {
    /// The file whose first line is the passphrase
    #[arg(long, value_name = "FILE", conflicts_with = "identity_file")]
    passphrase_file: Option<PathBuf>,
    /// The file with the secret half: a line AGE-SECRET-KEY-…
    #[arg(long, value_name = "FILE")]
    identity_file: Option<PathBuf>,
}

/// Arguments of `wuxing restore`.
#[derive(Debug, Args)]
pub(super) struct RestoreArgs {
    /// The backup
    file: PathBuf,
    #[command(flatten)]
    key: KeyArgs,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    output: Output,
}

pub(super) async fn make(mut config: Config, args: MakeArgs) -> anyhow::Result<Outcome> {
    args.place.apply(&mut config);
    let lock = match (&args.passphrase_file, &args.recipient) {
        (Some(file), _) => Lock::Passphrase(passphrase(file, true)?),
        (None, Some(recipient)) => Lock::Recipient(
            age::x25519::Recipient::from_str(recipient)
                .map_err(|what| anyhow::anyhow!("--recipient: {what}"))?,
        ),
        (None, None) if args.plain => {
            eprintln!(
                "wuxing: WARNING: this backup is not encrypted. Whoever gets the file reads everything in it."
            );
            Lock::Open
        }
        (None, None) => anyhow::bail!(
            "a backup is encrypted: name a passphrase with --passphrase-file, or a public key with --recipient (or say --plain)"
        ),
    };
    let to = args
        .to
        .context("where to? --to FILE, or --to DIR for a name by the time")?;
    let now = Clock::System.now();
    let to = if to.is_dir() {
        to.join(format!("wuxing-{}.backup", now.format("%Y%m%d-%H%M%S")))
    } else {
        to
    };
    if to.exists() {
        anyhow::bail!(
            "{} exists already; a backup never replaces a file",
            to.display()
        );
    }
    let store = config.open().await?;
    let bar = ProgressBar::new_spinner();
    let made = backup::make(&store, &to, lock, now, |table, rows| {
        bar.set_message(format!("{table}: {rows} rows"));
        bar.tick();
    })
    .await;
    bar.finish_and_clear();
    store.close().await;
    let made = made.with_context(|| format!("writing {}", to.display()))?;
    // What can be opened again at once is read from end to end; what is for somebody else's key cannot be.
    let key = match &args.passphrase_file {
        Some(file) => Some(Key::Passphrase(passphrase(file, false)?)),
        None => args.plain.then_some(Key::None),
    };
    let checked = match key {
        Some(key) => Some(examine(made.file.clone(), key).await?),
        None => None,
    };
    if args.output.format == Format::Json {
        say(&serde_json::to_string_pretty(&serde_json::json!({
            "file": made.file, "rows": made.rows, "bytes": made.bytes,
            "made_at": made.head.made_at, "schema": made.head.schema,
            "organisations": made.head.organisations, "read_again": checked.is_some(),
        }))?);
    } else {
        say(&format!(
            "{}: {} rows, {} bytes{}",
            made.file.display(),
            made.rows,
            made.bytes,
            if checked.is_some() {
                "; read again from end to end, whole"
            } else {
                "; not read again, because the secret half is not here: check it with `wuxing backup verify`"
            }
        ));
        for head in &made.head.organisations {
            say(&format!(
                "organisation {}: audit head {}:{}",
                head.org, head.seq, head.digest
            ));
        }
    }
    Ok(Outcome::Good)
}

pub(super) async fn verify(file: PathBuf, key: KeyArgs, format: Format) -> anyhow::Result<Outcome> {
    let key = key.read()?;
    match examine(file, key).await {
        Ok(found) if format == Format::Json => {
            let tables: serde_json::Map<_, _> = found
                .tables
                .iter()
                .map(|(table, rows)| (table.clone(), (*rows).into()))
                .collect();
            say(&serde_json::to_string_pretty(&serde_json::json!({
                "whole": true, "made_at": found.head.made_at, "program": found.head.program,
                "schema": found.head.schema, "organisations": found.head.organisations, "tables": tables,
            }))?);
            Ok(Outcome::Good)
        }
        Ok(found) => {
            say(&format!(
                "whole: made at {} by version {}, {} rows in {} tables, {} audit chains unbroken",
                found.head.made_at,
                found.head.program,
                found.tables.iter().map(|(_, rows)| rows).sum::<u64>(),
                found.tables.len(),
                found.head.organisations.len()
            ));
            Ok(Outcome::Good)
        }
        Err(fault @ (backup::Fault::Damaged { .. } | backup::Fault::NotABackup)) => {
            if format == Format::Json {
                say(&serde_json::to_string_pretty(&serde_json::json!({
                    "whole": false, "fault": fault.to_string(),
                }))?);
            } else {
                say(&fault.to_string());
            }
            Ok(Outcome::Failed)
        }
        Err(fault) => Err(fault.into()),
    }
}

pub(super) async fn restore(mut config: Config, args: RestoreArgs) -> anyhow::Result<Outcome> {
    args.place.apply(&mut config);
    let key = args.key.read()?;
    let store = config.connect().await?;
    let bar = ProgressBar::new_spinner();
    let restored = backup::restore(&store, &args.file, key, |table, rows| {
        bar.set_message(format!("{table}: {rows} rows"));
        bar.tick();
    })
    .await;
    bar.finish_and_clear();
    let restored = restored.with_context(|| format!("restoring {}", args.file.display()))?;
    let program = Program::new(store, Clock::System, Randomness::System);
    let anew = backup::made_anew(&program, &restored.head)
        .await
        .map_err(|error| {
            anyhow::anyhow!("making the search index and the ledger anew: {error:?}")
        })?;
    program.store.close().await;
    if args.output.format == Format::Json {
        say(&serde_json::to_string_pretty(&serde_json::json!({
            "rows": restored.rows, "made_at": restored.head.made_at, "organisations": restored.head.organisations,
            "indexed": anew.indexed, "cells": anew.cells, "findings": anew.findings,
        }))?);
    } else {
        say(&format!(
            "restored: {} rows as of {}; {} records indexed, {} cells of the ledger settled and compared",
            restored.rows, restored.head.made_at, anew.indexed, anew.cells
        ));
        for finding in &anew.findings {
            say(finding);
        }
    }
    Ok(if anew.findings.is_empty() {
        Outcome::Good
    } else {
        Outcome::Failed
    })
}

async fn examine(file: PathBuf, key: Key) -> Result<backup::Examined, backup::Fault> {
    tokio::task::spawn_blocking(move || backup::examine(&file, &key))
        .await
        .map_err(|error| backup::Fault::Broken(error.to_string()))?
}

impl KeyArgs {
    fn read(&self) -> anyhow::Result<Key> {
        if let Some(file) = &self.passphrase_file {
            return Ok(Key::Passphrase(passphrase(file, false)?));
        }
        let Some(file) = &self.identity_file else {
            return Ok(Key::None);
        };
        let text =
            std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        let secret = text
            .split_whitespace()
            .find(|word| word.starts_with("AGE-SECRET-KEY-"))
            .with_context(|| format!("{}: no line AGE-SECRET-KEY-…", file.display()))?;
        let identity = age::x25519::Identity::from_str(secret)
            .map_err(|what| anyhow::anyhow!("{}: {what}", file.display()))?;
        Ok(Key::Identity(identity))
    }
}

/// The first line of a file; for a new backup it must not be too easy to guess.
fn passphrase(file: &Path, new: bool) -> anyhow::Result<SecretString> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let line = text.lines().next().unwrap_or_default().trim();
    if new && line.chars().count() < SHORTEST_PASSPHRASE {
        anyhow::bail!(
            "{}: the passphrase needs at least {SHORTEST_PASSPHRASE} characters",
            file.display()
        );
    }
    Ok(SecretString::from(line.to_owned()))
}
