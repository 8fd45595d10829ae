//! Maps keys to files. A key is a path below the root, verbatim, or it is refused with a reason.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use domain::{Key, RESERVED_PREFIX, Visible};

/// The maximum length of a file name: NAME_MAX of common file systems.
const COMPONENT_MAX_BYTES: usize = 255;

/// The path of an object with this key; the error says why a file system cannot hold such a key.
pub(super) fn of_key(root: &Path, key: &Key) -> Result<PathBuf, &'static str> {
    check(key)?;
    Ok(root.join(key.as_str()))
}

/// Whether files can have all of these keys at once; the error is a key that cannot, and why.
pub(super) fn can_hold(keys: &BTreeSet<&Key>) -> Result<(), (Key, &'static str)> {
    for key in keys {
        check(key).map_err(|why| ((*key).clone(), why))?;
        let mut folders = key.as_str().match_indices('/').map(|(at, _)| &key.as_str()[..at]);
        if folders.any(|folder| folder.parse().is_ok_and(|folder: Key| keys.contains(&folder))) {
            return Err(((*key).clone(), "a folder above it would also be an object"));
        }
    }
    Ok(())
}

fn check(key: &Key) -> Result<(), &'static str> {
    for component in key.as_str().split('/') {
        match component {
            "" => return Err("it begins or ends with a slash, or has two in a row"),
            "." | ".." => return Err("a part of it is `.` or `..`"),
            _ if component.contains('\0') => return Err("it contains a zero byte"),
            _ if component.len() > COMPONENT_MAX_BYTES => {
                return Err("a part of it is longer than 255 bytes");
            }
            _ => {}
        }
    }
    Ok(())
}

/// The path of an existing object: every folder above it is a real one, not a symbolic link that would lead out of
/// the bucket.
pub(super) fn existing(root: &Path, key: &Key) -> Result<PathBuf, NoFolder> {
    let path = of_key(root, key).map_err(|_| NoFolder::Missing)?;
    folders_above(root, &path).try_for_each(check_folder)?;
    Ok(path)
}

/// Why a required folder is missing.
#[derive(Debug)]
pub(super) enum NoFolder {
    /// Nothing is there.
    Missing,
    /// Something else is at this path.
    Blocked(PathBuf),
}

/// Whether there is a folder that may be entered. Any doubt is settled when the file is opened.
pub(super) fn check_folder(folder: &Path) -> Result<(), NoFolder> {
    match fs::symlink_metadata(folder) {
        Ok(status) if status.is_dir() => Ok(()),
        Ok(_) => Err(NoFolder::Blocked(folder.to_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(NoFolder::Missing),
        Err(error) if error.kind() == ErrorKind::NotADirectory => Err(NoFolder::Blocked(folder.to_owned())),
        Err(_) => Ok(()),
    }
}

/// The folders between the root and a file, outermost first, excluding both.
pub(super) fn folders_above<'a>(root: &'a Path, path: &'a Path) -> impl Iterator<Item = &'a Path> {
    let mut folders: Vec<&Path> = path.ancestors().skip(1).take_while(|folder| *folder != root).collect();
    folders.reverse();
    folders.into_iter()
}

/// The key of a file below the root; `None` for our own folder and for names that cannot be keys (not UTF-8, too
/// long).
pub(super) fn to_key(root: &Path, path: &Path) -> Option<Key> {
    path.strip_prefix(root).ok()?.to_str()?.parse().ok()
}

/// A path for a line of a log or a terminal. Bytes that are not UTF-8 are shown as numbers, so that different names
/// look different.
pub(super) fn for_people(path: &Path) -> String {
    let mut text = String::new();
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        text.push_str(&Visible(chunk.valid()).to_string());
        text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    text
}

/// Our own folder. It is created with the bucket and stays: where it is missing, the directory is not ours, or an
/// empty mount point.
pub(super) fn reserved(root: &Path) -> PathBuf {
    root.join(RESERVED_PREFIX.trim_end_matches('/'))
}

/// Whether a path is our own folder.
pub(super) fn is_reserved(root: &Path, path: &Path) -> bool {
    path == reserved(root)
}

/// The identity of the directory that is there now, while it is a bucket: device and inode.
pub(super) fn identity(root: &Path) -> Option<(u64, u64)> {
    let status = fs::metadata(root).ok()?;
    reserved(root).is_dir().then(|| (status.dev(), status.ino()))
}

/// Errors from opening something that is missing, a symbolic link, a socket, or a file used as a folder.
pub(super) fn is_no_object(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename)
        || matches!(error.raw_os_error(), Some(libc::ELOOP | libc::ENXIO))
}
