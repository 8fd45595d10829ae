//! Finds codes in foreign pictures. Each is marked in the bucket while it is decoded: a picture that killed the
//! program would kill it again after the restart, and then every other instance. Such a picture is not decoded again.
//!
//! A mark is keyed by the digest of the bytes, so it holds for every copy of them, and for no other version. Whoever
//! finds another run's mark asks whether that run can be alive: not if only one program can open the catalog;
//! otherwise it has two minutes. A mark is removed when the decoder ends, even by a panic. Not here: memory limits
//! (`pictures`).

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use domain::{Key, Sha256, Timestamp};
use futures::TryStreamExt as _;
use qr::Reading;
use serde::{Deserialize, Serialize};
use tokio::sync::SemaphorePermit;
use tokio_util::task::TaskTracker;

use crate::bucket::{Bucket, BucketError};
use crate::clock::{Clock, before};
use crate::pictures::find_codes;
use crate::reconcile::error::InspectError;

/// A run that has been decoding one picture for longer than this died on it: it takes some seconds at most.
const DECODING_MOST: Duration = Duration::from_secs(120);
/// How often to ask for a mark again because another's disappeared meanwhile.
const ATTEMPTS: u32 = 3;
/// Larger ones are not ours.
const MARK_MAX_BYTES: u64 = 16 * 1024;

/// Decodes foreign pictures. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Reader {
    bucket: Arc<dyn Bucket>,
    clock: Clock,
    /// This run of the program.
    run: Arc<str>,
    /// Whether no other run can be alive.
    is_alone: bool,
    /// Whatever was begun completes, even if the caller goes away: an orderly shutdown is not a crash.
    tasks: TaskTracker,
}

/// The contents of a mark.
#[derive(Serialize, Deserialize)]
struct Mark {
    /// The run of the program that decodes it.
    run: String,
    since: Timestamp,
    /// One of the picture's keys, for people.
    key: String,
}

/// Whether a picture may be decoded.
enum Claim {
    /// It is marked for this.
    Granted,
    /// Another instance is decoding it.
    Elsewhere(Duration),
    /// It killed a program.
    Deadly,
}

impl Reader {
    pub(crate) fn new(bucket: Arc<dyn Bucket>, clock: Clock, is_alone: bool, tasks: TaskTracker) -> Self {
        let run = clock.ulid().to_string().into();
        Self { bucket, clock, run, is_alone, tasks }
    }

    pub(crate) fn bucket(&self) -> &dyn Bucket {
        &*self.bucket
    }

    /// Now.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The codes in the picture with this key; none if it killed a program.
    pub(crate) async fn read(
        &self,
        key: &Key,
        (picture, digest): (Bytes, Sha256),
        room: SemaphorePermit<'static>,
    ) -> Result<Vec<Reading>, InspectError> {
        let (reader, key) = (self.clone(), key.clone());
        let task = self.tasks.spawn(async move {
            let _room = room;
            let mark = Key::of_mark(&digest);
            match reader.claim(&mark, &key).await? {
                Claim::Granted => {}
                Claim::Elsewhere(wait) => return Err(InspectError::BeingRead(wait)),
                Claim::Deadly => {
                    tracing::warn!(
                        key = key.as_str(),
                        "a program died while reading this picture, so it is adopted unread. Another version will be read"
                    );
                    return Ok(Vec::new());
                }
            }
            let found = find_codes(picture).await;
            if let Err(error) = reader.bucket.unmark(&mark).await {
                tracing::warn!(key = key.as_str(), error = &error as &dyn std::error::Error,
                    "the mark of a finished picture cannot be removed, so the picture will not be read again");
            }
            found.map_err(|_| InspectError::Unreadable)
        });
        task.await.map_err(|_| InspectError::Unreadable)?
    }

    async fn claim(&self, mark: &Key, key: &Key) -> Result<Claim, InspectError> {
        let now = self.clock.now();
        let ours = Mark { run: self.run.to_string(), since: now, key: key.to_string() };
        let ours = Bytes::from(serde_json::to_vec(&ours).expect("texts are JSON"));
        for _ in 0..ATTEMPTS {
            match self.bucket.mark(mark, ours.clone()).await {
                Ok(()) => return Ok(Claim::Granted),
                Err(BucketError::AlreadyExists) => {}
                Err(error) => return Err(error.into()),
            }
            match self.found(mark).await {
                Ok(Some(found)) if *found.run == *self.run => return Ok(Claim::Granted),
                Ok(Some(_)) if self.is_alone => return Ok(Claim::Deadly),
                Ok(Some(found)) if found.since <= before(now, DECODING_MOST) => return Ok(Claim::Deadly),
                Ok(Some(_)) => return Ok(Claim::Elsewhere(DECODING_MOST)),
                // The run that began it died before there was anything to decode.
                Ok(None) => self.bucket.unmark(mark).await?,
                Err(BucketError::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Claim::Elsewhere(DECODING_MOST))
    }

    /// Reads an existing mark; `None` if it is empty.
    async fn found(&self, mark: &Key) -> Result<Option<Mark>, BucketError> {
        let object = self.bucket.get(mark, Some(0..MARK_MAX_BYTES)).await?;
        let bytes = object.bytes.try_fold(BytesMut::new(), |mut all, piece| async move {
            all.extend_from_slice(&piece);
            Ok(all)
        });
        Ok(serde_json::from_slice(&bytes.await?).ok())
    }
}
