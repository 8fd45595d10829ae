//! Names of the tests' buckets, tables and queues: `$QRATE_TEST_AWS_PREFIX` (default `test`), a hyphen, and a mark of
//! 26 characters.

use ulid::Ulid;

/// With the mark, a bucket's name has at most 63 characters.
const PREFIX_MAX: usize = 36;

/// The prefix of every name.
pub(crate) fn prefix() -> String {
    let prefix = std::env::var("QRATE_TEST_AWS_PREFIX").unwrap_or_else(|_| "test".to_owned());
    let is_good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    assert!(
        (1..=PREFIX_MAX).contains(&prefix.len()) && prefix.bytes().all(is_good) && !prefix.starts_with('-'),
        "QRATE_TEST_AWS_PREFIX is {prefix:?}: 1 to {PREFIX_MAX} lowercase letters, digits and hyphens are valid"
    );
    prefix
}

/// A unique name, valid for a bucket, a table or a queue.
pub(crate) fn fresh_name() -> String {
    name_after(&prefix())
}

/// A new name with a prefix.
pub(crate) fn name_after(prefix: &str) -> String {
    format!("{prefix}-{}", Ulid::generate().to_string().to_ascii_lowercase())
}

/// Whether a name has this prefix and a mark, and nothing else.
pub(crate) fn is_name_after(name: &str, prefix: &str) -> bool {
    let rest = name.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('-'));
    rest.is_some_and(|mark| mark.len() == 26 && Ulid::from_string(&mark.to_ascii_uppercase()).is_ok())
}
