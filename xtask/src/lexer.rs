//! As much of Rust's lexical grammar as the rules need: names, punctuation and string literals with their lines, without
//! comments and without `#[cfg(test)]` items. It works on macro bodies too, where a parsed syntax tree would see nothing.

/// One token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// A name or keyword; raw names without their `r#`.
    Word(String),
    /// A string literal's contents, escapes as written.
    Text(String),
    /// `::`
    PathSeparator,
    /// Any other character of punctuation.
    Mark(char),
    /// A number, character or lifetime, which no rule asks about.
    Other,
}

/// A token and the line, from 1, on which it begins.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The line, from 1.
    pub line: usize,
    /// The token.
    pub token: Token,
}

impl Placed {
    /// Whether the token is this punctuation.
    pub fn is(&self, mark: char) -> bool {
        self.token == Token::Mark(mark)
    }

    /// The name, when the token is one.
    pub fn word(&self) -> Option<&str> {
        match &self.token {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }
}

/// A path as written (`a::b::c`), one entry for each leaf of a `use` group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathUse {
    /// The line of its last name.
    pub line: usize,
    /// Its names; `self`, `super` and `crate` as written, `*` for a glob.
    pub names: Vec<String>,
    /// The inline modules (`mod a { mod b {`) around it.
    pub inside: Vec<String>,
}

/// The tokens of a source text, comments left out.
pub fn tokens(source: &str) -> Vec<Placed> {
    Cursor {
        chars: source.chars().collect(),
        at: 0,
        line: 1,
    }
    .run()
}

/// The tokens of a source text without comments and without the items that are compiled for tests only.
pub fn program_tokens(source: &str) -> Vec<Placed> {
    without_tests(tokens(source))
}

struct Cursor {
    chars: Vec<char>,
    at: usize,
    line: usize,
}

impl Cursor {
    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).copied().unwrap_or('\0')
    }

    fn step(&mut self) -> char {
        let c = self.peek(0);
        if c == '\n' {
            self.line += 1;
        }
        self.at += 1;
        c
    }

    fn run(mut self) -> Vec<Placed> {
        let mut out = Vec::new();
        while self.at < self.chars.len() {
            let line = self.line;
            if let Some(token) = self.next_token() {
                out.push(Placed { line, token });
            }
        }
        out
    }

    fn next_token(&mut self) -> Option<Token> {
        let c = self.peek(0);
        if c.is_whitespace() {
            self.step();
            return None;
        }
        if c == '/' && self.peek(1) == '/' {
            while self.at < self.chars.len() && self.peek(0) != '\n' {
                self.step();
            }
            return None;
        }
        if c == '/' && self.peek(1) == '*' {
            self.block_comment();
            return None;
        }
        if let Some(hashes) = self.raw_string_opening() {
            return Some(self.raw_string(hashes));
        }
        if c == '"' || (matches!(c, 'b' | 'c') && self.peek(1) == '"') {
            if c != '"' {
                self.step();
            }
            return Some(self.string());
        }
        if c == 'r' && self.peek(1) == '#' && is_word_start(self.peek(2)) {
            self.step();
            self.step();
            return Some(self.word());
        }
        if is_word_start(c) {
            return Some(self.word());
        }
        if c.is_ascii_digit() {
            while is_word(self.peek(0)) {
                self.step();
            }
            return Some(Token::Other);
        }
        if c == '\'' {
            return Some(self.quote());
        }
        if c == ':' && self.peek(1) == ':' {
            self.step();
            self.step();
            return Some(Token::PathSeparator);
        }
        Some(Token::Mark(self.step()))
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        while self.at < self.chars.len() {
            if self.peek(0) == '/' && self.peek(1) == '*' {
                depth += 1;
                self.step();
            } else if self.peek(0) == '*' && self.peek(1) == '/' {
                depth -= 1;
                self.step();
            }
            self.step();
            if depth == 0 {
                return;
            }
        }
    }

    /// The number of `#` of a raw string that begins here.
    fn raw_string_opening(&self) -> Option<usize> {
        let prefix = match (self.peek(0), self.peek(1)) {
            ('r', _) => 1,
            ('b' | 'c', 'r') => 2,
            _ => return None,
        };
        let hashes = (0..)
            .take_while(|ahead| self.peek(prefix + ahead) == '#')
            .count();
        (self.peek(prefix + hashes) == '"').then_some(hashes)
    }

    fn raw_string(&mut self, hashes: usize) -> Token {
        while self.step() != '"' {}
        let mut text = String::new();
        while self.at < self.chars.len() {
            if self.peek(0) == '"' && (1..=hashes).all(|ahead| self.peek(ahead) == '#') {
                (0..=hashes).for_each(|_| {
                    self.step();
                });
                break;
            }
            text.push(self.step());
        }
        Token::Text(text)
    }

    fn string(&mut self) -> Token {
        self.step();
        let mut text = String::new();
        while self.at < self.chars.len() {
            match self.step() {
                '"' => break,
                '\\' => {
                    text.push('\\');
                    text.push(self.step());
                }
                c => text.push(c),
            }
        }
        Token::Text(text)
    }

    fn word(&mut self) -> Token {
        let mut word = String::new();
        while is_word(self.peek(0)) {
            word.push(self.step());
        }
        Token::Word(word)
    }

    /// A character literal or a lifetime.
    fn quote(&mut self) -> Token {
        self.step();
        if self.peek(0) == '\\' {
            self.step();
            self.step();
            while self.at < self.chars.len() && self.step() != '\'' {}
        } else if self.peek(1) == '\'' {
            self.step();
            self.step();
        } else {
            while is_word(self.peek(0)) {
                self.step();
            }
        }
        Token::Other
    }
}

