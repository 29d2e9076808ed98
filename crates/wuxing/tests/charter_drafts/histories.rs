//! After every kind of change of the charter the ledger equals a recomputation (A7, B7).

use chrono::Days;
use domain::charter::edit::Document;
use domain::charter::{Force, Part};
use domain::period::Cadence;
use domain::records::Kind;
use fixtures::{day, moment};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use wuxing::app::charter_drafts::{self as drafts, Edit};
use wuxing::app::{Error, charter_adoption, ledger};

use crate::common::{self, department};
use crate::{
    DRAFTER, Department, MINISTER, adopt, begin, cells, change, duty_fields, edit, id, read, text,
    with,
};

#[tokio::test]
async fn a7_a_version_rules_the_periods_that_begin_on_or_after_its_day() {
    for engine in common::engines().await {
        let department = department(&engine.store, "wuxing-full", day(2026, 9, 14)).await;
        department.clip("liuyang", "改版之前").await;
        // In mid-month: from month to week, and back.
        change(
            &department,
            "book-note",
            &[("every", "week")],
            day(2026, 10, 14),
        )
        .await;
        department.drain().await;
        department.assert_sound().await;
        let books = cells(&department, "liuyang", "book-note").await;
        let until: Vec<_> = books
            .iter()
            .take_while(|cell| cell.key.period.first < day(2026, 11, 12))
            .map(|cell| {
                (
                    cell.key.period.cadence,
                    cell.key.period.first,
                    cell.because.version,
                )
            })
            .collect();
        assert_eq!(
            until,
            [
                (Cadence::Month, day(2026, 10, 1), 1),
                // October runs out under the old version.
                (Cadence::Week, day(2026, 11, 2), 2),
                (Cadence::Week, day(2026, 11, 9), 2),
            ]
        );
        department.clock.put(moment(day(2026, 11, 4), 9, 0));
        let note = department.form(
            Kind::BookNote,
            &[("text", "一本书"), ("book", "乡土中国"), ("title", "读后")],
        );
        department.submit("liuyang", note).await.unwrap();
        change(
            &department,
            "book-note",
            &[("every", "month")],
            day(2026, 11, 18),
        )
        .await;
        department.drain().await;
        department.assert_sound().await;
        let books = cells(&department, "liuyang", "book-note").await;
        let months: Vec<_> = books
            .iter()
            .filter(|cell| cell.because.version == 3)
            .map(|cell| cell.key.period.first)
            .collect();
        assert_eq!(months.first(), Some(&day(2026, 12, 1)));

        // A quota; a duty removed and returned under its identifier; exclusive groups.
        change(
            &department,
            "clipping",
            &[("quota", "2")],
            day(2026, 11, 23),
        )
        .await;
        department.drain().await;
        department.assert_sound().await;
        let draft = begin(&department).await;
        let (from, toml) = text(&department, draft).await;
        let (part, _) = duty_fields(&toml, "clipping");
        let (group_one, one) = duty_fields(&toml, "reflection");
        let (group_two, two) = duty_fields(&toml, "article");
        let grouped = edit(
            &department,
            DRAFTER,
            draft,
            from,
            Edit::Put(group_one, with(one, &[("exclusive", "texts")])),
        )
        .await
        .unwrap();
        let grouped = edit(
            &department,
            DRAFTER,
            draft,
            grouped,
            Edit::Put(
                group_two,
                with(two, &[("exclusive", "texts"), ("evidence", "reflection")]),
            ),
        )
        .await
        .unwrap();
        edit(&department, DRAFTER, draft, grouped, Edit::Remove(part))
            .await
            .unwrap();
        adopt(&department, MINISTER, draft, day(2026, 12, 1))
            .await
            .unwrap();
        department.drain().await;
        department.assert_sound().await;
        department.clock.put(moment(day(2026, 12, 8), 9, 0));
        for number in 0..3 {
            let typed = [("text", "写一点体会"), ("title", &*format!("心得{number}"))];
            let form = department.form(Kind::Reflection, &typed);
            department.submit("liuyang", form).await.unwrap();
        }
        department.assert_sound().await;
        let clipping = cells(&department, "liuyang", "clipping").await;
        assert!(
            clipping
                .iter()
                .all(|cell| cell.key.period.first < day(2026, 12, 1))
        );
        // What fits both counts once, and the page of the cell says where.
        let own = department
            .program
            .read(department.who("liuyang"), |cx| {
                Box::pin(
                    async move { ledger::own_cell(cx, &id("article"), day(2026, 12, 1)).await },
                )
            })
            .await;
        let own = own.unwrap();
        assert_eq!(own.version, 5);
        assert_eq!(
            (own.cells[0].counted.len(), own.elsewhere.len()),
            (1, 2),
            "{own:?}"
        );
        assert!(
            own.elsewhere
                .iter()
                .all(|piece| piece.duty == id("reflection") && piece.group == "texts")
        );

        let again = begin(&department).await;
        let (from, current) = text(&department, again).await;
        let (_, fields) = duty_fields(&toml, "clipping");
        let back = edit(
            &department,
            DRAFTER,
            again,
            from,
            Edit::Add(Part::Duty(0), fields),
        )
        .await
        .unwrap();
        assert_eq!(back, 2);
        assert_ne!(current, text(&department, again).await.1);
        adopt(&department, MINISTER, again, day(2026, 12, 14))
            .await
            .unwrap();
        department.drain().await;
        department.assert_sound().await;
        let clipping = cells(&department, "liuyang", "clipping").await;
        let gap = clipping
            .iter()
            .filter(|cell| (day(2026, 12, 1)..day(2026, 12, 14)).contains(&cell.key.period.first));
        assert_eq!(gap.count(), 0);
        assert!(clipping.iter().any(|cell| cell.because.version == 6));
    }
}

