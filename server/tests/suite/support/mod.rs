//! What the tests share.

mod answer;
mod half_request;
mod photos;
mod program;
mod requests;
mod router;

use std::time::Duration;

pub(crate) use answer::Answer;
pub(crate) use half_request::HalfRequest;
pub(crate) use photos::jpeg;
#[cfg(feature = "test-servers")]
pub(crate) use program::{Background, qrate_in_environment, qrate_killed};
pub(crate) use program::{Program, qrate, qrate_command, qrate_with_input, qrate_within, refusal, unread};
#[cfg(feature = "test-servers")]
pub(crate) use requests::values;
pub(crate) use requests::{all_entries, save, total};
pub(crate) use router::{Server, delete, get, options, post, post_json, post_once};

/// Polls until the condition holds.
pub(crate) async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    for _ in 0..600 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("not within a minute: {what}");
}
