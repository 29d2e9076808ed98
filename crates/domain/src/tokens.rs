//! Personal access tokens (访问令牌): with one a program acts in its owner's name, as far as the token's scopes reach and never
//! further than the owner himself may.

use std::collections::BTreeSet;
use std::fmt;

use crate::access::{Action, Actor, Resource, can};

/// The longest life of a token, in days.
pub const LONGEST_LIFE: u32 = 365;
/// The longest name of a token, in characters.
pub const LONGEST_NAME: usize = 60;
/// The most tokens of one account.
pub const MOST_TOKENS: usize = 20;

/// What a token may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Today, one's own ledger and the sections'.
    LedgerRead,
    /// One's own records and those that one reads by office, with their comments.
    RecordsRead,
    /// Submit, change, withdraw and put back one's own records; comment.
    RecordsWrite,
    /// One's own drafts.
    DraftsRead,
    /// Save and throw away one's own drafts.
    DraftsWrite,
    /// Charter versions, the load meter, the working-day calendar.
    CharterRead,
    /// Names, posts, sections.
    RosterRead,
    /// The audit chain.
    AuditRead,
    /// The words of what is sealed (part C), where another scope leads to it. Without this one they are left out.
    SealedRead,
}

impl Scope {
    /// All scopes.
    pub const ALL: [Self; 9] = [
        Self::LedgerRead,
        Self::RecordsRead,
        Self::RecordsWrite,
        Self::DraftsRead,
        Self::DraftsWrite,
        Self::CharterRead,
        Self::RosterRead,
        Self::AuditRead,
        Self::SealedRead,
    ];

    /// The word for it in tokens and in the interface's document.
    pub const fn word(self) -> &'static str {
        match self {
            Self::LedgerRead => "ledger:read",
            Self::RecordsRead => "records:read",
            Self::RecordsWrite => "records:write",
            Self::DraftsRead => "drafts:read",
            Self::DraftsWrite => "drafts:write",
            Self::CharterRead => "charter:read",
            Self::RosterRead => "roster:read",
            Self::AuditRead => "audit:read",
            Self::SealedRead => "sealed:read",
        }
    }

    /// The scope that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.word() == word)
    }

    /// Whether `actor` may himself what the scope would let a token do. Each action asks again when the token is used.
    pub fn is_within(self, actor: &Actor) -> bool {
        let own = |action| {
            actor.person.is_some_and(|author| {
                actor.serves() && can(actor, action, Resource::Draft { author })
            })
        };
        match self {
            Self::LedgerRead => can(actor, Action::Read, Resource::SharedLedger),
            Self::RecordsRead | Self::DraftsRead | Self::SealedRead => own(Action::Read),
            Self::RecordsWrite | Self::DraftsWrite => own(Action::Edit),
            Self::CharterRead => can(actor, Action::Read, Resource::Charter),
            Self::RosterRead => can(actor, Action::Read, Resource::Roster),
            Self::AuditRead => can(actor, Action::Read, Resource::Audit),
        }
    }
}

/// The scopes of a token. Shown as their words in order, with spaces between.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// Whether a scope is among them.
    pub fn contains(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// The scopes in their order.
    pub fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }

    /// Scopes as they were stored. A word that no longer names a scope opens nothing.
    pub fn stored(words: &str) -> Self {
        Self(words.split(' ').filter_map(Scope::from_word).collect())
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<Given: IntoIterator<Item = Scope>>(scopes: Given) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, scope) in self.iter().enumerate() {
            let space = if number == 0 { "" } else { " " };
            write!(f, "{space}{}", scope.word())?;
        }
        Ok(())
    }
}

/// A token that is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// What its owner calls it.
    pub name: String,
    /// Words of the scopes.
    pub scopes: Vec<String>,
    /// How many days it lives; `None`: not a number.
    pub days: Option<u32>,
}

