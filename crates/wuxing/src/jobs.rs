//! The queue and its clock: jobs are written in the transaction of the change that asks for them and run here, at least
//! once each, by whichever process is free.

use chrono::Duration;
use domain::identity::OrgId;
use store::jobs::Job;

use crate::app::{Error, Identity, Program, Result, ledger};

/// How often the queue is looked at.
const TICK: std::time::Duration = std::time::Duration::from_secs(2);
/// How many ticks lie between two rounds of housekeeping.
const HOUSEKEEPING: u32 = 300;
/// How long the answer to a request with an idempotency key is kept; whoever repeats a request does so within hours.
const ANSWERS_KEPT: Duration = Duration::hours(36);
/// How long a token is still listed after it has run out.
const TOKENS_SHOWN: Duration = Duration::days(30);
/// How many people one transaction settles.
const PEOPLE_AT_ONCE: usize = 20;
/// Tries until a job is put aside for the administrator.
const MOST_ATTEMPTS: u32 = 8;

/// Runs jobs until `stop` says so.
pub async fn run(program: Program, mut stop: tokio::sync::watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut count = 0_u32;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stop.changed() => return,
        }
        if count.is_multiple_of(HOUSEKEEPING)
            && let Err(error) = keep_house(&program).await
        {
            tracing::error!(?error, "housekeeping failed and will be tried again");
        }
        count = count.wrapping_add(1);
        if let Err(error) = drain(&program).await {
            tracing::error!(
                ?error,
                "the queue could not be read and will be tried again"
            );
        }
    }
}

/// Runs every job that is due. Also called by the demo and by tests, which leave no job behind.
pub async fn drain(program: &Program) -> Result<u32> {
    let mut done = 0;
    while let Some((org, job)) = store::jobs::claim(&program.store, program.clock.now()).await? {
        let who = Identity { org, account: None };
        match perform(program, who, &job).await {
            Ok(()) => finish(program, who, job.id).await?,
            Err(error) => put_back(program, who, &job, &error).await?,
        }
        done += 1;
    }
    Ok(done)
}

async fn perform(program: &Program, who: Identity, job: &Job) -> Result<()> {
    match job.kind.as_str() {
        ledger::SETTLE => settle(program, who).await,
        unknown => Err(Error::Broken(anyhow::anyhow!("no job of kind {unknown}"))),
    }
}

/// Settles dirty people in small transactions, so that nobody waits long for the writer.
async fn settle(program: &Program, who: Identity) -> Result<()> {
    loop {
        let left = program
            .write(who, |cx| Box::pin(ledger::settle_dirty(cx, PEOPLE_AT_ONCE)))
            .await?;
        if left == 0 {
            return Ok(());
        }
    }
}

async fn finish(program: &Program, who: Identity, id: uuid::Uuid) -> Result<()> {
    program
        .write(who, move |cx| {
            Box::pin(async move { Ok(store::jobs::finish(&mut cx.tx, cx.org, id).await?) })
        })
        .await
}

/// Tries again later, each time twice as late; in the end the job is put aside.
async fn put_back(program: &Program, who: Identity, job: &Job, error: &Error) -> Result<()> {
    let text = format!("{error:?}");
    tracing::warn!(job = %job.id, kind = %job.kind, "a job failed: {text}");
    let retry =
        (job.attempts < MOST_ATTEMPTS).then(|| Duration::seconds(10 << job.attempts.min(10)));
    let id = job.id;
    program
        .write(who, move |cx| {
            let text = text.clone();
            Box::pin(async move {
                let again = retry.map(|wait| cx.now + wait);
                Ok(store::jobs::fail(&mut cx.tx, cx.org, id, &text, again).await?)
            })
        })
        .await
}

/// What time alone brings: the settled time is extended, old sessions, previews and the halves of lapsed codes go.
pub async fn keep_house(program: &Program) -> Result<()> {
    let now = program.clock.now();
    let mut tx = program.store.write().await?;
    store::sessions::delete_expired(&mut tx, now).await?;
    let organisations: Vec<OrgId> = store::organisations::all(&mut tx)
        .await?
        .into_iter()
        .map(|org| org.id)
        .collect();
    for org in &organisations {
        store::imports::delete_before(&mut tx, *org, now - Duration::days(2)).await?;
        store::answers::delete_before(&mut tx, *org, now - ANSWERS_KEPT).await?;
        store::tokens::delete_expired(&mut tx, *org, now - TOKENS_SHOWN).await?;
        store::resets::lapse(&mut tx, *org, now).await?;
    }
    tx.commit().await?;
    for org in organisations {
        let who = Identity { org, account: None };
        program
            .write(who, |cx| Box::pin(ledger::look_ahead(cx)))
            .await?;
    }
    Ok(())
}
