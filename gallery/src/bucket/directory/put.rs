//! Writing and deleting. A file is made aside and synced before it gets its name, so a name never stands for half a
//! file, not even after a power cut.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use domain::{Key, RESERVED_PREFIX};
use tempfile::NamedTempFile;
use xattr::FileExt;

use super::error::{gone, meaning};
use super::path::{self, NoFolder};
use super::{ATTRIBUTE_PREFIX, Files, info};
use crate::bucket::{BucketError, Metadata, ObjectInfo};

/// How often a put makes its folder again when a deletion elsewhere removes it as empty in between.
const ATTEMPTS_MAX: usize = 100;

impl Files {
    pub(super) fn put(
        &self,
        key: &Key,
        bytes: &[u8],
        metadata: &Metadata,
    ) -> Result<ObjectInfo, BucketError> {
        let path = path::of_key(&self.root, key).map_err(BucketError::UnsupportedKey)?;
        self.refuse_taken(&path)?;
        let temporary = self.write_aside(bytes, metadata)?;
        let file = self.name(temporary, &path)?;
        self.folders.sync(path.parent().expect("is below the root")).map_err(meaning)?;
        Ok(info(key.clone(), &file.metadata().map_err(meaning)?))
    }

    /// A new file without its name yet, its bytes and metadata durable. Deletes itself when dropped.
    pub(super) fn write_aside(
        &self,
        bytes: &[u8],
        metadata: &Metadata,
    ) -> Result<NamedTempFile, BucketError> {
        // The usual permissions, less the umask: other programs are meant to read it.
        let permissions = fs::Permissions::from_mode(0o666);
        let made = tempfile::Builder::new().permissions(permissions).tempfile_in(&self.temporary);
        let mut temporary = match made {
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(gone()),
            made => made.map_err(meaning)?,
        };
        for (name, value) in metadata {
            let attribute = format!("{ATTRIBUTE_PREFIX}{name}");
            if let Err(error) = temporary.as_file().set_xattr(attribute, value.as_bytes()) {
                Self::tell_once(&self.told_of_lost_metadata, || {
                    tracing::warn!(%error, name, "the bucket's file system does not keep metadata with an object");
                });
            }
        }
        temporary.write_all(bytes).map_err(meaning)?;
        // To the nanosecond, where older kernels count in ticks of 4 ms: two files in one tick get different etags.
        temporary.as_file().set_modified(SystemTime::now()).map_err(meaning)?;
        temporary.as_file().sync_all().map_err(meaning)?;
        Ok(temporary)
    }

    /// Gives a file its name, unless something has it.
    pub(super) fn name(&self, mut temporary: NamedTempFile, path: &Path) -> Result<File, BucketError> {
        for _ in 0..ATTEMPTS_MAX {
            match self.folders.make_above(path).map_err(meaning)? {
                Ok(()) => {}
                Err(NoFolder::Missing) => continue,
                Err(NoFolder::Blocked) => return Err(blocked()),
            }
            let failed = match temporary.persist_noclobber(path) {
                Ok(file) => return Ok(file),
                Err(failed) => failed,
            };
            match failed.error.kind() {
                ErrorKind::AlreadyExists => {
                    self.refuse_taken(path)?;
                    // Deleted again since: what it was does not matter.
                    return Err(BucketError::AlreadyExists);
                }
                ErrorKind::NotFound if !self.temporary.exists() => return Err(gone()),
                ErrorKind::NotFound => temporary = failed.file,
                _ => return Err(meaning(failed.error)),
            }
        }
        Err(BucketError::Unavailable("the folder of the object is removed again and again".into()))
    }

    /// What stands where the file would be, or in the way to it, as an error.
    fn refuse_taken(&self, path: &Path) -> Result<(), BucketError> {
        if path::folders_above(&self.root, path)
            .any(|folder| matches!(path::check_folder(folder), Err(NoFolder::Blocked)))
        {
            return Err(blocked());
        }
        match fs::symlink_metadata(path) {
            Ok(status) if status.is_file() => Err(BucketError::AlreadyExists),
            Ok(status) if status.is_dir() => {
                Err(BucketError::UnsupportedKey("a folder with other objects has this name"))
            }
            Ok(_) => Err(BucketError::UnsupportedKey("something that is no file has this name")),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(meaning(error)),
        }
    }

    pub(super) fn delete(&self, key: &Key) -> Result<(), BucketError> {
        let Ok(path) = path::existing(&self.root, key) else {
            return self.deleted_already();
        };
        match fs::symlink_metadata(&path) {
            Ok(status) if status.is_file() => match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(meaning(error)),
                _ => {}
            },
            // Not an object, so there is none to delete.
            Ok(_) => return Ok(()),
            // Perhaps deleted by somebody else a moment ago, and not durable yet.
            Err(error) if path::is_no_object(&error) => self.deleted_already()?,
            Err(error) => return Err(meaning(error)),
        }
        self.folders.settle_deletion(&path).map_err(meaning)
    }

    /// What is not there needs no deletion, provided that the disk is.
    fn deleted_already(&self) -> Result<(), BucketError> {
        match self.not_found() {
            BucketError::NotFound => Ok(()),
            gone => Err(gone),
        }
    }
}

fn blocked() -> BucketError {
    BucketError::UnsupportedKey("a part of it is the name of an object or a link, so it cannot be a folder")
}

/// A new folder for the files of this run, and the lock that says that it lives. Deletes the folders of dead runs.
pub(super) fn open_temporary(root: &Path) -> io::Result<(PathBuf, File)> {
    let all = root.join(RESERVED_PREFIX).join("tmp");
    fs::create_dir_all(&all)?;
    // Two runs that open at once must not take each other's new folder for a dead one.
    let opening = File::open(&all)?;
    opening.lock()?;
    for entry in fs::read_dir(&all)? {
        let path = entry?.path();
        let alive = path.is_dir() && matches!(File::open(&path)?.try_lock(), Err(TryLockError::WouldBlock));
        if !alive {
            tracing::info!(path = %path.display(), "deleting what an earlier run left half written");
            if path.is_dir() { fs::remove_dir_all(&path)? } else { fs::remove_file(&path)? }
        }
    }
    let temporary = all.join(ulid::Ulid::generate().to_string());
    fs::create_dir(&temporary)?;
    let alive = File::open(&temporary)?;
    alive.lock()?;
    Ok((temporary, alive))
}
