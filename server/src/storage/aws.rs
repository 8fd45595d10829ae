//! The connection to AWS or a compatible service.

use gallery::aws::{Aws, AwsOptions};

use super::error::StorageError;

/// The connection that bucket and catalog share. Makes no request yet.
pub(crate) async fn connect(options: AwsOptions) -> Result<Aws, StorageError> {
    let aws = Aws::configured(options).await;
    if aws.region().is_some() { Ok(aws) } else { Err(StorageError::NoRegion) }
}
