//! TODO
pub struct MemoryCatalog;
