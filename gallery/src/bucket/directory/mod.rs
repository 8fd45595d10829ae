//! A bucket in a directory: each object is a file, its key the file's path, its metadata extended attributes. Any
//! other program may read and write in it.
//!
//! `path` maps keys to files, `error` classifies I/O errors, `folders` makes folders durable, `temporary` is where
//! files are created, `put` writes and deletes, `list` walks, `watch` listens.

mod error;
mod etag;
mod folders;
mod list;
mod mark;
mod path;
mod put;
mod streamed;
mod temporary;
mod watch;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::ops::Range;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use domain::{Key, Timestamp};
use futures::future::FutureExt;
use futures::stream::{BoxStream, StreamExt};
use tokio::sync::{Semaphore, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use xattr::FileExt as _;

use self::error::{classify, gone};
use self::etag::etag;
use self::folders::Folders;
use self::streamed::{Version, chunks};
use self::temporary::Temporary;
use super::{Body, Bucket, BucketError, Metadata, Notice, Object, ObjectInfo, clip};

/// Objects that `list` reads ahead of its reader.
const LIST_AHEAD_OBJECTS: usize = 1024;
/// Concurrent writes and deletions. Each holds a thread that mostly waits for the disk; more would only queue there.
const WRITERS_MAX: usize = 64;
/// The prefix of metadata names: `user.` is the class that any program may write (see xattr(7)).
const ATTRIBUTE_PREFIX: &str = "user.qrate.";

/// Whoever reads a list.
type Reader = mpsc::Sender<Result<ObjectInfo, BucketError>>;

/// Objects in a directory.
pub struct DirectoryBucket {
    files: Arc<Files>,
    writers: Semaphore,
}

/// What the blocking code needs.
struct Files {
    /// Absolute, without symbolic links.
    root: PathBuf,
    temporary: Temporary,
    folders: Folders,
    has_logged_lost_metadata: AtomicBool,
}

impl DirectoryBucket {
    /// Opens the bucket in this directory, which is created if missing, and deletes the temporary files of killed
    /// runs. Blocks briefly. Errors: `Blocked`, `Full`, `Denied`, `Unavailable`, `Other`.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, BucketError> {
        let path = path.as_ref();
        make(path)?;
        let bucket = Self::open_read_only(path)?;
        // Now, so that a read-only directory is reported at once.
        bucket.files.temporary.folder().map_err(classify)?;
        Ok(bucket)
    }

    /// Opens the existing bucket in this directory; nothing is written before the first `put`. `Unavailable` if there
    /// is none.
    pub fn open_read_only(path: impl AsRef<Path>) -> Result<Self, BucketError> {
        if !Self::is_at(&path)? {
            return Err(gone());
        }
        let root = path.as_ref().canonicalize().map_err(classify)?;
        let files = Files {
            temporary: Temporary::below(&root),
            folders: Folders::new(root.clone()),
            root,
            has_logged_lost_metadata: AtomicBool::new(false),
        };
        Ok(Self { files: Arc::new(files), writers: Semaphore::new(WRITERS_MAX) })
    }

    /// Whether this directory was ever a bucket. An empty mount point of a missing disk was not.
    pub fn is_at(path: impl AsRef<Path>) -> Result<bool, BucketError> {
        match fs::metadata(path::reserved(path.as_ref())) {
            Ok(status) => Ok(status.is_dir()),
            Err(error) if path::is_no_object(&error) => Ok(false),
            Err(error) => Err(classify(error)),
        }
    }

    /// What a walk through the directory finds.
    fn walked(
        &self,
        walk: impl FnOnce(&Files, &Reader) + Send + 'static,
    ) -> BoxStream<'_, Result<ObjectInfo, BucketError>> {
        let files = Arc::clone(&self.files);
        let start = async move {
            let (sender, objects) = mpsc::channel(LIST_AHEAD_OBJECTS);
            tokio::task::spawn_blocking(move || walk(&files, &sender));
            ReceiverStream::new(objects)
        };
        start.flatten_stream().boxed()
    }

    /// Runs blocking code where it may block.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Files) -> Result<T, BucketError> + Send + 'static,
    ) -> Result<T, BucketError> {
        let files = Arc::clone(&self.files);
        let done = tokio::task::spawn_blocking(move || work(&files)).await;
        done.map_err(|stopped| BucketError::Unavailable(stopped.into()))?
    }
}

#[async_trait]
impl Bucket for DirectoryBucket {
    async fn put(&self, key: &Key, body: Body, metadata: &Metadata) -> Result<ObjectInfo, BucketError> {
        let _turn = self.writers.acquire().await;
        let (key, metadata) = (key.clone(), metadata.clone());
        self.blocking(move |files| files.put(&key, &body, &metadata)).await
    }

    fn can_hold(&self, keys: &BTreeSet<&Key>) -> Result<(), (Key, &'static str)> {
        path::can_hold(keys)
    }

