//! `wuxing token create`.

use anyhow::Context as _;
use domain::tokens::{LONGEST_LIFE, MOST_TOKENS, Problem, Wish};

use super::{Outcome, Place, TokenArgs, organisation_of, say};
use crate::app::{Error, Program, Refusal, tokens};
use crate::config::Config;
use crate::cx::{Clock, Randomness};

pub(super) async fn create(mut config: Config, args: TokenArgs) -> anyhow::Result<Outcome> {
    let TokenArgs {
        account,
        scope,
        days,
        name,
        organisation,
        place,
    } = args;
    Place::apply(place, &mut config);
    let store = config.open().await?;
    let org = organisation_of(&store, organisation.as_deref()).await?;
    // A demo stands on a day of its own, which may lie after the machine's.
    let clock = match latest_of_demo(&store, &org).await? {
        Some(latest) => Clock::set_to(latest),
        None => Clock::System,
    };
    let program = Program::new(store, clock, Randomness::System);
    let wish = Wish {
        name,
        scopes: scope,
        days: Some(days),
    };
    let made = tokens::create_for(&program, org.id, account.clone(), wish).await;
    program.store.close().await;
    let made = made.map_err(|error| match error {
        Error::NotFound => anyhow::anyhow!("there is no open account {account}"),
        Error::Refused(Refusal::Token(problems)) => {
            let told: Vec<String> = problems.iter().map(told).collect();
            anyhow::anyhow!("{}", told.join("; "))
        }
        Error::Broken(error) => error,
        other => anyhow::anyhow!("{other:?}"),
    })?;
    // Alone on standard output, so that a script can take it.
    eprintln!(
        "token {} of {account} for {}, until {}; it is shown this once",
        made.token.name,
        made.token.scopes,
        made.token.expires_at.date_naive()
    );
    say(&made.secret);
    Ok(Outcome::Good)
}

/// The time of a demo's last entry in its audit chain, if that is later than the machine's.
async fn latest_of_demo(
    store: &store::Store,
    org: &store::organisations::Organisation,
) -> anyhow::Result<Option<chrono::DateTime<chrono::Utc>>> {
    if !org.demo {
        return Ok(None);
    }
    let mut tx = store.read().await?;
    let head = store::audit::head(&mut tx, org.id).await?;
    let last = store::audit::entries(&mut tx, org.id, head.seq.saturating_sub(1), 1)
        .await
        .context("reading the audit chain")?;
    let now = Clock::System.now();
    Ok(last
        .first()
        .map(|(entry, _)| entry.at)
        .filter(|at| *at > now))
}

fn told(problem: &Problem) -> String {
    match problem {
        Problem::NoName => "expected a name".to_owned(),
        Problem::LongName => "the name is too long".to_owned(),
        Problem::NameTaken => {
            "the account has a token of this name; choose another with --name".to_owned()
        }
        Problem::TooMany => format!("the account has {MOST_TOKENS} tokens; revoke one first"),
        Problem::Life => format!("--days: expected 1 to {LONGEST_LIFE}"),
        Problem::NoScope => "expected at least one --scope".to_owned(),
        Problem::Wildcard(word) => {
            format!("--scope {word}: what a token may do is said scope by scope, without wildcards")
        }
        Problem::Unknown(word) => format!("--scope {word}: there is no such scope"),
        Problem::Beyond(scope) => format!(
            "--scope {}: the account may not do this itself, so no token of it may",
            scope.word()
        ),
    }
}
