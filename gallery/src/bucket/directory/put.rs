//! Writes and deletes. A file is created elsewhere and synced before it gets its name, so a name never stands for
//! half a file, not even after a power cut.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::SystemTime;

use domain::Key;
use tempfile::NamedTempFile;
use xattr::FileExt;

use super::error::{classify, gone};
use super::path::{self, NoFolder};
use super::{ATTRIBUTE_PREFIX, Files, info};
use crate::bucket::{Body, BucketError, Metadata, ObjectInfo};

/// How often a put recreates its folder when a concurrent deletion removes it as empty.
const ATTEMPTS_MAX: usize = 100;

impl Files {
    pub(super) fn put(&self, key: &Key, body: &Body, metadata: &Metadata) -> Result<ObjectInfo, BucketError> {
        let path = path::of_key(&self.root, key).map_err(BucketError::UnsupportedKey)?;
        self.refuse_taken(&path)?;
        let temporary = self.write_aside(body, metadata)?;
        let file = self.name(temporary, &path)?;
        self.folders.sync(path.parent().expect("is below the root")).map_err(classify)?;
        Ok(info(key.clone(), &file.metadata().map_err(classify)?))
    }

    /// A new, unnamed file with durable bytes and metadata. Deletes itself when dropped.
    pub(super) fn write_aside(&self, body: &Body, metadata: &Metadata) -> Result<NamedTempFile, BucketError> {
        // The usual permissions, less the umask: other programs are meant to read it.
        let permissions = fs::Permissions::from_mode(0o666);
        let make = |folder| tempfile::Builder::new().permissions(permissions).tempfile_in(folder);
        let mut temporary = match self.temporary.folder().and_then(make) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(gone()),
            made => made.map_err(classify)?,
        };
        for (name, value) in metadata {
            let attribute = format!("{ATTRIBUTE_PREFIX}{name}");
            if let Err(error) = temporary.as_file().set_xattr(attribute, value.as_bytes()) {
                Self::log_once(&self.has_logged_lost_metadata, || {
                    tracing::warn!(%error, name, "the bucket's file system stores no metadata with objects");
                });
            }
        }
        match body {
            Body::Bytes(bytes) => temporary.write_all(bytes).map_err(classify)?,
            Body::Spool(spool) => {
                let mut spooled = spool.reopen().map_err(|error| BucketError::Other(error.into()))?;
                io::copy(&mut spooled, temporary.as_file_mut()).map_err(classify)?;
            }
        }
        // To the nanosecond; older kernels count in ticks of 4 ms, and two files in one tick would get the same etag.
        temporary.as_file().set_modified(SystemTime::now()).map_err(classify)?;
        temporary.as_file().sync_all().map_err(classify)?;
        Ok(temporary)
    }

    /// Gives a file its name, unless that is taken.
    pub(super) fn name(&self, mut temporary: NamedTempFile, path: &Path) -> Result<File, BucketError> {
        for _ in 0..ATTEMPTS_MAX {
            match self.folders.make_above(path) {
                Ok(Ok(())) => {}
                Ok(Err(NoFolder::Missing)) => continue,
                Ok(Err(NoFolder::Blocked(by))) => return Err(self.in_the_way(&by, "a folder")),
                Err(error) if error.kind() == ErrorKind::NotFound && !self.is_there() => return Err(gone()),
                Err(error) => return Err(classify(error)),
            }
            let failed = match temporary.persist_noclobber(path) {
                Ok(file) => return Ok(file),
                Err(failed) => failed,
            };
            match failed.error.kind() {
                ErrorKind::AlreadyExists => {
                    self.refuse_taken(path)?;
                    // It was deleted again meanwhile.
                    return Err(BucketError::AlreadyExists);
                }
                ErrorKind::NotFound if !failed.file.path().exists() => return Err(gone()),
                ErrorKind::NotFound => temporary = failed.file,
                _ => return Err(classify(failed.error)),
            }
        }
        Err(BucketError::Unavailable("the object's folder keeps being removed".into()))
    }

    /// Describes, as an error, what stands in the file's place or in the way to it.
    fn refuse_taken(&self, path: &Path) -> Result<(), BucketError> {
        for folder in path::folders_above(&self.root, path) {
            if let Err(NoFolder::Blocked(by)) = path::check_folder(folder) {
                return Err(self.in_the_way(&by, "a folder"));
            }
        }
        match fs::symlink_metadata(path) {
            Ok(status) if status.is_file() => Err(BucketError::AlreadyExists),
            Ok(_) => Err(self.in_the_way(path, "a file")),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(classify(error)),
        }
    }

    /// Describes what stands where a file or folder must be.
    fn in_the_way(&self, path: &Path, wanted: &'static str) -> BucketError {
        let kind = match fs::symlink_metadata(path).map(|status| status.file_type()) {
            Ok(kind) if kind.is_file() => "a file",
            Ok(kind) if kind.is_dir() => "a folder",
            Ok(kind) if kind.is_symlink() => "a link",
            Ok(_) => "neither a file nor a folder",
            // It was removed just now, or the whole directory was.
            Err(error) => return BucketError::Unavailable(error.into()),
        };
        let name = path.strip_prefix(&self.root).unwrap_or(path).display();
        BucketError::Blocked(format!(
            "`{name}` in the bucket is {kind}, but {wanted} must be there; move it away"
        ))
    }

    pub(super) fn delete(&self, key: &Key) -> Result<(), BucketError> {
        let Ok(path) = path::existing(&self.root, key) else {
            return self.deleted_already();
        };
        match fs::symlink_metadata(&path) {
            Ok(status) if status.is_file() => match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(classify(error)),
                _ => {}
            },
            // Not an object, so there is nothing to delete.
            Ok(_) => return Ok(()),
            // Another program may just have deleted it, not yet durably.
            Err(error) if path::is_no_object(&error) => self.deleted_already()?,
            Err(error) => return Err(classify(error)),
        }
        self.folders.settle_deletion(&path).map_err(classify)
    }

    /// A missing object needs no deletion, provided that the disk is there.
    fn deleted_already(&self) -> Result<(), BucketError> {
        match self.not_found() {
            BucketError::NotFound => Ok(()),
            gone => Err(gone),
        }
    }
}
