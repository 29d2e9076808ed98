//! Roster, accounts, charter versions and calendar years, on both engines.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;
mod furnish;

use domain::identity::{PersonId, SectionId};
use domain::people::{Role, Roster};
use fixtures::{day, id, moment};
use store::accounts;
use store::calendar;
use store::charter::{self, StoredVersion};
use store::people;

/// The roster with what has no order of its own put into one.
fn sorted(mut facts: domain::people::RosterFacts) -> domain::people::RosterFacts {
    facts.posts.sort_by_key(|post| post.id);
    facts
        .appointments
        .sort_by_key(|appointment| (appointment.person, appointment.post));
    facts.charges.sort_by_key(|charge| charge.section);
    facts
        .absences
        .sort_by_key(|absence| (absence.first, absence.person));
    facts
}

#[tokio::test]
async fn the_roster_comes_back_as_it_was_stored() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (other, _) = furnish::neighbour(store).await;
        let mut tx = store.read().await.unwrap();
        let facts = people::roster(&mut tx, cast.org).await.unwrap();
        assert_eq!(sorted(facts), sorted(cast.facts.clone()));
        let facts = people::roster(&mut tx, other).await.unwrap();
        assert_eq!((facts.people.len(), facts.posts.len()), (1, 0));
        assert_eq!(
            people::roster(&mut tx, id(404)).await.unwrap(),
            Default::default()
        );
    }
}

#[tokio::test]
async fn a_post_is_found_by_title_role_and_section() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let mut tx = store.read().await.unwrap();
        let office = Some(cast.office());
        let cases: [(&str, Role, Option<SectionId>, bool); 5] = [
            ("部长", Role::Minister, None, true),
            ("部长", Role::Deputy, None, false),
            ("科员", Role::Staff, office, true),
            ("科员", Role::Staff, None, false),
            ("科员", Role::Staff, Some(id(404)), false),
        ];
        for (title, role, section, exists) in cases {
            let found = people::find_post(&mut tx, cast.org, title, role, section)
                .await
                .unwrap();
            assert_eq!(found.is_some(), exists, "{title} {role:?} {section:?}");
            let right = |post: &&domain::people::Post| Some(post.id) == found;
            assert!(
                found.is_none() || cast.facts.posts.iter().find(right).unwrap().section == section
            );
        }
        let deputies = people::find_post(&mut tx, cast.org, "副部长", Role::Deputy, None)
            .await
            .unwrap();
        assert_eq!(
            deputies,
            Some(cast.facts.posts[1].id),
            "of three posts of one title, the oldest"
        );
    }
}

#[tokio::test]
async fn names_are_found_however_many_are_asked_for() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (_, stranger) = furnish::neighbour(store).await;
        let mut tx = store.read().await.unwrap();
        assert!(
            people::names(&mut tx, cast.org, &[])
                .await
                .unwrap()
                .is_empty()
        );
        let mut asked: Vec<PersonId> = (0..1_500).map(|number| id(0x8_0000 + number)).collect();
        asked.push(stranger);
        asked.extend(cast.people());
        let names = people::names(&mut tx, cast.org, &asked).await.unwrap();
        assert_eq!(names.len(), 24);
        assert_eq!(names[&cast.minister()], "周明远");
        assert_eq!(
            names[&cast.person("wangfang")],
            names[&cast.person("wangfang2")]
        );
    }
}

#[tokio::test]
async fn references_are_kept_within_the_organisation() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (other, person) = furnish::neighbour(store).await;
        let post = cast.facts.posts[0].id;
        let span = cast.facts.appointments[0].span;
        let mut tx = store.write().await.unwrap();
        let appointment = domain::people::Appointment { person, post, span };
        let across =
            people::insert_appointment(&mut tx, other, fixtures::uuid(1), &appointment).await;
        assert!(across.is_err(), "the neighbour has no such post");
    }
}

