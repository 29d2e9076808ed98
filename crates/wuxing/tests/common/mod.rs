//! A department for the tests of the program: founded as on a first run, with the shared cast on its roster, on each engine
//! there is (see the store's tests for which those are).
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests, and each file uses a part of it"
)]

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{Days, NaiveDate};
use domain::identity::{OrgId, PersonId, RecordId};
use domain::people::{Appointment, RosterFacts};
use domain::records::{Fields, Kind, Record};
use domain::time::Span;
use fixtures::{Cast, moment, uuid};
use store::Store;
use store::accounts::Account;
use store::ledger::Whose;
use store::people::NewPerson;
use wuxing::app::records::Submission;
use wuxing::app::{Identity, Program, Result, ledger, records, setup};
use wuxing::cx::{Clock, Randomness};
use wuxing::jobs;

#[path = "../../../store/tests/common/mod.rs"]
pub mod databases;

pub use databases::engines;

/// Ten of the cast: the minister, two deputies and one who becomes a deputy, and people of three sections, the office among
/// them. The accounts' names.
pub const PEOPLE: [&str; 10] = [
    "zhoumingyuan",
    "hejianping",
    "linxiaolan",
    "zhengguodong",
    "sunli",
    "wangfang",
    "chensiqi",
    "liuyang",
    "huangjianing",
    "denglihua",
];

/// A founded department.
pub struct Department {
    pub program: Program,
    pub clock: Clock,
    pub org: OrgId,
    pub cast: Cast,
    /// The day on which its charter takes effect, a Monday.
    pub starts: NaiveDate,
}

/// Founds a department under a preset's charter. Each has a name and a generator of its own, so that many can live in one
/// database. A month after the charter takes effect the second deputy's post passes from 林晓岚 to 郑国栋, so that what a
/// predecessor did counts for somebody.
pub async fn department(store: &Store, preset: &str, starts: NaiveDate) -> Department {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let clock = Clock::set_to(moment(starts - Days::new(3), 9, 0));
    let program = Program::new(store.clone(), clock.clone(), Randomness::seeded(number));
    let founding = setup::Founding {
        organisation: format!("示例部{number}"),
        preset: preset.to_owned(),
        effective: starts,
        time_zone: setup::DEFAULT_TIME_ZONE.to_owned(),
        administrator: "guanli".to_owned(),
        password: "示例密码-2026-甲".to_owned(),
        again: "示例密码-2026-甲".to_owned(),
        demo: true,
    };
    let org = setup::found(&program, founding).await.unwrap();
    let cast = small_cast(starts);
    let mut tx = store.write().await.unwrap();
    enlist(&mut tx, org, &cast).await;
    tx.commit().await.unwrap();
    let department = Department {
        program,
        clock,
        org,
        cast,
        starts,
    };
    department
        .program
        .write(department.nobody(), |cx| {
            Box::pin(async move {
                cx.rules_changed().await?;
                ledger::mark_dirty(cx, Whose::All).await
            })
        })
        .await
        .unwrap();
    department.drain().await;
    department.clock.put(moment(starts, 8, 0));
    department
}

/// The cast without those whom these tests do not need, and without absences: the tests enter their own.
fn small_cast(starts: NaiveDate) -> Cast {
    let mut cast = fixtures::cast();
    let kept: Vec<PersonId> = PEOPLE.iter().map(|account| cast.person(account)).collect();
    let (before, after) = (cast.person("linxiaolan"), cast.person("zhengguodong"));
    let handed_over = starts + Days::new(30);
    let RosterFacts {
        people,
        appointments,
        absences,
        ..
    } = &mut cast.facts;
    people.retain(|person| kept.contains(&person.id));
    appointments.retain(|appointment| kept.contains(&appointment.person));
    absences.clear();
    let post = appointments
        .iter()
        .find(|appointment| appointment.person == before)
        .unwrap()
        .post;
    for appointment in appointments.iter_mut() {
        if [before, after].contains(&appointment.person) {
            appointment.span.last = handed_over.pred_opt();
        }
    }
    appointments.push(Appointment {
        person: after,
        post,
        span: Span::from(handed_over),
    });
    cast.accounts
        .retain(|account| account.person.is_none_or(|person| kept.contains(&person)));
    cast
}

