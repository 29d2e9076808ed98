//! Identifiers. A record's identifier says what it identifies, so that a section's can never stand where a person's belongs.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// An identifier (UUIDv7 in stored records) of a `Kind`. `Kind` is only a name; it is never made.
pub struct Id<Kind> {
    uuid: Uuid,
    kind: PhantomData<fn() -> Kind>,
}

impl<Kind> Id<Kind> {
    /// Takes an existing UUID as identifier of this kind.
    pub const fn new(uuid: Uuid) -> Self {
        Self {
            uuid,
            kind: PhantomData,
        }
    }

    /// The UUID itself, for storing.
    pub const fn uuid(self) -> Uuid {
        self.uuid
    }
}

impl<Kind> Clone for Id<Kind> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<Kind> Copy for Id<Kind> {}
impl<Kind> PartialEq for Id<Kind> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<Kind> Eq for Id<Kind> {}
impl<Kind> PartialOrd for Id<Kind> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<Kind> Ord for Id<Kind> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<Kind> Hash for Id<Kind> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}
impl<Kind> fmt::Debug for Id<Kind> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.uuid, f)
    }
}
impl<Kind> fmt::Display for Id<Kind> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.uuid, f)
    }
}
impl<Kind> Serialize for Id<Kind> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.uuid.serialize(serializer)
    }
}
impl<'de, Kind> Deserialize<'de> for Id<Kind> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::new)
    }
}
impl<Kind> FromStr for Id<Kind> {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self::new)
    }
}

/// Kind of an organisation's identifier.
pub enum OfOrganisation {}
/// Kind of a person's identifier.
pub enum OfPerson {}
/// Kind of a section's identifier.
pub enum OfSection {}
/// Kind of a post's identifier.
pub enum OfPost {}
/// Kind of an account's identifier.
pub enum OfAccount {}
/// Kind of a record's identifier (clipping, reflection, …).
pub enum OfRecord {}

/// An organisation: the first part of every key.
pub type OrgId = Id<OfOrganisation>;
/// A person on the roster.
pub type PersonId = Id<OfPerson>;
/// A section (科室) of the organisation.
pub type SectionId = Id<OfSection>;
/// A post (职务) that a person can be appointed to.
pub type PostId = Id<OfPost>;
/// An account that signs in; an administrator's need not belong to a person on the roster.
pub type AccountId = Id<OfAccount>;
/// A record that people write.
pub type RecordId = Id<OfRecord>;

/// A duty's stable name across charter versions: lower-case letters, digits and hyphens, at most 40, e.g. `clipping`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DutyId(String);

impl DutyId {
    /// The longest duty identifier, in characters.
    pub const LONGEST: usize = 40;

    /// Accepts `text` when it is a well-formed duty identifier.
    pub fn parse(text: &str) -> Option<Self> {
        let starts_with_letter = text.starts_with(|c: char| c.is_ascii_lowercase());
        let plain = text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        (starts_with_letter && plain && text.len() <= Self::LONGEST).then(|| Self(text.to_owned()))
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DutyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
