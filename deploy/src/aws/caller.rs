//! Who calls (AWS STS).

use super::client::Client;
use super::xml;
use crate::error::DeployError;

/// The account of the credentials.
pub(crate) async fn account(client: &Client) -> Result<String, DeployError> {
    const ACTION: &str = "GetCallerIdentity";
    let answer = client.query(("sts", "STS", "2011-06-15"), ACTION, &[]).await?;
    xml::read(ACTION, &answer, |root| Some(xml::text(xml::find(root, "GetCallerIdentityResult")?, "Account")))
}
