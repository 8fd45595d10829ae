//! The verbs as a caller meets them, on ports in memory.

mod feed;
mod publish;
mod reconcile;
mod removal;
