//! The data folder: the bucket and the catalog in it, opened for one program at a time.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use gallery::bucket::{BucketError, DirectoryBucket};
use gallery::catalog::{CatalogError, SqliteCatalog};

use crate::config::DataArgs;

/// The open data folder.
pub(crate) struct Storage {
    pub(crate) bucket: Arc<DirectoryBucket>,
    pub(crate) catalog: Arc<SqliteCatalog>,
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
    #[error("cannot open the bucket {0}")]
    Bucket(PathBuf, #[source] BucketError),
}

impl Storage {
    /// Opens the data folder, made when it is not there.
    pub(crate) async fn open_or_make(data: &DataArgs) -> Result<Self, StorageError> {
        std::fs::create_dir_all(&data.data_dir)
            .map_err(|error| StorageError::Folder(data.data_dir.clone(), error))?;
        Self::open(data).await
    }

    /// Opens the data folder of a gallery that is there already.
    pub(crate) async fn open_existing(data: &DataArgs) -> Result<Self, StorageError> {
        if !data.catalog_path().is_file() {
            return Err(StorageError::Missing(data.data_dir.clone()));
        }
        Self::open(data).await
    }

    async fn open(data: &DataArgs) -> Result<Self, StorageError> {
        // The catalog first: its lock tells whether another program works here.
        let path = data.catalog_path();
        let catalog = SqliteCatalog::open(&path).await.map_err(|error| match error {
            CatalogError::Locked => StorageError::InUse(data.data_dir.clone()),
            error => StorageError::Catalog(path, error),
        })?;
        let path = data.bucket_path();
        let bucket = DirectoryBucket::open(&path).map_err(|error| StorageError::Bucket(path, error))?;
        Ok(Self { bucket: Arc::new(bucket), catalog: Arc::new(catalog) })
    }
}
