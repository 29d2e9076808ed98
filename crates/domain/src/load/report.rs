//! What the load meter reports. Made to be shown and to be written as JSON.

use chrono::NaiveDate;
use serde::{Serialize, Serializer};

use super::people::Position;
use super::trim::Trim;
use crate::charter::{Force, Receiver, Unit};
use crate::identity::DutyId;
use crate::ledger::Excuse;
use crate::period::Cadence;

/// A number that is shown, exact to the hundredth, rounded half up. Decisions are made on whole minutes, never on this.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hundredths(pub u64);

impl Hundredths {
    /// `numerator / denominator`; 0 if the denominator is 0.
    pub(super) fn ratio(numerator: u64, denominator: u64) -> Self {
        let (numerator, denominator) = (u128::from(numerator) * 100, u128::from(denominator));
        let rounded = (2 * numerator + denominator)
            .checked_div(2 * denominator)
            .unwrap_or(0);
        Self(u64::try_from(rounded).unwrap_or(u64::MAX))
    }

    pub(super) fn hours(minutes: u64) -> Self {
        Self::ratio(minutes, super::MINUTES_PER_HOUR)
    }
}

impl std::fmt::Display for Hundredths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, part) = (self.0 / 100, self.0 % 100);
        match (part, part % 10) {
            (0, _) => write!(f, "{whole}"),
            (_, 0) => write!(f, "{whole}.{}", part / 10),
            _ => write!(f, "{whole}.{part:02}"),
        }
    }
}

impl Serialize for Hundredths {
    /// As a number, e.g. `578.5`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0 as f64 / 100.0)
    }
}

/// The load of a charter in a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LoadReport {
    /// The year.
    pub year: i32,
    /// Whether the year's calendar has not been announced, so that holidays are missing from the count.
    pub provisional: bool,
    /// Working days of the calendar year.
    pub working_days: u32,
    /// The charter's cap, in hours per working week.
    pub cap_hours_per_week: u32,
    /// Whether somebody's required duties exceed the cap: adopting such a charter takes a recorded reason.
    pub over_cap: bool,
    /// One person of each kind, in the order of the posts.
    pub positions: Vec<PositionLoad>,
    /// Those who receive what others do.
    pub receivers: Vec<ReceiverLoad>,
    /// What trimming a required duty would save, the greatest saving first. Given whether or not the cap is exceeded.
    pub proposals: Vec<Trim>,
}

/// The load of one person in a position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PositionLoad {
    /// The position.
    pub position: Position,
    /// How many people hold it.
    pub people: u32,
    /// What the charter asks, duty by duty in its order.
    pub duties: Vec<DutyLoad>,
    /// Time for receiving what others do (reading, collating), in the charter's order.
    pub receiving: Vec<ReceivingLoad>,
    /// Required duties together with the receiving that they cause.
    pub required: Total,
    /// Encouraged duties together with the receiving that they cause.
    pub encouraged: Total,
    /// Whether what is required exceeds the cap.
    pub over_cap: bool,
}

/// On which side of a duty somebody stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Owes it.
    Owner,
    /// Is the other side of it, e.g. of a talk.
    Counterpart,
}

/// What one duty asks of one person in the year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DutyLoad {
    /// The duty.
    #[serde(serialize_with = "as_text")]
    pub duty: DutyId,
    /// How binding it is.
    #[serde(serialize_with = "force_word")]
    pub force: Force,
    /// On which side of it the person stands.
    pub part: Part,
    /// How often it falls due.
    #[serde(serialize_with = "cadence_word")]
    pub cadence: Cadence,
    /// Periods in which something is owed.
    pub periods: u32,
    /// Towards how many people it is owed in each period, or how many owe it to the person; 1 without counterparts. An average
    /// that is not whole is rounded up.
    pub counterparts: u64,
    /// How much in the year, in `unit`, all counterparts together.
    pub owed: u64,
    /// In what `owed` is counted.
    #[serde(serialize_with = "unit_word")]
    pub unit: Unit,
    /// Items: how often; a half-day is half an item, a period's words are one.
    pub items: Hundredths,
    /// Minutes in the year.
    pub minutes: u64,
    /// The minutes as hours.
    pub hours: Hundredths,
    /// Per cent of the year's working time.
    pub share_percent: Hundredths,
    /// Periods in which nothing is owed, and why. Days off are not listed for a day duty: it falls due on working days.
    pub excused: Vec<ExcusedPeriod>,
}

/// A period in which the calendar leaves nothing to be owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ExcusedPeriod {
    /// Its number within the year: week 8 is 8.
    pub number: u32,
    /// First day.
    pub first: NaiveDate,
    /// Last day.
    pub last: NaiveDate,
    /// Why.
    #[serde(serialize_with = "excuse_word")]
    pub why: Excuse,
}

/// Time one person spends on receiving one duty's items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReceivingLoad {
    /// The duty.
    #[serde(serialize_with = "as_text")]
    pub duty: DutyId,
    /// How binding the duty is for those who owe it.
    #[serde(serialize_with = "force_word")]
    pub force: Force,
    /// Minutes of this person in the year.
    pub minutes: u64,
}

/// All that is asked of one person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Total {
    /// Items of the person's own and as counterpart; what is only received counts time, not items.
    pub items: Hundredths,
    /// Items per working day.
    pub items_per_working_day: Hundredths,
    /// Minutes in the year.
    pub minutes: u64,
    /// Hours in the year.
    pub hours: Hundredths,
    /// Hours per working week.
    pub hours_per_week: Hundredths,
    /// Per cent of the year's working time.
    pub share_percent: Hundredths,
}

/// The load on those who receive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReceiverLoad {
    /// Who receives.
    #[serde(serialize_with = "receiver_word")]
    pub receiver: Receiver,
    /// How many share the work; 0 if nobody is there to do it.
    pub people: u32,
    /// Minutes in the year caused by required duties, all together.
    pub required_minutes: u64,
    /// The same for encouraged duties.
    pub encouraged_minutes: u64,
    /// Hours in the year for both.
    pub hours: Hundredths,
    /// Hours in the year for both, of one person.
    pub hours_per_person: Hundredths,
    /// Hours per working week caused by required duties, of one person.
    pub required_hours_per_week: Hundredths,
    /// Whether this alone exceeds the cap.
    pub over_cap: bool,
}

pub(super) fn as_text<S: Serializer>(
    value: &impl ToString,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&value.to_string())
}

fn force_word<S: Serializer>(value: &Force, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(value.word())
}

pub(super) fn cadence_word<S: Serializer>(
    value: &Cadence,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(value.word())
}

fn unit_word<S: Serializer>(value: &Unit, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(value.word())
}

fn receiver_word<S: Serializer>(value: &Receiver, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(value.word())
}

fn excuse_word<S: Serializer>(value: &Excuse, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(value.word())
}