    async fn head(&self, key: &Key) -> Result<(ObjectInfo, Metadata), BucketError> {
        let key = key.clone();
        self.blocking(move |files| files.open_object(&key).map(|(_, info, metadata)| (info, metadata))).await
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Object, BucketError> {
        let key = key.clone();
        let looked = self.blocking(move |files| {
            let (file, info, metadata) = files.open_object(&key)?;
            let version = Version::of(&file.metadata().map_err(classify)?);
            if version.etag == info.etag {
                Ok((file, info, metadata, version))
            } else {
                Err(BucketError::Changed)
            }
        });
        let (file, info, metadata, version) = looked.await?;
        let rest = clip(range, info.size_bytes);
        let bytes = chunks(Arc::new(file), version.into(), rest);
        Ok(Object { info, metadata, bytes })
    }

    fn list(&self) -> BoxStream<'_, Result<ObjectInfo, BucketError>> {
        self.walked(|files, reader| files.list(reader))
    }

    fn list_below(&self, folder: &str) -> BoxStream<'_, Result<ObjectInfo, BucketError>> {
        let folder = folder.to_owned();
        self.walked(move |files, reader| files.list_below(&folder, reader))
    }

    async fn delete(&self, key: &Key) -> Result<(), BucketError> {
        let _turn = self.writers.acquire().await;
        let key = key.clone();
        self.blocking(move |files| files.delete(&key)).await
    }

    async fn mark(&self, key: &Key, bytes: Bytes) -> Result<(), BucketError> {
        let key = key.clone();
        self.blocking(move |files| files.mark(&key, &bytes)).await
    }

    async fn unmark(&self, key: &Key) -> Result<(), BucketError> {
        let key = key.clone();
        self.blocking(move |files| files.unmark(&key)).await
    }

    fn watch(&self) -> BoxStream<'static, Notice> {
        watch::watch(self.files.root.clone()).map(Notice::from).boxed()
    }

    async fn close(&self) {
        self.files.temporary.close();
    }
}

impl Files {
    /// Opens an object and describes it.
    fn open_object(&self, key: &Key) -> Result<(File, ObjectInfo, Metadata), BucketError> {
        let path = path::existing(&self.root, key).map_err(|_| self.not_found())?;
        // Without following a symbolic link, and without waiting for the other end of a pipe.
        let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
        let file = match fs::OpenOptions::new().read(true).custom_flags(flags).open(path) {
            Ok(file) => file,
            Err(error) if path::is_no_object(&error) => return Err(self.not_found()),
            Err(error) => return Err(classify(error)),
        };
        let status = file.metadata().map_err(classify)?;
        if !status.is_file() {
            return Err(self.not_found());
        }
        let info = info(key.clone(), &status);
        let metadata = metadata(&file);
        Ok((file, info, metadata))
    }

    /// `NotFound`, unless the bucket itself is gone: a missing disk does not mean that its objects were deleted.
    fn not_found(&self) -> BucketError {
        if self.is_there() { BucketError::NotFound } else { gone() }
    }

    fn is_there(&self) -> bool {
        path::identity(&self.root).is_some()
    }

    fn log_once(has_logged: &AtomicBool, log: impl FnOnce()) {
        if !has_logged.swap(true, Ordering::Relaxed) {
            log();
        }
    }
}

/// Makes a directory a bucket, durably: a process that finds its objects must also find the marker that they are ours.
fn make(root: &Path) -> Result<(), BucketError> {
    if DirectoryBucket::is_at(root)? {
        return Ok(());
    }
    for folder in [root, &path::reserved(root)] {
        fs::create_dir_all(folder).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists | ErrorKind::NotADirectory => {
                let what = "must be a folder, but a file or a link has its name; move that away";
                BucketError::Blocked(format!("{} {what}", folder.display()))
            }
            _ => classify(error),
        })?;
    }
    let sync = |folder: &Path| File::open(folder)?.sync_all();
    let root = root.canonicalize().map_err(classify)?;
    sync(&root).map_err(classify)?;
    // Fails if the folder can be entered but not read.
    let _ = root.parent().map(sync);
    Ok(())
}

fn info(key: Key, status: &fs::Metadata) -> ObjectInfo {
    let unix_ms = status.mtime().saturating_mul(1000).saturating_add(status.mtime_nsec() / 1_000_000);
    ObjectInfo {
        key,
        size_bytes: status.len(),
        etag: etag(status),
        modified_at: Timestamp::from_unix_ms(u64::try_from(unix_ms).unwrap_or(0)),
    }
}

/// The metadata stored with a file; empty if the file system keeps none.
fn metadata(file: &File) -> Metadata {
    let names = file.list_xattr().into_iter().flatten();
    let kept = names.filter_map(|attribute| {
        let name = attribute.to_str()?.strip_prefix(ATTRIBUTE_PREFIX)?.to_owned();
        let value = String::from_utf8(file.get_xattr(&attribute).ok()??).ok()?;
        Some((name, value))
    });
    kept.collect()
}
