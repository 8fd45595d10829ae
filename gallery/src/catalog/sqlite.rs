//! TODO
pub struct SqliteCatalog;