/// Why a token is not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It has no name.
    NoName,
    /// Its name is longer than [`LONGEST_NAME`].
    LongName,
    /// Another token of the account has this name.
    NameTaken,
    /// The account has [`MOST_TOKENS`] already.
    TooMany,
    /// It would live no day, or more than [`LONGEST_LIFE`].
    Life,
    /// It would be good for nothing.
    NoScope,
    /// A word that stands for several scopes or for all: what a token may do is said scope by scope.
    Wildcard(String),
    /// A word that names no scope.
    Unknown(String),
    /// More than the account itself may.
    Beyond(Scope),
}

/// What is granted of a wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// The name, cleaned.
    pub name: String,
    /// The scopes.
    pub scopes: Scopes,
    /// How many days it lives, from 1 to [`LONGEST_LIFE`].
    pub days: u32,
}

/// Grants a wish whole, or says everything that speaks against it: too wide a scope is refused, never narrowed in silence.
/// `names` are those of the account's other tokens.
///
/// # Errors
/// Everything that is wrong with the wish.
pub fn grant(wish: &Wish, actor: &Actor, names: &[String]) -> Result<Granted, Vec<Problem>> {
    let mut problems = Vec::new();
    let name = crate::records::clean(&wish.name).replace(['\n', '\t'], " ");
    if name.is_empty() {
        problems.push(Problem::NoName);
    } else if name.chars().count() > LONGEST_NAME {
        problems.push(Problem::LongName);
    } else if names.contains(&name) {
        problems.push(Problem::NameTaken);
    }
    if names.len() >= MOST_TOKENS {
        problems.push(Problem::TooMany);
    }
    let days = wish.days.filter(|days| (1..=LONGEST_LIFE).contains(days));
    if days.is_none() {
        problems.push(Problem::Life);
    }
    let mut scopes = BTreeSet::new();
    for word in &wish.scopes {
        match Scope::from_word(word) {
            Some(scope) if scope.is_within(actor) => {
                scopes.insert(scope);
            }
            Some(scope) => problems.push(Problem::Beyond(scope)),
            None if word.contains('*') || word == "all" => {
                problems.push(Problem::Wildcard(shortened(word)));
            }
            None => problems.push(Problem::Unknown(shortened(word))),
        }
    }
    if wish.scopes.is_empty() {
        problems.push(Problem::NoScope);
    }
    match days {
        Some(days) if problems.is_empty() => Ok(Granted {
            name,
            scopes: Scopes(scopes),
            days,
        }),
        _ => Err(problems),
    }
}

