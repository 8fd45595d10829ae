//! One SQLite file, which this program alone holds open: the catalog, the records and the queue lie in it together, and
//! take turns on its one connection.
//!
//! - `file`: the file, the one connection to it, transactions; `connect`: opening that connection.
//! - `damage`: damage, remembered for the next start.
//! - `place`: whether the file is still there, and holds what was written; `wal`: what its log on the disk holds.
//! - `schema`: the tables, their versions, whose file it is.
//! - `error`: what an error of SQLite means.
//!
//! Not here: the statements (`catalog::sqlite`, `records::sqlite`, `queue::sqlite`).

mod connect;
mod damage;
mod error;
mod file;
mod place;
mod schema;
mod wal;

pub(crate) use self::damage::{companion, note as note_damage};
pub(crate) use self::error::{classify, damaged, unreadable};
pub use self::file::SqliteFile;
pub(crate) use self::file::{number, to_the_end};
