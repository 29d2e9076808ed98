//! Evidence, cells and their counts, and who is to be settled again, on both engines.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;
mod furnish;

use domain::identity::DutyId;
use domain::ledger::{Cell, PersonFacts, Reach, reach, settle_one};
use fixtures::{day, evidence, moment};
use furnish::{rules, settle_all, settled};
use store::ledger::{self, CellQuery, CellScope, Whose};

/// A question and which cells answer it.
type Question = (CellQuery, Box<dyn Fn(&Cell) -> bool>);

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
        let questions: Vec<Question> = vec![
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
        ledger::put_evidence(&mut tx, cast.org, &piece);
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
            ledger::put_evidence(&mut tx, org, piece);
        }
        ledger::put_evidence(
            &mut tx,
            other,
            &evidence(1, neighbour, "clipping", day(2026, 3, 2)),
        );
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
        ledger::put_evidence(&mut tx, org, &moved);
        ledger::remove_evidence(&mut tx, org, late.record);
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
