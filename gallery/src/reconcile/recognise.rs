//! Recognises an object that this program did not just write, by reading its bytes and any codes in them. Not here:
//! what follows from it for the catalog (`inspect`).

use bytes::{Bytes, BytesMut};
use domain::limits::PICTURE_MAX_BYTES;
use domain::{Appearance, Body, Content, Entry, Key, Name, RequestId, Sha256, Space, StyleText, SymbolFacts};
use futures::TryStreamExt as _;
use qr::Reading;
use tokio::sync::SemaphorePermit;

use crate::bucket::{Bucket, BucketError, Metadata, ObjectInfo};
use crate::own_object::OwnMetadata;
use crate::pictures::{digest, room_for_file};
use crate::reconcile::error::InspectError;
use crate::reconcile::reading::Reader;

/// How often to reread an object that changed meanwhile.
const READ_ATTEMPTS: u32 = 3;
/// The first bytes of the supported picture formats (WebP has its name after a size).
const BEGINNINGS: [&[u8]; 4] = [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF"];

/// An object as the content of an entry.
pub(crate) struct Recognised {
    pub(crate) content: Content,
    /// The save that created it, if it was one of ours.
    pub(crate) saved: Option<Saved>,
}

/// The save that left an object.
pub(crate) struct Saved {
    pub(crate) space: Space,
    pub(crate) request: Option<RequestId>,
}

/// Reads an object; `None` if there is no such object.
pub(crate) async fn recognise(reader: &Reader, key: &Key) -> Result<Option<Recognised>, InspectError> {
    let bucket = reader.bucket();
    for _ in 0..READ_ATTEMPTS {
        let (info, metadata) = match bucket.head(key).await {
            Ok(found) => found,
            Err(BucketError::NotFound) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let picture = match read_if_picture(bucket, &info).await {
            Ok(picture) => picture,
            Err(BucketError::NotFound | BucketError::Changed) => continue,
            Err(error) => return Err(error.into()),
        };
        let is_still_that = bucket.head(key).await.is_ok_and(|(now, _)| now.etag == info.etag);
        if is_still_that {
            let (sha256, readings) = match picture {
                Some((bytes, room)) => {
                    let sha256 = digest(bytes.clone()).await.map_err(|_| InspectError::Unreadable)?;
                    (Some(sha256), reader.read(key, (bytes, sha256), room).await?)
                }
                None => (None, Vec::new()),
            };
            return Ok(Some(describe(info, &metadata, sha256, readings)));
        }
    }
    Err(InspectError::StillChanging)
}

/// The current content of an entry's object, if it exists. What a user gave the entry stays.
pub(crate) async fn newer_content(reader: &Reader, entry: &Entry) -> Result<Option<Content>, InspectError> {
    let Some(Recognised { content, .. }) = recognise(reader, &entry.content.key).await? else {
        return Ok(None);
    };
    let is_the_same = content.sha256.is_some() && content.sha256 == entry.content.sha256;
    Ok(Some(if is_the_same {
        Content { etag: content.etag, ..entry.content.clone() }
    } else {
        let Content { name, labels, .. } = entry.content.clone();
        Content { name, labels, ..content }
    }))
}

/// All bytes of a picture, and their reserved memory; `None` for anything that is not a picture, or too large.
async fn read_if_picture(
    bucket: &dyn Bucket,
    info: &ObjectInfo,
) -> Result<Option<(Bytes, SemaphorePermit<'static>)>, BucketError> {
    if info.size_bytes > PICTURE_MAX_BYTES {
        return Ok(None);
    }
    let named_as_one = info.key.content_type().starts_with("image/");
    if !named_as_one {
        let beginning = read(bucket, &info.key, 16.min(info.size_bytes)).await?;
        if !BEGINNINGS.iter().any(|picture| beginning.starts_with(picture)) {
            return Ok(None);
        }
    }
    let room = room_for_file(info.size_bytes).await;
    Ok(Some((read(bucket, &info.key, info.size_bytes).await?, room)))
}

/// The first bytes, even if it has grown since.
async fn read(bucket: &dyn Bucket, key: &Key, size_bytes: u64) -> Result<Bytes, BucketError> {
    let object = bucket.get(key, Some(0..size_bytes)).await?;
    let all = BytesMut::with_capacity(usize::try_from(size_bytes).unwrap_or(0));
    let bytes = object.bytes.try_fold(all, |mut all, piece| async move {
        all.extend_from_slice(&piece);
        Ok(all)
    });
    Ok(bytes.await?.freeze())
}

fn describe(
    info: ObjectInfo,
    metadata: &Metadata,
    sha256: Option<Sha256>,
    readings: Vec<Reading>,
) -> Recognised {
    let ours = info.key.own_parts().zip(OwnMetadata::read(metadata, &info.key));
    let (name, created_at, body, saved) = match ours {
        Some(((space, _), ours)) => {
            // One code, whatever a camera sees in its logo.
            let body = body(readings.into_iter().take(1), ours.look);
            (ours.name, ours.created_at, body, Some(Saved { space, request: ours.request }))
        }
        None => {
            let body = body(readings, StyleText::default());
            (Name::from_lossy(info.key.file_name()), info.modified_at, body, None)
        }
    };
    let content = Content {
        name,
        body,
        size_bytes: info.size_bytes,
        sha256,
        etag: info.etag,
        created_at,
        labels: Vec::new(),
        key: info.key,
    };
    Recognised { content, saved }
}

/// What a picture with these codes is: with one code that code, with several a file, even if their texts are equal,
/// because no single code can be drawn in its place.
pub(crate) fn body(readings: impl IntoIterator<Item = Reading>, look: StyleText) -> Body {
    // A blank text is none that anybody could have wanted, or that we could draw.
    let mut readings = readings.into_iter().filter(|reading| !reading.text.trim().is_empty());
    let Some(first) = readings.next() else { return Body::plain_file() };
    let mut others = readings.map(|reading| reading.text).peekable();
    if others.peek().is_some() {
        return Body::file_with([first.text].into_iter().chain(others));
    }
    Body::Code {
        symbol: Some(SymbolFacts { version: first.version, mask: first.mask }),
        // How well it scans was known to the save alone.
        style: Appearance { level: first.level, look, score: None },
        value: first.text,
    }
}
