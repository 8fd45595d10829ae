//! Recognises an object that this program did not just write, by reading its bytes and any codes in them. Not here:
//! what follows from it for the catalog (`inspect`).

use bytes::{Bytes, BytesMut};
use domain::limits::{PHOTO_MAX_BYTES, PICTURE_MAX_BYTES};
use domain::{
    Appearance, Body, Content, Entry, Key, Media, Name, Photo, Recipe, RequestId, Sha256, Space, StyleText,
    SymbolFacts, Timestamp,
};
use futures::TryStreamExt as _;
use photos::PhotoError;
use qr::Reading;
use sha2::Digest as _;
use tokio::sync::SemaphorePermit;

use crate::bucket::{Bucket, BucketError, Metadata, ObjectInfo};
use crate::own_object::{OwnKind, OwnMetadata};
use crate::pictures::{digest, room_for_file, room_for_picture};
use crate::reconcile::error::InspectError;
use crate::reconcile::reading::Reader;

/// How often to reread an object that changed meanwhile.
const READ_ATTEMPTS: u32 = 3;
/// The first bytes of the supported picture formats (WebP has its name after a size).
const BEGINNINGS: [&[u8]; 4] = [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF"];

/// A lossy picture with more pixels than this is a photograph, even if nothing but a code is found in it.
const DRAWING_MAX_PIXELS: u64 = 1_000_000;
/// The header of a large picture lies within these, with whatever cameras put before it.
const HEADER_BYTES: u64 = 1024 * 1024;

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
        let is_upload = OwnMetadata::read(&metadata, key).is_some_and(|ours| ours.is_upload());
        let (picture, streamed) = match read_all(bucket, &info, is_upload).await {
            Ok(read) => read,
            Err(BucketError::NotFound | BucketError::Changed) => continue,
            Err(error) => return Err(error.into()),
        };
        let is_still_that = bucket.head(key).await.is_ok_and(|(now, _)| now.etag == info.etag);
        if is_still_that {
            let found = match picture {
                Some((bytes, room)) => {
                    let sha256 = digest(bytes.clone()).await.map_err(|_| InspectError::Unreadable)?;
                    let header = Header::read(bytes.clone()).await;
                    let readings = reader.read(key, (bytes, sha256), room).await?;
                    Found { sha256: Some(sha256), header, readings, ..Found::default() }
                }
                None => streamed.unwrap_or_default(),
            };
            return Ok(Some(describe(info, &metadata, found, reader.now())));
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

/// What a picture says of itself before it is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Header {
    media: Media,
    /// Whether a camera took it, as opposed to a drawing.
    is_photograph: bool,
}

impl Header {
    /// `None` if it is not a picture. One that is damaged or too large is: the worker says so.
    async fn read(picture: Bytes) -> Option<Self> {
        let media = Media::sniff(&picture)?;
        // What a header holds is copied: at most all of the file.
        let room = room_for_picture(picture.len() as u64).await;
        let inspected = tokio::task::spawn_blocking(move || {
            let _room = room;
            photos::inspect(&picture)
        });
        let inspected = inspected.await.ok()?;
        let is_photograph = match inspected {
            Ok(facts) => {
                let is_large = u64::from(facts.width) * u64::from(facts.height) > DRAWING_MAX_PIXELS;
                let is_lossy = matches!(media, Media::Jpeg | Media::Webp);
                facts.camera.is_some() || facts.taken_at.is_some() || (is_lossy && is_large)
            }
            Err(PhotoError::Empty | PhotoError::NotAPicture | PhotoError::Unsupported(_)) => return None,
            Err(_) => true,
        };
        Some(Self { media, is_photograph })
    }
}

/// What was found in an object.
#[derive(Default)]
struct Found {
    sha256: Option<Sha256>,
    /// The format that an upload claims to have, whatever its header says.
    claimed: Option<Media>,
    header: Option<Header>,
    readings: Vec<Reading>,
}

type Picture = (Bytes, SemaphorePermit<'static>);

/// All bytes of a picture; or, if codes are not searched for here, what its beginning says and its digest.
async fn read_all(
    bucket: &dyn Bucket,
    info: &ObjectInfo,
    is_upload: bool,
) -> Result<(Option<Picture>, Option<Found>), BucketError> {
    let is_large_photo = (PICTURE_MAX_BYTES + 1..=PHOTO_MAX_BYTES).contains(&info.size_bytes);
    if !is_upload && !is_large_photo {
        return Ok((read_if_picture(bucket, info).await?, None));
    }
    let beginning = read(bucket, &info.key, HEADER_BYTES.min(info.size_bytes)).await?;
    let claimed = Media::sniff(&beginning).filter(|_| is_upload);
    let header = Header::read(beginning).await;
    if !is_upload && header.is_none() {
        return Ok((None, None));
    }
    let mut object = bucket.get(&info.key, None).await?;
    let mut sha256 = sha2::Sha256::new();
    while let Some(piece) = object.bytes.try_next().await? {
        sha256.update(&piece);
    }
    let sha256 = Some(Sha256(sha256.finalize().into()));
    Ok((None, Some(Found { sha256, claimed, header, readings: Vec::new() })))
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

fn describe(info: ObjectInfo, metadata: &Metadata, found: Found, now: Timestamp) -> Recognised {
    let Found { sha256, claimed, header, readings } = found;
    let ours = info.key.own_parts().zip(OwnMetadata::read(metadata, &info.key));
    let (name, created_at, body, saved) = match ours {
        Some(((space, _), ours)) => {
            let body = match ours.kind {
                // One code, whatever a camera sees in its logo.
                OwnKind::Code { look, .. } => body(readings.into_iter().take(1), look),
                OwnKind::Upload { recipe } => Body::sent(claimed, recipe, false, now),
            };
            (ours.name, ours.created_at, body, Some(Saved { space, request: ours.request }))
        }
        None => {
            let body = foreign_body(readings, header, now);
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

/// What a picture of others is: a drawing of one code is that code; any other is a photo, with the texts of the codes
/// in it.
fn foreign_body(readings: Vec<Reading>, header: Option<Header>, now: Timestamp) -> Body {
    match (body(readings, StyleText::default()), header) {
        (Body::Code { value, .. }, Some(Header { media, is_photograph: true })) => {
            Body::photo_with([value], Photo::new(media, Recipe::default(), now))
        }
        (Body::File { values }, Some(Header { media, .. })) => {
            Body::photo_with(values, Photo::new(media, Recipe::default(), now))
        }
        (body, _) => body,
    }
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
