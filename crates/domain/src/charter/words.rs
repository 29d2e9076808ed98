//! The words of the charter format for counterparts and selectors.

use super::{Counterpart, Selector};
use crate::people::Role;

impl Counterpart {
    /// The word for it in charters.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::InCharge => "in-charge",
            Self::OwnSection => "own-section",
        }
    }
}

impl Selector {
    /// What a charter writes for it, e.g. `staff` or `section:研究室`.
    pub fn word(&self) -> String {
        match self {
            Self::Everyone => "everyone".to_owned(),
            Self::Role(Role::Minister) => "minister".to_owned(),
            Self::Role(Role::Deputy) => "deputies".to_owned(),
            Self::Role(Role::Head) => "heads".to_owned(),
            Self::Role(Role::Staff) => "staff".to_owned(),
            Self::Office => "office".to_owned(),
            Self::Section(name) => format!("section:{name}"),
            Self::Post(title) => format!("post:{title}"),
        }
    }

    /// The selector that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        let named = |name: &str| (!name.trim().is_empty()).then(|| name.trim().to_owned());
        Some(match word {
            "everyone" => Self::Everyone,
            "minister" => Self::Role(Role::Minister),
            "deputies" => Self::Role(Role::Deputy),
            "heads" => Self::Role(Role::Head),
            "staff" => Self::Role(Role::Staff),
            "office" => Self::Office,
            other => match other.split_once(':')? {
                ("section", name) => Self::Section(named(name)?),
                ("post", title) => Self::Post(named(title)?),
                _ => return None,
            },
        })
    }
}
