//! Why a deployment failed.

use std::path::PathBuf;

use crate::package::PackageError;
use crate::settings::SettingsError;

/// Why a deployment failed.
#[derive(Debug, thiserror::Error)]
pub enum DeployError {
    /// AWS refused a call.
    #[error("{action} was refused: {message} ({code})")]
    Refused {
        /// What was called.
        action: String,
        /// AWS's name for the reason.
        code: String,
        /// AWS's words.
        message: String,
    },
    /// AWS did not answer.
    #[error("{action} got no answer: {reason}")]
    NoAnswer {
        /// What was called.
        action: String,
        /// Why.
        reason: String,
    },
    /// An answer that cannot be read.
    #[error("the answer to {0} cannot be read: the service may be of another version")]
    Unreadable(String),
    /// There are no credentials, or no region.
    #[error("{0}")]
    Configuration(String),
    /// A stack did not become what it should.
    #[error("the stack {stack} is {status}{}", lines(.reasons))]
    Stack {
        /// Its name.
        stack: String,
        /// Its status.
        status: String,
        /// Why, resource by resource.
        reasons: Vec<String>,
    },
    /// It took too long.
    #[error("the stack {stack} has been {status} for {minutes} minutes. Run the same command again to go on")]
    TooLong {
        /// Its name.
        stack: String,
        /// Its status.
        status: String,
        /// How long.
        minutes: u64,
    },
    /// There is no such deployment.
    #[error("there is no deployment {0} in this account and region")]
    Missing(String),
    /// Another kind of the same name is there.
    #[error("the deployment {name} is of the kind {is}: destroy it first, or choose another name")]
    OtherKind {
        /// Its name.
        name: String,
        /// Its kind.
        is: crate::Kind,
    },
    /// Nothing to park.
    #[error(
        "a deployment of the kind {0} cannot be parked: without requests it costs nothing but its storage"
    )]
    NotParkable(crate::Kind),
    /// A file.
    #[error("{}: {error}", .file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        error: String,
    },
    /// What to deploy.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// Settings.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

fn lines(reasons: &[String]) -> String {
    reasons.iter().map(|reason| format!("\n  {reason}")).collect()
}

impl DeployError {
    /// Whether AWS gave this reason.
    pub(crate) fn is(&self, wanted: &str) -> bool {
        matches!(self, Self::Refused { code, .. } if code == wanted)
    }

    /// Whether AWS's words contain these.
    pub(crate) fn says(&self, words: &str) -> bool {
        matches!(self, Self::Refused { message, .. } if message.contains(words))
    }
}
