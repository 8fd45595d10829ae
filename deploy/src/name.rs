//! The name of a deployment, and the names that follow from it.

use core::fmt;
use core::str::FromStr;

/// The name of a deployment: 2 to 20 lower-case letters, digits and hyphens. The length is what the longest name that is
/// made of it, that of the bucket of packages, allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeploymentName(String);

/// Not the name of a deployment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a deployment's name has 2 to 20 lower-case letters, digits and hyphens, the first one a letter, the last no hyphen"
)]
pub struct DeploymentNameError;

impl DeploymentName {
    /// The stack of what is kept.
    pub(crate) fn data_stack(&self) -> String {
        format!("qrate-{self}-data")
    }

    /// The table, the vault of backups, and the queue of notifications, which have the same name.
    pub fn resource(&self) -> String {
        format!("qrate-{self}")
    }

    /// The bucket of the gallery.
    pub fn bucket(&self, account: &str, region: &str) -> String {
        format!("qrate-{self}-{account}-{region}")
    }

    /// The bucket of packages.
    pub(crate) fn packages(&self, account: &str, region: &str) -> String {
        format!("qrate-{self}-packages-{account}-{region}")
    }
}

impl fmt::Display for DeploymentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for DeploymentName {
    type Err = DeploymentNameError;

    fn from_str(text: &str) -> Result<Self, DeploymentNameError> {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let is_name = (2..=20).contains(&text.len())
            && text.bytes().all(fits)
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && !text.ends_with('-');
        if is_name { Ok(Self(text.to_owned())) } else { Err(DeploymentNameError) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_leave_room_for_the_longest_bucket() {
        for good in ["ab", "team-7", "abcdefghij0123456789"] {
            let name: DeploymentName = good.parse().unwrap();
            assert!(name.packages("123456789012", "ap-southeast-1").len() <= 63, "{good}");
        }
        for bad in ["", "a", "A7", "7a", "-a", "a-", "a_b", "ä1", "abcdefghij01234567890", "a b"] {
            assert!(bad.parse::<DeploymentName>().is_err(), "{bad}");
        }
    }
}
