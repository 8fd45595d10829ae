//! Whether every live entry has its object as saved, and every object its entry.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use domain::limits::PICTURE_MAX_BYTES;
use domain::{Entry, Key, Kind, Sha256, Space, StyleText, Timestamp};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use sha2::Digest as _;
use tokio::sync::SemaphorePermit;

use super::finding::{Finding, Report, Unread};
use super::known_keys::KnownKeys;
use crate::bucket::{Bucket, BucketError};
use crate::drawing::logos;
use crate::error::GalleryError;
use crate::pictures::{find_codes, room_for_file};
use crate::reconcile::inspect::is_own_and_younger;
use crate::reconcile::left_out::LeftOut;
use crate::space::index::Index;

/// An orphaned object of an interrupted save is no damage before the server had time to adopt it, which happens when
/// it starts and every few minutes, once the object is old enough.
pub(crate) const TAKEN_IN_AGE: Duration = Duration::from_secs(10 * 60);
/// Objects read together.
const READS_AT_ONCE: usize = 4;
/// Entries fetched from the index at once.
const BATCH: usize = 256;

/// What was read of an object.
struct Read {
    size_bytes: u64,
    sha256: Sha256,
    /// All bytes, if they may contain a code, and the memory that they take.
    picture: Option<(BytesMut, SemaphorePermit<'static>)>,
}

pub(super) async fn check_objects_of(bucket: &dyn Bucket, space: &Space, index: &Index, report: &mut Report) {
    let mut after = 0;
    loop {
        let entries = index.live_after(after, BATCH);
        let Some(last) = entries.last() else { return };
        after = last.id;
        let checks = stream::iter(entries.iter().map(|entry| check_object(bucket, space, entry)));
        let mut findings = checks.buffered(READS_AT_ONCE);
        while let Some(finding) = findings.next().await {
            if let Some(finding) = finding {
                report.find(finding);
            }
        }
        for entry in &entries {
            if is_marked(bucket, entry).await {
                report.report_unread(Unread {
                    space: space.clone(),
                    id: entry.id,
                    key: entry.content.key.clone(),
                });
            }
        }
    }
}

/// Whether a picture was added without being read, because a program died reading it.
async fn is_marked(bucket: &dyn Bucket, entry: &Entry) -> bool {
    let picture = entry.content.sha256.filter(|_| entry.content.value().is_none());
    match picture {
        Some(digest) => bucket.head(&Key::of_mark(&digest)).await.is_ok(),
        None => false,
    }
}

/// Each logo is checked once, and reported with the first entry that has it.
pub(super) async fn check_logos_of(bucket: &dyn Bucket, space: &Space, index: &Index, report: &mut Report) {
    let mut seen = HashSet::new();
    let mut after = 0;
    loop {
        let entries = index.live_after(after, BATCH);
        let Some(last) = entries.last() else { return };
        after = last.id;
        for entry in entries {
            let look = entry.content.style().map(|style| &style.look);
            let Some(logo) = look.and_then(StyleText::logo_id) else { continue };
            if !seen.insert(logo.clone()) {
                continue;
            }
            let (space, id) = (space.clone(), entry.id);
            let Ok(digest) = logo.parse() else {
                report.find(Finding::MissingLogo { space, id, logo });
                continue;
            };
            match logos::read(bucket, &digest).await {
                Ok(Some(_)) => {}
                Ok(None) => report.find(Finding::MissingLogo { space, id, logo }),
                Err(error) => {
                    let (key, why) = (Key::of_logo(&digest), error.to_string());
                    report.find(Finding::UnreadableObject { space, id, key, why });
                }
            }
        }
    }
}

/// The first problem with an entry's object.
async fn check_object(bucket: &dyn Bucket, space: &Space, entry: &Arc<Entry>) -> Option<Finding> {
    let (space, id, key) = (space.clone(), entry.id, entry.content.key.clone());
    let read = match read(bucket, entry).await {
        Ok(read) => read,
        Err(BucketError::NotFound) => return Some(Finding::MissingObject { space, id, key }),
        Err(error) => return Some(Finding::UnreadableObject { space, id, key, why: error.to_string() }),
    };
    if read.size_bytes != entry.content.size_bytes {
        let (expected_bytes, found_bytes) = (entry.content.size_bytes, read.size_bytes);
        return Some(Finding::OtherSize { space, id, key, expected_bytes, found_bytes });
    }
    if entry.content.sha256.is_some_and(|sha256| sha256 != read.sha256) {
        return Some(Finding::OtherBytes { space, id, key });
    }
    if entry.content.kind() == Kind::Photo {
        // What was found in it was found in its view, which a search in the original need not confirm.
        return None;
    }
    let values = entry.content.values();
    let readings = match read.picture {
        // A decoder that panics returns nothing.
        Some((picture, _room)) => find_codes(picture.freeze()).await.unwrap_or_default(),
        None => Vec::new(),
    };
    let gives_back = |value: &String| readings.iter().any(|reading| reading.text == *value);
    if !values.iter().all(gives_back) {
        return Some(Finding::OtherText { space, id, key });
    }
    let symbol = entry.content.symbol()?;
    let is_it = |it: &qr::Reading| (it.version, it.mask) == (symbol.version, symbol.mask);
    (!readings.iter().any(is_it)).then_some(Finding::OtherSymbol { space, id, key })
}

async fn read(bucket: &dyn Bucket, entry: &Entry) -> Result<Read, BucketError> {
    let mut object = bucket.get(&entry.content.key, None).await?;
    let is_picture = entry.content.value().is_some()
        && entry.content.kind() != Kind::Photo
        && object.info.size_bytes <= PICTURE_MAX_BYTES;
    let mut picture = None;
    if is_picture {
        let size_bytes = object.info.size_bytes;
        let room = room_for_file(size_bytes).await;
        picture = Some((BytesMut::with_capacity(usize::try_from(size_bytes).unwrap_or(0)), room));
    }
    let mut sha256 = sha2::Sha256::new();
    let mut size_bytes = 0;
    while let Some(piece) = object.bytes.try_next().await? {
        size_bytes += piece.len() as u64;
        sha256.update(&piece);
        if let Some((picture, _)) = &mut picture {
            picture.extend_from_slice(&piece);
        }
    }
    Ok(Read { size_bytes, sha256: Sha256(sha256.finalize().into()), picture })
}

pub(super) async fn check_objects_without_entry(
    bucket: &dyn Bucket,
    keys: &KnownKeys,
    left_out: &LeftOut,
    now: Timestamp,
    report: &mut Report,
) -> Result<(), GalleryError> {
    let mut objects = bucket.list();
    let mut unreadable = HashSet::new();
    while let Some(object) = objects.next().await {
        let object = match object {
            Err(BucketError::Hidden { below, source }) => {
                let is_left_out = below.parse().is_ok_and(|folder| left_out.has(&folder));
                if !is_left_out && unreadable.insert(below.clone()) {
                    report.find(Finding::UnreadableFolder { below, why: source.to_string() });
                }
                continue;
            }
            Err(BucketError::Unnamed { name, why }) => {
                report.leave_out(name, why);
                continue;
            }
            object => object?,
        };
        report.objects += 1;
        if keys.contains(&object.key) {
            continue;
        }
        if left_out.has(&object.key) {
            report.left_out += 1;
            continue;
        }
        if is_own_and_younger(&object.key, TAKEN_IN_AGE, now) {
            report.just_put += 1;
        } else {
            report.find(Finding::ObjectWithoutEntry { key: object.key });
        }
    }
    Ok(())
}
