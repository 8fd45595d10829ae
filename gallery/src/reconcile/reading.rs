//! Looking for codes in pictures of others, each marked in the bucket while a decoder is at work: one on which the program
//! died would kill it again after the next start, and then every other instance. It is not decoded again.
//!
//! A mark goes by the digest of the bytes, so it holds for every copy of them, and for no other version. Whoever finds
//! somebody else's asks whether that one can be alive: with a catalog that only one program opens it cannot, else it has
//! two minutes. A mark is taken away when the decoder ends, by a panic too. Not here: bounds of memory (`pictures`).

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

/// Who has been decoding one picture for longer than this died on it: some seconds are the most that it takes.
const DECODING_MOST: Duration = Duration::from_secs(120);
/// How often a mark is asked for anew because somebody else's went meanwhile.
const ATTEMPTS: u32 = 3;
/// Larger ones are none of ours.
const MARK_MAX_BYTES: u64 = 16 * 1024;

/// Decodes pictures of others. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Reader {
    bucket: Arc<dyn Bucket>,
    clock: Clock,
    /// This run of the program.
    run: Arc<str>,
    /// Whether no other run can be alive.
    is_alone: bool,
    /// What was begun ends, whoever waits for it: an end by order is no death.
    tasks: TaskTracker,
}

/// What a mark says.
#[derive(Serialize, Deserialize)]
struct Mark {
    /// Which run of the program decodes it.
    run: String,
    since: Timestamp,
    /// One of the places where the picture lies, for people.
    key: String,
}

/// Whether a picture may be decoded.
enum Claim {
    /// It is marked for this.
    Granted,
    /// Another instance is at it.
    Elsewhere(Duration),
    /// A program died on it.
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

    /// The codes in a picture that lies under this key; none too when a program died on it.
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
                        "the program ended while it read this picture, so it is taken in unread. Another version is read"
                    );
                    return Ok(Vec::new());
                }
            }
            let found = find_codes(picture).await;
            if let Err(error) = reader.bucket.unmark(&mark).await {
                tracing::warn!(key = key.as_str(), error = &error as &dyn std::error::Error,
                    "the mark of a picture that was read stays, so it will not be read again");
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
                // Whoever began it died before there was anything to decode.
                Ok(None) => self.bucket.unmark(mark).await?,
                Err(BucketError::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Claim::Elsewhere(DECODING_MOST))
    }

    /// A mark that is there; none when it says nothing.
    async fn found(&self, mark: &Key) -> Result<Option<Mark>, BucketError> {
        let object = self.bucket.get(mark, Some(0..MARK_MAX_BYTES)).await?;
        let bytes = object.bytes.try_fold(BytesMut::new(), |mut all, piece| async move {
            all.extend_from_slice(&piece);
            Ok(all)
        });
        Ok(serde_json::from_slice(&bytes.await?).ok())
    }
}
