//! What is said against a change of the charter.

use domain::charter::adoption::{Kept, Refusal};

/// Why a draft of the charter was not changed, or not adopted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CharterRefusal {
    /// Somebody (perhaps the same person in another window) saved the draft since it was opened. Nothing is lost: both texts
    /// are here.
    Stale {
        /// The draft's latest revision.
        revision: u32,
        /// Its text.
        current: String,
        /// What this save would have made of the text it began from.
        mine: String,
        /// What both come to, where they changed different parts; otherwise the same as `mine`.
        proposal: String,
    },
    /// The draft was saved since the step was chosen; the step is not taken.
    Moved,
    /// The text is larger than a charter may be.
    TooLarge {
        /// Most bytes.
        most: usize,
    },
    /// The text is no TOML, so that the form cannot change it.
    Unreadable,
    /// There are as many open drafts as there may be.
    TooManyDrafts {
        /// Most drafts.
        most: u32,
    },
    /// The draft has been adopted or thrown away.
    Closed,
    /// The draft still has mistakes.
    Mistakes {
        /// How many.
        count: usize,
    },
    /// It is not adopted, and why.
    NotAdopted(Refusal),
    /// The version is not taken back, and why.
    NotWithdrawn(Kept),
}
