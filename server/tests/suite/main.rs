//! The server from outside. One program, so that it is linked once.
//!
//! - `support`: a router over a gallery in memory, and the real program.
//! - `pages` to `origin_guard`: the router, request by request.
//! - `intake`: the real program, and the worst that a stranger can give it.
//! - `network`: what needs a bound port. `program`, `transfer`, `faults`, `data_folder`, `crowds`, `deaths`, `kills`:
//!   the real program.
//! - `aws`: the real program on a server in the place of AWS.
//! - `cluster`: many instances of it, and servers in the place of AWS.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "these are tests")]

mod support;

mod api;
mod assets;
mod contents;
mod describe;
mod drafts;
mod events;
mod files;
mod forms;
mod functions;
mod logos;
mod looks;
mod origin_guard;
mod page_cache;
mod pages;
mod uploads;

mod network;

#[cfg(feature = "test-servers")]
mod aws;
#[cfg(feature = "test-servers")]
mod cluster;

mod crowds;
mod data_folder;
mod deaths;
mod doctor;
mod faults;
mod intake;
mod kills;
mod program;
mod proxies;
mod transfer;
