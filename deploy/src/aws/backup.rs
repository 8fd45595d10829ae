//! Recovery points (AWS Backup): a vault that has some cannot be deleted.

use hyper::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::client::Client;
use crate::error::DeployError;

/// Deletes the recovery points of a vault; returns how many there were.
pub(crate) async fn delete_recovery_points(client: &Client, vault: &str) -> Result<usize, DeployError> {
    let mut deleted = 0;
    loop {
        let path = format!("/backup-vaults/{vault}/recovery-points/");
        let listed =
            client.rest(("backup", "Backup", "ListRecoveryPointsByBackupVault"), Method::GET, path).await;
        let listed = match listed {
            Err(error) if error.is("ResourceNotFoundException") => return Ok(deleted),
            listed => listed?,
        };
        let points = listed["RecoveryPoints"].as_array().cloned().unwrap_or_default();
        if points.is_empty() {
            return Ok(deleted);
        }
        for point in points.iter().filter_map(|point| point["RecoveryPointArn"].as_str()) {
            delete(client, vault, point).await?;
            deleted += 1;
        }
    }
}

async fn delete(client: &Client, vault: &str, point: &str) -> Result<Value, DeployError> {
    let point = utf8_percent_encode(point, NON_ALPHANUMERIC);
    let path = format!("/backup-vaults/{vault}/recovery-points/{point}");
    client.rest(("backup", "Backup", "DeleteRecoveryPoint"), Method::DELETE, path).await
}
