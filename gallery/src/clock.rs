//! Time and randomness in one place, so that tests control the time. Not here: waiting (tokio's timers, which tests
//! pause).

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use domain::Timestamp;
use ulid::Ulid;

/// The time of day. Cheap to clone.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// This machine's clock.
    pub fn system() -> Self {
        Self::from_fn(|| {
            // A clock before 1970 is not set: 1970 is as good as any other wrong time.
            let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            Timestamp::from_unix_ms(u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX))
        })
    }

    /// A clock that returns what the function returns.
    pub fn from_fn(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }

    /// A new, unique id: 48 bits of the current time and 80 random ones.
    pub(crate) fn ulid(&self) -> Ulid {
        Ulid::from_parts(self.now().unix_ms(), random())
    }
}

/// The moment this long before; at the earliest 1970.
pub(crate) fn before(moment: Timestamp, age: Duration) -> Timestamp {
    let age_ms = u64::try_from(age.as_millis()).unwrap_or(u64::MAX);
    Timestamp::from_unix_ms(moment.unix_ms().saturating_sub(age_ms))
}

/// The moment this much later.
pub(crate) fn after(moment: Timestamp, wait: Duration) -> Timestamp {
    let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    Timestamp::from_unix_ms(moment.unix_ms().saturating_add(wait_ms))
}

/// How long to wait before retry number `attempt` (from 0): doubled each time up to `most`, then randomly between
/// half of that and all of it, so that callers that failed together do not return together.
pub(crate) fn back_off(first: Duration, attempt: u32, most: Duration) -> Duration {
    let whole = first.saturating_mul(1 << attempt.min(16)).min(most);
    let half_us = whole.as_micros() / 2;
    let random_us = random() % (half_us + 1);
    Duration::from_micros(u64::try_from(half_us + random_us).unwrap_or(u64::MAX))
}

fn random() -> u128 {
    Ulid::generate().random()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_contain_the_time_and_are_unique() {
        let clock = Clock::from_fn(|| Timestamp::from_unix_ms(1_795_230_895_120));
        let (one, other) = (clock.ulid(), clock.ulid());
        assert_eq!(one.timestamp_ms(), 1_795_230_895_120);
        assert_ne!(one, other);
        assert_eq!(before(Timestamp::from_unix_ms(5), Duration::from_secs(1)), Timestamp::from_unix_ms(0));
    }

    #[test]
    fn back_off_doubles_up_to_its_bound() {
        let (first, most) = (Duration::from_millis(100), Duration::from_secs(1));
        for (attempt, whole_ms) in [(0, 100), (1, 200), (3, 800), (4, 1000), (4000, 1000)] {
            let wait = back_off(first, attempt, most);
            assert!(wait >= Duration::from_millis(whole_ms / 2) && wait <= Duration::from_millis(whole_ms));
        }
    }
}
