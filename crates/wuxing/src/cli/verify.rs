//! `wuxing ledger verify` and `wuxing audit verify`: exit code 1 when something was found.

use crate::app::{Identity, Program, audit as chain, ledger as cells};
use crate::config::Config;
use crate::cx::{Clock, Randomness};

use super::{Format, Outcome, Place, say};

/// Differences that are printed; the rest is counted.
const SHOWN: usize = 50;

async fn open(mut config: Config, place: Place) -> anyhow::Result<Program> {
    place.apply(&mut config);
    Ok(Program::new(
        config.open().await?,
        Clock::System,
        Randomness::System,
    ))
}

async fn organisations(
    program: &Program,
) -> anyhow::Result<Vec<store::organisations::Organisation>> {
    let mut tx = program.store.read().await?;
    Ok(store::organisations::all(&mut tx).await?)
}

pub(super) async fn ledger(
    config: Config,
    place: Place,
    format: Format,
) -> anyhow::Result<Outcome> {
    let program = open(config, place).await?;
    let mut outcome = Outcome::Good;
    let mut reports = Vec::new();
    for organisation in organisations(&program).await? {
        let who = Identity {
            org: organisation.id,
            account: None,
        };
        let found = program
            .read(who, |cx| Box::pin(cells::verify(cx)))
            .await
            .map_err(|error| anyhow::anyhow!("organisation {}: {error:?}", organisation.id))?;
        if !found.differences.is_empty() {
            outcome = Outcome::Failed;
        }
        if format == Format::Text {
            let verdict = if found.differences.is_empty() {
                "equal"
            } else {
                "DIFFERENT"
            };
            say(&format!(
                "organisation {}: {verdict}: {} cells of {} people recomputed, {} differences, {} people waiting to be settled",
                organisation.id,
                found.cells,
                found.people,
                found.differences.len(),
                found.dirty
            ));
            for difference in found.differences.iter().take(SHOWN) {
                let key = &difference.key;
                let done = |cell: &Option<domain::ledger::Cell>| {
                    cell.as_ref().map_or("none".to_owned(), |cell| {
                        format!("{}/{}", cell.done(), cell.required)
                    })
                };
                say(&format!(
                    "  person {} duty {} {} {}: stored {}, recomputed {}",
                    key.person,
                    key.duty,
                    key.period.cadence.word(),
                    key.period.first,
                    done(&difference.stored),
                    done(&difference.recomputed)
                ));
            }
        }
        reports.push(serde_json::json!({
            "organisation": organisation.id.to_string(),
            "equal": found.differences.is_empty(),
            "people": found.people,
            "cells": found.cells,
            "dirty": found.dirty,
            "differences": found.differences.len(),
        }));
    }
    if format == Format::Json {
        say(&serde_json::to_string_pretty(&reports)?);
    }
    program.store.close().await;
    Ok(outcome)
}

pub(super) async fn audit(config: Config, place: Place, format: Format) -> anyhow::Result<Outcome> {
    let program = open(config, place).await?;
    let mut outcome = Outcome::Good;
    let mut reports = Vec::new();
    for organisation in organisations(&program).await? {
        let who = Identity {
            org: organisation.id,
            account: None,
        };
        let found = program
            .read(who, |cx| Box::pin(chain::verify(cx)))
            .await
            .map_err(|error| anyhow::anyhow!("organisation {}: {error:?}", organisation.id))?;
        if !found.is_good() {
            outcome = Outcome::Failed;
        }
        let head: String = found
            .head
            .digest
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        if format == Format::Text {
            let verdict = if found.is_good() { "whole" } else { "BROKEN" };
            say(&format!(
                "organisation {}: {verdict}: {} entries, {} records compared, head {} {head}",
                organisation.id, found.entries, found.records, found.head.seq
            ));
            if let Some(broken) = found.broken {
                say(&format!("  the chain is broken: {broken:?}"));
            }
            if found.head_differs {
                say(
                    "  the chain does not end where it is said to end: entries at its end are missing",
                );
            }
            for record in found.altered_records.iter().take(SHOWN) {
                say(&format!(
                    "  record {record} is not what the chain committed to"
                ));
            }
            for draft in found.altered_charters.iter().take(SHOWN) {
                say(&format!(
                    "  the charter version adopted from draft {draft} is not what the chain committed to"
                ));
            }
        }
        reports.push(serde_json::json!({
            "organisation": organisation.id.to_string(),
            "good": found.is_good(),
            "entries": found.entries,
            "records": found.records,
            "head": { "seq": found.head.seq, "digest": head },
            "broken": found.broken.map(|broken| format!("{broken:?}")),
            "head_differs": found.head_differs,
            "altered_records": found.altered_records.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "altered_charters": found.altered_charters.iter().map(ToString::to_string).collect::<Vec<_>>(),
        }));
    }
    if format == Format::Json {
        say(&serde_json::to_string_pretty(&reports)?);
    }
    program.store.close().await;
    Ok(outcome)
}
