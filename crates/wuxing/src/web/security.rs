//! What guards the pages: forms that are provably ours, and limits. What guards every request stands in `serving`.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request};
use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderValue};

use super::error::{Kind, Problem};
use crate::serving::body::{self, Trouble};
pub use crate::serving::{RequestId, hexadecimal, same};

/// The field of a form that holds its token.
pub const TOKEN_FIELD: &str = "csrf";
const TOKEN_HEADER: &str = "x-csrf-token";
const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// The most bytes of a form.
pub const LARGEST_FORM: usize = 2 * 1024 * 1024;
/// The most bytes of an uploaded roster with the form around it.
pub const LARGEST_UPLOAD: usize = 12 * 1024 * 1024;
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
    body::read(headers, body, limit)
        .await
        .map_err(|trouble| match trouble {
            Trouble::TooLarge => Problem::new(Kind::TooLarge),
            Trouble::Broken => Problem::new(Kind::Unreadable),
            Trouble::Late => Problem::new(Kind::Busy),
        })
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

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

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
}
