//! Laws of the stored ledger, on both engines: what is written comes back, counts equal cells added up, and what is kept
//! piece by piece equals what is settled from scratch.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;
mod furnish;

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use domain::identity::{DutyId, PersonId};
use domain::ledger::{
    Because, Cell, CellKey, Counted, Excuse, PersonFacts, Reach, Rules, reach, settle_one, sources,
};
use domain::period::Cadence;
use fixtures::{Cast, day, evidence, id};
use furnish::{rules, settle_all, settled};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use store::Tx;
use store::ledger::{self, CellQuery, CellScope};

const DUTIES: [&str; 3] = ["clipping", "reflection", "talk-deputy"];

/// A cell of one of the people: few duties and periods, so that cells meet.
fn any_cell(people: Vec<PersonId>) -> impl Strategy<Value = Cell> {
    let counted = (0..5_000u64, 0..60u64, 0..4u32);
    (
        (
            prop::sample::select(people.clone()),
            prop::option::weighted(0.3, prop::sample::select(people)),
        ),
        (
            prop::sample::select(DUTIES.to_vec()),
            prop::sample::select(Cadence::ALL.to_vec()),
            0..90u64,
        ),
        prop::collection::vec(counted, 0..4),
        (
            0..4u32,
            0..9u64,
            any::<bool>(),
            prop::option::weighted(0.3, prop::sample::select(Excuse::ALL.to_vec())),
        ),
        (1..3u32, any::<u32>()),
    )
        .prop_map(
            |(
                (person, counterpart),
                (duty, cadence, offset),
                counted,
                (required, grace, binding, excuse),
                numbers,
            )| {
                let period = cadence.period_of(day(2026, 1, 1) + Days::new(offset));
                let piece = |(record, later, amount): (u64, u64, u32)| Counted {
                    record: id(record),
                    recorded_on: period.first + Days::new(later),
                    amount,
                };
                Cell {
                    key: CellKey {
                        person,
                        duty: DutyId::parse(duty).unwrap(),
                        counterpart,
                        period,
                    },
                    required: if excuse.is_some() { 0 } else { required },
                    due: period.last + Days::new(grace),
                    binding,
                    counted: counted.into_iter().map(piece).collect(),
                    because: Because {
                        version: numbers.0,
                        article: numbers.1,
                        nominal: 10,
                        working: numbers.1 / 2,
                        available: u32::MAX,
                        excuse,
                    },
                }
            },
        )
}

/// Cells with different keys. Cells of one duty and period agree in what belongs to the duty, as settled ones do.
fn any_cells(people: Vec<PersonId>) -> impl Strategy<Value = Vec<Cell>> {
    prop::collection::vec(any_cell(people), 0..150).prop_map(|cells| {
        let mut lanes = BTreeMap::new();
        let mut unique: BTreeMap<CellKey, Cell> = BTreeMap::new();
        for mut cell in cells {
            let lane = (cell.key.duty.clone(), cell.key.period);
            let (due, binding, because) =
                *lanes
                    .entry(lane)
                    .or_insert((cell.due, cell.binding, cell.because));
            (cell.due, cell.binding) = (due, binding);
            (cell.because.version, cell.because.article) = (because.version, because.article);
            unique.insert(cell.key.clone(), cell);
        }
        unique.into_values().collect()
    })
}

fn of(cells: &[Cell], person: PersonId) -> Vec<Cell> {
    cells
        .iter()
        .filter(|cell| cell.key.person == person)
        .cloned()
        .collect()
}

async fn replace(tx: &mut Tx, cast: &Cast, people: &[PersonId], cells: &[Cell]) {
    for person in people {
        let theirs = of(cells, *person);
        ledger::replace_cells(tx, cast.org, *person, &CellScope::All, &theirs)
            .await
            .unwrap();
    }
}

fn three(cast: &Cast) -> Vec<PersonId> {
    ["liuyang", "wangfang", "hejianping"]
        .map(|name| cast.person(name))
        .into()
}

