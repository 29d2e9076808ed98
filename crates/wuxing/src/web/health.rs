//! Whether the program runs (`/healthz`) and whether it can serve (`/readyz`), for whoever supervises it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};

use super::{Routes, Site};

/// The routes of this module.
pub fn routes() -> Routes {
    Routes::new().get("/healthz", alive).get("/readyz", ready)
}

async fn alive() -> Response {
    answer(StatusCode::OK, "ok\n")
}

/// Ready means: the database answers.
async fn ready(State(site): State<Site>) -> Response {
    match crate::app::setup::is_needed(site.program()).await {
        Ok(_) => answer(StatusCode::OK, "ready\n"),
        Err(_) => answer(
            StatusCode::SERVICE_UNAVAILABLE,
            "the database does not answer\n",
        ),
    }
}

fn answer(status: StatusCode, text: &'static str) -> Response {
    (status, [(CACHE_CONTROL, "no-store")], text).into_response()
}
