//! A queue by its name or URL.

use std::fmt;
use std::str::FromStr;

/// An SQS queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueueName {
    /// By name, in the caller's account and region.
    Named(String),
    /// By URL.
    At(QueueUrl),
}

/// The URL of a queue, as given by SQS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueUrl(String);

/// The text does not name a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a queue is named with 1 to {NAME_MAX} letters, digits, hyphens and underscores, or by its URL, such as {EXAMPLE}; S3 \
     sends to no queue that ends with .fifo"
)]
pub struct QueueNameError;

/// The text is not the URL of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "name the queue by its URL here, such as {EXAMPLE}; S3 does not send to queues whose names end with .fifo"
)]
pub struct QueueUrlError;

const EXAMPLE: &str = "https://sqs.eu-central-1.amazonaws.com/123456789012/qrate";
/// The suffix of the dead-letter queue's name.
const DEAD_LETTERS: &str = "-dead-letters";
/// SQS's limit.
const NAME_MOST: usize = 80;
/// For a new queue: leaves room for the suffix of its dead-letter queue.
const NAME_MAX: usize = NAME_MOST - DEAD_LETTERS.len();

/// The name of a queue's dead-letter queue.
pub(in crate::aws) fn dead_letters_of(name: &str) -> String {
    format!("{name}{DEAD_LETTERS}")
}

impl QueueName {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Named(name) => name,
            Self::At(url) => url.name(),
        }
    }
}

impl QueueUrl {
    /// The URL as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name at its end.
    pub fn name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&*self.0, |(_, name)| name)
    }
}

impl FromStr for QueueName {
    type Err = QueueNameError;

    fn from_str(text: &str) -> Result<Self, QueueNameError> {
        if let Ok(url) = text.parse() {
            return Ok(Self::At(url));
        }
        if is_name(text, NAME_MAX) { Ok(Self::Named(text.to_owned())) } else { Err(QueueNameError) }
    }
}

impl FromStr for QueueUrl {
    type Err = QueueUrlError;

    fn from_str(text: &str) -> Result<Self, QueueUrlError> {
        let path = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let name = path.and_then(|path| path.rsplit_once('/')).map(|(_, name)| name);
        match name {
            Some(name) if is_name(name, NAME_MOST) => Ok(Self(text.to_owned())),
            _ => Err(QueueUrlError),
        }
    }
}

fn is_name(text: &str, most: usize) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    (1..=most).contains(&text.len()) && text.bytes().all(is_allowed)
}

impl fmt::Display for QueueName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queue_names_and_urls_are_parsed() {
        assert_eq!("qrate_1-b".parse(), Ok(QueueName::Named("qrate_1-b".to_owned())));
        let url = "https://sqs.eu-central-1.amazonaws.com/123456789012/qrate";
        let by_url = url.parse::<QueueName>().unwrap();
        assert_eq!((by_url.name(), &by_url), ("qrate", &QueueName::At(url.parse().unwrap())));
        let long = format!("https://host/{}", "x".repeat(NAME_MOST));
        assert!(long.parse::<QueueName>().is_ok(), "one that is there is used as it is called");
        for wrong in ["", "a b", "qrate.fifo", "https://host/", "https://host", &"x".repeat(NAME_MAX + 1)] {
            assert_eq!(wrong.parse::<QueueName>(), Err(QueueNameError), "{wrong}");
        }
        for wrong in ["", "qrate", "https://host/", "https://host", "https://host/qrate.fifo"] {
            assert_eq!(wrong.parse::<QueueUrl>(), Err(QueueUrlError), "{wrong}");
        }
    }
}
