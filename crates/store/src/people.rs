//! The roster: persons, sections, posts, who holds them, who is in charge of whom, who is away.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::identity::{Id, OrgId, PersonId, PostId, SectionId};
use domain::people::{
    Absence, AbsenceKind, Appointment, Charge, Person, Post, Role, RosterFacts, Section,
};
use domain::time::{Half, HalfDay, Span};
use pinyin::ToPinyin as _;
use sqlx::FromRow;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::statement::{LONGEST_LIST, Statement, Value};
use crate::tx::{Tx, on};

/// A person to be put on the roster.
#[derive(Clone, Copy, Debug)]
pub struct NewPerson<'a> {
    /// Who.
    pub person: &'a Person,
    /// Where to write to, if known.
    pub email: Option<&'a str>,
}

#[derive(FromRow)]
struct PersonRow {
    id: Uuid,
    name: String,
    rank: i64,
}

#[derive(FromRow)]
struct SectionRow {
    id: Uuid,
    name: String,
    office: bool,
    rank: i64,
}

#[derive(FromRow)]
struct PostRow {
    id: Uuid,
    title: String,
    role: String,
    section: Option<Uuid>,
}

/// An appointment or a charge: a post with a person or a section for a time.
#[derive(FromRow)]
struct TimeRow {
    post: Uuid,
    holder: Uuid,
    first: NaiveDate,
    last: Option<NaiveDate>,
}

#[derive(FromRow)]
struct AbsenceRow {
    person: Uuid,
    first: NaiveDate,
    first_afternoon: bool,
    last: NaiveDate,
    last_afternoon: bool,
    kind: String,
}

/// Everything that the roster of `org` is made from, past members and appointments included; six statements. It is read
/// whole, without a limit: rules need the whole history, and whoever asks keeps it until the organisation's rules change.
///
/// # Errors
/// [`Error::Corrupt`] for a stored role or kind of absence that no longer exists; otherwise what the database says.
pub async fn roster(tx: &mut Tx, org: OrgId) -> Result<RosterFacts> {
    let org = org.uuid();
    let people: Vec<PersonRow> = on!(tx, |c| {
        sqlx::query_as("SELECT id, name, rank FROM persons WHERE org = $1 ORDER BY rank, id")
            .bind(org)
            .fetch_all(c)
            .await
    })?;
    let sections: Vec<SectionRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, name, office, rank FROM sections WHERE org = $1 ORDER BY rank, id",
        )
        .bind(org)
        .fetch_all(c)
        .await
    })?;
    let posts: Vec<PostRow> = on!(tx, |c| {
        sqlx::query_as("SELECT id, title, role, section FROM posts WHERE org = $1 ORDER BY id")
            .bind(org)
            .fetch_all(c)
            .await
    })?;
    let appointments: Vec<TimeRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT post, person AS holder, first, last FROM appointments WHERE org = $1 ORDER BY first, person, id",
        )
        .bind(org)
        .fetch_all(c)
        .await
    })?;
    let charges: Vec<TimeRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT post, section AS holder, first, last FROM charges WHERE org = $1 ORDER BY first, section, id",
        )
        .bind(org)
        .fetch_all(c)
        .await
    })?;
    let absences: Vec<AbsenceRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT person, first, first_afternoon, last, last_afternoon, kind FROM absences \
             WHERE org = $1 ORDER BY first, person, id",
        )
        .bind(org)
        .fetch_all(c)
        .await
    })?;
    Ok(RosterFacts {
        people: people
            .into_iter()
            .map(PersonRow::person)
            .collect::<Result<_>>()?,
        sections: sections
            .into_iter()
            .map(SectionRow::section)
            .collect::<Result<_>>()?,
        posts: posts
            .into_iter()
            .map(PostRow::post)
            .collect::<Result<_>>()?,
        appointments: appointments.into_iter().map(TimeRow::appointment).collect(),
        charges: charges.into_iter().map(TimeRow::charge).collect(),
        absences: absences
            .into_iter()
            .map(AbsenceRow::absence)
            .collect::<Result<_>>()?,
    })
}

