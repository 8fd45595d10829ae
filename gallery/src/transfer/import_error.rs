//! Why nothing was imported.

use domain::{EntryId, Key, Space, Visible};

use super::format::FORMAT;
use crate::bucket::BucketError;
use crate::catalog::CatalogError;

/// Largest object that can be imported: S3's limit for one PUT
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html>). It is stored as a temporary file
/// until the bucket has it.
pub(super) const OBJECT_MAX_BYTES: u64 = 5 * 1024 * 1024 * 1024;

/// Why nothing was imported: no entry was made. If the cause may pass, some objects are in the bucket already: import
/// again once it is gone. Otherwise they were deleted again.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Not a tar that `export` wrote, damaged, or cut off; the text says where.
    #[error("This is not a complete export: {}.", Visible(.0))]
    Damaged(String),
    /// Written by a newer program.
    #[error("The export has format {0}; this program reads up to {FORMAT}. Use a newer program.")]
    Format(u32),
    /// The space has entries.
    #[error("The space {0} is not empty here. Import into an empty data directory.")]
    NotEmpty(Space),
    /// There is another object under a key of the export.
    #[error("There is already another object at {}. Import into an empty data directory.", .0.visible())]
    OtherObject(Key),
    /// The bucket cannot hold an object under such a key. Nothing was written.
    #[error(
        "This bucket cannot hold {} ({why}). Nothing was written. Import into a bucket in S3 \
         (--bucket), or give the object another key where it is now, start the server there once so that it takes the \
         change in, and export again.",
        key.visible()
    )]
    Unsupported {
        /// Where the object would lie.
        key: Key,
        /// Why it cannot.
        why: &'static str,
    },
    /// An object is larger than this program can import.
    #[error(
        "The object of {space} #{id} has {size_bytes} bytes; at most {OBJECT_MAX_BYTES} can be imported."
    )]
    TooLarge {
        /// Whose entry.
        space: Space,
        /// Which entry.
        id: EntryId,
        /// Its size.
        size_bytes: u64,
    },
    /// The bucket did not accept an object.
    #[error("The bucket did not accept {}.", key.visible())]
    Bucket {
        /// Which object.
        key: Key,
        /// Why.
        source: BucketError,
    },
    /// The catalog failed.
    #[error("The catalog did not accept the import.")]
    Catalog(#[from] CatalogError),
    /// The folder for temporary files did not accept an object.
    #[error(
        "An object cannot be stored temporarily in {}. Set TMPDIR to a folder with room for the largest one.",
        std::env::temp_dir().display()
    )]
    Spool(#[source] std::io::Error),
    /// The import can never succeed, and some of what it had put into the bucket could not be deleted.
    #[error(
        "{error} Objects that were already in the bucket could not be deleted again: {} and {more} more. Delete them \
         before you start the server, which would make new entries of them; the log names them all.",
        key.visible()
    )]
    ObjectsLeft {
        /// One of the objects.
        key: Key,
        /// How many others there are.
        more: u64,
        /// Why nothing was imported.
        error: Box<ImportError>,
    },
    /// The tar could not be read.
    #[error("The export cannot be read.")]
    Read(#[from] std::io::Error),
}

impl ImportError {
    /// Whether the same import can be started again once the cause is gone; it continues where it stopped.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Bucket { .. } | Self::Catalog(_) | Self::Spool(_) | Self::Read(_))
    }
}

pub(super) fn damaged(why: String) -> ImportError {
    ImportError::Damaged(why)
}
