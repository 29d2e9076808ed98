//! 系统角色: who looks after the system, each with hands of his own.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::AccountId;
use domain::system_roles::{LARGEST_UNSEPARATED, RoleRefusal, SystemRole};
use serde::Deserialize;
use uuid::Uuid;

use super::error::Problem;
use super::page::{Page, go_saying, show, show_as};
use super::session::Visitor;
use super::text::{Language, tr, tr_with};
use super::{Routes, wording};
use crate::app::system_roles::{self, Label, OverlapLine, RolesPage};
use crate::app::{Refusal, RoleProblem};

/// The routes of this module.
pub fn routes() -> Routes {
    Routes::new()
        .get("/roles", open)
        .post("/roles/grant", grant)
        .post("/roles/{account}/revoke", revoke)
        .post("/roles/founding", found)
        .post("/roles/void-first-passwords", void)
}

#[derive(Template)]
#[template(path = "administration/roles.html")]
struct RolesView {
    page: Page,
    to_mend: Vec<String>,
    roles: Vec<RoleRow>,
    may_change: bool,
    founds: bool,
    /// How many first passwords the administrator may know; a sentence, or empty.
    first_passwords: String,
    /// Choices of the form.
    choices: Vec<(&'static str, &'static str)>,
    entered: Entered,
    /// What is wrong with the account that was typed.
    problem: String,
    /// The role that it was typed for.
    problem_of: &'static str,
}

impl RolesView {
    /// What is wrong with the account that was typed for this role.
    fn problem_of(&self, role: &str) -> &str {
        if self.problem_of == role {
            &self.problem
        } else {
            ""
        }
    }
}

/// A role with those who hold it.
struct RoleRow {
    word: &'static str,
    name: &'static str,
    text: &'static str,
    holders: Vec<HolderRow>,
}

struct HolderRow {
    id: String,
    name: String,
    closed: bool,
}

/// What was typed into a form of the page.
#[derive(Debug, Default, Deserialize)]
struct Entered {
    #[serde(default)]
    account: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    security: String,
    #[serde(default)]
    auditor: String,
}

async fn open(visitor: Visitor) -> Result<Response, Problem> {
    let (page, found) = load(&visitor).await?;
    show(&view(page, found, Entered::default(), None))
}

async fn load(visitor: &Visitor) -> Result<(Page, RolesPage), Problem> {
    visitor.read(|cx| Box::pin(system_roles::page(cx))).await
}

fn view(
    page: Page,
    found: RolesPage,
    entered: Entered,
    problem: Option<(SystemRole, String)>,
) -> RolesView {
    let language = page.language;
    let row = |(role, holders): &(SystemRole, Vec<Label>)| RoleRow {
        word: role.word(),
        name: role_name(language, *role),
        text: tr(language, &format!("role-of-system-{}", role.word())),
        holders: holders
            .iter()
            .map(|label| HolderRow {
                id: label.id.to_string(),
                name: label_text(label),
                closed: label.closed,
            })
            .collect(),
    };
    let roles = found.holders.iter().map(row).collect();
    let (problem_of, problem) = problem
        .map(|(role, text)| (role.word(), text))
        .unwrap_or_default();
    let title = page.t("roles-title");
    RolesView {
        to_mend: overlap_texts(&page, &found.overlaps),
        roles,
        may_change: found.may_change,
        founds: found.founds,
        first_passwords: if found.may_change && found.first_passwords > 0 {
            page.t_with("roles-first-passwords", "n", found.first_passwords)
        } else {
            String::new()
        },
        choices: SystemRole::ALL
            .map(|role| (role.word(), role_name(language, role)))
            .to_vec(),
        entered,
        problem,
        problem_of,
        page: page.titled(title),
    }
}

/// What went wrong with a form: shown on the page again, with what was typed.
async fn again(visitor: &Visitor, problem: Problem, entered: Entered) -> Result<Response, Problem> {
    let (page, refusal) = problem.refused()?;
    let Refusal::Role(role, why) = refusal else {
        return Err(Problem::from(crate::app::Error::Refused(refusal)).on(page));
    };
    let text = refusal_text(page.language, role, why);
    let (page, found) = load(visitor).await?;
    show_as(
        StatusCode::UNPROCESSABLE_ENTITY,
        &view(page, found, entered, Some((role, text))),
    )
}

async fn grant(visitor: Visitor, Form(entered): Form<Entered>) -> Result<Response, Problem> {
    let role = SystemRole::from_word(&entered.role).ok_or(Problem::not_found())?;
    let name = entered.account.clone();
    let outcome = visitor
        .write(move |cx| {
            let name = name.clone();
            Box::pin(async move { system_roles::grant(cx, &name, role).await })
        })
        .await;
    match outcome {
        Ok(_) => Ok(go_saying("/roles", "done", "role-granted")),
        Err(problem) => again(&visitor, problem, entered).await,
    }
}

