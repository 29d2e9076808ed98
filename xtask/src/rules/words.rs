//! Words that the product does not use, and places that a checkout must not know.

use crate::finding::Finding;
use crate::lexer::{Token, program_tokens};
use crate::tree::{File, Tree};

/// The product's language.
pub const WORDS: &str = "words";
/// One machine's paths, one registry's hosts.
pub const PLACES: &str = "places";

/// Words of box-ticking and of scores, and what to say instead.
const AVOIDED: [(&str, &str); 6] = [
    ("台账", "落实情况"),
    ("打卡", "落实登记"),
    ("欠账", "未完成"),
    ("任务中心", "今日事项"),
    ("排名", "名册顺序"),
    ("积分", "依据"),
];

/// Written in two halves, so that this file does not find itself.
const ELSEWHERE: [&str; 10] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
    concat!("/tmp/br", "ief"),
    concat!("index.crates", ".io"),
    concat!("static.crates", ".io"),
    concat!("registry.npm", "js.org"),
    concat!("pypi", ".org"),
    concat!("deb.debian", ".org"),
    concat!("proxy.golang", ".org"),
];

/// Checks the rules of this file.
pub fn check(tree: &Tree, found: &mut Vec<Finding>) {
    for file in &tree.files {
        places(file, found);
        if speaks_to_people(file) {
            for (line, text) in file.lines() {
                avoided(file, line, text, found);
            }
        } else if file.under("crates") && file.extension() == "rs" && !file.is_test() {
            for placed in program_tokens(&file.text) {
                if let Token::Text(text) = &placed.token {
                    avoided(file, placed.line, text, found);
                }
            }
        }
    }
}

fn speaks_to_people(file: &File) -> bool {
    file.under("locales")
        || file.under("charters")
        || file.under("crates/wuxing/templates")
        || file.under("crates/wuxing/assets/js")
}

fn avoided(file: &File, line: usize, text: &str, found: &mut Vec<Finding>) {
    for (word, better) in AVOIDED.iter().filter(|(word, _)| text.contains(word)) {
        found.push(Finding::at(
            &file.path,
            line,
            WORDS,
            format!("the product does not say {word}; perhaps {better}"),
        ));
    }
}

fn places(file: &File, found: &mut Vec<Finding>) {
    if file.path == "Cargo.lock" {
        return;
    }
    for (line, text) in file.lines() {
        for place in ELSEWHERE.iter().filter(|place| text.contains(*place)) {
            found.push(Finding::at(
                &file.path,
                line,
                PLACES,
                format!("`{place}` is a place of one machine or registry"),
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::broken;

    fn one(path: &str, text: &str) -> Vec<(usize, &'static str)> {
        broken(&[(path, text)], check)
            .into_iter()
            .map(|(_, line, rule)| (line, rule))
            .collect()
    }

    #[test]
    fn avoided_words_are_found_where_people_read() {
        for (word, _) in AVOIDED {
            assert_eq!(
                one("locales/zh-CN.ftl", &format!("\nx = 本月{word}\n")),
                [(2, WORDS)]
            );
        }
        assert_eq!(
            one("crates/wuxing/templates/a.html", "<p>排名</p>"),
            [(1, WORDS)]
        );
        assert_eq!(
            one("crates/wuxing/src/web/a.rs", "// 排名\nlet x = \"积分\";"),
            [(2, WORDS)]
        );
        assert_eq!(one("CONTRIBUTING.md", "排名"), []);
    }

    #[test]
    fn places_are_found_everywhere() {
        for place in ELSEWHERE {
            assert_eq!(
                one("deploy/Dockerfile", &format!("# {place}x")),
                [(1, PLACES)],
                "{place}"
            );
        }
        assert_eq!(one("Cargo.lock", ELSEWHERE[4]), []);
    }
}
