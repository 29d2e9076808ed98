//! Addresses, migrations and closing, on both engines.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use sqlx::{Connection as _, PgConnection, SqliteConnection};
use store::{Engine, Error, Options, Store};

#[tokio::test]
async fn migrating_twice_changes_nothing_and_the_store_answers() {
    for engine in common::engines().await {
        engine.store.migrate().await.unwrap();
        engine.store.ping().await.unwrap();
        engine.store.close().await;
        assert!(engine.store.ping().await.is_err(), "closed");
        assert!(engine.store.write().await.is_err(), "closed");
    }
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused() {
    for engine in common::engines().await {
        let note = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                    VALUES (9999, 'later', TRUE, $1, 0)";
        let checksum: &[u8] = &[0; 48];
        match engine.store.engine() {
            Engine::Sqlite => {
                let mut connection = SqliteConnection::connect(&engine.address).await.unwrap();
                sqlx::query(note)
                    .bind(checksum)
                    .execute(&mut connection)
                    .await
                    .unwrap();
            }
            Engine::Postgres => {
                let mut connection = PgConnection::connect(&engine.address).await.unwrap();
                sqlx::query(note)
                    .bind(checksum)
                    .execute(&mut connection)
                    .await
                    .unwrap();
            }
        }
        assert!(matches!(
            engine.store.migrate().await,
            Err(Error::NewerSchema)
        ));
    }
}

#[tokio::test]
async fn other_addresses_are_refused_without_repeating_a_password() {
    for address in [
        "mysql://root:geheim@localhost/x",
        "",
        "/tmp/wuxing.db",
        "sqlite::memory:",
        "sqlite://x?mode=memory",
    ] {
        let error = Store::open(address, Options::default()).await.unwrap_err();
        assert!(matches!(error, Error::Address(_)), "{address}: {error}");
        assert!(!error.to_string().contains("geheim"));
    }
}

#[tokio::test]
async fn sqlite_is_opened_as_promised() {
    let engine = common::sqlite(Options::default()).await;
    engine.store.migrate().await.unwrap();
    engine.store.close().await;
    let mut connection = SqliteConnection::connect(&engine.address).await.unwrap();
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(mode, "wal");
}

#[tokio::test]
async fn statements_are_counted() {
    for engine in common::engines().await {
        let before = engine.store.statements();
        engine.store.ping().await.unwrap();
        assert_eq!(engine.store.statements(), before + 1);
    }
}
