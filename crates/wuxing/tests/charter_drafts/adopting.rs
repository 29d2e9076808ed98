//! Two people at one draft; adoption, its refusals and taking back; what is found behind the program's back.

use domain::charter::Part;
use domain::charter::adoption::{Kept, Refusal as NotAdopted};
use domain::charter::edit::Fields;
use domain::period::Cadence;
use fixtures::{day, moment};
use sqlx::Connection as _;
use wuxing::app::charter_adoption::{self, AdoptionForm, Side};
use wuxing::app::charter_drafts::{self as drafts, Edit};
use wuxing::app::{CharterRefusal, Error, Refusal};

use crate::common::{self, department};
use crate::{
    DRAFTER, MINISTER, SECOND, adopt, adopt_as, begin, cells, change, duty_fields, edit, id, read,
    refusal, text, with,
};

#[tokio::test]
async fn r1_r2_the_office_drafts_the_minister_adopts_and_nobody_else_knows() {
    for engine in common::engines().await {
        let department = department(&engine.store, "wuxing", day(2026, 9, 14)).await;
        let draft = begin(&department).await;
        for account in ["hejianping", "chensiqi", "liuyang"] {
            let who = department.who(account);
            let made = department
                .program
                .write(who, |cx| Box::pin(drafts::create(cx)));
            assert!(matches!(made.await, Err(Error::NotFound)), "{account}");
            let opened = department
                .program
                .read(who, |cx| Box::pin(drafts::open(cx, draft)));
            assert!(matches!(opened.await, Err(Error::NotFound)), "{account}");
            let adopted = adopt(&department, account, draft, day(2026, 10, 1)).await;
            assert!(matches!(adopted, Err(Error::NotFound)), "{account}");
        }
        // The minister reads and adopts, and does not write; the office writes and does not adopt.
        let written = edit(&department, MINISTER, draft, 1, Edit::Text("x".to_owned())).await;
        assert!(matches!(written, Err(Error::Forbidden)));
        let adopted = adopt(&department, DRAFTER, draft, day(2026, 10, 1)).await;
        assert!(matches!(adopted, Err(Error::Forbidden)));
        department.assert_sound().await;
    }
}

#[tokio::test]
async fn r1_a_draft_edited_by_two_people_loses_nothing() {
    for engine in common::engines().await {
        let department = department(&engine.store, "wuxing", day(2026, 9, 14)).await;
        let draft = begin(&department).await;
        let (from, began) = text(&department, draft).await;
        let (part, fields) = duty_fields(&began, "reflection");
        let first = Edit::Put(part, with(fields.clone(), &[("every", "month")]));
        let saved = edit(&department, DRAFTER, draft, from, first.clone())
            .await
            .unwrap();
        assert_eq!(saved, 2);
        // The same again changes nothing and makes no revision.
        assert_eq!(
            edit(&department, DRAFTER, draft, 2, first).await.unwrap(),
            2
        );

        // Another part: both changes come together in what is proposed.
        let (other, others) = duty_fields(&began, "clipping");
        let second = Edit::Put(other, with(others, &[("minutes", "17")]));
        let CharterRefusal::Stale {
            revision,
            current,
            mine,
            proposal,
        } = refusal(edit(&department, SECOND, draft, from, second).await)
        else {
            panic!("stale");
        };
        assert_eq!((revision, &current), (2, &text(&department, draft).await.1));
        assert!(mine.contains("minutes = 17") && !mine.contains("every = \"month\"\nminutes = 20"));
        let both = read(&proposal);
        assert_eq!(
            both.duty(&id("reflection")).unwrap().cadence,
            Cadence::Month
        );
        assert_eq!(both.duty(&id("clipping")).unwrap().minutes, 17);
        let merged = edit(&department, SECOND, draft, revision, Edit::Text(proposal)).await;
        assert_eq!(merged.unwrap(), 3);

        // The same part: mine is proposed, and the other one's text is beside it.
        let third = Edit::Put(part, with(fields, &[("every", "year")]));
        let CharterRefusal::Stale { mine, proposal, .. } =
            refusal(edit(&department, SECOND, draft, from, third).await)
        else {
            panic!("stale");
        };
        assert_eq!(mine, proposal);
        // A step is not taken on another text than was seen.
        let step = edit(&department, SECOND, draft, 2, Edit::Remove(part)).await;
        assert_eq!(refusal(step), CharterRefusal::Moved);
        // Any earlier revision can be put back.
        let undone = edit(&department, SECOND, draft, 3, Edit::Revert(1))
            .await
            .unwrap();
        assert_eq!((undone, text(&department, draft).await.1), (4, began));
        department.assert_sound().await;
    }
}

