//! Reads spaces from a tar: all objects first, the catalog last, so that an interrupted import has made no entry and
//! can be started again. An import that can never succeed takes its objects back, or a server would adopt them as new
//! entries. A tar is untrusted: nothing in it names a path, and everything is checked against the rest.

use std::sync::Arc;

use bytes::Bytes;
use domain::limits::{LOGO_MAX_BYTES, PICTURE_MAX_BYTES};
use domain::{Body, Entry, Key, Kind, Recipe, Sha256, Space, SymbolFacts};
use futures::StreamExt as _;
use qr::Reading;
use sha2::Digest as _;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio_tar::Archive;

use super::format::{END, LINE_MAX_BYTES, LINES_MAX, MANIFEST, Part};
use super::import_error::{ImportError, damaged};
use super::incoming::{Imported, Incoming, parse};
use crate::bucket::{Bucket, BucketError, Metadata, Spool, SpoolError};
use crate::catalog::Catalog;
use crate::drawing::logos::is_kept_form;
use crate::grant::{AllSpaces, Grant, MayAdminister};
use crate::own_object::{OwnKind, OwnMetadata};
use crate::pictures::{find_codes, room_for_file};

/// Largest manifest and JSON-lines file.
const TEXT_MAX_BYTES: u64 = LINES_MAX as u64 * LINE_MAX_BYTES as u64;

/// Reads a tar that `export` wrote. Keeps ids, seqs and the log, but not request ids. Memory: the entries and logs of
/// all spaces.
pub async fn import(
    _grant: &Grant<impl MayAdminister, AllSpaces>,
    bucket: &dyn Bucket,
    catalog: &dyn Catalog,
    reader: impl AsyncRead + Unpin + Send,
) -> Result<Imported, ImportError> {
    let mut placed = Vec::new();
    match read_all(bucket, catalog, reader, &mut placed).await {
        Ok(incoming) => incoming.load(catalog).await,
        // The next attempt continues from what is there.
        Err(error) if error.may_pass() => Err(error),
        Err(error) => Err(take_back(bucket, placed, error).await),
    }
}

/// Deletes what a failed import put into the bucket; its error, or that this failed as well.
async fn take_back(bucket: &dyn Bucket, placed: Vec<Key>, error: ImportError) -> ImportError {
    let mut left = Vec::new();
    for key in placed {
        if let Err(source) = bucket.delete(&key).await {
            tracing::warn!(
                key = key.as_str(),
                error = &source as &dyn std::error::Error,
                "an object of the failed import could not be deleted"
            );
            left.push(key);
        }
    }
    match left.pop() {
        None => error,
        Some(key) => ImportError::ObjectsLeft { key, more: left.len() as u64, error: Box::new(error) },
    }
}

/// Reads a whole tar, and puts its objects into the bucket. `placed` are the keys of those that were not there before.
async fn read_all(
    bucket: &dyn Bucket,
    catalog: &dyn Catalog,
    reader: impl AsyncRead + Unpin + Send,
    placed: &mut Vec<Key>,
) -> Result<Incoming, ImportError> {
    let mut archive = Archive::new(reader);
    // Raw: no long names or other extensions, which we never write but an attacker could.
    let mut files = archive.entries_raw()?;
    let mut incoming: Option<Incoming> = None;
    let mut name = String::new();
    while let Some(file) = files.next().await {
        let mut file = file.map_err(|error| unreadable(error, &name))?;
        name = name_of(&file)?;
        match &mut incoming {
            None if name == MANIFEST => {
                let manifest = parse(&name, &text(&mut file, &name).await?)?;
                incoming = Some(Incoming::begin(catalog, manifest).await?);
            }
            None => return Err(damaged(format!("it begins with {name}, not with {MANIFEST}"))),
            Some(incoming) if name == END => {
                incoming.end = Some(parse(&name, &text(&mut file, &name).await?)?);
            }
            Some(incoming) => match Part::parse(&name) {
                Some(Part::Logo(id)) => {
                    incoming.check_keys(bucket)?;
                    let bytes = read(&mut file, &name, LOGO_MAX_BYTES as u64).await?;
                    put_logo(bucket, &name, &id, bytes.into(), placed).await?;
                    incoming.logos += 1;
                }
                Some(Part::Entries(space)) => {
                    incoming.add_entries(&space, &name, &text(&mut file, &name).await?)?;
                }
                Some(Part::Log(space)) => {
                    incoming.add_changes(&space, &name, &text(&mut file, &name).await?)?;
                }
                Some(Part::Object(space, id)) => {
                    let entry = incoming.expected(&space, id, file.effective_size())?;
                    incoming.check_keys(bucket)?;
                    let spool = spool(&mut file, &name).await?;
                    check_code(&name, &space, &entry, &spool).await?;
                    let etag = put(bucket, &name, &space, &entry, spool, placed).await?;
                    incoming.arrived(&space, id, etag)?;
                }
                None => return Err(damaged(format!("the file {name} does not belong there"))),
            },
        }
    }
    let incoming = incoming.ok_or_else(|| damaged("it is empty".to_owned()))?;
    incoming.check_complete()?;
    Ok(incoming)
}

