//! Each line alone.

use std::collections::BTreeSet;

use domain::people::Role;
use domain::roster_import::{
    Circumstances, Field, RosterLine, RosterProblem, RosterWarning, SinceCell, check,
};

use crate::*;

fn only_problem(line: RosterLine) -> (Field, RosterProblem) {
    let found = checked(&[line]);
    assert!(found.accepted.is_empty());
    match problems(&found).as_slice() {
        [(_, field, problem)] => (*field, problem.clone()),
        others => panic!("{others:?}"),
    }
}

#[test]
fn a_line_without_faults_is_taken_as_it_is() {
    let line = with(clerk(5, "张三"), |line| {
        line.account = "Zhang.San-2".to_owned();
        line.email = "zhang@example.org".to_owned();
    });
    let found = checked(&[line]);
    assert_eq!((found.problems.len(), found.warnings.len()), (0, 0));
    let entry = &found.accepted[0];
    assert_eq!(
        (entry.number, entry.name.as_str(), entry.account.as_str()),
        (5, "张三", "zhang.san-2")
    );
    assert_eq!(
        (entry.section.as_deref(), entry.post.as_str(), entry.role),
        (Some("研究室"), "科员", Role::Staff)
    );
    assert_eq!(
        (entry.since, entry.account_proposed),
        (day(2024, 3, 1), false)
    );
    assert_eq!(entry.email.as_deref(), Some("zhang@example.org"));
}

#[test]
fn each_fault_is_named_at_its_field() {
    let line = || clerk(7, "张三");
    let text = |text: &str| text.to_owned();
    let unknown = |found: &str, nearest: &[&str]| RosterProblem::UnknownSection {
        found: found.to_owned(),
        nearest: nearest.iter().map(|name| (*name).to_owned()).collect(),
    };
    let cases = [
        (
            with(line(), |l| l.name = text(" \u{3000}")),
            Field::Name,
            RosterProblem::Missing,
        ),
        (
            with(line(), |l| l.name = "张".repeat(41)),
            Field::Name,
            RosterProblem::TooLong { found: 41 },
        ),
        (
            with(line(), |l| l.name = text("123")),
            Field::Name,
            RosterProblem::NotAName { found: text("123") },
        ),
        (
            with(line(), |l| l.section = text("")),
            Field::Section,
            RosterProblem::Missing,
        ),
        (
            with(line(), |l| l.section = text("研究科")),
            Field::Section,
            unknown("研究科", &["研究室"]),
        ),
        (
            with(line(), |l| l.section = text("干部")),
            Field::Section,
            unknown("干部", &["干部一科", "干部二科"]),
        ),
        (
            with(line(), |l| l.section = text("宣传部新闻出版处")),
            Field::Section,
            unknown("宣传部新闻出版处", &[]),
        ),
        (
            with(line(), |l| l.role = text("长老")),
            Field::Role,
            RosterProblem::UnknownRole {
                found: text("长老"),
            },
        ),
        (
            with(line(), |l| (l.role, l.post) = (text(""), text(""))),
            Field::Role,
            RosterProblem::Missing,
        ),
        (
            with(line(), |l| (l.role, l.post) = (text(""), text("顾问"))),
            Field::Post,
            RosterProblem::UnknownRole {
                found: text("顾问"),
            },
        ),
        (
            with(line(), |l| l.since = SinceCell::Empty),
            Field::Since,
            RosterProblem::Missing,
        ),
        (
            with(line(), |l| l.since = SinceCell::Text(text("去年春天"))),
            Field::Since,
            RosterProblem::NotADay {
                found: text("去年春天"),
            },
        ),
        (
            with(line(), |l| l.since = SinceCell::Day(day(1949, 12, 31))),
            Field::Since,
            RosterProblem::DayOutOfRange {
                found: day(1949, 12, 31),
            },
        ),
        (
            with(line(), |l| l.since = SinceCell::Day(day(2101, 1, 1))),
            Field::Since,
            RosterProblem::DayOutOfRange {
                found: day(2101, 1, 1),
            },
        ),
        (
            with(line(), |l| l.account = text("张三")),
            Field::Account,
            RosterProblem::MalformedAccount {
                found: text("张三"),
            },
        ),
        (
            with(line(), |l| l.account = text("a")),
            Field::Account,
            RosterProblem::MalformedAccount { found: text("a") },
        ),
        (
            with(line(), |l| l.account = text("a b")),
            Field::Account,
            RosterProblem::MalformedAccount { found: text("a b") },
        ),
        (
            with(line(), |l| l.in_charge_of = vec![text("研究室")]),
            Field::InChargeOf,
            RosterProblem::NotALeader,
        ),
        (
            with(line(), |l| l.email = text("someone at home")),
            Field::Email,
            RosterProblem::MalformedEmail {
                found: text("someone at home"),
            },
        ),
    ];
    for (line, field, problem) in cases {
        assert_eq!(only_problem(line.clone()), (field, problem), "{line:?}");
    }
    let edges = [day(1950, 1, 1), day(2100, 12, 31)];
    assert!(edges.into_iter().all(|edge| {
        checked(&[with(line(), |l| l.since = SinceCell::Day(edge))])
            .problems
            .is_empty()
    }));
}

