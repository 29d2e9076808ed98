//! Randomness. The operating system's in earnest, a seeded generator where things must come out the same again.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use rand::rngs::{OsRng, StdRng};
use rand::{RngCore as _, SeedableRng as _, TryRngCore as _};
use uuid::Uuid;

/// Where random numbers come from.
#[derive(Clone, Debug)]
pub enum Randomness {
    /// The operating system.
    System,
    /// A generator that gives the same numbers for the same seed.
    Seeded(Arc<Mutex<StdRng>>),
}

impl Randomness {
    /// A generator for this seed.
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// Random bytes.
    pub fn bytes<const LENGTH: usize>(&self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        match self {
            // Without randomness there are no safe secrets: going on would be worse than stopping.
            Self::System => OsRng.unwrap_err().fill_bytes(&mut bytes),
            Self::Seeded(generator) => {
                generator
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner)
                    .fill_bytes(&mut bytes);
            }
        }
        bytes
    }

    /// A UUIDv7 for this moment.
    pub fn uuid(&self, at: DateTime<Utc>) -> Uuid {
        let milliseconds = u64::try_from(at.timestamp_millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(milliseconds, &self.bytes()).into_uuid()
    }

    /// A whole number below `bound` (which is at least 1).
    pub fn below(&self, bound: u64) -> u64 {
        u64::from_be_bytes(self.bytes()) % bound.max(1)
    }
}