/// Errors of the system carry its number; all others of the tar crate mean that this is not a complete tar.
fn unreadable(error: std::io::Error, last: &str) -> ImportError {
    let mut causes =
        std::iter::successors(Some(&error as &(dyn std::error::Error + 'static)), |error| error.source());
    if causes.any(|cause| cause.downcast_ref().is_some_and(|io: &std::io::Error| io.raw_os_error().is_some()))
    {
        ImportError::Read(error)
    } else if last.is_empty() {
        damaged("it is not a tar".to_owned())
    } else {
        damaged(format!("it is cut off or damaged after {last}"))
    }
}

/// The name of a regular file; an export contains nothing else.
fn name_of<R: AsyncRead + Unpin>(file: &tokio_tar::Entry<R>) -> Result<String, ImportError> {
    let name = String::from_utf8_lossy(&file.header().path_bytes()).into_owned();
    if file.header().entry_type().is_file() {
        Ok(name)
    } else {
        Err(damaged(format!("{name} is not a regular file")))
    }
}

async fn text<R: AsyncRead + Unpin>(
    file: &mut tokio_tar::Entry<R>,
    name: &str,
) -> Result<Vec<u8>, ImportError> {
    read(file, name, TEXT_MAX_BYTES).await
}

async fn read<R: AsyncRead + Unpin>(
    file: &mut tokio_tar::Entry<R>,
    name: &str,
    most_bytes: u64,
) -> Result<Vec<u8>, ImportError> {
    let size_bytes = file.effective_size();
    if size_bytes > most_bytes {
        return Err(damaged(format!("{name} has {size_bytes} bytes, more than {most_bytes}")));
    }
    // Grows with the data, not with what the header claims.
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).await.map_err(|error| unreadable(error, name))?;
    if bytes.len() as u64 == size_bytes {
        Ok(bytes)
    } else {
        Err(damaged(format!("it is cut off in {name}")))
    }
}

/// An object, whole, in a temporary file: it may be larger than memory, and is written under its key only if it is
/// the right one.
async fn spool<R: AsyncRead + Unpin>(
    file: &mut tokio_tar::Entry<R>,
    name: &str,
) -> Result<Spool, ImportError> {
    let size_bytes = file.effective_size();
    match Spool::fill(file).await {
        Ok(spool) if spool.size_bytes() == size_bytes => Ok(spool),
        Ok(_) => Err(damaged(format!("it is cut off in {name}"))),
        Err(SpoolError::Read(error)) => Err(unreadable(error, name)),
        Err(SpoolError::Write(error)) => Err(ImportError::Spool(error)),
    }
}

/// Puts a logo, unless it exists: its name identifies its content.
async fn put_logo(
    bucket: &dyn Bucket,
    name: &str,
    id: &Sha256,
    png: Bytes,
    placed: &mut Vec<Key>,
) -> Result<(), ImportError> {
    if !is_kept_form(&png, id) {
        return Err(damaged(format!("{name} is not the logo with that digest")));
    }
    let key = Key::of_logo(id);
    match bucket.put(&key, png.into(), &Metadata::new()).await {
        Ok(_) => {
            placed.push(key);
            Ok(())
        }
        Err(BucketError::AlreadyExists) => Ok(()),
        Err(source) => Err(ImportError::Bucket { key, source }),
    }
}

/// Whether a picture contains the code of its entry. One that cannot be read, or a foreign one with another text than
/// an earlier version read, is left to `check`: an export can contain it.
async fn check_code(name: &str, space: &Space, entry: &Entry, spool: &Spool) -> Result<(), ImportError> {
    let content = &entry.content;
    let (Some(value), Kind::Code) = (content.value(), content.kind()) else { return Ok(()) };
    if spool.size_bytes() > PICTURE_MAX_BYTES {
        return Ok(());
    }
    let _room = room_for_file(spool.size_bytes()).await;
    let picture = tokio::fs::read(spool.path()).await.map_err(ImportError::Spool)?;
    let readings = find_codes(picture.into()).await.unwrap_or_default();
    let is_ours = content.key.own_parts().is_some_and(|(owner, _)| owner == *space);
    let with_text: Vec<_> = readings.iter().filter(|reading| reading.text == value).collect();
    let is_it = |it: &Reading, symbol: SymbolFacts| (it.version, it.mask) == (symbol.version, symbol.mask);
    if with_text.is_empty() {
        let is_other = is_ours && !readings.is_empty();
        return if is_other {
            Err(damaged(format!("{name} holds a code with another text")))
        } else {
            Ok(())
        };
    }
    match content.symbol() {
        Some(symbol) if !with_text.iter().any(|reading| is_it(reading, symbol)) => {
            Err(damaged(format!("{name} holds a code of another version or mask")))
        }
        _ => Ok(()),
    }
}

/// Puts an object, unless it is there from an earlier attempt; its etag here.
async fn put(
    bucket: &dyn Bucket,
    name: &str,
    space: &Space,
    entry: &Entry,
    spool: Spool,
    placed: &mut Vec<Key>,
) -> Result<String, ImportError> {
    let content = &entry.content;
    let sha256 = spool.sha256();
    if content.sha256.is_some_and(|expected| expected != sha256) {
        return Err(damaged(format!("{name} does not have the bytes that were saved")));
    }
    let is_ours = content.key.own_parts().is_some_and(|(owner, _)| owner == *space);
    let kind = match &content.body {
        Body::Code { style, .. } => OwnKind::Code { level: style.level, look: style.look.clone() },
        Body::Photo { photo, .. } => OwnKind::Upload { recipe: photo.recipe },
        Body::File { .. } => OwnKind::Upload { recipe: Recipe::Nothing },
    };
    let metadata = is_ours.then(|| {
        let (key, name, created_at) = (content.key.clone(), content.name.clone(), content.created_at);
        OwnMetadata { key, name, kind, created_at, request: None }.write()
    });
    let failed = |source| ImportError::Bucket { key: content.key.clone(), source };
    match bucket.put(&content.key, Arc::new(spool).into(), &metadata.unwrap_or_default()).await {
        Ok(info) => {
            placed.push(content.key.clone());
            Ok(info.etag)
        }
        Err(BucketError::AlreadyExists) => {
            let mut there = bucket.get(&content.key, None).await.map_err(failed)?;
            let mut digest = sha2::Sha256::new();
            while let Some(piece) = there.bytes.next().await {
                digest.update(piece.map_err(failed)?);
            }
            let is_the_same = Sha256(digest.finalize().into()) == sha256;
            if is_the_same { Ok(there.info.etag) } else { Err(ImportError::OtherObject(content.key.clone())) }
        }
        Err(error) => Err(failed(error)),
    }
}
