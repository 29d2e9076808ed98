//! Backups: what is written on one engine comes back on either, and what is damaged, locked or newer changes nothing (part D).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use age::secrecy::SecretString;
use common::databases::{self, Engine};
use common::{Department, PEOPLE, department};
use domain::records::Kind;
use fixtures::{day, moment};
use store::Store;
use store::backup::{Keeping, StoredRow, TABLES};
use wuxing::app::{Identity, Program, audit, ledger, library, records};
use wuxing::backup::{Fault, Key, Lock, Locked, examine, made_anew, make, restore};
use wuxing::cx::{Clock, Randomness};

/// A folder of the test's own, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        drop(std::fs::remove_dir_all(&path));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn passphrase() -> SecretString {
    SecretString::from("一句只有测试知道的话-2026".to_owned())
}

/// Empty databases without tables, one of each engine.
async fn empty_ones() -> Vec<Engine> {
    let options = store::Options::default();
    let mut engines = vec![databases::sqlite(options).await];
    if let Ok(server) = std::env::var("WUXING_TEST_POSTGRES") {
        engines.push(databases::postgres(server, options).await);
    }
    engines
}

/// Two weeks of a department: records, an edit, a record taken back, a comment, a talk, a draft.
async fn lived(store: &Store) -> Department {
    let department = department(store, "wuxing", day(2026, 9, 14)).await;
    for (number, account) in PEOPLE.iter().cycle().take(30).enumerate() {
        department
            .clip(account, &format!("走访记录第{number}则"))
            .await;
    }
    let gone = department.clip("liuyang", "收回的一则").await;
    let who = department.who("liuyang");
    department
        .program
        .write(who, move |cx| Box::pin(records::withdraw(cx, gone.id)))
        .await
        .unwrap();
    let commented = department.clip("chensiqi", "有人评的一则").await;
    let author = department.who("chensiqi");
    department
        .program
        .write(author, move |cx| {
            Box::pin(records::comment(cx, commented.id, "再想一想。".to_owned()))
        })
        .await
        .unwrap();
    let form = department.form(Kind::Article, &[("text", "还没写完的一篇")]);
    let draft = wuxing::app::drafts::DraftForm {
        id: form.form_key,
        kind: form.kind,
        editing: None,
        fields: form.fields,
    };
    department
        .program
        .write(who, move |cx| {
            Box::pin(wuxing::app::drafts::save(cx, draft.clone()))
        })
        .await
        .unwrap();
    department.drain().await;
    department.assert_sound().await;
    department
}

