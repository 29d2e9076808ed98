//! A year of ten duties for 100,000 people on one core. People come in sections of 100, as facts do from a database: each
//! section's roster is indexed, and each person's evidence made, before its people are settled; all of that is in the time and in
//! the memory. The rules are compiled once. Cells are counted and let go.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use chrono::{Days, NaiveDate};
use domain::charter::{Charter, Duty, Force, Selector, Unit, Version};
use domain::identity::PersonId;
use domain::ledger::{Evidence, PersonFacts, Rules, settle};
use domain::people::{
    Absence, AbsenceKind, Appointment, Person, Post, Role, Roster, RosterFacts, Section,
};
use domain::period::Cadence;
use domain::time::{Half, HalfDay, Span};
use fixtures::{day, id};

use crate::measure::{Table, memory};

/// People of one section.
const SECTION: u32 = 100;

/// Measures each size in a process of its own and prints the table.
pub fn run() -> anyhow::Result<()> {
    let heads = [
        "settle one year, one core",
        "seconds",
        "of it settling",
        "cells",
        "cells/s",
        "peak memory",
    ];
    let mut table = Table::new(&heads);
    for (people, pieces) in [(10_000, 0), (100_000, 0), (10_000, 150), (100_000, 150)] {
        let program = std::env::current_exe().context("finding this program")?;
        let output = Command::new(program)
            .args(["--settle-for", &people.to_string(), &pieces.to_string()])
            .output()?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let figures: Vec<f64> = text
            .split_whitespace()
            .filter_map(|figure| figure.parse().ok())
            .collect();
        let [seconds, settling, cells, peak] = figures[..] else {
            anyhow::bail!("unexpected figures: {text}")
        };
        table.row(&[
            format!("{people} people × 10 duties, {pieces} pieces of evidence each"),
            format!("{seconds:.2}"),
            format!("{settling:.2}"),
            format!("{cells:.0}"),
            format!("{:.1} M", cells / settling / 1e6),
            format!("{peak:.1} MiB"),
        ]);
    }
    table.print("SETTLE (to reach: 100,000 people ≤ 10 s, memory flat in people)");
    Ok(())
}

/// Settles for so many people and prints: seconds in all, seconds of settling alone, cells, peak memory in MiB.
pub fn alone(people: u32, pieces: u32) -> anyhow::Result<()> {
    let began = Instant::now();
    let effective = day(2025, 12, 29);
    let version = Version {
        number: 1,
        effective,
        charter: charter(),
    };
    let rules = Rules::compile(&[version], &fixtures::calendar(), day(2026, 12, 31));
    let range = Span::between(rules.first(), rules.last())
        .context("a charter takes effect before its end")?;
    let (mut settling, mut cells, mut done) = (Duration::ZERO, 0_u64, 0_u64);
    for first in (0..people).step_by(SECTION as usize) {
        let roster = Roster::new(section(first, SECTION.min(people - first)));
        for person in roster.people() {
            let evidence = year_of(person.id, person.rank, pieces);
            let facts = PersonFacts {
                person: person.id,
                evidence: &evidence,
            };
            let since = Instant::now();
            settle(&rules, &roster, facts, range, |cell| {
                cells += 1;
                done += u64::from(cell.done());
            });
            settling += since.elapsed();
        }
    }
    anyhow::ensure!(pieces == 0 || done > 0, "no evidence counted");
    let peak = memory("self", "VmHWM");
    println!(
        "{:.3} {:.3} {cells} {peak:.2}",
        began.elapsed().as_secs_f64(),
        settling.as_secs_f64()
    );
    Ok(())
}

/// Ten duties of every cadence that the reference charter has, all of them on everybody.
fn charter() -> Charter {
    let required = |duty: Duty| Duty {
        force: Force::Required,
        ..duty
    };
    let duty = fixtures::duty;
    let field_days = Duty {
        unit: Unit::HalfDays,
        prorated: true,
        ..duty("field-day", "驻点调研", 4, Cadence::Week)
    };
    let duties = vec![
        duty("clipping", "剪贴", 1, Cadence::Day),
        duty("reflection", "心得体会", 1, Cadence::Week),
        duty("article", "文章", 1, Cadence::Xun),
        duty("book-note", "读书笔记", 1, Cadence::Month),
        required(duty("suggestion-work", "工作建议", 1, Cadence::Week)),
        required(duty(
            "suggestion-department",
            "自身建设建议",
            1,
            Cadence::Week,
        )),
        required(field_days),
        required(duty("research-topic", "专题调研", 1, Cadence::Month)),
        required(duty("talk", "谈心交流", 1, Cadence::Quarter)),
        required(duty("self-check", "查摆整改", 1, Cadence::Half)),
    ];
    let everybody = |duty: Duty| Duty {
        who: vec![Selector::Everyone],
        ..duty
    };
    Charter {
        duties: duties.into_iter().map(everybody).collect(),
        ..fixtures::small_charter()
    }
}

/// A section of people, of whom every fifth is away for a week.
fn section(first: u32, count: u32) -> RosterFacts {
    let since = day(2025, 12, 1);
    let section = Section {
        id: id(1),
        name: "示例科".to_owned(),
        office: false,
        rank: 1,
    };
    let post = Post {
        id: id(2),
        title: "科员".to_owned(),
        role: Role::Staff,
        section: Some(section.id),
    };
    let number = |place: u32| u64::from(first + place) + 0x1_0000;
    let people = (0..count).map(|place| Person {
        id: id(number(place)),
        name: "示例".to_owned(),
        rank: first + place,
    });
    let people: Vec<Person> = people.collect();
    let half_day = |date: NaiveDate, half| HalfDay { date, half };
    let absences = people.iter().step_by(5).map(|person| {
        let monday = day(2026, 1, 5) + Days::new(u64::from(person.rank % 50) * 7);
        Absence {
            person: person.id,
            first: half_day(monday, Half::Morning),
            last: half_day(monday + Days::new(4), Half::Afternoon),
            kind: AbsenceKind::Leave,
        }
    });
    let appointments = people.iter().map(|person| Appointment {
        person: person.id,
        post: post.id,
        span: Span::from(since),
    });
    RosterFacts {
        appointments: appointments.collect(),
        absences: absences.collect(),
        sections: vec![section],
        posts: vec![post],
        people,
        charges: Vec::new(),
    }
}

/// What somebody did through the year, spread over its days and kinds.
fn year_of(person: PersonId, rank: u32, pieces: u32) -> Vec<Evidence> {
    let kinds = [
        "clipping",
        "clipping",
        "reflection",
        "field-day",
        "suggestion-work",
        "clipping",
        "article",
        "book-note",
    ];
    let piece = |number: u32| {
        let date = day(2026, 1, 1) + Days::new(u64::from(number * 363 / pieces.max(1) + rank % 2));
        let kind = kinds[number as usize % kinds.len()];
        fixtures::evidence(
            u64::from(rank) * 1_000 + u64::from(number),
            person,
            kind,
            date,
        )
    };
    (0..pieces).map(piece).collect()
}