#[tokio::test]
async fn r1_hostile_drafts_are_refused_or_kept_as_drafts() {
    let engine = &common::engines().await[0];
    let department = department(&engine.store, "wuxing", day(2026, 9, 14)).await;
    let draft = begin(&department).await;
    let large = Edit::Text(format!("#{}", "x".repeat(5 * 1024 * 1024)));
    assert!(matches!(
        refusal(edit(&department, DRAFTER, draft, 1, large).await),
        CharterRefusal::TooLarge { .. }
    ));
    let mut from = 1;
    for hostile in [
        format!("title = {}1{}", "[".repeat(100_000), "]".repeat(100_000)),
        "\u{0}<script>alert(1)</script>".replace('\u{0}', ""),
        String::new(),
        "title = \"\u{202e}\"".to_owned(),
    ] {
        let (_, before) = text(&department, draft).await;
        from = edit(&department, DRAFTER, draft, from, Edit::Text(hostile))
            .await
            .unwrap();
        let adopted = adopt(&department, MINISTER, draft, day(2026, 10, 1)).await;
        assert!(matches!(refusal(adopted), CharterRefusal::Mistakes { .. }));
        let put = edit(
            &department,
            DRAFTER,
            draft,
            from,
            Edit::Put(Part::Duty(0), Fields::new()),
        );
        assert!(matches!(
            put.await,
            Err(Error::NotFound | Error::Refused(Refusal::Charter(CharterRefusal::Unreadable)))
        ));
        from = edit(&department, DRAFTER, draft, from, Edit::Text(before))
            .await
            .unwrap();
    }
    // So many drafts at a time, and one that is discarded makes room.
    for _ in 1..drafts::MOST_OPEN {
        begin(&department).await;
    }
    let who = department.who(DRAFTER);
    let more = department
        .program
        .write(who, |cx| Box::pin(drafts::create(cx)))
        .await;
    assert!(matches!(
        refusal(more),
        CharterRefusal::TooManyDrafts { .. }
    ));
    let away = department
        .program
        .write(who, move |cx| Box::pin(drafts::discard(cx, draft)));
    away.await.unwrap();
    let closed = edit(&department, DRAFTER, draft, from, Edit::Text(String::new())).await;
    assert_eq!(refusal(closed), CharterRefusal::Closed);
    let back = department
        .program
        .write(who, move |cx| Box::pin(drafts::restore(cx, draft)));
    back.await.unwrap();
    edit(&department, DRAFTER, draft, from, Edit::Text(String::new()))
        .await
        .unwrap();
    department.assert_sound().await;
}

#[tokio::test]
async fn a7_a_draft_is_adopted_from_a_day_to_come_and_taken_back_before_it() {
    for engine in common::engines().await {
        let starts = day(2026, 9, 14);
        let department = department(&engine.store, "wuxing", starts).await;
        let (one, other) = (begin(&department).await, begin(&department).await);
        assert_eq!(
            refusal(adopt(&department, MINISTER, one, day(2026, 10, 1)).await),
            CharterRefusal::NotAdopted(NotAdopted::NothingChanged)
        );
        for draft in [one, other] {
            let (from, toml) = text(&department, draft).await;
            let (part, fields) = duty_fields(&toml, "reflection");
            let put = Edit::Put(part, with(fields, &[("every", "month")]));
            edit(&department, DRAFTER, draft, from, put).await.unwrap();
        }
        // Not in the past, nor on the day on which the last version began.
        for effective in [day(2026, 9, 13), starts] {
            assert_eq!(
                refusal(adopt(&department, MINISTER, one, effective).await),
                CharterRefusal::NotAdopted(NotAdopted::TooEarly {
                    earliest: day(2026, 9, 15)
                })
            );
        }
        // What was not read is not adopted.
        let unread = AdoptionForm {
            revision: 1,
            effective: day(2026, 10, 1),
            reason: String::new(),
        };
        let adopted = adopt_as(&department, MINISTER, one, unread).await;
        assert_eq!(refusal(adopted), CharterRefusal::Moved);

        assert_eq!(
            adopt(&department, MINISTER, one, day(2026, 10, 1))
                .await
                .unwrap(),
            2
        );
        department.drain().await;
        department.assert_sound().await;
        // The other draft changes a version that is no longer the newest.
        assert_eq!(
            refusal(adopt(&department, MINISTER, other, day(2026, 11, 1)).await),
            CharterRefusal::NotAdopted(NotAdopted::OutdatedBase { base: 1, newest: 2 })
        );
        let rebased = edit(&department, DRAFTER, other, 2, Edit::Rebase)
            .await
            .unwrap();
        assert_eq!(rebased, 3);
        // Now it says what version 2 says.
        assert_eq!(
            refusal(adopt(&department, MINISTER, other, day(2026, 11, 1)).await),
            CharterRefusal::NotAdopted(NotAdopted::NothingChanged)
        );
        assert_eq!(
            refusal(edit(&department, DRAFTER, one, 2, Edit::Text(String::new())).await),
            CharterRefusal::Closed
        );

        // Taken back before its day; the number is not used again.
        let who = department.who(MINISTER);
        let withdraw = |number| {
            department.program.write(who, move |cx| {
                Box::pin(charter_adoption::withdraw(cx, number))
            })
        };
        assert_eq!(
            refusal(withdraw(1).await),
            CharterRefusal::NotWithdrawn(Kept::NotNewest)
        );
        withdraw(2).await.unwrap();
        assert!(matches!(withdraw(2).await, Err(Error::NotFound)));
        department.drain().await;
        department.assert_sound().await;
        assert!(
            cells(&department, "liuyang", "reflection")
                .await
                .iter()
                .all(|cell| cell.because.version == 1)
        );
        assert_eq!(
            adopt(&department, MINISTER, one, day(2026, 9, 21))
                .await
                .unwrap(),
            3
        );
        department.clock.put(moment(day(2026, 9, 21), 9, 0));
        assert_eq!(
            refusal(withdraw(3).await),
            CharterRefusal::NotWithdrawn(Kept::InForce)
        );
        department.drain().await;
        department.assert_sound().await;

        let notes = department
            .program
            .read(department.who("liuyang"), |cx| {
                Box::pin(charter_adoption::versions(cx))
            })
            .await
            .unwrap();
        let told: Vec<_> = notes
            .iter()
            .map(|note| {
                (
                    note.number,
                    note.drafted_by,
                    note.adopted_by,
                    note.withdrawn_at.is_some(),
                )
            })
            .collect();
        let (drafter, minister) = (
            department.cast.person(DRAFTER),
            department.cast.person(MINISTER),
        );
        assert_eq!(
            told,
            [
                (3, Some(drafter), Some(minister), false),
                (2, Some(drafter), Some(minister), true),
                (1, None, None, false)
            ]
        );
    }
}

