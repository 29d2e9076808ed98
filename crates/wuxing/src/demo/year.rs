//! A year in the department: everybody does some of it, nobody all of it.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, Utc};
use domain::identity::{AccountId, OrgId, PersonId, RecordId};
use domain::people::{AbsenceKind, Role};
use domain::period::Cadence;
use domain::records::{Fields, Kind};
use domain::time::{Half, HalfDay};
use indicatif::ProgressBar;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::{START, moment, texts};
use crate::app::records::{Revision, Submission};
use crate::app::{Identity, Program, Result, absences, records};
use crate::cx::{Clock, House};

/// Somebody who lives the year.
struct Resident {
    person: PersonId,
    account: AccountId,
    role: Role,
    /// How much of what is due gets done, in percent.
    diligence: u32,
    /// Whom a leader talks with.
    talks_with: Vec<PersonId>,
    dice: StdRng,
}

/// Something written on a day, to be recorded then or some days later.
struct Planned {
    recorded: DateTime<Utc>,
    account: AccountId,
    kind: Kind,
    fields: Fields,
}

struct Life<'a> {
    program: &'a Program,
    clock: &'a Clock,
    org: OrgId,
}

/// Lives from the charter's first day to `last`.
pub(super) async fn live(
    program: &Program,
    clock: &Clock,
    org: OrgId,
    last: NaiveDate,
    progress: &ProgressBar,
) -> Result<()> {
    let life = Life {
        program,
        clock,
        org,
    };
    let mut residents = life.residents().await?;
    life.absences(&residents).await?;
    let house = program
        .read(Identity { org, account: None }, |cx| {
            Box::pin(async move { Ok(cx.house.clone()) })
        })
        .await?;
    // What is recorded late waits here for its day.
    let mut later: Vec<Planned> = Vec::new();
    let mut dice = StdRng::seed_from_u64(7);
    for day in domain::time::days(START, last) {
        let mut today: Vec<Planned> = Vec::new();
        for resident in &mut residents {
            today.extend(resident.plan(&house, day));
        }
        let (due, waiting): (Vec<Planned>, Vec<Planned>) = later
            .drain(..)
            .partition(|p| p.recorded <= moment(day, 23, 0));
        later = waiting;
        let (now, late): (Vec<Planned>, Vec<Planned>) = today
            .into_iter()
            .partition(|p| p.recorded <= moment(day, 23, 0));
        later.extend(late);
        let mut all: Vec<Planned> = due.into_iter().chain(now).collect();
        all.sort_by_key(|planned| (planned.recorded, planned.account));
        for planned in all {
            let made = life.record(planned).await?;
            life.afterwards(&house, made, day, &residents, &mut dice)
                .await?;
        }
        progress.inc(1);
    }
    Ok(())
}

