//! Fields of a table as text, and text into a table. What already says the same is left as it is written.

use toml_edit::{Array, Datetime, InlineTable, Item, TableLike, Value};

use super::Fields;
use super::spec::Spec;

/// A text in two languages; either may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Pair {
    zh: String,
    en: String,
}

impl Pair {
    const fn is_empty(&self) -> bool {
        self.zh.is_empty() && self.en.is_empty()
    }

    fn typed(fields: &Fields, key: &str) -> Self {
        let of = |language: &str| typed(fields, &format!("{key}.{language}"));
        Self {
            zh: of("zh"),
            en: of("en"),
        }
    }

    fn stored(value: &Value) -> Self {
        match value {
            Value::InlineTable(table) => Self::of_table(table),
            other => Self {
                zh: shown(other),
                en: String::new(),
            },
        }
    }

    fn of_table(table: &dyn TableLike) -> Self {
        let of = |language: &str| {
            table
                .get(language)
                .and_then(Item::as_value)
                .map(shown)
                .unwrap_or_default()
        };
        Self {
            zh: of("zh"),
            en: of("en"),
        }
    }

    fn value(&self) -> Value {
        if self.en.is_empty() {
            return Value::from(self.zh.as_str());
        }
        let mut table = InlineTable::new();
        for (language, text) in [("zh", &self.zh), ("en", &self.en)] {
            if !text.is_empty() {
                table.insert(language, Value::from(text.as_str()));
            }
        }
        Value::InlineTable(table)
    }
}

/// What was typed.
fn typed(fields: &Fields, key: &str) -> String {
    fields.get(key).map(|text| plain(text)).unwrap_or_default()
}

/// With one kind of line end, for a browser sends another one than it was given, and without spaces around it.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n")
        .replace('\r', "\n")
        .trim()
        .to_owned()
}

/// A value as one would type it.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => plain(text.value()),
        Value::Integer(number) => number.value().to_string(),
        Value::Boolean(flag) => flag.value().to_string(),
        Value::Datetime(day) => day.value().to_string(),
        other => {
            let mut plain = other.clone();
            plain.decor_mut().clear();
            plain.to_string()
        }
    }
}

/// What the field says, into `fields`.
pub(super) fn show(table: &dyn TableLike, field: &Spec, fields: &mut Fields) {
    let mut say = |key: String, text: String| {
        if !text.is_empty() {
            fields.insert(key, text);
        }
    };
    match *field {
        Spec::Text(key) => {
            if let Some(item) = table.get(key) {
                let Pair { zh, en } = pair(item);
                say(format!("{key}.zh"), zh);
                say(format!("{key}.en"), en);
            }
        }
        Spec::Texts(key) => {
            for (index, pair) in pairs(table.get(key)).into_iter().enumerate() {
                say(format!("{key}.{index}.zh"), pair.zh);
                say(format!("{key}.{index}.en"), pair.en);
            }
        }
        Spec::Words(key) => {
            let words: Vec<String> = words(table.get(key));
            say(key.to_owned(), words.join("\n"));
        }
        Spec::Word(key) | Spec::Number(key) | Spec::Flag(key) | Spec::Day(key) => {
            if let Some(value) = table.get(key).and_then(Item::as_value) {
                say(key.to_owned(), shown(value));
            }
        }
        Spec::Numbers(key, under) => {
            let inner = table.get(key).and_then(Item::as_table_like);
            for name in under {
                let value = inner.and_then(|inner| inner.get(name)?.as_value());
                if let Some(value) = value {
                    say(format!("{key}.{name}"), shown(value));
                }
            }
        }
    }
}

fn pair(item: &Item) -> Pair {
    match item {
        Item::Value(value) => Pair::stored(value),
        other => other
            .as_table_like()
            .map(Pair::of_table)
            .unwrap_or_default(),
    }
}

fn pairs(item: Option<&Item>) -> Vec<Pair> {
    match item.and_then(Item::as_array) {
        Some(array) => array.iter().map(Pair::stored).collect(),
        None => Vec::new(),
    }
}

