//! The lines among one another and beside the roster.

use std::collections::BTreeSet;

use domain::people::Role;
use domain::roster_import::{
    Circumstances, Field, KnownPerson, RosterLine, RosterProblem, RosterWarning, SinceCell, check,
};
use proptest::prelude::*;

use crate::*;

#[test]
fn the_same_person_twice_is_a_fault_and_namesakes_are_not() {
    let elsewhere = with(clerk(3, "张三"), |line| {
        line.section = "干部一科".to_owned()
    });
    let found = checked(&[clerk(1, "张三"), clerk(2, "张 三"), elsewhere]);
    assert_eq!(
        problems(&found),
        [(2, Field::Name, RosterProblem::SameAs { number: 1 })]
    );
    let accounts: Vec<&str> = found
        .accepted
        .iter()
        .map(|entry| entry.account.as_str())
        .collect();
    assert_eq!(accounts, ["zhang.san", "zhang.san2"]);
    assert!(found.accepted.iter().all(|entry| entry.account_proposed));
    assert_eq!(
        found.warnings[0].warning,
        RosterWarning::Namesake { number: Some(1) }
    );

    // In one section and post, only different accounts tell two people apart.
    let account = |number, account: &str| {
        with(clerk(number, "张三"), |line| {
            line.account = account.to_owned()
        })
    };
    assert_eq!(
        checked(&[account(1, "zs1"), account(2, "zs2")]).problems,
        []
    );
    let same = with(account(2, "zs1"), |line| {
        line.section = "干部一科".to_owned()
    });
    let found = checked(&[account(1, "zs1"), same]);
    assert_eq!(
        problems(&found),
        [(2, Field::Name, RosterProblem::SameAs { number: 1 })]
    );
    // Unknown sections that differ make two people, whatever else is wrong with them.
    let unknown = |number, section: &str| {
        with(clerk(number, "张三"), |line| {
            line.section = section.to_owned()
        })
    };
    let found = checked(&[unknown(1, "甲科室组"), unknown(2, "乙科室组")]);
    assert!(
        found
            .problems
            .iter()
            .all(|problem| problem.field == Field::Section)
    );
}

#[test]
fn accounts_are_one_for_each_person() {
    let account =
        |number, name: &str| with(clerk(number, name), |line| line.account = "one".to_owned());
    let found = checked(&[account(1, "张三"), account(2, "李四")]);
    assert_eq!(
        problems(&found),
        [(2, Field::Account, RosterProblem::AccountTwice { number: 1 })]
    );

    let taken = Circumstances {
        accounts: BTreeSet::from(["one".to_owned(), "zhang.san".to_owned()]),
        ..circumstances()
    };
    let found = check(
        &[account(1, "张三"), clerk(2, "李四"), clerk(3, "王五")],
        &taken,
        &|_| "zhang.san".to_owned(),
    );
    assert_eq!(
        problems(&found),
        [(1, Field::Account, RosterProblem::AccountTaken)]
    );
    let proposed: Vec<&str> = found
        .accepted
        .iter()
        .map(|entry| entry.account.as_str())
        .collect();
    assert_eq!(proposed, ["zhang.san2", "zhang.san3"]);
    // What cannot be an account is made one.
    for (wish, account) in [
        ("", "user"),
        ("张", "user"),
        ("-X Y.", "xy"),
        (&"a".repeat(99), &"a".repeat(30)),
    ] {
        let found = check(&[clerk(1, "张三")], &circumstances(), &|_| {
            wish.to_owned()
        });
        assert_eq!(found.accepted[0].account, account);
    }
}

fn on_roster(name: &str, role: Role, section: Option<&str>, in_charge_of: &[&str]) -> KnownPerson {
    KnownPerson {
        name: name.to_owned(),
        account: None,
        section: section.map(str::to_owned),
        post: "科员".to_owned(),
        role,
        in_charge_of: in_charge_of.iter().map(|name| (*name).to_owned()).collect(),
    }
}

#[test]
fn there_is_one_minister_and_one_deputy_in_charge_of_a_section() {
    let leader = |number, name: &str, role: &str, sections: &[&str]| {
        with(clerk(number, name), |line| {
            (line.role, line.section) = (role.to_owned(), String::new());
            line.in_charge_of = sections.iter().map(|name| (*name).to_owned()).collect();
        })
    };
    let lines = [
        leader(1, "甲一", "部长", &[]),
        leader(2, "乙二", "部长", &[]),
        leader(3, "丙三", "副部长", &["研究室", "部办公室"]),
        leader(4, "丁四", "副部长", &["研究室", "文印室"]),
    ];
    let found = checked(&lines);
    let section = "研究室".to_owned();
    assert_eq!(
        problems(&found),
        [
            (
                2,
                Field::Role,
                RosterProblem::SecondMinister { number: Some(1) }
            ),
            (
                4,
                Field::InChargeOf,
                RosterProblem::UnknownSection {
                    found: "文印室".to_owned(),
                    nearest: Vec::new()
                }
            ),
            (
                4,
                Field::InChargeOf,
                RosterProblem::SecondInCharge {
                    section: section.clone(),
                    number: Some(3)
                }
            ),
        ]
    );
    let people = vec![
        on_roster("赵部", Role::Minister, None, &[]),
        on_roster("钱副", Role::Deputy, None, &["研究室"]),
    ];
    let known = Circumstances {
        people,
        ..circumstances()
    };
    let found = check(&[lines[0].clone(), lines[2].clone()], &known, &|_| {
        "a1".to_owned()
    });
    assert_eq!(
        problems(&found),
        [
            (
                1,
                Field::Role,
                RosterProblem::SecondMinister { number: None }
            ),
            (
                3,
                Field::InChargeOf,
                RosterProblem::SecondInCharge {
                    section,
                    number: None
                }
            ),
        ]
    );
}

