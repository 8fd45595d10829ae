//! Tables of which many codes are made at once: read (`records`), recognised (`survey`), kept with their state (`kept`),
//! row by row as drafts (`row`), and what became of each row (`outcomes`).
//!
//! The bytes of a table lie in the bucket below `_qrate/tables/`, its state is a record, and a part of it is worked on at
//! a time. A row's request id follows from its table and its number, and what became of a part is written once, under a
//! name that follows from both: so a table is exact, whatever is killed. Not here: the verbs (`table_verbs`,
//! `verbs::tables`), working on a table (`worker`).

mod columns;
mod kept;
mod layout;
mod number;
mod outcomes;
mod purge;
mod records;
mod row;
mod survey;
#[cfg(test)]
mod tests;

pub use self::columns::Column;
pub use self::kept::{Table, TableState};
pub(crate) use self::kept::{change, create, key_of_open, load, of_space, open_tables};
pub use self::layout::{Layout, Separator, Wishes};
pub(crate) use self::number::new_number;
pub use self::outcomes::RowOutcome;
pub(crate) use self::outcomes::{read_part, write_part};
pub(crate) use self::purge::delete_old;
pub use self::records::Row;
pub(crate) use self::records::{heading, rows_of_part};
pub(crate) use self::row::{draft, request_of_row, shortened};
pub(crate) use self::survey::survey;
