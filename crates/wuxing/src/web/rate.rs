//! How often one may try to sign in: so many tries at once, then so many a minute, from one address and from all together.
//! Whether a single account is locked is decided elsewhere, by its own failures.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

/// More addresses than this are not told apart; the limit for all together still holds.
const MOST_ADDRESSES: usize = 10_000;

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

/// The buckets of the site.
#[derive(Debug)]
pub struct Limits {
    buckets: Mutex<Buckets>,
}

#[derive(Debug, Default)]
struct Buckets {
    all: Option<Bucket>,
    each: HashMap<IpAddr, Bucket>,
}

impl Limits {
    /// The limits on signing in.
    pub(super) fn for_sign_in() -> Self {
        Self {
            buckets: Mutex::default(),
        }
    }

    /// Counts a try.
    pub fn take(&self, address: Option<IpAddr>, now: DateTime<Utc>) -> Verdict {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = buckets.all.unwrap_or_else(|| Bucket::full(ALTOGETHER, now));
        all.fill(ALTOGETHER, now);
        buckets.all = Some(all);
        // One's own limit is asked first, so that whoever exceeds it uses up nobody else's.
        if let Some(address) = address.map(network_of) {
            if buckets.each.len() >= MOST_ADDRESSES {
                buckets.each.retain(|_, bucket| {
                    bucket.fill(FROM_ONE_ADDRESS, now);
                    bucket.tokens < FROM_ONE_ADDRESS.burst
                });
            }
            if buckets.each.len() < MOST_ADDRESSES || buckets.each.contains_key(&address) {
                let own = buckets
                    .each
                    .entry(address)
                    .or_insert_with(|| Bucket::full(FROM_ONE_ADDRESS, now));
                own.fill(FROM_ONE_ADDRESS, now);
                if let Some(seconds) = own.wait(FROM_ONE_ADDRESS) {
                    return Verdict::Wait(seconds);
                }
                own.tokens -= 1.0;
            }
        }
        if let Some(seconds) = all.wait(ALTOGETHER) {
            return Verdict::Wait(seconds);
        }
        all.tokens -= 1.0;
        buckets.all = Some(all);
        Verdict::Go
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
        assert!(limits.buckets.lock().unwrap().each.len() <= MOST_ADDRESSES);
    }
}