impl Life<'_> {
    fn as_account(&self, account: AccountId) -> Identity {
        Identity {
            org: self.org,
            account: Some(account),
        }
    }

    async fn residents(&self) -> Result<Vec<Resident>> {
        self.clock.put(moment(START, 8, 0));
        let who = Identity {
            org: self.org,
            account: None,
        };
        let house = self
            .program
            .read(who, |cx| Box::pin(async move { Ok(cx.house.clone()) }))
            .await?;
        let mut tx = self.program.store.read().await?;
        let accounts = store::accounts::list(&mut tx, self.org).await?;
        let roster = &house.roster;
        let everybody: Vec<PersonId> = roster.people().iter().map(|person| person.id).collect();
        let mut residents = Vec::new();
        for (index, person) in roster.people().iter().enumerate() {
            let Some(account) = accounts
                .iter()
                .find(|account| account.person == Some(person.id))
            else {
                continue;
            };
            let role = roster
                .postings_on(person.id, START)
                .map(|posting| posting.role)
                .min()
                .unwrap_or(Role::Staff);
            let talks_with = match role {
                Role::Minister => everybody
                    .iter()
                    .copied()
                    .filter(|id| *id != person.id)
                    .collect(),
                Role::Deputy => {
                    let sections: Vec<_> = roster.sections_in_charge_of(person.id, START).collect();
                    let theirs = sections
                        .into_iter()
                        .flat_map(|section| roster.members_on(section, START));
                    theirs.map(|member| member.id).collect()
                }
                Role::Head | Role::Staff => Vec::new(),
            };
            residents.push(Resident {
                person: person.id,
                account: account.id,
                role,
                diligence: [92, 78, 85, 60, 97, 70, 45, 88][index % 8],
                talks_with,
                dice: StdRng::seed_from_u64(1_000 + u64::try_from(index).unwrap_or(0)),
            });
        }
        Ok(residents)
    }

    /// Two months of secondment, an illness, and holidays here and there.
    async fn absences(&self, residents: &[Resident]) -> Result<()> {
        let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap_or(START);
        let planned = [
            (7, day(8, 3), day(10, 30), AbsenceKind::Secondment),
            (13, day(3, 9), day(3, 20), AbsenceKind::Illness),
            (16, day(7, 13), day(7, 17), AbsenceKind::Leave),
            (20, day(5, 18), day(5, 22), AbsenceKind::Leave),
            (2, day(6, 8), day(6, 12), AbsenceKind::StudyVisit),
            (11, day(8, 17), day(8, 21), AbsenceKind::Leave),
        ];
        let Some(office) = residents.get(4) else {
            return Ok(());
        };
        for (index, first, last, kind) in planned {
            let Some(resident) = residents.get(index) else {
                continue;
            };
            let person = resident.person;
            let work = absences::Entry {
                person,
                first: HalfDay {
                    date: first,
                    half: Half::Morning,
                },
                last: HalfDay {
                    date: last,
                    half: Half::Afternoon,
                },
                kind,
            };
            self.program
                .write(self.as_account(office.account), move |cx| {
                    Box::pin(absences::enter(cx, work))
                })
                .await?;
        }
        crate::jobs::drain(self.program).await?;
        Ok(())
    }

    async fn record(&self, planned: Planned) -> Result<domain::records::Record> {
        self.clock.put(planned.recorded);
        let form_key = self.program.randomness.uuid(planned.recorded);
        let form = Submission {
            kind: planned.kind,
            form_key,
            fields: planned.fields,
        };
        let who = self.as_account(planned.account);
        self.program
            .write(who, move |cx| Box::pin(records::submit(cx, form.clone())))
            .await
    }

    /// Now and then an author mends a text or takes one back, and a head answers.
    async fn afterwards(
        &self,
        house: &House,
        record: domain::records::Record,
        day: NaiveDate,
        residents: &[Resident],
        dice: &mut StdRng,
    ) -> Result<()> {
        if record.content.kind == Kind::Entry || record.content.kind == Kind::Clipping {
            return Ok(());
        }
        let Some(author) = residents
            .iter()
            .find(|resident| resident.person == record.author)
        else {
            return Ok(());
        };
        let id: RecordId = record.id;
        let roll = dice.random_range(0..100_u32);
        if roll < 4 {
            self.clock.put(moment(day, 20, 10));
            let mut fields = domain::records::fields(&record.content);
            if let Some(text) = fields.get_mut("text") {
                text.push_str("\n\n补充：");
                text.push_str(texts::ADDITIONS[dice.random_range(0..texts::ADDITIONS.len())]);
            }
            let form_key = self.program.randomness.uuid(record.recorded_at);
            let revision = Revision {
                record: id,
                base_version: record.version,
                form_key,
                fields,
            };
            let who = self.as_account(author.account);
            self.program
                .write(who, move |cx| {
                    Box::pin(records::revise(cx, revision.clone()))
                })
                .await?;
        } else if roll == 4 {
            self.clock.put(moment(day, 20, 20));
            let who = self.as_account(author.account);
            self.program
                .write(who, move |cx| Box::pin(records::withdraw(cx, id)))
                .await?;
        } else if roll < 22 {
            let head = residents.iter().find(|resident| {
                resident.role == Role::Head
                    && resident.person != record.author
                    && house
                        .roster
                        .section_on(resident.person, day)
                        .map(|section| section.id)
                        == record.section
            });
            let Some(head) = head else { return Ok(()) };
            self.clock.put(moment(day, 20, 30));
            let text = texts::COMMENTS[dice.random_range(0..texts::COMMENTS.len())].to_owned();
            let who = self.as_account(head.account);
            self.program
                .write(who, move |cx| {
                    Box::pin(records::comment(cx, id, text.clone()))
                })
                .await?;
        }
        Ok(())
    }
}

impl Resident {
    fn happens(&mut self, percent: u32) -> bool {
        self.dice.random_range(0..100) < percent * self.diligence / 100
    }

    fn away(&self, house: &House, day: NaiveDate) -> bool {
        let noon = HalfDay {
            date: day,
            half: Half::Morning,
        };
        house
            .roster
            .absences(self.person)
            .iter()
            .any(|absence| absence.contains(noon))
    }