async fn revoke(
    visitor: Visitor,
    Path(account): Path<Uuid>,
    Form(entered): Form<Entered>,
) -> Result<Response, Problem> {
    let role = SystemRole::from_word(&entered.role).ok_or(Problem::not_found())?;
    visitor
        .write(move |cx| Box::pin(system_roles::revoke(cx, AccountId::new(account), role)))
        .await?;
    Ok(go_saying("/roles", "done", "role-revoked"))
}

/// The founding's last act.
async fn found(visitor: Visitor, Form(entered): Form<Entered>) -> Result<Response, Problem> {
    let (security, auditor) = (entered.security.clone(), entered.auditor.clone());
    let outcome = visitor
        .write(move |cx| {
            let (security, auditor) = (security.clone(), auditor.clone());
            Box::pin(async move { system_roles::name_first(cx, &security, &auditor).await })
        })
        .await;
    match outcome {
        Ok(_) => Ok(go_saying("/roles", "done", "roles-founded")),
        Err(problem) => again(&visitor, problem, entered).await,
    }
}

async fn void(visitor: Visitor) -> Result<Response, Problem> {
    visitor
        .write(|cx| Box::pin(system_roles::void_first_passwords(cx)))
        .await?;
    Ok(go_saying("/roles", "done", "first-passwords-void"))
}

/// A role of the system in words.
pub(super) fn role_name(language: Language, role: SystemRole) -> &'static str {
    tr(
        language,
        match role {
            SystemRole::Administrator => "who-administrator",
            SystemRole::Security => "who-security",
            SystemRole::Auditor => "who-auditor",
        },
    )
}

/// An account as it is named: the person and the account.
pub(super) fn label_text(label: &Label) -> String {
    match &label.person {
        Some(person) => format!("{person} · {}", label.account),
        None => label.account.clone(),
    }
}

/// Each role with those who hold it, for everybody who wants to know.
pub(super) fn holder_texts(
    page: &Page,
    holders: &[(SystemRole, Vec<Label>)],
) -> Vec<(&'static str, String)> {
    let text = |labels: &[Label]| {
        let open: Vec<String> = labels
            .iter()
            .filter(|label| !label.closed)
            .map(label_text)
            .collect();
        if open.is_empty() {
            page.t("roles-nobody").to_owned()
        } else {
            wording::names(page.language, &open)
        }
    };
    let line =
        |(role, labels): &(SystemRole, Vec<Label>)| (role_name(page.language, *role), text(labels));
    holders.iter().map(line).collect()
}

/// Who holds more roles than he may, each in a sentence that says what to do.
pub(super) fn overlap_texts(page: &Page, overlaps: &[OverlapLine]) -> Vec<String> {
    let text = |overlap: &OverlapLine| {
        let who: Vec<String> = overlap.accounts.iter().map(label_text).collect();
        let roles: Vec<String> = overlap
            .roles
            .iter()
            .map(|role| role_name(page.language, *role).to_owned())
            .collect();
        tr_with(
            page.language,
            "roles-to-mend",
            &[
                ("limit", &LARGEST_UNSEPARATED),
                ("who", &wording::names(page.language, &who)),
                ("roles", &wording::names(page.language, &roles)),
            ],
        )
    };
    overlaps.iter().map(text).collect()
}

/// Why a role is not given or taken, in words.
pub(super) fn refusal_text(language: Language, role: SystemRole, problem: RoleProblem) -> String {
    let plain = |key| tr(language, key).to_owned();
    let RoleProblem::Refused(refused) = problem else {
        return plain("role-refused-no-account");
    };
    match refused {
        RoleRefusal::NotYours => plain("problem-forbidden-title"),
        RoleRefusal::Own => plain("role-refused-own"),
        RoleRefusal::AlreadySo => tr_with(
            language,
            "role-refused-already",
            &[("role", &role_name(language, role))],
        ),
        RoleRefusal::Closed => plain("role-refused-closed"),
        RoleRefusal::FirstPassword => plain("role-refused-first-password"),
        RoleRefusal::Overlap(other) => tr_with(
            language,
            "role-refused-overlap",
            &[
                ("other", &role_name(language, other)),
                ("limit", &LARGEST_UNSEPARATED),
            ],
        ),
        RoleRefusal::Last(role) => last_text(language, role),
    }
}

/// That an account is the last that can act in a role, in words.
pub(super) fn last_text(language: Language, role: SystemRole) -> String {
    tr_with(
        language,
        "role-refused-last",
        &[("role", &role_name(language, role))],
    )
}
