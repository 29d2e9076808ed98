//! What every page says around its content: who is signed in, where one can go, in which language.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::response::{Html, IntoResponse as _, Response};
use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;
use domain::access::{Action, Actor, Resource, can};

use super::address::percent_encoded;
use super::error::Problem;
use super::session::{NOTICE_COOKIE, Visit};
use super::text::{Language, Variable, tr, tr_with};
use super::{assets, session};
use crate::app::Cx;

/// A link in the header or in the menu.
#[derive(Clone, Debug)]
pub struct NavItem {
    /// Where it leads.
    pub href: &'static str,
    /// Its words.
    pub label: &'static str,
    /// Whether one is there.
    pub current: bool,
}

/// Who is signed in.
#[derive(Clone, Debug)]
pub struct Who {
    /// Name; an administrator's account without a person shows its office.
    pub name: String,
    /// Section; empty for leaders and administrators.
    pub section: String,
}

/// What the page says before its content.
#[derive(Clone, Debug)]
pub struct Notice {
    /// `done`, `kept` or `problem`.
    pub kind: &'static str,
    /// The words.
    pub text: String,
}

/// Facts about the organisation and the actor, taken from an action's context so that a page costs no query of its own.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The organisation's name.
    pub organisation: String,
    /// Whether its data is made up.
    pub demo: bool,
    /// Its time zone.
    pub zone: Tz,
    /// Its calendar day.
    pub today: NaiveDate,
    /// Who acts.
    pub actor: Actor,
    /// The person's name.
    pub name: Option<String>,
    /// The person's section.
    pub section: Option<String>,
}

impl Frame {
    /// The frame that this context gives; `None` for the program itself.
    pub fn of(cx: &Cx) -> Option<Self> {
        let actor = cx.actor.clone()?;
        let roster = &cx.house.roster;
        let person = actor.person.and_then(|id| roster.person(id));
        let section = actor.section.and_then(|id| roster.section(id));
        Some(Self {
            organisation: cx.house.name.clone(),
            demo: cx.house.demo,
            zone: cx.house.zone,
            today: cx.today,
            name: person.map(|person| person.name.clone()),
            section: section.map(|section| section.name.clone()),
            actor,
        })
    }

    /// Whether the actor may do this; for showing a link or a button.
    pub fn may(&self, action: Action, resource: Resource) -> bool {
        can(&self.actor, action, resource)
    }
}

/// A page without its content. Templates hold it as `page`.
#[derive(Clone, Debug)]
pub struct Page {
    /// Language.
    pub language: Language,
    /// Title, for the browser's tab.
    pub title: String,
    /// The token that proves a form is ours; a hidden field `csrf` in every form.
    pub csrf: String,
    /// Places in the header.
    pub nav: Vec<NavItem>,
    /// Further places, in the menu under one's name.
    pub menu: Vec<NavItem>,
    /// Who is signed in.
    pub who: Option<Who>,
    /// What to say first.
    pub notice: Option<Notice>,
    /// Path and query of this page, for coming back to it.
    pub path: String,
    /// Whether the organisation's data is made up.
    pub demo: bool,
    /// The facts behind the above, when somebody is signed in.
    pub frame: Option<Frame>,
}

impl Page {
    /// A page for this request.
    pub fn new(visit: &Visit, frame: Option<Frame>) -> Self {
        let language = visit.language;
        let notice = visit
            .notice
            .as_deref()
            .and_then(|told| Notice::told(language, told));
        let (nav, menu) = frame
            .as_ref()
            .map(|frame| places(frame, language, &visit.path))
            .unwrap_or_default();
        Self {
            language,
            title: String::new(),
            csrf: visit.csrf.clone(),
            nav,
            menu,
            who: frame.as_ref().map(|frame| who(frame, language)),
            notice,
            path: visit.path.clone(),
            demo: frame.as_ref().is_some_and(|frame| frame.demo),
            frame,
        }
    }

    /// The page with a title, already in the page's language.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The page with another notice.
    #[must_use]
    pub fn saying(mut self, kind: &'static str, text: impl Into<String>) -> Self {
        self.notice = Some(Notice {
            kind,
            text: text.into(),
        });
        self
    }

    /// The page with the place `href` of the header marked as where one is.
    #[must_use]
    pub fn at(mut self, href: &str) -> Self {
        for item in self.nav.iter_mut().chain(&mut self.menu) {
            item.current = item.href == href;
        }
        self
    }

    /// The language's tag.
    pub const fn lang(&self) -> &'static str {
        self.language.tag()
    }

    /// A message without variables.
    pub fn t(&self, key: &str) -> &'static str {
        tr(self.language, key)
    }

    /// A message with one variable.
    pub fn t_with(&self, key: &str, name: &'static str, value: impl Variable) -> String {
        tr_with(self.language, key, &[(name, &value)])
    }

    /// A message with two variables.
    pub fn t_with_two(
        &self,
        key: &str,
        (first, one): (&'static str, impl Variable),
        (second, two): (&'static str, impl Variable),
    ) -> String {
        tr_with(self.language, key, &[(first, &one), (second, &two)])
    }

    /// The classified-information banner.
    pub fn banner(&self) -> &'static str {
        self.t("banner")
    }

    /// What the banner adds when the data is made up.
    pub fn demo_note(&self) -> &'static str {
        self.t("banner-demo")
    }

    /// The address of a built-in file.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::url(name)
    }

    /// The organisation's day; on pages without an organisation the first day of 1970, which they do not show.
    pub fn today(&self) -> NaiveDate {
        self.frame
            .as_ref()
            .map(|frame| frame.today)
            .unwrap_or_default()
    }

    /// The organisation's time zone.
    pub fn zone(&self) -> Tz {
        self.frame.as_ref().map_or(Tz::UTC, |frame| frame.zone)
    }

    /// Who acts, when somebody is signed in.
    pub fn actor(&self) -> Option<&Actor> {
        self.frame.as_ref().map(|frame| &frame.actor)
    }
}

