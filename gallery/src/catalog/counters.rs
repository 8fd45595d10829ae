//! How many ids and seqs a space has given out.

use domain::limits::IMPORTED_NUMBERS_BELOW;
use domain::{EntryId, Seq};

/// The counters of a space.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Counters {
    /// The highest id given out; 0 when none.
    pub last_id: EntryId,
    /// The highest seq given out; 0 when none.
    pub last_seq: Seq,
    /// The log holds every change above this seq.
    pub floor: Seq,
}

impl Counters {
    /// Whether a space can have come to them, with as many numbers left: each id was given out by a change of its own.
    pub(crate) fn are_possible(&self) -> bool {
        let Self { last_id, last_seq, floor } = *self;
        last_id <= last_seq && floor <= last_seq && last_seq < IMPORTED_NUMBERS_BELOW
    }
}
