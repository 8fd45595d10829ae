//! The server from outside. One program, so that it is linked once.
//!
//! - `support`: a router over a gallery in memory, and the real program.
//! - `pages` to `origin_guard`: the router, request by request.
//! - `intake`: the real program on the worst known inputs.
//! - `network`: what needs a bound port. `command_line`, `program`, `transfer`, `faults`, `data_folder`, `crowds`,
//!   `deaths`, `kills`, `repeated`: the real program.
//! - `aws`: the real program on a server that stands in for AWS.
//! - `cluster`: many instances of it on such servers.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "these are tests")]

mod support;

mod api;
mod assets;
mod batch;
mod chosen;
mod contents;
mod describe;
mod device;
mod drafts;
mod events;
mod files;
mod forms;
mod functions;
mod labels;
mod logos;
mod looks;
mod many;
mod menu;
mod origin_guard;
mod page_cache;
mod pages;
mod photos;
mod problems;
mod sheet;
mod uploads;

mod network;

#[cfg(feature = "test-servers")]
mod aws;
#[cfg(feature = "test-servers")]
mod cluster;

mod command_line;
mod crowds;
mod data_folder;
mod deaths;
mod doctor;
mod faults;
mod intake;
mod kills;
mod many_kills;
mod notice_kills;
mod notify;
mod photo_kills;
mod photo_privacy;
mod program;
mod proxies;
mod repeated;
mod search;
mod transfer;
mod trash;
