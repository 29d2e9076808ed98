//! Whatever people do in whichever order, the ledger that is kept up to date equals one computed from scratch, the audit chain
//! is whole, and evidence and search index say what the records say. On every engine, through actions only.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, TimeDelta};
use common::{Department, PEOPLE, department};
use domain::identity::{DutyId, PersonId, RecordId};
use domain::people::AbsenceKind;
use domain::records::{Fields, Kind, Record, State};
use domain::time::{Half, HalfDay};
use fixtures::{day, moment};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use store::Store;
use store::records::RecordQuery;
use wuxing::app::drafts::DraftForm;
use wuxing::app::records::Revision;
use wuxing::app::{Error, Result, absences, drafts, library, records};
use wuxing::jobs;

/// A step of a history. Numbers choose among what there is at that moment.
#[derive(Clone, Debug)]
enum Step {
    /// Somebody writes something, dated some days back.
    Writes {
        who: usize,
        kind: usize,
        back: u64,
        duty: usize,
        with: usize,
        amount: u32,
    },
    /// An author changes words, day and amount.
    Edits {
        which: usize,
        back: u64,
        amount: u32,
    },
    /// An author takes a record back.
    Withdraws { which: usize },
    /// An author puts a record back.
    Restores { which: usize },
    /// Somebody comments, if he may.
    Comments { who: usize, which: usize },
    /// Somebody types and leaves.
    Drafts { who: usize },
    /// The office notes that somebody is, was or will be away.
    NotesAbsence {
        whose: usize,
        from: i64,
        days: u64,
        halves: (bool, bool),
        kind: usize,
    },
    /// Hours pass.
    Passes { hours: i64 },
    /// The jobs run.
    Runs,
    /// The ledger is compared in the middle of it all.
    Compares,
}

fn step() -> impl Strategy<Value = Step> {
    let some = || 0..1_000_usize;
    let back = || {
        prop_oneof![3 => Just(0..=0_u64), 2 => Just(1..=4), 1 => Just(5..=25)]
            .prop_flat_map(|range| range)
    };
    prop_oneof![
        10 => (some(), some(), back(), some(), some(), 1..=4_u32)
            .prop_map(|(who, kind, back, duty, with, amount)| Step::Writes { who, kind, back, duty, with, amount }),
        4 => (some(), back(), 1..=4_u32).prop_map(|(which, back, amount)| Step::Edits { which, back, amount }),
        2 => some().prop_map(|which| Step::Withdraws { which }),
        2 => some().prop_map(|which| Step::Restores { which }),
        1 => (some(), some()).prop_map(|(who, which)| Step::Comments { who, which }),
        1 => some().prop_map(|who| Step::Drafts { who }),
        2 => (some(), -20..20_i64, 0..12_u64, any::<(bool, bool)>(), some())
            .prop_map(|(whose, from, days, halves, kind)| Step::NotesAbsence { whose, from, days, halves, kind }),
        5 => (1..60_i64).prop_map(|hours| Step::Passes { hours }),
        1 => Just(Step::Runs),
        1 => Just(Step::Compares),
    ]
}

/// What a history has come to.
#[derive(Default)]
struct Written {
    /// Each record with its author's account, as it is now.
    records: Vec<(&'static str, Record)>,
    /// Changes of records, each of which the audit chain must hold.
    changes: usize,
}

impl Written {
    fn choose(&self, which: usize) -> Option<(usize, &'static str, Record)> {
        let place = which.checked_rem(self.records.len())?;
        let (account, record) = &self.records[place];
        Some((place, account, record.clone()))
    }

