//! What a rule has to say about a line.

use std::fmt;

/// One breach of one rule, at one line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Path from the root of the checkout, with `/`.
    pub path: String,
    /// Line, from 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// The rule's id, as in `xtask rules` and ARCHITECTURE.md.
    pub rule: &'static str,
    /// What is wrong and what to do instead.
    pub message: String,
}

impl Finding {
    /// A finding at a line.
    pub fn at(path: &str, line: usize, rule: &'static str, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            rule,
            message: message.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}: [{}] {}",
            self.path, self.line, self.rule, self.message
        )
    }
}
