//! First run: whoever can read what the server printed founds the organisation and gets its first account.

use askama::Template;
use axum::Form;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;

use super::error::Problem;
use super::page::{Page, go_saying, show, show_as};
use super::session::Visit;
use super::text::{Language, tr};
use super::{Routes, error, security};
use crate::app::charter::PRESETS;
use crate::app::setup::{DEFAULT_TIME_ZONE, Founding, FoundingProblem, found, next_monday};
use crate::app::sign_in::{SignIn, sign_in};
use crate::app::{Error, Refusal};

/// The routes of this module.
pub fn routes() -> Routes {
    Routes::new().get("/setup", form).post("/setup", establish)
}

#[derive(Template)]
#[template(path = "entry/setup.html")]
struct SetupPage {
    page: Page,
    entered: Entered,
    presets: Vec<(&'static str, &'static str)>,
    problems: Problems,
}

/// What is wrong, at its field.
#[derive(Debug, Default)]
struct Problems {
    code: String,
    organisation: String,
    preset: String,
    effective: String,
    time_zone: String,
    administrator: String,
    password: String,
}

#[derive(Debug, Default, Deserialize)]
struct Entered {
    code: String,
    organisation: String,
    preset: String,
    effective: String,
    time_zone: String,
    administrator: String,
    password: String,
    again: String,
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    code: String,
}

async fn form(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    if visit.site.setup_code().is_none() {
        return Err(Problem::not_found());
    }
    let zone: chrono_tz::Tz = DEFAULT_TIME_ZONE.parse().unwrap_or(chrono_tz::Tz::UTC);
    let today = visit
        .site
        .program()
        .clock
        .now()
        .with_timezone(&zone)
        .date_naive();
    let entered = Entered {
        code: asked.code,
        preset: PRESETS
            .first()
            .map(|preset| preset.name)
            .unwrap_or_default()
            .to_owned(),
        effective: next_monday(today).to_string(),
        time_zone: DEFAULT_TIME_ZONE.to_owned(),
        ..Entered::default()
    };
    show(&setup_page(&visit, entered, Problems::default()))
}

fn setup_page(visit: &Visit, entered: Entered, problems: Problems) -> SetupPage {
    let language = visit.language;
    let presets = PRESETS
        .iter()
        .map(|preset| (preset.name, preset_name(language, preset.name)));
    SetupPage {
        page: Page::new(visit, None).titled(tr(language, "setup-title")),
        presets: presets.collect(),
        // A password is not sent back.
        entered: Entered {
            password: String::new(),
            again: String::new(),
            ..entered
        },
        problems,
    }
}

fn preset_name(language: Language, name: &'static str) -> &'static str {
    super::text::try_tr(language, &format!("preset-{name}")).unwrap_or(name)
}

async fn establish(visit: Visit, Form(entered): Form<Entered>) -> Result<Response, Problem> {
    visit.count_try()?;
    let language = visit.language;
    // Taken while it is used, so that two forms sent at once do not found two organisations.
    let Some(code) = visit.site.setup_code().take() else {
        return Err(Problem::not_found());
    };
    if !security::same(&code, entered.code.trim()) {
        *visit.site.setup_code() = Some(code);
        let problems = Problems {
            code: tr(language, "setup-wrong-code").to_owned(),
            ..Problems::default()
        };
        return show_as(
            StatusCode::UNPROCESSABLE_ENTITY,
            &setup_page(&visit, entered, problems),
        );
    }
    let outcome = founded(&visit, &entered).await;
    match outcome {
        Ok(()) => Ok(go_saying("/people/import", "done", "founded")),
        Err(error) => {
            *visit.site.setup_code() = Some(code);
            let problems = told(language, error)?;
            show_as(
                StatusCode::UNPROCESSABLE_ENTITY,
                &setup_page(&visit, entered, problems),
            )
        }
    }
}

/// Founds the organisation and signs its administrator in.
async fn founded(visit: &Visit, entered: &Entered) -> Result<(), Trouble> {
    let effective = entered
        .effective
        .parse::<NaiveDate>()
        .map_err(|_| Trouble::Effective)?;
    let founding = Founding {
        organisation: entered.organisation.clone(),
        preset: entered.preset.clone(),
        effective,
        time_zone: entered.time_zone.trim().to_owned(),
        administrator: entered.administrator.clone(),
        password: entered.password.clone(),
        again: entered.again.clone(),
        demo: false,
    };
    let program = visit.site.program();
    found(program, founding).await.map_err(Trouble::Action)?;
    let welcome = sign_in(
        program,
        &entered.organisation,
        &entered.administrator,
        entered.password.clone(),
    )
    .await;
    match welcome {
        Ok(SignIn::Welcome {
            identity,
            must_change,
            ..
        }) => visit
            .begin(identity, must_change, Some(visit.language))
            .await
            .map_err(Trouble::Page),
        // Founded all the same; the sign-in page is next.
        _ => Ok(()),
    }
}

/// Why founding did not happen.
enum Trouble {
    Effective,
    Action(Error),
    Page(Problem),
}

fn told(language: Language, trouble: Trouble) -> Result<Problems, Problem> {
    let mut problems = Problems::default();
    let (field, text) = match trouble {
        Trouble::Effective => (
            &mut problems.effective,
            tr(language, "setup-wrong-day").to_owned(),
        ),
        Trouble::Page(problem) => return Err(problem),
        Trouble::Action(Error::Refused(refusal)) => {
            let text = error::refusal_text(language, &refusal);
            let field = match refusal {
                Refusal::Founding(FoundingProblem::Administrator) => &mut problems.administrator,
                Refusal::Founding(FoundingProblem::TimeZone) => &mut problems.time_zone,
                Refusal::Founding(FoundingProblem::Preset) => &mut problems.preset,
                Refusal::Password(_) => &mut problems.password,
                _ => &mut problems.organisation,
            };
            (field, text)
        }
        Trouble::Action(other) => return Err(other.into()),
    };
    *field = text;
    Ok(problems)
}

/// A founding form's fault, in words.
pub(super) fn founding_text(language: Language, problem: FoundingProblem) -> &'static str {
    tr(
        language,
        match problem {
            FoundingProblem::Name => "setup-wrong-name",
            FoundingProblem::Administrator => "setup-wrong-administrator",
            FoundingProblem::TimeZone => "setup-wrong-time-zone",
            FoundingProblem::Preset => "setup-wrong-preset",
        },
    )
}
