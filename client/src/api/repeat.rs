//! When a request is repeated: a bounded number of times, after pauses that grow and are never quite the same, so that
//! many clients do not come back at once.

use std::time::Duration;

use ulid::Ulid;

use super::trouble::Trouble;
use crate::failure::Failure;

/// The first pause, and the longest one that is not asked for.
const FIRST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(8);
/// A server that asks for more gets no repetition.
const ASKED_FOR_MAX: Duration = Duration::from_secs(60);

/// The repetitions that are left.
#[derive(Debug)]
pub(crate) struct Repeats {
    left: u32,
    attempt: u32,
}

impl Repeats {
    pub(super) fn of(retries: u32) -> Self {
        Self { left: retries, attempt: 0 }
    }

    /// The pause before the next attempt, unless there is none: then the failure.
    pub(crate) fn next(&mut self, trouble: Trouble) -> Result<Duration, Failure> {
        let (failure, asked_for) = match trouble {
            Trouble::Final(failure) => return Err(failure),
            Trouble::Passing(failure, asked_for) => (failure, asked_for.unwrap_or_default()),
        };
        if self.left == 0 || asked_for > ASKED_FOR_MAX {
            return Err(failure);
        }
        self.left -= 1;
        self.attempt += 1;
        Ok(backoff(self.attempt, FIRST, LONGEST).max(asked_for))
    }
}

/// The pause before this attempt, the first being 1: doubled each time up to a limit, and between half of it and all.
pub(crate) fn backoff(attempt: u32, first: Duration, longest: Duration) -> Duration {
    let doubled = first.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
    let pause = doubled.min(longest);
    // The random part of an id is good enough for a pause.
    let share = (Ulid::generate().random() & 0xffff) as u32;
    pause / 2 + (pause / 2).saturating_mul(share) / 0xffff
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::failure::Exit;

    fn passing(asked_for: Option<u64>) -> Trouble {
        Trouble::Passing(Failure::new(Exit::Away, "Busy."), asked_for.map(Duration::from_secs))
    }

    #[test]
    fn repetitions_are_bounded() {
        let mut repeats = Repeats::of(2);
        assert!(repeats.next(passing(None)).unwrap() <= FIRST);
        assert!(repeats.next(passing(Some(9))).unwrap() == Duration::from_secs(9));
        assert_eq!(repeats.next(passing(None)), Err(Failure::new(Exit::Away, "Busy.")));
        assert!(Repeats::of(2).next(passing(Some(3600))).is_err());
        assert!(Repeats::of(2).next(Trouble::Final(Failure::other("No."))).is_err());
        assert!(Repeats::of(0).next(passing(None)).is_err());
    }

    #[test]
    fn pauses_differ() {
        let pauses: std::collections::HashSet<_> = (0..50).map(|_| backoff(4, FIRST, LONGEST)).collect();
        assert!(pauses.len() > 10, "{pauses:?}");
    }

    proptest! {
        #[test]
        fn pauses_grow_up_to_a_limit(attempt in 1_u32..) {
            let whole = FIRST.saturating_mul(2_u32.saturating_pow(attempt - 1)).min(LONGEST);
            let pause = backoff(attempt, FIRST, LONGEST);
            prop_assert!(whole / 2 <= pause && pause <= whole);
        }
    }
}