    /// Notes a record as it now is; a step that the rules refuse changes nothing.
    fn note(&mut self, place: usize, outcome: Result<Record>) {
        match outcome {
            Ok(record) => {
                self.records[place].1 = record;
                self.changes += 1;
            }
            Err(Error::Refused(_) | Error::NotFound | Error::Forbidden) => {}
            Err(Error::Broken(error)) => panic!("{error:?}"),
        }
    }
}

async fn take(department: &Department, written: &mut Written, step: &Step) {
    let program = &department.program;
    let today = program
        .clock
        .now()
        .with_timezone(&chrono_tz::Asia::Shanghai)
        .date_naive();
    match *step {
        Step::Writes {
            who,
            kind,
            back,
            duty,
            with,
            amount,
        } => {
            let account = PEOPLE[who % PEOPLE.len()];
            let kind = Kind::ALL[kind % Kind::ALL.len()];
            let number = written.records.len().to_string();
            let mut typed = common::fields(&[
                ("text", "走访三个社区，记下群众的两条意见。"),
                ("title", &number),
                ("book", "乡土中国"),
                ("date", &(today - Days::new(back)).to_string()),
                ("amount", &amount.to_string()),
            ]);
            if kind == Kind::Entry {
                let choices = enterable(department, account).await;
                let Some((duty, towards)) = duty
                    .checked_rem(choices.len())
                    .map(|place| choices[place].clone())
                else {
                    return;
                };
                typed.insert("duty".to_owned(), duty.to_string());
                if towards {
                    let with = department.cast.person(PEOPLE[with % PEOPLE.len()]);
                    typed.insert("counterpart".to_owned(), with.to_string());
                }
            }
            let form = records::Submission {
                fields: typed,
                ..department.form(kind, &[])
            };
            match department.submit(account, form).await {
                Ok(record) => {
                    written.records.push((account, record));
                    written.changes += 1;
                }
                // A talk with oneself.
                Err(Error::Refused(_)) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        Step::Edits {
            which,
            back,
            amount,
        } => {
            let Some((place, account, record)) = written.choose(which) else {
                return;
            };
            let mut fields = domain::records::fields(&record.content);
            fields
                .entry("text".to_owned())
                .or_default()
                .push_str("补充一句。");
            fields.insert("date".to_owned(), (today - Days::new(back)).to_string());
            fields.insert("amount".to_owned(), amount.to_string());
            let outcome = revise(department, account, &record, record.version, fields).await;
            written.note(place, outcome);
        }
        Step::Withdraws { which } => {
            let Some((place, account, record)) = written.choose(which) else {
                return;
            };
            let who = department.who(account);
            let outcome = program
                .write(who, move |cx| Box::pin(records::withdraw(cx, record.id)))
                .await;
            written.note(place, outcome);
        }
        Step::Restores { which } => {
            let Some((place, account, record)) = written.choose(which) else {
                return;
            };
            let who = department.who(account);
            let outcome = program
                .write(who, move |cx| Box::pin(records::restore(cx, record.id)))
                .await;
            written.note(place, outcome);
        }
        Step::Comments { who, which } => {
            let Some((_, _, record)) = written.choose(which) else {
                return;
            };
            let who = department.who(PEOPLE[who % PEOPLE.len()]);
            let outcome = program
                .write(who, move |cx| {
                    Box::pin(records::comment(cx, record.id, "收到。".to_owned()))
                })
                .await;
            assert!(!matches!(outcome, Err(Error::Broken(_))), "{outcome:?}");
            written.changes += usize::from(outcome.is_ok());
        }
        Step::Drafts { who } => {
            let who = department.who(PEOPLE[who % PEOPLE.len()]);
            let form = department.form(Kind::Article, &[("text", "写到一半")]);
            let draft = DraftForm {
                id: form.form_key,
                kind: form.kind,
                editing: None,
                fields: form.fields,
            };
            program
                .write(who, move |cx| Box::pin(drafts::save(cx, draft.clone())))
                .await
                .unwrap();
        }
        Step::NotesAbsence {
            whose,
            from,
            days,
            halves,
            kind,
        } => {
            let first = today + TimeDelta::days(from);
            let half = |afternoon| {
                if afternoon {
                    Half::Afternoon
                } else {
                    Half::Morning
                }
            };
            let entry = absences::Entry {
                person: department.cast.person(PEOPLE[whose % PEOPLE.len()]),
                first: HalfDay {
                    date: first,
                    half: half(halves.0),
                },
                last: HalfDay {
                    date: first + Days::new(days),
                    half: half(halves.1),
                },
                kind: AbsenceKind::ALL[kind % AbsenceKind::ALL.len()],
            };
            let outcome = program
                .write(department.who("wangfang"), move |cx| {
                    Box::pin(absences::enter(cx, entry))
                })
                .await;
            assert_eq!(outcome.is_ok(), entry.first <= entry.last, "{outcome:?}");
        }
        Step::Passes { hours } => department
            .clock
            .put(program.clock.now() + TimeDelta::hours(hours)),
        Step::Runs => department.drain().await,
        Step::Compares => assert_eq!(department.verify_ledger().await.differences, []),
    }
}

/// The duties that somebody can enter as done today, and whether each is towards somebody.
async fn enterable(department: &Department, account: &str) -> Vec<(DutyId, bool)> {
    let person = department.who(account);
    department
        .program
        .read(person, |cx| {
            Box::pin(async move {
                Ok(records::enterable(cx)
                    .map(|duty| (duty.id.clone(), duty.counterpart.is_some()))
                    .collect())
            })
        })
        .await
        .unwrap()
}

async fn revise(
    department: &Department,
    account: &str,
    record: &Record,
    base_version: u32,
    fields: Fields,
) -> Result<Record> {
    let form_key = department.form(record.content.kind, &[]).form_key;
    let form = Revision {
        record: record.id,
        base_version,
        form_key,
        fields,
    };
    department
        .program
        .write(department.who(account), move |cx| {
            Box::pin(records::revise(cx, form.clone()))
        })
        .await
}

/// What must hold after any history.
async fn examine(department: &Department, written: &Written) {
    department.drain().await;
    department.assert_sound().await;
    let org = department.org;
    let mut tx = department.program.store.read().await.unwrap();
    let entries = store::audit::entries(&mut tx, org, 0, 1_000).await.unwrap();
    let changes = entries
        .iter()
        .filter(|(entry, _)| entry.action.starts_with("record."));
    assert_eq!(changes.count(), written.changes);

    let mut by_author: BTreeMap<PersonId, Vec<&Record>> = BTreeMap::new();
    for (_, record) in &written.records {
        by_author.entry(record.author).or_default().push(record);
    }
    for account in PEOPLE {
        let author = department.cast.person(account);
        let expected = by_author.remove(&author).unwrap_or_default();
        let query = RecordQuery {
            author: Some(author),
            limit: 500,
            ..RecordQuery::default()
        };
        let stored: BTreeMap<RecordId, Record> = store::records::list(&mut tx, org, &query)
            .await
            .unwrap()
            .into_iter()
            .map(|r| (r.id, r))
            .collect();
        assert_eq!(stored.values().collect::<Vec<_>>(), sorted(&expected));
        let evidence = store::ledger::evidence_of(
            &mut tx,
            org,
            &[author],
            day(2024, 1, 1),
            day(2028, 1, 1),
            None,
        )
        .await
        .unwrap();
        let mut emitted: Vec<_> = expected
            .iter()
            .filter_map(|record| record.evidence())
            .collect();
        emitted.sort_by_key(|piece| (piece.date, piece.recorded_at, piece.record));
        assert_eq!(evidence, emitted);
        // What was done with somebody is in nobody's index.
        let indexed = |record: &&&Record| {
            let with = record
                .content
                .entry
                .as_ref()
                .and_then(|entry| entry.counterpart);
            record.state == State::Submitted && with.is_none()
        };
        let indexed = expected.iter().filter(indexed).count();
        let wish = library::Wish {
            question: "走访".to_owned(),
            ..library::Wish::default()
        };
        let found = department
            .program
            .read(department.who(account), |cx| {
                Box::pin(library::own(cx, wish))
            })
            .await;
        assert_eq!(found.unwrap().total, u64::try_from(indexed).unwrap());
    }
}

fn sorted<'a>(records: &[&'a Record]) -> Vec<&'a Record> {
    let mut records = records.to_vec();
    records.sort_by_key(|record| record.id);
    records
}

