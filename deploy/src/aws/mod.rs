//! Signed calls to AWS, one file for each service, over the HTTP client that the program has anyway: a further SDK for
//! each would add megabytes for a dozen calls. S3 has its SDK, which the gallery uses.

pub(crate) mod apigateway;
pub(crate) mod backup;
pub(crate) mod caller;
pub(crate) mod client;
pub(crate) mod cloudformation;
pub(crate) mod ec2;
pub(crate) mod s3;
pub(crate) mod ssm;
pub(crate) mod tagging;
mod xml;

pub(crate) use self::client::Client;
