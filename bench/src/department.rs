//! The department that pages and commits are measured on: the demo's, larger, with its year, on each engine.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::Context as _;
use chrono::{Days, NaiveDate};
use domain::identity::{AccountId, OrgId};
use domain::records::{Fields, Kind};
use indicatif::ProgressBar;
use store::{Durability, Options, Store};
use wuxing::app::records::Submission;
use wuxing::app::{Identity, Program, records, setup};
use wuxing::cx::{Clock, Randomness};
use wuxing::demo;

/// The department's today.
pub const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 9, 30).unwrap();

/// Where the databases are.
pub struct Ground {
    folder: PathBuf,
    keep: bool,
    people: u32,
    /// A server on which databases may be made: `WUXING_TEST_POSTGRES`.
    postgres: Option<String>,
}

/// A database with the department in it.
#[derive(Clone)]
pub struct Department {
    /// The program on it.
    pub program: Program,
    /// The organisation.
    pub org: OrgId,
    /// Everybody's account, with its name.
    pub accounts: Vec<(AccountId, String)>,
}

impl Ground {
    /// Makes the folder.
    pub fn prepare(keep: Option<PathBuf>, people: u32) -> anyhow::Result<Self> {
        let kept = keep.is_some();
        let folder = keep.unwrap_or_else(|| {
            std::env::temp_dir().join(format!("wuxing-bench-{}", std::process::id()))
        });
        let folder = folder.join(format!("{people}-people"));
        std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        Ok(Self {
            folder,
            keep: kept,
            people,
            postgres: std::env::var("WUXING_TEST_POSTGRES").ok(),
        })
    }

    /// Whether there is a PostgreSQL server to measure on.
    pub const fn has_postgres(&self) -> bool {
        self.postgres.is_some()
    }

    /// A fresh copy of the SQLite database in a folder of its own, as `--data` takes it.
    pub async fn copy(&self, name: &str) -> anyhow::Result<PathBuf> {
        let original = self.folder.join("original");
        std::fs::create_dir_all(&original)?;
        let file = original.join("wuxing.db");
        let options = Options {
            durability: Durability::Normal,
            ..Options::default()
        };
        let store = Store::open(&address(&file), options).await?;
        self.fill(&store, "SQLite").await?;
        // The last to close writes the log back into the file.
        store.close().await;
        let copy = self.folder.join(name);
        let _ = std::fs::remove_dir_all(&copy);
        std::fs::create_dir_all(&copy)?;
        std::fs::copy(&file, copy.join("wuxing.db"))?;
        Ok(copy)
    }

    /// The department on a copy of the SQLite database.
    pub async fn sqlite(&self, name: &str, durability: Durability) -> anyhow::Result<Department> {
        let folder = self.copy(name).await?;
        let options = Options {
            durability,
            ..Options::default()
        };
        Department::open(Store::open(&address(&folder.join("wuxing.db")), options).await?).await
    }

    /// The department on PostgreSQL.
    pub async fn postgres(&self) -> anyhow::Result<Department> {
        let server = self
            .postgres
            .as_deref()
            .context("WUXING_TEST_POSTGRES names no server")?;
        let name = format!("wuxing_bench_{}", self.people);
        if !self.keep {
            psql(
                server,
                &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            )?;
        }
        if psql(
            server,
            &format!("SELECT 1 FROM pg_database WHERE datname = '{name}'"),
        )?
        .trim()
        .is_empty()
        {
            psql(
                server,
                &format!("CREATE DATABASE {name} TEMPLATE template0"),
            )?;
        }
        let (front, _) = server
            .rsplit_once('/')
            .context("expected postgres://…/name")?;
        let store = Store::open(&format!("{front}/{name}"), Options::default()).await?;
        self.fill(&store, "PostgreSQL").await?;
        Department::open(store).await
    }

