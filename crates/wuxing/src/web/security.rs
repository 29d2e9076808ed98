//! What guards every request: the browser's own protections switched on, forms that are provably ours, limits, and a log
//! that knows no names.

use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest as _, MatchedPath, Multipart, Request, State};
use axum::http::header::{
    CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, ORIGIN, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use futures_util::StreamExt as _;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tracing::Instrument as _;

use super::Site;
use super::error::{Kind, Problem};

/// The field of a form that holds its token.
pub const TOKEN_FIELD: &str = "csrf";
const TOKEN_HEADER: &str = "x-csrf-token";
const SEC_FETCH_SITE: &str = "sec-fetch-site";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The most bytes of a form.
pub const LARGEST_FORM: usize = 2 * 1024 * 1024;
/// The most bytes of an uploaded roster with the form around it.
pub const LARGEST_UPLOAD: usize = 12 * 1024 * 1024;
/// So much of a body that is too large is still read and thrown away: a browser that cannot finish sending shows a broken
/// connection instead of our answer.
const DRAINED: usize = 64 * 1024 * 1024;
/// A body must arrive within this time.
const ARRIVES_WITHIN: Duration = Duration::from_secs(60);

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

/// Puts log, headers and compression around all routes.
pub(super) fn around(router: Router<Site>, site: &Site) -> Router<Site> {
    let text_only = DefaultPredicate::new().and(NotForContentType::const_new("application/"));
    let compression = CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(text_only);
    router
        .layer(compression)
        .layer(from_fn_with_state(site.clone(), observe))
}

/// Gives the request its identifier, logs what became of it, and adds the headers that every answer carries.
async fn observe(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let id = RequestId(hexadecimal(&site.program().randomness.bytes::<8>()));
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
    if site.behind_tls() {
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

/// Whether a request that changes something comes from a page of this site, as far as the browser says. A program that is
/// no browser says nothing; it still needs the token.
pub(super) fn is_from_here(headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get(SEC_FETCH_SITE) {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(ORIGIN) else {
        return true;
    };
    let own = headers.get(HOST).and_then(|host| host.to_str().ok());
    let from = origin
        .to_str()
        .ok()
        .and_then(|origin| origin.split_once("://"))
        .map(|(_, host)| host);
    from.is_some() && from == own
}

/// The most bytes that a path takes.
pub(super) fn limit(path: &str) -> usize {
    if path == "/people/import" {
        LARGEST_UPLOAD
    } else {
        LARGEST_FORM
    }
}

/// How long a path's handler may take: hashing a password for each of some thousand people takes minutes.
pub(super) fn time_for(path: &str) -> Duration {
    if path.starts_with("/people/import/") {
        Duration::from_secs(600)
    } else {
        Duration::from_secs(30)
    }
}

/// Reads a body of at most `limit` bytes.
pub(super) async fn read_body(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
) -> Result<Bytes, Problem> {
    let reading = tokio::time::timeout(ARRIVES_WITHIN, collect(headers, body, limit));
    reading.await.map_err(|_| Problem::new(Kind::Busy))?
}

async fn collect(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Problem> {
    let declared = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    let mut kept = Vec::with_capacity(declared.unwrap_or(0).min(limit));
    let mut arrived = 0_usize;
    let mut stream = body.into_data_stream();
    while let Some(piece) = stream.next().await {
        // The sender broke off, or sent what is no body: there is nobody to tell it well.
        let piece = piece.map_err(|_| Problem::new(Kind::Unreadable))?;
        arrived = arrived.saturating_add(piece.len());
        if arrived <= limit && declared.is_none_or(|declared| declared <= limit) {
            kept.extend_from_slice(&piece);
        } else if arrived > DRAINED {
            break;
        }
    }
    let fits = arrived <= limit && declared.is_none_or(|declared| declared <= limit);
    if fits {
        Ok(Bytes::from(kept))
    } else {
        Err(Problem::new(Kind::TooLarge))
    }
}

/// The token that a request carries: in a header, or as a field of the form.
///
/// # Errors
/// If the body says that it is a form and is none, or one in broken UTF-8: what somebody typed is never guessed at.
pub(super) async fn token_of(headers: &HeaderMap, body: &Bytes) -> Result<Option<String>, Problem> {
    let header = headers
        .get(TOKEN_HEADER)
        .and_then(|token| token.to_str().ok())
        .map(str::to_owned);
    let kind = headers
        .get(CONTENT_TYPE)
        .map_or(&b""[..], HeaderValue::as_bytes);
    if kind.starts_with(b"application/x-www-form-urlencoded") {
        let fields = fields_of(body).ok_or(Problem::new(Kind::Unreadable))?;
        let field = || {
            fields
                .into_iter()
                .find(|(name, _)| name == TOKEN_FIELD)
                .map(|(_, token)| token)
        };
        return Ok(header.or_else(field));
    }
    if header.is_none() && kind.starts_with(b"multipart/form-data") {
        return token_of_upload(kind, body)
            .await
            .map_err(|_| Problem::new(Kind::Unreadable));
    }
    Ok(header)
}

async fn token_of_upload(kind: &[u8], body: &Bytes) -> anyhow::Result<Option<String>> {
    let mut request = Request::builder()
        .header(CONTENT_TYPE, kind)
        .body(Body::from(body.clone()))?;
    // The body has been read within its own limit already; the framework's would refuse every file above 2 MB.
    DefaultBodyLimit::disable().apply(&mut request);
    let mut parts = Multipart::from_request(request, &())
        .await
        .map_err(|_| anyhow::anyhow!("no boundary"))?;
    // Our forms hold the token before the file, so the file is not looked at here.
    while let Some(part) = parts.next_field().await? {
        if part.name() == Some(TOKEN_FIELD) {
            return Ok(Some(part.text().await?));
        }
    }
    Ok(None)
}

/// The fields of a form in their order.
pub(super) fn fields_of(body: &[u8]) -> Option<Vec<(String, String)>> {
    let text = std::str::from_utf8(body).ok()?;
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs
        .map(|(name, value)| Some((decoded(name)?, decoded(value)?)))
        .collect()
}

/// Undoes the encoding of forms: `+` is a space, `%E7` a byte; what is no UTF-8 then is no text.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let (high, low) = (rest.next()?, rest.next()?);
                let digits = char::from(high).to_digit(16)? * 16 + char::from(low).to_digit(16)?;
                u8::try_from(digits).ok()?
            }
            plain => plain,
        });
    }
    String::from_utf8(bytes).ok()
}