fn words(item: Option<&Item>) -> Vec<String> {
    match item {
        Some(Item::Value(Value::Array(array))) => array.iter().map(shown).collect(),
        // Not a list; it is shown all the same, so that it can be mended.
        Some(Item::Value(value)) => vec![shown(value)],
        _ => Vec::new(),
    }
}

/// Writes what was typed into the field.
pub(super) fn put(table: &mut dyn TableLike, field: &Spec, fields: &Fields) {
    match *field {
        Spec::Text(key) => put_text(table, key, &Pair::typed(fields, key)),
        Spec::Texts(key) => {
            // Entries that say nothing are no entries.
            let wanted: Vec<Pair> = places(fields, key)
                .map(|index| Pair::typed(fields, &format!("{key}.{index}")))
                .filter(|pair| !pair.is_empty())
                .collect();
            if pairs(table.get(key)) != wanted {
                put_list(table, key, &wanted, Pair::stored, Pair::value);
            }
        }
        Spec::Words(key) => {
            let all = typed(fields, key);
            let lines = all.lines().map(str::trim).filter(|line| !line.is_empty());
            let wanted: Vec<String> = lines.map(str::to_owned).collect();
            let is_list = table.get(key).is_none_or(Item::is_array);
            if !is_list || words(table.get(key)) != wanted {
                put_list(table, key, &wanted, shown, |word| {
                    Value::from(word.as_str())
                });
            }
        }
        Spec::Word(key) => put_value(table, key, &typed(fields, key), |text| Value::from(text)),
        Spec::Number(key) => put_value(table, key, &typed(fields, key), number),
        Spec::Flag(key) => put_flag(table, key, &typed(fields, key)),
        Spec::Day(key) => put_value(table, key, &typed(fields, key), day),
        Spec::Numbers(key, under) => put_numbers(table, key, under, fields),
    }
}

/// The numbers of the entries typed for a list, in order.
fn places(fields: &Fields, key: &str) -> impl Iterator<Item = usize> {
    let begins = format!("{key}.");
    let numbers = fields.keys().filter_map(|name| {
        let (number, _) = name.strip_prefix(&begins)?.split_once('.')?;
        number.parse().ok()
    });
    let places: std::collections::BTreeSet<usize> = numbers.collect();
    places.into_iter()
}

fn number(text: &str) -> Value {
    text.parse::<i64>()
        .map_or_else(|_| Value::from(text), Value::from)
}

fn day(text: &str) -> Value {
    match text.parse::<Datetime>() {
        Ok(day) if day.time.is_none() && day.offset.is_none() => Value::from(day),
        _ => Value::from(text),
    }
}

/// Replaces a value and keeps the spaces and the comment around it.
fn replace(item: &mut Item, mut value: Value) {
    if let Item::Value(before) = item {
        *value.decor_mut() = before.decor().clone();
    }
    *item = Item::Value(value);
}

fn put_value(table: &mut dyn TableLike, key: &str, text: &str, value: fn(&str) -> Value) {
    if text.is_empty() {
        table.remove(key);
        return;
    }
    match table.get_mut(key) {
        Some(item) => {
            let same_kind = |found: &Value| found.type_name() == value(text).type_name();
            let same = item
                .as_value()
                .is_some_and(|found| shown(found) == text && same_kind(found));
            if !same {
                replace(item, value(text));
            }
        }
        None => {
            table.insert(key, Item::Value(value(text)));
        }
    }
}

/// `true` is written, anything else is what is usual without.
fn put_flag(table: &mut dyn TableLike, key: &str, text: &str) {
    let wanted = text == "true";
    let found = table.get(key).and_then(Item::as_bool);
    if found == Some(wanted) || (table.get(key).is_none() && !wanted) {
        return;
    }
    match table.get_mut(key) {
        Some(item) => replace(item, Value::from(wanted)),
        None => {
            table.insert(key, Item::Value(Value::from(wanted)));
        }
    }
}

