//! Addresses of this site: which are ours, and how they are written into headers and links.

/// `text` if it is a path on this site: never another host (`//host`, `/\host`), never a scheme.
pub fn local_path(text: &str) -> Option<&str> {
    let plain = text
        .bytes()
        .all(|byte| byte > b' ' && byte != b'\\' && byte != 0x7f);
    (text.starts_with('/') && !text.starts_with("//") && plain && text.len() <= 2_000)
        .then_some(text)
}

/// Path and query of an absolute address.
pub(super) fn path_of_address(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    rest.find('/').map(|at| &rest[at..])
}

/// Percent-encodes everything that may not stand in a header as it is.
pub fn percent_encoded(text: &str) -> String {
    encoded(text, |byte| byte.is_ascii_graphic())
}

/// Percent-encodes a text for one value of a query.
pub fn query_encoded(text: &str) -> String {
    encoded(text, |byte| {
        byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte)
    })
}

fn encoded(text: &str, plain: impl Fn(u8) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if plain(byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_returned_to() {
        for good in [
            "/",
            "/ledger?year=2026",
            "/records/1#comments",
            "/a/%E7%A7%91",
        ] {
            assert_eq!(local_path(good), Some(good));
        }
        for bad in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example/",
            "javascript:alert(1)",
            "ledger",
            "/a\r\nb",
            "/\tb",
        ] {
            assert_eq!(local_path(bad), None, "{bad}");
        }
        assert_eq!(local_path(&format!("/{}", "a".repeat(2_000))), None);
    }

    #[test]
    fn addresses_are_encoded_where_they_must_be() {
        assert_eq!(
            percent_encoded("/library?question=学习&x=1"),
            "/library?question=%E5%AD%A6%E4%B9%A0&x=1"
        );
        assert_eq!(
            query_encoded("/library?question=a&b"),
            "/library%3Fquestion%3Da%26b"
        );
        assert_eq!(path_of_address("https://host:8443/a?b"), Some("/a?b"));
        assert_eq!(path_of_address("https://host"), None);
    }
}
