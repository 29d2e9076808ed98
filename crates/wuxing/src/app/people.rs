//! People: the roster as members see it, and its import from a spreadsheet: preview, corrections, all or nothing.

use std::collections::{BTreeMap, BTreeSet};

use documents::roster::{parse_date, read_roster};
use documents::table::read_table;
use domain::access::{Action, Resource};
use domain::roster_import::{
    Circumstances, Field, KnownPerson, LineProblem, LineWarning, RosterCheck, RosterEntry,
    RosterLine, SinceCell, check,
};
use pinyin::ToPinyin as _;
use store::imports::StoredImport;
use uuid::Uuid;

use super::{Cx, Error, Refusal, Result};

mod commit;

pub use commit::{Committed, NewAccount, commit};
pub(crate) use commit::{ONE_TIME_ALPHABET, in_halves, one_time_password};

/// A row as the spreadsheet has it, after cleaning; what a correction changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RosterRow {
    /// Row number in the spreadsheet.
    pub number: usize,
    /// Name.
    pub name: String,
    /// Account.
    pub account: String,
    /// Section.
    pub section: String,
    /// Post's title.
    pub post: String,
    /// Role's word.
    pub role: String,
    /// Since when.
    pub since: String,
    /// Sections in charge of.
    pub in_charge_of: String,
    /// Address for mails.
    pub email: String,
}

impl RosterRow {
    /// The fields with their words, in the order of the columns.
    pub fn fields(&self) -> [(Field, &str); 8] {
        [
            (Field::Name, &self.name),
            (Field::Account, &self.account),
            (Field::Section, &self.section),
            (Field::Post, &self.post),
            (Field::Role, &self.role),
            (Field::Since, &self.since),
            (Field::InChargeOf, &self.in_charge_of),
            (Field::Email, &self.email),
        ]
    }

    fn field(&mut self, word: &str) -> Option<&mut String> {
        [
            (Field::Name, &mut self.name),
            (Field::Account, &mut self.account),
            (Field::Section, &mut self.section),
            (Field::Post, &mut self.post),
            (Field::Role, &mut self.role),
            (Field::Since, &mut self.since),
            (Field::InChargeOf, &mut self.in_charge_of),
            (Field::Email, &mut self.email),
        ]
        .into_iter()
        .find_map(|(field, text)| (field.word() == word).then_some(text))
    }

    fn line(&self) -> RosterLine {
        let since = match self.since.trim() {
            "" => SinceCell::Empty,
            text => {
                parse_date(text).map_or_else(|| SinceCell::Text(text.to_owned()), SinceCell::Day)
            }
        };
        let separators = ['、', '，', ',', ';', '；'];
        let in_charge_of = self
            .in_charge_of
            .split(separators)
            .map(str::trim)
            .filter(|name| !name.is_empty());
        RosterLine {
            number: self.number,
            name: self.name.clone(),
            account: self.account.clone(),
            section: self.section.clone(),
            post: self.post.clone(),
            role: self.role.clone(),
            since,
            in_charge_of: in_charge_of.map(str::to_owned).collect(),
            email: self.email.clone(),
        }
    }
}

/// What is kept of a preview between two requests.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
struct Kept {
    rows: Vec<RosterRow>,
    create_sections: BTreeSet<String>,
}

/// A row of the preview with what was found at it.
#[derive(Clone, Debug)]
pub struct PreviewRow {
    /// The row.
    pub row: RosterRow,
    /// Its faults.
    pub problems: Vec<LineProblem>,
    /// What is worth a look.
    pub warnings: Vec<LineWarning>,
    /// What would be taken.
    pub entry: Option<RosterEntry>,
}

/// An import before it is committed. Nothing of it is on the roster.
#[derive(Clone, Debug)]
pub struct Preview {
    /// Its identifier.
    pub id: Uuid,
    /// The file's name.
    pub file_name: String,
    /// The rows.
    pub rows: Vec<PreviewRow>,
    /// How many faults there are.
    pub problems: usize,
    /// Sections that the import will create.
    pub new_sections: Vec<String>,
    /// Sections that do not exist; a tick creates them.
    pub unknown_sections: Vec<String>,
}

/// Whether the actor may import people; for the page before anything is uploaded.
pub fn may_import(cx: &Cx) -> Result<()> {
    cx.authorize(Action::Administer, Resource::RosterImport)
}

