//! The audit chain: one row appended per change, in the transaction of the change.

use chrono::{DateTime, SubsecRound as _, Utc};
use domain::audit::{Digest, Entry, Head};
use domain::identity::{AccountId, OrgId};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::statement::Statement;
use crate::tx::{Tx, on};

/// Most entries of one reading.
pub const MOST_ENTRIES: u32 = 1_000;

/// What is to be appended.
#[derive(Clone, Copy, Debug)]
pub struct NewEntry<'a> {
    /// When.
    pub at: DateTime<Utc>,
    /// Who; none for the program itself.
    pub actor: Option<AccountId>,
    /// What was done.
    pub action: &'a str,
    /// To what kind of thing.
    pub subject_kind: &'a str,
    /// To which.
    pub subject: Uuid,
    /// Commitment to its body.
    pub commitment: Option<Digest>,
}

/// Appends an entry, with the next statement; whoever else appends in the organisation waits or, on PostgreSQL, tries again.
///
/// # Errors
/// [`Error::Corrupt`] for a head that is no digest; otherwise what the database says.
pub async fn append(tx: &mut Tx, org: OrgId, new: NewEntry<'_>) -> Result<Head> {
    let before = head(tx, org).await?;
    let entry = Entry {
        seq: before.seq + 1,
        // Both engines keep microseconds, and the digest counts them.
        at: new.at.trunc_subsecs(6),
        actor: new.actor.map(AccountId::uuid),
        action: new.action.to_owned(),
        subject_kind: new.subject_kind.to_owned(),
        subject: new.subject,
        commitment: new.commitment,
        previous: before.digest,
    };
    let digest = entry.digest();
    let seq = i64::try_from(entry.seq).map_err(|_| corrupt(&"a number beyond 64 bits"))?;
    Statement::with(
        "INSERT INTO audit_entries (org, seq, at, actor, action, subject_kind, subject, commitment, previous, digest) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        [
            org.into(),
            seq.into(),
            entry.at.into(),
            entry.actor.into(),
            entry.action.as_str().into(),
            entry.subject_kind.as_str().into(),
            entry.subject.into(),
            entry.commitment.as_ref().map(Digest::as_slice).into(),
            entry.previous.as_slice().into(),
            digest.as_slice().into(),
        ],
    )
    .later(tx);
    Statement::with(
        "INSERT INTO audit_heads (org, seq, digest) VALUES ($1, $2, $3) \
         ON CONFLICT (org) DO UPDATE SET seq = excluded.seq, digest = excluded.digest",
        [org.into(), seq.into(), digest.as_slice().into()],
    )
    .later(tx);
    Ok(Head {
        seq: entry.seq,
        digest,
    })
}

/// The head that is stored beside the chain.
///
/// # Errors
/// [`Error::Corrupt`] for a head that is no digest; otherwise what the database says.
pub async fn head(tx: &mut Tx, org: OrgId) -> Result<Head> {
    let row: Option<(i64, Vec<u8>)> = on!(tx, |c| {
        sqlx::query_as("SELECT seq, digest FROM audit_heads WHERE org = $1")
            .bind(org.uuid())
            .fetch_optional(c)
            .await
    })?;
    match row {
        None => Ok(Head::EMPTY),
        Some((seq, bytes)) => Ok(Head {
            seq: number(seq)?,
            digest: digest(&bytes)?,
        }),
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    seq: i64,
    at: DateTime<Utc>,
    actor: Option<Uuid>,
    action: String,
    subject_kind: String,
    subject: Uuid,
    commitment: Option<Vec<u8>>,
    previous: Vec<u8>,
    digest: Vec<u8>,
}

/// The entries after number `after`, in order, each with the digest stored beside it; at most `limit`.
///
/// # Errors
/// [`Error::Corrupt`] for what is no digest; otherwise what the database says.
pub async fn entries(
    tx: &mut Tx,
    org: OrgId,
    after: u64,
    limit: u32,
) -> Result<Vec<(Entry, Digest)>> {
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT seq, at, actor, action, subject_kind, subject, commitment, previous, digest FROM audit_entries \
             WHERE org = $1 AND seq > $2 ORDER BY seq LIMIT $3",
        )
        .bind(org.uuid())
        .bind(after)
        .bind(i64::from(limit.min(MOST_ENTRIES)))
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|row| {
            let entry = Entry {
                seq: number(row.seq)?,
                at: row.at,
                actor: row.actor,
                action: row.action,
                subject_kind: row.subject_kind,
                subject: row.subject,
                commitment: row.commitment.as_deref().map(digest).transpose()?,
                previous: digest(&row.previous)?,
            };
            Ok((entry, digest(&row.digest)?))
        })
        .collect()
}

fn number(seq: i64) -> Result<u64> {
    u64::try_from(seq).map_err(|_| corrupt(&seq))
}

fn digest(bytes: &[u8]) -> Result<Digest> {
    bytes
        .try_into()
        .map_err(|_| corrupt(&"a digest of another length"))
}

fn corrupt(what: &dyn std::fmt::Display) -> Error {
    Error::Corrupt {
        table: "audit_entries",
        what: what.to_string(),
    }
}
