//! What happened and can count for duties: one piece per record.

use chrono::{DateTime, NaiveDate, Utc};
use domain::identity::{OrgId, PersonId, RecordId};
use domain::ledger::Evidence;
use sqlx::FromRow;
use uuid::Uuid;

use crate::error::Result;
use crate::people::count;
use crate::statement::{LONGEST_LIST, Statement, Value};
use crate::tx::Tx;

#[derive(FromRow)]
struct EvidenceRow {
    record: Uuid,
    kind: String,
    category: Option<String>,
    actor: Uuid,
    counterpart: Option<Uuid>,
    date: NaiveDate,
    recorded_at: DateTime<Utc>,
    recorded_on: NaiveDate,
    amount: i64,
    words: i64,
}

impl EvidenceRow {
    fn evidence(self) -> Result<Evidence> {
        Ok(Evidence {
            record: RecordId::new(self.record),
            kind: self.kind,
            category: self.category,
            actor: PersonId::new(self.actor),
            counterpart: self.counterpart.map(PersonId::new),
            date: self.date,
            recorded_at: self.recorded_at,
            recorded_on: self.recorded_on,
            amount: count("evidence", self.amount)?,
            words: count("evidence", self.words)?,
        })
    }
}

/// Stores what a record proves, in place of what it proved before, with the next statement.
pub fn put_evidence(tx: &mut Tx, org: OrgId, evidence: &Evidence) {
    Statement::with(
        "INSERT INTO evidence (org, record, kind, category, actor, counterpart, date, recorded_at, recorded_on, \
         amount, words) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
         ON CONFLICT (org, record) DO UPDATE SET kind = excluded.kind, category = excluded.category, \
         actor = excluded.actor, counterpart = excluded.counterpart, date = excluded.date, \
         recorded_at = excluded.recorded_at, recorded_on = excluded.recorded_on, amount = excluded.amount, \
         words = excluded.words",
        [
            org.into(),
            evidence.record.into(),
            evidence.kind.as_str().into(),
            evidence.category.as_deref().into(),
            evidence.actor.into(),
            evidence.counterpart.into(),
            evidence.date.into(),
            evidence.recorded_at.into(),
            evidence.recorded_on.into(),
            evidence.amount.into(),
            evidence.words.into(),
        ],
    )
    .later(tx);
}

/// Removes what a record proved, with the next statement: it was withdrawn.
pub fn remove_evidence(tx: &mut Tx, org: OrgId, record: RecordId) {
    Statement::with(
        "DELETE FROM evidence WHERE org = $1 AND record = $2",
        [org.into(), record.into()],
    )
    .later(tx);
}

/// The evidence of these people that counts for a day from `from` to `to`, of one kind or of all, in the order in which it
/// counts: (date, recorded_at, record). Without a limit: a piece left out would make the ledger wrong.
///
/// # Errors
/// What the database says.
pub async fn evidence_of(
    tx: &mut Tx,
    org: OrgId,
    actors: &[PersonId],
    from: NaiveDate,
    to: NaiveDate,
    kind: Option<&str>,
) -> Result<Vec<Evidence>> {
    let mut found: Vec<Evidence> = Vec::new();
    for part in actors.chunks(LONGEST_LIST) {
        let mut asked = Statement::new(
            "SELECT record, kind, category, actor, counterpart, date, recorded_at, recorded_on, amount, words \
             FROM evidence WHERE org = ",
        );
        asked
            .bind(org)
            .push(" AND actor IN ")
            .list(part.iter().map(|id| Value::from(*id)));
        asked
            .push(" AND date >= ")
            .bind(from)
            .push(" AND date <= ")
            .bind(to);
        if let Some(kind) = kind {
            asked.push(" AND kind = ").bind(kind);
        }
        for row in asked.fetch_all::<EvidenceRow>(tx).await? {
            found.push(row.evidence()?);
        }
    }
    found.sort_unstable_by_key(|piece| (piece.date, piece.recorded_at, piece.record));
    found.dedup_by_key(|piece| piece.record);
    Ok(found)
}
