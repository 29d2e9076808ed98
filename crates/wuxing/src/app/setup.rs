//! First run: an organisation, its charter from a preset, the calendar, and the account of its system administrator.

use chrono::Datelike as _;
use chrono::{NaiveDate, Weekday};
use domain::access::SystemRoles;
use domain::identity::{AccountId, Id, OrgId};
use store::accounts::Account;
use store::charter::StoredVersion;
use store::organisations::NewOrganisation;

use super::charter::PRESETS;
use super::sign_in::{hash, weakness};
pub use crate::cx::FoundingProblem;
use crate::cx::horizon;

use super::{Program, Refusal, Result, calendar};

/// The time zone where none is chosen.
pub const DEFAULT_TIME_ZONE: &str = "Asia/Shanghai";
/// Longest name of an organisation, in characters.
pub const LONGEST_NAME: usize = 60;

/// What founding an organisation takes.
#[derive(Clone, Debug)]
pub struct Founding {
    /// Its name.
    pub organisation: String,
    /// Name of the preset whose charter it begins with (see [`PRESETS`]).
    pub preset: String,
    /// The day from which the charter applies.
    pub effective: NaiveDate,
    /// Time zone, e.g. `Asia/Shanghai`.
    pub time_zone: String,
    /// Name of the system administrator's account.
    pub administrator: String,
    /// The administrator's password.
    pub password: String,
    /// The same once more.
    pub again: String,
    /// Whether the data is made up for showing.
    pub demo: bool,
}

/// Whether there is no organisation yet.
pub async fn is_needed(program: &Program) -> Result<bool> {
    let mut tx = program.store.read().await?;
    Ok(store::organisations::all(&mut tx).await?.is_empty())
}

/// The Monday after `day`: a charter best begins with a week.
pub fn next_monday(day: NaiveDate) -> NaiveDate {
    let ahead = 7 - u64::from(day.weekday().days_since(Weekday::Mon));
    day + chrono::Days::new(ahead)
}

/// Whether `name` can be an account's name: 2–40 small letters, digits, dots and hyphens, beginning with a letter.
pub fn is_account_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
    (2..=40).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(plain)
}

/// Founds an organisation; all of it or nothing.
pub async fn found(program: &Program, founding: Founding) -> Result<OrgId> {
    let name = founding.organisation.trim().to_owned();
    let account_name = founding.administrator.trim().to_lowercase();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(Refusal::Founding(FoundingProblem::Name).into());
    }
    if !is_account_name(&account_name) {
        return Err(Refusal::Founding(FoundingProblem::Administrator).into());
    }
    if founding.time_zone.parse::<chrono_tz::Tz>().is_err() {
        return Err(Refusal::Founding(FoundingProblem::TimeZone).into());
    }
    if let Some(problem) = weakness(&founding.password, &founding.again, "", &account_name) {
        return Err(Refusal::Password(problem).into());
    }
    let preset = PRESETS.iter().find(|preset| preset.name == founding.preset);
    let preset = preset.ok_or(Refusal::Founding(FoundingProblem::Preset))?;
    let password_hash = hash(program, founding.password).await?;

    let now = program.clock.now();
    let org: OrgId = Id::new(program.randomness.uuid(now));
    let administrator: AccountId = Id::new(program.randomness.uuid(now));
    let mut tx = program.store.write().await?;
    if store::organisations::find_by_name(&mut tx, &name)
        .await?
        .is_some()
    {
        tx.rollback().await;
        return Err(Refusal::NameTaken.into());
    }
    let organisation = NewOrganisation {
        name,
        time_zone: founding.time_zone,
        demo: founding.demo,
        created_at: now,
    };
    store::organisations::create(&mut tx, org, &organisation).await?;
    let zone: chrono_tz::Tz = organisation
        .time_zone
        .parse()
        .unwrap_or(chrono_tz::Asia::Shanghai);
    let today = now.with_timezone(&zone).date_naive();
    store::organisations::set_horizon(&mut tx, org, horizon(today.max(founding.effective))).await?;
    for year in calendar::shipped()? {
        store::calendar::put_year(&mut tx, org, &year).await?;
    }
    let version = StoredVersion {
        number: 1,
        effective: founding.effective,
        toml: preset.toml.to_owned(),
        adopted_at: now,
        adopted_by: None,
        reason: None,
    };
    store::charter::insert_version(&mut tx, org, &version).await?;
    let account = Account {
        id: administrator,
        name: account_name,
        person: None,
        password_hash,
        must_change: false,
        system: SystemRoles {
            administrator: true,
            ..SystemRoles::default()
        },
        disabled: false,
        failed: 0,
        locked_until: None,
    };
    store::accounts::insert(&mut tx, org, &account).await?;
    for (action, kind, subject) in [
        ("organisation.founded", "organisation", org.uuid()),
        ("charter.adopted", "charter", org.uuid()),
        ("account.created", "account", administrator.uuid()),
    ] {
        let entry = store::audit::NewEntry {
            at: now,
            actor: None,
            action,
            subject_kind: kind,
            subject,
            commitment: None,
        };
        store::audit::append(&mut tx, org, entry).await?;
    }
    tx.commit().await?;
    Ok(org)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_charter_begins_on_the_monday_after() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 9, d).unwrap();
        for (today, monday) in [(14, 21), (16, 21), (20, 21), (21, 28)] {
            assert_eq!(next_monday(day(today)), day(monday));
        }
    }

    #[test]
    fn account_names_are_plain() {
        for (name, fine) in [
            ("guanli", true),
            ("li.ming-2", true),
            ("1li", false),
            ("x", false),
            ("Li", false),
            ("李", false),
        ] {
            assert_eq!(is_account_name(name), fine, "{name}");
        }
    }
}
