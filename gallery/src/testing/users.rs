//! Users of MiniStack who may do what a policy says and nothing else. Not here: the policy that we ship, which is in
//! `deploy/aws`.

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::account::fresh_name;
use super::plain_http::ask;
use crate::aws::Aws;

const SHIPPED: &str = include_str!("../../../deploy/aws/iam-policy.json");

/// The policy that we ship, for a bucket, a table and a queue that all have this name.
pub(crate) fn shipped_policy(name: &str) -> Value {
    let filled = SHIPPED.replace("REGION", "us-east-1").replace("ACCOUNT", "000000000000");
    let filled = ["BUCKET", "TABLE", "QUEUE"].iter().fold(filled, |text, what| text.replace(what, name));
    serde_json::from_str(&filled).unwrap()
}

/// The connection of a new user with this policy.
pub(crate) async fn user(root: &Aws, policy: &Value) -> Aws {
    let name = fresh_name();
    let (user, policy) = (("UserName", &*name), with_batches(policy));
    manage(root, &[("Action", "CreateUser"), user]).await;
    let document = ("PolicyDocument", &*policy);
    manage(root, &[("Action", "PutUserPolicy"), user, ("PolicyName", "only"), document]).await;
    let key = manage(root, &[("Action", "CreateAccessKey"), user]).await;
    let of = |tag: &str| {
        let (_, rest) = key.split_once(&format!("<{tag}>")).unwrap_or_else(|| panic!("no {tag}: {key}"));
        rest.split('<').next().unwrap().to_owned()
    };
    let credentials = Credentials::new(of("AccessKeyId"), of("SecretAccessKey"), None, None, "test");
    let provider = SharedCredentialsProvider::new(credentials);
    Aws { config: root.config.to_builder().credentials_provider(provider).build() }
}

/// MiniStack takes these calls for actions of their own. AWS knows no such actions and asks for those of single messages.
fn with_batches(policy: &Value) -> String {
    ["sqs:DeleteMessage", "sqs:ChangeMessageVisibility"].iter().fold(policy.to_string(), |policy, action| {
        policy.replace(&format!("\"{action}\""), &format!("\"{action}\",\"{action}Batch\""))
    })
}

/// Asks for something of IAM: too little for an SDK. Nobody checks how the root user signs.
async fn manage(root: &Aws, parameters: &[(&str, &str)]) -> String {
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("Version", "2010-05-08")
        .extend_pairs(parameters)
        .finish();
    let headers = "Content-Type: application/x-www-form-urlencoded\r\nX-Amz-Date: 20261121T000000Z\r\n\
        Authorization: AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/iam/aws4_request, SignedHeaders=host, \
        Signature=0\r\n";
    let address: Url = root.config.endpoint_url().unwrap().parse().unwrap();
    let answer = ask(&address, Some(&form), headers).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{parameters:?}: {answer}");
    answer
}
