//! The stylesheet, the scripts and the icon, built into the program by `build.rs`.
//!
//! A file's address carries a digest of its content, so browsers keep it for ever and a new version has a new address.

use axum::extract::Path;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

/// One embedded file in its three encodings.
struct Asset {
    /// The name templates use, such as `app.css`.
    logical: &'static str,
    /// The name with the digest in it, such as `app.0123456789ab.css`.
    file: &'static str,
    /// Where `file` is served.
    url: &'static str,
    digest: &'static str,
    media_type: &'static str,
    plain: &'static [u8],
    gzip: &'static [u8],
    brotli: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The address of an asset by the name templates use: `app.css` gives `/assets/app.<digest>.css`.
///
/// A name that is not built in gives an address that answers 404; a test keeps the templates' names right.
pub fn url(logical: &str) -> &'static str {
    ASSETS
        .iter()
        .find(|asset| asset.logical == logical)
        .map_or("/assets/none", |asset| asset.url)
}

/// Serves `GET /assets/{file}`: compressed as the browser accepts it, never to be asked for again.
pub async fn serve(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.file == file) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let coding = Coding::accepted(headers.get_all(ACCEPT_ENCODING).iter());
    let etag = format!("\"{}{}\"", asset.digest, coding.suffix());
    let mut response = if is_known(&headers, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        match coding {
            Coding::Plain => asset.plain,
            Coding::Gzip => asset.gzip,
            Coding::Brotli => asset.brotli,
        }
        .into_response()
    };
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set(CONTENT_TYPE, asset.media_type);
    set(CACHE_CONTROL, "public, max-age=31536000, immutable");
    set(ETAG, &etag);
    set(VARY, "Accept-Encoding");
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    if let Some(name) = coding.name() {
        set(CONTENT_ENCODING, name);
    }
    response
}

fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|tag| tag.trim().trim_start_matches("W/"))
        .any(|tag| tag == etag || tag == "*")
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Plain,
    Gzip,
    Brotli,
}

impl Coding {
    /// The smallest coding that the `Accept-Encoding` headers allow; `q=0` forbids one (RFC 9110, section 12.5.3).
    fn accepted<'a>(headers: impl Iterator<Item = &'a HeaderValue>) -> Self {
        let mut best = Self::Plain;
        for offer in headers
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
        {
            let (name, parameters) = offer.split_once(';').unwrap_or((offer, ""));
            let weight = parameters
                .trim()
                .strip_prefix("q=")
                .map_or(Ok(1.0), str::parse::<f32>);
            if !weight.is_ok_and(|weight| weight > 0.0) {
                continue;
            }
            match name.trim().to_ascii_lowercase().as_str() {
                "br" => return Self::Brotli,
                "gzip" => best = Self::Gzip,
                _ => {}
            }
        }
        best
    }

    fn name(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
        }
    }

    fn suffix(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Gzip => "-gz",
            Self::Brotli => "-br",
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests"
    )]

    use super::*;
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use axum::routing::get;
    use tower::ServiceExt as _;

    async fn ask(
        address: &str,
        headers: &[(HeaderName, &str)],
    ) -> (StatusCode, HeaderMap, Vec<u8>) {
        let mut request = Request::get(address);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let app: Router = Router::new().route("/assets/{file}", get(serve));
        let response = app
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        let (parts, body) = response.into_parts();
        (
            parts.status,
            parts.headers,
            to_bytes(body, usize::MAX).await.unwrap().to_vec(),
        )
    }

    #[tokio::test]
    async fn a_file_is_served_once_and_for_ever() {
        let (status, headers, body) = ask(url("app.css"), &[]).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(headers[CONTENT_TYPE], "text/css; charset=utf-8");
        assert_eq!(
            headers[CACHE_CONTROL],
            "public, max-age=31536000, immutable"
        );
        assert_eq!(headers[X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert!(!headers.contains_key(CONTENT_ENCODING));
        assert!(String::from_utf8(body).unwrap().contains("--paper"));

        let etag = headers[ETAG].to_str().unwrap();
        let (status, headers, body) = ask(url("app.css"), &[(IF_NONE_MATCH, etag)]).await;
        assert_eq!(status, StatusCode::NOT_MODIFIED);
        assert!(headers.contains_key(CACHE_CONTROL));
        assert!(body.is_empty());
    }

    #[tokio::test]
    async fn the_smallest_coding_the_browser_accepts_is_sent() {
        let cases = [
            ("gzip, deflate, br, zstd", Some("br")),
            ("gzip", Some("gzip")),
            ("GZIP;q=0.5", Some("gzip")),
            ("br;q=0, gzip;q=0.1", Some("gzip")),
            ("br;q=0.0, gzip;q=none", None),
            ("identity", None),
            ("", None),
        ];
        for (accepts, expected) in cases {
            let (_, headers, body) = ask(url("app.js"), &[(ACCEPT_ENCODING, accepts)]).await;
            let coding = headers
                .get(CONTENT_ENCODING)
                .map(|value| value.to_str().unwrap());
            assert_eq!(coding, expected, "{accepts}");
            assert_eq!(headers[VARY], "Accept-Encoding");
            if coding == Some("gzip") {
                assert_eq!(body[..2], [0x1f, 0x8b], "{accepts}");
            }
        }
    }

    #[tokio::test]
    async fn each_coding_has_its_own_etag() {
        let mut tags = Vec::new();
        for accepts in ["br", "gzip", "identity"] {
            let (_, headers, _) = ask(url("app.css"), &[(ACCEPT_ENCODING, accepts)]).await;
            tags.push(headers[ETAG].clone());
        }
        tags.sort_by_key(|tag| tag.as_bytes().to_vec());
        tags.dedup();
        assert_eq!(tags.len(), 3);
    }

    #[tokio::test]
    async fn anything_else_is_not_found() {
        for address in [
            "/assets/app.css",
            "/assets/none",
            "/assets/..%2fCargo.toml",
            url("style.css"),
        ] {
            assert_eq!(
                ask(address, &[]).await.0,
                StatusCode::NOT_FOUND,
                "{address}"
            );
        }
    }

    #[test]
    fn every_file_of_the_layout_is_built_in() {
        for name in ["app.css", "app.js", "boot.js", "icon.svg"] {
            assert!(url(name).starts_with("/assets/"), "{name}");
            assert!(!url(name).ends_with("none"), "{name}");
        }
    }
}