/// A step of a charter's history. Numbers choose among what there is.
#[derive(Clone, Debug)]
enum Step {
    Changes {
        duty: usize,
        what: usize,
        ahead: u64,
    },
    Withdraws,
    Writes {
        who: usize,
        kind: usize,
        back: u64,
    },
    Passes {
        days: u64,
    },
    Runs,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..99_usize, 0..8_usize, 1..30_u64).prop_map(|(duty, what, ahead)| Step::Changes { duty, what, ahead }),
        1 => Just(Step::Withdraws),
        6 => (0..99_usize, 0..99_usize, 0..12_u64).prop_map(|(who, kind, back)| Step::Writes { who, kind, back }),
        4 => (1..12_u64).prop_map(|days| Step::Passes { days }),
        2 => Just(Step::Runs),
    ]
}

async fn take(department: &Department, step: &Step) {
    let today = department
        .program
        .clock
        .now()
        .with_timezone(&chrono_tz::Asia::Shanghai)
        .date_naive();
    match *step {
        Step::Changes { duty, what, ahead } => {
            let draft = begin(department).await;
            let (from, toml) = text(department, draft).await;
            let charter = read(&toml);
            let index = duty % charter.duties.len();
            let part = Part::Duty(index);
            let fields = Document::read(&toml).unwrap().fields(part).unwrap();
            let other = Part::Duty((index + 1) % charter.duties.len());
            let others = Document::read(&toml).unwrap().fields(other).unwrap();
            let edits = match what {
                0 => vec![Edit::Put(part, with(fields, &[("every", "week")]))],
                1 => vec![Edit::Put(part, with(fields, &[("every", "month")]))],
                2 => vec![Edit::Put(
                    part,
                    with(fields, &[("quota", "3"), ("prorated", "true")]),
                )],
                3 => vec![Edit::Put(
                    part,
                    with(
                        fields,
                        &[(
                            "force",
                            if charter.duties[index].force == Force::Required {
                                "encouraged"
                            } else {
                                "required"
                            },
                        )],
                    ),
                )],
                4 if charter.duties.len() > 4 && charter.duties[index].exclusive.is_none() => {
                    vec![Edit::Remove(part)]
                }
                5 => vec![
                    Edit::Put(part, with(fields.clone(), &[("exclusive", "law")])),
                    Edit::Put(
                        other,
                        with(
                            others,
                            &[("exclusive", "law"), ("evidence", &fields["evidence"])],
                        ),
                    ),
                ],
                6 => vec![Edit::Put(part, with(fields, &[("who", "everyone")]))],
                _ => {
                    // A duty of the first version returns under its identifier, if it is gone.
                    let first = wuxing::app::charter::PRESETS
                        .iter()
                        .map(|preset| preset.toml);
                    let gone = first.flat_map(|toml| read(toml).duties).find(|old| {
                        charter.duty(&old.id).is_none()
                            && old.exclusive.is_none()
                            && charter.article(old.article).is_some()
                            && charter.pillar(old.pillar).is_some()
                    });
                    gone.map(|old| Edit::Add(Part::Duty(0), domain::charter::edit::of_duty(&old)))
                        .into_iter()
                        .collect()
                }
            };
            let mut revision = from;
            for change in edits {
                revision = edit(department, DRAFTER, draft, revision, change)
                    .await
                    .unwrap();
            }
            // Refused for a day before another version's, for a lonely group, for no change at all: then it stays a draft.
            match adopt(department, MINISTER, draft, today + Days::new(ahead)).await {
                Ok(_) => {}
                Err(Error::Refused(_)) => {
                    let who = department.who(DRAFTER);
                    department
                        .program
                        .write(who, move |cx| Box::pin(drafts::discard(cx, draft)))
                        .await
                        .unwrap();
                }
                Err(other) => panic!("{other:?}"),
            }
        }
        Step::Withdraws => {
            let who = department.who(MINISTER);
            let notes = department
                .program
                .read(who, |cx| Box::pin(charter_adoption::versions(cx)))
                .await
                .unwrap();
            let newest = notes
                .iter()
                .find(|note| note.withdrawn_at.is_none())
                .unwrap()
                .number;
            let outcome = department
                .program
                .write(who, move |cx| {
                    Box::pin(charter_adoption::withdraw(cx, newest))
                })
                .await;
            assert!(!matches!(outcome, Err(Error::Broken(_))), "{outcome:?}");
        }
        Step::Writes { who, kind, back } => {
            let account = common::PEOPLE[who % common::PEOPLE.len()];
            let kind = Kind::CAPTURED[kind % Kind::CAPTURED.len()];
            let date = (today - Days::new(back)).to_string();
            let form = department.form(
                kind,
                &[
                    ("text", "记下两条意见。"),
                    ("title", "记"),
                    ("book", "乡土中国"),
                    ("date", &date),
                ],
            );
            match department.submit(account, form).await {
                // Who has handed over the post writes nothing any more.
                Ok(_) | Err(Error::NotFound) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        Step::Passes { days } => department.clock.put(moment(today + Days::new(days), 9, 0)),
        Step::Runs => {
            department.drain().await;
            assert_eq!(department.verify_ledger().await.differences, []);
        }
    }
}

#[test]
fn law_a7_whatever_becomes_of_the_charter_the_ledger_equals_a_recomputation() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    for engine in runtime.block_on(common::engines()) {
        let presets = prop::sample::select(vec!["wuxing", "wuxing-full", "company"]);
        let config = ProptestConfig {
            cases: 8,
            max_shrink_iters: 60,
            failure_persistence: None,
            ..ProptestConfig::default()
        };
        let outcome = TestRunner::new(config).run(
            &(presets, prop::collection::vec(step(), 12..24)),
            |(preset, steps)| {
                let told = std::panic::AssertUnwindSafe(|| {
                    runtime.block_on(async {
                        let department = department(&engine.store, preset, day(2026, 9, 14)).await;
                        for step in &steps {
                            take(&department, step).await;
                        }
                        department.drain().await;
                        department.assert_sound().await;
                    });
                });
                prop_assert!(
                    std::panic::catch_unwind(told).is_ok(),
                    "see the panic above"
                );
                Ok(())
            },
        );
        outcome.unwrap();
    }
}
