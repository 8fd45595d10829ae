//! Throttles repeated warnings: the first one of a kind is logged at once, then, at most once a minute, how many
//! there were. Not here: the messages.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

/// The interval between two log lines of one kind.
const EVERY: Duration = Duration::from_secs(60);

/// Warnings of one kind.
#[derive(Debug, Default)]
pub struct LogThrottle(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    logged_at: Option<Instant>,
    suppressed: u64,
}

impl LogThrottle {
    /// None so far.
    pub const fn new() -> Self {
        Self(Mutex::new(State { logged_at: None, suppressed: 0 }))
    }

    /// Counts one warning. If it should be logged, returns how many others were suppressed since the last log line;
    /// otherwise `None`.
    pub fn record(&self) -> Option<u64> {
        let mut state = self.0.lock();
        if state.logged_at.is_some_and(|logged_at| logged_at.elapsed() < EVERY) {
            state.suppressed += 1;
            return None;
        }
        state.logged_at = Some(Instant::now());
        Some(std::mem::take(&mut state.suppressed))
    }

    /// How many were suppressed, if it is time to log them although no more came; otherwise 0.
    pub fn rest(&self) -> u64 {
        let mut state = self.0.lock();
        let is_due = state.logged_at.is_some_and(|logged_at| logged_at.elapsed() >= EVERY);
        if is_due { std::mem::take(&mut *state).suppressed } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn first_event_is_logged_and_then_a_count_per_minute() {
        let throttle = LogThrottle::default();
        let flood = |count: usize| -> Vec<u64> { (0..count).filter_map(|_| throttle.record()).collect() };
        assert_eq!(flood(1000), [0]);
        tokio::time::advance(EVERY / 2).await;
        assert!(flood(1).is_empty());
        tokio::time::advance(EVERY / 2).await;
        assert_eq!(flood(1000), [1000]);
        assert_eq!(throttle.rest(), 0, "not yet");
        tokio::time::advance(EVERY).await;
        assert_eq!((throttle.rest(), throttle.rest()), (999, 0));
        assert_eq!(flood(2), [0]);
    }
}