#[test]
fn one_line_can_have_several_faults() {
    let line = with(clerk(3, ""), |line| {
        line.section = "新科室".to_owned();
        line.since = SinceCell::Text("?".to_owned());
    });
    let found = checked(&[line]);
    let fields: Vec<Field> = found.problems.iter().map(|problem| problem.field).collect();
    assert_eq!(fields, [Field::Name, Field::Section, Field::Since]);
    assert_eq!(found.unknown_sections, ["新科室"]);
}

#[test]
fn what_spreadsheets_leave_in_cells_is_read_as_meant() {
    let line = with(clerk(2, "张　三\u{200b} "), |line| {
        line.account = "ｚｈａｎｇ３".to_owned();
        line.section = " 研究室\t".to_owned();
        line.role = "STAFF".to_owned();
    });
    let found = checked(&[line]);
    assert_eq!(found.problems, []);
    let entry = &found.accepted[0];
    assert_eq!(
        (entry.name.as_str(), entry.account.as_str()),
        ("张三", "zhang3")
    );
    assert_eq!(entry.section.as_deref(), Some("研究室"));
    let latin = checked(&[clerk(2, "  Ann  Lee ")]);
    assert_eq!(latin.accepted[0].name, "Ann Lee");
    let marked = checked(&[clerk(2, "张\u{202e}三")]);
    assert_eq!(marked.accepted[0].name, "张三");
}

#[test]
fn roles_are_read_in_chinese_and_english_and_from_the_post() {
    let words = [
        ("部长", Role::Minister),
        ("minister", Role::Minister),
        ("副部长", Role::Deputy),
        ("Deputy", Role::Deputy),
        ("科室负责人", Role::Head),
        ("科长", Role::Head),
        ("主任", Role::Head),
        ("head", Role::Head),
        ("工作人员", Role::Staff),
        ("干部", Role::Staff),
        ("科员", Role::Staff),
        ("副科长", Role::Staff),
        ("一级主任科员", Role::Staff),
        ("Staff", Role::Staff),
    ];
    for (word, role) in words {
        let by_role = with(clerk(1, "张三"), |line| line.role = word.to_owned());
        assert_eq!(checked(&[by_role]).accepted[0].role, role, "{word}");
        let by_post = with(clerk(1, "张三"), |line| {
            (line.role, line.post) = (String::new(), word.to_owned())
        });
        let found = checked(&[by_post]);
        assert_eq!(
            (found.accepted[0].role, found.accepted[0].post.as_str()),
            (role, word),
            "{word}"
        );
    }
}

#[test]
fn leaders_need_no_section_and_one_that_is_entered_is_left_out_with_a_warning() {
    let minister = with(clerk(1, "李部"), |line| {
        (line.role, line.section) = ("部长".to_owned(), String::new())
    });
    let deputy = with(clerk(2, "王副"), |line| {
        (line.role, line.section) = ("副部长".to_owned(), "部领导".to_owned());
        line.in_charge_of = vec![
            "研究室".to_owned(),
            " 研究室 ".to_owned(),
            "部办公室".to_owned(),
        ];
    });
    let found = checked(&[minister, deputy]);
    assert_eq!(found.problems, []);
    assert_eq!(found.accepted[1].section, None);
    assert_eq!(found.accepted[1].in_charge_of.len(), 2);
    assert_eq!(found.warnings.len(), 1);
    assert_eq!(
        (found.warnings[0].number, &found.warnings[0].warning),
        (2, &RosterWarning::SectionOfLeader)
    );
}

#[test]
fn a_section_is_created_only_when_the_person_says_so() {
    let line = || {
        with(clerk(1, "张三"), |line| {
            line.section = "信息科".to_owned()
        })
    };
    let refused = checked(&[
        line(),
        with(line(), |l| (l.number, l.name) = (2, "李四".to_owned())),
    ]);
    assert_eq!(
        (refused.unknown_sections.len(), refused.problems.len()),
        (1, 2)
    );
    let agreed = Circumstances {
        create_sections: BTreeSet::from(["信息科".to_owned()]),
        ..circumstances()
    };
    let found = check(&[line()], &agreed, &|_| "a1".to_owned());
    assert_eq!(
        (found.new_sections, found.unknown_sections.len()),
        (vec!["信息科".to_owned()], 0)
    );
    assert_eq!(found.accepted[0].section.as_deref(), Some("信息科"));
}

#[test]
fn blank_lines_are_passed_over_and_an_empty_day_takes_the_agreed_one() {
    let blank = RosterLine {
        number: 2,
        name: " ".to_owned(),
        account: String::new(),
        section: String::new(),
        post: "\u{3000}".to_owned(),
        role: String::new(),
        since: SinceCell::Empty,
        in_charge_of: vec![String::new()],
        email: String::new(),
    };
    let dateless = with(clerk(3, "张三"), |line| line.since = SinceCell::Empty);
    let agreed = Circumstances {
        since_if_empty: Some(day(2025, 12, 29)),
        ..circumstances()
    };
    let found = check(&[blank, dateless], &agreed, &|_| "a1".to_owned());
    assert_eq!((found.problems.len(), found.accepted.len()), (0, 1));
    assert_eq!(found.accepted[0].since, day(2025, 12, 29));
}
