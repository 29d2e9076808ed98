//! Evidence, cells and their counts, and who is to be settled again, on both engines.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;
mod furnish;

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use domain::identity::{DutyId, PersonId};
use domain::ledger::{
    Because, Cell, CellKey, Counted, Excuse, PersonFacts, Reach, Rules, reach, settle, settle_one,
};
use domain::period::Cadence;
use domain::time::Span;
use fixtures::{Cast, day, evidence, id, moment};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use store::ledger::{self, CellQuery, CellScope, Whose};
use store::{Store, Tx};

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

fn rules() -> Rules {
    Rules::compile(
        &[fixtures::small_version()],
        &fixtures::calendar(),
        day(2026, 6, 30),
    )
}

/// All the cells of a person, settled from what is stored.
async fn settled(tx: &mut Tx, cast: &Cast, rules: &Rules, person: PersonId) -> Vec<Cell> {
    let roster = cast.roster();
    let actors = roster.actors_for(person);
    let evidence = ledger::evidence_of(
        tx,
        cast.org,
        &actors,
        day(2025, 1, 1),
        day(2027, 1, 1),
        None,
    )
    .await
    .unwrap();
    let mut cells = Vec::new();
    let range = Span::between(rules.first(), rules.last()).unwrap();
    settle(
        rules,
        &roster,
        PersonFacts {
            person,
            evidence: &evidence,
        },
        range,
        |cell| cells.push(cell),
    );
    cells.sort_by(|a, b| a.key.cmp(&b.key));
    cells
}

/// Stores the whole ledger of the department.
async fn settle_all(store: &Store, cast: &Cast, rules: &Rules) {
    let mut tx = store.write().await.unwrap();
    for person in cast.people() {
        let cells = settled(&mut tx, cast, rules, person).await;
        let written = ledger::replace_cells(&mut tx, cast.org, person, &CellScope::All, &cells)
            .await
            .unwrap();
        assert_eq!(written, cells.len());
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn b7_a_settled_ledger_is_stored_and_found_by_every_question() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (neighbours, _) = furnish::neighbour(store).await;
        let rules = rules();
        settle_all(store, &cast, &rules).await;
        let mut tx = store.read().await.unwrap();
        let all = ledger::cells(&mut tx, cast.org, &CellQuery::default())
            .await
            .unwrap();
        assert!(all.len() > 3_000 && all.is_sorted_by(|a, b| a.key < b.key));
        assert_eq!(
            ledger::cells(&mut tx, neighbours, &CellQuery::default())
                .await
                .unwrap(),
            []
        );

        let on = day(2026, 3, 11);
        let (minister, deputy) = (cast.minister(), cast.person("linxiaolan"));
        let none = CellQuery::default();
        let talks = DutyId::parse("talk-minister").unwrap();
        let questions: Vec<(CellQuery, Box<dyn Fn(&Cell) -> bool>)> = vec![
            (
                CellQuery {
                    persons: Some(Vec::new()),
                    ..none.clone()
                },
                Box::new(|_| false),
            ),
            (
                CellQuery {
                    persons: Some(vec![deputy, minister, deputy]),
                    ..none.clone()
                },
                Box::new(move |cell| [minister, deputy].contains(&cell.key.person)),
            ),
            (
                CellQuery {
                    duty: Some(talks.clone()),
                    counterpart: Some(deputy),
                    ..none.clone()
                },
                Box::new(move |cell| {
                    cell.key.duty == talks && cell.key.counterpart == Some(deputy)
                }),
            ),
            (
                CellQuery {
                    from: Some(day(2026, 3, 2)),
                    to: Some(day(2026, 3, 9)),
                    ..none.clone()
                },
                Box::new(|cell| {
                    (day(2026, 3, 2)..=day(2026, 3, 9)).contains(&cell.key.period.first)
                }),
            ),
            (
                CellQuery {
                    persons: Some(vec![deputy]),
                    touching: Some(on),
                    ..none.clone()
                },
                Box::new(move |cell| cell.key.person == deputy && cell.key.period.contains(on)),
            ),
            (
                CellQuery {
                    persons: Some(vec![deputy]),
                    to: Some(on),
                    due_from: Some(on),
                    ..none.clone()
                },
                Box::new(move |cell| {
                    cell.key.person == deputy && cell.key.period.first <= on && on <= cell.due
                }),
            ),
        ];
        for (number, (question, wanted)) in questions.into_iter().enumerate() {
            let found = ledger::cells(&mut tx, cast.org, &question).await.unwrap();
            let expected: Vec<Cell> = all.iter().filter(|cell| wanted(cell)).cloned().collect();
            assert_eq!(found, expected, "question {number}");
            assert_eq!(expected.is_empty(), number == 0, "question {number}");
        }
    }
}

