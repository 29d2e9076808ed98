//! What stands before every request, whether a page or a program asked: its identifier, a log that knows no names, the
//! browser's own protections switched on, limits, and where it comes from.

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use axum::Router;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::header::{
    CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tracing::Instrument as _;

use crate::cx::Program;

pub mod body;
pub mod rate;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Only our own files; nothing inline but the style sheet's custom properties in `style` attributes.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; \
     img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A request's identifier, in the log and on the pages of what broke.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What [`observe`] must know.
#[derive(Clone)]
struct Front {
    program: Program,
    behind_tls: bool,
}

/// Puts log, headers and compression around routes.
pub fn around<State>(router: Router<State>, program: &Program, behind_tls: bool) -> Router<State>
where
    State: Clone + Send + Sync + 'static,
{
    let front = Front {
        program: program.clone(),
        behind_tls,
    };
    let text_only = DefaultPredicate::new().and(NotForContentType::const_new("application/"));
    let compression = CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(text_only);
    router
        .layer(compression)
        .layer(from_fn_with_state(front, observe))
}

/// Gives the request its identifier, logs what became of it, and adds the headers that every answer carries.
async fn observe(State(front): State<Front>, mut request: Request, next: Next) -> Response {
    let id = RequestId(hexadecimal(&front.program.randomness.bytes::<8>()));
    let method = request.method().clone();
    // The route, not the address: queries and what people search for stay out of the log.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    request.extensions_mut().insert(id.clone());
    let span = tracing::info_span!("request", id = id.as_str());
    let began = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let milliseconds = began.elapsed().as_secs_f64() * 1_000.0;
    let (status, route) = (response.status().as_u16(), route.as_deref().unwrap_or("-"));
    span.in_scope(|| tracing::info!(%method, route, status, milliseconds, "answered"));

    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value))
    };
    set(CONTENT_SECURITY_POLICY, POLICY);
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(X_FRAME_OPTIONS, "DENY");
    set(REFERRER_POLICY, "same-origin");
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    set(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    set(
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
    );
    if front.behind_tls {
        set(
            STRICT_TRANSPORT_SECURITY,
            "max-age=31536000; includeSubDomains",
        );
    }
    if let Ok(id) = HeaderValue::from_str(id.as_str()) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

/// Where a request comes from. Behind a proxy it is the last address in `X-Forwarded-For`, the one our own proxy wrote.
pub fn address_of(request: &Request, behind_proxy: bool) -> Option<IpAddr> {
    let forwarded = || {
        let last = request
            .headers()
            .get_all("x-forwarded-for")
            .iter()
            .next_back()?
            .to_str()
            .ok()?;
        last.rsplit(',').next()?.trim().parse().ok()
    };
    let direct = || {
        request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .map(|ConnectInfo(address)| address.ip())
    };
    if behind_proxy {
        forwarded().or_else(direct)
    } else {
        direct()
    }
}

/// Compares two secrets in a time that does not tell where they differ.
pub fn same(one: &str, other: &str) -> bool {
    let pairs = one.bytes().zip(other.bytes());
    one.len() == other.len() && pairs.fold(0, |differences, (a, b)| differences | (a ^ b)) == 0
}

/// Bytes as hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_compared_whole() {
        assert!(same("abc", "abc"));
        assert!(!same("abc", "abd"));
        assert!(!same("abc", "abcd"));
        assert!(!same("", "a"));
    }
}
