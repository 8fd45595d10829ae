//! Keys and the files they stand for. A key is a path below the root, verbatim, or it is refused with the reason.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use domain::{Key, RESERVED_PREFIX, Visible};

/// Longest name of a file: NAME_MAX of the common file systems.
const COMPONENT_MAX_BYTES: usize = 255;

/// Where an object with this key would lie; the reason when a file system cannot hold such a key.
pub(super) fn of_key(root: &Path, key: &Key) -> Result<PathBuf, &'static str> {
    check(key)?;
    Ok(root.join(key.as_str()))
}

/// Whether files could lie under all of these keys; else one that could not, and why.
pub(super) fn can_hold(keys: &BTreeSet<&Key>) -> Result<(), (Key, &'static str)> {
    for key in keys {
        check(key).map_err(|why| ((*key).clone(), why))?;
        let mut folders = key.as_str().match_indices('/').map(|(at, _)| &key.as_str()[..at]);
        if folders.any(|folder| folder.parse().is_ok_and(|folder: Key| keys.contains(&folder))) {
            return Err(((*key).clone(), "what would be a folder above it is an object, too"));
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

/// Where an object with this key lies, if it can be there at all: every folder above it is one, not a symbolic link
/// that would lead out of the bucket.
pub(super) fn existing(root: &Path, key: &Key) -> Result<PathBuf, NoFolder> {
    let path = of_key(root, key).map_err(|_| NoFolder::Missing)?;
    folders_above(root, &path).try_for_each(check_folder)?;
    Ok(path)
}

/// Why there is no folder where one is needed.
#[derive(Debug)]
pub(super) enum NoFolder {
    /// Nothing is there.
    Missing,
    /// Something else is there, under this path.
    Blocked(PathBuf),
}

/// Whether there is a folder that may be entered. What cannot be found out shows when the file is opened.
pub(super) fn check_folder(folder: &Path) -> Result<(), NoFolder> {
    match fs::symlink_metadata(folder) {
        Ok(status) if status.is_dir() => Ok(()),
        Ok(_) => Err(NoFolder::Blocked(folder.to_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(NoFolder::Missing),
        Err(error) if error.kind() == ErrorKind::NotADirectory => Err(NoFolder::Blocked(folder.to_owned())),
        Err(_) => Ok(()),
    }
}

/// The folders between the root and a file, outermost first, neither the root nor the file among them.
pub(super) fn folders_above<'a>(root: &'a Path, path: &'a Path) -> impl Iterator<Item = &'a Path> {
    let mut folders: Vec<&Path> = path.ancestors().skip(1).take_while(|folder| *folder != root).collect();
    folders.reverse();
    folders.into_iter()
}

/// The key of a file below the root; none for our own folder and for names that are no keys (not UTF-8, too long).
pub(super) fn to_key(root: &Path, path: &Path) -> Option<Key> {
    path.strip_prefix(root).ok()?.to_str()?.parse().ok()
}

/// A path for a line of a log or a terminal. Bytes that are no text stand as numbers, so that two such names are two.
pub(super) fn for_people(path: &Path) -> String {
    let mut text = String::new();
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        text.push_str(&Visible(chunk.valid()).to_string());
        text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    text
}

/// Our own folder. It is made with the bucket and stays: where it is missing, the directory is none of ours, or an empty
/// place where its disk should be.
pub(super) fn reserved(root: &Path) -> PathBuf {
    root.join(RESERVED_PREFIX.trim_end_matches('/'))
}

/// Whether a path is our own folder.
pub(super) fn is_reserved(root: &Path, path: &Path) -> bool {
    path == reserved(root)
}

/// Which directory is there now, as long as it is a bucket's: device and inode.
pub(super) fn identity(root: &Path) -> Option<(u64, u64)> {
    let status = fs::metadata(root).ok()?;
    reserved(root).is_dir().then(|| (status.dev(), status.ino()))
}

/// Errors of opening what is not there, a symbolic link, a socket, or a file taken for a folder.
pub(super) fn is_no_object(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename)
        || matches!(error.raw_os_error(), Some(libc::ELOOP | libc::ENXIO))
}
