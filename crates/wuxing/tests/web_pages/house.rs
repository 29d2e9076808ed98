//! A department in which everybody has signed in.

use axum::http::StatusCode;

use crate::browser::{Answer, Browser, House};
use crate::cast::everybody;

/// What somebody might write to break a page: markup, an attribute's end, marks that turn the direction of writing, an emoji
/// that is several characters.
pub const HOSTILE: &str =
    "<script>alert('x')</script> \" onmouseover=\"x \u{202e}\u{5d0}\u{5d1} 👩‍👧 {{ 7*7 }}";

/// The site and a browser for each role.
pub struct Department {
    pub house: House,
    people: Vec<(&'static str, Browser)>,
}

impl Department {
    /// Everybody has signed in on Monday 2026-09-14 at nine.
    pub async fn open() -> Self {
        let house = House::founded().await;
        let people = everybody(&house).await;
        Self { house, people }
    }

    /// The browser of a role.
    pub fn browser(&self, role: &str) -> Browser {
        let found = self.people.iter().find(|(name, _)| *name == role);
        found
            .unwrap_or_else(|| panic!("nobody is {role}"))
            .1
            .clone()
    }
}

/// Opens a page that must be there, and gives its text.
pub async fn page(browser: &mut Browser, path: &str) -> String {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
    answer.text()
}

/// The value of a hidden field of the page.
#[track_caller]
pub fn hidden(text: &str, name: &str) -> String {
    let start = format!("<input type=\"hidden\" name=\"{name}\" value=\"");
    let (_, rest) = text
        .split_once(&start)
        .unwrap_or_else(|| panic!("no field {name} in\n{text}"));
    rest.split('"').next().unwrap().to_owned()
}

/// Opens quick capture, writes, submits; gives the answer.
pub async fn capture(browser: &mut Browser, kind: &str, fields: &[(&str, &str)]) -> Answer {
    let form = page(browser, &format!("/capture?kind={kind}")).await;
    let key = hidden(&form, "key");
    let mut all = vec![("key", key.as_str()), ("kind", kind)];
    all.extend_from_slice(fields);
    browser.post("/capture", &all).await
}

/// Submits a clipping; gives the path of its page.
pub async fn clip(browser: &mut Browser, text: &str) -> String {
    let answer = capture(browser, "clipping", &[("text", text)]).await;
    answer.leads_to().split('?').next().unwrap().to_owned()
}

/// The text with its markup taken out, for reading what a page says.
pub fn words(html: &str) -> String {
    let mut said = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                said.push(' ');
            }
            c if !inside => said.push(c),
            _ => {}
        }
    }
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The part of a page from one text to another.
#[track_caller]
pub fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text
        .split_once(from)
        .unwrap_or_else(|| panic!("no “{from}” in\n{text}"));
    rest.split_once(to).map_or(rest, |(part, _)| part)
}
