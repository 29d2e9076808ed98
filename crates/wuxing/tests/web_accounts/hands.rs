//! A department whose keepers have signed in, and what several tests do with it.

use axum::http::StatusCode;
use domain::identity::AccountId;

use crate::browser::{Answer, Browser, House};
use crate::cast::{PASSWORD, everybody};

/// The new password that owners choose.
pub const NEW: &str = "换了一句更容易记住的话";

/// The site with everybody signed in.
pub struct Hands {
    pub house: House,
    people: Vec<(&'static str, Browser)>,
}

impl Hands {
    pub async fn open() -> Self {
        let house = House::founded().await;
        let people = everybody(&house).await;
        Self { house, people }
    }

    /// The browser of a role, on a fresh page of the site so that it holds the page's token.
    pub async fn browser(&self, role: &str) -> Browser {
        let found = self.people.iter().find(|(name, _)| *name == role);
        let mut browser = found
            .unwrap_or_else(|| panic!("nobody is {role}"))
            .1
            .clone();
        browser.get("/account").await;
        browser
    }

    pub async fn id_of(&self, account: &str) -> AccountId {
        let mut tx = self.house.program.store.read().await.unwrap();
        let org = self.house.org.unwrap();
        let found = store::accounts::by_name(&mut tx, org, account)
            .await
            .unwrap();
        found.unwrap_or_else(|| panic!("no account {account}")).id
    }

    /// Asks for a reset of an account; gives the first half.
    pub async fn ask(&self, account: &str) -> String {
        let id = self.id_of(account).await;
        let mut administrator = self.browser("administrator").await;
        let answer = administrator
            .post(&format!("/accounts/{id}/reset"), &[])
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        half_of(&answer)
    }

    /// The path of the open reset at the top of the page.
    pub async fn asked(&self) -> String {
        let mut security = self.browser("security").await;
        let page = security.get("/resets").await.text();
        let (_, rest) = page.split_once("action=\"/resets/").unwrap();
        format!("/resets/{}", rest.split('/').next().unwrap())
    }

    /// Confirms it; gives the second half.
    pub async fn confirm(&self) -> String {
        let path = self.asked().await;
        let mut security = self.browser("security").await;
        let answer = security.post(&format!("{path}/confirm"), &[]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        half_of(&answer)
    }

    /// Sends the form of both halves in a browser of nobody's.
    pub async fn join(&self, account: &str, first: &str, second: &str) -> Answer {
        let mut browser = self.house.browser();
        browser.get("/reset").await;
        let fields = [
            ("account", account),
            ("first", first),
            ("second", second),
            ("new", NEW),
            ("again", NEW),
        ];
        browser.post("/reset", &fields).await
    }

    /// Whether somebody gets in with this password.
    pub async fn gets_in(&self, account: &str, password: &str) -> bool {
        let answer = self.house.browser().sign_in(account, password).await;
        answer.status == StatusCode::SEE_OTHER
    }
}

/// The half that a page shows.
pub fn half_of(answer: &Answer) -> String {
    let text = answer.text();
    let (_, rest) = text.split_once("<code>").unwrap();
    rest.split('<').next().unwrap().to_owned()
}

/// The password that everybody has chosen.
pub const OLD: &str = PASSWORD;
