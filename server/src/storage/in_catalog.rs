//! What lies in the catalog's file or table. Not here: opening it.

use std::sync::Arc;

use gallery::catalog::{Catalog, SqliteCatalog};
use gallery::queue::Queue;
use gallery::records::Records;

/// Catalog, records and queue of a gallery.
pub(super) struct InCatalog {
    pub(super) catalog: Arc<dyn Catalog>,
    pub(super) records: Arc<dyn Records>,
    pub(super) queue: Arc<dyn Queue>,
    /// The same catalog, if it is a file of our own.
    pub(super) file: Option<SqliteCatalog>,
}
