//! The job queue: written in the transaction of the change that asks for the job, run at least once.

use chrono::{DateTime, Duration, Utc};
use domain::identity::OrgId;
use uuid::Uuid;

use crate::dialect::skip_locked;
use crate::error::{Error, Result};
use crate::statement::Statement;
use crate::tx::{Store, Tx, on};

/// After so long without a sign of life a running job is taken over: its worker is gone.
const SILENCE: Duration = Duration::minutes(10);
/// How many organisations are looked at for one job.
const ORGANISATIONS: i64 = 32;
/// A job whose worker vanished is taken so often in all; after that it is what makes workers vanish.
const MOST_TAKEN: i64 = 20;

/// A job to be run.
#[derive(Clone, Copy, Debug)]
pub struct NewJob<'a> {
    /// Identifier.
    pub id: Uuid,
    /// Kind.
    pub kind: &'a str,
    /// What it needs to know, as JSON.
    pub payload: &'a str,
    /// Not before.
    pub run_at: DateTime<Utc>,
    /// With a key, only one job of this kind and key waits at a time.
    pub unique: Option<&'a str>,
}

/// A job that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Identifier.
    pub id: Uuid,
    /// Kind.
    pub kind: String,
    /// What it needs to know, as JSON.
    pub payload: String,
    /// How often it has been taken, this time included.
    pub attempts: u32,
    /// What went wrong the last time.
    pub last_error: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    payload: String,
    attempts: i64,
    last_error: Option<String>,
}

impl Row {
    fn job(self) -> Result<Job> {
        let attempts = u32::try_from(self.attempts).map_err(|_| Error::Corrupt {
            table: "jobs",
            what: format!("{} attempts", self.attempts),
        })?;
        Ok(Job {
            id: self.id,
            kind: self.kind,
            payload: self.payload,
            attempts,
            last_error: self.last_error,
        })
    }
}

