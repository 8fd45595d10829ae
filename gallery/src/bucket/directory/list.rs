//! Walks the directory in key order. Not here: changes between walks (`watch`).

use std::ffi::OsStr;
use std::io::{Error, ErrorKind};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use domain::Key;
use walkdir::{DirEntry, WalkDir};

use super::error::{classify, gone};
use super::{Files, Reader, info, path};
use crate::bucket::{BucketError, ObjectInfo};

/// The reader has gone, or received an error that ends the list.
struct Stop;

/// The names in a folder, those of folders with a slash at their end; without links and special files. In one piece of
/// memory, which is given back whole.
#[derive(Default)]
struct Names {
    bytes: Vec<u8>,
    /// Where each begins and ends.
    places: Vec<(usize, usize)>,
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
            let sent = match entry.and_then(|entry| self.reserved(&entry)).map_err(io_error) {
                Ok(None) => Ok(()),
                Ok(Some(object)) => send(reader, Ok(object)),
                // Deleted during the walk, or there is no such folder.
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
                Err(error) => end(reader, classify(error)),
            };
            if sent.is_err() {
                return;
            }
        }
    }

    /// The object of a directory entry below `_qrate/`; `None` for anything else.
    fn reserved(&self, entry: &DirEntry) -> Result<Option<ObjectInfo>, walkdir::Error> {
        let name = entry.path().strip_prefix(&self.root).ok().and_then(Path::to_str);
        match name.and_then(Key::reserved).filter(|_| entry.file_type().is_file()) {
            Some(key) => Ok(Some(info(key, &entry.metadata()?))),
            None => Ok(None),
        }
    }

    fn walk(&self, reader: &Reader) -> Result<(), Stop> {
        self.walk_folder(&self.root, reader)?;
        if self.is_there() { Ok(()) } else { send(reader, Err(gone())) }
    }

    /// Sends what is in a folder and below it.
    fn walk_folder(&self, folder: &Path, reader: &Reader) -> Result<(), Stop> {
        let names = match Names::read(folder) {
            Ok(names) => names,
            Err(error) => return self.report(reader, folder, error),
        };
        for name in names.in_key_order() {
            let (name, is_folder) = name.strip_suffix(b"/").map_or((name, false), |name| (name, true));
            let path = folder.join(OsStr::from_bytes(name));
            if path::is_reserved(&self.root, &path) {
                continue;
            }
            if is_folder {
                self.walk_folder(&path, reader)?;
                continue;
            }
            match self.object(&path) {
                Ok(object) => send(reader, object)?,
                // The folder lists its names, but may not be entered: so it is with each of them.
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return self.report(reader, folder, error);
                }
                // Deleted during the walk.
                Err(_) => {}
            }
        }
        Ok(())
    }

    /// The object of a file, or why it is left out.
    fn object(&self, path: &Path) -> Result<Result<ObjectInfo, BucketError>, Error> {
        match path::to_key(&self.root, path) {
            Some(key) => Ok(Ok(info(key, &path.symlink_metadata()?))),
            None => Ok(Err(self.unnamed(path))),
        }
    }

    /// Reports a folder that cannot be read. If it is the root, or the whole system is in trouble, the
    /// list ends: what follows a gap of unknown size must not be taken for the rest.
    fn report(&self, reader: &Reader, folder: &Path, error: Error) -> Result<(), Stop> {
        if error.kind() == ErrorKind::NotFound {
            // Deleted during the walk; or everything is gone, which shows at the end.
            return Ok(());
        }
        if folder == self.root {
            return end(reader, classify(error));
        }
        let Some(folder) = path::to_key(&self.root, folder) else {
            return send(reader, Err(self.unnamed(folder)));
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

impl Names {
    fn read(folder: &Path) -> Result<Self, Error> {
        let mut names = Self::default();
        for entry in folder.read_dir()? {
            let entry = entry?;
            let kind = match entry.file_type() {
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                kind => kind?,
            };
            if !kind.is_file() && !kind.is_dir() {
                continue;
            }
            let begin = names.bytes.len();
            names.bytes.extend_from_slice(entry.file_name().as_bytes());
            names.bytes.extend_from_slice(if kind.is_dir() { b"/" } else { b"" });
            names.places.push((begin, names.bytes.len()));
        }
        let bytes = &names.bytes;
        names.places.sort_unstable_by_key(|(begin, end)| &bytes[*begin..*end]);
        Ok(names)
    }

    /// In the order of the keys' bytes: a folder sorts like its name followed by the slash, so `a-b/x` comes before
    /// `a/x`.
    fn in_key_order(&self) -> impl Iterator<Item = &[u8]> {
        self.places.iter().map(|(begin, end)| &self.bytes[*begin..*end])
    }
}

fn io_error(error: walkdir::Error) -> Error {
    // Links are not followed, so there is no loop.
    error.into_io_error().unwrap_or_else(|| Error::other("a loop of links"))
}

fn send(reader: &Reader, item: Result<ObjectInfo, BucketError>) -> Result<(), Stop> {
    reader.blocking_send(item).map_err(|_| Stop)
}

fn end(reader: &Reader, error: BucketError) -> Result<(), Stop> {
    send(reader, Err(error))?;
    Err(Stop)
}