#[test]
fn a_second_head_of_a_section_is_a_warning() {
    let head = |number, name: &str| with(clerk(number, name), |line| line.role = "科长".to_owned());
    let found = checked(&[head(1, "甲一"), head(2, "乙二")]);
    assert_eq!(found.problems, []);
    assert_eq!(
        found.warnings[0].warning,
        RosterWarning::SecondHead { number: Some(1) }
    );
    let known = Circumstances {
        people: vec![on_roster("丙三", Role::Head, Some("研究室"), &[])],
        ..circumstances()
    };
    let found = check(&[head(1, "甲一")], &known, &|_| "a1".to_owned());
    assert_eq!(
        found.warnings[0].warning,
        RosterWarning::SecondHead { number: None }
    );
}

#[test]
fn who_is_on_the_roster_is_not_imported_again() {
    let known = Circumstances {
        people: vec![on_roster("张三", Role::Staff, Some("研究室"), &[])],
        ..circumstances()
    };
    let found = check(&[clerk(1, "张三")], &known, &|_| "a1".to_owned());
    assert_eq!(
        problems(&found),
        [(1, Field::Name, RosterProblem::OnRosterAlready)]
    );
    let elsewhere = with(clerk(1, "张三"), |line| {
        line.section = "干部一科".to_owned()
    });
    let found = check(&[elsewhere], &known, &|_| "a1".to_owned());
    assert_eq!(
        (found.problems.len(), &found.warnings[0].warning),
        (0, &RosterWarning::Namesake { number: None })
    );
}

#[test]
fn more_lines_than_an_import_may_have_are_refused_at_once() {
    let names = |count: usize| {
        (1..=count)
            .map(|n| clerk(n, &format!("张{n}")))
            .collect::<Vec<_>>()
    };
    assert_eq!(checked(&names(10_000)).problems, []);
    let found = checked(&names(10_001));
    assert_eq!(
        problems(&found),
        [(
            10_001,
            Field::Name,
            RosterProblem::TooManyLines { found: 10_001 }
        )]
    );
    assert!(found.accepted.is_empty());
}

fn any_cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("张三".to_owned()),
        Just("研究室".to_owned()),
        Just("部长".to_owned()),
        Just("科员".to_owned()),
        Just("zs".to_owned()),
        "\\PC{0,60}",
    ]
}

fn any_line() -> impl Strategy<Value = RosterLine> {
    let since = prop_oneof![
        Just(SinceCell::Empty),
        any_cell().prop_map(SinceCell::Text),
        (1900..2200i32).prop_map(|year| SinceCell::Day(day(year, 2, 28))),
    ];
    let cells = proptest::array::uniform6(any_cell());
    (cells, since, proptest::collection::vec(any_cell(), 0..3)).prop_map(
        |(cells, since, in_charge_of)| {
            let [name, account, section, post, role, email] = cells;
            RosterLine {
                number: 0,
                name,
                account,
                section,
                post,
                role,
                since,
                in_charge_of,
                email,
            }
        },
    )
}

proptest! {
    #[test]
    fn law_every_line_is_taken_or_has_a_fault_and_accounts_are_never_shared(
        mut lines in proptest::collection::vec(any_line(), 0..12),
    ) {
        for (index, line) in lines.iter_mut().enumerate() {
            line.number = index + 1;
        }
        let found = check(&lines, &circumstances(), &|name| name.to_owned());
        let taken: BTreeSet<usize> = found.accepted.iter().map(|entry| entry.number).collect();
        let faulty: BTreeSet<usize> = found.problems.iter().map(|problem| problem.number).collect();
        prop_assert!(taken.is_disjoint(&faulty));
        let accounts: BTreeSet<&String> = found.accepted.iter().map(|entry| &entry.account).collect();
        prop_assert_eq!(accounts.len(), found.accepted.len());
        for entry in &found.accepted {
            let leader = matches!(entry.role, Role::Minister | Role::Deputy);
            prop_assert_eq!(entry.section.is_none(), leader);
            prop_assert!((2..=40).contains(&entry.account.len()));
        }
        prop_assert!(found.accepted.iter().filter(|entry| entry.role == Role::Minister).count() <= 1);
    }
}
