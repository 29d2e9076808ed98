//! The clock. Nobody else asks for the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Duration, Utc};

/// Tells the time.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's time.
    System,
    /// The machine's time moved by this much: the demo runs on a day of its own.
    Shifted(Duration),
    /// Stands where it is put, in microseconds since 1970: for tests and for making the demo's past.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `time`.
    pub fn set_to(time: DateTime<Utc>) -> Self {
        Self::Set(Arc::new(AtomicI64::new(time.timestamp_micros())))
    }

    /// The machine's clock, moved so that now is `start`.
    pub fn starting_at(start: DateTime<Utc>) -> Self {
        Self::Shifted(start - Self::System.now())
    }

    /// Moves a clock that can be set; others go on.
    pub fn put(&self, time: DateTime<Utc>) {
        if let Self::Set(micros) = self {
            micros.store(time.timestamp_micros(), Ordering::SeqCst);
        }
    }

    /// Now, to the microsecond.
    pub fn now(&self) -> DateTime<Utc> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that reads the machine's clock"
        )]
        let machine = || DateTime::<Utc>::from(std::time::SystemTime::now());
        let exact = match self {
            Self::System => machine(),
            Self::Shifted(by) => machine() + *by,
            Self::Set(micros) => {
                return DateTime::from_timestamp_micros(micros.load(Ordering::SeqCst))
                    .unwrap_or_default();
            }
        };
        DateTime::from_timestamp_micros(exact.timestamp_micros()).unwrap_or(exact)
    }
}
