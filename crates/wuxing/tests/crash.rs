//! `kill -9` in the middle of a stream of captures, again and again: every capture that was acknowledged is there afterwards,
//! sending a form once more makes no second record, and both checks pass. The program itself, over HTTP, on every engine.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod browser;
#[path = "../../store/tests/common/mod.rs"]
mod databases;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;

use browser::Browser;
use databases::Engine;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use store::Durability;
use wuxing::demo;

/// The department has lived for two weeks.
const AS_OF: &str = "2026-01-09";
/// Connections that capture at the same time.
const CONNECTIONS: usize = 6;

/// The program as it serves the demo.
struct Server {
    child: Child,
    address: SocketAddr,
    /// Kept, or the program would write into a closed pipe.
    _stdout: BufReader<ChildStdout>,
}

fn wuxing(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wuxing"));
    command
        .args(arguments)
        .env("WUXING_DURABILITY", "full")
        .env("RUST_LOG", "warn")
        .current_dir(env!("CARGO_TARGET_TMPDIR"));
    command
}

impl Server {
    /// Starts the program and waits until it says where it is reached.
    fn start(database: &str) -> Self {
        let mut command = wuxing(&[
            "demo",
            "--database",
            database,
            "--as-of",
            AS_OF,
            "--listen",
            "127.0.0.1:0",
        ]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert_ne!(stdout.read_line(&mut line).unwrap(), 0, "the program ended");
            if let Some((_, address)) = line.trim().split_once("http://") {
                break address.parse().unwrap();
            }
        };
        Self {
            child,
            address,
            _stdout: stdout,
        }
    }

    /// SIGKILL: nothing is flushed, nothing is closed.
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A capture that was sent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Capture {
    key: String,
    text: String,
    /// Its address, if it was acknowledged.
    record: Option<String>,
}

/// Somebody's open browser: cookies and the token of the forms.
#[derive(Clone)]
struct Visitor {
    cookies: BTreeMap<String, String>,
    csrf: String,
}

fn visitors(address: SocketAddr) -> Vec<Visitor> {
    let accounts = demo::accounts_by_role(24);
    let people = accounts.iter().take(5).cycle().take(CONNECTIONS);
    let visit = |account: &demo::DemoAccount| {
        let mut browser = Browser::open(address, BTreeMap::new());
        browser.sign_in(&account.account, demo::PASSWORD);
        let form = browser.get("/capture?kind=clipping").unwrap();
        Visitor {
            csrf: form.hidden("csrf"),
            cookies: browser.cookies,
        }
    };
    people.map(visit).collect()
}

fn capture(browser: &mut Browser, csrf: &str, capture: &Capture) -> std::io::Result<String> {
    let fields = [
        ("csrf", csrf),
        ("key", &capture.key),
        ("kind", "clipping"),
        ("text", &capture.text),
    ];
    let answer = browser.post("/capture", &fields)?;
    assert_eq!(answer.status, 303, "{}", answer.body);
    Ok(answer.location)
}

/// Captures on all connections as fast as they go, kills the program when `until` have been acknowledged, and says what had been
/// sent.
fn stream(
    server: &mut Server,
    visitors: &[Visitor],
    round: u64,
    until: usize,
) -> Vec<Vec<Capture>> {
    let address = server.address;
    std::thread::scope(|scope| {
        let (acknowledged, acknowledgements) = mpsc::channel();
        let capturing: Vec<_> = (0_u64..)
            .zip(visitors)
            .map(|(place, visitor)| {
                let acknowledged = acknowledged.clone();
                scope.spawn(move || {
                    let mut browser = Browser::open(address, visitor.cookies.clone());
                    let mut sent = Vec::new();
                    for number in (round * 1_000 + place) * 100_000.. {
                        let key = fixtures::uuid(number).to_string();
                        let mut next = Capture {
                            key,
                            text: format!("第{number}则，来自第{round}轮"),
                            record: None,
                        };
                        let outcome = capture(&mut browser, &visitor.csrf, &next);
                        next.record = outcome.ok();
                        let lives = next.record.is_some();
                        sent.push(next);
                        if !lives {
                            break;
                        }
                        acknowledged.send(()).unwrap();
                    }
                    sent
                })
            })
            .collect();
        assert_eq!(acknowledgements.iter().take(until).count(), until);
        server.kill();
        capturing
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}

/// `wuxing ledger verify` and `wuxing audit verify`.
fn assert_both_checks_pass(database: &str) {
    for check in ["ledger", "audit"] {
        let output = wuxing(&[check, "verify", "--database", database])
            .output()
            .unwrap();
        assert_eq!(
            output.status.code(),
            Some(0),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        );
    }
}

/// What every visitor finds after the program has come up again.
fn examine(address: SocketAddr, visitors: &[Visitor], sent: &[Vec<Capture>]) {
    for (visitor, sent) in visitors.iter().zip(sent) {
        // The session has survived as well.
        let mut browser = Browser::open(address, visitor.cookies.clone());
        let mut records = BTreeSet::new();
        for one in sent {
            if let Some(record) = &one.record {
                let page = browser.get(record).unwrap();
                assert!(
                    page.status == 200 && page.body.contains(&one.text),
                    "{one:?} is lost: {}",
                    page.status
                );
            }
            // Whoever is not sure whether it went through sends it once more.
            let again = capture(&mut browser, &visitor.csrf, one).unwrap();
            assert!(
                one.record.as_ref().is_none_or(|record| *record == again),
                "{one:?} is there twice: {again}"
            );
            assert!(records.insert(again));
        }
    }
}

fn crash(engine: &Engine, rounds: u64) {
    let database = engine.address.as_str();
    let mut dice = StdRng::seed_from_u64(9);
    let mut server = Server::start(database);
    let visitors = visitors(server.address);
    for round in 1..=rounds {
        let until = dice.random_range(40..160);
        let sent = stream(&mut server, &visitors, round, until);
        let count = |acknowledged: bool| {
            sent.iter()
                .flatten()
                .filter(|one| one.record.is_some() == acknowledged)
                .count()
        };
        assert!(count(true) >= until && count(false) <= CONNECTIONS);
        assert_both_checks_pass(database);
        server = Server::start(database);
        examine(server.address, &visitors, &sent);
    }
    server.kill();
    assert_both_checks_pass(database);
}

#[tokio::test]
async fn after_kill_9_every_acknowledged_capture_is_there() {
    let options = store::Options {
        durability: Durability::Full,
        ..store::Options::default()
    };
    for engine in databases::engines_with(options).await {
        // Nothing but the program itself has the database open, so that it really has to recover.
        engine.store.close().await;
        let rounds = if engine.store.engine() == store::Engine::Sqlite {
            3
        } else {
            1
        };
        tokio::task::spawn_blocking(move || crash(&engine, rounds))
            .await
            .unwrap();
    }
}
