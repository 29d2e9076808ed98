//! The permission matrix: every actor × every action × every resource, as a file that a reviewer reads in the diff.
//!
//! `UPDATE_GOLDEN=1 cargo test -p domain --test access` writes it anew.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot build its cast has failed"
)]

use std::fmt::Write as _;

use chrono::NaiveDate;
use domain::access::{Action, Actor, RecordFacts, Resource, SystemRoles, can};
use domain::identity::{Id, PersonId, PostId, SectionId};
use domain::people::{Appointment, Charge, Person, Post, Role, Roster, RosterFacts, Section};
use domain::records::{Kind, State};
use domain::time::Span;
use uuid::Uuid;

fn id<Of>(number: u128) -> Id<Of> {
    Id::new(Uuid::from_u128(number))
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 9, 16).unwrap()
}

const CADRE_SECTION: u128 = 101;
const OTHER_SECTION: u128 = 102;
const OFFICE: u128 = 103;

/// Person, post, role, section.
const CAST: [(u128, u128, Role, Option<u128>); 9] = [
    (1, 201, Role::Staff, Some(CADRE_SECTION)),
    (2, 202, Role::Staff, Some(CADRE_SECTION)),
    (3, 203, Role::Head, Some(CADRE_SECTION)),
    (4, 204, Role::Staff, Some(OTHER_SECTION)),
    (5, 205, Role::Head, Some(OTHER_SECTION)),
    (6, 206, Role::Staff, Some(OFFICE)),
    (7, 207, Role::Deputy, None),
    (8, 208, Role::Deputy, None),
    (9, 209, Role::Minister, None),
];

fn roster() -> Roster {
    let since = |last| Span {
        first: NaiveDate::from_ymd_opt(2025, 1, 1).unwrap(),
        last,
    };
    let section = |number, office| Section {
        id: id(number),
        name: format!("s{number}"),
        office,
        rank: number as u32,
    };
    let mut people: Vec<Person> = CAST
        .iter()
        .map(|(n, ..)| Person {
            id: id(*n),
            name: format!("p{n}"),
            rank: *n as u32,
        })
        .collect();
    // Somebody who has left the section.
    people.push(Person {
        id: id(10),
        name: "p10".to_owned(),
        rank: 10,
    });
    let mut appointments: Vec<Appointment> = CAST
        .iter()
        .map(|(person, post, ..)| Appointment {
            person: id(*person),
            post: id(*post),
            span: since(None),
        })
        .collect();
    let yesterday = today().pred_opt();
    appointments.push(Appointment {
        person: id(10),
        post: id(203),
        span: since(yesterday),
    });
    Roster::new(RosterFacts {
        people,
        sections: vec![
            section(CADRE_SECTION, false),
            section(OTHER_SECTION, false),
            section(OFFICE, true),
        ],
        posts: CAST
            .iter()
            .map(|(_, post, role, section)| Post {
                id: id::<_>(*post),
                title: "t".to_owned(),
                role: *role,
                section: section.map(id::<_>),
            })
            .collect(),
        appointments,
        charges: vec![Charge {
            post: id::<_>(207) as PostId,
            section: id::<_>(CADRE_SECTION) as SectionId,
            span: since(None),
        }],
        absences: Vec::new(),
    })
}

fn actors() -> Vec<(&'static str, Actor)> {
    let roster = roster();
    let person = |number: u128| {
        Actor::of(
            id(number + 1000),
            Some(id(number)),
            SystemRoles::default(),
            &roster,
            today(),
        )
    };
    let system = |system| Actor::of(id(2000), None, system, &roster, today());
    vec![
        ("author (staff)", person(1)),
        ("colleague of the section", person(2)),
        ("head of the section", person(3)),
        ("former head, left yesterday", person(10)),
        ("staff of another section", person(4)),
        ("head of another section", person(5)),
        ("office", person(6)),
        ("deputy in charge", person(7)),
        ("other deputy", person(8)),
        ("minister", person(9)),
        (
            "system administrator",
            system(SystemRoles {
                administrator: true,
                ..SystemRoles::default()
            }),
        ),
        (
            "security administrator",
            system(SystemRoles {
                security: true,
                ..SystemRoles::default()
            }),
        ),
        (
            "auditor",
            system(SystemRoles {
                auditor: true,
                ..SystemRoles::default()
            }),
        ),
    ]
}

fn resources() -> Vec<(String, Resource)> {
    let author: PersonId = id(1);
    let record = |kind, state, counterpart| {
        Resource::Record(RecordFacts {
            kind,
            author,
            section: Some(id(CADRE_SECTION)),
            counterpart,
            state,
        })
    };
    let mut resources = Vec::new();
    for kind in Kind::ALL {
        for state in [State::Submitted, State::Withdrawn] {
            resources.push((
                format!("{} ({})", kind.word(), state.word()),
                record(kind, state, None),
            ));
        }
    }
    let talk = record(Kind::Entry, State::Submitted, Some(id(4)));
    resources.push(("entry done with staff of another section".to_owned(), talk));
    resources.push(("draft".to_owned(), Resource::Draft { author }));
    resources.push((
        "own ledger".to_owned(),
        Resource::OwnLedger { person: author },
    ));
    resources.push(("shared ledger".to_owned(), Resource::SharedLedger));
    resources.push(("charter and load".to_owned(), Resource::Charter));
    resources.push(("drafts of the charter".to_owned(), Resource::CharterDraft));
    resources.push(("roster".to_owned(), Resource::Roster));
    resources.push(("roster import".to_owned(), Resource::RosterImport));
    resources.push(("absences".to_owned(), Resource::Absences));
    resources.push(("accounts".to_owned(), Resource::Accounts));
    resources.push(("system roles".to_owned(), Resource::SystemRoles));
    resources.push(("resets".to_owned(), Resource::Resets));
    resources.push(("audit chain".to_owned(), Resource::Audit));
    let tokens = Resource::Tokens { account: id(1001) };
    resources.push(("access tokens".to_owned(), tokens));
    resources
}

fn matrix() -> String {
    let actors = actors();
    let mut text = String::from(
        "Who may do what to a thing of the author's. What is not listed is refused.\n",
    );
    for (name, resource) in resources() {
        let _ = write!(text, "\n{name}\n");
        for action in Action::ALL {
            let allowed: Vec<&str> = actors
                .iter()
                .filter(|(_, actor)| can(actor, action, resource))
                .map(|(name, _)| *name)
                .collect();
            if !allowed.is_empty() {
                let _ = writeln!(text, "  {action:?}: {}", allowed.join(", "));
            }
        }
    }
    text
}

#[test]
fn part_c_the_permission_matrix_is_as_reviewed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/permission_matrix.txt");
    let found = matrix();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &found).unwrap();
    }
    assert_eq!(found, std::fs::read_to_string(path).unwrap_or_default());
}

#[test]
fn part_c_administrators_see_no_content() {
    for (name, actor) in actors()
        .into_iter()
        .filter(|(name, _)| name.contains("admin") || *name == "auditor")
    {
        for (what, resource) in resources() {
            if matches!(
                resource,
                Resource::Record(_) | Resource::Draft { .. } | Resource::OwnLedger { .. }
            ) {
                assert!(
                    Action::ALL
                        .iter()
                        .all(|action| !can(&actor, *action, resource)),
                    "{name}: {what}"
                );
            }
        }
    }
}
