//! Logos: kept in the bucket below `_qrate/logos/`, by the digest of their bytes, once for all spaces and forever;
//! recently used ones are cached in memory, because thumbnails need them. Not here: what an upload may be
//! (`qr::Logo`), drawing.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use domain::limits::LOGO_MAX_BYTES;
use domain::{Key, Sha256, StyleText};
use futures::TryStreamExt as _;
use lru::LruCache;
use parking_lot::{Mutex, MutexGuard};
use qr::{LOGO_SIDE_PIXELS, Logo, LogoError, StyleError};
use sha2::Digest as _;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::bucket::{Bucket, BucketError, Metadata};
use crate::error::{DrawingError, GalleryError};
use crate::pictures::room_for_picture;
use crate::single_flight::SingleFlightCache;

/// Logos in memory: more than a page has thumbnails, up to two megabytes each.
const KEPT_MAX: usize = 32;
/// Uploads that are being decoded or wait for it.
const UPLOADS_MAX: usize = 16;
/// The most memory for decoding an upload: the largest picture twice, and more while it is scaled.
const READING_BYTES: u64 = 192 * 1024 * 1024;
/// Logos that could not be loaded, and how long that is assumed to hold for optional uses: that there is none, and
/// that the bucket did not return it.
const LACKING_MAX: usize = 1024;
const MISSING_FOR: Duration = Duration::from_secs(60);
const FAILED_FOR: Duration = Duration::from_secs(10);
/// The longest wait of optional uses, and the time limit of the load itself.
const GLANCE_MOST: Duration = Duration::from_secs(2);
const READ_MOST: Duration = Duration::from_secs(90);

/// The start of a PNG up to its width (PNG third edition, 5.2 and 11.2.1).
const PNG_START: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

/// Logos by their ids.
pub(crate) struct Logos {
    bucket: Arc<dyn Bucket>,
    /// With the bytes they were decoded from.
    kept: SingleFlightCache<Sha256, (Arc<Logo>, Bytes), GalleryError>,
    /// The reason, and until when it holds.
    lacking: Mutex<LruCache<Sha256, (GalleryError, Instant)>>,
    uploads: Semaphore,
}

impl Logos {
    pub(crate) fn of(bucket: Arc<dyn Bucket>) -> Self {
        let lacking = LruCache::new(NonZeroUsize::new(LACKING_MAX).unwrap_or(NonZeroUsize::MIN));
        Self {
            bucket,
            kept: SingleFlightCache::at_most(KEPT_MAX),
            lacking: Mutex::new(lacking),
            uploads: Semaphore::new(UPLOADS_MAX),
        }
    }

    /// Decodes an upload and keeps the result; returns its id. Identical logos are kept once.
    pub(crate) async fn keep(&self, upload: Bytes) -> Result<Sha256, GalleryError> {
        let _turn = self.uploads.try_acquire().map_err(|_| GalleryError::Busy)?;
        let room = room_for_picture(READING_BYTES).await;
        let read = tokio::task::spawn_blocking(move || {
            // Moved in here, so that it is held to the end even if the caller goes away.
            let _room = room;
            Logo::read(&upload)
        });
        // A decoder that panics at a hostile file affects only this upload.
        let logo = Arc::new(read.await.unwrap_or(Err(LogoError::NotAPicture))?);
        let id = digest(logo.png());
        let png = Bytes::copy_from_slice(logo.png());
        match self.bucket.put(&Key::of_logo(&id), png.clone().into(), &Metadata::new()).await {
            Ok(_) | Err(BucketError::AlreadyExists) => {}
            Err(error) => return Err(error.into()),
        }
        self.lacking().pop(&id);
        self.kept.put(id, (logo, png));
        Ok(id)
    }

    /// The logo with this id; `NotFound` if there is none.
    async fn get(&self, id: &str) -> Result<Arc<Logo>, GalleryError> {
        Ok(self.kept(parsed(id)?).await?.0)
    }

    /// The logo of a look, if it has one: it must exist.
    pub(crate) async fn of_look(&self, look: &StyleText) -> Result<Option<Arc<Logo>>, GalleryError> {
        let Some(id) = look.logo_id() else { return Ok(None) };
        match self.get(&id).await {
            Err(GalleryError::NotFound) => Err(DrawingError::from(StyleError::NoLogo(id)).into()),
            logo => logo.map(Some),
        }
    }

    /// Its bytes as they are in the bucket, whichever program wrote them.
    pub(crate) async fn png(&self, id: &str) -> Result<Bytes, GalleryError> {
        Ok(self.kept(parsed(id)?).await?.1)
    }

    /// The same for optional uses: they do not wait long, and the bucket is not asked repeatedly for what it failed
    /// to return.
    pub(crate) async fn glance(self: &Arc<Self>, id: &str) -> Result<Arc<Logo>, GalleryError> {
        let id = parsed(id)?;
        match self.known_lack(&id) {
            Some(why) if self.kept.at_hand(&id).is_none() => Err(why),
            _ => self.soon(id).await,
        }
    }

