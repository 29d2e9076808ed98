//! Names of files: shown, handed out again, and never used as a path.

use unicode_normalization::UnicodeNormalization as _;

/// The longest name, in bytes of UTF-8: every file system takes it, with room for a browser's " (1)".
pub const LONGEST_NAME: usize = 200;

/// The longest extension that is kept when a name is cut, in bytes.
const LONGEST_EXTENSION: usize = 12;

/// Names that mean devices on Windows, whatever their extension.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// The name of a file as it is kept: without folders, without characters that no file system or header bears, and without
/// those that change the order in which it is read (a picture's name that ends in `exe` when read the other way
/// round shows so). Never empty.
pub fn clean_name(raw: &str) -> String {
    let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last
        .nfc()
        .filter(|c| !is_invisible(*c))
        .map(|c| {
            if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') {
                '_'
            } else if c.is_whitespace() {
                ' '
            } else {
                c
            }
        })
        .collect();
    // A dot in front hides a file, one behind is dropped by Windows.
    let name = plain.trim_matches(|c: char| c == '.' || c == ' ');
    let name = shortened(name);
    let stem = name.split('.').next().unwrap_or_default().trim();
    let lower = stem.to_ascii_lowercase();
    let numbered = lower.len() == 4
        && (lower.starts_with("com") || lower.starts_with("lpt"))
        && lower.ends_with(|c: char| c.is_ascii_digit());
    if name.is_empty() || DEVICES.contains(&lower.as_str()) || numbered {
        format!("_{name}")
    } else {
        name
    }
}

/// The extension of a name in small letters, without its dot; empty if it has none.
pub fn extension(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, extension))
            if !stem.is_empty()
                && !extension.is_empty()
                && !extension.contains(char::is_whitespace) =>
        {
            extension.to_lowercase()
        }
        _ => String::new(),
    }
}

/// Control characters, and those that are not seen but change what is: direction marks, embeddings and overrides, zero-width
/// spaces, variation of tags.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{00ad}'
                | '\u{061c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Cut in its middle, so that the extension stays.
fn shortened(name: &str) -> String {
    if name.len() <= LONGEST_NAME {
        return name.to_owned();
    }
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if extension.len() <= LONGEST_EXTENSION => {
            (stem, format!(".{extension}"))
        }
        _ => (name, String::new()),
    };
    let mut end = (LONGEST_NAME - extension.len() - '…'.len_utf8()).min(stem.len());
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…{extension}", stem[..end].trim_end())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_shown_and_is_no_path() {
        let cases = [
            ("调研报告.pdf", "调研报告.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\fakepath\\照片 1.jpg", "照片 1.jpg"),
            ("a/b\\c.txt", "c.txt"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            ("a\u{200b}b\u{feff}.pdf", "ab.pdf"),
            (
                "say \"hi\"\r\nSet-Cookie: x.txt",
                "say _hi_Set-Cookie_ x.txt",
            ),
            ("a\0b.png", "ab.png"),
            (".htaccess", "htaccess"),
            ("trailing. . ", "trailing"),
            ("con.txt", "_con.txt"),
            ("COM1.pdf", "_COM1.pdf"),
            ("common.pdf", "common.pdf"),
            ("", "_"),
            ("..", "_"),
            ("e\u{301}.txt", "é.txt"),
        ];
        for (raw, expected) in cases {
            assert_eq!(clean_name(raw), expected, "{raw:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let cleaned = clean_name(&format!("{}.pdf", "长".repeat(300)));
        assert!(cleaned.len() <= LONGEST_NAME, "{}", cleaned.len());
        assert!(
            cleaned.starts_with("长长") && cleaned.ends_with("….pdf"),
            "{cleaned}"
        );
        let without = clean_name(&"x".repeat(300));
        assert!(without.len() <= LONGEST_NAME && without.ends_with('…'));
        let odd = clean_name(&format!("a.{}", "y".repeat(300)));
        assert!(odd.len() <= LONGEST_NAME);
    }

    #[test]
    fn extensions_are_read_from_the_end() {
        for (name, expected) in [
            ("a.PDF", "pdf"),
            ("a.tar.gz", "gz"),
            ("none", ""),
            (".hidden", ""),
            ("a. b", ""),
        ] {
            assert_eq!(extension(name), expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn law_a_cleaned_name_is_safe_and_stays_as_it_is(raw in "\\PC{0,300}|[a-z./\\\\\u{202e}\u{0}\r\n\"]{0,300}") {
            let name = clean_name(&raw);
            prop_assert!(!name.is_empty() && name.len() <= LONGEST_NAME + 1);
            prop_assert!(!name.contains(['/', '\\', '"', '\r', '\n', '\0']));
            prop_assert!(!name.chars().any(is_invisible));
            prop_assert!(name != "." && name != "..");
            prop_assert_eq!(clean_name(&name), name);
        }
    }
}
