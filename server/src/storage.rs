//! The data folder: the bucket and the catalog in it, opened for one program at a time.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::StreamExt as _;
use gallery::bucket::{Bucket as _, BucketError, DirectoryBucket};
use gallery::catalog::{Catalog as _, CatalogError, SqliteCatalog};

use crate::config::DataArgs;

/// The open data folder.
pub(crate) struct Storage {
    pub(crate) bucket: Arc<DirectoryBucket>,
    pub(crate) catalog: Arc<SqliteCatalog>,
    /// The data folder itself, locked: the catalog's own lock goes when somebody deletes its file.
    _lock: Option<File>,
}

/// Why the data folder cannot be used; one sentence, which says what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StorageError {
    #[error(
        "there is no gallery in {0}. Name the folder that the server was started with: --data-dir (QRATE_DATA_DIR)"
    )]
    Missing(PathBuf),
    #[error(
        "cannot make the data folder {0} ({1}). Name a folder that you may write to: --data-dir (QRATE_DATA_DIR)"
    )]
    Folder(PathBuf, io::Error),
    #[error(
        "the data folder {0} is in use by another program, most likely another qrate. \
         Stop it, or name another folder: --data-dir (QRATE_DATA_DIR)"
    )]
    InUse(PathBuf),
    #[error("cannot open the catalog {0}")]
    Catalog(PathBuf, #[source] CatalogError),
    #[error(
        "there is no bucket in {path} (no folder _qrate), and the catalog knows of objects in it. Put the folder back, or \
         mount its disk. To go on with what is there now, without the rest: mkdir -p '{marker}'",
        path = .0.display(), marker = .0.join("_qrate").display()
    )]
    BucketGone(PathBuf),
    #[error("cannot open the bucket {0}")]
    Bucket(PathBuf, #[source] BucketError),
}

impl Storage {
    /// Opens the data folder, made when it is not there.
    pub(crate) async fn open_or_make(data: &DataArgs) -> Result<Self, StorageError> {
        std::fs::create_dir_all(&data.data_dir)
            .map_err(|error| StorageError::Folder(data.data_dir.clone(), error))?;
        Self::open(data, Access::Make).await
    }

    /// Opens the data folder of a gallery that is there already, to read it.
    pub(crate) async fn open_existing(data: &DataArgs) -> Result<Self, StorageError> {
        if !data.catalog_path().is_file() {
            return Err(StorageError::Missing(data.data_dir.clone()));
        }
        Self::open(data, Access::Read).await
    }

    async fn open(data: &DataArgs, access: Access) -> Result<Self, StorageError> {
        let in_use = || StorageError::InUse(data.data_dir.clone());
        let lock = lock(&data.data_dir).map_err(|AnotherHasIt| in_use())?;
        let path = data.catalog_path();
        let failed = |error| match error {
            CatalogError::Locked => in_use(),
            error => StorageError::Catalog(path.clone(), error),
        };
        let catalog = SqliteCatalog::open(&path).await.map_err(failed)?;
        let is_new = catalog.spaces().await.map_err(failed)?.is_empty();
        let bucket = open_bucket(data, access, is_new).await?;
        Ok(Self { bucket: Arc::new(bucket), catalog: Arc::new(catalog), _lock: lock })
    }
}

async fn open_bucket(
    data: &DataArgs,
    access: Access,
    catalog_is_new: bool,
) -> Result<DirectoryBucket, StorageError> {
    let path = data.bucket_path();
    let failed = |error| StorageError::Bucket(path.clone(), error);
    let was_there = DirectoryBucket::is_at(&path).map_err(failed)?;
    if !was_there && !catalog_is_new {
        return Err(StorageError::BucketGone(path));
    }
    match access {
        Access::Read => DirectoryBucket::open_to_read(&path).map_err(failed),
        Access::Make => {
            let bucket = DirectoryBucket::open(&path).map_err(failed)?;
            if was_there && catalog_is_new && bucket.list().next().await.is_some() {
                tracing::warn!(catalog = %data.catalog_path().display(), bucket = %path.display(),
                    "the catalog is new and the bucket is not: what is in it is taken in under new numbers. If the catalog \
                     was lost, stop the program and put a copy of it back");
            }
            Ok(bucket)
        }
    }
}

/// What the data folder is opened for.
#[derive(Clone, Copy)]
enum Access {
    /// To read; nothing is made.
    Read,
    /// To write; what is not there is made.
    Make,
}

struct AnotherHasIt;

/// Locks the data folder; nothing where the system cannot lock one.
fn lock(folder: &Path) -> Result<Option<File>, AnotherHasIt> {
    // A folder that cannot be opened is told by whoever opens what is in it.
    let Ok(folder) = File::open(folder) else { return Ok(None) };
    match folder.try_lock() {
        Ok(()) => Ok(Some(folder)),
        Err(TryLockError::WouldBlock) => Err(AnotherHasIt),
        Err(TryLockError::Error(error)) => {
            tracing::debug!(%error, "the data folder cannot be locked; the catalog can");
            Ok(None)
        }
    }
}
