//! One suite per port, run on every implementation.

mod bucket;
mod catalog;
mod notifier;
mod queue;
mod records;
