//! Opens bucket, catalog, records and queue as configured: a file for each kind. Not here: which go together
//! (`config::storage`), creating resources in AWS.

mod access;
pub(crate) mod aws;
mod dynamodb;
mod error;
mod folder;
mod in_catalog;
mod s3;
mod sqlite;

use std::fs::File;
use std::sync::Arc;

use bytes::Bytes;
use domain::Key;
use futures::StreamExt as _;
use gallery::aws::Aws;
use gallery::bucket::{Bucket, BucketError};
use gallery::catalog::{Catalog, CatalogError, SqliteCatalog};
use gallery::queue::{MemoryQueue, Queue, SqsQueue};
use gallery::records::Records;
use gallery::{Clock, Ports};
use tokio_util::task::AbortOnDropHandle;

use self::access::Access;
pub(crate) use self::error::StorageError;
use self::in_catalog::InCatalog;
use crate::config::{BucketChoice, CatalogChoice, JobsChoice, Stack, StorageArgs};

/// The open bucket, catalog, records and queue.
pub(crate) struct Storage {
    pub(crate) bucket: Arc<dyn Bucket>,
    pub(crate) catalog: Arc<dyn Catalog>,
    pub(crate) records: Arc<dyn Records>,
    pub(crate) queue: Arc<dyn Queue>,
    /// The same catalog, if it is a file of our own.
    file: Option<SqliteCatalog>,
    /// Whether the bucket was used before, but the catalog has no entries.
    is_catalog_new: bool,
    /// Records in the bucket that the catalog has entries.
    noting: Option<AbortOnDropHandle<()>>,
    /// The lock of the data folder itself: the catalog's own lock is lost when somebody deletes its file.
    _lock: Option<File>,
}

impl Storage {
    /// Opens both for serving; in the data folder, what is missing is created.
    pub(crate) async fn open_or_make(args: &StorageArgs) -> Result<Self, StorageError> {
        let mut storage = Self::open_to_fill(args).await?;
        storage.refuse_lost_catalog(args).await?;
        storage.note_use();
        if storage.is_catalog_new && storage.bucket.list().next().await.is_some() {
            tracing::warn!(
                catalog = catalog_name(args),
                bucket = bucket_name(args),
                "the catalog is new and the bucket is not: its files become entries with new numbers. If the catalog was \
                 lost, stop the program and restore a copy"
            );
        }
        Ok(storage)
    }

    /// The same for importing.
    pub(crate) async fn open_to_fill(args: &StorageArgs) -> Result<Self, StorageError> {
        if let Some(folder) = args.local_folder() {
            // Invalid options must not leave a folder behind.
            args.stack()?;
            std::fs::create_dir_all(folder)
                .map_err(|error| StorageError::Folder(folder.to_owned(), error))?;
        }
        Self::open(args, Access::Make).await
    }

    /// Opens an existing gallery for reading.
    pub(crate) async fn open_existing(args: &StorageArgs) -> Result<Self, StorageError> {
        args.stack()?;
        if args.local_folder().is_some() && !args.catalog_path().is_file() {
            return Err(StorageError::Missing(args.data_dir.clone()));
        }
        let storage = Self::open(args, Access::Read).await?;
        storage.refuse_lost_catalog(args).await?;
        Ok(storage)
    }

    /// An error if the catalog is empty but the bucket says that it was not: numbers would be assigned twice.
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

    /// Records in the bucket that the catalog has entries, as soon as it has one.
    fn note_use(&mut self) {
        let Some(catalog) = self.file.clone() else { return };
        let bucket = Arc::clone(&self.bucket);
        let noting = tokio::spawn(async move {
            catalog.used().await;
            match bucket.mark(&Key::of_use(), Bytes::new()).await {
                Ok(()) | Err(BucketError::AlreadyExists) => {}
                Err(error) => tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "cannot record in the bucket that the catalog has entries; the next start will retry"
                ),
            }
        });
        self.noting = Some(AbortOnDropHandle::new(noting));
    }

    async fn open(args: &StorageArgs, access: Access) -> Result<Self, StorageError> {
        let stack = args.stack()?;
        let lock = args.local_folder().map(folder::lock).transpose()?.flatten();
        let aws = if stack.is_in_aws() { Some(aws::connect(args.aws()?).await?) } else { None };
        let aws = || aws.as_ref().expect("there is a connection if anything is in AWS");
        let InCatalog { catalog, records, queue, file } = match stack.catalog {
            CatalogChoice::Sqlite => sqlite::open(args).await?,
            CatalogChoice::DynamoDb(table) => dynamodb::open(aws(), table, jobs(stack, aws())),
        };
        let spaces = catalog.spaces().await;
        let spaces = spaces.map_err(|error| StorageError::Catalog(catalog_name(args), error))?;
        let is_used = !spaces.is_empty();
        let (bucket, was_in_use): (Arc<dyn Bucket>, bool) = match stack.bucket {
            BucketChoice::Folder => folder::open(args, access, is_used)?,
            BucketChoice::S3(name) => s3::open(args, aws(), name, access, is_used).await?,
        };
        let is_catalog_new = was_in_use && !is_used;
        Ok(Self { bucket, catalog, records, queue, file, is_catalog_new, noting: None, _lock: lock })
    }

    /// What a gallery works on.
    pub(crate) fn ports(&self) -> Ports {
        Ports {
            bucket: Arc::clone(&self.bucket),
            catalog: Arc::clone(&self.catalog),
            records: Arc::clone(&self.records),
            queue: Arc::clone(&self.queue),
        }
    }

    /// Closes all of them at the end.
    pub(crate) async fn close(&self) -> Result<(), CatalogError> {
        self.bucket.close().await;
        self.catalog.close().await
    }
}

/// The connection to AWS, for text messages beside any storage.
pub(crate) async fn connect(args: &StorageArgs) -> Result<Aws, StorageError> {
    aws::connect(args.aws()?).await
}

/// The queue of a catalog that does not bring its own.
fn jobs(stack: Stack<'_>, aws: &Aws) -> Arc<dyn Queue> {
    match stack.jobs {
        JobsChoice::Sqs(url) => Arc::new(SqsQueue::new(aws, url)),
        JobsChoice::Memory | JobsChoice::Sqlite => Arc::new(MemoryQueue::new(Clock::system())),
    }
}

/// The bucket's location, for people.
pub(crate) fn bucket_name(args: &StorageArgs) -> String {
    args.bucket.as_ref().map_or_else(|| args.bucket_path().display().to_string(), ToString::to_string)
}

/// The catalog's location, for people.
pub(crate) fn catalog_name(args: &StorageArgs) -> String {
    args.table.as_ref().map_or_else(|| args.catalog_path().display().to_string(), ToString::to_string)
}
