//! The queue, by its name or by its URL.

use std::fmt;
use std::str::FromStr;

/// A queue of SQS: by its name, in the account and region of the caller, or by its URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueName {
    name: String,
    url: Option<String>,
}

/// Why a text names no queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a queue is named with 1 to {NAME_MAX} letters, digits, hyphens and underscores, or by its URL, such as \
     https://sqs.eu-central-1.amazonaws.com/123456789012/qrate; S3 sends to no queue that ends with .fifo"
)]
pub struct QueueNameError;

/// As much as SQS takes.
const NAME_MOST: usize = 80;
/// Of one that is made: less what the queue of the dead letters has more.
const NAME_MAX: usize = NAME_MOST - super::queue::DEAD_LETTERS.len();

impl QueueName {
    /// The name alone.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The URL, if that was given.
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }
}

impl FromStr for QueueName {
    type Err = QueueNameError;

    fn from_str(text: &str) -> Result<Self, QueueNameError> {
        let path = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let url = path.map(|_| text.to_owned());
        let name = match path {
            Some(path) => path.rsplit_once('/').ok_or(QueueNameError)?.1,
            None => text,
        };
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        let most = if url.is_some() { NAME_MOST } else { NAME_MAX };
        let fits = (1..=most).contains(&name.len()) && name.bytes().all(is_allowed);
        if fits { Ok(Self { name: name.to_owned(), url }) } else { Err(QueueNameError) }
    }
}

impl fmt::Display for QueueName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_urls() {
        let named = "qrate_1-b".parse::<QueueName>().unwrap();
        assert_eq!((named.name(), named.url()), ("qrate_1-b", None));
        let url = "https://sqs.eu-central-1.amazonaws.com/123456789012/qrate";
        let by_url = url.parse::<QueueName>().unwrap();
        assert_eq!((by_url.name(), by_url.url()), ("qrate", Some(url)));
        let long = format!("https://host/{}", "x".repeat(NAME_MOST));
        assert!(long.parse::<QueueName>().is_ok(), "one that is there is used as it is called");
        for wrong in ["", "a b", "qrate.fifo", "https://host/", "https://host", &"x".repeat(NAME_MAX + 1)] {
            assert_eq!(wrong.parse::<QueueName>(), Err(QueueNameError), "{wrong}");
        }
    }
}