async fn enlist(tx: &mut store::Tx, org: OrgId, cast: &Cast) {
    let facts = &cast.facts;
    let mut numbers = 0x5000_u64..;
    let mut next = || uuid(numbers.next().unwrap());
    for section in &facts.sections {
        store::people::insert_section(tx, org, section)
            .await
            .unwrap();
    }
    for post in &facts.posts {
        store::people::insert_post(tx, org, post).await.unwrap();
    }
    for person in &facts.people {
        store::people::insert_person(
            tx,
            org,
            &NewPerson {
                person,
                email: None,
            },
        )
        .await
        .unwrap();
    }
    for appointment in &facts.appointments {
        store::people::insert_appointment(tx, org, next(), appointment)
            .await
            .unwrap();
    }
    for charge in &facts.charges {
        store::people::insert_charge(tx, org, next(), charge)
            .await
            .unwrap();
    }
    for account in &cast.accounts {
        let stored = Account {
            id: account.id,
            name: account.name.to_owned(),
            person: account.person,
            // Nobody signs in with it.
            password_hash: "-".to_owned(),
            must_change: false,
            system: account.system,
            disabled: false,
            failed: 0,
            locked_until: None,
        };
        store::accounts::insert(tx, org, &stored).await.unwrap();
    }
}

impl Department {
    /// The program itself.
    pub fn nobody(&self) -> Identity {
        Identity {
            org: self.org,
            account: None,
        }
    }

    /// Whoever has this account.
    pub fn who(&self, account: &str) -> Identity {
        Identity {
            org: self.org,
            account: Some(self.cast.account(account).id),
        }
    }

    /// Runs the jobs; none is left behind.
    pub async fn drain(&self) {
        jobs::drain(&self.program).await.unwrap();
        let mut tx = self.program.store.read().await.unwrap();
        assert_eq!(store::jobs::waiting(&mut tx, self.org).await.unwrap(), []);
        assert_eq!(store::jobs::dead(&mut tx, self.org).await.unwrap(), []);
    }

    /// Submits a record.
    pub async fn submit(&self, account: &str, form: Submission) -> Result<Record> {
        self.program
            .write(self.who(account), move |cx| {
                Box::pin(records::submit(cx, form.clone()))
            })
            .await
    }

    /// Submits a clipping of today with this text.
    pub async fn clip(&self, account: &str, text: &str) -> Record {
        let form = self.form(Kind::Clipping, &[("text", text)]);
        self.submit(account, form).await.unwrap()
    }

    /// A form with a new key.
    pub fn form(&self, kind: Kind, typed: &[(&str, &str)]) -> Submission {
        let form_key = self.program.randomness.uuid(self.program.clock.now());
        Submission {
            kind,
            form_key,
            fields: fields(typed),
        }
    }

    /// Reads a record as whoever has this account.
    pub async fn read(&self, account: &str, id: RecordId) -> Result<Record> {
        self.program
            .read(self.who(account), move |cx| {
                Box::pin(records::readable(cx, id))
            })
            .await
    }

    /// What comparing the ledger with a recomputation finds.
    pub async fn verify_ledger(&self) -> ledger::Verification {
        self.program
            .read(self.nobody(), |cx| Box::pin(ledger::verify(cx)))
            .await
            .unwrap()
    }

    /// What following the audit chain finds.
    pub async fn verify_audit(&self) -> wuxing::app::audit::Verification {
        self.program
            .read(self.nobody(), |cx| Box::pin(wuxing::app::audit::verify(cx)))
            .await
            .unwrap()
    }

    /// Everything is settled, and both checks find nothing.
    pub async fn assert_sound(&self) {
        let ledger = self.verify_ledger().await;
        assert_eq!(
            (&ledger.differences[..], ledger.dirty, ledger.people),
            (&[][..], 0, PEOPLE.len())
        );
        let audit = self.verify_audit().await;
        assert!(audit.is_good(), "{audit:?}");
    }
}

/// What is typed into a form.
pub fn fields(typed: &[(&str, &str)]) -> Fields {
    typed
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}
