//! The verbs as a caller sees them, on ports in memory; and what concerns both ports together, on test servers.

mod check;
mod describe;
mod feed;
mod follow;
mod hostile_tars;
mod jobs;
mod logos;
mod looks;
mod looks_moved;
mod overwritten;
#[cfg(feature = "test-servers")]
mod permissions;
mod photos;

mod publish;
mod purge;
mod readiness;
mod reading;
mod reconcile;
mod removal;
mod several_codes;
#[cfg(feature = "test-servers")]
mod stand_ins;
mod tables;
mod transfer;
