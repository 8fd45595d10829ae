//! Inspects whatever the bucket hints at, and retries if that failed or was too early. Not here: what an object needs
//! (`inspect`), and changes without a hint (`pass`).

use std::sync::Arc;
use std::time::Duration;

use domain::Key;
use futures::stream::{self, BoxStream, StreamExt as _};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_stream::wrappers::ReceiverStream;

use crate::bucket::{Hint, Notice, Outcome, Receipt};
use crate::clock::back_off;
use crate::reconcile::inspect::{inspect, is_known};
use crate::reconcile::state::{INSPECTED_AT_ONCE, Reconciler};
use crate::shared::Shared;

/// Objects that wait for another attempt; beyond that, the next pass picks them up.
const RETRIES_MAX: usize = 1024;
/// Retries: some ten minutes in all, then the next pass picks the object up.
const RETRY_ATTEMPTS: u32 = 10;
const RETRY_FIRST: Duration = Duration::from_secs(1);
const RETRY_MOST: Duration = Duration::from_secs(120);
/// Keys that wait until they are old enough; beyond that, the next pass picks them up.
const EARLY_MAX: usize = 4096;

/// An object to inspect, and how often that failed.
struct Errand {
    key: Key,
    attempt: u32,
    /// From a hint that is redelivered, and so need not be remembered here.
    receipt: Option<Receipt>,
}

/// Follows the hints forever.
pub(crate) async fn follow(reconciler: Arc<Reconciler>, notices: BoxStream<'static, Notice>) {
    let (again, retries) = mpsc::channel(RETRIES_MAX);
    let (early, waiting) = mpsc::channel(EARLY_MAX);
    // In order of arrival, which is roughly the order in which they are due.
    let due = ReceiverStream::new(waiting).then(|(due, key)| async move {
        tokio::time::sleep_until(due).await;
        Errand { key, attempt: 0, receipt: None }
    });
    let all = &*reconciler;
    let hinted = notices.filter_map(|Notice { hint, etag, receipt }| async move {
        match hint {
            Hint::Key(key) if is_known(all, &key, etag.as_deref()).await => {
                receipt.into_iter().for_each(|receipt| receipt.settle(Outcome::Done));
                None
            }
            Hint::Key(key) => Some(Errand { key, attempt: 0, receipt }),
            Hint::Everything => {
                all.everything.notify_one();
                None
            }
        }
    });
    let errands = stream::select(hinted, stream::select(ReceiverStream::new(retries), due));
    let run = |mut errand: Errand| async {
        let inspected = inspect(&reconciler, &errand.key).await;
        match (inspected, errand.receipt.take()) {
            (Ok(None), receipt) => receipt.into_iter().for_each(|receipt| receipt.settle(Outcome::Done)),
            (Ok(Some(wait)), Some(receipt)) => receipt.settle(Outcome::Early(wait)),
            (Ok(Some(wait)), None) => drop(early.try_send((Instant::now() + wait, errand.key))),
            (Err(_), Some(_)) => {}
            (Err(_), None) => try_later(&reconciler.shared, &again, errand),
        }
    };
    errands.for_each_concurrent(INSPECTED_AT_ONCE, run).await;
}

/// Retries an object later, unless too many are already waiting.
fn try_later(shared: &Shared, again: &mpsc::Sender<Errand>, errand: Errand) {
    if errand.attempt >= RETRY_ATTEMPTS {
        return;
    }
    if let Ok(place) = again.clone().try_reserve_owned() {
        let wait = back_off(RETRY_FIRST, errand.attempt, RETRY_MOST);
        let stopping = shared.stopping.clone();
        shared.background.spawn(async move {
            if stopping.run_until_cancelled(tokio::time::sleep(wait)).await.is_some() {
                place.send(Errand { attempt: errand.attempt + 1, ..errand });
            }
        });
    }
}