    /// What the person writes on `day`.
    fn plan(&mut self, house: &House, day: NaiveDate) -> Vec<Planned> {
        let mut planned = Vec::new();
        if !house.calendar.is_working(day) || self.away(house, day) {
            return planned;
        }
        let ends = |cadence: Cadence| {
            let last = cadence.period_of(day).last;
            house.calendar.working_day_at_or_before(last) == Some(day)
        };
        let leader = matches!(self.role, Role::Minister | Role::Deputy);
        if self.happens(if leader { 20 } else { 45 }) {
            let fields = texts::clipping(&mut self.dice);
            planned.push(self.at(day, Kind::Clipping, fields));
        }
        if day.weekday() == chrono::Weekday::Thu && self.happens(if leader { 40 } else { 75 }) {
            let fields = texts::reflection(&mut self.dice);
            planned.push(self.at(day, Kind::Reflection, fields));
        }
        if ends(Cadence::Xun) && self.happens(if leader { 15 } else { 45 }) {
            let fields = texts::article(&mut self.dice);
            planned.push(self.at(day, Kind::Article, fields));
        }
        if ends(Cadence::Month) && self.happens(80) {
            let fields = texts::book_note(&mut self.dice);
            planned.push(self.at(day, Kind::BookNote, fields));
        }
        if !leader {
            self.plan_duties(house, day, &mut planned);
        }
        self.plan_talks(house, day, &mut planned);
        planned
    }

    /// What the charter requires of cadres, entered as done: their own forms come with their pillars.
    fn plan_duties(&mut self, house: &House, day: NaiveDate, planned: &mut Vec<Planned>) {
        let weekday = day.weekday();
        if weekday == chrono::Weekday::Tue && self.happens(104) {
            let text = texts::pick(&mut self.dice, &texts::SUGGESTIONS_WORK);
            planned.push(self.entry(day, "suggestion-work", text, 1));
        }
        if weekday == chrono::Weekday::Wed && self.happens(98) {
            let text = texts::pick(&mut self.dice, &texts::SUGGESTIONS_DEPARTMENT);
            planned.push(self.entry(day, "suggestion-department", text, 1));
        }
        let week = Cadence::Week.period_of(day);
        let short = house.calendar.working_half_days(week.first, week.last) <= 6;
        if (weekday == chrono::Weekday::Tue || (weekday == chrono::Weekday::Thu && !short))
            && self.happens(106)
        {
            let amount = if self.dice.random_range(0..10) == 0 {
                1
            } else {
                2
            };
            let text = texts::pick(&mut self.dice, &texts::FIELD_DAYS);
            planned.push(self.entry(day, "field-day", text, amount));
        }
        let topic_due = day.day() == 22 || (day.day() == 23 && weekday == chrono::Weekday::Mon);
        if topic_due && self.happens(100) {
            let text = texts::pick(&mut self.dice, &texts::TOPICS);
            planned.push(self.entry(day, "research-topic", text, 1));
        }
    }

    /// A leader's talks, some each week.
    fn plan_talks(&mut self, house: &House, day: NaiveDate, planned: &mut Vec<Planned>) {
        let duty = match self.role {
            Role::Minister => "talk-minister",
            Role::Deputy => "talk-deputy",
            Role::Head | Role::Staff => return,
        };
        // The minister needs a quarter for everybody, a deputy a month for his own.
        let turns: u32 = if self.role == Role::Minister { 55 } else { 18 };
        let turn = if self.role == Role::Minister {
            day.ordinal0() % 90
        } else {
            day.day0()
        };
        let others = self.talks_with.clone();
        let count = u32::try_from(others.len()).unwrap_or(1).max(1);
        for (index, other) in others.into_iter().enumerate() {
            let slot = u32::try_from(index).unwrap_or(0) * turns / count + 1;
            let there = house
                .roster
                .absences(other)
                .iter()
                .all(|a| day < a.first.date || a.last.date < day);
            if slot == turn && there && self.dice.random_range(0..100) < 93 {
                let text = texts::pick(&mut self.dice, &texts::TALKS);
                let mut entry = self.entry(day, duty, text, 1);
                entry
                    .fields
                    .insert("counterpart".to_owned(), other.to_string());
                planned.push(entry);
            }
        }
    }

    fn entry(&mut self, day: NaiveDate, duty: &str, text: String, amount: u32) -> Planned {
        let fields = Fields::from([
            ("duty".to_owned(), duty.to_owned()),
            ("text".to_owned(), text),
            ("amount".to_owned(), amount.to_string()),
        ]);
        self.at(day, Kind::Entry, fields)
    }

    /// Mostly recorded on the day itself, sometimes days later, then and when too late.
    fn at(&mut self, day: NaiveDate, kind: Kind, mut fields: Fields) -> Planned {
        let lag = match self.dice.random_range(0..100_u32) {
            0..=91 => 0,
            92..=96 => self.dice.random_range(1..4_u64),
            _ => self.dice.random_range(5..12_u64),
        };
        fields.insert("date".to_owned(), day.to_string());
        let (hour, minute) = (self.dice.random_range(8..18), self.dice.random_range(0..60));
        let recorded = moment(day + Days::new(lag), hour, minute);
        Planned {
            recorded,
            account: self.account,
            kind,
            fields,
        }
    }
}