#[test]
fn law_cells_come_back_equal_and_are_replaced_as_a_whole() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for engine in runtime.block_on(common::engines()) {
        let store = &engine.store;
        let cast = runtime.block_on(furnish::department(store));
        let people = three(&cast);
        let two = (any_cells(people.clone()), any_cells(people.clone()));
        let mut runner = TestRunner::new(ProptestConfig::with_cases(24));
        let outcome = runner.run(&two, |(before, after)| {
            runtime.block_on(async {
                let mut tx = store.write().await.unwrap();
                for cells in [&before, &after] {
                    replace(&mut tx, &cast, &people, cells).await;
                    let found = ledger::cells(&mut tx, cast.org, &CellQuery::default())
                        .await
                        .unwrap();
                    prop_assert_eq!(&found, cells);
                    for person in &people {
                        let found = ledger::all_of(&mut tx, cast.org, *person).await.unwrap();
                        prop_assert_eq!(&found, &of(cells, *person));
                        let scope = CellScope::All;
                        let again =
                            ledger::replace_cells(&mut tx, cast.org, *person, &scope, &found)
                                .await
                                .unwrap();
                        prop_assert_eq!(again, 0, "what has not changed is not written");
                    }
                }
                tx.rollback().await;
                Ok(())
            })
        });
        outcome.unwrap();
    }
}

#[test]
fn law_counts_equal_the_cells_added_up() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for engine in runtime.block_on(common::engines()) {
        let store = &engine.store;
        let cast = runtime.block_on(furnish::department(store));
        let people = three(&cast);
        let asked = (any_cells(people.clone()), 0..60u64, 0..60u64, 0..150u64);
        let mut runner = TestRunner::new(ProptestConfig::with_cases(24));
        let outcome = runner.run(&asked, |(cells, from, length, as_of)| {
            let from = day(2025, 12, 20) + Days::new(from);
            let (to, as_of) = (
                from + Days::new(length),
                day(2025, 12, 20) + Days::new(as_of),
            );
            let counted = runtime.block_on(async {
                let mut tx = store.write().await.unwrap();
                replace(&mut tx, &cast, &people, &cells).await;
                let counted =
                    ledger::count_by_period(&mut tx, cast.org, &people[..2], from, to, as_of)
                        .await
                        .unwrap();
                tx.rollback().await;
                counted
            });
            let wanted = |cell: &&Cell| {
                people[..2].contains(&cell.key.person)
                    && from <= cell.key.period.first
                    && cell.key.period.first <= to
            };
            let mut expected: BTreeMap<_, Vec<&Cell>> = BTreeMap::new();
            for cell in cells.iter().filter(wanted) {
                expected
                    .entry((cell.key.duty.clone(), cell.key.period))
                    .or_default()
                    .push(cell);
            }
            prop_assert!(
                counted
                    .iter()
                    .map(|count| (count.duty.clone(), count.period))
                    .eq(expected.keys().cloned())
            );
            for (count, cells) in counted.iter().zip(expected.values()) {
                let sum = |of: &dyn Fn(&Cell) -> u32| {
                    cells.iter().map(|cell| u64::from(of(cell))).sum::<u64>()
                };
                let mut people: Vec<PersonId> = cells.iter().map(|cell| cell.key.person).collect();
                people.dedup();
                prop_assert_eq!(count.people as usize, people.len());
                prop_assert_eq!(count.cells as usize, cells.len());
                prop_assert_eq!(
                    u64::from(count.excused),
                    sum(&|cell| u32::from(cell.because.excuse.is_some()))
                );
                let fulfilled = |cell: &Cell| {
                    cell.because.excuse.is_none() && cell.done_by(as_of) >= cell.required
                };
                prop_assert_eq!(
                    u64::from(count.fulfilled),
                    sum(&|cell| u32::from(fulfilled(cell)))
                );
                prop_assert_eq!(count.required, sum(&|cell| cell.required));
                prop_assert_eq!(
                    count.met,
                    sum(&|cell| cell.done_by(as_of).min(cell.required))
                );
                prop_assert_eq!(count.done, sum(&|cell| cell.done_by(as_of)));
                prop_assert_eq!((count.due, count.binding), (cells[0].due, cells[0].binding));
                let because = cells[0].because;
                prop_assert_eq!(
                    (count.version, count.article),
                    (because.version, because.article)
                );
            }
            Ok(())
        });
        outcome.unwrap();
    }
}

/// What happens to one piece of evidence: who did what on which day; the same number again changes or withdraws it.
#[derive(Clone, Debug)]
struct Happening {
    number: u64,
    who: usize,
    kind: &'static str,
    category: Option<&'static str>,
    towards: Option<usize>,
    date: NaiveDate,
    withdrawn: bool,
}

