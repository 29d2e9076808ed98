//! Drafts of the charter and what becomes of them, through actions, on every engine: two people at one draft, adoption and its
//! refusals, taking back, and a ledger that equals a recomputation after every kind of change.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

mod adopting;
#[path = "../common/mod.rs"]
mod common;
mod histories;

use chrono::NaiveDate;
use common::Department;
use domain::charter::edit::{Document, Fields};
use domain::charter::{Charter, Part, parse};
use domain::identity::DutyId;
use domain::ledger::Cell;
use uuid::Uuid;
use wuxing::app::charter_adoption::{self, AdoptionForm};
use wuxing::app::charter_drafts::{self as drafts, Edit};
use wuxing::app::{CharterRefusal, Error, Refusal, Result};

/// 王芳 and 孙立 belong to the office.
pub const DRAFTER: &str = "wangfang";
pub const SECOND: &str = "sunli";
pub const MINISTER: &str = "zhoumingyuan";

pub async fn begin(department: &Department) -> Uuid {
    let who = department.who(DRAFTER);
    let made = department
        .program
        .write(who, |cx| Box::pin(drafts::create(cx)));
    made.await.unwrap()
}

pub async fn edit(
    department: &Department,
    who: &str,
    id: Uuid,
    from: u32,
    edit: Edit,
) -> Result<u32> {
    department
        .program
        .write(department.who(who), move |cx| {
            Box::pin(drafts::edit(cx, id, from, edit.clone()))
        })
        .await
}

pub async fn text(department: &Department, id: Uuid) -> (u32, String) {
    let opened = department
        .program
        .read(department.who(DRAFTER), move |cx| {
            Box::pin(drafts::open(cx, id))
        })
        .await
        .unwrap();
    (opened.draft.revision, opened.latest.toml)
}

pub async fn adopt(
    department: &Department,
    who: &str,
    id: Uuid,
    effective: NaiveDate,
) -> Result<u32> {
    let (revision, _) = text(department, id).await;
    let form = AdoptionForm {
        revision,
        effective,
        reason: "试行".to_owned(),
    };
    adopt_as(department, who, id, form).await
}

pub async fn adopt_as(
    department: &Department,
    who: &str,
    id: Uuid,
    form: AdoptionForm,
) -> Result<u32> {
    department
        .program
        .write(department.who(who), move |cx| {
            Box::pin(charter_adoption::adopt(cx, id, form.clone()))
        })
        .await
}

pub fn refusal<T: std::fmt::Debug>(outcome: Result<T>) -> CharterRefusal {
    match outcome {
        Err(Error::Refused(Refusal::Charter(refusal))) => refusal,
        other => panic!("{other:?}"),
    }
}

pub fn id(name: &str) -> DutyId {
    DutyId::parse(name).unwrap()
}

pub fn read(toml: &str) -> Charter {
    parse(toml, "x").unwrap()
}

/// The part and the fields of a duty of a text.
pub fn duty_fields(toml: &str, name: &str) -> (Part, Fields) {
    let charter = read(toml);
    let index = charter.duties.iter().position(|duty| duty.id == id(name));
    let part = Part::Duty(index.unwrap());
    (part, Document::read(toml).unwrap().fields(part).unwrap())
}

pub fn with(mut fields: Fields, changes: &[(&str, &str)]) -> Fields {
    for (key, value) in changes {
        fields.insert((*key).to_owned(), (*value).to_owned());
    }
    fields
}

/// Adopts a version in which one duty says something else.
pub async fn change(
    department: &Department,
    name: &str,
    changes: &[(&str, &str)],
    effective: NaiveDate,
) {
    let draft = begin(department).await;
    let (from, toml) = text(department, draft).await;
    let (part, fields) = duty_fields(&toml, name);
    let put = Edit::Put(part, with(fields, changes));
    edit(department, DRAFTER, draft, from, put).await.unwrap();
    adopt(department, MINISTER, draft, effective).await.unwrap();
}

pub async fn cells(department: &Department, account: &str, duty: &str) -> Vec<Cell> {
    let mut tx = department.program.store.read().await.unwrap();
    let person = department.cast.person(account);
    let mut cells = store::ledger::all_of(&mut tx, department.org, person)
        .await
        .unwrap();
    cells.retain(|cell| cell.key.duty == id(duty));
    cells.sort_by_key(|cell| cell.key.period.first);
    cells
}
