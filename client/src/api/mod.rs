//! The API of a server: where it is, who asks, and requests that are repeated when the server is briefly away. Not
//! here: what is asked for (`commands`).

mod address;
mod entry;
mod http;
mod problem;
mod repeat;
mod request;
mod response;
mod trouble;

mod space;

mod options;

pub(crate) use address::Path;
pub(crate) use entry::{Change, Entry, Listing, Picture, read};
pub(crate) use http::Body;
pub(crate) use options::ServerArgs;
pub(crate) use problem::words as problem_words;
pub(crate) use repeat::{Repeats, backoff};
pub(crate) use request::{Call, Payload, new_key};
pub(crate) use response::Download;
pub(crate) use space::Api;
pub(crate) use trouble::Trouble;
