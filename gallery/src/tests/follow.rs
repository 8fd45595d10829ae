//! How each receipt of a bucket's hints is settled.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::limits::ADOPTION_AGE;
use domain::{Key, Space, Timestamp};
use futures::StreamExt as _;
use futures::stream::BoxStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::bucket::{
    Body, Bucket, BucketError, Hint, MemoryBucket, Metadata, Notice, Object, ObjectInfo, Outcome, Receipt,
};
use crate::testing::{Fault, FaultyCatalog, START_MS, draft, granted};
use crate::{Clock, Gallery, OnReuse, Options};

/// How the hint for an object was settled; `None` when the receipt was dropped.
type ReportedOutcome = (Key, Option<Outcome>);

struct WithReceipts {
    inner: MemoryBucket,
    told: UnboundedSender<ReportedOutcome>,
}

/// Passes on what a receipt was told, when that is over.
struct RecordingReceipt(Key, Option<Outcome>, UnboundedSender<ReportedOutcome>);

impl RecordingReceipt {
    fn hear(&mut self, outcome: Outcome) {
        self.1 = Some(outcome);
    }
}

impl Drop for RecordingReceipt {
    fn drop(&mut self) {
        let _ = self.2.send((self.0.clone(), self.1));
    }
}

#[async_trait]
impl Bucket for WithReceipts {
    async fn put(&self, key: &Key, body: Body, metadata: &Metadata) -> Result<ObjectInfo, BucketError> {
        self.inner.put(key, body, metadata).await
    }

    async fn head(&self, key: &Key) -> Result<(ObjectInfo, Metadata), BucketError> {
        self.inner.head(key).await
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Object, BucketError> {
        self.inner.get(key, range).await
    }

    fn list(&self) -> BoxStream<'_, Result<ObjectInfo, BucketError>> {
        self.inner.list()
    }

    async fn delete(&self, key: &Key) -> Result<(), BucketError> {
        self.inner.delete(key).await
    }

    fn watch(&self) -> BoxStream<'static, Notice> {
        let told = self.told.clone();
        let notices = self.inner.watch().map(move |notice| {
            let Hint::Key(key) = &notice.hint else { return notice };
            let mut ear = RecordingReceipt(key.clone(), None, told.clone());
            let receipt = Receipt::new(move |outcome| ear.hear(outcome));
            Notice { receipt: Some(receipt), ..notice }
        });
        notices.boxed()
    }
}

async fn place() -> (Arc<WithReceipts>, Arc<FaultyCatalog>, Gallery, UnboundedReceiver<ReportedOutcome>) {
    let (told, hears) = unbounded_channel();
    let bucket = Arc::new(WithReceipts { inner: MemoryBucket::new(), told });
    let catalog = Arc::new(FaultyCatalog::default());
    let options = Options { reconcile_every: Duration::from_secs(3600), ..Options::default() };
    let clock = Clock::from_fn(|| Timestamp::from_unix_ms(START_MS));
    let gallery = Gallery::open_with_clock(bucket.clone(), catalog.clone(), options, clock).await.unwrap();
    (bucket, catalog, gallery, hears)
}

#[tokio::test(start_paused = true)]
async fn only_successful_inspections_settle_hints() {
    let (bucket, catalog, gallery, mut hears) = place().await;
    let (first, second) = ("photos/a".parse::<Key>().unwrap(), "photos/b".parse::<Key>().unwrap());
    bucket.inner.overwrite(&first, "x".into());
    assert_eq!(hears.recv().await, Some((first, Some(Outcome::Done))));
    gallery.wait_for(&granted(&Space::main()), 1).await.unwrap();
    catalog.faults.lock().unwrap().push_back(Fault::Full);
    bucket.inner.overwrite(&second, "x".into());
    assert_eq!(hears.recv().await, Some((second.clone(), None)));
    // It is not looked at again until the hint comes again.
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert_eq!(gallery.listing(&granted(&Space::main()), window()).await.unwrap().total, 1);
    bucket.inner.overwrite(&second, "x".into());
    assert_eq!(hears.recv().await, Some((second, Some(Outcome::Done))));
}

fn window() -> crate::WindowRequest {
    crate::WindowRequest { page: 1, per_page: 10 }
}

#[tokio::test(start_paused = true)]
async fn early_inspection_names_its_retry_time() {
    let (_bucket, catalog, gallery, mut hears) = place().await;
    catalog.faults.lock().unwrap().extend([Fault::UnavailableBefore; 6]);
    gallery.publish(&granted(&Space::main()), draft("text", "r"), OnReuse::Conflict).await.unwrap_err();
    let (_, outcome) = hears.recv().await.unwrap();
    assert_eq!(outcome, Some(Outcome::Early(ADOPTION_AGE + Duration::from_millis(1))));
}
