//! What lies in AWS, or in what speaks its protocols.

use gallery::aws::{Aws, AwsOptions};
use gallery::bucket::S3Bucket;
use gallery::catalog::dynamodb::{DynamoCatalog, DynamoOptions, TableName};

use super::{Access, StorageError};
use crate::config::StorageArgs;

/// The connection that bucket and catalog share. Nothing is called yet.
pub(crate) async fn connect(options: AwsOptions) -> Result<Aws, StorageError> {
    let aws = Aws::configured(options).await;
    if aws.region().is_some() { Ok(aws) } else { Err(StorageError::NoRegion) }
}

/// The catalog that instances share.
pub(super) fn catalog(aws: &Aws, table: &TableName) -> DynamoCatalog {
    DynamoCatalog::new(aws, table.clone(), DynamoOptions::default())
}

/// The bucket, and whether it was in use before. One that was not is taken into use only for a catalog that was not
/// either: else it is another one.
pub(super) async fn open_bucket(
    args: &StorageArgs,
    aws: &Aws,
    access: Access,
    catalog_is_used: bool,
) -> Result<(S3Bucket, bool), StorageError> {
    let name = args.bucket.as_ref().expect("AWS is reached for a bucket only");
    let failed = |error| StorageError::Bucket(name.to_string(), error);
    let bucket = S3Bucket::new(aws, name.clone());
    let marker = bucket.marker().await.map_err(failed)?;
    let was_in_use = marker.is_some();
    if !was_in_use && catalog_is_used {
        return Err(StorageError::AnotherBucket(name.to_string()));
    }
    let (catalog, known) = (aws.catalog_name(args.table.as_ref()), marker.and_then(|marker| marker.catalog));
    if access == Access::Make && known.as_ref() != Some(&catalog) {
        if let Some(before) = known {
            tracing::warn!(
                bucket = name.as_str(),
                catalog,
                before,
                "the bucket was last opened with another catalog. If a server still runs on that one, stop it: each \
                 would take in and delete what the other keeps"
            );
        }
        bucket.set_marker(&catalog).await.map_err(failed)?;
    }
    let bucket = match access {
        Access::Make => bucket.adapted_to_store().await.map_err(failed)?,
        Access::Read => bucket,
    };
    let bucket = match &args.queue {
        None => bucket,
        Some(queue) => bucket.with_queue(aws, queue.as_str().to_owned()),
    };
    Ok((bucket, was_in_use))
}
