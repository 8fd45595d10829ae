//! What the tests share.

mod answer;
mod half_request;
mod program;
mod router;

pub(crate) use answer::Answer;
pub(crate) use half_request::HalfRequest;
#[cfg(feature = "test-servers")]
pub(crate) use program::qrate_in_environment;
pub(crate) use program::{Program, qrate, qrate_within};
pub(crate) use router::{Server, delete, get, options, post, post_json};
