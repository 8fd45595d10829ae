//! Writes spaces into a tar.

use std::collections::BTreeSet;

use domain::{Change, Entry, Key, Sha256, Space, State};
use futures::TryStreamExt as _;
use serde::Serialize;
use sha2::Digest as _;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};
use tokio_tar::{Builder, Header};
use tokio_util::io::{InspectReader, StreamReader};

use super::format::{END, End, FORMAT, LINES_MAX, MANIFEST, Manifest, SpaceManifest};
use super::import_error::OBJECT_MAX_BYTES;
use crate::bucket::{Bucket, BucketError};
use crate::catalog::{Catalog, CatalogError, Counters, Settings, Since};
use crate::drawing::logos;
use crate::grant::{AllSpaces, Grant, MayRead};

/// How often a space is read again because it was written to meanwhile.
const ATTEMPTS: u32 = 10;

/// Why nothing useful was exported. What was written so far is not an export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The space never had an entry or settings.
    #[error("There is no space {0}.")]
    NoSuchSpace(Space),
    /// An entry's object differs from what the entry says.
    #[error(
        "The object of {space} #{id}, {}, is missing or was changed. Start the server once, so that it notices the change, then export again.",
        key.visible()
    )]
    ObjectChanged {
        /// Whose entry.
        space: Space,
        /// Which entry.
        id: domain::EntryId,
        /// Where the object should lie.
        key: domain::Key,
    },
    /// An entry's object does not have the saved bytes: an import would refuse it.
    #[error(
        "The object of {space} #{id}, {}, does not have the bytes that were saved. Put the right file back, or start the server and remove the entry, then export again.",
        key.visible()
    )]
    ObjectDamaged {
        /// Whose entry.
        space: Space,
        /// Which entry.
        id: domain::EntryId,
        /// Where the object lies.
        key: domain::Key,
    },
    /// An entry's object is larger than an import accepts.
    #[error(
        "The object of {space} #{id}, {}, has {size_bytes} bytes; at most {OBJECT_MAX_BYTES} can be imported again. Move it out of the bucket, then export again.",
        key.visible()
    )]
    ObjectTooLarge {
        /// Whose entry.
        space: Space,
        /// Which entry.
        id: domain::EntryId,
        /// Where the object lies.
        key: domain::Key,
        /// Its size.
        size_bytes: u64,
    },
    /// The space is written to all the time, or its log is being truncated.
    #[error("The space {0} changes too quickly. Stop the server, then export again.")]
    Busy(Space),
    /// The bucket failed.
    #[error("The bucket cannot be read.")]
    Bucket(#[from] BucketError),
    /// The catalog failed.
    #[error("The catalog cannot be read.")]
    Catalog(#[from] CatalogError),
    /// The tar could not be written.
    #[error("The export cannot be written.")]
    Write(#[from] std::io::Error),
}

/// A space at one moment.
struct Moment {
    space: Space,
    counters: Counters,
    settings: Settings,
    entries: Vec<Entry>,
}

/// Writes one space, or all of them, as a tar. Memory: the entries of the spaces, and a part of an object.
pub async fn export(
    _grant: &Grant<impl MayRead, AllSpaces>,
    bucket: &dyn Bucket,
    catalog: &dyn Catalog,
    space: Option<&Space>,
    writer: impl AsyncWrite + Unpin + Send + 'static,
) -> Result<(), ExportError> {
    // A space that was never used can have a default look.
    let mut spaces: BTreeSet<Space> = catalog.spaces().await?.into_iter().collect();
    spaces.extend(catalog.settled().await?);
    spaces.retain(|known| space.is_none_or(|space| known == space));
    let mut moments = Vec::new();
    for space in spaces {
        moments.push(at_one_moment(catalog, space).await?);
    }
    moments.retain(Moment::holds_something);
    if let Some(space) = space
        && moments.is_empty()
    {
        return Err(ExportError::NoSuchSpace(space.clone()));
    }
    let manifest = Manifest { format: FORMAT, spaces: moments.iter().map(Moment::manifest).collect() };
    let mut tar = Builder::new(writer);
    append_json(&mut tar, MANIFEST, &manifest).await?;
    let mut end = End { objects: 0, logos: 0 };
    for moment in &moments {
        for (at, lines) in moment.entries.chunks(LINES_MAX).enumerate() {
            append_lines(&mut tar, &format!("{}/entries/{}.jsonl", moment.space, at + 1), lines).await?;
        }
        append_log(&mut tar, catalog, moment).await?;
    }
    // Logos and objects last, so that an import knows all keys before it writes the first.
    for id in logo_ids(&moments) {
        // A missing logo is missing there as well as here.
        if let Some(png) = logos::read(bucket, &id).await? {
            append(&mut tar, Key::of_logo(&id).as_str(), &png).await?;
            end.logos += 1;
        }
    }
    for moment in &moments {
        for entry in &moment.entries {
            end.objects += u64::from(append_object(&mut tar, bucket, &moment.space, entry).await?);
        }
    }
    append_json(&mut tar, END, &end).await?;
    tar.finish().await?;
    Ok(tokio::io::AsyncWriteExt::flush(tar.get_mut()).await?)
}

impl Moment {
    fn holds_something(&self) -> bool {
        self.counters != Counters::default() || self.settings != Settings::default()
    }

    fn manifest(&self) -> SpaceManifest {
        SpaceManifest {
            space: self.space.clone(),
            counters: self.counters,
            entries: self.entries.len() as u64,
            changes: self.counters.last_seq - self.counters.floor,
            settings: self.settings.clone(),
        }
    }
}

/// The logos that any look names, without repetitions.
fn logo_ids(moments: &[Moment]) -> BTreeSet<Sha256> {
    let of_spaces = moments.iter().map(|moment| &moment.settings.look);
    let entries = moments.iter().flat_map(|moment| &moment.entries);
    let of_entries = entries.filter_map(|entry| entry.content.style()).map(|style| &style.look);
    of_spaces.chain(of_entries).filter_map(|look| look.logo_id()?.parse().ok()).collect()
}

/// Entries and counters that belong together.
async fn at_one_moment(catalog: &dyn Catalog, space: Space) -> Result<Moment, ExportError> {
    for _ in 0..ATTEMPTS {
        let snapshot = catalog.snapshot(&space).await?;
        let counters = catalog.counters(&space).await?;
        if counters.last_seq == snapshot.seq {
            let settings = catalog.settings(&space).await?;
            return Ok(Moment { space, counters, settings, entries: snapshot.entries });
        }
    }
    Err(ExportError::Busy(space))
}

async fn append_log<W: AsyncWrite + Unpin + Send + 'static>(
    tar: &mut Builder<W>,
    catalog: &dyn Catalog,
    moment: &Moment,
) -> Result<(), ExportError> {
    let (space, counters) = (&moment.space, moment.counters);
    let (mut at, mut file) = (counters.floor, 1);
    while at < counters.last_seq {
        let Since::Changes(mut changes) = catalog.since(space, at, LINES_MAX).await? else {
            return Err(ExportError::Busy(space.clone()));
        };
        changes.retain(|change: &Change| change.seq <= counters.last_seq);
        let Some(last) = changes.last() else { return Err(ExportError::Busy(space.clone())) };
        at = last.seq;
        append_lines(tar, &format!("{space}/log/{file}.jsonl"), &changes).await?;
        file += 1;
    }
    Ok(())
}

/// The object of a live entry, or of a tombstone that can be restored. Returns whether there was one.
async fn append_object<W: AsyncWrite + Unpin + Send + 'static>(
    tar: &mut Builder<W>,
    bucket: &dyn Bucket,
    space: &Space,
    entry: &Entry,
) -> Result<bool, ExportError> {
    let changed =
        || ExportError::ObjectChanged { space: space.clone(), id: entry.id, key: entry.content.key.clone() };
    let object = match (entry.state, bucket.get(&entry.content.key, None).await) {
        (State::Gone { .. }, _) | (State::Removed { .. }, Err(BucketError::NotFound)) => return Ok(false),
        (State::Live, Err(BucketError::NotFound)) => return Err(changed()),
        (_, Err(error)) => return Err(error.into()),
        (_, Ok(object)) => object,
    };
    if object.info.etag != entry.content.etag || object.info.size_bytes != entry.content.size_bytes {
        return if entry.state.is_live() { Err(changed()) } else { Ok(false) };
    }
    let size_bytes = entry.content.size_bytes;
    let (space, id, key) = (space.clone(), entry.id, entry.content.key.clone());
    if size_bytes > OBJECT_MAX_BYTES {
        return Err(ExportError::ObjectTooLarge { space, id, key, size_bytes });
    }
    let exactly = StreamReader::new(object.bytes.map_err(std::io::Error::other)).take(size_bytes);
    let mut digest = sha2::Sha256::new();
    let mut inspected = InspectReader::new(exactly, |piece| digest.update(piece));
    append_from(tar, &format!("{space}/objects/{id}"), size_bytes, &mut inspected).await?;
    // Fewer bytes than the header announces would spoil everything after it.
    if inspected.into_inner().limit() > 0 {
        return Err(changed());
    }
    let is_whole = entry.content.sha256.is_none_or(|saved| saved == Sha256(digest.finalize().into()));
    if is_whole { Ok(true) } else { Err(ExportError::ObjectDamaged { space, id, key }) }
}

