//! A ZIP archive of entries, written while it is sent: their files, named after them, and a table of them. Not here:
//! which entries (`chosen`).

use std::io;
use std::sync::Arc;

use async_zip::tokio::write::ZipFileWriter;
use async_zip::{Compression, ZipEntryBuilder};
use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use domain::{Entry, EntryId, Key};
use futures::{AsyncWriteExt as _, StreamExt as _, TryStreamExt as _};
use gallery::{GalleryError, Grant, Read};
use tokio::io::DuplexStream;
use tokio::sync::Semaphore;
use tokio_util::io::ReaderStream;

use super::table::Table;
use crate::files::attached;
use crate::problem::Problem;
use crate::site::Site;

/// Archives that are written at once.
static PLACES: Semaphore = Semaphore::const_new(2);
/// What is written before it is sent.
const BUFFER_BYTES: usize = 64 * 1024;
/// A file up to this size is written whole, with its size before it, which all programs read; a larger one as it comes.
const WHOLE_MAX_BYTES: u64 = 64 * 1024 * 1024;

type Zip = ZipFileWriter<DuplexStream>;

/// Whether another archive could be made now.
pub(super) fn has_room() -> Result<(), Problem> {
    if PLACES.available_permits() == 0 { Err(too_many()) } else { Ok(()) }
}

fn too_many() -> Problem {
    Problem::busy("Too many archives are being made at once. Try again in a moment.")
}

/// The archive of these entries as a response. If it cannot be finished, the response breaks off.
pub(super) fn response(site: Arc<Site>, grant: Grant<Read>, ids: Vec<EntryId>) -> Result<Response, Problem> {
    let place = PLACES.try_acquire();
    let place = place.map_err(|_| too_many())?;
    let name = format!("{}.zip", grant.space());
    let (sent, written) = tokio::io::duplex(BUFFER_BYTES);
    let writing = tokio::spawn(async move {
        let _place = place;
        let outcome = write(&site, &grant, &ids, written).await;
        if let Err(error) = &outcome {
            tracing::warn!(error = &**error as &dyn std::error::Error, "an archive was not finished");
        }
        outcome
    });
    let end = futures::stream::once(async move {
        match writing.await {
            Ok(Ok(())) => Ok(Bytes::new()),
            _ => Err(io::Error::other("the archive was not finished")),
        }
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CONTENT_DISPOSITION, attached(&name)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, Body::from_stream(ReaderStream::new(sent).chain(end))).into_response())
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

async fn write(site: &Site, grant: &Grant<Read>, ids: &[EntryId], out: DuplexStream) -> Result<(), Failure> {
    let mut zip = ZipFileWriter::with_tokio(out);
    let mut table = Table::new()?;
    for id in ids {
        match site.gallery.file(grant, *id, None).await {
            Ok((entry, object)) => {
                let name = file_name(&entry);
                table.add(&entry, &name)?;
                let file = ZipEntryBuilder::new(name.into(), Compression::Stored);
                let size_bytes = object.info.size_bytes;
                let bytes = object.bytes.map_err(io::Error::other);
                add(&mut zip, file, size_bytes, bytes).await?;
            }
            // Removed a moment ago.
            Err(GalleryError::Gone | GalleryError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let table = table.finish()?;
    zip.write_entry_whole(ZipEntryBuilder::new("entries.csv".into(), Compression::Stored), &table).await?;
    zip.close().await?;
    Ok(())
}

async fn add(
    zip: &mut Zip,
    file: ZipEntryBuilder,
    size_bytes: u64,
    mut bytes: impl futures::Stream<Item = io::Result<Bytes>> + Unpin,
) -> Result<(), Failure> {
    if size_bytes <= WHOLE_MAX_BYTES {
        let mut whole = Vec::new();
        while let Some(chunk) = bytes.try_next().await? {
            whole.extend_from_slice(&chunk);
        }
        zip.write_entry_whole(file, &whole).await?;
    } else {
        let mut entry = zip.write_entry_stream(file).await?;
        while let Some(chunk) = bytes.try_next().await? {
            entry.write_all(&chunk).await?;
        }
        entry.close().await?;
    }
    Ok(())
}

/// The name of an entry's file: its number, then what it is called. No two are the same.
fn file_name(entry: &Entry) -> String {
    let (name, file) = (entry.content.name.as_str(), entry.content.key.file_name());
    let extension = file.rsplit_once('.').map(|(_, extension)| extension).filter(|extension| {
        (1..=8).contains(&extension.len()) && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    // A foreign file is called what it was called, with its extension.
    let name = match extension {
        Some(extension) => without_extension(name, extension),
        None => name,
    };
    match (name, extension) {
        ("", None) => format!("{}-{}", entry.id, Key::download_stem(file)),
        ("", Some(extension)) => {
            let stem = Key::download_name(file);
            let stem = stem.rsplit_once('.').map_or(stem.as_str(), |(stem, _)| stem);
            format!("{}-{}.{extension}", entry.id, Key::download_stem(stem))
        }
        (name, None) => format!("{}-{}", entry.id, Key::download_stem(name)),
        (name, Some(extension)) => format!("{}-{}.{extension}", entry.id, Key::download_stem(name)),
    }
}

/// A name without the extension that it ends with, in small letters or large ones.
fn without_extension<'a>(name: &'a str, extension: &str) -> &'a str {
    match name.rsplit_once('.') {
        Some((stem, end)) if end.eq_ignore_ascii_case(extension) => stem,
        _ => name,
    }
}
