//! The two languages and their messages, for the pages and for what the JSON interface says of problems.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use domain::records::{FieldProblem, Problem};
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader as _, langid};

fluent_templates::static_loader! {
    static LOCALES = {
        locales: "../../locales",
        fallback_language: "zh-CN",
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// The sources again, for finding the keys of the messages that are the same every time.
const SOURCES: [&str; 2] = [
    include_str!("../../../locales/zh-CN.ftl"),
    include_str!("../../../locales/en.ftl"),
];

/// Messages without variables, formatted once: a page asks for some hundred of them.
static CONSTANT: LazyLock<[HashMap<&'static str, String>; 2]> =
    LazyLock::new(|| Language::ALL.map(|language| constants(language, SOURCES[language as usize])));

fn constants(language: Language, source: &'static str) -> HashMap<&'static str, String> {
    let keys = source
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    let keys = keys
        .filter_map(|line| line.split_once('='))
        .map(|(key, _)| key.trim());
    let format = |key| {
        Some((
            key,
            LOCALES
                .lookup_single_language::<&str>(language.id(), key, None)
                .ok()?,
        ))
    };
    keys.filter_map(format).collect()
}

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// 简体中文.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Language {
    /// Both, the default one first.
    pub const ALL: [Self; 2] = [Self::Chinese, Self::English];

    /// The language's tag: `zh-CN` or `en`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// The language of exactly this tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// The first of ours that an `Accept-Language` header asks for, by its weights (RFC 9110, section 12.5.4).
    pub fn accepted(header: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for offer in header.split(',') {
            let (tag, parameters) = offer.split_once(';').unwrap_or((offer, ""));
            let tag = tag.trim().to_ascii_lowercase();
            let language = match tag.split('-').next() {
                Some("zh") => Self::Chinese,
                Some("en") => Self::English,
                _ => continue,
            };
            let weight = parameters
                .trim()
                .strip_prefix("q=")
                .map_or(Ok(1.0), str::parse::<f32>)
                .unwrap_or(0.0);
            if weight > best.map_or(0.0, |(weight, _)| weight) {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }

    fn id(self) -> &'static LanguageIdentifier {
        static CHINESE: LanguageIdentifier = langid!("zh-CN");
        static ENGLISH: LanguageIdentifier = langid!("en");
        match self {
            Self::Chinese => &CHINESE,
            Self::English => &ENGLISH,
        }
    }
}

/// A message without variables. A key that does not exist gives `…` and an entry in the log; `tidy` looks for such keys.
pub fn tr(language: Language, key: &str) -> &'static str {
    try_tr(language, key).unwrap_or_else(|| {
        tracing::error!(key, "no such message");
        "…"
    })
}

/// A message without variables, if there is one of this key: for keys made of words that may be new.
pub fn try_tr(language: Language, key: &str) -> Option<&'static str> {
    CONSTANT[language as usize].get(key).map(String::as_str)
}

/// A message with variables.
pub fn tr_with(
    language: Language,
    key: &str,
    variables: &[(&'static str, &dyn Variable)],
) -> String {
    let values: HashMap<Cow<'static, str>, FluentValue<'_>> = variables
        .iter()
        .map(|(name, value)| (Cow::Borrowed(*name), value.value()))
        .collect();
    LOCALES
        .try_lookup_with_args(language.id(), key, &values)
        .unwrap_or_else(|| {
            tracing::error!(key, "no such message, or a variable is missing");
            "…".to_owned()
        })
}

/// What may stand for a variable of a message.
pub trait Variable {
    /// The value; numbers decide between singular and plural.
    fn value(&self) -> FluentValue<'_>;
}

impl Variable for str {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(self)
    }
}

impl Variable for String {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(self.as_str())
    }
}

impl Variable for u32 {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(*self)
    }
}

impl Variable for u64 {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(*self)
    }
}

impl Variable for usize {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(*self)
    }
}

impl Variable for i64 {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(*self)
    }
}

impl Variable for i32 {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(*self)
    }
}

impl<T: Variable + ?Sized> Variable for &T {
    fn value(&self) -> FluentValue<'_> {
        (**self).value()
    }
}

/// What is wrong with a field of a form, and what to do.
pub fn field_problem(language: Language, found: &FieldProblem) -> String {
    match found.problem {
        Problem::Missing => tr(language, &format!("field-missing-{}", found.field)).to_owned(),
        Problem::TooLong { limit } => tr_with(language, "field-too-long", &[("limit", &limit)]),
        Problem::NotAnAddress => tr(language, "field-not-an-address").to_owned(),
        Problem::NotADay => tr(language, "field-not-a-day").to_owned(),
        Problem::InTheFuture => tr(language, "field-in-the-future").to_owned(),
        Problem::TooFarBack => tr_with(
            language,
            "field-too-far-back",
            &[("days", &domain::records::DAYS_BACK)],
        ),
        Problem::NotAChoice => tr(language, "field-not-a-choice").to_owned(),
        Problem::NotAnAmount { limit } => {
            tr_with(language, "field-not-an-amount", &[("limit", &limit)])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_get_the_language_they_ask_for_first() {
        let cases = [
            ("zh-CN,zh;q=0.9,en;q=0.8", Some(Language::Chinese)),
            ("en-GB,en;q=0.9,zh;q=0.1", Some(Language::English)),
            ("de-DE,en;q=0.3,zh;q=0.7", Some(Language::Chinese)),
            ("en;q=0", None),
            ("fr, *;q=0.5", None),
            ("en;q=much", None),
            ("", None),
        ];
        for (header, expected) in cases {
            assert_eq!(Language::accepted(header), expected, "{header}");
        }
    }

    #[test]
    fn messages_exist_in_both_languages_and_take_variables() {
        for language in Language::ALL {
            assert_ne!(tr(language, "brand"), "…");
            assert!(tr_with(language, "problem-reference", &[("id", &"a1b2")]).contains("a1b2"));
        }
        assert_eq!(try_tr(Language::English, "no-such-key"), None);
    }
}
