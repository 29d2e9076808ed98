//! Forms: what was typed becomes content, or every field that needs another look is named.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::{Content, EntryFor, Kind};

/// Longest title, in characters.
pub const LONGEST_TITLE: usize = 120;
/// Longest text or excerpt, in characters; three times that in bytes fits a request.
pub const LONGEST_TEXT: usize = 100_000;
/// Longest URL, in characters.
pub const LONGEST_URL: usize = 2_000;
/// How many days back a record may be dated.
pub const DAYS_BACK: u64 = 400;
/// The largest amount of one entry.
pub const LARGEST_AMOUNT: u32 = 100;

/// What was typed into a form: field name to text. Also what a draft keeps.
pub type Fields = BTreeMap<String, String>;

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Problem {
    /// Nothing was typed.
    Missing,
    /// More characters than the limit.
    TooLong {
        /// The limit.
        limit: usize,
    },
    /// Not a web address that begins with http:// or https://.
    NotAnAddress,
    /// Not a day.
    NotADay,
    /// A day that has not come yet.
    InTheFuture,
    /// Further back than a record may be dated.
    TooFarBack,
    /// Not one of the choices.
    NotAChoice,
    /// Not a whole number from 1 to the limit.
    NotAnAmount {
        /// The limit.
        limit: u32,
    },
}

/// A field and what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// Name of the field.
    pub field: &'static str,
    /// What is wrong.
    pub problem: Problem,
}

/// Turns what was typed into content, or names every field that needs another look. `today` is the organisation's day;
/// `topics` are the charter's; `entry` is set when the form enters a duty done (its amount is read from the fields).
pub fn check(
    kind: Kind,
    fields: &Fields,
    today: NaiveDate,
    topics: &[String],
    entry: Option<EntryFor>,
) -> Result<Content, Vec<FieldProblem>> {
    let mut problems = Vec::new();
    let mut complain = |field, problem| problems.push(FieldProblem { field, problem });
    let typed = |name: &str| fields.get(name).map(|text| clean(text)).unwrap_or_default();

    let mut text = typed("text");
    let mut excerpt = if kind == Kind::Clipping {
        typed("excerpt")
    } else {
        String::new()
    };
    let book = if kind == Kind::BookNote {
        Some(typed("book"))
    } else {
        None
    };
    let address = if kind == Kind::Clipping {
        typed("url")
    } else {
        String::new()
    };
    let mut title = typed("title").replace('\n', " ");

    for (name, value) in [("text", &mut text), ("excerpt", &mut excerpt)] {
        if value.chars().count() > LONGEST_TEXT {
            complain(
                name,
                Problem::TooLong {
                    limit: LONGEST_TEXT,
                },
            );
            value.clear();
            value.push('…');
        }
    }
    match kind {
        // A clipping is done in seconds: any one of the three is enough.
        Kind::Clipping if text.is_empty() && excerpt.is_empty() && address.is_empty() => {
            complain("text", Problem::Missing);
        }
        Kind::Clipping => {}
        // What was done with somebody stays between the two; that it was done is enough.
        Kind::Entry
            if entry
                .as_ref()
                .is_some_and(|entry| entry.counterpart.is_some()) => {}
        _ if text.is_empty() => complain("text", Problem::Missing),
        _ => {}
    }
    if kind == Kind::Article && title.is_empty() {
        complain("title", Problem::Missing);
    }
    if title.chars().count() > LONGEST_TITLE {
        complain(
            "title",
            Problem::TooLong {
                limit: LONGEST_TITLE,
            },
        );
    }
    if let Some(book) = &book {
        if book.is_empty() {
            complain("book", Problem::Missing);
        } else if book.chars().count() > LONGEST_TITLE {
            complain(
                "book",
                Problem::TooLong {
                    limit: LONGEST_TITLE,
                },
            );
        }
    }
    let url = (!address.is_empty()).then_some(address);
    if let Some(url) = &url {
        if url.chars().count() > LONGEST_URL {
            complain("url", Problem::TooLong { limit: LONGEST_URL });
        } else if !is_web_address(url) {
            complain("url", Problem::NotAnAddress);
        }
    }
    let topic = Some(typed("topic")).filter(|topic| !topic.is_empty());
    if topic.as_ref().is_some_and(|topic| !topics.contains(topic)) {
        complain("topic", Problem::NotAChoice);
    }
    let date = match typed("date").as_str() {
        "" => today,
        typed => match typed.parse::<NaiveDate>() {
            Err(_) => {
                complain("date", Problem::NotADay);
                today
            }
            Ok(day) if day > today => {
                complain("date", Problem::InTheFuture);
                today
            }
            Ok(day) if day < today - Days::new(DAYS_BACK) => {
                complain("date", Problem::TooFarBack);
                today
            }
            Ok(day) => day,
        },
    };
    let entry = entry.map(|mut entry| {
        let amount = typed("amount");
        entry.amount = match if amount.is_empty() {
            Ok(1)
        } else {
            amount.parse::<u32>()
        } {
            Ok(amount) if (1..=LARGEST_AMOUNT).contains(&amount) => amount,
            _ => {
                complain(
                    "amount",
                    Problem::NotAnAmount {
                        limit: LARGEST_AMOUNT,
                    },
                );
                1
            }
        };
        entry
    });
    if title.is_empty() {
        title = derived_title(book.as_deref(), &text, &excerpt, url.as_deref());
    }
    if problems.is_empty() {
        Ok(Content {
            kind,
            title,
            text,
            excerpt,
            url,
            book,
            topic,
            date,
            entry,
        })
    } else {
        Err(problems)
    }
}

