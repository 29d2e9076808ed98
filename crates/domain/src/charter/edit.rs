//! Changes the text of a charter part by part, so that comments, order and spelling of everything else survive.
//!
//! A part is shown and changed as [`Fields`]: what one types into a form, word for word. What is typed is written down even
//! if it makes no sense; [`super::check`] then says so, at that field. Nothing is changed that already says the same.

use std::collections::BTreeMap;

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, Value};

use super::fault::Part;
use super::parse::MOST_BYTES;
use super::{Article, Charter, Duty, PillarText, Text};

mod comments;
mod spec;
mod write;

use spec::spec;

/// What is typed into a part: by key, e.g. `quota`, `name.zh`, `clauses.0.en`, `receivers.office`. Lists of words (`who`,
/// `rules`) stand one a line.
pub type Fields = BTreeMap<String, String>;

/// Which way an entry goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Before the one before it.
    Up,
    /// Behind the one behind it.
    Down,
}

/// The text of a charter that is being changed.
#[derive(Clone, Debug)]
pub struct Document {
    document: DocumentMut,
}

impl Document {
    /// Reads a text; none if it is no TOML or larger than a charter may be.
    pub fn read(toml: &str) -> Option<Self> {
        if toml.len() > MOST_BYTES {
            return None;
        }
        let document = toml.parse().ok()?;
        Some(Self { document })
    }

    /// A text without anything in it.
    pub fn empty() -> Self {
        Self {
            document: DocumentMut::new(),
        }
    }

    /// The text.
    pub fn text(&self) -> String {
        self.document.to_string()
    }

    /// How many entries there are of the kind of `part`; the frame is one.
    pub fn count(&self, part: Part) -> usize {
        let Some(key) = part.key() else {
            return 1;
        };
        match self.document.get(key) {
            Some(Item::ArrayOfTables(tables)) => tables.len(),
            Some(Item::Value(Value::Array(array))) => array.len(),
            _ => 0,
        }
    }

    /// What a part says, field by field; fields that say nothing are left out. None if there is no such part.
    pub fn fields(&self, part: Part) -> Option<Fields> {
        let mut fields = Fields::new();
        let table: &dyn toml_edit::TableLike = match (part, part.key()) {
            (Part::Pillar(index) | Part::Article(index) | Part::Duty(index), Some(key)) => {
                match self.document.get(key)? {
                    Item::ArrayOfTables(tables) => tables.get(index)?,
                    Item::Value(Value::Array(array)) => array.get(index)?.as_inline_table()?,
                    _ => return None,
                }
            }
            _ => self.document.as_table(),
        };
        for field in spec(part) {
            write::show(table, field, &mut fields);
        }
        Some(fields)
    }

    /// Writes what was typed into a part: fields that are left out say nothing any more. False if there is no such part.
    pub fn put(&mut self, part: Part, fields: &Fields) -> bool {
        let Some(table) = self.table(part) else {
            return false;
        };
        for field in spec(part) {
            write::put(table, field, fields);
        }
        true
    }

    /// Adds an entry of the kind of `part` behind the others of its kind, and says which it became. The frame is there
    /// already: it is written as by [`Self::put`].
    pub fn add(&mut self, part: Part, fields: &Fields) -> Part {
        let count = self.count(part);
        let Some(key) = part.key() else {
            self.put(part, fields);
            return part;
        };
        let mut table = Table::new();
        for field in spec(part) {
            write::put(&mut table, field, fields);
        }
        if let Some(entries) = self.entries_or_none(key) {
            entries.push(table);
        }
        match part {
            Part::Frame => Part::Frame,
            Part::Pillar(_) => Part::Pillar(count),
            Part::Article(_) => Part::Article(count),
            Part::Duty(_) => Part::Duty(count),
        }
    }

    /// Takes an entry out, with the comment right above it; a comment that an empty line keeps apart stays. False if there
    /// is no such entry.
    pub fn remove(&mut self, part: Part) -> bool {
        let (Part::Pillar(index) | Part::Article(index) | Part::Duty(index), Some(key)) =
            (part, part.key())
        else {
            return false;
        };
        let Some(entries) = self.entries(key).filter(|entries| index < entries.len()) else {
            return false;
        };
        let removed = entries.remove(index);
        let emptied = entries.is_empty();
        let apart = comments::apart(&removed);
        if emptied {
            self.document.remove(key);
        }
        comments::leave(&mut self.document, removed.position(), &apart);
        true
    }

    /// Lets an entry change places with its neighbour of the same kind. False if there is none.
    pub fn shift(&mut self, part: Part, direction: Direction) -> bool {
        let (Part::Pillar(index) | Part::Article(index) | Part::Duty(index), Some(key)) =
            (part, part.key())
        else {
            return false;
        };
        let Some(entries) = self.entries(key) else {
            return false;
        };
        let other = match direction {
            Direction::Up => index.checked_sub(1),
            Direction::Down => Some(index + 1),
        };
        let Some(other) = other.filter(|other| (*other).max(index) < entries.len()) else {
            return false;
        };
        let (first, second) = (index.min(other), index.max(other));
        let mut behind = entries.remove(second);
        let mut before = entries.remove(first);
        let (place, next) = (before.position(), behind.position());
        behind.set_position(place);
        before.set_position(next);
        comments::exchange(&mut before, &mut behind);
        entries.insert(first, behind);
        entries.insert(second, before);
        true
    }

