//! Walks the directory in key order. Not here: changes between walks (`watch`).

use std::cmp::Ordering;
use std::io::{Error, ErrorKind};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use domain::Key;
use walkdir::{DirEntry, WalkDir};

use super::error::{classify, gone};
use super::{Files, Reader, info, path};
use crate::bucket::{BucketError, ObjectInfo};

/// The reader has gone, or received an error that ends the list.
struct Stop;

/// Something that could not be read.
struct ListError {
    /// The folder whose contents it hides; `None` if unknown.
    folder: Option<PathBuf>,
    error: Error,
}

impl Files {
    /// Sends every object until the reader has gone. Only the names in one folder are sorted in memory, some hundred
    /// bytes each, not the whole bucket.
    pub(super) fn list(&self, reader: &Reader) {
        // Whoever stopped it knows.
        let _ = self.walk(reader);
    }

    /// Sends every object below a folder of `_qrate/` until the reader has gone.
    pub(super) fn list_below(&self, folder: &str, reader: &Reader) {
        for entry in WalkDir::new(self.root.join(folder)).min_depth(1) {
            let sent = match entry.map_err(ListError::of_walk).and_then(|entry| self.reserved(&entry)) {
                Ok(None) => Ok(()),
                Ok(Some(object)) => send(reader, Ok(object)),
                // Deleted during the walk, or there is no such folder.
                Err(trouble) if trouble.error.kind() == ErrorKind::NotFound => Ok(()),
                Err(trouble) => end(reader, classify(trouble.error)),
            };
            if sent.is_err() {
                return;
            }
        }
    }

    /// The object of a directory entry below `_qrate/`; `None` for anything else.
    fn reserved(&self, entry: &DirEntry) -> Result<Option<ObjectInfo>, ListError> {
        let name = entry.path().strip_prefix(&self.root).ok().and_then(Path::to_str);
        match name.and_then(Key::reserved).filter(|_| entry.file_type().is_file()) {
            Some(key) => Ok(Some(info(key, &entry.metadata().map_err(ListError::of_walk)?))),
            None => Ok(None),
        }
    }

    fn walk(&self, reader: &Reader) -> Result<(), Stop> {
        let walk = WalkDir::new(&self.root).min_depth(1).sort_by(by_key);
        let mut hidden: Option<PathBuf> = None;
        for entry in walk.into_iter().filter_entry(|entry| !path::is_reserved(&self.root, entry.path())) {
            match entry.map_err(ListError::of_walk).and_then(|entry| self.object(&entry)) {
                Ok(None) => {}
                Ok(Some(object)) => send(reader, object)?,
                // Deleted during the walk; or everything is gone, which shows at the end.
                Err(trouble) if trouble.error.kind() == ErrorKind::NotFound => {}
                Err(trouble) if trouble.is_in(hidden.as_deref()) => {}
                Err(trouble) => {
                    hidden.clone_from(&trouble.folder);
                    self.report(reader, trouble)?;
                }
            }
        }
        if self.is_there() { Ok(()) } else { send(reader, Err(gone())) }
    }

    /// The object of a directory entry, or why it is left out; `None` for folders, links and special files.
    fn object(&self, entry: &DirEntry) -> Result<Option<Result<ObjectInfo, BucketError>>, ListError> {
        if !entry.file_type().is_file() {
            return Ok(None);
        }
        let Some(key) = path::to_key(&self.root, entry.path()) else {
            return Ok(Some(Err(self.unnamed(entry.path()))));
        };
        match entry.metadata() {
            Ok(status) => Ok(Some(Ok(info(key, &status)))),
            // The folder lists its names, but may not be entered.
            Err(error) => {
                let folder = entry.path().parent().map(Path::to_owned);
                Err(ListError { folder, ..ListError::of_walk(error) })
            }
        }
    }

    /// Reports a folder that cannot be read. If it is the root or unknown, or the whole system is in trouble, the
    /// list ends: what follows a gap of unknown size must not be taken for the rest.
    fn report(&self, reader: &Reader, ListError { folder, error }: ListError) -> Result<(), Stop> {
        let Some(folder) = folder.filter(|folder| *folder != self.root) else {
            return end(reader, classify(error));
        };
        let Some(folder) = path::to_key(&self.root, &folder) else {
            return send(reader, Err(self.unnamed(&folder)));
        };
        match classify(error) {
            error @ BucketError::Unavailable(_) => end(reader, error),
            error => {
                let below = format!("{}/", folder.as_str());
                send(reader, Err(BucketError::Hidden { below, source: error.into() }))
            }
        }
    }

    fn unnamed(&self, path: &Path) -> BucketError {
        let path = path.strip_prefix(&self.root).unwrap_or(path);
        let why = if path.to_str().is_some() {
            "its path is longer than 1,024 bytes"
        } else {
            "its path is not UTF-8"
        };
        BucketError::Unnamed { name: path::for_people(path), why }
    }
}

impl ListError {
    fn of_walk(error: walkdir::Error) -> Self {
        let folder = error.path().map(Path::to_owned);
        // Links are not followed, so there is no loop.
        let error = error.into_io_error().unwrap_or_else(|| Error::other("a loop of links"));
        Self { folder, error }
    }

    fn is_in(&self, folder: Option<&Path>) -> bool {
        matches!((&self.folder, folder), (Some(this), Some(folder)) if this.starts_with(folder))
    }
}

fn send(reader: &Reader, item: Result<ObjectInfo, BucketError>) -> Result<(), Stop> {
    reader.blocking_send(item).map_err(|_| Stop)
}

fn end(reader: &Reader, error: BucketError) -> Result<(), Stop> {
    send(reader, Err(error))?;
    Err(Stop)
}

/// The order of the keys' bytes: a folder sorts like its name followed by the slash, so `a-b/x` comes before `a/x`.
fn by_key(a: &DirEntry, b: &DirEntry) -> Ordering {
    fn bytes(entry: &DirEntry) -> impl Iterator<Item = &u8> {
        let slash: &[u8] = if entry.file_type().is_dir() { b"/" } else { b"" };
        entry.file_name().as_bytes().iter().chain(slash)
    }
    bytes(a).cmp(bytes(b))
}
