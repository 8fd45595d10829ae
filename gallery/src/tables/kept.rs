//! The state of a table: a record, changed only from the version that was read, and gone after `TABLE_AGE`. A second
//! record marks the tables that are being worked on, so that those whose job was lost are found without reading all. Not
//! here: its bytes, and what became of its rows.

use domain::limits::{TABLE_AGE, TABLES_MAX};
use domain::{Sha256, Space, StyleText, TableId, Timestamp};
use serde::{Deserialize, Serialize};

use super::layout::Layout;
use crate::catalog::CatalogError;
use crate::clock::after;
use crate::error::{GalleryError, TableError};
use crate::records::{
    Expected, Record, RecordKey, RecordPrefix, RecordValue, Records, RecordsError, Version,
};
use crate::shared::Shared;

/// Records read at once.
const BATCH: usize = 100;
/// Attempts to change a record that others change.
const ATTEMPTS: u32 = 20;

/// A table of which codes are made, or may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its number.
    pub id: TableId,
    /// When it arrived.
    pub created_at: Timestamp,
    /// The name of its file; empty if it was pasted.
    pub file_name: String,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// The digest of its bytes.
    pub sha256: Sha256,
    /// How it is laid out.
    pub layout: Layout,
    /// The look of rows without one.
    pub look: StyleText,
    /// What happens to it.
    pub state: TableState,
    /// Rows of which codes were made.
    pub made: u32,
    /// Rows with mistakes.
    pub wrong: u32,
    /// Parts that are done.
    pub parts_done: usize,
    /// When its state last changed.
    pub touched_at: Timestamp,
    /// Why it does not go on at the moment: a sentence.
    pub trouble: Option<String>,
}

/// What happens to a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TableState {
    /// It was read, and nothing was made of it.
    Ready,
    /// Codes are made.
    Running,
    /// Somebody stopped it: what was made stays.
    Stopped,
    /// All rows are done.
    Done,
}

impl TableState {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Stopped => "stopped",
            Self::Done => "done",
        }
    }
}

impl Table {
    /// When it is forgotten.
    pub fn kept_until(&self) -> Timestamp {
        after(self.created_at, TABLE_AGE)
    }

    fn value(&self) -> RecordValue {
        let json = serde_json::to_string(self).expect("our own types become JSON");
        RecordValue::new(json).expect("the parts of the largest table and the longest look are smaller")
    }
}

fn key(space: &Space, id: TableId) -> RecordKey {
    format!("table/{space}/{id}").parse().expect("a space and a number are short words")
}

/// The key of the mark that a table is worked on.
pub(crate) fn key_of_open(space: &Space, id: TableId) -> RecordKey {
    format!("table-open/{space}/{id}").parse().expect("a space and a number are short words")
}

fn read(record: &Record) -> Result<Table, GalleryError> {
    serde_json::from_str(record.value.as_str()).map_err(|error| {
        CatalogError::Corrupt(format!("the record {} cannot be read: {error}", record.key)).into()
    })
}

/// A table with its version; `NoTable` if there is none.
pub(crate) async fn load(
    records: &dyn Records,
    space: &Space,
    id: TableId,
) -> Result<(Table, Version), GalleryError> {
    let record = records.get(&key(space, id)).await?.ok_or(GalleryError::NoTable)?;
    Ok((read(&record)?, record.version))
}

/// Keeps a new table; `Changed` if there is one with its number.
pub(crate) async fn create(records: &dyn Records, space: &Space, table: &Table) -> Result<(), GalleryError> {
    let expires_at = Some(table.kept_until());
    records.put(&key(space, table.id), table.value(), expires_at, Expected::Absent).await?;
    Ok(())
}

/// Changes a table, however many others do so. `change` may be called again, with a newer state; if it returns `false`,
/// nothing is written. Returns the newest state.
pub(crate) async fn change(
    shared: &Shared,
    space: &Space,
    id: TableId,
    mut change: impl FnMut(&mut Table) -> bool,
) -> Result<Table, GalleryError> {
    for _ in 0..ATTEMPTS {
        let (mut table, version) = load(&*shared.records, space, id).await?;
        if !change(&mut table) {
            return Ok(table);
        }
        table.touched_at = shared.clock.now();
        let (value, expires_at) = (table.value(), Some(table.kept_until()));
        match shared.records.put(&key(space, id), value, expires_at, Expected::Version(version)).await {
            Ok(_) => return Ok(table),
            Err(RecordsError::OtherVersion) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(GalleryError::Busy)
}

/// The tables of a space, the newest first. `TooMany` if there are `TABLES_MAX` and one more is to come.
pub(crate) async fn of_space(
    records: &dyn Records,
    space: &Space,
    one_more: bool,
) -> Result<Vec<Table>, GalleryError> {
    let below = format!("table/{space}/").parse().expect("a space is a short word");
    let kept = all_below(records, &below).await?;
    if one_more && kept.len() >= TABLES_MAX {
        return Err(TableError::TooMany.into());
    }
    let mut tables = kept.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    tables.sort_by_key(|table| std::cmp::Reverse(table.id));
    Ok(tables)
}

/// The tables of all spaces that are marked as being worked on.
pub(crate) async fn open_tables(records: &dyn Records) -> Result<Vec<(Space, TableId)>, GalleryError> {
    let below = "table-open/".parse().expect("a short word");
    let named = |record: &Record| {
        let (space, id) = record.key.as_str().strip_prefix("table-open/")?.split_once('/')?;
        Some((space.parse().ok()?, id.parse().ok()?))
    };
    Ok(all_below(records, &below).await?.iter().filter_map(named).collect())
}

async fn all_below(records: &dyn Records, below: &RecordPrefix) -> Result<Vec<Record>, GalleryError> {
    let mut all: Vec<Record> = Vec::new();
    loop {
        let after = all.last().map(|record| record.key.clone());
        let next = records.list(below, after.as_ref(), BATCH).await?;
        let is_last = next.len() < BATCH;
        all.extend(next);
        if is_last {
            return Ok(all);
        }
    }
}