/// All that a backup keeps, but for the queue, which goes on working.
async fn everything(store: &Store) -> BTreeMap<&'static str, Vec<StoredRow>> {
    let mut tx = store.read().await.unwrap();
    let kept = TABLES
        .iter()
        .filter(|table| table.keeping == Keeping::Kept && table.name != "jobs");
    let mut all = BTreeMap::new();
    for table in kept {
        let mut rows: Vec<StoredRow> = Vec::new();
        loop {
            let after = rows.last().map(|row| table.key_of(row).to_vec());
            let next = store::backup::rows(&mut tx, table, after.as_deref())
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

async fn found(program: &Program, who: Identity, question: &str) -> u64 {
    let wish = library::Wish {
        question: question.to_owned(),
        ..library::Wish::default()
    };
    let found = program
        .read(who, |cx| Box::pin(library::own(cx, wish)))
        .await;
    found.unwrap().total
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d_a_restored_backup_is_what_it_was_on_either_engine() {
    let folder = Folder::new("backup-restored");
    for (number, from) in common::engines().await.into_iter().enumerate() {
        let department = lived(&from.store).await;
        let file = folder.file(&format!("{number}.backup"));
        let now = department.program.clock.now();
        let made = make(
            &from.store,
            &file,
            Lock::Passphrase(passphrase()),
            now,
            |_, _| {},
        )
        .await
        .unwrap();
        let before = everything(&from.store).await;
        assert_eq!(
            made.rows,
            before.values().map(|rows| rows.len() as u64).sum::<u64>()
        );
        let examined = examine(&file, &Key::Passphrase(passphrase())).unwrap();
        assert_eq!(examined.head, made.head);

        // What is written after it is not in it.
        let later = department.clip("liuyang", "备份之后的一则").await;

        for to in empty_ones().await {
            let restored = restore(&to.store, &file, Key::Passphrase(passphrase()), |_, _| {})
                .await
                .unwrap();
            assert_eq!((restored.rows, &restored.head), (made.rows, &made.head));
            let clock = Clock::set_to(now);
            let program = Program::new(to.store.clone(), clock, Randomness::seeded(77));
            let anew = made_anew(&program, &restored.head).await.unwrap();
            assert_eq!(anew.findings, Vec::<String>::new());
            assert!(anew.cells > 100 && anew.indexed > 30);
            let mut after = everything(&to.store).await;
            // The stamp says when rules changed; it may only have grown.
            assert_eq!(
                after.remove("organisations").map(|rows| rows.len()),
                Some(1)
            );
            let mut expected = before.clone();
            expected.remove("organisations");
            assert_eq!(after, expected);
            let who = department.who("liuyang");
            for question in ["走访", "一则", "再想"] {
                let known = found(&program, who, question).await;
                let again = found(&department.program, who, question).await;
                // The one written later is found in the original alone.
                let newer = u64::from(question == "一则");
                assert_eq!(known + newer, again, "{question}");
            }
            let mut tx = to.store.read().await.unwrap();
            let gone = store::records::get(&mut tx, department.org, later.id)
                .await
                .unwrap();
            assert_eq!(gone, None);
            drop(tx);
            let nobody = department.nobody();
            let cells = program
                .read(nobody, |cx| Box::pin(ledger::verify(cx)))
                .await
                .unwrap();
            assert!(cells.differences.is_empty() && cells.dirty == 0);
            let chain = program
                .read(nobody, |cx| Box::pin(audit::verify(cx)))
                .await
                .unwrap();
            assert!(chain.is_good());
            // It goes on living.
            let copy = Department {
                program,
                clock: Clock::set_to(moment(day(2026, 9, 21), 9, 0)),
                org: department.org,
                cast: fixtures::cast(),
                starts: department.starts,
            };
            copy.clip("liuyang", "恢复之后的一则").await;
            copy.assert_sound().await;
        }
    }
}

async fn refused(file: &Path, key: Key) -> Fault {
    let to = databases::sqlite(store::Options::default()).await;
    let fault = restore(&to.store, file, key, |_, _| {}).await.unwrap_err();
    // Nothing is left that could be mistaken for data, and the next try finds the place free.
    let mut tx = to.store.read().await.unwrap();
    let schema = store::backup::schema(&mut tx).await.unwrap();
    assert!(schema == 0 || store::backup::is_empty(&mut tx).await.unwrap());
    assert!(!store::backup::is_restoring(&mut tx).await.unwrap());
    fault
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d_what_is_damaged_locked_or_newer_changes_nothing() {
    let folder = Folder::new("backup-refused");
    let from = databases::sqlite(store::Options::default()).await;
    from.store.migrate().await.unwrap();
    let department = lived(&from.store).await;
    let now = department.program.clock.now();
    let plain = folder.file("plain.backup");
    make(&from.store, &plain, Lock::Open, now, |_, _| {})
        .await
        .unwrap();
    let identity = age::x25519::Identity::generate();
    let locked = folder.file("locked.backup");
    make(
        &from.store,
        &locked,
        Lock::Recipient(identity.to_public()),
        now,
        |_, _| {},
    )
    .await
    .unwrap();
    let with_words = folder.file("words.backup");
    make(
        &from.store,
        &with_words,
        Lock::Passphrase(passphrase()),
        now,
        |_, _| {},
    )
    .await
    .unwrap();

    // Locks and keys.
    let stranger = || Key::Identity(age::x25519::Identity::generate());
    let other_words = || Key::Passphrase(SecretString::from("另一句完全不同的话".to_owned()));
    let table = [
        (&locked, Key::None, Locked::NeedsKeyFile),
        (&locked, other_words(), Locked::NeedsKeyFile),
        (&locked, stranger(), Locked::WrongKeyFile),
        (&with_words, Key::None, Locked::NeedsPassphrase),
        (&with_words, stranger(), Locked::NeedsPassphrase),
        (&with_words, other_words(), Locked::WrongPassphrase),
    ];
    for (file, key, expected) in table {
        let fault = refused(file, key).await;
        assert!(
            matches!(fault, Fault::Locked(found) if found == expected),
            "{fault}"
        );
    }
    examine(&locked, &Key::Identity(identity)).unwrap();

    // No word of anybody is in the encrypted ones.
    for file in [&locked, &with_words] {
        let bytes = std::fs::read(file).unwrap();
        for word in [
            "走访记录",
            "linzhiyuan",
            "wuxing-backup",
            "charter_versions",
        ] {
            assert!(
                !bytes
                    .windows(word.len())
                    .any(|part| part == word.as_bytes()),
                "{word}"
            );
        }
    }

    // Cut anywhere, or a byte changed anywhere.
    let bad = folder.file("bad.backup");
    for file in [&plain, &locked] {
        let whole = std::fs::read(file).unwrap();
        for at in [
            0,
            1,
            whole.len() / 3,
            whole.len() / 2,
            whole.len() - 9,
            whole.len() - 1,
        ] {
            std::fs::write(&bad, &whole[..at]).unwrap();
            assert!(examine(&bad, &Key::None).is_err(), "cut at {at}");
            drop(refused(&bad, Key::None).await);
            let mut changed = whole.clone();
            changed[at] ^= 0x10;
            std::fs::write(&bad, &changed).unwrap();
            assert!(examine(&bad, &Key::None).is_err(), "changed at {at}");
        }
    }

    // What can be read can be changed: each of these is found all the same.
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(&plain).unwrap())
        .read_to_string(&mut text)
        .unwrap();
    let packed = |text: &str| {
        let mut packer = flate2::write::GzEncoder::new(
            std::fs::File::create(&bad).unwrap(),
            flate2::Compression::fast(),
        );
        packer.write_all(text.as_bytes()).unwrap();
        packer.finish().unwrap();
    };
    let changes: [(&str, String); 5] = [
        ("a word", text.replacen("走访记录第3则", "走访记录第4则", 1)),
        ("a row less", {
            let mut lines: Vec<&str> = text.lines().collect();
            lines.remove(lines.len() / 2);
            lines.join("\n") + "\n"
        }),
        (
            "no end",
            text.lines()
                .take(50)
                .map(|line| format!("{line}\n"))
                .collect(),
        ),
        ("behind the end", format!("{text}[]\n")),
        (
            "no backup",
            "{\"table\":\"persons\",\"columns\":[]}\n".to_owned(),
        ),
    ];
    for (what, changed) in changes {
        assert_ne!(changed, text, "{what}");
        packed(&changed);
        let fault = refused(&bad, Key::None).await;
        assert!(
            matches!(fault, Fault::Damaged { .. } | Fault::NotABackup),
            "{what}: {fault}"
        );
    }

    // A newer program's: both versions are named.
    let newest = Store::newest_schema();
    for newer in [
        text.replacen(&format!("\"schema\":{newest}"), "\"schema\":9999", 1),
        text.replacen("\"wuxing-backup\":1", "\"wuxing-backup\":2", 1),
    ] {
        assert_ne!(newer, text);
        packed(&newer);
        let fault = refused(&bad, Key::None).await;
        assert!(matches!(fault, Fault::Newer { .. }), "{fault}");
        assert!(
            fault.to_string().contains(env!("CARGO_PKG_VERSION")),
            "{fault}"
        );
    }

    // A database that is in use.
    let fault = restore(&from.store, &plain, Key::None, |_, _| {})
        .await
        .unwrap_err();
    assert!(matches!(fault, Fault::NotEmpty), "{fault}");
    department.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn d_a_backup_is_of_one_moment_while_others_write() {
    let folder = Folder::new("backup-online");
    for (number, engine) in common::engines().await.into_iter().enumerate() {
        let department = std::sync::Arc::new(lived(&engine.store).await);
        let writing = {
            let department = department.clone();
            tokio::spawn(async move {
                for number in 0..60 {
                    department
                        .clip("huangjianing", &format!("同时写的第{number}则"))
                        .await;
                }
            })
        };
        for round in 0..3 {
            let file = folder.file(&format!("{number}-{round}.backup"));
            let now = department.program.clock.now();
            let made = make(&engine.store, &file, Lock::Open, now, |_, _| {})
                .await
                .unwrap();
            // The chain in it ends at the very head that it names, whatever was written meanwhile.
            assert_eq!(examine(&file, &Key::None).unwrap().head, made.head);
            let to = databases::sqlite(store::Options::default()).await;
            let restored = restore(&to.store, &file, Key::None, |_, _| {})
                .await
                .unwrap();
            let program = Program::new(to.store.clone(), Clock::set_to(now), Randomness::seeded(5));
            let anew = made_anew(&program, &restored.head).await.unwrap();
            assert_eq!(anew.findings, Vec::<String>::new());
        }
        writing.await.unwrap();
    }
}

#[tokio::test]
async fn d_an_unfinished_backup_leaves_no_file() {
    let folder = Folder::new("backup-unfinished");
    let engine = databases::sqlite(store::Options::default()).await;
    engine.store.migrate().await.unwrap();
    let now = moment(day(2026, 9, 14), 9, 0);
    let nowhere = folder.file("no/such/folder/x.backup");
    assert!(
        make(&engine.store, &nowhere, Lock::Open, now, |_, _| {})
            .await
            .is_err()
    );
    engine.store.close().await;
    let file = folder.file("x.backup");
    assert!(
        make(&engine.store, &file, Lock::Open, now, |_, _| {})
            .await
            .is_err()
    );
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 0);
}
