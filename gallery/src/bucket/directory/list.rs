//! Walking the directory in the order of keys.

use std::cmp::Ordering;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;

use tokio::sync::mpsc::Sender;
use walkdir::{DirEntry, WalkDir};

use super::error::{gone, meaning};
use super::{Files, info, path};
use crate::bucket::{BucketError, ObjectInfo};

impl Files {
    /// Sends every object until the reader has gone. An error is the last thing sent: what follows a hole must not be
    /// taken for the rest.
    pub(super) fn list(&self, sender: &Sender<Result<ObjectInfo, BucketError>>) {
        let walk = WalkDir::new(&self.root).min_depth(1).sort_by(by_key);
        for entry in walk.into_iter().filter_entry(|entry| !path::is_reserved(&self.root, entry.path())) {
            let object = entry.map_err(Into::into).and_then(|entry| self.object(&entry));
            let stop = match object {
                Ok(None) => false,
                Ok(Some(object)) => sender.blocking_send(Ok(object)).is_err(),
                // Deleted while we walked; or all of it is gone, which shows in the end.
                Err(error) if error.kind() == ErrorKind::NotFound => false,
                Err(error) => {
                    let _ = sender.blocking_send(Err(meaning(error)));
                    true
                }
            };
            if stop {
                return;
            }
        }
        if !self.temporary.exists() {
            let _ = sender.blocking_send(Err(gone()));
        }
    }

    /// The object that an entry is; none for folders, links, special files, and names that are no keys.
    fn object(&self, entry: &DirEntry) -> std::io::Result<Option<ObjectInfo>> {
        if !entry.file_type().is_file() {
            return Ok(None);
        }
        let Some(key) = path::to_key(&self.root, entry.path()) else {
            Self::tell_once(&self.told_of_odd_names, || {
                tracing::warn!(path = %entry.path().display(), "files whose path is not UTF-8, or longer than 1,024 bytes, are left out");
            });
            return Ok(None);
        };
        Ok(Some(info(key, &entry.metadata()?)))
    }
}

/// The order of the keys' bytes: a folder sorts as its name with the slash that follows it in every key, so that
/// `a-b/x` comes before `a/x`.
fn by_key(a: &DirEntry, b: &DirEntry) -> Ordering {
    fn bytes(entry: &DirEntry) -> impl Iterator<Item = &u8> {
        let slash: &[u8] = if entry.file_type().is_dir() { b"/" } else { b"" };
        entry.file_name().as_bytes().iter().chain(slash)
    }
    bytes(a).cmp(bytes(b))
}
