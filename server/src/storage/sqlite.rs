//! The catalog in a file of the data folder.

use gallery::catalog::{CatalogError, SqliteCatalog};

use super::error::StorageError;
use crate::config::StorageArgs;

pub(super) async fn open(args: &StorageArgs) -> Result<SqliteCatalog, StorageError> {
    let path = args.catalog_path();
    SqliteCatalog::open(&path).await.map_err(|error| match error {
        CatalogError::Locked => StorageError::InUse(args.data_dir.clone()),
        error => StorageError::Catalog(path.display().to_string(), error),
    })
}
