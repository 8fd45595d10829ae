//! The numbers of tables: the millisecond in which one arrives, and three random digits. So the newest has the largest,
//! and a number says by itself how old its table is. Not here: that no two are the same (`verbs::tables`).

use domain::{TableId, Timestamp};

use crate::clock::Clock;

const PER_MS: u64 = 1000;

/// A number for a table that arrives now.
pub(crate) fn new_number(clock: &Clock) -> TableId {
    let digits = clock.ulid().random() % u128::from(PER_MS);
    clock.now().unix_ms() * PER_MS + u64::try_from(digits).expect("less than a thousand")
}

/// Whether the table with this number arrived before a moment.
pub(super) fn arrived_before(id: TableId, moment: Timestamp) -> bool {
    id / PER_MS < moment.unix_ms()
}
