//! Regular expressions that this crate wrote itself.

pub use regex::Regex;
pub use std::sync::LazyLock;

/// A pattern that is compiled at its first use.
pub type Pattern = LazyLock<Regex>;

/// Compiles a literal of this crate.
pub fn pattern(text: &str) -> Regex {
    #[expect(
        clippy::expect_used,
        reason = "the text is a literal of this crate, and the tests run every one of them"
    )]
    Regex::new(text).expect("a pattern of this crate")
}