/// Asks for a job. If one with the same key waits already, that one stays, and runs at the earlier of the two times.
///
/// # Errors
/// What the database says.
pub async fn enqueue(tx: &mut Tx, org: OrgId, job: &NewJob<'_>) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO jobs (org, id, kind, payload, state, run_at, unique_key, attempts) \
             VALUES ($1, $2, $3, $4, 'waiting', $5, $6, 0) \
             ON CONFLICT (org, kind, unique_key) WHERE state = 'waiting' AND unique_key IS NOT NULL DO UPDATE \
             SET run_at = CASE WHEN excluded.run_at < jobs.run_at THEN excluded.run_at ELSE jobs.run_at END",
        )
        .bind(org.uuid())
        .bind(job.id)
        .bind(job.kind)
        .bind(job.payload)
        .bind(job.run_at)
        .bind(job.unique)
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// Takes the job that has been due longest, or one whose worker has given no sign of life for ten minutes. In two steps, because
/// a distributed PostgreSQL cannot skip locked rows across organisations: first the organisations that have one, then the job
/// inside. A lost race gives `None`; the caller asks again soon anyway.
///
/// # Errors
/// What the database says.
pub async fn claim(store: &Store, now: DateTime<Utc>) -> Result<Option<(OrgId, Job)>> {
    let organisations: Vec<(Uuid,)> = {
        let mut tx = store.read().await?;
        on!(tx, |c| {
            sqlx::query_as(
                "SELECT org FROM jobs WHERE (state = 'waiting' AND run_at <= $1) \
                 OR (state = 'running' AND heartbeat_at <= $2) GROUP BY org ORDER BY MIN(run_at), org LIMIT $3",
            )
            .bind(now)
            .bind(now - SILENCE)
            .bind(ORGANISATIONS)
            .fetch_all(c)
            .await
        })?
    };
    for (org,) in organisations {
        let org = OrgId::new(org);
        match claim_in(store, org, now).await {
            Ok(Some(job)) => return Ok(Some((org, job))),
            Ok(None) => {}
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

async fn claim_in(store: &Store, org: OrgId, now: DateTime<Utc>) -> Result<Option<Job>> {
    let mut tx = store.write_for(org).await?;
    while let Some(row) = due(&mut tx, org, now).await? {
        let wears_out = row.attempts > MOST_TAKEN;
        // The key is given back: what changes from here on asks for a job of its own.
        on!(tx, |c| {
            sqlx::query(
                "UPDATE jobs SET state = $3, attempts = $4, heartbeat_at = $5, unique_key = NULL WHERE org = $1 AND id = $2",
            )
            .bind(org.uuid())
            .bind(row.id)
            .bind(if wears_out { "dead" } else { "running" })
            .bind(row.attempts)
            .bind(now)
            .execute(c)
            .await
            .map(|_| ())
        })?;
        if !wears_out {
            tx.commit().await?;
            return Ok(Some(row.job()?));
        }
    }
    tx.commit().await?;
    Ok(None)
}

/// The job of the organisation that has been due longest, locked.
async fn due(tx: &mut Tx, org: OrgId, now: DateTime<Utc>) -> Result<Option<Row>> {
    let mut asked = Statement::new(
        "SELECT id, kind, payload, attempts + 1 AS attempts, last_error FROM jobs WHERE org = ",
    );
    asked
        .bind(org)
        .push(" AND ((state = 'waiting' AND run_at <= ")
        .bind(now)
        .push(") OR (state = 'running' AND heartbeat_at <= ")
        .bind(now - SILENCE)
        .push(")) ORDER BY run_at, id LIMIT 1")
        .push(skip_locked(tx.engine()));
    Ok(asked.fetch_all(tx).await?.pop())
}

/// Notes that the job is being worked on.
///
/// # Errors
/// What the database says.
pub async fn heartbeat(tx: &mut Tx, org: OrgId, id: Uuid, now: DateTime<Utc>) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "UPDATE jobs SET heartbeat_at = $3 WHERE org = $1 AND id = $2 AND state = 'running'",
        )
        .bind(org.uuid())
        .bind(id)
        .bind(now)
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// Notes that the job is done.
///
/// # Errors
/// What the database says.
pub async fn finish(tx: &mut Tx, org: OrgId, id: Uuid) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("DELETE FROM jobs WHERE org = $1 AND id = $2")
            .bind(org.uuid())
            .bind(id)
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}

/// Notes that the job failed: it is tried again at `again`, or put aside for the administrator.
///
/// # Errors
/// What the database says.
pub async fn fail(
    tx: &mut Tx,
    org: OrgId,
    id: Uuid,
    error: &str,
    again: Option<DateTime<Utc>>,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "UPDATE jobs SET state = $3, run_at = COALESCE($4, run_at), last_error = $5, heartbeat_at = NULL \
             WHERE org = $1 AND id = $2",
        )
        .bind(org.uuid())
        .bind(id)
        .bind(if again.is_some() { "waiting" } else { "dead" })
        .bind(again)
        .bind(error)
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// Jobs that wait or run.
///
/// # Errors
/// What the database says.
pub async fn waiting(tx: &mut Tx, org: OrgId) -> Result<Vec<Job>> {
    list(tx, org, "state <> 'dead'").await
}

/// Jobs that were put aside.
///
/// # Errors
/// What the database says.
pub async fn dead(tx: &mut Tx, org: OrgId) -> Result<Vec<Job>> {
    list(tx, org, "state = 'dead'").await
}

async fn list(tx: &mut Tx, org: OrgId, states: &'static str) -> Result<Vec<Job>> {
    let mut asked =
        Statement::new("SELECT id, kind, payload, attempts, last_error FROM jobs WHERE org = ");
    asked
        .bind(org)
        .push(" AND ")
        .push(states)
        .push(" ORDER BY run_at, id LIMIT 500");
    let rows: Vec<Row> = asked.fetch_all(tx).await?;
    rows.into_iter().map(Row::job).collect()
}
