//! One queue message on its way through this program: settled when all objects that it mentions are. Not here:
//! telling the queue (`watch`).

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;

use crate::bucket::{Outcome, Receipt};

/// The longest time that SQS hides a message.
const HIDDEN_MAX_SECONDS: i32 = 12 * 60 * 60;

/// A message that need not be delivered again now.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Settled {
    /// The receipt handle by which the queue knows this delivery.
    pub(super) handle: String,
    /// `None` when it is done; otherwise in how many seconds to deliver it again.
    pub(super) early_s: Option<i32>,
}

/// A delivered message.
pub(super) struct Delivery {
    handle: String,
    /// Objects that it mentions and that have no outcome yet.
    open: AtomicUsize,
    /// The longest requested wait; 0 for none.
    early_s: AtomicI32,
    settle: UnboundedSender<Settled>,
}

impl Delivery {
    /// A message about this many objects; with none it is settled already.
    pub(super) fn new(handle: String, objects: usize, settle: UnboundedSender<Settled>) -> Self {
        let delivery = Self { handle, open: AtomicUsize::new(objects), early_s: AtomicI32::new(0), settle };
        if objects == 0 {
            delivery.end();
        }
        delivery
    }

    /// The receipt for one of its objects.
    pub(super) fn receipt(delivery: &Arc<Self>) -> Receipt {
        let delivery = Arc::clone(delivery);
        Receipt::new(move |outcome| delivery.on_outcome(outcome))
    }

    fn on_outcome(&self, outcome: Outcome) {
        if let Outcome::Early(wait) = outcome {
            self.early_s.fetch_max(whole_seconds(wait), Ordering::AcqRel);
        }
        if self.open.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.end();
        }
    }

    fn end(&self) {
        let early_s = Some(self.early_s.load(Ordering::Acquire)).filter(|seconds| *seconds > 0);
        // Nobody reads on: the queue delivers the message again, to another reader.
        let _ = self.settle.send(Settled { handle: self.handle.clone(), early_s });
    }
}

/// At least that long, and at least one second.
fn whole_seconds(wait: Duration) -> i32 {
    let seconds = wait.as_millis().div_ceil(1000).max(1);
    i32::try_from(seconds).unwrap_or(i32::MAX).min(HIDDEN_MAX_SECONDS)
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::unbounded_channel;

    use super::*;

    /// The result of these outcomes; the `None` of an object means that its inspection failed.
    fn settled_after(outcomes: &[Option<Outcome>]) -> Option<Option<i32>> {
        let (settle, mut settled) = unbounded_channel();
        let delivery = Arc::new(Delivery::new("h".to_owned(), outcomes.len(), settle));
        for outcome in outcomes {
            assert!(settled.try_recv().is_err(), "too soon");
            let receipt = Delivery::receipt(&delivery);
            if let Some(outcome) = outcome {
                receipt.settle(*outcome);
            }
        }
        settled.try_recv().ok().map(|settled| settled.early_s)
    }

    #[test]
    fn a_message_is_settled_when_all_its_objects_are() {
        let early = |ms| Some(Outcome::Early(Duration::from_millis(ms)));
        assert_eq!(settled_after(&[]), Some(None));
        assert_eq!(settled_after(&[Some(Outcome::Done); 3]), Some(None));
        assert_eq!(settled_after(&[Some(Outcome::Done), None, Some(Outcome::Done)]), None);
        assert_eq!(settled_after(&[early(1), Some(Outcome::Done)]), Some(Some(1)));
        assert_eq!(settled_after(&[early(60_001), early(2000)]), Some(Some(61)));
        assert_eq!(settled_after(&[early(u64::MAX)]), Some(Some(HIDDEN_MAX_SECONDS)));
    }
}
