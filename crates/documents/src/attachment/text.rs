//! Plain text, in the encodings that people's programs write.

use domain::attachments::{Found, Kind, Other};
use encoding_rs::{GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// Text or what looks like text; `None` for everything that is not.
pub(super) fn look(bytes: &[u8]) -> Option<Found> {
    if bytes.is_empty() {
        return None;
    }
    let encoding = match bytes {
        [0xff, 0xfe, ..] => UTF_16LE,
        [0xfe, 0xff, ..] => UTF_16BE,
        _ if std::str::from_utf8(bytes).is_ok() => UTF_8,
        _ => GB18030,
    };
    let (text, _, broken) = encoding.decode(bytes);
    if broken || text.chars().any(is_no_text) {
        return None;
    }
    let begins: String = text.trim_start().chars().take(64).collect();
    let begins = begins.to_ascii_lowercase();
    Some(if begins.starts_with("#!") || begins.starts_with("@echo") {
        Found::Other(Other::Program)
    } else if is_markup(&begins) {
        Found::Other(Other::Markup)
    } else if begins.starts_with("{\\rtf") {
        Found::Other(Other::OtherOffice)
    } else if begins.starts_with("%!ps") {
        Found::Other(Other::Unknown)
    } else {
        Found::Kind(Kind::Text)
    })
}

/// What a browser or an editor could take for a page, a drawing or a program in one.
fn is_markup(begins: &str) -> bool {
    begins.strip_prefix('<').is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '!' | '?' | '/'))
    })
}

/// Characters that no text has. A form feed stands between pages, an escape begins nothing in a file.
fn is_no_text(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{85}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_text_in_every_encoding_people_use() {
        let (gbk, _, _) = GB18030.encode("姓名,科室\r\n王芳,办公室\r\n");
        let utf16: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain("调研".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        let cases: [&[u8]; 6] = [
            "走访三个社区。".as_bytes(),
            "\u{feff}姓名,科室\n".as_bytes(),
            &gbk,
            &utf16,
            b"BM is no picture here",
            b"a < b, and 1 <2",
        ];
        for bytes in cases {
            assert_eq!(look(bytes), Some(Found::Kind(Kind::Text)), "{bytes:?}");
        }
    }

    #[test]
    fn what_would_run_is_no_text() {
        let cases: [(&[u8], Other); 9] = [
            (
                b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
                Other::Markup,
            ),
            (b"  \n<!DOCTYPE html><p>", Other::Markup),
            (b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", Other::Markup),
            (b"<script>alert(1)</script>", Other::Markup),
            (b"<!-- --><html>", Other::Markup),
            (b"#!/bin/sh\nrm -rf", Other::Program),
            (b"@echo off\r\ndel", Other::Program),
            (b"{\\rtf1 x}", Other::OtherOffice),
            (b"%!PS-Adobe-3.0", Other::Unknown),
        ];
        for (bytes, other) in cases {
            assert_eq!(look(bytes), Some(Found::Other(other)), "{bytes:?}");
        }
        let utf16: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain("<svg/>".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        assert_eq!(look(&utf16), Some(Found::Other(Other::Markup)));
        assert_eq!(look(b"MZ\x90\0\x03"), None);
        assert_eq!(look(b""), None);
    }
}
