//! The verbs as a caller meets them, on ports in memory.

mod check;
mod feed;
mod hostile_tars;
mod overwritten;
mod publish;
mod purge;
mod reconcile;
mod removal;
mod transfer;
