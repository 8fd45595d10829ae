//! How each receipt of a bucket's hints is settled.

use std::sync::Arc;
use std::time::Duration;

use domain::limits::ADOPTION_AGE;
use domain::{Key, Space, Timestamp};
use futures::StreamExt as _;
use futures::stream::BoxStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::bucket::{Bucket as _, Hint, MemoryBucket, Notice, Outcome, Receipt};
use crate::testing::{Alteration, AlteredBucket, Fault, FaultyCatalog, START_MS, draft, granted};
use crate::{Clock, Gallery, OnReuse, Options, Ports};

/// How the hint for an object was settled; `None` when the receipt was dropped.
type ReportedOutcome = (Key, Option<Outcome>);

/// Gives every hint a receipt, and sends how it was settled.
struct WithReceipts {
    outcomes: UnboundedSender<ReportedOutcome>,
}

/// Reports how a receipt was settled, once it is dropped.
struct RecordingReceipt(Key, Option<Outcome>, UnboundedSender<ReportedOutcome>);

impl RecordingReceipt {
    fn settle(&mut self, outcome: Outcome) {
        self.1 = Some(outcome);
    }
}

impl Drop for RecordingReceipt {
    fn drop(&mut self) {
        let _ = self.2.send((self.0.clone(), self.1));
    }
}

impl Alteration for WithReceipts {
    fn watch(&self, bucket: &MemoryBucket) -> BoxStream<'static, Notice> {
        let outcomes = self.outcomes.clone();
        let notices = bucket.watch().map(move |notice| {
            let Hint::Key(key) = &notice.hint else { return notice };
            let mut recording = RecordingReceipt(key.clone(), None, outcomes.clone());
            let receipt = Receipt::new(move |outcome| recording.settle(outcome));
            Notice { receipt: Some(receipt), ..notice }
        });
        notices.boxed()
    }
}

async fn place() -> (Arc<MemoryBucket>, Arc<FaultyCatalog>, Gallery, UnboundedReceiver<ReportedOutcome>) {
    let (sender, outcomes) = unbounded_channel();
    let inner = Arc::new(MemoryBucket::new());
    let bucket =
        Arc::new(AlteredBucket { inner: Arc::clone(&inner), alteration: WithReceipts { outcomes: sender } });
    let catalog = Arc::new(FaultyCatalog::default());
    let options = Options { reconcile_every: Duration::from_secs(3600), ..Options::default() };
    let clock = Clock::from_fn(|| Timestamp::from_unix_ms(START_MS));
    let ports = Ports::in_memory_beside(bucket, catalog.clone());
    let gallery = Gallery::open_with_clock(ports, options, clock).await.unwrap();
    (inner, catalog, gallery, outcomes)
}

#[tokio::test(start_paused = true)]
async fn only_successful_inspections_settle_hints() {
    let (bucket, catalog, gallery, mut outcomes) = place().await;
    let (first, second) = ("photos/a".parse::<Key>().unwrap(), "photos/b".parse::<Key>().unwrap());
    bucket.overwrite(&first, "x".into());
    assert_eq!(outcomes.recv().await, Some((first, Some(Outcome::Done))));
    gallery.wait_for(&granted(&Space::main()), 1).await.unwrap();
    catalog.faults.lock().unwrap().push_back(Fault::Full);
    bucket.overwrite(&second, "x".into());
    assert_eq!(outcomes.recv().await, Some((second.clone(), None)));
    // It is not inspected again until the hint is repeated.
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert_eq!(gallery.listing(&granted(&Space::main()), window()).await.unwrap().total, 1);
    bucket.overwrite(&second, "x".into());
    assert_eq!(outcomes.recv().await, Some((second, Some(Outcome::Done))));
}

fn window() -> crate::WindowRequest {
    crate::WindowRequest { page: 1, per_page: 10 }
}

#[tokio::test(start_paused = true)]
async fn early_inspection_names_its_retry_time() {
    let (_bucket, catalog, gallery, mut outcomes) = place().await;
    catalog.faults.lock().unwrap().extend([Fault::UnavailableBefore; 6]);
    gallery.publish(&granted(&Space::main()), draft("text", "r"), OnReuse::Conflict).await.unwrap_err();
    let (_, outcome) = outcomes.recv().await.unwrap();
    assert_eq!(outcome, Some(Outcome::Early(ADOPTION_AGE + Duration::from_millis(1))));
}
