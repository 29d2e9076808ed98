//! What an organisation's rules and roster come to, compiled once and shared until they change.

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

use chrono::{DateTime, Datelike as _, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::calendar::Calendar;
use domain::charter::{Charter, Version};
use domain::identity::OrgId;
use domain::ledger::Rules;
use domain::people::Roster;
use store::Tx;
use store::organisations::Organisation;

use super::{Error, Result};

/// Cells are settled this far ahead at least; see [`horizon`].
const LOOK_AHEAD: Days = Days::new(45);

/// An organisation's rules and roster as of one stamp.
#[derive(Clone, Debug)]
pub struct House {
    /// Name of the organisation.
    pub name: String,
    /// Whether its data is made up for showing.
    pub demo: bool,
    /// Time zone.
    pub zone: Tz,
    /// Charter versions, by number.
    pub versions: Vec<Version>,
    /// The working-day calendar.
    pub calendar: Calendar,
    /// The roster with its history.
    pub roster: Roster,
    /// Versions and calendar, compiled up to the horizon.
    pub rules: Rules,
    /// Last day on which a settled period may begin.
    pub horizon: NaiveDate,
    stamp: i64,
}

impl House {
    /// The calendar day of a moment.
    pub fn day_of(&self, moment: DateTime<Utc>) -> NaiveDate {
        moment.with_timezone(&self.zone).date_naive()
    }

    /// The charter version in force on `day`: the latest that has taken effect.
    pub fn version_on(&self, day: NaiveDate) -> Option<&Version> {
        let in_force = self
            .versions
            .iter()
            .filter(|version| version.effective <= day);
        in_force.max_by_key(|version| (version.effective, version.number))
    }

    /// The charter to show on `day`: the one in force, or before any is the first that will be.
    pub fn charter_on(&self, day: NaiveDate) -> Option<&Version> {
        self.version_on(day).or_else(|| {
            self.versions
                .iter()
                .min_by_key(|version| (version.effective, version.number))
        })
    }

    /// The version of this number.
    pub fn version(&self, number: u32) -> Option<&Version> {
        self.versions
            .iter()
            .find(|version| version.number == number)
    }

    /// The charter in force on `day` as text and duties.
    pub fn charter(&self, day: NaiveDate) -> Option<&Charter> {
        self.charter_on(day).map(|version| &version.charter)
    }
}

/// The last day on which a settled period may begin, seen from `today`: the end of the year that is near.
pub fn horizon(today: NaiveDate) -> NaiveDate {
    let year = (today + LOOK_AHEAD).year();
    NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(today)
}

/// Whether a house that was read may be kept for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// It was read from a committed state.
    Yes,
    /// It was read in a transaction that may yet be undone.
    No,
}

/// The houses in memory, one for each organisation.
#[derive(Debug, Default)]
pub struct Houses {
    known: RwLock<BTreeMap<OrgId, Arc<House>>>,
}

impl Houses {
    /// Whether a house of the organisation is in memory, be it of today's rules or not.
    pub fn knows(&self, org: OrgId) -> bool {
        self.known
            .read()
            .is_ok_and(|known| known.contains_key(&org))
    }

    /// The organisation's house, read again if its rules have changed. Only what a reader sees is kept: a writer may have
    /// read what is never committed.
    pub async fn open(
        &self,
        tx: &mut Tx,
        organisation: Organisation,
        now: DateTime<Utc>,
        keep: Keep,
    ) -> Result<Arc<House>> {
        let org = organisation.id;
        let known = self
            .known
            .read()
            .ok()
            .and_then(|known| known.get(&org).cloned());
        if let Some(house) = known
            && house.stamp == organisation.rules_stamp
            && Some(house.horizon) == organisation.horizon.or(Some(house.horizon))
        {
            return Ok(house);
        }
        let house = Arc::new(load(tx, organisation, now).await?);
        if let Ok(mut known) = self.known.write() {
            match keep {
                Keep::Yes => known.insert(org, Arc::clone(&house)),
                // It is of other rules than the writer sees: the next one reads it again.
                Keep::No => known.remove(&org),
            };
        }
        Ok(house)
    }
}

pub(super) async fn load(tx: &mut Tx, found: Organisation, now: DateTime<Utc>) -> Result<House> {
    let org = found.id;
    let zone: Tz = found
        .time_zone
        .parse()
        .map_err(|error: chrono_tz::ParseError| {
            Error::Broken(anyhow::anyhow!("time zone of organisation {org}: {error}"))
        })?;
    let mut versions = Vec::new();
    for stored in store::charter::versions(tx, org).await? {
        let name = format!("charter version {}", stored.number);
        let charter = domain::charter::parse(&stored.toml, &name)
            .map_err(|error| Error::Broken(error.into()))?;
        versions.push(Version {
            number: stored.number,
            effective: stored.effective,
            charter,
        });
    }
    let calendar = Calendar::new(store::calendar::years(tx, org).await?);
    let roster = Roster::new(store::people::roster(tx, org).await?);
    let today = now.with_timezone(&zone).date_naive();
    let horizon = found.horizon.unwrap_or_else(|| horizon(today));
    let rules = Rules::compile(&versions, &calendar, horizon);
    Ok(House {
        name: found.name,
        demo: found.demo,
        zone,
        versions,
        calendar,
        roster,
        rules,
        horizon,
        stamp: found.rules_stamp,
    })
}