async fn append_json<W: AsyncWrite + Unpin + Send + 'static>(
    tar: &mut Builder<W>,
    name: &str,
    value: &impl Serialize,
) -> Result<(), ExportError> {
    append(tar, name, &serde_json::to_vec(value).map_err(std::io::Error::other)?).await
}

async fn append_lines<W: AsyncWrite + Unpin + Send + 'static>(
    tar: &mut Builder<W>,
    name: &str,
    lines: &[impl Serialize],
) -> Result<(), ExportError> {
    let mut bytes = Vec::new();
    for line in lines {
        serde_json::to_writer(&mut bytes, line).map_err(std::io::Error::other)?;
        bytes.push(b'\n');
    }
    append(tar, name, &bytes).await
}

async fn append<W: AsyncWrite + Unpin + Send + 'static>(
    tar: &mut Builder<W>,
    name: &str,
    bytes: &[u8],
) -> Result<(), ExportError> {
    append_from(tar, name, bytes.len() as u64, bytes).await
}

async fn append_from<W: AsyncWrite + Unpin + Send + 'static>(
    tar: &mut Builder<W>,
    name: &str,
    size_bytes: u64,
    bytes: impl AsyncRead + Unpin,
) -> Result<(), ExportError> {
    let mut header = Header::new_ustar();
    header.set_size(size_bytes);
    header.set_mode(0o644);
    Ok(tar.append_data(&mut header, name, bytes).await?)
}
