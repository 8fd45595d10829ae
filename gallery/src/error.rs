//! Why a gallery operation failed: a sentence for the user; the sources have the details. Not here: the errors of the
//! ports.

use std::sync::Arc;

use domain::limits::{
    LABELS_MAX, PHOTO_MAX_BYTES, TABLE_MAX_COLUMNS, TABLE_MAX_ROWS, TABLE_ROW_MAX_BYTES, TABLES_MAX,
};
use domain::{StyledError, grouped};
use qr::{LogoError, ScoreError, StyleError};

use crate::bucket::BucketError;
use crate::catalog::CatalogError;
use crate::queue::QueueError;
use crate::records::RecordsError;

/// Why a gallery operation failed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum GalleryError {
    /// There never was an entry with this id.
    #[error("There is no such entry.")]
    NotFound,
    /// The entry is removed, or its object is.
    #[error("This entry was removed.")]
    Gone,
    /// The entry is no longer the one that the caller has seen; nothing was done.
    #[error("This entry has changed in the meantime. Load it again before you change it.")]
    Changed,
    /// The entry is not removed, so it cannot be deleted for ever; nothing was done.
    #[error("This entry is not removed. Remove it first, then delete it for ever.")]
    NotRemoved,
    /// Too many saves, uploads or drafts are waiting; nothing was done.
    #[error("The server is busy. Try again in a moment.")]
    Busy,
    /// The request id was used for another draft; nothing was saved.
    #[error("This Idempotency-Key was already used for another request: use a new one.")]
    RequestReused,
    /// The file cannot be kept.
    #[error(transparent)]
    Upload(#[from] UploadError),
    /// There is no table with this number.
    #[error("There is no such table. Tables are kept for seven days.")]
    NoTable,
    /// The table cannot be used.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The entry is not a photo.
    #[error("This entry is not a photo, so nothing can be made of it.")]
    NotAPhoto,
    /// The entry would have more labels than `LABELS_MAX`.
    #[error("An entry can have at most {LABELS_MAX} labels.")]
    TooManyLabels,
    /// A picture that is derived from a photo is not made yet, or its making failed.
    #[error("This picture is not made yet. Look at what happens to the photo.")]
    NotReady,
    /// The picture did not give back its text; nothing was saved. A defect of ours: the text is in the log.
    #[error("The picture could not be read back, so it was not saved.")]
    Unreadable,
    /// The code cannot be drawn in this look; nothing was saved.
    #[error(transparent)]
    Drawing(#[from] DrawingError),
    /// The upload is not a logo.
    #[error(transparent)]
    Logo(#[from] LogoError),
    /// The bucket failed.
    #[error("The bucket is currently unavailable.")]
    Bucket(#[from] Arc<BucketError>),
    /// The catalog failed.
    #[error("The catalog is currently unavailable.")]
    Catalog(#[from] Arc<CatalogError>),
    /// The queue of jobs failed.
    #[error("The queue of jobs is not available now.")]
    Queue(#[from] Arc<QueueError>),
    /// The gallery is shutting down.
    #[error("The server is stopping. Try again in a moment.")]
    Stopping,
}

impl From<BucketError> for GalleryError {
    fn from(error: BucketError) -> Self {
        Self::Bucket(Arc::new(error))
    }
}

impl From<CatalogError> for GalleryError {
    fn from(error: CatalogError) -> Self {
        Self::Catalog(Arc::new(error))
    }
}

impl From<QueueError> for GalleryError {
    fn from(error: QueueError) -> Self {
        match error {
            QueueError::Catalog(error) => error.into(),
            error => Self::Queue(Arc::new(error)),
        }
    }
}

impl From<RecordsError> for GalleryError {
    fn from(error: RecordsError) -> Self {
        match error {
            RecordsError::Catalog(error) => error.into(),
            RecordsError::OtherVersion => Self::Changed,
        }
    }
}

/// Why a code cannot be drawn in a look. Each is a sentence for the user who chose it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DrawingError {
    /// The look exceeds its limits, or its logo does not exist.
    #[error(transparent)]
    Style(#[from] StyleError),
    /// The text and the logo do not fit together.
    #[error(transparent)]
    Logo(#[from] StyledError),
    /// The picture does not give back its text.
    #[error(transparent)]
    Score(#[from] ScoreError),
}

/// Why a file is not kept. Each is a sentence for the person who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UploadError {
    /// No bytes.
    #[error("The file is empty. Choose another one.")]
    Empty,
    /// More than `PHOTO_MAX_BYTES`.
    #[error("The file is too large: at most {} MiB can be uploaded.", PHOTO_MAX_BYTES / (1024 * 1024))]
    TooLarge,
}

/// Why no codes can be made of a table. Each is a sentence for the person who sent it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// No row.
    #[error("There is nothing in it: paste some lines, or choose a file with rows.")]
    Empty,
    /// An encoding that can be recognised.
    #[error("The file is in UTF-16: save it as “CSV UTF-8”, then choose it again.")]
    Utf16,
    /// Another encoding.
    #[error("Row {} is not in UTF-8: save the file as “CSV UTF-8”, then choose it again.", grouped((*row).into()))]
    NotUtf8 {
        /// The row.
        row: u32,
    },
    /// The file of a spreadsheet program, or another archive.
    #[error("This is the file of a spreadsheet program: save it as “CSV UTF-8” there, then choose that.")]
    Spreadsheet,
    /// More rows than `TABLE_MAX_ROWS`.
    #[error("The table has more than {} rows: split it.", grouped(TABLE_MAX_ROWS.into()))]
    TooManyRows,
    /// A row longer than `TABLE_ROW_MAX_BYTES`.
    #[error(
        "Row {} is longer than {} KiB. Perhaps a quotation mark is missing at the end of a cell.",
        grouped((*row).into()),
        TABLE_ROW_MAX_BYTES / 1024
    )]
    RowTooLong {
        /// The row.
        row: u32,
    },
    /// More cells than `TABLE_MAX_COLUMNS`.
    #[error("Row {} has more than {TABLE_MAX_COLUMNS} cells.", grouped((*row).into()))]
    TooManyColumns {
        /// The row.
        row: u32,
    },
    /// No column is the text.
    #[error("Say which column holds the text of the codes.")]
    NoText,
    /// Two columns hold the same.
    #[error("Two columns cannot both be the {0}.")]
    Twice(&'static str),
    /// Another number of columns than the table has.
    #[error("The first row has {there} cells, and {told} columns were described.")]
    OtherColumns {
        /// How many there are.
        there: usize,
        /// How many were described.
        told: usize,
    },
    /// The space has `TABLES_MAX` already.
    #[error(
        "There are {} tables of the last seven days in this space, and no more are kept. Wait, or use another space.",
        grouped(TABLES_MAX as u64)
    )]
    TooMany,
}