/// The fields that show `content` in its form again.
pub fn fields(content: &Content) -> Fields {
    let mut fields = Fields::new();
    let mut put = |name: &str, value: String| {
        if !value.is_empty() {
            fields.insert(name.to_owned(), value);
        }
    };
    put("title", content.title.clone());
    put("text", content.text.clone());
    put("excerpt", content.excerpt.clone());
    put("url", content.url.clone().unwrap_or_default());
    put("book", content.book.clone().unwrap_or_default());
    put("topic", content.topic.clone().unwrap_or_default());
    put("date", content.date.to_string());
    if let Some(entry) = &content.entry {
        put("duty", entry.duty.to_string());
        put("amount", entry.amount.to_string());
        put(
            "counterpart",
            entry
                .counterpart
                .map(|id| id.to_string())
                .unwrap_or_default(),
        );
    }
    fields
}

/// Removes what cannot be stored or would mislead a reader: control characters and the marks that turn the direction of
/// writing for what follows; line ends become `\n`.
pub fn clean(text: &str) -> String {
    let unix = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept = |c: &char| match c {
        '\n' | '\t' => true,
        '\u{202A}'..='\u{202E}'
        | '\u{2066}'..='\u{2069}'
        | '\u{200E}'
        | '\u{200F}'
        | '\u{061C}' => false,
        c => !c.is_control(),
    };
    unix.chars()
        .filter(kept)
        .collect::<String>()
        .trim()
        .to_owned()
}

fn is_web_address(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        !host.is_empty()
            && !rest.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\\'))
    })
}

/// The first line of what there is, at most 40 characters.
impl Content {
    /// Whether its title says something that its words do not begin with.
    pub fn has_title_of_its_own(&self) -> bool {
        let book = self.book.as_deref().filter(|book| !book.is_empty());
        book.is_some()
            || self.title != derived_title(None, &self.text, &self.excerpt, self.url.as_deref())
    }
}

