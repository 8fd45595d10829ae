//! AWS, and what speaks its protocols: the connection that adapters share, and what an operator needs: `deployment` (what
//! there should be), `setup` (makes it), `doctor` (says what is wrong), `policy` (who may do what). Not here: what the
//! adapters say over the connection (`bucket::s3`, `catalog::dynamodb`).

mod connection;
mod deployment;
pub mod doctor;
mod error;
mod long_polling;
mod permission;
pub mod policy;
pub mod setup;
#[cfg(test)]
mod tests;

pub use self::connection::{Aws, AwsOptions, upload_limits};
pub use self::deployment::{Deployment, Part, QueueName, QueueNameError, QueueUrl, QueueUrlError, Wanted};

pub(crate) use self::connection::lacks_credentials;
pub(crate) use self::error::{AwsError, classify};
pub(crate) use self::long_polling::{NO_SUCH_RECEIPT, long_polling_client};
