//! Public parameters (AWS Systems Manager): where the makers of systems say which image is the newest.

use serde_json::json;

use super::client::Client;
use crate::error::DeployError;
use crate::kind::Architecture;

/// Debian 12's newest image for an architecture. <https://wiki.debian.org/Cloud/AmazonEC2Image/Bookworm>
pub(crate) async fn debian_image(client: &Client, architecture: Architecture) -> Result<String, DeployError> {
    let name = format!("/aws/service/debian/release/12/latest/{}", architecture.debian());
    let answer = client.json(("ssm", "SSM", "AmazonSSM.GetParameter"), &json!({ "Name": name })).await?;
    let image = answer["Parameter"]["Value"].as_str().map(str::to_owned);
    image.ok_or_else(|| DeployError::Unreadable("GetParameter".to_owned()))
}
