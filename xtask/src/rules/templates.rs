//! Templates print escaped text and carry neither script nor style: the content security policy would refuse both, and
//! a reader of the page would see only that something is missing.

use crate::finding::Finding;
use crate::pattern::{LazyLock, Pattern, pattern};
use crate::settings::{PATH as SETTINGS, Settings, excepts};
use crate::tree::{File, Tree};

/// No unescaped text.
pub const SAFE: &str = "template-safe";
/// No inline script, handler or style.
pub const INLINE: &str = "template-inline";

/// Where the templates are.
pub const FOLDER: &str = "crates/wuxing/templates";

static SAFE_FILTER: Pattern =
    LazyLock::new(|| pattern(r#"\|\s*safe\b|\|\s*escape\s*\(\s*"none"|\{%-?\s*autoescape"#));
static STYLE: Pattern = LazyLock::new(|| pattern(r#"(?i)\sstyle\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)"#));
static INLINE_CODE: Pattern = LazyLock::new(|| {
    pattern(r#"(?i)\s(?:hx-)?on[:a-z-]{2,}\s*=\s*["'{]|javascript:|["']js:|<style\b"#)
});
static SCRIPT: Pattern = LazyLock::new(|| pattern(r"(?i)<script\b([^>]*)>"));

/// Checks the rules of this file.
pub fn check(tree: &Tree, settings: &Settings, found: &mut Vec<Finding>) {
    let mut unescaped = Vec::new();
    for file in tree.under(FOLDER, &["html", "xml", "svg"]) {
        let name = file.path.trim_start_matches(FOLDER).trim_start_matches('/');
        let text = without_comments(&file.text);
        if let Some(hit) = SAFE_FILTER.find(&text) {
            unescaped.push(name.to_owned());
            if !excepts(&settings.safe_templates, name) {
                let message = format!(
                    "prints unescaped text; build the markup in the template, or list it in {SETTINGS}"
                );
                found.push(Finding::at(
                    &file.path,
                    file.line_of(hit.start()),
                    SAFE,
                    message,
                ));
            }
        }
        // Mail programs know no style sheets.
        if !name.starts_with("emails/") {
            inline(file, &text, found);
        }
    }
    for exception in settings
        .safe_templates
        .iter()
        .filter(|exception| !unescaped.contains(&exception.name))
    {
        found.push(Finding::at(
            SETTINGS,
            0,
            SAFE,
            format!("`{}` is excepted, and needs it no longer", exception.name),
        ));
    }
}

fn inline(file: &File, text: &str, found: &mut Vec<Finding>) {
    let mut add = |byte: usize, message: String| {
        found.push(Finding::at(&file.path, file.line_of(byte), INLINE, message))
    };
    for hit in STYLE.captures_iter(text) {
        let value = hit[1].trim_matches(['"', '\'']);
        if let Some(other) = value
            .split(';')
            .map(str::trim)
            .find(|part| !may_stand_in_style(part))
        {
            let at = hit.get(0).map_or(0, |whole| whole.start() + 1);
            add(
                at,
                format!("`style` may set custom properties (`--share: …`) only, not `{other}`"),
            );
        }
    }
    for hit in INLINE_CODE.find_iter(text) {
        let at = hit.start() + usize::from(hit.as_str().starts_with(char::is_whitespace));
        add(
            at,
            format!(
                "`{}` belongs into assets/",
                hit.as_str()
                    .trim()
                    .trim_end_matches(['"', '\'', '{', '=', ' '])
            ),
        );
    }
    for hit in SCRIPT.captures_iter(text) {
        let data = hit[1].contains("application/json");
        if !data && !hit[1].contains("src=") {
            add(
                hit.get(0).map_or(0, |whole| whole.start()),
                "a script stands in assets/ and is named by `src`".to_owned(),
            );
        }
    }
}

/// A custom property, nothing, or a piece of template logic between two of them.
fn may_stand_in_style(part: &str) -> bool {
    let part = match (part.starts_with("{%"), part.split_once("%}")) {
        (true, Some((_, rest))) => rest.trim(),
        _ => part,
    };
    part.is_empty() || part.starts_with("--") || (part.starts_with("{%") && part.ends_with("%}"))
}

/// The text with `{# … #}` and `<!-- … -->` blanked byte for byte.
pub fn without_comments(text: &str) -> String {
    let mut out = text.to_owned();
    for (open, close) in [("{#", "#}"), ("<!--", "-->")] {
        let mut from = 0;
        while let Some(start) = out
            .get(from..)
            .and_then(|rest| rest.find(open))
            .map(|at| at + from)
        {
            let end = out[start..]
                .find(close)
                .map_or(out.len(), |at| start + at + close.len());
            let blank: String = out[start..end]
                .bytes()
                .map(|byte| if byte == b'\n' { '\n' } else { ' ' })
                .collect();
            out.replace_range(start..end, &blank);
            from = end;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::broken;
    use crate::settings::Exception;

    fn one(name: &str, text: &str) -> Vec<(usize, &'static str)> {
        let path = format!("{FOLDER}/{name}");
        let found = broken(&[(path.as_str(), text)], |tree, found| {
            check(tree, &Settings::default(), found)
        });
        found
            .into_iter()
            .map(|(_, line, rule)| (line, rule))
            .collect()
    }

    #[test]
    fn unescaped_text_is_found() {
        assert_eq!(one("a.html", "\n<p>{{ body | safe }}</p>"), [(2, SAFE)]);
        assert_eq!(one("a.html", "{{ body|escape(\"none\") }}"), [(1, SAFE)]);
        assert_eq!(
            one("a.html", "{# body|safe #}<p class=\"safe\">{{ body }}</p>"),
            []
        );
        let safe_templates = vec![Exception {
            name: "a.html".to_owned(),
            reason: "svg of ours".to_owned(),
        }];
        let settings = Settings {
            safe_templates,
            ..Settings::default()
        };
        let path = format!("{FOLDER}/a.html");
        let with = |text: &str| {
            broken(&[(path.as_str(), text)], |tree, found| {
                check(tree, &settings, found)
            })
        };
        assert_eq!(with("{{ x|safe }}"), []);
        assert_eq!(with("{{ x }}"), [(SETTINGS.to_owned(), 0, SAFE)]);
    }

    #[test]
    fn inline_code_is_found() {
        for text in [
            "<p style=\"color: red\">",
            "<p style=\"--a: 1; margin:0\">",
            "<button onclick=\"x()\">",
            "<button hx-on:click=\"x()\">",
            "<a href=\"javascript:x()\">",
            "<script>x()</script>",
            "<style>p {}</style>",
            "<p hx-vals='js:{a: 1}'>",
        ] {
            assert_eq!(one("a.html", text), [(1, INLINE)], "{text}");
        }
        for text in [
            "<p style=\"--share: {{ share }}%\" class=\"on\">",
            "<p style=\"--a: 1;{% if b %}--b: 2{% endif %};\">",
            "<script src=\"/a.js\" defer></script>",
            "<script type=\"application/json\">{}</script>",
            "<!-- <script>x()</script> -->",
            "<option value=\"on\">",
        ] {
            assert_eq!(one("a.html", text), [], "{text}");
        }
        assert_eq!(one("emails/a.html", "<p style=\"color: red\">"), []);
    }
}