#[tokio::test]
async fn an_account_goes_through_failures_lock_and_a_new_password() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (other, _) = furnish::neighbour(store).await;
        let of = cast.account("liuyang");
        let mut expected = furnish::stored(of);
        let mut tx = store.write().await.unwrap();
        let org = cast.org;
        assert_eq!(
            accounts::by_name(&mut tx, org, "liuyang")
                .await
                .unwrap()
                .as_ref(),
            Some(&expected)
        );
        assert_eq!(
            accounts::by_id(&mut tx, org, of.id).await.unwrap().as_ref(),
            Some(&expected)
        );
        assert_eq!(
            accounts::by_name(&mut tx, other, "liuyang").await.unwrap(),
            None
        );
        assert_eq!(accounts::by_id(&mut tx, other, of.id).await.unwrap(), None);

        let until = moment(day(2026, 1, 5), 9, 15);
        accounts::note_failure(&mut tx, org, of.id, 5, Some(until))
            .await
            .unwrap();
        (expected.failed, expected.locked_until) = (5, Some(until));
        assert_eq!(
            accounts::by_id(&mut tx, org, of.id).await.unwrap().as_ref(),
            Some(&expected)
        );
        accounts::clear_failures(&mut tx, org, of.id).await.unwrap();
        (expected.failed, expected.locked_until) = (0, None);
        assert_eq!(
            accounts::by_id(&mut tx, org, of.id).await.unwrap().as_ref(),
            Some(&expected)
        );

        accounts::note_failure(&mut tx, org, of.id, 5, Some(until))
            .await
            .unwrap();
        accounts::set_password(&mut tx, org, of.id, "another hash", false)
            .await
            .unwrap();
        (expected.password_hash, expected.must_change) = ("another hash".to_owned(), false);
        assert_eq!(
            accounts::by_id(&mut tx, org, of.id).await.unwrap().as_ref(),
            Some(&expected)
        );
        accounts::set_disabled(&mut tx, org, of.id, true)
            .await
            .unwrap();
        assert!(
            accounts::by_id(&mut tx, org, of.id)
                .await
                .unwrap()
                .unwrap()
                .disabled
        );

        assert_eq!(accounts::language(&mut tx, org, of.id).await.unwrap(), None);
        accounts::set_language(&mut tx, org, of.id, Some("en"))
            .await
            .unwrap();
        assert_eq!(
            accounts::language(&mut tx, org, of.id)
                .await
                .unwrap()
                .as_deref(),
            Some("en")
        );
        assert_eq!(
            accounts::language(&mut tx, other, of.id).await.unwrap(),
            None
        );
        assert!(
            !format!("{expected:?}").contains("hash"),
            "logs never show a password's hash"
        );

        let all = accounts::list(&mut tx, org).await.unwrap();
        assert_eq!(all.len(), cast.accounts.len());
        assert!(all.is_sorted_by(|a, b| a.name < b.name));
    }
}

#[tokio::test]
async fn a_name_is_taken_once_in_an_organisation() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let (other, _) = furnish::neighbour(store).await;
        let names = ["wangfang", "wangfang3", "admin"].map(str::to_owned);
        let mut tx = store.write().await.unwrap();
        assert_eq!(
            accounts::names_taken(&mut tx, cast.org, &names)
                .await
                .unwrap(),
            ["admin", "wangfang"]
        );
        assert!(
            accounts::names_taken(&mut tx, other, &names)
                .await
                .unwrap()
                .is_empty()
        );
        let mut second = furnish::stored(cast.account("admin"));
        accounts::insert(&mut tx, other, &second).await.unwrap();
        second.id = id(0x4444);
        assert!(accounts::insert(&mut tx, cast.org, &second).await.is_err());
    }
}

#[tokio::test]
async fn charter_versions_are_kept_as_adopted() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let version = |number: u32| StoredVersion {
            number,
            effective: day(2025, 12, 29),
            toml: "title = \"章程\"\n# 第一条\n".to_owned(),
            adopted_at: moment(day(2025, 12, 20), 10, 30),
            adopted_by: (number > 1).then(|| cast.account("admin").id),
            reason: (number > 1).then(|| "负担高于上限，经部长办公会同意。".to_owned()),
        };
        let mut tx = store.write().await.unwrap();
        for number in [2, 1] {
            charter::insert_version(&mut tx, cast.org, &version(number))
                .await
                .unwrap();
        }
        assert_eq!(
            charter::versions(&mut tx, cast.org).await.unwrap(),
            [version(1), version(2)]
        );
        assert!(
            charter::versions(&mut tx, id(404))
                .await
                .unwrap()
                .is_empty()
        );
    }
}

#[tokio::test]
async fn a_calendar_year_is_replaced_by_its_correction() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let mut years = fixtures::years();
        let mut tx = store.write().await.unwrap();
        for year in years.iter().rev() {
            calendar::put_year(&mut tx, cast.org, year).await.unwrap();
        }
        assert_eq!(calendar::years(&mut tx, cast.org).await.unwrap(), years);
        years[2].days.pop();
        calendar::put_year(&mut tx, cast.org, &years[2])
            .await
            .unwrap();
        assert_eq!(calendar::years(&mut tx, cast.org).await.unwrap(), years);
    }
}

#[tokio::test]
async fn a_stored_roster_answers_like_the_cast() {
    for engine in common::engines().await {
        let store = &engine.store;
        let cast = furnish::department(store).await;
        let mut tx = store.read().await.unwrap();
        let roster = Roster::new(people::roster(&mut tx, cast.org).await.unwrap());
        let names = |roster: &Roster| {
            let members = roster.members_on(cast.office(), day(2026, 1, 5));
            members
                .map(|person| person.name.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&roster), ["孙立", "王芳", "许志强", "蒋雯"]);
        assert_eq!(names(&roster), names(&cast.roster()));
    }
}
