//! MiniStack users with the permissions of a policy and no others. Not here: the policies that we ship
//! (`deploy/aws`).

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};

use form_urlencoded::Serializer;

/// An access key.
#[derive(Debug, Clone)]
pub struct AccessKey {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: String,
}

impl AccessKey {
    /// The key of a new user with this unique name and this policy. Blocks.
    pub fn of_user(name: &str, policy: &str) -> Self {
        let user = ("UserName", name);
        manage(&[("Action", "CreateUser"), user]);
        let document = ("PolicyDocument", policy);
        manage(&[("Action", "PutUserPolicy"), user, ("PolicyName", "only"), document]);
        let made = manage(&[("Action", "CreateAccessKey"), user]);
        let of = |tag: &str| {
            let (_, rest) =
                made.split_once(&format!("<{tag}>")).unwrap_or_else(|| panic!("no {tag}: {made}"));
            rest.split('<').next().unwrap_or_default().to_owned()
        };
        Self { id: of("AccessKeyId"), secret: of("SecretAccessKey") }
    }
}

/// Adapts a policy for MiniStack, which requires separate actions for batch calls; AWS has none, and checks the
/// actions for single messages.
pub fn with_batches(policy: &str) -> String {
    ["sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:SendMessage"]
        .iter()
        .fold(policy.to_owned(), |policy, action| {
            policy.replace(&format!("\"{action}\""), &format!("\"{action}\",\"{action}Batch\""))
        })
}

/// Calls IAM: too little for an SDK. MiniStack does not check the root user's signature.
fn manage(parameters: &[(&str, &str)]) -> String {
    let form =
        Serializer::new(String::new()).append_pair("Version", "2010-05-08").extend_pairs(parameters).finish();
    let port = crate::ministack_port();
    let request = format!(
        "POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Length: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nX-Amz-Date: 20261121T000000Z\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/iam/aws4_request, SignedHeaders=host, \
         Signature=0\r\n\r\n{form}",
        form.len()
    );
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("MiniStack answers");
    stream.write_all(request.as_bytes()).expect("MiniStack reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("MiniStack answers");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{parameters:?}: {answer}");
    answer
}