    /// What the server's settings say about waiting for the disk.
    pub fn postgres_settings(&self) -> anyhow::Result<String> {
        let server = self
            .postgres
            .as_deref()
            .context("WUXING_TEST_POSTGRES names no server")?;
        let shown = psql(
            server,
            "SELECT 'fsync=' || current_setting('fsync') || ', synchronous_commit=' || current_setting('synchronous_commit')",
        )?;
        Ok(shown.trim().to_owned())
    }

    async fn fill(&self, store: &Store, engine: &str) -> anyhow::Result<()> {
        store.migrate().await?;
        let program = Program::new(store.clone(), Clock::System, Randomness::System);
        if !setup::is_needed(&program).await.map_err(broken)? {
            return Ok(());
        }
        let began = Instant::now();
        demo::build(store.clone(), TODAY, self.people, &ProgressBar::hidden())
            .await
            .map_err(broken)?;
        println!(
            "made a department of {} people with its year on {engine} in {:.1} s",
            self.people,
            began.elapsed().as_secs_f64()
        );
        Ok(())
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        if !self.keep {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

impl Department {
    async fn open(store: Store) -> anyhow::Result<Self> {
        store.migrate().await?;
        let mut tx = store.read().await?;
        let org = store::organisations::all(&mut tx)
            .await?
            .first()
            .context("no organisation")?
            .id;
        let accounts = store::accounts::list(&mut tx, org).await?;
        let people = accounts
            .into_iter()
            .filter(|account| account.person.is_some());
        let accounts = people.map(|account| (account.id, account.name)).collect();
        drop(tx);
        let program = Program::new(
            store,
            Clock::starting_at(demo::moment(TODAY, 9, 30)),
            Randomness::System,
        );
        Ok(Self {
            program,
            org,
            accounts,
        })
    }

    /// In whose name it is captured: everybody in turn.
    pub fn who(&self, turn: Turn) -> Identity {
        let place = usize::try_from(turn.number).unwrap_or(0) % self.accounts.len().max(1);
        Identity {
            org: self.org,
            account: self.accounts.get(place).map(|(id, _)| *id),
        }
    }
}

/// Who captures and for which day. Captures are spread over people and days: a thousand on one day of one person would measure a
/// ledger cell that nobody has.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    number: u64,
}

impl Turn {
    /// The next one.
    pub fn next() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        Self {
            number: COUNT.fetch_add(1, Ordering::Relaxed),
        }
    }

    /// The day it counts for: one of the last 270.
    pub fn date(self) -> NaiveDate {
        TODAY - Days::new(self.number * 7 % 270)
    }

    /// A new key of a form.
    pub fn form_key(self) -> String {
        // So that a kept database takes the next run's forms as new ones.
        fixtures::uuid((u64::from(std::process::id()) << 32) | self.number).to_string()
    }
}

/// One quick capture without HTTP: record, evidence, ledger, search index, audit entry.
pub async fn capture(department: &Department) -> anyhow::Result<()> {
    let turn = Turn::next();
    let form_key = turn.form_key().parse()?;
    let typed = [
        ("text", CAPTURED.to_owned()),
        ("date", turn.date().to_string()),
    ];
    let fields: Fields = typed
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let form = Submission {
        kind: Kind::Clipping,
        form_key,
        fields,
    };
    let who = department.who(turn);
    department
        .program
        .write(who, move |cx| Box::pin(records::submit(cx, form.clone())))
        .await
        .map_err(broken)?;
    Ok(())
}

/// What is captured: a short thought of some forty characters.
pub const CAPTURED: &str =
    "把常办的事列成清单，放到人人看得到的地方；下次修订办事流程时，可以借鉴这种写法。";

fn address(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

fn psql(server: &str, statement: &str) -> anyhow::Result<String> {
    let output = Command::new("psql")
        .args(["-X", "-q", "-A", "-t", "-c", statement, server])
        .output()
        .context("running psql")?;
    anyhow::ensure!(
        output.status.success(),
        "psql: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn broken(error: wuxing::app::Error) -> anyhow::Error {
    match error {
        wuxing::app::Error::Broken(error) => error,
        other => anyhow::anyhow!("{other:?}"),
    }
}
