//! The commands as a program, against a stand-in for a server that answers as each test says. Piped, and on a terminal.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod support;

mod adding;
mod batches;
mod described;
mod downloads;
mod errors;
mod listings;
mod local;
mod terminal;
mod uploads;
mod watching;
mod writes;
