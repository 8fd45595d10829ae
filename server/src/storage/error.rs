//! Why bucket or catalog cannot be used.

use std::path::PathBuf;

use domain::Key;
use gallery::bucket::{BucketError, S3Bucket};
use gallery::catalog::CatalogError;

use crate::config::StackError;

/// Why bucket or catalog cannot be used; one sentence, which says what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StorageError {
    #[error(transparent)]
    Stack(#[from] StackError),
    #[error("there is no gallery in {0}. Name the server's data folder: --data-dir (QRATE_DATA_DIR)")]
    Missing(PathBuf),
    #[error("cannot create the data folder {0} ({1}). Name a writable folder: --data-dir (QRATE_DATA_DIR)")]
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
    #[error(
        "the catalog {catalog} is empty, and the one that the bucket {bucket} was used with had entries. Put a copy of that \
         one in its place, or rebuild it from the bucket: qrate import --from-bucket, which keeps texts, names, looks and \
         times, and assigns new numbers in the order of creation. To begin again with number 1 nevertheless, delete \
         {mark} in the bucket"
    )]
    CatalogLost { catalog: String, bucket: String, mark: Key },
    #[error("cannot open the bucket {0}")]
    Bucket(String, #[source] BucketError),
    #[error("no AWS region is set: name it with --aws-region (AWS_REGION)")]
    NoRegion,
}