fn derived_title(book: Option<&str>, text: &str, excerpt: &str, url: Option<&str>) -> String {
    if let Some(book) = book.filter(|book| !book.is_empty()) {
        return format!("《{book}》");
    }
    let candidates = [text, excerpt, url.unwrap_or_default()];
    let source = candidates
        .into_iter()
        .find(|candidate| !candidate.is_empty())
        .unwrap_or_default();
    let line = source.lines().next().unwrap_or_default();
    let mut title: String = line.chars().take(40).collect();
    if line.chars().count() > 40 {
        title.push('…');
    }
    title
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 9, 16).unwrap()
    }

    fn typed(pairs: &[(&str, &str)]) -> Fields {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn problems(kind: Kind, pairs: &[(&str, &str)]) -> Vec<(&'static str, Problem)> {
        let checked = check(kind, &typed(pairs), today(), &["法律".to_owned()], None);
        checked
            .err()
            .unwrap_or_default()
            .into_iter()
            .map(|p| (p.field, p.problem))
            .collect()
    }

    #[test]
    fn a_title_made_from_the_words_is_none_of_their_own() {
        let long = "字".repeat(60);
        for (kind, pairs, own) in [
            (Kind::Clipping, vec![("text", "第一行\n第二行")], false),
            (Kind::Clipping, vec![("excerpt", long.as_str())], false),
            (
                Kind::Clipping,
                vec![("url", "https://example.org/a")],
                false,
            ),
            (
                Kind::Reflection,
                vec![("title", "体会"), ("text", "第一行")],
                true,
            ),
            (
                Kind::Reflection,
                vec![("title", "第一行"), ("text", "第一行")],
                false,
            ),
            (
                Kind::BookNote,
                vec![("book", "书名"), ("text", "第一行")],
                true,
            ),
        ] {
            let content = check(kind, &typed(&pairs), today(), &[], None).unwrap();
            assert_eq!(content.has_title_of_its_own(), own, "{pairs:?}");
        }
    }

    #[test]
    fn r18_r23_a_clipping_needs_one_of_excerpt_address_or_thought() {
        assert_eq!(problems(Kind::Clipping, &[]), [("text", Problem::Missing)]);
        for field in ["text", "excerpt"] {
            assert_eq!(problems(Kind::Clipping, &[(field, "摘录")]), []);
        }
        assert_eq!(
            problems(Kind::Clipping, &[("url", "https://example.org/a?b=c")]),
            []
        );
        assert_eq!(
            problems(Kind::Clipping, &[("url", "javascript:alert(1)")]),
            [("url", Problem::NotAnAddress)]
        );
        assert_eq!(
            problems(Kind::Clipping, &[("url", "https:// x")]),
            [("url", Problem::NotAnAddress)]
        );
    }

    #[test]
    fn r24_to_r26_every_faulty_field_is_named_at_once() {
        let found = problems(Kind::Article, &[("date", "2026-09-17"), ("topic", "玄学")]);
        let expected = [
            ("text", Problem::Missing),
            ("title", Problem::Missing),
            ("topic", Problem::NotAChoice),
            ("date", Problem::InTheFuture),
        ];
        assert_eq!(found, expected);
        assert_eq!(
            problems(Kind::BookNote, &[("text", "x")]),
            [("book", Problem::Missing)]
        );
        assert_eq!(
            problems(Kind::Reflection, &[("text", "x"), ("date", "2025-01-01")]),
            [("date", Problem::TooFarBack)]
        );
        assert_eq!(
            problems(Kind::Reflection, &[("text", "x"), ("date", "昨天")]),
            [("date", Problem::NotADay)]
        );
    }

    #[test]
    fn a_text_over_the_limit_is_refused_and_one_at_the_limit_is_not() {
        let at = "字".repeat(LONGEST_TEXT);
        assert_eq!(problems(Kind::Reflection, &[("text", &at)]), []);
        let over = at + "字";
        let expected = [(
            "text",
            Problem::TooLong {
                limit: LONGEST_TEXT,
            },
        )];
        assert_eq!(problems(Kind::Reflection, &[("text", &over)]), expected);
    }

    #[test]
    fn a_title_is_made_where_none_is_typed() {
        let content = check(
            Kind::Reflection,
            &typed(&[("text", "第一行\n第二行")]),
            today(),
            &[],
            None,
        )
        .unwrap();
        assert_eq!(content.title, "第一行");
        let content = check(
            Kind::BookNote,
            &typed(&[("book", "乡土中国"), ("text", "x")]),
            today(),
            &[],
            None,
        )
        .unwrap();
        assert_eq!(content.title, "《乡土中国》");
    }

    #[test]
    fn marks_that_turn_the_writing_direction_and_control_characters_are_dropped() {
        let content = check(
            Kind::Reflection,
            &typed(&[("text", "a\u{202E}b\0c\r\n😀<script>")]),
            today(),
            &[],
            None,
        );
        assert_eq!(content.unwrap().text, "abc\n😀<script>");
    }

    proptest! {
        #[test]
        fn law_what_was_accepted_is_accepted_unchanged_when_shown_again(
            which in 0..4usize, title in "\\PC{0,50}", text in "\\PC{1,200}", excerpt in "\\PC{0,50}", book in "\\PC{1,30}"
        ) {
            let form = typed(&[("title", &title), ("text", &text), ("excerpt", &excerpt), ("book", &book)]);
            if let Ok(content) = check(Kind::CAPTURED[which], &form, today(), &[], None) {
                let again = check(content.kind, &fields(&content), today(), &[], None);
                prop_assert_eq!(again, Ok(content));
            }
        }
    }
}
