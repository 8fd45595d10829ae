//! One suite per port, run on every implementation.

mod bucket;
mod catalog;
mod labeller;
mod notifier;
mod queue;
mod records;