fn is_word_start(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// The index just behind the bracket that closes the one at `open`.
pub fn behind_bracket(tokens: &[Placed], open: usize) -> usize {
    let mut depth = 0usize;
    for (offset, placed) in tokens.iter().enumerate().skip(open) {
        match placed.token {
            Token::Mark('(' | '[' | '{') => depth += 1,
            Token::Mark(')' | ']' | '}') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return offset + 1;
                }
            }
            _ => {}
        }
    }
    tokens.len()
}

/// Leaves out every item under `#[cfg(test)]` or `#[test]`.
fn without_tests(tokens: Vec<Placed>) -> Vec<Placed> {
    let mut out = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let attribute = tokens[at].is('#') && tokens.get(at + 1).is_some_and(|next| next.is('['));
        if !attribute {
            out.push(tokens[at].clone());
            at += 1;
            continue;
        }
        let end = behind_bracket(&tokens, at + 1);
        if is_test_attribute(&tokens[at + 2..end.saturating_sub(1).max(at + 2)]) {
            at = behind_item(&tokens, end);
        } else {
            out.extend_from_slice(&tokens[at..end]);
            at = end;
        }
    }
    out
}

/// `cfg(test)`, `cfg(all(test, …))`, `test` or `tokio::test`.
fn is_test_attribute(inside: &[Placed]) -> bool {
    let words: Vec<&str> = inside.iter().filter_map(Placed::word).collect();
    match words.first() {
        Some(&"cfg") => {
            words.contains(&"test") && !words.contains(&"not") && !words.contains(&"any")
        }
        Some(_) => words.last() == Some(&"test") || words.starts_with(&["tokio", "test"]),
        None => false,
    }
}

/// The index behind the item that begins at `at`: behind its body, or behind its semicolon or comma.
fn behind_item(tokens: &[Placed], mut at: usize) -> usize {
    while at < tokens.len() {
        match tokens[at].token {
            Token::Mark('{') => return behind_bracket(tokens, at),
            Token::Mark('(' | '[') => at = behind_bracket(tokens, at),
            Token::Mark(';' | ',') => return at + 1,
            Token::Mark('}') => return at,
            _ => at += 1,
        }
    }
    at
}

/// Every path in the tokens, `use` groups taken apart, plain names included as paths of one name.
pub fn paths(tokens: &[Placed]) -> Vec<PathUse> {
    let mut out = Vec::new();
    let mut depth = 0usize;
    let mut modules: Vec<(usize, String)> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at].token {
            Token::Mark('{') => {
                depth += 1;
                at += 1;
            }
            Token::Mark('}') => {
                depth = depth.saturating_sub(1);
                modules.retain(|(opened, _)| *opened <= depth);
                at += 1;
            }
            Token::Word(word) => {
                if word == "mod"
                    && let Some(name) = tokens.get(at + 1).and_then(Placed::word)
                    && tokens.get(at + 2).is_some_and(|next| next.is('{'))
                {
                    modules.push((depth + 1, name.to_owned()));
                }
                let inside: Vec<String> = modules.iter().map(|(_, name)| name.clone()).collect();
                at = path_from(tokens, at, &[], &inside, &mut out);
            }
            _ => at += 1,
        }
    }
    out
}