#[tokio::test]
async fn b7_above_the_cap_adoption_takes_a_reason_that_is_kept() {
    let engine = &common::engines().await[0];
    let department = department(&engine.store, "wuxing", day(2026, 9, 14)).await;
    let draft = begin(&department).await;
    let (from, toml) = text(&department, draft).await;
    let heavy = toml.replace("hours_per_week = 24", "hours_per_week = 1");
    edit(&department, DRAFTER, draft, from, Edit::Text(heavy))
        .await
        .unwrap();
    let form = |reason: &str| AdoptionForm {
        revision: 2,
        effective: day(2026, 10, 1),
        reason: reason.to_owned(),
    };
    assert_eq!(
        refusal(adopt_as(&department, MINISTER, draft, form(" ")).await),
        CharterRefusal::NotAdopted(NotAdopted::ReasonMissing)
    );
    adopt_as(&department, MINISTER, draft, form(" 先试行一个季度 "))
        .await
        .unwrap();
    let who = department.who("liuyang");
    let notes = department
        .program
        .read(who, |cx| Box::pin(charter_adoption::versions(cx)))
        .await
        .unwrap();
    assert_eq!(notes[0].reason.as_deref(), Some("先试行一个季度"));
    let compared = department
        .program
        .read(who, |cx| {
            Box::pin(charter_adoption::compare(
                cx,
                Side::Version(1),
                Side::Version(2),
            ))
        })
        .await
        .unwrap();
    assert!(compared.load_after.over_cap && !compared.load_before.over_cap);
}

/// Changes one row without the program.
async fn behind_its_back(address: &str, statement: &'static str) {
    let changed = if address.starts_with("sqlite:") {
        let mut connection = sqlx::SqliteConnection::connect(address).await.unwrap();
        let done = sqlx::query(statement).execute(&mut connection).await;
        done.unwrap().rows_affected()
    } else {
        let mut connection = sqlx::PgConnection::connect(address).await.unwrap();
        let done = sqlx::query(statement).execute(&mut connection).await;
        done.unwrap().rows_affected()
    };
    assert_eq!(changed, 1);
}

#[tokio::test]
async fn a2_a_version_changed_behind_the_programs_back_is_found() {
    for engine in common::engines().await {
        let department = department(&engine.store, "wuxing", day(2026, 9, 14)).await;
        change(
            &department,
            "reflection",
            &[("quota", "2")],
            day(2026, 10, 1),
        )
        .await;
        department.drain().await;
        department.assert_sound().await;
        behind_its_back(
            &engine.address,
            "UPDATE charter_versions SET reason = '别的理由' WHERE number = 2",
        )
        .await;
        let found = department.verify_audit().await;
        assert!(!found.is_good());
        assert_eq!(found.altered_charters.len(), 1);
    }
}
