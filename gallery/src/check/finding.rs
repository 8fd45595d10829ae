//! What a check can find, each with a sentence for people.

use domain::{EntryId, Key, OutOfBounds, Seq, Space, Visible};

use crate::catalog::Counters;

/// Findings that a report keeps; past it they are only counted.
const FINDINGS_MAX: usize = 1000;

/// What a check saw and found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Spaces read.
    pub spaces: u64,
    /// Entries and tombstones read.
    pub entries: u64,
    /// Objects listed.
    pub objects: u64,
    /// What is wrong: the first thousand.
    pub findings: Vec<Finding>,
    /// How many more are wrong.
    pub further_findings: u64,
    /// Objects that saves which were cut off in the last minutes may have left: no damage. The server adopts them.
    pub just_put: u64,
    /// Objects that are left out because of their names, as configured: no damage.
    pub left_out: u64,
    /// Objects that are left out because their names cannot be keys, and why: the first thousand.
    pub unnamed: Vec<(String, &'static str)>,
    /// How many more are.
    pub further_unnamed: u64,
    /// Pictures that were taken in unread, because a program ended while it read them: no damage. The first thousand.
    pub unread: Vec<Unread>,
}

/// An entry whose picture was taken in unread.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{space} #{id}: the picture {} was taken in unread, because the program ended while it read it. Put another \
     version in its place, and that is read.",
    key.visible()
)]
pub struct Unread {
    /// Whose entry.
    pub space: Space,
    /// Which entry.
    pub id: EntryId,
    /// Where the picture lies.
    pub key: Key,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// How much is wrong.
    pub fn found(&self) -> u64 {
        self.findings.len() as u64 + self.further_findings
    }

    pub(super) fn leave_out(&mut self, name: String, why: &'static str) {
        if self.unnamed.len() < FINDINGS_MAX {
            self.unnamed.push((name, why));
        } else {
            self.further_unnamed += 1;
        }
    }

    pub(super) fn tell_unread(&mut self, unread: Unread) {
        if self.unread.len() < FINDINGS_MAX {
            self.unread.push(unread);
        }
    }

