//! Bucket and catalog, opened where the options say they lie: a file for each kind. Not here: which of them go together
//! (`config::storage`), making what lies in AWS.

mod access;
pub(crate) mod aws;
mod dynamodb;
mod error;
mod folder;
mod s3;
mod sqlite;

use std::fs::File;
use std::sync::Arc;

use bytes::Bytes;
use domain::Key;
use futures::StreamExt as _;
use gallery::bucket::{Bucket, BucketError};
use gallery::catalog::{Catalog, CatalogError, SqliteCatalog};
use tokio_util::task::AbortOnDropHandle;

use self::access::Access;
pub(crate) use self::error::StorageError;
use crate::config::{BucketChoice, CatalogChoice, StorageArgs};

/// Bucket and catalog, open.
pub(crate) struct Storage {
    pub(crate) bucket: Arc<dyn Bucket>,
    pub(crate) catalog: Arc<dyn Catalog>,
    /// The same catalog, when it is a file of our own.
    file: Option<SqliteCatalog>,
    /// Whether the bucket was in use before, and the catalog has no entries.
    is_catalog_new: bool,
    /// Notes in the bucket that the catalog has entries.
    noting: Option<AbortOnDropHandle<()>>,
    /// The data folder itself, locked: the catalog's own lock goes when somebody deletes its file.
    _lock: Option<File>,
}

impl Storage {
    /// Opens both to serve; in the data folder, what is not there is made.
    pub(crate) async fn open_or_make(args: &StorageArgs) -> Result<Self, StorageError> {
        let mut storage = Self::open_to_fill(args).await?;
        storage.refuse_lost_catalog(args).await?;
        storage.note_use();
        if storage.is_catalog_new && storage.bucket.list().next().await.is_some() {
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
        let storage = Self::open(args, Access::Read).await?;
        storage.refuse_lost_catalog(args).await?;
        Ok(storage)
    }

    /// An error when the catalog is empty and the bucket says that it was not: its numbers would be given a second time.
    async fn refuse_lost_catalog(&self, args: &StorageArgs) -> Result<(), StorageError> {
        if self.file.is_none() || !self.is_catalog_new {
            return Ok(());
        }
        let (catalog, bucket, mark) = (catalog_name(args), bucket_name(args), Key::of_use());
        match self.bucket.head(&mark).await {
            Ok(_) => Err(StorageError::CatalogLost { catalog, bucket, mark }),
            Err(BucketError::NotFound) => Ok(()),
            Err(error) => Err(StorageError::Bucket(bucket, error)),
        }
    }

    /// Notes in the bucket that the catalog has entries, as soon as it has one.
    fn note_use(&mut self) {
        let Some(catalog) = self.file.clone() else { return };
        let bucket = Arc::clone(&self.bucket);
        let noting = tokio::spawn(async move {
            catalog.used().await;
            match bucket.mark(&Key::of_use(), Bytes::new()).await {
                Ok(()) | Err(BucketError::AlreadyExists) => {}
                Err(error) => tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "it cannot be noted in the bucket that the catalog has entries; the next start tries again"
                ),
            }
        });
        self.noting = Some(AbortOnDropHandle::new(noting));
    }

    async fn open(args: &StorageArgs, access: Access) -> Result<Self, StorageError> {
        let stack = args.stack()?;
        let lock = args.local_folder().map(folder::lock).transpose()?.flatten();
        let aws = if stack.is_in_aws() { Some(aws::connect(args.aws()?).await?) } else { None };
        let aws = || aws.as_ref().expect("there is a connection wherever something lies in AWS");
        let (catalog, file): (Arc<dyn Catalog>, _) = match stack.catalog {
            CatalogChoice::Sqlite => {
                let file = sqlite::open(args).await?;
                (Arc::new(file.clone()), Some(file))
            }
            CatalogChoice::DynamoDb(table) => (Arc::new(dynamodb::open(aws(), table)), None),
        };
        let spaces = catalog.spaces().await;
        let spaces = spaces.map_err(|error| StorageError::Catalog(catalog_name(args), error))?;
        let is_used = !spaces.is_empty();
        let (bucket, was_in_use): (Arc<dyn Bucket>, bool) = match stack.bucket {
            BucketChoice::Folder => folder::open(args, access, is_used)?,
            BucketChoice::S3(name) => s3::open(args, aws(), name, access, is_used).await?,
        };
        let is_catalog_new = was_in_use && !is_used;
        Ok(Self { bucket, catalog, file, is_catalog_new, noting: None, _lock: lock })
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