/// Whether first passwords come in two halves, for whoever may import.
pub async fn makes_halves(cx: &mut Cx) -> Result<bool> {
    cx.authorize(Action::Administer, Resource::RosterImport)?;
    in_halves(cx).await
}

/// Reads an uploaded spreadsheet and shows what importing it would do.
pub async fn preview(cx: &mut Cx, file_name: String, bytes: Vec<u8>) -> Result<Preview> {
    cx.authorize(Action::Administer, Resource::RosterImport)?;
    let table = read_table(&bytes, &file_name).map_err(Refusal::File)?;
    let sheet = read_roster(&table).map_err(Refusal::Roster)?;
    let rows = sheet
        .rows
        .into_iter()
        .filter(|row| !row.is_example())
        .map(|row| RosterRow {
            number: usize::try_from(row.number).unwrap_or(usize::MAX),
            name: row.name,
            account: row.account,
            section: row.section,
            post: row.post,
            role: row.role,
            since: row.since,
            in_charge_of: row.in_charge_of,
            email: row.email,
        });
    let kept = Kept {
        rows: rows.collect(),
        create_sections: BTreeSet::new(),
    };
    let id = cx.new_id::<()>().uuid();
    let file_name: String = file_name.chars().take(100).collect();
    keep(cx, id, &file_name, &kept).await?;
    cx.audit("roster.previewed", "import", id, None).await?;
    show(cx, id, file_name, kept).await
}

/// Opens a preview again.
pub async fn reopen(cx: &mut Cx, id: Uuid) -> Result<Preview> {
    cx.authorize(Action::Administer, Resource::RosterImport)?;
    let (file_name, kept) = kept(cx, id).await?;
    show(cx, id, file_name, kept).await
}

/// Corrects cells, leaves rows out, and says which sections are new; then shows the preview again.
pub async fn correct(
    cx: &mut Cx,
    id: Uuid,
    changes: BTreeMap<(usize, String), String>,
    dropped: BTreeSet<usize>,
    create_sections: BTreeSet<String>,
) -> Result<Preview> {
    cx.authorize(Action::Administer, Resource::RosterImport)?;
    let (file_name, mut kept) = kept(cx, id).await?;
    kept.rows.retain(|row| !dropped.contains(&row.number));
    for row in &mut kept.rows {
        let number = row.number;
        for ((_, field), value) in changes
            .iter()
            .filter(|((changed, _), _)| *changed == number)
        {
            if let Some(text) = row.field(field) {
                *text = value.trim().chars().take(200).collect();
            }
        }
    }
    kept.create_sections = create_sections;
    keep(cx, id, &file_name, &kept).await?;
    show(cx, id, file_name, kept).await
}

/// Throws a preview away.
pub async fn discard(cx: &mut Cx, id: Uuid) -> Result<()> {
    cx.authorize(Action::Administer, Resource::RosterImport)?;
    store::imports::delete(&mut cx.tx, cx.org, id).await?;
    Ok(())
}

async fn keep(cx: &mut Cx, id: Uuid, file_name: &str, kept: &Kept) -> Result<()> {
    let account = cx.actor.as_ref().ok_or(Error::NotFound)?.account;
    let rows_json = serde_json::to_string(kept).map_err(|error| Error::Broken(error.into()))?;
    let import = StoredImport {
        id,
        account,
        file_name: file_name.to_owned(),
        rows_json,
        created_at: cx.now,
    };
    store::imports::put(&mut cx.tx, cx.org, &import).await?;
    Ok(())
}

/// The preview of this identifier, if the actor made it.
async fn kept(cx: &mut Cx, id: Uuid) -> Result<(String, Kept)> {
    let account = cx.actor.as_ref().ok_or(Error::NotFound)?.account;
    let stored = store::imports::get(&mut cx.tx, cx.org, id).await?;
    let stored = stored
        .filter(|stored| stored.account == account)
        .ok_or(Refusal::PreviewGone)?;
    let kept =
        serde_json::from_str(&stored.rows_json).map_err(|error| Error::Broken(error.into()))?;
    Ok((stored.file_name, kept))
}