    pub(super) fn find(&mut self, finding: Finding) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(finding);
        } else {
            self.further_findings += 1;
        }
    }
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// A live entry without its object.
    #[error(
        "{space} #{id}: its object {} is not in the bucket. Put it back, or start the server: the entry goes.",
        key.visible()
    )]
    MissingObject {
        /// Whose entry.
        space: Space,
        /// Which entry.
        id: EntryId,
        /// Where the object should be.
        key: Key,
    },
    /// An object that is not as long as its entry says.
    #[error("{space} #{id}: its object {} has {found_bytes} bytes instead of {expected_bytes}.", key.visible())]
    OtherSize {
        /// Whose entry.
        space: Space,
        /// Which entry.
        id: EntryId,
        /// Where the object lies.
        key: Key,
        /// What the entry says.
        expected_bytes: u64,
        /// What was read.
        found_bytes: u64,
    },
    /// An object with other bytes than its entry says.
    #[error("{space} #{id}: its object {} has other bytes than were saved.", key.visible())]
    OtherBytes {
        /// Whose entry.
        space: Space,
        /// Which entry.
        id: EntryId,
        /// Where the object lies.
        key: Key,
    },
    /// An entry whose look names a logo that is not in the bucket.
    #[error(
        "{space} #{id}: its look has the logo {logo}, which is not in the bucket. Upload it again; until then the code is drawn without it."
    )]
    MissingLogo {
        /// Whose entry.
        space: Space,
        /// Which entry: the first with this logo.
        id: EntryId,
        /// The logo's id.
        logo: String,
    },
    /// A picture that does not give back its text.
    #[error("{space} #{id}: the picture {} does not give back the text of the code.", key.visible())]
    OtherText {
        /// Whose entry.
        space: Space,
        /// Which entry.
        id: EntryId,
        /// Where the object lies.
        key: Key,
    },
    /// A picture whose code has another version or mask than its entry says.
    #[error(
        "{space} #{id}: the picture {} holds a code of another version or mask than the catalog says. Remove the entry, and \
         save it again.",
        key.visible()
    )]
    OtherSymbol {
        /// Whose entry.
        space: Space,
        /// Which entry.
        id: EntryId,
        /// Where the object lies.
        key: Key,
    },
    /// An object that could not be read.
    #[error("{space} #{id}: its object {} cannot be read: {why}.", key.visible())]
    UnreadableObject {
        /// Whose entry.
        space: Space,
        /// Which entry.
        id: EntryId,
        /// Where the object lies.
        key: Key,
        /// What the bucket says.
        why: String,
    },
    /// An object that no entry or tombstone knows.
    #[error("The object {} has no entry. Start the server: it takes it in.", key.visible())]
    ObjectWithoutEntry {
        /// Where the object lies.
        key: Key,
    },
    /// A part of the bucket that could not be listed.
    #[error("What is in the folder {} of the bucket cannot be read: {why}.", Visible(below))]
    UnreadableFolder {
        /// The folder, with a slash at its end.
        below: String,
        /// What the bucket says.
        why: String,
    },
    /// Two entries with one key.
    #[error("{space} #{id}: another entry has its key {} too.", key.visible())]
    KeyTwice {
        /// Whose entry.
        space: Space,
        /// The second one.
        id: EntryId,
        /// The key.
        key: Key,
    },
    /// An entry with a key that was made for another space.
    #[error("{space} #{id}: its key {} belongs to another space.", key.visible())]
    KeyOfOtherSpace {
        /// Whose entry.
        space: Space,
        /// Which entry.
        id: EntryId,
        /// The key.
        key: Key,
    },
    /// Ids that do not rise.
    #[error("{space} #{id}: it comes in the wrong place, or twice.")]
    IdsOutOfOrder {
        /// Whose entry.
        space: Space,
        /// Which entry.
        id: EntryId,
    },
    /// Counters that do not fit the entries.
    #[error(
        "{space}: the counters say id {}, seq {}, floor {}, but there are id {last_id} and seq {last_seq}.",
        counters.last_id, counters.last_seq, counters.floor
    )]
    WrongCounters {
        /// Whose counters.
        space: Space,
        /// What they say.
        counters: Counters,
        /// The highest id of an entry.
        last_id: EntryId,
        /// The highest seq of an entry.
        last_seq: Seq,
    },
    /// Content that no save and no look can have made: it was imported before that was refused, or the catalog is damaged.
    #[error(
        "{space} #{id}: what the catalog says of it cannot be: {why}. Remove the entry, and save it again."
    )]
    Impossible {
        /// Whose entry.
        space: Space,
        /// Which entry.
        id: EntryId,
        /// What is wrong.
        why: OutOfBounds,
    },
    /// Counters that a space cannot come to, or that the change log does not end with.
    #[error(
        "{space}: the counters say id {}, seq {}, floor {}, which cannot be so, or the change log does not end there. \
         Rebuild the catalog from the bucket: qrate import --from-bucket.",
        counters.last_id, counters.last_seq, counters.floor
    )]
    ImpossibleCounters {
        /// Whose counters.
        space: Space,
        /// What they say.
        counters: Counters,
    },
    /// A hole in the change log.
    #[error("{space}: the change log has no seq {seq}.")]
    LogGap {
        /// Whose log.
        space: Space,
        /// The first seq that is missing.
        seq: Seq,
    },
    /// A change that cannot follow those before it, or that says something else than its entry.
    #[error("{space}: the change {seq} contradicts entry #{id} or the change before it.")]
    LogContradicts {
        /// Whose log.
        space: Space,
        /// Which change.
        seq: Seq,
        /// Of which entry.
        id: EntryId,
    },
    /// An entry whose last change is not in the log, though the log reaches back to it.
    #[error("{space} #{id}: the change log does not have its last change, {revision}.")]
    RevisionNotInLog {
        /// Whose entry.
        space: Space,
        /// Which entry.
        id: EntryId,
        /// Its revision.
        revision: Seq,
    },
    /// The index shows something else than the catalog. A defect of the program.
    #[error(
        "{space} #{id}: the index shows it in the wrong place or not at all. This is a defect: please report it."
    )]
    IndexDiffers {
        /// Whose entry.
        space: Space,
        /// The first entry that differs.
        id: EntryId,
    },
}
