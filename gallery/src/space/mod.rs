//! An open space: what it shows (`view`, `index`, `window`), how it is written (`committer`), and its change log as
//! clients follow it (`feed`, `subscription`, `log_pages`). Not here: what is written (`verbs`, `reconcile`).

pub(crate) mod committer;
mod encode;
pub(crate) mod feed;
pub(crate) mod index;
pub(crate) mod job_sender;
pub(crate) mod labels;
mod log_pages;
mod photos;
pub(crate) mod search_text;
pub(crate) mod settings;
pub(crate) mod spaces;
pub(crate) mod subscription;
pub(crate) mod view;
pub(crate) mod window;
