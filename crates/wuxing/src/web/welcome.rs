//! Where those land who have no duties of their own: what they can do here, and what they cannot see.

use askama::Template;
use axum::response::Response;

use super::error::Problem;
use super::page::{Page, show};

#[derive(Template)]
#[template(path = "entry/welcome.html")]
struct WelcomePage {
    page: Page,
    places: Vec<Place>,
}

/// A place with a sentence on it.
struct Place {
    href: &'static str,
    label: &'static str,
    text: &'static str,
}

/// The start page of accounts without a person: administrators, auditors.
pub fn welcome(page: Page) -> Result<Response, Problem> {
    let language = page.language;
    let places = page.nav.iter().chain(&page.menu).map(|item| {
        let word = item.href.trim_start_matches('/').replace('/', "-");
        let text = super::text::try_tr(language, &format!("welcome-{word}")).unwrap_or_default();
        Place {
            href: item.href,
            label: item.label,
            text,
        }
    });
    let places = places.collect();
    let title = page.t("welcome-title");
    show(&WelcomePage {
        places,
        page: page.titled(title).at(""),
    })
}
