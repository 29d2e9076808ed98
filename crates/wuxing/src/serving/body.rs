//! Reading a request's body within its limits.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_LENGTH;
use futures_util::StreamExt as _;

/// So much of a body that is too large is still read and thrown away: a browser that cannot finish sending shows a broken
/// connection instead of our answer.
const DRAINED: usize = 64 * 1024 * 1024;
/// A body must arrive within this time.
const ARRIVES_WITHIN: Duration = Duration::from_secs(60);

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// More than is taken.
    TooLarge,
    /// The sender broke off, or sent what is no body.
    Broken,
    /// It took too long to arrive.
    Late,
}

/// Reads a body of at most `limit` bytes.
///
/// # Errors
/// What is wrong with it.
pub async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Trouble> {
    let reading = tokio::time::timeout(ARRIVES_WITHIN, collect(headers, body, limit));
    reading.await.map_err(|_| Trouble::Late)?
}

async fn collect(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Trouble> {
    let declared = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    let mut kept = Vec::with_capacity(declared.unwrap_or(0).min(limit));
    let mut arrived = 0_usize;
    let mut stream = body.into_data_stream();
    while let Some(piece) = stream.next().await {
        // The sender broke off, or sent what is no body: there is nobody to tell it well.
        let piece = piece.map_err(|_| Trouble::Broken)?;
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
        Err(Trouble::TooLarge)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

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

    #[tokio::test]
    async fn a_body_over_its_limit_is_refused_however_it_is_declared() {
        let none = HeaderMap::new();
        assert_eq!(read(&none, Body::from("12345"), 5).await.unwrap(), "12345");
        assert!(read(&none, Body::from("123456"), 5).await.is_err());
        let lying = headers(&[("content-length", "6")]);
        assert!(read(&lying, Body::from("1"), 5).await.is_err());
    }
}
