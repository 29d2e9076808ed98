//! The reference department's year, made through app actions only: what a reader sees in the demo went the way that every
//! department's data goes. Everybody and everything in it is made up, and the organisation's name says so.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Asia::Shanghai;
use domain::access::SystemRoles;
use domain::identity::{AccountId, OrgId};
use indicatif::ProgressBar;
use store::Store;

use crate::app::people::NewAccount;
use crate::app::{Error, Identity, Program, Result, accounts, people, setup, sign_in};
use crate::cx::{Clock, Randomness};
use crate::jobs;

mod cast;
mod texts;
mod year;

/// The organisation's name: it says that it is a demonstration.
pub const ORGANISATION: &str = "示例市委组织部（演示）";
/// The password of every account of the demo.
pub const PASSWORD: &str = "demo-wuxing-2026";
/// The day the charter takes effect: the Monday of the first ISO week of 2026.
pub const START: NaiveDate = NaiveDate::from_ymd_opt(2025, 12, 29).unwrap();
/// The last day that the demo has data for.
pub const END: NaiveDate = NaiveDate::from_ymd_opt(2026, 12, 31).unwrap();
/// Whatever is random in the demo comes from this seed.
const SEED: u64 = 2026;

/// An account to sign in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoAccount {
    /// What it shows, in Chinese.
    pub role: &'static str,
    /// The same in English.
    pub role_english: &'static str,
    /// The account's name.
    pub account: String,
}

/// A moment of the demo's time zone.
pub fn moment(day: NaiveDate, hour: u32, minute: u32) -> DateTime<Utc> {
    let time = NaiveTime::from_hms_opt(hour % 24, minute % 60, 0).unwrap_or_default();
    let local = day.and_time(time);
    Shanghai
        .from_local_datetime(&local)
        .earliest()
        .map_or_else(|| local.and_utc(), |moment| moment.with_timezone(&Utc))
}

/// The accounts that the demo offers, one for each role.
pub fn accounts_by_role(size: u32) -> Vec<DemoAccount> {
    let cast = cast::cast(size);
    let mut offered = Vec::new();
    let mut offer = |role, role_english, account: Option<&str>| {
        if let Some(account) = account {
            offered.push(DemoAccount {
                role,
                role_english,
                account: account.to_owned(),
            });
        }
    };
    let first = |wanted: &dyn Fn(&cast::Member) -> bool| cast.iter().find(|member| wanted(member));
    let name = |member: Option<&cast::Member>| member.map(|member| member.account.clone());
    let staff = name(first(&|m| m.role == "工作人员" && m.section == "干部科"));
    let head = name(first(&|m| m.role == "科室负责人" && m.section == "干部科"));
    let office = name(first(&|m| m.role == "工作人员" && m.section == "办公室"));
    let deputy = name(first(&|m| m.role == "副部长"));
    let minister = name(first(&|m| m.role == "部长"));
    offer("干部（干部科）", "cadre (Cadre Section)", staff.as_deref());
    offer(
        "科室负责人（干部科）",
        "head of section (Cadre Section)",
        head.as_deref(),
    );
    offer("部办公室", "office", office.as_deref());
    offer("分管副部长", "deputy in charge", deputy.as_deref());
    offer("部长", "minister", minister.as_deref());
    offer("系统管理员", "system administrator", Some("guanli"));
    offer("安全管理员", "security administrator", Some("anquan"));
    offer("审计员", "auditor", Some("shenji"));
    offered
}

/// Makes the demo in an empty database: `size` people, data from [`START`] to `as_of`.
pub async fn build(
    store: Store,
    as_of: NaiveDate,
    size: u32,
    progress: &ProgressBar,
) -> Result<OrgId> {
    let founding_day = START - Days::new(3);
    let clock = Clock::set_to(moment(founding_day, 9, 0));
    let program = Program::new(store, clock.clone(), Randomness::seeded(SEED));
    let org = setup::found(
        &program,
        setup::Founding {
            organisation: ORGANISATION.to_owned(),
            preset: "wuxing".to_owned(),
            effective: START,
            time_zone: setup::DEFAULT_TIME_ZONE.to_owned(),
            administrator: "guanli".to_owned(),
            password: PASSWORD.to_owned(),
            again: PASSWORD.to_owned(),
            demo: true,
        },
    )
    .await?;
    // As in any founding: the roster first, then the second and third pair of hands.
    import_roster(&program, org, size).await?;
    for (name, system) in [
        (
            "anquan",
            SystemRoles {
                security: true,
                ..SystemRoles::default()
            },
        ),
        (
            "shenji",
            SystemRoles {
                auditor: true,
                ..SystemRoles::default()
            },
        ),
    ] {
        let made = accounts::create_system(&program, org, name.to_owned(), system).await?;
        choose_password(&program, org, &made).await?;
    }
    jobs::drain(&program).await?;
    let last = as_of.min(END);
    let days = u64::try_from((last - START).num_days() + 1).unwrap_or(0);
    progress.set_length(days);
    year::live(&program, &clock, org, last, progress).await?;
    clock.put(moment(last, 20, 0));
    jobs::drain(&program).await?;
    Ok(org)
}

/// Imports the cast as an administrator would: a file, its preview, the ticks for new sections, the commit.
async fn import_roster(program: &Program, org: OrgId, size: u32) -> Result<()> {
    let who = Identity {
        org,
        account: Some(account_of(program, org, "guanli").await?),
    };
    let file = cast::roster_file(size).into_bytes();
    let preview = program
        .write(who, move |cx| {
            Box::pin(people::preview(
                cx,
                "演示花名册.csv".to_owned(),
                file.clone(),
            ))
        })
        .await?;
    let sections: std::collections::BTreeSet<String> =
        preview.unknown_sections.iter().cloned().collect();
    let preview = program
        .write(who, move |cx| {
            let sections = sections.clone();
            Box::pin(people::correct(
                cx,
                preview.id,
                Default::default(),
                Default::default(),
                sections,
            ))
        })
        .await?;
    let committed = people::commit(program, who, preview.id).await?;
    for made in &committed.accounts {
        choose_password(program, org, made).await?;
    }
    Ok(())
}

/// Everybody's first act: the one-time password is replaced.
async fn choose_password(program: &Program, org: OrgId, made: &NewAccount) -> Result<()> {
    let id = account_of(program, org, &made.account).await?;
    let who = Identity {
        org,
        account: Some(id),
    };
    let new = PASSWORD.to_owned();
    sign_in::change_password(program, who, made.password.clone(), new.clone(), new).await
}

async fn account_of(program: &Program, org: OrgId, name: &str) -> Result<AccountId> {
    let mut tx = program.store.read().await?;
    let found = store::accounts::by_name(&mut tx, org, name).await?;
    found.map(|account| account.id).ok_or(Error::NotFound)
}
