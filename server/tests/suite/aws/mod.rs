//! The real program on a server in the place of AWS, with accounts: `setup`, `doctor`, and a gallery on what they made.
//!
//! What MiniStack cannot show, and is not tested here for that:
//! - a bucket in another region than the caller (its buckets answer in all of them);
//! - that a bucket's owner, an access list or a closed bucket keeps anybody out (it keeps these settings, and no more);
//! - that old versions go after their days, that a table is restored, or that a protected table stays;
//! - settings that take a while until they are known everywhere.

mod account;
mod doctor;
mod running;
mod setup;

use account::{Account, Names};
