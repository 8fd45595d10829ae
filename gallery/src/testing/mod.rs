//! What the tests share: a gallery on ports in memory, whose clock and faults a test controls.

#[cfg(feature = "test-servers")]
pub(crate) mod account;
mod altered_bucket;
mod catalogs;
pub(crate) mod http_stand_in;
pub(crate) mod in_process_s3;
pub(crate) mod log;
pub(crate) mod plain_http;
#[cfg(feature = "test-servers")]
pub(crate) mod servers;
pub(crate) mod smtp_stand_in;
pub(crate) mod test_clock;
#[cfg(feature = "test-servers")]
pub(crate) mod unique_names;
#[cfg(feature = "test-servers")]
pub(crate) mod users;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::{
    Body, Change, ChangeKind, CodeText, Content, Entry, EntryId, Key, Level, Media, Photo, Recipe, Seq,
    Space, StyleText, Timestamp,
};
use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};

pub(crate) use self::altered_bucket::{Alteration, AlteredBucket};
pub(crate) use self::catalogs::{Fault, FaultyCatalog, ScriptedCatalog};
use crate::bucket::{Bucket, Hint, MemoryBucket, Object, Outcome};
use crate::catalog::Catalog;
use crate::{
    Administer, AllSpaces, Audience, Clock, Draft, Event, Gallery, GalleryError, Grant, OnReuse, Options,
    Ports, Published, Subscription, WindowRequest,
};

/// 2026-11-21T03:14:55.120Z.
pub(crate) const START_MS: u64 = 1_795_230_895_120;

/// A grant for everything in a space.
pub(crate) fn granted(space: &Space) -> Grant<Administer> {
    Grant::issue(space.clone(), Audience::Everyone)
}

/// A grant for the storage of all spaces.
pub(crate) fn operator() -> Grant<Administer, AllSpaces> {
    Grant::issue_for_all()
}

/// The content of a code, or of a file if `value` is empty.
pub(crate) fn content(key: &str, value: &str) -> Content {
    Content {
        key: key.parse().unwrap(),
        name: "".parse().unwrap(),
        body: if value.is_empty() { Body::plain_file() } else { code(value) },
        size_bytes: 0,
        sha256: None,
        etag: "1".to_owned(),
        created_at: Timestamp::from_unix_ms(START_MS),
        labels: Vec::new(),
    }
}

/// A photo that nobody has looked at.
pub(crate) fn photo(key: &str) -> Content {
    let at = Timestamp::from_unix_ms(START_MS);
    let photo = Photo::new(Media::Jpeg, Recipe::Flip, at);
    Content { body: Body::Photo { values: Vec::new(), photo: photo.into() }, ..content(key, "") }
}

/// The body of a code without a recorded symbol.
pub(crate) fn code(value: &str) -> Body {
    Body::Code { value: value.to_owned(), style: Level::M.into(), symbol: None }
}

pub(crate) fn draft(text: &str, request: &str) -> Draft {
    Draft {
        labels: Vec::new(),
        text: CodeText::parse(text, Level::M).unwrap(),
        name: "".parse().unwrap(),
        look: StyleText::default(),
        request: request.parse().unwrap(),
    }
}

/// The hints of a bucket, each settled as done.
pub(crate) fn hints(bucket: &dyn Bucket) -> BoxStream<'static, Hint> {
    let followed = bucket.watch().map(|notice| {
        if let Some(receipt) = notice.receipt {
            receipt.settle(Outcome::Done);
        }
        notice.hint
    });
    followed.boxed()
}

/// An export of one space, or of all.
pub(crate) async fn exported(bucket: &dyn Bucket, catalog: &dyn Catalog, space: Option<&Space>) -> Vec<u8> {
    let (writer, mut reader) = tokio::io::duplex(4096);
    let mut tar = Vec::new();
    let grant = operator();
    let (outcome, read) = tokio::join!(
        crate::transfer::export(&grant, bucket, catalog, space, writer),
        tokio::io::AsyncReadExt::read_to_end(&mut reader, &mut tar)
    );
    outcome.unwrap();
    read.unwrap();
    tar
}

/// The bytes of an object.
pub(crate) async fn object(bucket: &MemoryBucket, key: &Key) -> Vec<u8> {
    collected(bucket.get(key, None).await.unwrap()).await
}

/// The remaining bytes of an object.
pub(crate) async fn collected(object: Object) -> Vec<u8> {
    let pieces: Vec<_> = object.bytes.try_collect().await.unwrap();
    pieces.concat()
}

