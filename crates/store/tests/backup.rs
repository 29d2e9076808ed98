//! What a backup reads and writes, on both engines: every table is known, and what is read on one engine can be written on the
//! other.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;
mod furnish;

use std::collections::BTreeMap;

use common::Engine;
use sqlx::{Connection as _, Row as _};
use store::backup::{self, ColumnKind, Keeping, TABLES};

/// A table as an engine describes it: its columns with their types, and the columns of its primary key.
type Described = (Vec<(String, String)>, Vec<String>);

/// Tables of the engines' own, and those of the search index, whose form differs.
fn of_the_engine(name: &str) -> bool {
    name.starts_with("sqlite_") || name.starts_with("_sqlx") || name.starts_with("search_")
}

async fn described(engine: &Engine) -> BTreeMap<String, Described> {
    let mut tables = BTreeMap::new();
    if engine.store.engine() == store::Engine::Sqlite {
        let mut c = sqlx::SqliteConnection::connect(&engine.address)
            .await
            .unwrap();
        let names =
            sqlx::query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
        for row in names.fetch_all(&mut c).await.unwrap() {
            let name: String = row.get(0);
            let rows = sqlx::query("SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid")
                .bind(&name)
                .fetch_all(&mut c)
                .await
                .unwrap();
            let columns = rows.iter().map(|r| (r.get(0), r.get(1))).collect();
            let mut key: Vec<(i64, String)> = rows.iter().map(|r| (r.get(2), r.get(0))).collect();
            key.retain(|(place, _)| *place > 0);
            key.sort();
            tables.insert(
                name,
                (columns, key.into_iter().map(|(_, name)| name).collect()),
            );
        }
        c.close().await.unwrap();
    } else {
        let mut c = sqlx::PgConnection::connect(&engine.address).await.unwrap();
        let rows = sqlx::query(
            "SELECT CAST(table_name AS text), CAST(column_name AS text), CAST(udt_name AS text) \
             FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position",
        );
        for row in rows.fetch_all(&mut c).await.unwrap() {
            let entry: &mut Described = tables.entry(row.get(0)).or_default();
            entry.0.push((row.get(1), row.get(2)));
        }
        let keys = sqlx::query(
            "SELECT CAST(c.table_name AS text), CAST(k.column_name AS text) FROM information_schema.table_constraints c \
             JOIN information_schema.key_column_usage k \
             ON k.constraint_name = c.constraint_name AND k.table_name = c.table_name AND k.table_schema = c.table_schema \
             WHERE c.constraint_type = 'PRIMARY KEY' AND c.table_schema = 'public' ORDER BY 1, k.ordinal_position",
        );
        for row in keys.fetch_all(&mut c).await.unwrap() {
            let table: String = row.get(0);
            tables.get_mut(&table).unwrap().1.push(row.get(1));
        }
        c.close().await.unwrap();
    }
    tables.retain(|name, _| !of_the_engine(name));
    tables
}

fn type_on(engine: store::Engine, kind: ColumnKind) -> &'static str {
    match (engine, kind) {
        (store::Engine::Sqlite, ColumnKind::Uuid | ColumnKind::Bytes) => "BLOB",
        (store::Engine::Sqlite, ColumnKind::Text | ColumnKind::Date | ColumnKind::Time) => "TEXT",
        (store::Engine::Sqlite, ColumnKind::Count | ColumnKind::Flag) => "INTEGER",
        (store::Engine::Postgres, ColumnKind::Uuid) => "uuid",
        (store::Engine::Postgres, ColumnKind::Bytes) => "bytea",
        (store::Engine::Postgres, ColumnKind::Text) => "text",
        (store::Engine::Postgres, ColumnKind::Date) => "date",
        (store::Engine::Postgres, ColumnKind::Time) => "timestamptz",
        (store::Engine::Postgres, ColumnKind::Count) => "int8",
        (store::Engine::Postgres, ColumnKind::Flag) => "bool",
    }
}

/// If this fails after a migration: add the table or the column to `store/src/backup/tables.rs`, and say whether its rows are
/// kept in a backup. That both engines pass also says that their migrations make the same tables.
#[tokio::test]
async fn the_list_of_tables_is_what_each_engine_has() {
    for engine in common::engines().await {
        let kind = engine.store.engine();
        let expected: BTreeMap<String, Described> = TABLES
            .iter()
            .map(|table| {
                let columns = table.columns.iter();
                let described =
                    columns.map(|c| (c.name.to_owned(), type_on(kind, c.kind).to_owned()));
                let key = table.columns[..table.key].iter().map(|c| c.name.to_owned());
                (table.name.to_owned(), (described.collect(), key.collect()))
            })
            .collect();
        let found = described(&engine).await;
        for (name, described) in &found {
            assert_eq!(
                expected.get(name),
                Some(described),
                "table {name} on {kind:?}"
            );
        }
        let missing: Vec<_> = expected
            .keys()
            .filter(|name| !found.contains_key(*name))
            .collect();
        assert!(missing.is_empty(), "{missing:?} on {kind:?}");
    }
}

/// All rows of all kept tables.
async fn everything(engine: &Engine) -> BTreeMap<&'static str, Vec<backup::StoredRow>> {
    let mut tx = engine.store.read().await.unwrap();
    let mut all = BTreeMap::new();
    for table in TABLES.iter().filter(|table| table.keeping == Keeping::Kept) {
        let mut rows = Vec::new();
        loop {
            let after = rows
                .last()
                .map(|row: &backup::StoredRow| table.key_of(row).to_vec());
            let next = backup::rows(&mut tx, table, after.as_deref())
                .await
                .unwrap();
            if next.is_empty() {
                break;
            }
            rows.extend(next);
        }
        all.insert(table.name, rows);
    }
    all
}

#[tokio::test]
async fn what_is_read_on_one_engine_can_be_written_on_the_other() {
    for from in common::engines().await {
        let cast = furnish::department(&from.store).await;
        furnish::settle_all(&from.store, &cast, &furnish::rules()).await;
        let all = everything(&from).await;
        assert!(all["persons"].len() > 5 && all["appointments"].len() > 5);
        for to in common::engines().await {
            let mut tx = to.store.write().await.unwrap();
            assert!(backup::is_empty(&mut tx).await.unwrap());
            assert_eq!(
                backup::schema(&mut tx).await.unwrap(),
                store::Store::newest_schema()
            );
            for table in TABLES.iter().filter(|table| all.contains_key(table.name)) {
                let columns: Vec<_> = table.columns.iter().map(|column| column.name).collect();
                backup::put(&mut tx, table.name, &columns, &all[table.name])
                    .await
                    .unwrap();
            }
            assert!(!backup::is_empty(&mut tx).await.unwrap());
            tx.commit().await.unwrap();
            assert_eq!(everything(&to).await, all);
        }
    }
}

#[tokio::test]
async fn what_a_file_calls_a_table_is_looked_up_first() {
    for engine in common::engines().await {
        let mut tx = engine.store.read().await.unwrap();
        assert_eq!(
            backup::columns(&mut tx, "charges").await.unwrap(),
            ["org", "id", "post", "section", "first", "last"]
        );
        for unknown in ["no_such_table", "charges; DROP TABLE charges", ""] {
            assert!(backup::columns(&mut tx, unknown).await.unwrap().is_empty());
        }
    }
}
