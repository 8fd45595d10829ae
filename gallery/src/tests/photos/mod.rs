//! Photos from the upload to their pictures, on ports in memory: a gallery that works on them, and what a test needs to
//! wait for that.

mod crashes;
mod faults;
mod foreign;
mod labels;
mod moved;
mod notices;
mod people;
mod privacy;
mod repairs;
mod uploads;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use domain::{Entry, EntryId, Key, Photo, Recipe, Space, StageError, Step};
use futures::{StreamExt as _, TryStreamExt as _};
use jpeg_encoder::{ColorType, Encoder};

use crate::bucket::{Bucket as _, MemoryBucket, Spool};
use crate::queue::MemoryQueue;
use crate::records::MemoryRecords;
use crate::testing::{FaultyCatalog, collected, granted};
use crate::{Clock, Gallery, GalleryError, Options, Ports, Upload, Uploaded};

/// Nothing takes this long, even on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(120);

/// A gallery in memory that works on photos.
struct Stage {
    bucket: Arc<MemoryBucket>,
    catalog: Arc<FaultyCatalog>,
    ports: Ports,
    gallery: Gallery,
    /// How far the clock is ahead.
    ahead_ms: Arc<AtomicU64>,
}

fn only_serves() -> Options {
    Options { works: false, ..Options::default() }
}

impl Stage {
    async fn open() -> Self {
        Self::with(Options::default()).await
    }

    async fn with(options: Options) -> Self {
        let (bucket, catalog) = (Arc::new(MemoryBucket::new()), Arc::new(FaultyCatalog::default()));
        let records = Arc::new(MemoryRecords::new(Clock::system()));
        let queue = Arc::new(MemoryQueue::new(Clock::system()));
        let ports = Ports { bucket: bucket.clone(), catalog: catalog.clone(), records, queue };
        let ahead_ms = Arc::new(AtomicU64::new(0));
        let gallery = open(&ports, options, &ahead_ms).await;
        Self { bucket, catalog, ports, gallery, ahead_ms }
    }

    /// Another gallery on the same ports.
    async fn another(&self, options: Options) -> Gallery {
        open(&self.ports, options, &self.ahead_ms).await
    }

    fn pass(&self, time: Duration) {
        self.ahead_ms.fetch_add(u64::try_from(time.as_millis()).unwrap(), Ordering::Relaxed);
    }

    async fn upload(&self, bytes: &[u8], request: &str) -> Result<Uploaded, GalleryError> {
        self.gallery.upload(&granted(&Space::main()), upload(bytes, request).await).await
    }

    async fn entry(&self, id: EntryId) -> Arc<Entry> {
        self.gallery.entry(&granted(&Space::main()), id).await.unwrap()
    }

    async fn photo(&self, id: EntryId) -> Photo {
        self.entry(id).await.content.photo().expect("a photo").clone()
    }

    /// The photo once all of its steps are done or failed.
    async fn worked_on(&self, id: EntryId) -> Photo {
        self.once(id, |photo| !photo.is_unfinished()).await
    }

    /// The photo once it is as a test wants it.
    async fn once(&self, id: EntryId, is_so: impl Fn(&Photo) -> bool) -> Photo {
        let grant = granted(&Space::main());
        let mut changes = self.gallery.subscribe(&grant, Some(0)).await.unwrap();
        let waits = async {
            loop {
                let entry = self.gallery.entry(&grant, id).await;
                if let Some(photo) =
                    entry.ok().and_then(|entry| entry.content.photo().cloned()).filter(&is_so)
                {
                    return photo;
                }
                changes.next().await.expect("the gallery runs");
            }
        };
        match tokio::time::timeout(PATIENCE, waits).await {
            Ok(photo) => photo,
            Err(_) => panic!("the photo stays {:?}", self.photo(id).await),
        }
    }

    /// Everything that is derived from photos, in order.
    async fn derived(&self) -> Vec<String> {
        let objects = self.bucket.list_below("_qrate/derived/").map_ok(|object| object.key.to_string());
        let mut keys: Vec<String> = objects.try_collect().await.unwrap();
        keys.sort();
        keys
    }

    async fn picture(&self, id: EntryId, step: Step) -> Vec<u8> {
        let (_, object) = self.gallery.derived(&granted(&Space::main()), id, step).await.unwrap();
        collected(object).await
    }
}

async fn open(ports: &Ports, options: Options, ahead_ms: &Arc<AtomicU64>) -> Gallery {
    let ahead_ms = Arc::clone(ahead_ms);
    let clock = Clock::from_fn(move || {
        let now = Clock::system().now().unix_ms();
        domain::Timestamp::from_unix_ms(now + ahead_ms.load(Ordering::Relaxed))
    });
    Gallery::open_with_clock(ports.clone(), options, clock).await.unwrap()
}

async fn upload(bytes: &[u8], request: &str) -> Upload {
    Upload {
        spool: Arc::new(Spool::fill(bytes).await.unwrap()),
        file_name: "Beach.JPG".to_owned(),
        recipe: Recipe::default(),
        phone: None,
        request: request.parse().unwrap(),
    }
}

/// A photo: bright in the middle, dark at both sides, of some colour.
fn jpeg(width: u16, height: u16, colour: u8) -> Bytes {
    let row = (0..width).flat_map(|x| {
        [u8::try_from(u32::from(x.min(width - x)) * 510 / u32::from(width)).unwrap(), colour, 90]
    });
    let row: Vec<u8> = row.collect();
    let mut bytes = Vec::new();
    let encoder = Encoder::new(&mut bytes, 90);
    encoder.encode(&row.repeat(usize::from(height)), width, height, ColorType::Rgb).unwrap();
    bytes.into()
}

fn key(text: &str) -> Key {
    text.parse().unwrap()
}

fn reason(photo: &Photo) -> Option<StageError> {
    photo.failed().and_then(|stage| stage.reason)
}
