//! How often one may try: so many tries at once, then so many a second, for each address or token and for all together.
//! Whether a single account is locked is decided elsewhere, by its own failures.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

/// More addresses or tokens than this are not told apart; the limit for all together still holds.
const MOST_TOLD_APART: usize = 10_000;

/// A bucket's size and how fast it fills.
#[derive(Clone, Copy, Debug)]
struct Rate {
    /// Tries at once.
    burst: f64,
    /// Tries a second after that.
    per_second: f64,
}

/// A department of some hundred people may share one address behind its router and arrive at the same hour.
const FROM_ONE_ADDRESS: Rate = Rate {
    burst: 60.0,
    per_second: 0.5,
};
/// What the machine may spend on password hashes.
const ALTOGETHER: Rate = Rate {
    burst: 200.0,
    per_second: 10.0,
};

/// A program that works for one person: quick enough for a list of some thousand, no more than a browser in busy hands.
const WITH_ONE_TOKEN: Rate = Rate {
    burst: 300.0,
    per_second: 20.0,
};
/// What the machine may spend on programs.
const WITH_ALL_TOKENS: Rate = Rate {
    burst: 2_000.0,
    per_second: 400.0,
};

/// Whether a try is let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    Go,
    /// Not before so many seconds.
    Wait(u64),
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    filled: DateTime<Utc>,
}

impl Bucket {
    fn full(rate: Rate, now: DateTime<Utc>) -> Self {
        Self {
            tokens: rate.burst,
            filled: now,
        }
    }

    /// A clock that was set back gives nothing and takes nothing.
    fn fill(&mut self, rate: Rate, now: DateTime<Utc>) {
        let seconds = (now - self.filled).num_milliseconds().max(0) as f64 / 1_000.0;
        self.tokens = (self.tokens + seconds * rate.per_second).min(rate.burst);
        self.filled = now;
    }

    fn wait(&self, rate: Rate) -> Option<u64> {
        // At most a few minutes, and not negative.
        (self.tokens < 1.0).then(|| ((1.0 - self.tokens) / rate.per_second).ceil() as u64)
    }
}

/// Buckets for each `Key`, and one for all together.
#[derive(Debug)]
pub struct Limits<Key> {
    own: Rate,
    together: Rate,
    buckets: Mutex<Buckets<Key>>,
}

#[derive(Debug)]
struct Buckets<Key> {
    all: Option<Bucket>,
    each: HashMap<Key, Bucket>,
}

impl<Key: Eq + Hash> Limits<Key> {
    fn new(own: Rate, together: Rate) -> Self {
        Self {
            own,
            together,
            buckets: Mutex::new(Buckets {
                all: None,
                each: HashMap::new(),
            }),
        }
    }

    /// Counts a try.
    pub fn count(&self, key: Option<Key>, now: DateTime<Utc>) -> Verdict {
        let (own, together) = (self.own, self.together);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = buckets.all.unwrap_or_else(|| Bucket::full(together, now));
        all.fill(together, now);
        buckets.all = Some(all);
        // One's own limit is asked first, so that whoever exceeds it uses up nobody else's.
        if let Some(key) = key {
            if buckets.each.len() >= MOST_TOLD_APART {
                buckets.each.retain(|_, bucket| {
                    bucket.fill(own, now);
                    bucket.tokens < own.burst
                });
            }
            if buckets.each.len() < MOST_TOLD_APART || buckets.each.contains_key(&key) {
                let bucket = buckets
                    .each
                    .entry(key)
                    .or_insert_with(|| Bucket::full(own, now));
                bucket.fill(own, now);
                if let Some(seconds) = bucket.wait(own) {
                    return Verdict::Wait(seconds);
                }
                bucket.tokens -= 1.0;
            }
        }
        if let Some(seconds) = all.wait(together) {
            return Verdict::Wait(seconds);
        }
        all.tokens -= 1.0;
        buckets.all = Some(all);
        Verdict::Go
    }
}

impl Limits<IpAddr> {
    /// The limits on signing in, and on presenting tokens that are none.
    pub fn for_sign_in() -> Self {
        Self::new(FROM_ONE_ADDRESS, ALTOGETHER)
    }

    /// Counts a try from an address.
    pub fn take(&self, address: Option<IpAddr>, now: DateTime<Utc>) -> Verdict {
        self.count(address.map(network_of), now)
    }
}

impl Limits<uuid::Uuid> {
    /// The limits on programs, by token.
    pub fn for_tokens() -> Self {
        Self::new(WITH_ONE_TOKEN, WITH_ALL_TOKENS)
    }
}

/// One subscriber of IPv6 has a whole /64 of addresses.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn start() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    #[test]
    fn one_address_runs_dry_and_fills_again_while_others_go_on() {
        let limits = Limits::for_sign_in();
        let one = Some(IpAddr::from([192, 0, 2, 1]));
        for _ in 0..60 {
            assert_eq!(limits.take(one, start()), Verdict::Go);
        }
        assert_eq!(limits.take(one, start()), Verdict::Wait(2));
        assert_eq!(
            limits.take(Some(IpAddr::from([192, 0, 2, 2])), start()),
            Verdict::Go
        );
        assert_eq!(
            limits.take(one, start() + TimeDelta::seconds(2)),
            Verdict::Go
        );
        assert_eq!(
            limits.take(one, start() - TimeDelta::seconds(9)),
            Verdict::Wait(2)
        );
    }

    #[test]
    fn a_whole_network_of_addresses_counts_as_one() {
        let limits = Limits::for_sign_in();
        let address = |last: u16| Some(IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, last]));
        for last in 0..60 {
            assert_eq!(limits.take(address(last), start()), Verdict::Go);
        }
        assert_eq!(limits.take(address(99), start()), Verdict::Wait(2));
    }

    #[test]
    fn all_together_have_a_limit_too() {
        let limits = Limits::for_sign_in();
        let tries = (0..300_u32).map(|n| {
            limits.take(
                Some(IpAddr::from(
                    0xc000_0200_u32.saturating_add(n).to_be_bytes(),
                )),
                start(),
            )
        });
        assert_eq!(tries.filter(|verdict| *verdict == Verdict::Go).count(), 200);
    }

    #[test]
    fn the_list_of_addresses_does_not_grow_without_end() {
        let limits = Limits::for_sign_in();
        for n in 0..20_000_u32 {
            limits.take(Some(IpAddr::from(n.to_be_bytes())), start());
        }
        assert!(limits.buckets.lock().unwrap().each.len() <= MOST_TOLD_APART);
    }
}
