//! How many ids and seqs a space has assigned.

use domain::limits::IMPORTED_NUMBERS_BELOW;
use domain::{EntryId, Seq};

/// The counters of a space.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Counters {
    /// The highest id assigned; 0 if none.
    pub last_id: EntryId,
    /// The highest seq assigned; 0 if none.
    pub last_seq: Seq,
    /// The log holds every change above this seq.
    pub floor: Seq,
}

impl Counters {
    /// Whether a space can have these counters, with as many numbers left: each id was assigned by its own change.
    pub(crate) fn are_possible(&self) -> bool {
        let Self { last_id, last_seq, floor } = *self;
        last_id <= last_seq && floor <= last_seq && last_seq < IMPORTED_NUMBERS_BELOW
    }
}
