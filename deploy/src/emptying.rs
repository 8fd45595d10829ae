//! Takes away what keeps a stack of data from being deleted: objects in buckets, recovery points, snapshots.

use crate::aws::{Client, backup, ec2, s3};
use crate::error::DeployError;
use crate::name::DeploymentName;

/// Empties what a deployment keeps; says what was deleted.
pub(crate) async fn empty(
    client: &Client,
    name: &DeploymentName,
    account: &str,
    progress: &mut impl FnMut(&str),
) -> Result<(), DeployError> {
    for bucket in [name.bucket(account, client.region()), name.packages(account, client.region())] {
        let deleted = s3::empty(client, &bucket).await?;
        if deleted > 0 {
            progress(&format!("deleted {deleted} versions of objects in {bucket}"));
        }
    }
    let points = backup::delete_recovery_points(client, &name.resource()).await?;
    if points > 0 {
        progress(&format!("deleted {points} recovery points of AWS Backup"));
    }
    let snapshots = ec2::delete_snapshots(client, name).await?;
    if snapshots > 0 {
        progress(&format!("deleted {snapshots} snapshots"));
    }
    Ok(())
}