/// Puts a person on the roster, with the pinyin of the name as sort key.
///
/// # Errors
/// If the identifier is taken, or what the database says.
pub async fn insert_person(tx: &mut Tx, org: OrgId, new: &NewPerson<'_>) -> Result<()> {
    let NewPerson { person, email } = *new;
    on!(tx, |c| {
        sqlx::query("INSERT INTO persons (org, id, name, sort_key, email, rank) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(org.uuid())
            .bind(person.id.uuid())
            .bind(person.name.as_str())
            .bind(sort_key(&person.name))
            .bind(email)
            .bind(i64::from(person.rank))
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Adds a section.
///
/// # Errors
/// If the identifier or the name is taken, or what the database says.
pub async fn insert_section(tx: &mut Tx, org: OrgId, section: &Section) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO sections (org, id, name, office, rank) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(org.uuid())
        .bind(section.id.uuid())
        .bind(section.name.as_str())
        .bind(section.office)
        .bind(i64::from(section.rank))
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// Adds a post.
///
/// # Errors
/// If its section is unknown, or what the database says.
pub async fn insert_post(tx: &mut Tx, org: OrgId, post: &Post) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("INSERT INTO posts (org, id, title, role, section) VALUES ($1, $2, $3, $4, $5)")
            .bind(org.uuid())
            .bind(post.id.uuid())
            .bind(post.title.as_str())
            .bind(post.role.word())
            .bind(post.section.map(Id::uuid))
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Appoints a person to a post; `id` names the appointment.
///
/// # Errors
/// If person or post are unknown, or what the database says.
pub async fn insert_appointment(
    tx: &mut Tx,
    org: OrgId,
    id: Uuid,
    appointment: &Appointment,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("INSERT INTO appointments (org, id, person, post, first, last) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(org.uuid())
            .bind(id)
            .bind(appointment.person.uuid())
            .bind(appointment.post.uuid())
            .bind(appointment.span.first)
            .bind(appointment.span.last)
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Puts a post in charge of a section; `id` names the charge.
///
/// # Errors
/// If post or section are unknown, or what the database says.
pub async fn insert_charge(tx: &mut Tx, org: OrgId, id: Uuid, charge: &Charge) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("INSERT INTO charges (org, id, post, section, first, last) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(org.uuid())
            .bind(id)
            .bind(charge.post.uuid())
            .bind(charge.section.uuid())
            .bind(charge.span.first)
            .bind(charge.span.last)
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Notes that a person is away (R71); `id` names the absence.
///
/// # Errors
/// If the person is unknown, or what the database says.
pub async fn insert_absence(tx: &mut Tx, org: OrgId, id: Uuid, absence: &Absence) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO absences (org, id, person, first, first_afternoon, last, last_afternoon, kind) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(org.uuid())
        .bind(id)
        .bind(absence.person.uuid())
        .bind(absence.first.date)
        .bind(absence.first.half == Half::Afternoon)
        .bind(absence.last.date)
        .bind(absence.last.half == Half::Afternoon)
        .bind(absence.kind.word())
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// The post with this title, role and section; the oldest one where there are several.
///
/// # Errors
/// What the database says.
pub async fn find_post(
    tx: &mut Tx,
    org: OrgId,
    title: &str,
    role: Role,
    section: Option<SectionId>,
) -> Result<Option<PostId>> {
    // `section = NULL` is never true, and the two engines spell the comparison that is (`IS`) differently.
    let found: Option<(Uuid,)> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id FROM posts WHERE org = $1 AND title = $2 AND role = $3 \
             AND (section = $4 OR (section IS NULL AND $4 IS NULL)) ORDER BY id LIMIT 1",
        )
        .bind(org.uuid())
        .bind(title)
        .bind(role.word())
        .bind(section.map(Id::uuid))
        .fetch_optional(c)
        .await
    })?;
    Ok(found.map(|(id,)| PostId::new(id)))
}

/// The names of these people; who is unknown is left out.
///
/// # Errors
/// What the database says.
pub async fn names(
    tx: &mut Tx,
    org: OrgId,
    people: &[PersonId],
) -> Result<BTreeMap<PersonId, String>> {
    let mut names = BTreeMap::new();
    for part in people.chunks(LONGEST_LIST) {
        let mut asked = Statement::new("SELECT id, name, rank FROM persons WHERE org = ");
        asked
            .bind(org)
            .push(" AND id IN ")
            .list(part.iter().map(|id| Value::from(*id)));
        let rows: Vec<PersonRow> = asked.fetch_all(tx).await?;
        names.extend(
            rows.into_iter()
                .map(|row| (PersonId::new(row.id), row.name)),
        );
    }
    Ok(names)
}

/// The name in pinyin without tones, syllable by syllable, then the name itself: 王 before 王敏 before 王芳 as a dictionary
/// has them, and namesakes in different writing always in the same order.
fn sort_key(name: &str) -> String {
    let mut key = String::new();
    for character in name.chars() {
        match character.to_pinyin() {
            Some(syllable) => key.push_str(syllable.plain()),
            None => key.extend(character.to_lowercase()),
        }
        key.push(' ');
    }
    // A second blank: a name that another one continues comes before it.
    key.push(' ');
    key.push_str(name);
    key
}

/// A count as the program has it; the tables keep all counts as 64-bit integers.
pub(crate) fn count(table: &'static str, stored: i64) -> Result<u32> {
    u32::try_from(stored).map_err(|_| Error::Corrupt {
        table,
        what: format!("the count {stored}"),
    })
}

impl PersonRow {
    fn person(self) -> Result<Person> {
        Ok(Person {
            id: PersonId::new(self.id),
            name: self.name,
            rank: count("persons", self.rank)?,
        })
    }
}

impl SectionRow {
    fn section(self) -> Result<Section> {
        let rank = count("sections", self.rank)?;
        Ok(Section {
            id: SectionId::new(self.id),
            name: self.name,
            office: self.office,
            rank,
        })
    }
}

impl PostRow {
    fn post(self) -> Result<Post> {
        let role = Role::from_word(&self.role).ok_or_else(|| Error::Corrupt {
            table: "posts",
            what: format!("the role {:?}", self.role),
        })?;
        let section = self.section.map(SectionId::new);
        Ok(Post {
            id: PostId::new(self.id),
            title: self.title,
            role,
            section,
        })
    }
}

impl TimeRow {
    fn span(&self) -> Span {
        Span {
            first: self.first,
            last: self.last,
        }
    }

    fn appointment(self) -> Appointment {
        Appointment {
            person: PersonId::new(self.holder),
            post: PostId::new(self.post),
            span: self.span(),
        }
    }

    fn charge(self) -> Charge {
        Charge {
            post: PostId::new(self.post),
            section: SectionId::new(self.holder),
            span: self.span(),
        }
    }
}

impl AbsenceRow {
    fn absence(self) -> Result<Absence> {
        let half = |afternoon| {
            if afternoon {
                Half::Afternoon
            } else {
                Half::Morning
            }
        };
        let kind = AbsenceKind::from_word(&self.kind).ok_or_else(|| Error::Corrupt {
            table: "absences",
            what: format!("the kind {:?}", self.kind),
        })?;
        Ok(Absence {
            person: PersonId::new(self.person),
            first: HalfDay {
                date: self.first,
                half: half(self.first_afternoon),
            },
            last: HalfDay {
                date: self.last,
                half: half(self.last_afternoon),
            },
            kind,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_as_in_a_dictionary() {
        let mut names = ["周明", "王敏", "欧阳静", "Anna", "王芳", "王"];
        names.sort_by_key(|name| sort_key(name));
        assert_eq!(names, ["Anna", "欧阳静", "王", "王芳", "王敏", "周明"]);
    }
}
