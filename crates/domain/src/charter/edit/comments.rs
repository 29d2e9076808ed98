//! Comments above an entry: what stands right above belongs to it, what an empty line keeps apart belongs to the place.

use toml_edit::{DocumentMut, Item, RawString, Table};

/// What stands above a table's header: everything up to the last empty line, and the comment right above.
fn above(table: &Table) -> (String, String) {
    let prefix = table
        .decor()
        .prefix()
        .and_then(RawString::as_str)
        .unwrap_or("\n");
    let (mut apart, mut at) = (0, 0);
    for line in prefix.split_inclusive('\n') {
        at += line.len();
        if line.trim().is_empty() {
            apart = at;
        }
    }
    let (apart, own) = prefix.split_at(apart);
    (apart.to_owned(), own.to_owned())
}

/// The comment above a table that an empty line keeps apart; empty if there is none.
pub(super) fn apart(table: &Table) -> String {
    let (apart, _) = above(table);
    if apart.contains('#') {
        apart
    } else {
        String::new()
    }
}

/// Leaves `apart` where a table was that stood at `position`: above the table that now follows, or at the end.
pub(super) fn leave(document: &mut DocumentMut, position: Option<isize>, apart: &str) {
    if apart.is_empty() {
        return;
    }
    let place = position.unwrap_or(isize::MAX);
    match following(document, place) {
        Some(next) => {
            let prefix = next
                .decor()
                .prefix()
                .and_then(RawString::as_str)
                .unwrap_or("\n");
            let together = format!("{apart}{}", prefix.trim_start_matches('\n'));
            next.decor_mut().set_prefix(together);
        }
        None => {
            let end = document.trailing().as_str().unwrap_or_default().to_owned();
            document.set_trailing(format!("{apart}{end}"));
        }
    }
}

/// The table whose header is the first one behind `place`.
fn following(document: &mut DocumentMut, place: isize) -> Option<&mut Table> {
    let mut found: Option<&mut Table> = None;
    for (_, item) in document.iter_mut() {
        let tables: Vec<&mut Table> = match item {
            Item::Table(table) => vec![table],
            Item::ArrayOfTables(tables) => tables.iter_mut().collect(),
            _ => Vec::new(),
        };
        for table in tables {
            let Some(position) = table.position().filter(|position| *position > place) else {
                continue;
            };
            let nearest = found.as_ref().and_then(|table| table.position());
            if nearest.is_none_or(|nearest| position < nearest) {
                found = Some(table);
            }
        }
    }
    found
}

/// Two tables change places: each takes along what stands right above it.
pub(super) fn exchange(before: &mut Table, behind: &mut Table) {
    let ((first_apart, first), (second_apart, second)) = (above(before), above(behind));
    behind
        .decor_mut()
        .set_prefix(format!("{first_apart}{second}"));
    before
        .decor_mut()
        .set_prefix(format!("{second_apart}{first}"));
}
