//! Every test of the store runs on both engines: SQLite in a fresh file, always; PostgreSQL in a fresh database, when
//! `WUXING_TEST_POSTGRES` names a server whose user may create databases.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use store::{Durability, Options, Store};

/// A fresh database with its tables; gone when dropped.
pub struct Engine {
    pub store: Store,
    /// What [`Store::open`] was given, for a test that opens it a second time.
    pub address: String,
    place: Place,
}

enum Place {
    Folder(PathBuf),
    Database { server: String, name: String },
}

/// A database of each engine there is. Losing power is not tested here, so nothing waits for the disk.
pub async fn engines() -> Vec<Engine> {
    engines_with(Options {
        durability: Durability::Normal,
        ..Options::default()
    })
    .await
}

/// A database of each engine there is, opened in a certain way.
pub async fn engines_with(options: Options) -> Vec<Engine> {
    let mut engines = vec![sqlite(options).await];
    if let Ok(server) = std::env::var("WUXING_TEST_POSTGRES") {
        engines.push(postgres(server, options).await);
    }
    for engine in &engines {
        engine.store.migrate().await.unwrap();
    }
    engines
}

/// An empty SQLite database, without tables.
pub async fn sqlite(options: Options) -> Engine {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(fresh_name());
    // A crashed run with the same process number may have left one.
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let address = format!("sqlite:{}", folder.join("test.db").display());
    let store = Store::open(&address, options).await.unwrap();
    Engine {
        store,
        address,
        place: Place::Folder(folder),
    }
}

pub async fn postgres(server: String, options: Options) -> Engine {
    let name = fresh_name();
    on_server(
        &server,
        &[
            &format!("DROP DATABASE IF EXISTS {name}"),
            &format!("CREATE DATABASE {name} TEMPLATE template0"),
        ],
    )
    .await;
    let parsed: PgConnectOptions = server.parse().unwrap();
    let address = parsed.database(&name).to_url_lossy().to_string();
    let store = Store::open(&address, options).await.unwrap();
    Engine {
        store,
        address,
        place: Place::Database { server, name },
    }
}

/// A name no test that runs now has.
fn fresh_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!(
        "wuxing_test_{}_{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    )
}

async fn on_server(server: &str, statements: &[&str]) {
    let parsed: PgConnectOptions = server.parse().unwrap();
    let mut connection = parsed.connect().await.unwrap();
    for statement in statements {
        sqlx::raw_sql(AssertSqlSafe(*statement))
            .execute(&mut connection)
            .await
            .unwrap();
    }
    connection.close().await.unwrap();
}

impl Drop for Engine {
    fn drop(&mut self) {
        match &self.place {
            Place::Folder(folder) => drop(std::fs::remove_dir_all(folder)),
            Place::Database { server, name } => {
                let (server, statement) = (
                    server.clone(),
                    format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
                );
                // A runtime of its own: this one may be busy with dropping us.
                let dropping = std::thread::spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread()
                        .enable_all()
                        .build()
                        .unwrap();
                    runtime.block_on(on_server(&server, &[&statement]));
                });
                drop(dropping.join());
            }
        }
    }
}
