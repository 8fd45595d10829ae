//! The verbs as a caller meets them, on ports in memory.

mod check;
mod feed;
mod hostile_tars;
mod overwritten;
#[cfg(feature = "test-servers")]
mod permissions;
mod publish;
mod purge;
mod reconcile;
mod removal;
mod transfer;
