//! The pages: a request becomes a form, an action does what it asks, a page shows what came of it.
//!
//! Every request but those for assets and health goes through [`session::around`], which decides who it is, whether the
//! request is one of our own pages', and how what went wrong is told. What a handler forgets it cannot get wrong.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::handler::Handler;
use axum::routing;
use tower_http::catch_panic::CatchPanicLayer;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

use crate::app::Program;
use crate::app::sessions::Sessions;
use crate::serving::{self, rate};

pub mod account;
pub mod accounts;
pub mod act;
pub mod address;
mod agent;
pub mod assets;
pub mod audit;
pub mod calendar;
pub mod charter;
pub mod download;
pub mod error;
pub mod health;
pub mod learning;
pub mod ledger;
pub mod load;
pub mod page;
pub mod password;
pub mod people;
pub mod reset;
pub mod resets;
pub mod roles;
pub mod section;
pub mod security;
pub mod session;
pub mod setup;
pub mod sign_in;
pub mod text;
pub mod today;
pub mod tokens;
pub mod welcome;
pub mod wording;

/// How the pages are served.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Behind a TLS proxy: cookies are marked secure, HSTS is sent, and the proxy's last word on the address is believed.
    pub behind_tls: bool,
    /// The code that opens the first-run page; `None` once there is an organisation.
    pub setup_code: Option<String>,
}

/// What all requests share.
#[derive(Clone)]
pub struct Site {
    shared: Arc<Shared>,
}

struct Shared {
    program: Program,
    behind_tls: bool,
    setup_code: Mutex<Option<String>>,
    sign_in_limits: rate::Limits<IpAddr>,
    new_accounts: Mutex<BTreeMap<uuid::Uuid, people::NewAccounts>>,
}

impl Site {
    /// A site of this program.
    pub fn new(program: Program, options: Options) -> Self {
        let shared = Shared {
            program,
            behind_tls: options.behind_tls,
            setup_code: Mutex::new(options.setup_code),
            sign_in_limits: rate::Limits::for_sign_in(),
            new_accounts: Mutex::default(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// The program.
    pub fn program(&self) -> &Program {
        &self.shared.program
    }

    /// Whether the site is reached through TLS.
    pub fn behind_tls(&self) -> bool {
        self.shared.behind_tls
    }

    /// The limits on signing in and on guessing the set-up code.
    pub fn sign_in_limits(&self) -> &rate::Limits<IpAddr> {
        &self.shared.sign_in_limits
    }

    fn setup_code(&self) -> MutexGuard<'_, Option<String>> {
        self.shared
            .setup_code
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn new_accounts(&self) -> MutexGuard<'_, BTreeMap<uuid::Uuid, people::NewAccounts>> {
        self.shared
            .new_accounts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// A method and a path that the site answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// The path with its parameters, such as `/records/{id}`.
    pub path: &'static str,
    /// `GET` or `POST`.
    pub method: &'static str,
}

/// Routes under construction. They are listed while they are added, so that the permission matrix misses none.
#[derive(Default)]
pub struct Routes {
    router: Router<Site>,
    table: Vec<Route>,
}

impl Routes {
    /// No routes yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a page. It must not write.
    #[must_use]
    pub fn get<H, T>(mut self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, Site>,
        T: 'static,
    {
        self.table.push(Route {
            path,
            method: "GET",
        });
        Self {
            router: self.router.route(path, routing::get(handler)),
            table: self.table,
        }
    }

    /// Adds a form's destination.
    #[must_use]
    pub fn post<H, T>(mut self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, Site>,
        T: 'static,
    {
        self.table.push(Route {
            path,
            method: "POST",
        });
        Self {
            router: self.router.route(path, routing::post(handler)),
            table: self.table,
        }
    }

    /// Adds another module's routes.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.table.extend(others.table);
        Self {
            router: self.router.merge(others.router),
            table: self.table,
        }
    }
}

/// Everything behind [`session::around`].
fn pages() -> Routes {
    Routes::new()
        .and(sign_in::routes())
        .and(reset::routes())
        .and(password::routes())
        .and(account::routes())
        .and(setup::routes())
        .and(today::routes())
        .and(learning::routes())
        .and(ledger::routes())
        .and(section::routes())
        .and(charter::routes())
        .and(load::routes())
        .and(calendar::routes())
        .and(people::routes())
        .and(accounts::routes())
        .and(resets::routes())
        .and(roles::routes())
        .and(tokens::routes())
        .and(audit::routes())
}

/// What is served without asking who it is.
fn open() -> Routes {
    Routes::new()
        .get("/assets/{file}", assets::serve)
        .and(health::routes())
}

/// Every route of the site, by path and method.
pub fn table() -> Vec<Route> {
    let mut table = pages().and(open()).table;
    table.sort_unstable();
    table
}

/// The site as a service.
pub fn router(site: Site) -> Router {
    // The browser drops the cookie when it is closed; how long the session itself lasts, the program's clock decides.
    let sessions = SessionManagerLayer::new(Sessions::new(site.program().clone()))
        .with_name(session::COOKIE)
        .with_same_site(SameSite::Lax)
        .with_http_only(true)
        .with_secure(site.behind_tls())
        .with_expiry(Expiry::OnSessionEnd)
        .with_always_save(false);
    let pages = pages()
        .router
        .fallback(error::missing)
        .method_not_allowed_fallback(error::wrong_method)
        // The limits hold before the handlers, in `session::around`.
        .layer(axum::extract::DefaultBodyLimit::disable())
        .layer(CatchPanicLayer::custom(error::panicked))
        .layer(axum::middleware::from_fn_with_state(
            site.clone(),
            session::around,
        ))
        .layer(sessions);
    serving::around(
        pages.merge(open().router),
        site.program(),
        site.behind_tls(),
    )
    .with_state(site)
}
