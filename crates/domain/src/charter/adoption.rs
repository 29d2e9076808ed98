//! Whether a draft may become a version, and from which day on (R1–R2, A7, B7).

use chrono::{Months, NaiveDate};

use super::{Charter, Version};

/// Longest reason for a load above the cap, in characters.
pub const LONGEST_REASON: usize = 1_000;

/// A version takes effect at most this many months ahead: what lies further off is no plan but a slip of the pen.
const MONTHS_AHEAD: Months = Months::new(24);

/// What is proposed.
#[derive(Clone, Copy, Debug)]
pub struct Proposal<'c> {
    /// The draft's charter.
    pub charter: &'c Charter,
    /// The version that the draft changes.
    pub base: u32,
    /// From which day on it is to rule.
    pub effective: NaiveDate,
    /// Whether it asks more of somebody than its cap.
    pub over_cap: bool,
    /// Why it is adopted all the same.
    pub reason: &'c str,
}

/// Why a draft does not become a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It changes a version that is no longer the newest one: what came between would be undone without a word.
    OutdatedBase {
        /// The version it changes.
        base: u32,
        /// The newest one.
        newest: u32,
    },
    /// It says what the newest version says.
    NothingChanged,
    /// Rules are not changed for days that are past (A7), and not before the newest version has taken effect.
    TooEarly {
        /// The first day possible.
        earliest: NaiveDate,
    },
    /// Too far ahead.
    TooLate {
        /// The last day possible.
        latest: NaiveDate,
    },
    /// Above the cap it takes a recorded reason (B7).
    ReasonMissing,
    /// The reason is too long.
    ReasonTooLong {
        /// Most characters.
        limit: usize,
    },
}

/// The newest version: the one with the greatest number.
pub fn newest(versions: &[Version]) -> Option<&Version> {
    versions.iter().max_by_key(|version| version.number)
}

/// The days from which a new version can rule: the first and the last one.
pub fn effective_days(versions: &[Version], today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let after_newest = newest(versions).and_then(|version| version.effective.succ_opt());
    let earliest = after_newest.map_or(today, |day| day.max(today));
    let latest = today
        .checked_add_months(MONTHS_AHEAD)
        .unwrap_or(today)
        .max(earliest);
    (earliest, latest)
}

/// Decides on a proposal; `versions` are those that rule or will rule.
///
/// # Errors
/// The first reason against it.
pub fn decide(
    versions: &[Version],
    today: NaiveDate,
    proposal: &Proposal<'_>,
) -> Result<(), Refusal> {
    if let Some(newest) = newest(versions) {
        if proposal.base != newest.number {
            return Err(Refusal::OutdatedBase {
                base: proposal.base,
                newest: newest.number,
            });
        }
        if *proposal.charter == newest.charter {
            return Err(Refusal::NothingChanged);
        }
    }
    let (earliest, latest) = effective_days(versions, today);
    if proposal.effective < earliest {
        return Err(Refusal::TooEarly { earliest });
    }
    if proposal.effective > latest {
        return Err(Refusal::TooLate { latest });
    }
    let reason = proposal.reason.trim();
    if proposal.over_cap && reason.is_empty() {
        return Err(Refusal::ReasonMissing);
    }
    if reason.chars().count() > LONGEST_REASON {
        return Err(Refusal::ReasonTooLong {
            limit: LONGEST_REASON,
        });
    }
    Ok(())
}

/// Why an adopted version cannot be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It has taken effect: people rely on it. Another version changes it.
    InForce,
    /// A newer version changes it already.
    NotNewest,
}

/// Whether a version can be taken back: only before its day, and only the newest one.
///
/// # Errors
/// Why not.
pub fn withdraw(versions: &[Version], today: NaiveDate, number: u32) -> Result<(), Kept> {
    let Some(version) = newest(versions).filter(|version| version.number == number) else {
        return Err(Kept::NotNewest);
    };
    if version.effective <= today {
        return Err(Kept::InForce);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{LoadCap, Text};
    use super::*;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).unwrap_or_default()
    }

    fn charter(title: &str) -> Charter {
        Charter {
            title: Text::plain(title),
            preamble: Vec::new(),
            pillars: Vec::new(),
            articles: Vec::new(),
            duties: Vec::new(),
            topics: Vec::new(),
            cap: LoadCap { hours_per_week: 24 },
            notes: Vec::new(),
        }
    }

    fn version(number: u32, effective: NaiveDate, title: &str) -> Version {
        Version {
            number,
            effective,
            charter: charter(title),
        }
    }

    #[test]
    fn a7_a_draft_is_adopted_for_days_to_come_on_top_of_the_newest_version() {
        let versions = [version(1, day(1, 5), "甲"), version(2, day(10, 1), "乙")];
        let new = charter("丙");
        let good = Proposal {
            charter: &new,
            base: 2,
            effective: day(10, 12),
            over_cap: false,
            reason: "",
        };
        let today = day(9, 16);
        let long = "因".repeat(LONGEST_REASON + 1);
        let cases = [
            (good, Ok(())),
            (
                Proposal { base: 1, ..good },
                Err(Refusal::OutdatedBase { base: 1, newest: 2 }),
            ),
            (
                Proposal {
                    charter: &versions[1].charter,
                    ..good
                },
                Err(Refusal::NothingChanged),
            ),
            (
                Proposal {
                    effective: day(10, 1),
                    ..good
                },
                Err(Refusal::TooEarly {
                    earliest: day(10, 2),
                }),
            ),
            (
                Proposal {
                    effective: day(10, 2),
                    ..good
                },
                Ok(()),
            ),
            (
                Proposal {
                    effective: NaiveDate::MAX,
                    ..good
                },
                Err(Refusal::TooLate {
                    latest: NaiveDate::from_ymd_opt(2028, 9, 16).unwrap_or_default(),
                }),
            ),
            (
                Proposal {
                    over_cap: true,
                    reason: " \n",
                    ..good
                },
                Err(Refusal::ReasonMissing),
            ),
            (
                Proposal {
                    over_cap: true,
                    reason: "试行一个季度",
                    ..good
                },
                Ok(()),
            ),
            (
                Proposal {
                    reason: &long,
                    ..good
                },
                Err(Refusal::ReasonTooLong {
                    limit: LONGEST_REASON,
                }),
            ),
        ];
        for (proposal, expected) in cases {
            assert_eq!(
                decide(&versions, today, &proposal),
                expected,
                "{proposal:?}"
            );
        }
        // After the newest version's day it is today.
        assert_eq!(effective_days(&versions, day(11, 3)).0, day(11, 3));
        assert_eq!(effective_days(&[], today).0, today);
    }

    #[test]
    fn a7_a_version_is_taken_back_before_its_day_only() {
        let versions = [version(1, day(1, 5), "甲"), version(2, day(10, 1), "乙")];
        let cases = [
            (2, day(9, 30), Ok(())),
            (2, day(10, 1), Err(Kept::InForce)),
            (1, day(1, 1), Err(Kept::NotNewest)),
            (3, day(1, 1), Err(Kept::NotNewest)),
        ];
        for (number, today, expected) in cases {
            assert_eq!(withdraw(&versions, today, number), expected);
        }
    }
}
