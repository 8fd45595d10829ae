//! What carries a deployment's tag (Resource Groups Tagging API).

use serde_json::{Value, json};

use super::client::Client;
use crate::error::DeployError;
use crate::name::DeploymentName;

/// A resource of a deployment, by its ARN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource(pub String);

/// Everything that carries the tag of a deployment.
pub(crate) async fn resources(client: &Client, name: &DeploymentName) -> Result<Vec<Resource>, DeployError> {
    let (mut found, mut token) = (Vec::new(), String::new());
    loop {
        let filter = json!({ "Key": "qrate:deployment", "Values": [name.to_string()] });
        let mut body = json!({ "TagFilters": [filter] });
        if !token.is_empty() {
            body["PaginationToken"] = token.into();
        }
        let target =
            ("tagging", "Resource Groups Tagging API", "ResourceGroupsTaggingAPI_20170126.GetResources");
        let answer = client.json(target, &body).await?;
        let page = answer["ResourceTagMappingList"].as_array().into_iter().flatten();
        found.extend(
            page.filter_map(|resource| resource["ResourceARN"].as_str()).map(|arn| Resource(arn.to_owned())),
        );
        token = answer["PaginationToken"].as_str().unwrap_or_default().to_owned();
        if token.is_empty() || answer["PaginationToken"] == Value::Null {
            break;
        }
    }
    let mut there = Vec::new();
    for resource in found {
        if !is_deleted_table(client, &resource).await? {
            there.push(resource);
        }
    }
    Ok(there)
}

/// Whether a resource is a table that its service no longer knows: the inventory names tables for a while after.
async fn is_deleted_table(client: &Client, resource: &Resource) -> Result<bool, DeployError> {
    let Some((_, table)) = resource.0.split_once(":table/") else { return Ok(false) };
    let target = ("dynamodb", "DynamoDB", "DynamoDB_20120810.DescribeTable");
    match client.json(target, &json!({ "TableName": table })).await {
        Err(error) if error.is("ResourceNotFoundException") => Ok(true),
        answer => answer.map(|_| false),
    }
}
