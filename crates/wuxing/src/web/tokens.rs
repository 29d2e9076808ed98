//! 访问令牌: what one's own programs may do in one's name. A new token is shown once, on the answer to the form that made it.

use askama::Template;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::tokens::{LONGEST_LIFE, LONGEST_NAME, Problem as Fault, Scope, Wish};
use uuid::Uuid;

use super::error::{Kind, Problem};
use super::page::{Page, go_saying, show, show_as};
use super::session::Visitor;
use super::text::{Language, tr, tr_with};
use super::{Routes, security, wording};
use crate::app::tokens::{self, Made, Token};
use crate::app::{Cx, Refusal, Result as Outcome};

/// How long a token may be asked for, in days; the second is offered first.
const LIVES: [u32; 4] = [7, 30, 90, LONGEST_LIFE];

/// The routes of this module.
pub fn routes() -> Routes {
    Routes::new()
        .get("/tokens", list)
        .post("/tokens", create)
        .post("/tokens/{id}/revoke", revoke)
}

#[derive(Template)]
#[template(path = "tokens/page.html")]
struct TokensPage {
    page: Page,
    rows: Vec<Row>,
    form: FormView,
    /// The token that was just made; empty if none was.
    secret: String,
    /// What it is called and when it ends.
    made: String,
}

/// A token as its row shows it.
struct Row {
    id: String,
    name: String,
    scopes: Vec<&'static str>,
    ends: String,
    ended: bool,
    used: String,
}

/// The form for a new one, as it was typed.
#[derive(Default)]
struct FormView {
    name: String,
    name_problem: String,
    /// Value, words, whether it is ticked.
    scopes: Vec<(&'static str, &'static str, bool)>,
    scope_problem: String,
    lives: Vec<(String, String)>,
    days: String,
    days_problem: String,
    longest_name: usize,
    /// Opened from the beginning.
    open: bool,
}

async fn list(visitor: Visitor) -> Result<Response, Problem> {
    let now = visitor.site().program().clock.now();
    let (page, (tokens, offered)) = visitor.read(|cx| Box::pin(tokens::list(cx))).await?;
    let form = form(page.language, &offered, &Wish::default(), &[]);
    show(&tokens_page(page, now, &tokens, form, None))
}

async fn create(visitor: Visitor, body: Bytes) -> Result<Response, Problem> {
    let fields = security::fields_of(&body).ok_or(Problem::new(Kind::Unreadable))?;
    let mut wish = Wish::default();
    for (name, value) in fields {
        match name.as_str() {
            "name" => wish.name = value,
            "scope" => wish.scopes.push(value),
            "days" => wish.days = value.trim().parse().ok(),
            _ => {}
        }
    }
    let now = visitor.site().program().clock.now();
    let asked = wish.clone();
    let outcome = visitor
        .write(move |cx| Box::pin(create_and_list(cx, asked.clone())))
        .await;
    match outcome {
        Ok((page, (made, (tokens, offered)))) => {
            let form = form(page.language, &offered, &Wish::default(), &[]);
            show_as(
                StatusCode::CREATED,
                &tokens_page(page, now, &tokens, form, Some(made)),
            )
        }
        Err(problem) => {
            let (_, refusal) = problem.refused()?;
            let Refusal::Token(faults) = refusal else {
                return Err(Problem::new(Kind::Refused(refusal)));
            };
            let (page, (tokens, offered)) = visitor.read(|cx| Box::pin(tokens::list(cx))).await?;
            let form = form(page.language, &offered, &wish, &faults);
            show_as(
                StatusCode::UNPROCESSABLE_ENTITY,
                &tokens_page(page, now, &tokens, form, None),
            )
        }
    }
}

async fn create_and_list(cx: &mut Cx, wish: Wish) -> Outcome<(Made, (Vec<Token>, Vec<Scope>))> {
    let made = tokens::create(cx, wish).await?;
    Ok((made, tokens::list(cx).await?))
}

async fn revoke(visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    visitor
        .write(move |cx| Box::pin(tokens::revoke(cx, id)))
        .await?;
    Ok(go_saying("/tokens", "done", "token-revoked"))
}