/// A gallery in memory.
pub(crate) struct Stage {
    pub(crate) bucket: Arc<MemoryBucket>,
    pub(crate) catalog: Arc<FaultyCatalog>,
    pub(crate) gallery: Gallery,
    now_ms: Arc<AtomicU64>,
}

impl Stage {
    pub(crate) async fn open() -> Self {
        Self::with(MemoryBucket::new(), FaultyCatalog::default()).await
    }

    pub(crate) async fn with(bucket: MemoryBucket, catalog: FaultyCatalog) -> Self {
        let (bucket, catalog) = (Arc::new(bucket), Arc::new(catalog));
        let now_ms = Arc::new(AtomicU64::new(START_MS));
        let gallery = open_at(&bucket, &catalog, &now_ms).await;
        Self { bucket, catalog, gallery, now_ms }
    }

    /// A second gallery on the same ports.
    pub(crate) async fn another(&self) -> Gallery {
        open_at(&self.bucket, &self.catalog, &self.now_ms).await
    }

    pub(crate) fn clock(&self) -> Clock {
        clock(&self.now_ms)
    }

    pub(crate) fn pass(&self, time: Duration) {
        self.now_ms.fetch_add(u64::try_from(time.as_millis()).unwrap(), Ordering::Relaxed);
    }

    pub(crate) async fn publish(&self, text: &str, request: &str) -> Result<Published, GalleryError> {
        self.gallery.publish(&granted(&Space::main()), draft(text, request), OnReuse::Conflict).await
    }

    /// The ids on the first page of `main`.
    pub(crate) async fn listed(&self) -> Vec<EntryId> {
        let window = WindowRequest { page: 1, per_page: 200 };
        let page = self.gallery.listing(&granted(&Space::main()), window).await.unwrap();
        page.entries.iter().map(|entry| entry.id).collect()
    }

    pub(crate) async fn entry(&self, id: EntryId) -> Arc<Entry> {
        self.gallery.entry(&granted(&Space::main()), id).await.unwrap()
    }

    /// The spaces that ever had an entry.
    pub(crate) async fn spaces(&self) -> Vec<Space> {
        let spaces =
            self.gallery.spaces(|space| Some(Grant::issue(space, Audience::Everyone))).await.unwrap();
        spaces.iter().map(|grant| grant.space().clone()).collect()
    }

    pub(crate) async fn subscribe(&self, after: Option<Seq>) -> Subscription {
        self.gallery.subscribe(&granted(&Space::main()), after).await.unwrap()
    }

    pub(crate) async fn object_count(&self) -> usize {
        self.bucket.list().count().await
    }
}

pub(crate) async fn open(bucket: &Arc<MemoryBucket>, catalog: &Arc<FaultyCatalog>) -> Gallery {
    open_at(bucket, catalog, &Arc::new(AtomicU64::new(START_MS))).await
}

async fn open_at(
    bucket: &Arc<MemoryBucket>,
    catalog: &Arc<FaultyCatalog>,
    now_ms: &Arc<AtomicU64>,
) -> Gallery {
    let ports = Ports::in_memory_beside(Arc::clone(bucket) as _, Arc::clone(catalog) as _);
    let options = Options { reconcile_every: Duration::from_secs(300), works: false, ..Options::default() };
    Gallery::open_with_clock(ports, options, clock(now_ms)).await.unwrap()
}

fn clock(now_ms: &Arc<AtomicU64>) -> Clock {
    let now_ms = Arc::clone(now_ms);
    Clock::from_fn(move || Timestamp::from_unix_ms(now_ms.load(Ordering::Relaxed)))
}

/// The next change of a subscription; `None` for a reset.
pub(crate) async fn next_change(subscription: &mut Subscription) -> Option<Change> {
    let next = tokio::time::timeout(Duration::from_secs(10), subscription.next());
    match next.await.expect("an event comes").expect("the gallery runs") {
        Event::Change { seq, json } => {
            let change: Change = serde_json::from_str(&json).unwrap();
            assert_eq!(change.seq, seq);
            Some(change)
        }
        Event::Reset => None,
    }
}

/// The next change: its seq, kind and entry.
pub(crate) async fn next_step(subscription: &mut Subscription) -> (Seq, ChangeKind, EntryId) {
    let change = next_change(subscription).await.expect("no reset");
    (change.seq, change.kind, change.entry.id)
}