/// A word as it is told back.
fn shortened(word: &str) -> String {
    crate::records::clean(word).chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use uuid::Uuid;

    use super::*;
    use crate::access::SystemRoles;
    use crate::identity::Id;
    use crate::people::{Appointment, Person, Post, Role, Roster, RosterFacts};
    use crate::time::Span;

    fn actors() -> (Actor, Actor) {
        let day = NaiveDate::from_ymd_opt(2026, 9, 16).unwrap();
        let id = |number| Uuid::from_u128(number);
        let roster = Roster::new(RosterFacts {
            people: vec![Person {
                id: Id::new(id(1)),
                name: "p".to_owned(),
                rank: 1,
            }],
            posts: vec![Post {
                id: Id::new(id(2)),
                title: "t".to_owned(),
                role: Role::Staff,
                section: None,
            }],
            appointments: vec![Appointment {
                person: Id::new(id(1)),
                post: Id::new(id(2)),
                span: Span::from(day),
            }],
            ..RosterFacts::default()
        });
        let auditor = SystemRoles {
            auditor: true,
            ..SystemRoles::default()
        };
        let cadre = Actor::of(
            Id::new(id(3)),
            Some(Id::new(id(1))),
            SystemRoles::default(),
            &roster,
            day,
        );
        (
            cadre,
            Actor::of(Id::new(id(4)), None, auditor, &roster, day),
        )
    }

    fn wish(scopes: &[&str]) -> Wish {
        Wish {
            name: " 统计脚本\n".to_owned(),
            scopes: scopes.iter().map(|word| (*word).to_owned()).collect(),
            days: Some(90),
        }
    }

    #[test]
    fn part_c_a_scope_never_reaches_further_than_its_owner() {
        let (cadre, auditor) = actors();
        let within = |actor: &Actor| -> String {
            let scopes = Scope::ALL
                .into_iter()
                .filter(|scope| scope.is_within(actor));
            scopes.collect::<Scopes>().to_string()
        };
        assert_eq!(
            within(&cadre),
            "ledger:read records:read records:write drafts:read drafts:write charter:read roster:read sealed:read"
        );
        assert_eq!(within(&auditor), "charter:read audit:read");
        let nobody = Actor {
            person: None,
            role: None,
            ..cadre
        };
        assert_eq!(within(&nobody), "");
    }

    #[test]
    fn part_c_too_wide_a_wish_is_refused_with_which_and_why() {
        let (cadre, auditor) = actors();
        let granted = grant(&wish(&["records:read", "records:read"]), &cadre, &[]).unwrap();
        assert_eq!(
            (granted.name.as_str(), granted.scopes.to_string().as_str()),
            ("统计脚本", "records:read")
        );
        let table: [(&[&str], &Actor, Vec<Problem>); 7] = [
            (
                &["ledger:read", "audit:read"],
                &cadre,
                vec![Problem::Beyond(Scope::AuditRead)],
            ),
            (
                &["records:read"],
                &auditor,
                vec![Problem::Beyond(Scope::RecordsRead)],
            ),
            (&["*"], &cadre, vec![Problem::Wildcard("*".to_owned())]),
            (
                &["records:*"],
                &cadre,
                vec![Problem::Wildcard("records:*".to_owned())],
            ),
            (&["all"], &cadre, vec![Problem::Wildcard("all".to_owned())]),
            (
                &["records:delete", "Ledger:Read"],
                &cadre,
                vec![
                    Problem::Unknown("records:delete".to_owned()),
                    Problem::Unknown("Ledger:Read".to_owned()),
                ],
            ),
            (&[], &cadre, vec![Problem::NoScope]),
        ];
        for (scopes, actor, expected) in table {
            assert_eq!(
                grant(&wish(scopes), actor, &[]),
                Err(expected),
                "{scopes:?}"
            );
        }
    }

    #[test]
    fn a_token_has_a_name_of_its_own_and_lives_at_most_a_year() {
        let (cadre, _) = actors();
        let scopes = vec!["ledger:read".to_owned()];
        let asked = |name: &str, days| Wish {
            name: name.to_owned(),
            scopes: scopes.clone(),
            days,
        };
        let known = ["旧的".to_owned()];
        for (name, days, expected) in [
            ("", Some(1), Some(Problem::NoName)),
            ("\u{202e}\n", Some(1), Some(Problem::NoName)),
            ("旧的", Some(1), Some(Problem::NameTaken)),
            ("新的", Some(0), Some(Problem::Life)),
            ("新的", Some(366), Some(Problem::Life)),
            ("新的", None, Some(Problem::Life)),
            ("新的", Some(365), None),
        ] {
            let found = grant(&asked(name, days), &cadre, &known);
            assert_eq!(found.err(), expected.map(|problem| vec![problem]), "{name}");
        }
        let long = "名".repeat(LONGEST_NAME + 1);
        assert_eq!(
            grant(&asked(&long, Some(1)), &cadre, &known),
            Err(vec![Problem::LongName])
        );
        let many: Vec<String> = (0..MOST_TOKENS).map(|n| n.to_string()).collect();
        assert_eq!(
            grant(&asked("新的", Some(1)), &cadre, &many),
            Err(vec![Problem::TooMany])
        );
    }

    #[test]
    fn stored_scopes_are_read_back_and_forgotten_words_open_nothing() {
        let all: Scopes = Scope::ALL.into_iter().collect();
        assert_eq!(Scopes::stored(&all.to_string()), all);
        assert_eq!(Scopes::stored(""), Scopes::default());
        assert_eq!(
            Scopes::stored("votes:read ledger:read").to_string(),
            "ledger:read"
        );
    }
}