fn put_text(table: &mut dyn TableLike, key: &str, wanted: &Pair) {
    let Some(item) = table.get_mut(key) else {
        if !wanted.is_empty() {
            table.insert(key, Item::Value(wanted.value()));
        }
        return;
    };
    if pair(item) == *wanted {
        return;
    }
    if wanted.is_empty() {
        table.remove(key);
        return;
    }
    match item.as_table_like_mut() {
        Some(inner) => {
            for (language, text) in [("zh", &wanted.zh), ("en", &wanted.en)] {
                put_value(inner, language, text, |text| Value::from(text));
            }
        }
        None => replace(item, wanted.value()),
    }
}

/// Makes a list say what is wanted. What stands at its beginning and end and stays is left as it is written.
fn put_list<T: PartialEq>(
    table: &mut dyn TableLike,
    key: &str,
    wanted: &[T],
    stored: impl Fn(&Value) -> T,
    value: impl Fn(&T) -> Value,
) {
    if wanted.is_empty() {
        table.remove(key);
        return;
    }
    if !table.get(key).is_some_and(Item::is_array) {
        table.insert(key, Item::Value(Value::Array(Array::new())));
    }
    let Some(array) = table.get_mut(key).and_then(Item::as_array_mut) else {
        return;
    };
    let found: Vec<T> = array.iter().map(stored).collect();
    let shorter = found.len().min(wanted.len());
    let begins = (0..shorter)
        .take_while(|at| found[*at] == wanted[*at])
        .count();
    let ends = (0..shorter - begins)
        .take_while(|back| found[found.len() - 1 - back] == wanted[wanted.len() - 1 - back])
        .count();
    let (old_end, new_end) = (found.len() - ends, wanted.len() - ends);
    let both = old_end.min(new_end);
    for (at, wanted) in wanted.iter().enumerate().take(both).skip(begins) {
        array.replace(at, value(wanted));
    }
    for _ in new_end..old_end {
        array.remove(new_end.max(begins));
    }
    for (at, wanted) in wanted.iter().enumerate().take(new_end).skip(old_end) {
        // Like its neighbour: on a line of its own where the others are.
        let like = at.checked_sub(1).and_then(|before| array.get(before));
        let prefix = like
            .and_then(|like| like.decor().prefix()?.as_str())
            .map(indentation);
        let mut new = value(wanted);
        let first = if at == 0 { "" } else { " " };
        new.decor_mut()
            .set_prefix(prefix.unwrap_or_else(|| first.to_owned()));
        new.decor_mut().set_suffix("");
        array.insert_formatted(at, new);
    }
}

/// The line end and spaces before a value, without the comments that stand there.
fn indentation(prefix: &str) -> String {
    match prefix.rsplit_once('\n') {
        Some((_, spaces)) => format!("\n{}", spaces.trim_matches(|c| c != ' ' && c != '\t')),
        None => " ".to_owned(),
    }
}

fn put_numbers(table: &mut dyn TableLike, key: &str, under: &[&str], fields: &Fields) {
    let wanted: Vec<(&str, String)> = under
        .iter()
        .map(|name| (*name, typed(fields, &format!("{key}.{name}"))))
        .collect();
    let none = wanted.iter().all(|(_, text)| text.is_empty());
    if none {
        // Names that no form shows stay, and are complained about.
        let others = table
            .get(key)
            .and_then(Item::as_table_like)
            .is_some_and(|inner| inner.iter().any(|(name, _)| !under.contains(&name)));
        if !others {
            table.remove(key);
            return;
        }
    }
    if table.get(key).and_then(Item::as_table_like).is_none() {
        let inner = if key == "cap" {
            Item::Table(toml_edit::Table::new())
        } else {
            Item::Value(Value::InlineTable(InlineTable::new()))
        };
        table.insert(key, inner);
    }
    let Some(inner) = table.get_mut(key).and_then(Item::as_table_like_mut) else {
        return;
    };
    for (name, text) in wanted {
        put_value(inner, name, &text, number);
    }
}