fn any_happening() -> impl Strategy<Value = Happening> {
    let kinds = [
        "clipping",
        "reflection",
        "article",
        "book-note",
        "suggestion",
        "field-day",
        "talk",
        "nothing",
    ];
    (
        (0..12u64, 0..24usize, prop::sample::select(kinds.to_vec())),
        (
            prop::sample::select(vec![None, Some("work"), Some("other")]),
            prop::option::of(0..24usize),
        ),
        (0..190u64, prop::bool::weighted(0.2)),
    )
        .prop_map(
            |((number, who, kind), (category, towards), (offset, withdrawn))| {
                let date = day(2025, 12, 25) + Days::new(offset);
                Happening {
                    number,
                    who,
                    kind,
                    category,
                    towards,
                    date,
                    withdrawn,
                }
            },
        )
}

async fn settle_again(tx: &mut Tx, cast: &Cast, rules: &Rules, reached: &[Reach]) {
    let roster = cast.roster();
    for reach in reached {
        match reach {
            Reach::Person(person) => {
                let cells = settled(tx, cast, rules, *person).await;
                ledger::replace_cells(tx, cast.org, *person, &CellScope::All, &cells)
                    .await
                    .unwrap();
            }
            Reach::Cell {
                person,
                duty,
                period,
            } => {
                // A day duty counts what is done on the days off that follow, hence a fortnight on either side.
                let (from, to) = (period.first - Days::new(14), period.last + Days::new(14));
                let actors = sources(rules, &roster, *person, Some(duty));
                let evidence = ledger::evidence_of(tx, cast.org, &actors, from, to, None)
                    .await
                    .unwrap();
                let mut cells = Vec::new();
                let facts = PersonFacts {
                    person: *person,
                    evidence: &evidence,
                };
                settle_one(rules, &roster, facts, duty, *period, |cell| {
                    cells.push(cell)
                });
                let scope = CellScope::Duty {
                    duty: duty.clone(),
                    cadence: period.cadence,
                    first: period.first,
                };
                ledger::replace_cells(tx, cast.org, *person, &scope, &cells)
                    .await
                    .unwrap();
            }
        }
    }
}

#[test]
fn law_b7_the_ledger_kept_piece_by_piece_equals_the_one_settled_from_scratch() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for engine in runtime.block_on(common::engines()) {
        let store = &engine.store;
        let rules = rules();
        let cast = runtime.block_on(furnish::department(store));
        runtime.block_on(settle_all(store, &cast, &rules));
        let (people, roster) = (cast.people(), cast.roster());
        let mut runner = TestRunner::new(ProptestConfig::with_cases(12));
        let outcome = runner.run(&prop::collection::vec(any_happening(), 1..25), |history| {
            runtime.block_on(async {
                let mut tx = store.write().await.unwrap();
                for happening in history {
                    let mut piece = evidence(
                        happening.number,
                        people[happening.who],
                        happening.kind,
                        happening.date,
                    );
                    piece.category = happening.category.map(str::to_owned);
                    piece.counterpart = happening.towards.map(|towards| people[towards]);
                    let from = day(2025, 1, 1);
                    let stored = ledger::evidence_of(
                        &mut tx,
                        cast.org,
                        &people,
                        from,
                        day(2027, 1, 1),
                        None,
                    );
                    let before = stored
                        .await
                        .unwrap()
                        .into_iter()
                        .find(|other| other.record == piece.record);
                    let mut reached: Vec<Reach> = before
                        .iter()
                        .flat_map(|old| reach(&rules, &roster, old))
                        .collect();
                    if happening.withdrawn {
                        ledger::remove_evidence(&mut tx, cast.org, piece.record);
                    } else {
                        ledger::put_evidence(&mut tx, cast.org, &piece);
                        reached.extend(reach(&rules, &roster, &piece));
                    }
                    settle_again(&mut tx, &cast, &rules, &reached).await;
                }
                for person in &people {
                    let kept = ledger::all_of(&mut tx, cast.org, *person).await.unwrap();
                    prop_assert_eq!(kept, settled(&mut tx, &cast, &rules, *person).await);
                }
                tx.rollback().await;
                Ok(())
            })
        });
        outcome.unwrap();
    }
}