/// Reads the path that begins with the word at `at`, pushes it (or the leaves of its group), returns the index behind it.
fn path_from(
    tokens: &[Placed],
    mut at: usize,
    prefix: &[String],
    inside: &[String],
    out: &mut Vec<PathUse>,
) -> usize {
    let mut names = prefix.to_vec();
    loop {
        let Some(placed) = tokens.get(at) else {
            return at;
        };
        match &placed.token {
            Token::Word(word) => names.push(word.clone()),
            Token::Mark('*') => names.push("*".to_owned()),
            Token::Mark('{') => return group_from(tokens, at, &names, inside, out),
            // A turbofish or a type parameter: the path ends here.
            _ => {
                out.push(PathUse {
                    line: placed.line,
                    names,
                    inside: inside.to_vec(),
                });
                return at;
            }
        }
        at += 1;
        if tokens
            .get(at)
            .is_none_or(|next| next.token != Token::PathSeparator)
        {
            out.push(PathUse {
                line: placed.line,
                names,
                inside: inside.to_vec(),
            });
            return at;
        }
        at += 1;
    }
}

fn group_from(
    tokens: &[Placed],
    open: usize,
    prefix: &[String],
    inside: &[String],
    out: &mut Vec<PathUse>,
) -> usize {
    let end = behind_bracket(tokens, open);
    let mut at = open + 1;
    while at + 1 < end {
        at = match tokens[at].token {
            Token::Word(_) | Token::Mark('*') => path_from(tokens, at, prefix, inside, out),
            _ => at + 1,
        };
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(source: &str) -> Vec<String> {
        paths(&program_tokens(source))
            .iter()
            .map(|path| path.names.join("::"))
            .filter(|path| path.contains("::"))
            .collect()
    }

    #[test]
    fn takes_use_groups_apart() {
        assert_eq!(
            names("use crate::{app::{people, self}, web::*};\nuse a::b as c;"),
            [
                "crate::app::people",
                "crate::app::self",
                "crate::web::*",
                "a::b"
            ]
        );
    }

    #[test]
    fn sees_paths_in_macros_and_expressions() {
        assert_eq!(
            names("fn f() { on!(tx, |c| sqlx::query(a::b::<T>())) }"),
            ["sqlx::query", "a::b"]
        );
    }

    #[test]
    fn leaves_out_comments_strings_and_tests() {
        let source = "// a::b\n/* c::d /* e::f */ */ const S: &str = \"g::h\";\n#[cfg(test)]\nmod tests { use i::j; }\n#[test]\nfn t() { k::l() }\nuse m::n;";
        assert_eq!(names(source), ["m::n"]);
        let kept = "#[cfg(not(test))]\nuse a::b;\n#[derive(Debug)]\nstruct S(c::d);";
        assert_eq!(names(kept), ["a::b", "c::d"]);
    }

    #[test]
    fn reads_literals() {
        let texts = |source: &str| {
            let all = tokens(source).into_iter();
            all.filter_map(|placed| match placed.token {
                Token::Text(text) => Some((placed.line, text)),
                _ => None,
            })
            .collect::<Vec<_>>()
        };
        assert_eq!(
            texts("f(\"a \\\" b\",\n r#\"c \"d\" e\"#, 'x', '\\'', b\"y\")"),
            [
                (1, "a \\\" b".to_owned()),
                (2, "c \"d\" e".to_owned()),
                (2, "y".to_owned())
            ]
        );
        assert_eq!(
            texts("fn f<'a>(x: &'a str) { \"z\" }"),
            [(1, "z".to_owned())]
        );
    }

    #[test]
    fn knows_the_inline_module_around_a_path() {
        let found = paths(&program_tokens("mod a { use super::x; } use super::y;"));
        let inside = |name: &str| {
            found
                .iter()
                .find(|path| path.names.last().is_some_and(|last| last == name))
                .map(|path| path.inside.clone())
        };
        assert_eq!(inside("x"), Some(vec!["a".to_owned()]));
        assert_eq!(inside("y"), Some(vec![]));
    }
}
