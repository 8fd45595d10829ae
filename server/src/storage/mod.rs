//! Bucket and catalog, opened where the options say they lie. Not here: which options go together (`config::storage`),
//! making what lies in AWS.

mod local;
pub(crate) mod remote;

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use futures::StreamExt as _;
use gallery::bucket::{Bucket, BucketError, S3Bucket};
use gallery::catalog::{Catalog, CatalogError};

use crate::config::{Stack, StackError, StorageArgs};

/// Bucket and catalog, open.
pub(crate) struct Storage {
    pub(crate) bucket: Arc<dyn Bucket>,
    pub(crate) catalog: Arc<dyn Catalog>,
    /// Whether the bucket was in use before, and the catalog was not.
    is_catalog_lost: bool,
    /// The data folder itself, locked: the catalog's own lock goes when somebody deletes its file.
    _lock: Option<File>,
}

/// Why bucket or catalog cannot be used; one sentence, which says what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StorageError {
    #[error(transparent)]
    Stack(#[from] StackError),
    #[error(
        "there is no gallery in {0}. Name the folder that the server was started with: --data-dir (QRATE_DATA_DIR)"
    )]
    Missing(PathBuf),
    #[error(
        "cannot make the data folder {0} ({1}). Name a folder that you may write to: --data-dir (QRATE_DATA_DIR)"
    )]
    Folder(PathBuf, std::io::Error),
    #[error(
        "the data folder {0} is in use by another program, most likely another qrate. \
         Stop it, or name another folder: --data-dir (QRATE_DATA_DIR)"
    )]
    InUse(PathBuf),
    #[error("cannot open the catalog {0}")]
    Catalog(String, #[source] CatalogError),
    #[error(
        "there is no bucket in {path} (no folder _qrate), and the catalog knows of objects in it. Put the folder back, or \
         mount its disk. To go on with what is there now, without the rest: mkdir -p '{marker}'",
        path = .0.display(), marker = .0.join("_qrate").display()
    )]
    BucketGone(PathBuf),
    #[error(
        "the bucket {0} was never in use by a gallery (it has no object {marker}), and the catalog knows of objects in \
         one. Name the bucket that belongs to the catalog: --bucket (QRATE_BUCKET). To go on with what is there now, \
         without the rest: aws s3api put-object --bucket {0} --key {marker}", marker = S3Bucket::MARKER
    )]
    AnotherBucket(String),
    #[error("cannot open the bucket {0}")]
    Bucket(String, #[source] BucketError),
    #[error("no AWS region is set. Name the one that the bucket lies in: --aws-region (AWS_REGION)")]
    NoRegion,
}

impl Storage {
    /// Opens both to serve; in the data folder, what is not there is made.
    pub(crate) async fn open_or_make(args: &StorageArgs) -> Result<Self, StorageError> {
        let storage = Self::open_to_fill(args).await?;
        if storage.is_catalog_lost && storage.bucket.list().next().await.is_some() {
            tracing::warn!(
                catalog = catalog_name(args),
                bucket = bucket_name(args),
                "the catalog is new and the bucket is not: what is in it is taken in under new numbers. If the catalog \
                 was lost, stop the program and put a copy of it back"
            );
        }
        Ok(storage)
    }

    /// The same to import.
    pub(crate) async fn open_to_fill(args: &StorageArgs) -> Result<Self, StorageError> {
        if let Some(folder) = args.local_folder() {
            // Wrong options leave no folder behind.
            args.stack()?;
            std::fs::create_dir_all(folder)
                .map_err(|error| StorageError::Folder(folder.to_owned(), error))?;
        }
        Self::open(args, Access::Make).await
    }

    /// Opens a gallery that is there already, to read it.
    pub(crate) async fn open_existing(args: &StorageArgs) -> Result<Self, StorageError> {
        args.stack()?;
        if args.local_folder().is_some() && !args.catalog_path().is_file() {
            return Err(StorageError::Missing(args.data_dir.clone()));
        }
        Self::open(args, Access::Read).await
    }

    async fn open(args: &StorageArgs, access: Access) -> Result<Self, StorageError> {
        let stack = args.stack()?;
        let lock = args.local_folder().map(local::lock).transpose()?.flatten();
        let aws = match stack {
            Stack::Embedded => None,
            Stack::ForeignBucket(_) | Stack::Shared(..) => Some(remote::connect(args.aws()?).await?),
        };
        let catalog: Arc<dyn Catalog> = match (stack, &aws) {
            (Stack::Shared(_, table), Some(aws)) => Arc::new(remote::catalog(aws, table)),
            _ => Arc::new(local::open_catalog(args).await?),
        };
        let spaces = catalog.spaces().await;
        let spaces = spaces.map_err(|error| StorageError::Catalog(catalog_name(args), error))?;
        let is_used = !spaces.is_empty();
        let (bucket, was_in_use): (Arc<dyn Bucket>, _) = match &aws {
            None => {
                let (bucket, was_in_use) = local::open_bucket(args, access, is_used)?;
                (Arc::new(bucket), was_in_use)
            }
            Some(aws) => {
                let (bucket, was_in_use) = remote::open_bucket(args, aws, access, is_used).await?;
                (Arc::new(bucket), was_in_use)
            }
        };
        Ok(Self { bucket, catalog, is_catalog_lost: was_in_use && !is_used, _lock: lock })
    }

    /// Closes both, when nothing more is asked of them.
    pub(crate) async fn close(&self) -> Result<(), CatalogError> {
        self.bucket.close().await;
        self.catalog.close().await
    }
}

/// Where the bucket lies, for people.
pub(crate) fn bucket_name(args: &StorageArgs) -> String {
    args.bucket.as_ref().map_or_else(|| args.bucket_path().display().to_string(), ToString::to_string)
}

/// Where the catalog lies, for people.
pub(crate) fn catalog_name(args: &StorageArgs) -> String {
    args.table.as_ref().map_or_else(|| args.catalog_path().display().to_string(), ToString::to_string)
}

/// What bucket and catalog are opened for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    /// To read; nothing is made.
    Read,
    /// To write; what is not there is made.
    Make,
}
