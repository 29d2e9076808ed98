//! The charter as it is read: text, duties by pillar and article, and the load that it puts on people.

use domain::access::{Action, Resource};
use domain::charter::{Charter, Version};
use domain::load::{LoadReport, Staffing, load};
use domain::people::Role;

use super::{Cx, Error, Result};

/// A preset that ships with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// The word for it.
    pub name: &'static str,
    /// Its file.
    pub file: &'static str,
    /// Its text.
    pub toml: &'static str,
}

/// The presets, the reference charter first.
pub const PRESETS: [Preset; 3] = [
    Preset {
        name: "wuxing",
        file: "charters/wuxing.toml",
        toml: include_str!("../../../../charters/wuxing.toml"),
    },
    Preset {
        name: "wuxing-full",
        file: "charters/wuxing-full.toml",
        toml: include_str!("../../../../charters/wuxing-full.toml"),
    },
    Preset {
        name: "company",
        file: "charters/company.toml",
        toml: include_str!("../../../../charters/company.toml"),
    },
];

/// A charter version for its page.
#[derive(Clone, Debug)]
pub struct CharterView {
    /// The version shown.
    pub version: Version,
    /// Whether it is in force today.
    pub in_force: bool,
    /// All versions: number and effective day.
    pub versions: Vec<(u32, chrono::NaiveDate)>,
}

/// Reads a version, by default the one in force.
pub async fn view(cx: &mut Cx, number: Option<u32>) -> Result<CharterView> {
    cx.authorize(Action::Read, Resource::Charter)?;
    let current = cx.house.version_on(cx.today).map(|version| version.number);
    let version = match number {
        Some(number) => cx.house.version(number),
        None => cx.house.charter_on(cx.today),
    };
    let version = version.ok_or(Error::NotFound)?.clone();
    Ok(CharterView {
        in_force: current == Some(version.number),
        versions: cx
            .house
            .versions
            .iter()
            .map(|version| (version.number, version.effective))
            .collect(),
        version,
    })
}

/// The load of the charter in force in `year`, for the department as it is staffed today.
pub async fn measure(cx: &mut Cx, year: i32) -> Result<(Charter, LoadReport)> {
    cx.authorize(Action::Read, Resource::Charter)?;
    let charter = cx.house.charter(cx.today).ok_or(Error::NotFound)?.clone();
    let report = load(&charter, &cx.house.calendar, year, &staffing(cx));
    Ok((charter, report))
}

/// How the department is staffed today.
pub fn staffing(cx: &Cx) -> Staffing {
    let roster = &cx.house.roster;
    let mut staffing = Staffing::default();
    for person in roster.people() {
        let postings: Vec<_> = roster.postings_on(person.id, cx.today).collect();
        let Some(role) = postings.iter().map(|posting| posting.role).min() else {
            continue;
        };
        match role {
            Role::Minister => staffing.ministers += 1,
            Role::Deputy => staffing.deputies += 1,
            Role::Head => staffing.heads += 1,
            Role::Staff => staffing.staff += 1,
        }
        staffing.office_members += u32::from(postings.iter().any(|posting| posting.office));
        for posting in postings {
            if let Some(section) = posting.section.and_then(|id| roster.section(id)) {
                *staffing.members_of.entry(section.name.clone()).or_default() += 1;
            }
            if let Some(post) = roster.post(posting.post) {
                *staffing.holders_of.entry(post.title.clone()).or_default() += 1;
            }
        }
    }
    staffing.sections = u32::try_from(roster.sections().len()).unwrap_or(u32::MAX);
    staffing
}
