//! Lists that people take away: the same rows as a workbook or as csv.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use chrono::NaiveDateTime;
use documents::list::ListDocument;

use super::address::query_encoded;
use super::error::Problem;

/// The most characters of a text in one cell; a sheet's cell holds 32,767 units.
pub const LONGEST_CELL: usize = 16_000;

/// As what a list is taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A workbook.
    Xlsx,
    /// Comma-separated values, UTF-8 with its mark.
    Csv,
}

impl Format {
    /// The format that an address names.
    pub fn from_word(word: Option<&str>) -> Option<Self> {
        match word {
            Some("xlsx") => Some(Self::Xlsx),
            Some("csv") => Some(Self::Csv),
            _ => None,
        }
    }
}

/// The answer that a browser saves as a file named after the list's title. Writing a workbook takes time, so it is done apart
/// from the threads that serve pages.
pub async fn download(
    list: ListDocument,
    format: Format,
    created: NaiveDateTime,
) -> Result<Response, Problem> {
    let name = list.title.clone();
    let written = tokio::task::spawn_blocking(move || match format {
        Format::Xlsx => list.to_xlsx(created).map_err(Problem::broken),
        Format::Csv => Ok(list.to_csv()),
    });
    let bytes = written.await.map_err(Problem::broken)??;
    let (media_type, extension) = match format {
        Format::Xlsx => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "xlsx",
        ),
        Format::Csv => ("text/csv; charset=utf-8", "csv"),
    };
    // RFC 6266: the plain name for old programs, the encoded one for everybody else.
    let disposition = format!(
        "attachment; filename=\"list.{extension}\"; filename*=UTF-8''{}.{extension}",
        query_encoded(&name).replace('/', "%2F")
    );
    let disposition = HeaderValue::from_str(&disposition).map_err(Problem::broken)?;
    let headers: [(HeaderName, HeaderValue); 2] = [
        (CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, bytes).into_response())
}

/// A text that fits into a cell.
pub fn cell_text(text: &str) -> String {
    let end = text
        .char_indices()
        .nth(LONGEST_CELL)
        .map_or(text.len(), |(end, _)| end);
    if end < text.len() {
        format!("{}…", &text[..end])
    } else {
        text.to_owned()
    }
}