/// Compares two secrets in a time that does not tell where they differ.
pub(super) fn same(one: &str, other: &str) -> bool {
    let pairs = one.bytes().zip(other.bytes());
    one.len() == other.len() && pairs.fold(0, |differences, (a, b)| differences | (a ^ b)) == 0
}

/// Bytes as hexadecimal digits.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect()
    }

    #[test]
    fn other_sites_forms_are_known_by_what_the_browser_says() {
        let cases: [(&[(&'static str, &'static str)], bool); 8] = [
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "same-site")], false),
            (
                &[
                    ("sec-fetch-site", "cross-site"),
                    ("origin", "http://here:8080"),
                    ("host", "here:8080"),
                ],
                false,
            ),
            (
                &[("origin", "http://here:8080"), ("host", "here:8080")],
                true,
            ),
            (
                &[("origin", "http://evil.example"), ("host", "here:8080")],
                false,
            ),
            (&[("origin", "null"), ("host", "here:8080")], false),
            (&[("host", "here:8080")], true),
        ];
        for (pairs, expected) in cases {
            assert_eq!(is_from_here(&headers(pairs)), expected, "{pairs:?}");
        }
    }

    #[tokio::test]
    async fn the_token_is_found_in_header_form_and_upload() {
        let form = headers(&[("content-type", "application/x-www-form-urlencoded")]);
        let body = Bytes::from_static(b"text=a%2Bb+c&csrf=abc&csrf=def");
        assert_eq!(
            token_of(&form, &body).await.unwrap().as_deref(),
            Some("abc")
        );
        assert_eq!(
            token_of(&headers(&[("x-csrf-token", "h")]), &body)
                .await
                .unwrap()
                .as_deref(),
            Some("h")
        );
        let upload = headers(&[("content-type", "multipart/form-data; boundary=XX")]);
        let body = Bytes::from_static(
            b"--XX\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\ntok\r\n--XX\r\nContent-Disposition: form-data; \
              name=\"file\"; filename=\"r.xlsx\"\r\n\r\nPK\r\n--XX--\r\n",
        );
        assert_eq!(
            token_of(&upload, &body).await.unwrap().as_deref(),
            Some("tok")
        );
        let plain = headers(&[("content-type", "text/plain")]);
        assert_eq!(
            token_of(&plain, &Bytes::from_static(b"csrf=abc"))
                .await
                .unwrap(),
            None
        );
        assert!(
            token_of(&form, &Bytes::from_static(b"csrf=%GG"))
                .await
                .is_err()
        );
        assert!(
            token_of(&upload, &Bytes::from_static(b"no parts"))
                .await
                .is_err()
        );
    }

    #[test]
    fn forms_decode_to_what_was_typed() {
        let fields =
            fields_of("title=%E5%AD%A6%E4%B9%A0&text=a+b%0D%0Ac&empty=&bare".as_bytes()).unwrap();
        let expected = [
            ("title", "学习"),
            ("text", "a b\r\nc"),
            ("empty", ""),
            ("bare", ""),
        ];
        assert_eq!(
            fields,
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
        for broken in [&b"a=%E5"[..], b"a=%", b"a=%F", b"\xff=1"] {
            assert_eq!(fields_of(broken), None);
        }
    }

    #[test]
    fn secrets_are_compared_whole() {
        assert!(same("abc", "abc"));
        assert!(!same("abc", "abd"));
        assert!(!same("abc", "abcd"));
        assert!(!same("", "a"));
    }

    #[tokio::test]
    async fn a_body_over_its_limit_is_refused_however_it_is_declared() {
        let none = HeaderMap::new();
        assert_eq!(
            read_body(&none, Body::from("12345"), 5).await.unwrap(),
            "12345"
        );
        assert!(read_body(&none, Body::from("123456"), 5).await.is_err());
        let lying = headers(&[("content-length", "6")]);
        assert!(read_body(&lying, Body::from("1"), 5).await.is_err());
    }
}
