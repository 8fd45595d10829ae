//! Machines and snapshots (Amazon EC2).

use super::client::Client;
use super::xml;
use crate::error::DeployError;
use crate::name::DeploymentName;

const EC2: (&str, &str, &str) = ("ec2", "EC2", "2016-11-15");

/// Stops a machine; what is on its volumes stays.
pub(crate) async fn stop(client: &Client, instance: &str) -> Result<(), DeployError> {
    let parameters = [("InstanceId.1".to_owned(), instance.to_owned())];
    client.query(EC2, "StopInstances", &parameters).await.map(drop)
}

/// Starts a stopped machine.
pub(crate) async fn start(client: &Client, instance: &str) -> Result<(), DeployError> {
    let parameters = [("InstanceId.1".to_owned(), instance.to_owned())];
    client.query(EC2, "StartInstances", &parameters).await.map(drop)
}

/// Deletes the snapshots of a deployment's volumes; returns how many there were.
pub(crate) async fn delete_snapshots(client: &Client, name: &DeploymentName) -> Result<usize, DeployError> {
    const ACTION: &str = "DescribeSnapshots";
    let parameters = [
        ("Owner.1".to_owned(), "self".to_owned()),
        ("Filter.1.Name".to_owned(), "tag:qrate:deployment".to_owned()),
        ("Filter.1.Value.1".to_owned(), name.to_string()),
    ];
    let answer = client.query(EC2, ACTION, &parameters).await?;
    let ids = xml::read(ACTION, &answer, |root| {
        let snapshots = xml::members(root, "snapshotSet");
        Some(snapshots.into_iter().map(|snapshot| xml::text(snapshot, "snapshotId")).collect::<Vec<_>>())
    })?;
    for id in &ids {
        let deleted = client.query(EC2, "DeleteSnapshot", &[("SnapshotId".to_owned(), id.clone())]).await;
        match deleted {
            Err(error) if error.is("InvalidSnapshot.NotFound") => {}
            deleted => drop(deleted?),
        }
    }
    Ok(ids.len())
}