    /// The table of a part.
    fn table(&mut self, part: Part) -> Option<&mut dyn toml_edit::TableLike> {
        match (part, part.key()) {
            (Part::Pillar(index) | Part::Article(index) | Part::Duty(index), Some(key)) => {
                let table = self.entries(key)?.get_mut(index)?;
                Some(table)
            }
            _ => Some(self.document.as_table_mut()),
        }
    }

    /// The entries written `[[key]]`; a list of inline tables is turned into such.
    fn entries(&mut self, key: &str) -> Option<&mut ArrayOfTables> {
        let item = self.document.get_mut(key)?;
        if item.is_array() {
            let taken = std::mem::take(item);
            *item = match taken.into_array_of_tables() {
                Ok(tables) => Item::ArrayOfTables(tables),
                Err(other) => other,
            };
        }
        item.as_array_of_tables_mut()
    }

    /// The entries written `[[key]]`; what stands there and is no list of tables gives way to one.
    fn entries_or_none(&mut self, key: &str) -> Option<&mut ArrayOfTables> {
        if self.entries(key).is_none() {
            let none = Item::ArrayOfTables(ArrayOfTables::new());
            self.document.insert(key, none);
        }
        self.entries(key)
    }
}

/// A charter written down from scratch: reading it gives the same charter.
pub fn print(charter: &Charter) -> String {
    let mut document = Document::empty();
    document.put(Part::Frame, &of_frame(charter));
    for pillar in &charter.pillars {
        document.add(Part::Pillar(0), &of_pillar(pillar));
    }
    for article in &charter.articles {
        document.add(Part::Article(0), &of_article(article));
    }
    for duty in &charter.duties {
        document.add(Part::Duty(0), &of_duty(duty));
    }
    document.text()
}

/// The frame of a charter as fields.
pub fn of_frame(charter: &Charter) -> Fields {
    let mut fields = Fields::new();
    put_text(&mut fields, "title", &charter.title);
    for (key, texts) in [
        ("preamble", &charter.preamble),
        ("topics", &charter.topics),
        ("notes", &charter.notes),
    ] {
        put_texts(&mut fields, key, texts);
    }
    let hours = charter.cap.hours_per_week.to_string();
    fields.insert("cap.hours_per_week".to_owned(), hours);
    fields
}

/// A pillar as fields.
pub fn of_pillar(pillar: &PillarText) -> Fields {
    let mut fields = Fields::new();
    fields.insert("key".to_owned(), pillar.pillar.word().to_owned());
    put_text(&mut fields, "name", &pillar.name);
    put_texts(&mut fields, "clauses", &pillar.clauses);
    fields
}

/// An article as fields.
pub fn of_article(article: &Article) -> Fields {
    let mut fields = Fields::new();
    let mut put = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            fields.insert(key.to_owned(), value);
        }
    };
    put("number", Some(article.number.to_string()));
    put(
        "pillar",
        article.pillar.map(|pillar| pillar.word().to_owned()),
    );
    put(
        "rules",
        (!article.rules.is_empty()).then(|| article.rules.join("\n")),
    );
    put("owner", article.owner.as_ref().map(super::Selector::word));
    put("review", article.review.map(|day| day.to_string()));
    put_text(&mut fields, "title", &article.title);
    put_text(&mut fields, "text", &article.text);
    fields
}

/// A duty as fields.
pub fn of_duty(duty: &Duty) -> Fields {
    let mut fields = Fields::new();
    let mut put = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            fields.insert(key.to_owned(), value);
        }
    };
    let who: Vec<String> = duty.who.iter().map(super::Selector::word).collect();
    put("id", Some(duty.id.to_string()));
    put("pillar", Some(duty.pillar.word().to_owned()));
    put("article", Some(duty.article.to_string()));
    put("force", Some(duty.force.word().to_owned()));
    put("who", Some(who.join("\n")));
    put("with", duty.counterpart.map(|with| with.word().to_owned()));
    put("evidence", Some(duty.evidence.kind.clone()));
    put("category", duty.evidence.category.clone());
    put("quota", Some(duty.quota.to_string()));
    put("unit", Some(duty.unit.word().to_owned()));
    put("every", Some(duty.cadence.word().to_owned()));
    put("grace", Some(duty.grace.to_string()));
    put("prorated", duty.prorated.then(|| "true".to_owned()));
    put("minutes", Some(duty.minutes.to_string()));
    for received in &duty.receivers {
        let key = format!("receivers.{}", received.receiver.word());
        put(&key, Some(received.minutes.to_string()));
    }
    put("exclusive", duty.exclusive.clone());
    put_text(&mut fields, "name", &duty.name);
    fields
}

fn put_text(fields: &mut Fields, key: &str, text: &Text) {
    fields.insert(format!("{key}.zh"), text.original.clone());
    if let Some(english) = &text.english {
        fields.insert(format!("{key}.en"), english.clone());
    }
}

fn put_texts(fields: &mut Fields, key: &str, texts: &[Text]) {
    for (index, text) in texts.iter().enumerate() {
        put_text(fields, &format!("{key}.{index}"), text);
    }
}
