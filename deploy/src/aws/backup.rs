//! Recovery points (AWS Backup): a vault that has some cannot be deleted.

use std::time::Duration;

use hyper::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::client::Client;
use crate::error::DeployError;

/// They are deleted in the background: how often to look, and how many times.
const LOOK_EVERY: Duration = Duration::from_secs(5);
const LOOKS: usize = 120;

/// What a path of a signed call leaves as it is (RFC 3986, 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Deletes the recovery points of a vault, and waits until they are gone; returns how many there were.
pub(crate) async fn delete_recovery_points(client: &Client, vault: &str) -> Result<usize, DeployError> {
    let mut deleted = 0;
    for look in 0..LOOKS {
        let path = format!("/backup-vaults/{vault}/recovery-points/");
        let listed =
            client.rest(("backup", "Backup", "ListRecoveryPointsByBackupVault"), Method::GET, path).await;
        let listed = match listed {
            // A vault that is not there looks like one of somebody else's.
            Err(error) if error.is("ResourceNotFoundException") || error.is("AccessDeniedException") => {
                return Ok(deleted);
            }
            listed => listed?,
        };
        let points = listed["RecoveryPoints"].as_array().cloned().unwrap_or_default();
        if points.is_empty() {
            return Ok(deleted);
        }
        if look > 0 {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        let waiting = points.iter().filter(|point| point["Status"] != "DELETING");
        for point in waiting.filter_map(|point| point["RecoveryPointArn"].as_str()) {
            delete(client, vault, point).await?;
            deleted += 1;
        }
    }
    Err(DeployError::Unreadable(
        "ListRecoveryPointsByBackupVault: the recovery points do not go away".to_owned(),
    ))
}

async fn delete(client: &Client, vault: &str, point: &str) -> Result<(), DeployError> {
    let point = utf8_percent_encode(point, RESERVED);
    let path = format!("/backup-vaults/{vault}/recovery-points/{point}");
    match client.rest(("backup", "Backup", "DeleteRecoveryPoint"), Method::DELETE, path).await {
        // Somebody else does it.
        Err(error) if error.is("InvalidResourceStateException") || error.is("ResourceNotFoundException") => {
            Ok(())
        }
        answer => answer.map(drop),
    }
}
