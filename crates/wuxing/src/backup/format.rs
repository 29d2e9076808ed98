//! The lines of a backup.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde_json::Value as Json;
use store::Value;
use store::backup::{ColumnKind, StoredRow};
use uuid::Uuid;

/// The number of the format. A reader refuses what it does not know.
pub const VERSION: u32 = 1;

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Head {
    /// [`VERSION`] of the writer.
    #[serde(rename = "wuxing-backup")]
    pub format: u32,
    /// The program's version.
    pub program: String,
    /// The newest migration of the database.
    pub schema: i64,
    /// When.
    pub made_at: DateTime<Utc>,
    /// What is in it.
    pub organisations: Vec<OrganisationHead>,
}

/// An organisation and the head of its audit chain at the moment of the backup.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OrganisationHead {
    /// Its identifier.
    pub org: Uuid,
    /// Number of the chain's last entry.
    pub seq: u64,
    /// Its digest, in hexadecimal.
    pub digest: String,
}

/// Every other line.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
pub(super) enum Line {
    /// The rows of a table follow.
    Table(TableLine),
    /// A row of that table.
    Row(Vec<Json>),
    /// The table ends.
    End(EndLine),
    /// The backup ends.
    Whole(WholeLine),
}

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableLine {
    pub(super) table: String,
    pub(super) columns: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EndLine {
    pub(super) end: String,
    pub(super) rows: u64,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WholeLine {
    /// How many lines there are before this one.
    pub(super) lines: u64,
    /// SHA-256 of all of them, line ends included, in hexadecimal.
    pub(super) sha256: String,
}

/// The word for a kind of column.
pub(super) const fn word(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Uuid => "uuid",
        ColumnKind::Bytes => "base64",
        ColumnKind::Text => "text",
        ColumnKind::Date => "date",
        ColumnKind::Time => "time",
        ColumnKind::Count => "number",
        ColumnKind::Flag => "flag",
    }
}

/// The kind that `word` names.
pub(super) fn kind(word_: &str) -> Option<ColumnKind> {
    use ColumnKind::{Bytes, Count, Date, Flag, Text, Time, Uuid};
    [Uuid, Bytes, Text, Date, Time, Count, Flag]
        .into_iter()
        .find(|kind| word(*kind) == word_)
}

/// A row as its line has it.
pub(super) fn written(row: &StoredRow) -> Vec<Json> {
    let value = |value: &Value| match value {
        Value::Uuid(uuid) => uuid.map(|uuid| uuid.to_string()).into(),
        Value::Bytes(bytes) => bytes.as_ref().map(|bytes| BASE64.encode(bytes)).into(),
        Value::Text(text) => text.clone().into(),
        Value::Date(date) => date.map(|date| date.to_string()).into(),
        Value::Time(time) => time
            .map(|time| time.to_rfc3339_opts(SecondsFormat::Micros, true))
            .into(),
        Value::Count(count) => (*count).into(),
        Value::Flag(flag) => (*flag).into(),
    };
    row.iter().map(value).collect()
}

/// A row from its line; what does not fit its column is said.
pub(super) fn read(
    kinds: &[ColumnKind],
    line: Vec<Json>,
) -> std::result::Result<StoredRow, String> {
    if line.len() != kinds.len() {
        return Err(format!("{} values for {} columns", line.len(), kinds.len()));
    }
    kinds
        .iter()
        .zip(line)
        .map(|(kind, json)| value(*kind, json))
        .collect()
}

fn value(kind: ColumnKind, json: Json) -> std::result::Result<Value, String> {
    let unfit = || format!("a value that is no {}", word(kind));
    let text = |json: Json| match json {
        Json::Null => Ok(None),
        Json::String(text) => Ok(Some(text)),
        _ => Err(unfit()),
    };
    Ok(match kind {
        ColumnKind::Uuid => {
            Value::Uuid(parsed(text(json)?, |text| text.parse().ok()).ok_or_else(unfit)?)
        }
        ColumnKind::Bytes => {
            Value::Bytes(parsed(text(json)?, |text| BASE64.decode(text).ok()).ok_or_else(unfit)?)
        }
        ColumnKind::Text => Value::Text(text(json)?),
        ColumnKind::Date => Value::Date(
            parsed(text(json)?, |text| text.parse::<NaiveDate>().ok()).ok_or_else(unfit)?,
        ),
        ColumnKind::Time => Value::Time(
            parsed(text(json)?, |text| text.parse::<DateTime<Utc>>().ok()).ok_or_else(unfit)?,
        ),
        ColumnKind::Count => match json {
            Json::Null => Value::Count(None),
            Json::Number(number) => Value::Count(Some(number.as_i64().ok_or_else(unfit)?)),
            _ => return Err(unfit()),
        },
        ColumnKind::Flag => match json {
            Json::Null => Value::Flag(None),
            Json::Bool(flag) => Value::Flag(Some(flag)),
            _ => return Err(unfit()),
        },
    })
}

/// `Some(None)` for what is missing, `None` for what cannot be read.
fn parsed<T>(text: Option<String>, parse: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    match text {
        None => Some(None),
        Some(text) => parse(&text).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_value() -> impl Strategy<Value = (ColumnKind, Value)> {
        let micros = -62_135_596_800_000_000_i64..253_402_300_799_000_000;
        prop_oneof![
            any::<Option<u128>>()
                .prop_map(|v| (ColumnKind::Uuid, Value::Uuid(v.map(Uuid::from_u128)))),
            any::<Option<Vec<u8>>>().prop_map(|v| (ColumnKind::Bytes, Value::Bytes(v))),
            any::<Option<String>>().prop_map(|v| (ColumnKind::Text, Value::Text(v))),
            prop::option::of(-300_000..2_900_000_i32).prop_map(|v| (
                ColumnKind::Date,
                Value::Date(v.and_then(NaiveDate::from_num_days_from_ce_opt))
            )),
            prop::option::of(micros).prop_map(|v| (
                ColumnKind::Time,
                Value::Time(v.and_then(DateTime::from_timestamp_micros))
            )),
            any::<Option<i64>>().prop_map(|v| (ColumnKind::Count, Value::Count(v))),
            any::<Option<bool>>().prop_map(|v| (ColumnKind::Flag, Value::Flag(v))),
        ]
    }

    proptest! {
        #[test]
        fn law_a_row_comes_back_as_it_was(cells in prop::collection::vec(any_value(), 0..12)) {
            let (kinds, row): (Vec<_>, StoredRow) = cells.into_iter().unzip();
            let text = serde_json::to_string(&Line::Row(written(&row))).unwrap();
            prop_assert!(!text.contains('\n'));
            let Line::Row(line) = serde_json::from_str(&text).unwrap() else { panic!("{text}") };
            prop_assert_eq!(read(&kinds, line), Ok(row));
        }

        #[test]
        fn law_whatever_a_line_says_is_read_or_refused(text in ".{0,60}", word in "[a-z]{3,7}") {
            if let Ok(Line::Row(line)) = serde_json::from_str(&text) {
                drop(read(&[ColumnKind::Time, ColumnKind::Bytes], line));
            }
            prop_assert_eq!(kind(&word).map(super::word).is_none_or(|known| known == word), true);
        }
    }

    #[test]
    fn what_does_not_fit_its_column_is_refused() {
        let table = [
            (ColumnKind::Uuid, Json::from("not one")),
            (ColumnKind::Bytes, Json::from("***")),
            (ColumnKind::Text, Json::from(3)),
            (ColumnKind::Date, Json::from("2026-02-30")),
            (ColumnKind::Time, Json::from("yesterday")),
            (ColumnKind::Count, Json::from(1.5)),
            (ColumnKind::Count, Json::from(u64::MAX)),
            (ColumnKind::Flag, Json::from(1)),
        ];
        for (kind, json) in table {
            assert!(
                read(&[kind], vec![json.clone()]).is_err(),
                "{kind:?} {json}"
            );
        }
        assert!(read(&[ColumnKind::Text], Vec::new()).is_err());
    }
}
