//! A clock that a test moves.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::Timestamp;

use crate::Clock;

/// A clock that stands still until a test moves it. It begins now: to a server with a clock of its own, nothing that a
/// test keeps has expired.
#[derive(Clone)]
pub(crate) struct TestClock(Arc<AtomicU64>);

impl Default for TestClock {
    fn default() -> Self {
        Self(Arc::new(AtomicU64::new(Clock::system().now().unix_ms())))
    }
}

impl TestClock {
    pub(crate) fn clock(&self) -> Clock {
        let now_ms = Arc::clone(&self.0);
        Clock::from_fn(move || Timestamp::from_unix_ms(now_ms.load(Ordering::Relaxed)))
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock().now()
    }

    pub(crate) fn pass(&self, time: Duration) {
        self.0.fetch_add(u64::try_from(time.as_millis()).unwrap(), Ordering::Relaxed);
    }
}