impl Notice {
    /// The notice that the page before left: `kind:key`, where the message's key is `notice-` and that key.
    fn told(language: Language, told: &str) -> Option<Self> {
        let (kind, key) = told.split_once(':')?;
        let kind = ["done", "kept", "problem"]
            .into_iter()
            .find(|known| *known == kind)?;
        let text = super::text::try_tr(language, &format!("notice-{key}"))?;
        Some(Self {
            kind,
            text: text.to_owned(),
        })
    }
}

fn who(frame: &Frame, language: Language) -> Who {
    let system = frame.actor.system;
    let office = if system.administrator {
        "who-administrator"
    } else if system.auditor {
        "who-auditor"
    } else {
        "who-security"
    };
    Who {
        name: frame
            .name
            .clone()
            .unwrap_or_else(|| tr(language, office).to_owned()),
        section: frame.section.clone().unwrap_or_default(),
    }
}

/// Only what one may see; the pages themselves ask again.
fn places(frame: &Frame, language: Language, path: &str) -> (Vec<NavItem>, Vec<NavItem>) {
    let actor = &frame.actor;
    let serves = actor.serves();
    let reads = serves && (actor.office || !actor.heads.is_empty());
    let charter = frame.may(Action::Read, Resource::Charter);
    let imports = frame.may(Action::Administer, Resource::RosterImport);
    let accounts = frame.may(Action::Administer, Resource::Accounts);
    let audit = frame.may(Action::Read, Resource::Audit);
    let roster = frame.may(Action::Read, Resource::Roster);
    let roles = frame.may(Action::Read, Resource::SystemRoles);
    let resets = frame.may(Action::Read, Resource::Resets);
    let header: [(bool, &'static str, &'static str); 11] = [
        (serves, "/", tr(language, "nav-today")),
        (serves, "/ledger", tr(language, "nav-ledger")),
        (serves, "/section", tr(language, "nav-section")),
        (serves, "/library", tr(language, "nav-library")),
        (reads, "/reading", tr(language, "nav-reading")),
        (charter, "/charter", tr(language, "nav-charter")),
        (imports, "/people/import", tr(language, "nav-import")),
        (accounts, "/accounts", tr(language, "nav-accounts")),
        (resets, "/resets", tr(language, "nav-resets")),
        (roles, "/roles", tr(language, "nav-roles")),
        (audit, "/audit", tr(language, "nav-audit")),
    ];
    let menu = [
        (roster, "/people", tr(language, "nav-people")),
        (charter, "/charter/load", tr(language, "nav-load")),
        (charter, "/calendar", tr(language, "nav-calendar")),
        (true, "/tokens", tr(language, "nav-tokens")),
        (true, "/account", tr(language, "nav-account")),
    ];
    let path = path.split('?').next().unwrap_or_default();
    let items = |places: &[(bool, &'static str, &'static str)]| -> Vec<NavItem> {
        let shown = places.iter().filter(|(may, ..)| *may);
        shown
            .map(|&(_, href, label)| NavItem {
                href,
                label,
                current: path == href,
            })
            .collect()
    };
    (items(&header), items(&menu))
}

/// Shows a page.
pub fn show(page: &impl Template) -> Result<Response, Problem> {
    show_as(StatusCode::OK, page)
}

/// Shows a page with another status: a form that needs another look is 422.
pub fn show_as(status: StatusCode, page: &impl Template) -> Result<Response, Problem> {
    let html = page
        .render()
        .map_err(|error| Problem::broken(anyhow::Error::new(error)))?;
    Ok((status, Html(html)).into_response())
}

/// Sends the browser to another of our pages, as after every form that did its work.
pub fn go(to: &str) -> Response {
    // A path of ours may hold Chinese; a header may not.
    let location = axum::http::HeaderValue::from_str(&percent_encoded(to));
    match location {
        Ok(location) => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
        Err(_) => (
            StatusCode::SEE_OTHER,
            [(LOCATION, axum::http::HeaderValue::from_static("/"))],
        )
            .into_response(),
    }
}

/// As [`go`], and the next page says first: `kind` is `done`, `kept` or `problem`, the message's key is `notice-` and `key`.
pub fn go_saying(to: &str, kind: &'static str, key: &'static str) -> Response {
    let mut response = go(to);
    let cookie = session::cookie(
        NOTICE_COOKIE,
        &format!("{kind}:{key}"),
        Some(TimeDelta::minutes(1)),
        false,
    );
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
