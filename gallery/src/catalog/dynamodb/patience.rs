//! How long, how often and at what intervals a write is retried.

use std::time::Duration;

use tokio::time::Instant;

use crate::clock::back_off;

/// Intervals after a conflict with another write.
const CONFLICT_FIRST: Duration = Duration::from_millis(2);
const CONFLICT_MOST: Duration = Duration::from_millis(32);
/// Intervals when DynamoDB does not respond, or is overloaded.
const TROUBLE_FIRST: Duration = Duration::from_millis(50);
const TROUBLE_MOST: Duration = Duration::from_secs(1);
/// After being overtaken this many times in a row, an instance asks the others to wait.
const OVERTAKEN_MAX: u32 = 2;
/// How long an instance waits when asked: as long as two requests of the other take.
const TURN: Duration = Duration::from_millis(40);

/// The remaining patience.
pub(super) struct Patience {
    until: Instant,
    conflicts: u32,
    troubles: u32,
    overtaken: u32,
}

impl Patience {
    pub(super) fn begin(most: Duration) -> Self {
        Self { until: Instant::now() + most, conflicts: 0, troubles: 0, overtaken: 0 }
    }

    /// Whether it is time to ask the others to wait, after being overtaken once more.
    pub(super) fn is_overtaken_too_often(&mut self) -> bool {
        self.overtaken += 1;
        let is_often = self.overtaken > OVERTAKEN_MAX;
        if is_often {
            self.overtaken = 0;
        }
        is_often
    }

    /// Waits after a conflict; returns whether to retry.
    pub(super) async fn after_conflict(&mut self) -> bool {
        let wait = back_off(CONFLICT_FIRST, self.conflicts, CONFLICT_MOST);
        self.conflicts += 1;
        self.wait(wait).await
    }

    /// The same, after another instance has asked for its turn.
    pub(super) async fn give_way(&mut self) -> bool {
        self.wait(back_off(TURN, 0, TURN)).await
    }

    /// The same, after an error that may be temporary.
    pub(super) async fn after_trouble(&mut self) -> bool {
        let wait = back_off(TROUBLE_FIRST, self.troubles, TROUBLE_MOST);
        self.troubles += 1;
        self.wait(wait).await
    }

    async fn wait(&self, wait: Duration) -> bool {
        let goes_on = Instant::now() + wait < self.until;
        if goes_on {
            tokio::time::sleep(wait).await;
        }
        goes_on
    }
}