    /// The same for a user who may just have uploaded it through another instance: a remembered absence does not
    /// count.
    pub(crate) async fn look_for(self: &Arc<Self>, id: &str) -> Result<Arc<Logo>, GalleryError> {
        let id = parsed(id)?;
        match self.known_lack(&id).filter(|why| !matches!(why, GalleryError::NotFound)) {
            Some(why) if self.kept.at_hand(&id).is_none() => Err(why),
            _ => self.soon(id).await,
        }
    }

    fn known_lack(&self, id: &Sha256) -> Option<GalleryError> {
        let known = self.lacking().get(id).cloned();
        known.filter(|(_, until)| Instant::now() < *until).map(|(why, _)| why)
    }

    /// The logo, unless it takes too long. Then it continues to load, for later callers.
    async fn soon(self: &Arc<Self>, id: Sha256) -> Result<Arc<Logo>, GalleryError> {
        if let Some((logo, _)) = self.kept.at_hand(&id) {
            return Ok(logo);
        }
        let logos = Arc::clone(self);
        let coming = tokio::spawn(async move {
            let coming = tokio::time::timeout(READ_MOST, logos.kept(id));
            coming.await.unwrap_or_else(|elapsed| Err(BucketError::Unavailable(elapsed.into()).into()))
        });
        match tokio::time::timeout(GLANCE_MOST, coming).await {
            Ok(Ok(logo)) => Ok(logo?.0),
            // The runtime is shutting down.
            Ok(Err(_)) => Err(GalleryError::Stopping),
            Err(elapsed) => {
                let overdue = GalleryError::from(BucketError::Unavailable(elapsed.into()));
                self.lacks(id, &overdue);
                Err(overdue)
            }
        }
    }

    async fn kept(&self, id: Sha256) -> Result<(Arc<Logo>, Bytes), GalleryError> {
        let logo = self.kept.get_or_try(id, self.read(&id)).await;
        match &logo {
            Ok(_) => drop(self.lacking().pop(&id)),
            Err(why) => self.lacks(id, why),
        }
        logo
    }

    fn lacks(&self, id: Sha256, why: &GalleryError) {
        let holds = if matches!(why, GalleryError::NotFound) { MISSING_FOR } else { FAILED_FOR };
        self.lacking().put(id, (why.clone(), Instant::now() + holds));
    }

    async fn read(&self, id: &Sha256) -> Result<(Arc<Logo>, Bytes), GalleryError> {
        let png = read(&*self.bucket, id).await?.ok_or(GalleryError::NotFound)?;
        // Someone else's picture under a logo's key is not a logo, and is not decoded.
        if !is_as_small_as_kept(&png) {
            return Err(GalleryError::NotFound);
        }
        let bytes = png.clone();
        let logo = tokio::task::spawn_blocking(move || Logo::read(&bytes)).await;
        let logo = logo.ok().and_then(Result::ok).ok_or(GalleryError::NotFound)?;
        Ok((Arc::new(logo), png))
    }

    fn lacking(&self) -> MutexGuard<'_, LruCache<Sha256, (GalleryError, Instant)>> {
        self.lacking.lock()
    }
}

/// No other text is a logo's id.
fn parsed(id: &str) -> Result<Sha256, GalleryError> {
    id.parse().map_err(|_| GalleryError::NotFound)
}

/// Reads the kept form of a logo; `None` if it does not exist, or something else is there.
pub(crate) async fn read(bucket: &dyn Bucket, id: &Sha256) -> Result<Option<Bytes>, BucketError> {
    let object = match bucket.get(&Key::of_logo(id), None).await {
        Ok(object) if object.info.size_bytes <= LOGO_MAX_BYTES as u64 => object,
        Ok(_) | Err(BucketError::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    let bytes = object.bytes.try_fold(BytesMut::new(), |mut all, piece| async move {
        all.extend_from_slice(&piece);
        Ok(all)
    });
    let bytes = bytes.await?.freeze();
    Ok((digest(&bytes) == *id).then_some(bytes))
}

/// Whether these bytes are the kept form of a logo with this id. A program that compressed its PNGs differently wrote
/// other bytes for the same pixels, so they are not compared with what would be written now.
pub(crate) fn is_kept_form(bytes: &[u8], id: &Sha256) -> bool {
    is_as_small_as_kept(bytes) && digest(bytes) == *id && Logo::read(bytes).is_ok()
}

/// Whether these bytes are a PNG whose header is within the size of kept logos.
fn is_as_small_as_kept(bytes: &[u8]) -> bool {
    // The position of a PNG's width and height.
    let sides = bytes.strip_prefix(PNG_START).and_then(|rest| rest.as_chunks::<4>().0.get(..2));
    let is_small = |side: &[u8; 4]| {
        usize::try_from(u32::from_be_bytes(*side)).is_ok_and(|side| side <= LOGO_SIDE_PIXELS)
    };
    sides.is_some_and(|sides| sides.iter().all(is_small))
}

fn digest(bytes: &[u8]) -> Sha256 {
    Sha256(sha2::Sha256::digest(bytes).into())
}
