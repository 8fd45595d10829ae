//! Takes away what keeps a stack of data from being deleted, or outlives it: objects in buckets, recovery points,
//! snapshots. Only what belongs to this deployment, by its name or its tag.

use crate::aws::{Client, backup, ec2, s3};
use crate::error::DeployError;
use crate::kind::Kept;
use crate::name::DeploymentName;

/// Empties what a deployment keeps, and says what was deleted.
pub(crate) async fn empty(
    client: &Client,
    name: &DeploymentName,
    account: &str,
    kept: Kept,
    progress: &mut impl FnMut(&str),
) -> Result<(), DeployError> {
    let mut buckets = vec![name.packages(account, client.region())];
    if kept == Kept::Gallery {
        buckets.push(name.bucket(account, client.region()));
    }
    for bucket in buckets {
        let deleted = s3::empty(client, &bucket).await?;
        if deleted > 0 {
            progress(&format!("deleted {deleted} versions of objects in {bucket}"));
        }
    }
    if kept == Kept::Gallery {
        let points = backup::delete_recovery_points(client, &name.resource()).await?;
        if points > 0 {
            progress(&format!("deleted {points} recovery points of AWS Backup"));
        }
    }
    Ok(())
}

/// Deletes snapshots, and says how many.
pub(crate) async fn delete_snapshots(
    client: &Client,
    name: &DeploymentName,
    progress: &mut impl FnMut(&str),
) -> Result<(), DeployError> {
    let snapshots = ec2::delete_snapshots(client, name).await?;
    if snapshots > 0 {
        progress(&format!("deleted {snapshots} snapshots"));
    }
    Ok(())
}
