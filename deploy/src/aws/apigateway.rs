//! Gateways (Amazon API Gateway).

use hyper::Method;

use super::client::Client;
use crate::error::DeployError;

/// Whether the account has a role with which gateways write logs: one for the region, which a stack must not take away
/// from others.
pub(crate) async fn has_log_role(client: &Client) -> Result<bool, DeployError> {
    let answer =
        client.rest(("apigateway", "API Gateway", "GetAccount"), Method::GET, "/account".to_owned()).await?;
    Ok(answer["cloudwatchRoleArn"].as_str().is_some_and(|role| !role.is_empty()))
}