fn tokens_page(
    page: Page,
    now: DateTime<Utc>,
    tokens: &[Token],
    form: FormView,
    made: Option<Made>,
) -> TokensPage {
    let title = page.t("tokens-title");
    let (today, zone) = (page.today(), page.zone());
    let day = |moment: DateTime<Utc>| {
        wording::date(
            page.language,
            moment.with_timezone(&zone).date_naive(),
            today,
        )
    };
    let row = |token: &Token| Row {
        id: token.id.to_string(),
        name: token.name.clone(),
        scopes: token
            .scopes
            .iter()
            .map(|scope| scope_words(page.language, scope))
            .collect(),
        ends: day(token.expires_at),
        ended: token.expires_at <= now,
        used: token.last_used_on.map_or_else(
            || page.t("token-never-used").to_owned(),
            |used| wording::date(page.language, used, today),
        ),
    };
    TokensPage {
        rows: tokens.iter().map(row).collect(),
        made: made
            .as_ref()
            .map(|made| {
                page.t_with_two(
                    "token-made",
                    ("name", made.token.name.as_str()),
                    ("day", day(made.token.expires_at)),
                )
            })
            .unwrap_or_default(),
        secret: made.map(|made| made.secret).unwrap_or_default(),
        form,
        page: page.titled(title),
    }
}

fn form(language: Language, offered: &[Scope], wish: &Wish, faults: &[Fault]) -> FormView {
    let told = |of: fn(&Fault) -> bool| {
        let texts = faults.iter().filter(|fault| of(fault));
        texts
            .map(|fault| fault_text(language, fault))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let of_name = |fault: &Fault| {
        matches!(
            fault,
            Fault::NoName | Fault::LongName | Fault::NameTaken | Fault::TooMany
        )
    };
    let of_scopes = |fault: &Fault| {
        matches!(
            fault,
            Fault::NoScope | Fault::Wildcard(_) | Fault::Unknown(_) | Fault::Beyond(_)
        )
    };
    let ticked = |scope: &Scope| wish.scopes.iter().any(|word| word == scope.word());
    FormView {
        name: domain::records::clean(&wish.name),
        name_problem: told(of_name),
        scopes: offered
            .iter()
            .map(|scope| (scope.word(), scope_words(language, *scope), ticked(scope)))
            .collect(),
        scope_problem: told(of_scopes),
        lives: LIVES
            .iter()
            .map(|days| {
                (
                    days.to_string(),
                    tr_with(language, "token-days", &[("n", days)]),
                )
            })
            .collect(),
        days: wish.days.unwrap_or(LIVES[1]).to_string(),
        days_problem: told(|fault| matches!(fault, Fault::Life)),
        longest_name: LONGEST_NAME,
        open: !faults.is_empty(),
    }
}

/// What a scope lets a program do.
fn scope_words(language: Language, scope: Scope) -> &'static str {
    tr(
        language,
        &format!("scope-{}", scope.word().replace(':', "-")),
    )
}

/// Why a token is not made, and what to do.
pub(super) fn fault_text(language: Language, fault: &Fault) -> String {
    match fault {
        Fault::NoName => tr(language, "token-no-name").to_owned(),
        Fault::LongName => tr_with(language, "field-too-long", &[("limit", &LONGEST_NAME)]),
        Fault::NameTaken => tr(language, "token-name-taken").to_owned(),
        Fault::TooMany => tr_with(
            language,
            "token-too-many",
            &[("n", &domain::tokens::MOST_TOKENS)],
        ),
        Fault::Life => tr_with(language, "token-life", &[("n", &LONGEST_LIFE)]),
        Fault::NoScope => tr(language, "token-no-scope").to_owned(),
        Fault::Wildcard(word) => tr_with(language, "token-wildcard", &[("word", word)]),
        Fault::Unknown(word) => tr_with(language, "token-unknown-scope", &[("word", word)]),
        Fault::Beyond(scope) => tr_with(language, "token-beyond", &[("word", &scope.word())]),
    }
}
