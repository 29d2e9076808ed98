//! `wuxing demo`: a department with a year of data, made on the first start and served.

use std::path::PathBuf;

use chrono::NaiveDate;
use indicatif::{ProgressBar, ProgressStyle};

use crate::app::{Program, setup};
use crate::config::{Config, Durability};
use crate::cx::{Clock, Randomness};
use crate::{demo, web};

use super::serve::{listen, log_to_stderr, until_stopped};
use super::{DemoArgs, Outcome, say};

/// Where the demo keeps its data when no place is named.
const FOLDER: &str = "data/demo";

pub(super) async fn demo(mut config: Config, args: DemoArgs) -> anyhow::Result<Outcome> {
    log_to_stderr();
    config.data = PathBuf::from(FOLDER);
    config.database = None;
    config.durability = Durability::Normal;
    args.place.clone().apply(&mut config);
    if args.as_of < demo::START || args.as_of > demo::END {
        anyhow::bail!(
            "--as-of: expected a day from {} to {}",
            demo::START,
            demo::END
        );
    }
    // The address first: somebody may be using it, and making the data takes a while.
    let listener = if args.build_only {
        None
    } else {
        Some(listen(args.listen).await?)
    };
    let store = config.open().await?;
    let clock = Clock::starting_at(demo::moment(args.as_of, 9, 30));
    let program = Program::new(store.clone(), clock, Randomness::System);
    let empty = setup::is_needed(&program).await.map_err(broken)?;
    if empty {
        build(store, args.as_of, args.people).await?;
    } else {
        check_is_demo(&program).await?;
        say("The demo's data is there already; it is served as it is.");
    }
    if let Some(listener) = listener {
        announce(
            &format!("http://{}", listener.local_addr()?),
            args.as_of,
            args.people,
        );
        until_stopped(program, listener, web::Options::default(), true).await?;
    } else {
        program.store.close().await;
    }
    Ok(Outcome::Good)
}

async fn build(store: store::Store, as_of: NaiveDate, people: u32) -> anyhow::Result<()> {
    say(&format!(
        "Making a department of {people} made-up people with its year up to {as_of} …"
    ));
    let progress = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} days {eta}") {
        progress.set_style(style);
    }
    let built = demo::build(store, as_of, people, &progress).await;
    progress.finish_and_clear();
    built.map_err(broken)?;
    Ok(())
}

/// Real data is never served with the demo's clock and passwords.
async fn check_is_demo(program: &Program) -> anyhow::Result<()> {
    let mut tx = program.store.read().await?;
    let organisations = store::organisations::all(&mut tx).await?;
    if organisations.iter().any(|organisation| !organisation.demo) {
        anyhow::bail!(
            "this database belongs to an organisation that is no demo; use `wuxing serve`"
        );
    }
    Ok(())
}

fn announce(address: &str, as_of: NaiveDate, people: u32) {
    say(&format!("\n演示已就绪 · The demo is ready: {address}"));
    say(&format!(
        "演示日期 · its today is {as_of}. 密码 · password of every account: {}",
        demo::PASSWORD
    ));
    for account in demo::accounts_by_role(people) {
        say(&format!(
            "  {:<16} {} · {}",
            account.account, account.role, account.role_english
        ));
    }
    say("按 Ctrl+C 结束 · press Ctrl+C to stop.");
}

fn broken(error: crate::app::Error) -> anyhow::Error {
    match error {
        crate::app::Error::Broken(error) => error,
        other => anyhow::anyhow!("{other:?}"),
    }
}