/// Many departments under all presets live in one database, each its own history.
fn law(store: &Store, runtime: &tokio::runtime::Runtime) {
    let presets = prop::sample::select(
        wuxing::app::charter::PRESETS
            .map(|preset| preset.name)
            .to_vec(),
    );
    let history = prop::collection::vec(step(), 30..50);
    let config = ProptestConfig {
        cases: 12,
        max_shrink_iters: 100,
        ..ProptestConfig::default()
    };
    let config = ProptestConfig {
        failure_persistence: None,
        ..config
    };
    let outcome = TestRunner::new(config).run(&(presets, history), |(preset, steps)| {
        let told = std::panic::AssertUnwindSafe(|| {
            runtime.block_on(async {
                // Week 40 and 41 have three working days each, and the calendar has a holiday of eight days.
                let department = department(store, preset, day(2026, 9, 14)).await;
                let mut written = Written::default();
                for step in &steps {
                    take(&department, &mut written, step).await;
                }
                examine(&department, &written).await;
            });
        });
        let fallen = std::panic::catch_unwind(told);
        prop_assert!(fallen.is_ok(), "see the panic above");
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn law_b7_a_ledger_kept_up_to_date_equals_a_recomputation() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    for engine in runtime.block_on(common::engines()) {
        law(&engine.store, &runtime);
    }
}

#[tokio::test]
async fn b7_the_settled_time_is_extended_before_it_ends() {
    for engine in common::engines().await {
        let department = department(&engine.store, "wuxing", day(2026, 10, 12)).await;
        department.clip("liuyang", "年内的一则").await;
        department.clock.put(moment(day(2026, 11, 16), 9, 0));
        jobs::keep_house(&department.program).await.unwrap();
        department.drain().await;
        let before = department.verify_ledger().await.cells;
        department.clock.put(moment(day(2026, 11, 17), 9, 0));
        jobs::keep_house(&department.program).await.unwrap();
        department.drain().await;
        department.assert_sound().await;
        let after = department.verify_ledger().await.cells;
        assert!(
            after > 3 * before,
            "a whole year more: {before} cells, then {after}"
        );
        department.clock.put(moment(day(2027, 1, 11), 9, 0));
        department.clip("liuyang", "新年的一则").await;
        department.assert_sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_form_that_is_sent_several_times_makes_one_record() {
    for engine in common::engines().await {
        let department =
            std::sync::Arc::new(department(&engine.store, "wuxing", day(2026, 11, 2)).await);
        let form = department.form(Kind::Reflection, &[("text", "只此一篇")]);
        let sending: Vec<_> = (0..8)
            .map(|_| {
                let (department, form) = (department.clone(), form.clone());
                tokio::spawn(async move { department.submit("liuyang", form).await.unwrap().id })
            })
            .collect();
        let mut made = BTreeSet::new();
        for sent in sending {
            made.insert(sent.await.unwrap());
        }
        made.insert(department.submit("liuyang", form.clone()).await.unwrap().id);
        assert_eq!(made.len(), 1);
        // The same key from somebody else is another form.
        assert!(made.insert(department.submit("chensiqi", form).await.unwrap().id));
        let mut tx = engine.store.read().await.unwrap();
        assert_eq!(
            store::records::count(&mut tx, department.org, &RecordQuery::default())
                .await
                .unwrap(),
            2
        );
        drop(tx);
        department.assert_sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_at_the_same_time_lose_nothing() {
    for engine in common::engines().await {
        let department =
            std::sync::Arc::new(department(&engine.store, "wuxing", day(2026, 11, 2)).await);
        let mut writing: Vec<_> = (0..16)
            .map(|writer| {
                let department = department.clone();
                tokio::spawn(async move {
                    let mut made = Vec::new();
                    for number in 0..20 {
                        let account = PEOPLE[writer % PEOPLE.len()];
                        made.push(
                            department
                                .clip(account, &format!("{writer}之{number}"))
                                .await
                                .id,
                        );
                    }
                    made
                })
            })
            .collect();
        // Meanwhile absences come in and everybody is settled again.
        let office = department.clone();
        writing.push(tokio::spawn(async move {
            for back in 0..4 {
                let date = office.starts - Days::new(back);
                let half_day = |half| HalfDay { date, half };
                let person = office.cast.person("huangjianing");
                let (first, last) = (half_day(Half::Morning), half_day(Half::Afternoon));
                let entry = absences::Entry {
                    person,
                    first,
                    last,
                    kind: AbsenceKind::Leave,
                };
                let who = office.who("sunli");
                office
                    .program
                    .write(who, move |cx| Box::pin(absences::enter(cx, entry)))
                    .await
                    .unwrap();
                jobs::drain(&office.program).await.unwrap();
            }
            Vec::new()
        }));
        let mut made = BTreeSet::new();
        for writer in writing {
            made.extend(writer.await.unwrap());
        }
        assert_eq!(made.len(), 16 * 20);
        department.drain().await;
        department.assert_sound().await;
        let mut tx = engine.store.read().await.unwrap();
        for id in made {
            assert!(
                store::records::get(&mut tx, department.org, id)
                    .await
                    .unwrap()
                    .is_some()
            );
        }
    }
}