async fn show(cx: &mut Cx, id: Uuid, file_name: String, kept: Kept) -> Result<Preview> {
    let found = examine(cx, &kept).await?;
    let mut problems: BTreeMap<usize, Vec<LineProblem>> = BTreeMap::new();
    for problem in &found.problems {
        problems
            .entry(problem.number)
            .or_default()
            .push(problem.clone());
    }
    let mut warnings: BTreeMap<usize, Vec<LineWarning>> = BTreeMap::new();
    for warning in &found.warnings {
        warnings
            .entry(warning.number)
            .or_default()
            .push(warning.clone());
    }
    let mut entries: BTreeMap<usize, RosterEntry> = found
        .accepted
        .into_iter()
        .map(|entry| (entry.number, entry))
        .collect();
    let rows = kept.rows.into_iter().map(|row| PreviewRow {
        problems: problems.remove(&row.number).unwrap_or_default(),
        warnings: warnings.remove(&row.number).unwrap_or_default(),
        entry: entries.remove(&row.number),
        row,
    });
    Ok(Preview {
        id,
        file_name,
        rows: rows.collect(),
        problems: found.problems.len(),
        new_sections: found.new_sections,
        unknown_sections: found.unknown_sections,
    })
}

async fn examine(cx: &mut Cx, kept: &Kept) -> Result<RosterCheck> {
    let lines: Vec<RosterLine> = kept.rows.iter().map(RosterRow::line).collect();
    let accounts = store::accounts::list(&mut cx.tx, cx.org).await?;
    let roster = &cx.house.roster;
    let known = roster.people().iter().filter_map(|person| {
        let posting = roster.postings_on(person.id, cx.today).next()?;
        let in_charge_of = roster
            .sections_in_charge_of(person.id, cx.today)
            .filter_map(|id| roster.section(id));
        Some(KnownPerson {
            name: person.name.clone(),
            account: accounts
                .iter()
                .find(|account| account.person == Some(person.id))
                .map(|a| a.name.clone()),
            section: posting
                .section
                .and_then(|id| roster.section(id))
                .map(|section| section.name.clone()),
            post: roster
                .post(posting.post)
                .map(|post| post.title.clone())
                .unwrap_or_default(),
            role: posting.role,
            in_charge_of: in_charge_of.map(|section| section.name.clone()).collect(),
        })
    });
    let circumstances = Circumstances {
        sections: roster
            .sections()
            .iter()
            .map(|section| section.name.clone())
            .collect(),
        people: known.collect(),
        accounts: accounts
            .iter()
            .map(|account| account.name.clone())
            .collect(),
        create_sections: kept.create_sections.clone(),
        since_if_empty: Some(cx.today),
    };
    Ok(check(&lines, &circumstances, &account_from))
}

/// An account name from a person's name: pinyin for Chinese characters, the letters themselves otherwise.
fn account_from(name: &str) -> String {
    let mut account = String::new();
    for character in name.chars() {
        match character.to_pinyin() {
            Some(pinyin) => account.push_str(pinyin.plain()),
            None if character.is_ascii_alphanumeric() => {
                account.push(character.to_ascii_lowercase())
            }
            None => {}
        }
    }
    account
}

/// A section with its members, for the roster page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionList {
    /// Its name; empty for the leaders.
    pub name: String,
    /// Whether it is the office.
    pub office: bool,
    /// Members in roster order: name and post.
    pub members: Vec<(String, String)>,
}

/// The roster of today, in roster order.
pub async fn roster(cx: &mut Cx) -> Result<Vec<SectionList>> {
    cx.authorize(Action::Read, Resource::Roster)?;
    let roster = &cx.house.roster;
    let of = |section: Option<domain::identity::SectionId>| -> Vec<(String, String)> {
        let members = roster.people().iter().filter_map(|person| {
            let posting = roster
                .postings_on(person.id, cx.today)
                .find(|posting| posting.section == section)?;
            let title = roster
                .post(posting.post)
                .map(|post| post.title.clone())
                .unwrap_or_default();
            Some((person.name.clone(), title))
        });
        members.collect()
    };
    let leaders = SectionList {
        name: String::new(),
        office: false,
        members: of(None),
    };
    let sections = roster.sections().iter().map(|section| SectionList {
        name: section.name.clone(),
        office: section.office,
        members: of(Some(section.id)),
    });
    Ok(std::iter::once(leaders)
        .chain(sections)
        .filter(|list| !list.members.is_empty())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_come_from_pinyin() {
        assert_eq!(account_from("林知远"), "linzhiyuan");
        assert_eq!(account_from("Anna Li"), "annali");
        assert_eq!(account_from("😀"), "");
    }
}