#[tokio::test]
async fn one_capture_costs_one_read_and_one_write_of_one_cell() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let rules = rules();
        settle_all(store, &cast, &rules).await;
        let (person, roster) = (cast.cadre(), cast.roster());
        let piece = evidence(1, person, "clipping", day(2026, 3, 11));
        let reached = reach(&rules, &roster, &piece);
        let [Reach::Cell { duty, period, .. }] = reached.as_slice() else {
            panic!("{reached:?}")
        };

        let mut tx = store.write().await.unwrap();
        let mut cells = Vec::new();
        let facts = PersonFacts {
            person,
            evidence: std::slice::from_ref(&piece),
        };
        settle_one(&rules, &roster, facts, duty, *period, |cell| {
            cells.push(cell)
        });
        let scope = CellScope::Duty {
            duty: duty.clone(),
            cadence: period.cadence,
            first: period.first,
        };
        let before = store.statements();
        let written = ledger::replace_cells(&mut tx, cast.org, person, &scope, &cells)
            .await
            .unwrap();
        assert_eq!((written, store.statements() - before), (1, 2));
        ledger::put_evidence(&mut tx, cast.org, &piece)
            .await
            .unwrap();
        tx.commit().await.unwrap();

        let mut tx = store.write().await.unwrap();
        let all = ledger::all_of(&mut tx, cast.org, person).await.unwrap();
        assert_eq!(all, settled(&mut tx, &cast, &rules, person).await);
        // Nothing is left of the cell, and nothing else is touched.
        assert_eq!(
            ledger::replace_cells(&mut tx, cast.org, person, &scope, &[])
                .await
                .unwrap(),
            1
        );
        let rest = ledger::all_of(&mut tx, cast.org, person).await.unwrap();
        let others = all
            .iter()
            .filter(|cell| (&cell.key.duty, cell.key.period) != (duty, *period))
            .cloned();
        assert_eq!(rest, others.collect::<Vec<_>>());
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
                let actors = roster.actors_for(*person);
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
                        ledger::remove_evidence(&mut tx, cast.org, piece.record)
                            .await
                            .unwrap();
                    } else {
                        ledger::put_evidence(&mut tx, cast.org, &piece)
                            .await
                            .unwrap();
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

#[tokio::test]
async fn evidence_is_replaced_removed_and_found_by_actor_day_and_kind() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (other, neighbour) = furnish::neighbour(store).await;
        let (mine, theirs) = (cast.cadre(), cast.minister());
        let early = evidence(1, mine, "clipping", day(2026, 3, 2));
        let mut late = evidence(2, mine, "talk", day(2026, 3, 2));
        late.recorded_at = moment(day(2026, 3, 4), 7, 0) + chrono::TimeDelta::microseconds(1);
        (late.recorded_on, late.amount, late.words) = (day(2026, 3, 4), 100, u32::MAX);
        (late.category, late.counterpart) = (Some("面谈 '😀'".to_owned()), Some(theirs));
        let leaders = evidence(3, theirs, "clipping", day(2026, 3, 1));
        let mut tx = store.write().await.unwrap();
        let org = cast.org;
        for piece in [&late, &early, &leaders] {
            ledger::put_evidence(&mut tx, org, piece).await.unwrap();
        }
        ledger::put_evidence(
            &mut tx,
            other,
            &evidence(1, neighbour, "clipping", day(2026, 3, 2)),
        )
        .await
        .unwrap();
        let (from, to) = (day(2026, 3, 1), day(2026, 3, 2));
        let both = [mine, theirs, neighbour];
        let found = ledger::evidence_of(&mut tx, org, &both, from, to, None)
            .await
            .unwrap();
        assert_eq!(found, [leaders.clone(), early.clone(), late.clone()]);
        let found = ledger::evidence_of(&mut tx, org, &both, from, to, Some("clipping"))
            .await
            .unwrap();
        assert_eq!(found, [leaders.clone(), early.clone()]);
        let found = ledger::evidence_of(&mut tx, org, &[theirs], from, to, None)
            .await
            .unwrap();
        assert_eq!(found, [leaders]);
        assert_eq!(
            ledger::evidence_of(&mut tx, org, &both, to, from, None)
                .await
                .unwrap(),
            []
        );

        let moved = evidence(1, mine, "reflection", day(2026, 3, 5));
        ledger::put_evidence(&mut tx, org, &moved).await.unwrap();
        ledger::remove_evidence(&mut tx, org, late.record)
            .await
            .unwrap();
        let found = ledger::evidence_of(&mut tx, org, &[mine], from, day(2026, 3, 31), None)
            .await
            .unwrap();
        assert_eq!(found, [moved]);
        let left = ledger::evidence_of(&mut tx, other, &[neighbour], from, to, None)
            .await
            .unwrap();
        assert_eq!(left.len(), 1, "the neighbour's stays");
    }
}

#[tokio::test]
async fn who_is_to_be_settled_again_is_known_until_it_is_done() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (other, _) = furnish::neighbour(store).await;
        let (mine, org) = (cast.cadre(), cast.org);
        let at = |minute| moment(day(2026, 3, 2), 9, minute);
        let mut tx = store.write().await.unwrap();
        assert_eq!(ledger::dirty(&mut tx, org).await.unwrap(), []);
        ledger::mark_dirty(&mut tx, org, Whose::Person(cast.minister()), at(0))
            .await
            .unwrap();
        ledger::mark_dirty(&mut tx, org, Whose::All, at(2))
            .await
            .unwrap();
        ledger::mark_dirty(&mut tx, org, Whose::Person(mine), at(1))
            .await
            .unwrap();
        let dirty = ledger::dirty(&mut tx, org).await.unwrap();
        assert_eq!((dirty.len(), dirty[0]), (24, mine));
        assert_eq!(ledger::dirty(&mut tx, other).await.unwrap(), []);
        for person in cast.people() {
            ledger::clear_dirty(&mut tx, org, person).await.unwrap();
        }
        assert_eq!(ledger::dirty(&mut tx, org).await.unwrap(), []);
    }
}
