//! The file of the data folder that catalog, records and queue share.

use std::sync::Arc;

use gallery::Clock;
use gallery::catalog::{CatalogError, SqliteCatalog};
use gallery::queue::SqliteQueue;
use gallery::records::SqliteRecords;
use gallery::sqlite::SqliteFile;

use super::error::StorageError;
use super::in_catalog::InCatalog;
use crate::config::StorageArgs;

pub(super) async fn open(args: &StorageArgs) -> Result<InCatalog, StorageError> {
    let path = args.catalog_path();
    let open = async {
        let file = Arc::new(SqliteFile::open(&path).await?);
        let queue = SqliteQueue::over(Arc::clone(&file), Clock::system()).await?;
        let catalog = SqliteCatalog::over(Arc::clone(&file), queue.clone()).await?;
        Ok(InCatalog {
            catalog: Arc::new(catalog.clone()),
            records: Arc::new(SqliteRecords::over(file, Clock::system())),
            queue: Arc::new(queue),
            file: Some(catalog),
        })
    };
    open.await.map_err(|error| match error {
        CatalogError::Locked => StorageError::InUse(args.data_dir.clone()),
        error => StorageError::Catalog(path.display().to_string(), error),
    })
}
