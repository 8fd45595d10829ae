//! The real program on a server that stands in for AWS, with accounts: `setup`, `doctor`, and a gallery on the result.
//!
//! Not tested here, because MiniStack cannot show it:
//! - a bucket in another region than the caller (its buckets answer in all of them);
//! - that ownership, access lists or blocked public access keep anybody out (it stores these settings, no more);
//! - that old versions expire, that a table can be restored, or that a protected table cannot be deleted;
//! - settings that take a while until they are known everywhere.

mod account;
mod deploy;
mod doctor;
mod function;
mod running;
mod setup;

use account::{Account, Names};
