//! The bucket in S3 or a compatible store.

use std::sync::Arc;

use gallery::aws::Aws;
use gallery::bucket::{Bucket, BucketName, S3Bucket};

use super::access::Access;
use super::error::StorageError;
use crate::config::StorageArgs;

/// The bucket, and whether it was used before. A new one is taken into use only for a new catalog: otherwise it is
/// the wrong bucket.
pub(super) async fn open(
    args: &StorageArgs,
    aws: &Aws,
    name: &BucketName,
    access: Access,
    catalog_is_used: bool,
) -> Result<(Arc<dyn Bucket>, bool), StorageError> {
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
    Ok((Arc::new(bucket), was_in_use))
}
