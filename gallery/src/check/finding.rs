//! What a check can find, with a sentence for each.

use domain::{EntryId, Key, OutOfBounds, Seq, Space, Step, Visible};

use crate::catalog::Counters;

/// Findings that a report keeps; further ones are only counted.
const FINDINGS_MAX: usize = 1000;

/// What a check read and found.
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
    /// Objects that may come from saves cut off in the last minutes: no damage. The server adopts them.
    pub just_put: u64,
    /// Objects that are left out because of their names, as configured: no damage.
    pub left_out: u64,
    /// Objects that are left out because their names cannot be keys, and why: the first thousand.
    pub unnamed: Vec<(String, &'static str)>,
    /// How many more are.
    pub further_unnamed: u64,
    /// Pictures derived from photos that are gone or have changed: no damage, and deleted by `repair`.
    pub leftover: u64,
    /// Pictures that were added without being read, because a program ended while reading them: no damage. The first
    /// thousand.
    pub unread: Vec<Unread>,
}

/// An entry whose picture was added without being read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{space} #{id}: the picture {} was added without being read, because the program ended while reading it. \
     Replace it by another version to have it read.",
    key.visible()
)]
pub struct Unread {
    /// Whose entry.
    pub space: Space,
    /// Which entry.
    pub id: EntryId,
    /// The picture's key.
    pub key: Key,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// How many things are wrong.
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

    pub(super) fn report_unread(&mut self, unread: Unread) {
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

/// A problem.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// A live entry without its object.
    #[error(
        "{space} #{id}: its object {} is not in the bucket. Put it back, or start the server, which removes the entry.",
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
    /// A step of a photo that is done, whose picture is not there.
    #[error(
        "{space} #{id}: its {step} {} is not in the bucket. Run qrate check --repair, which has it made again.",
        key.visible()
    )]
    MissingDerived {
        /// Whose photo.
        space: Space,
        /// Which photo.
        id: EntryId,
        /// What is missing.
        step: Step,
        /// Where it should be.
        key: Key,
    },
    /// An object whose length differs from its entry's.
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
    /// An object whose bytes differ from its entry's.
    #[error("{space} #{id}: its object {} does not have the bytes that were saved.", key.visible())]
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
        "{space} #{id}: the logo {logo} of its look is not in the bucket. Upload it again; until then the code is drawn without it."
    )]
    MissingLogo {
        /// Whose entry.
        space: Space,
        /// Which entry: the first with this logo.
        id: EntryId,
        /// The logo's id.
        logo: String,
    },
    /// A picture from which its text cannot be read.
    #[error("{space} #{id}: the text of the code cannot be read from the picture {}.", key.visible())]
    OtherText {
        /// Whose entry.
        space: Space,
        /// Which entry.
        id: EntryId,
        /// Where the object lies.
        key: Key,
    },
    /// A picture whose code has another version or mask than its entry.
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
    /// An object without an entry or tombstone.
    #[error("The object {} has no entry. Start the server, which adds one.", key.visible())]
    ObjectWithoutEntry {
        /// Where the object lies.
        key: Key,
    },
    /// A part of the bucket that could not be listed.
    #[error("The folder {} of the bucket cannot be read: {why}.", Visible(below))]
    UnreadableFolder {
        /// The folder, with a slash at its end.
        below: String,
        /// What the bucket says.
        why: String,
    },
    /// Two entries with the same key.
    #[error("{space} #{id}: another entry has the same key {}.", key.visible())]
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
    /// Ids that are not ascending.
    #[error("{space} #{id}: it is in the wrong place, or there twice.")]
    IdsOutOfOrder {
        /// Whose entry.
        space: Space,
        /// Which entry.
        id: EntryId,
    },
    /// Counters that contradict the entries.
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
    /// Content that no save and no inspection can have produced: imported before such content was refused, or the
    /// catalog is damaged.
    #[error(
        "{space} #{id}: the catalog has impossible content for it: {why}. Remove the entry, and save it again."
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
        "{space}: the counters say id {}, seq {}, floor {}, which is impossible, or the change log does not end there. \
         Rebuild the catalog from the bucket: qrate import --from-bucket.",
        counters.last_id, counters.last_seq, counters.floor
    )]
    ImpossibleCounters {
        /// Whose counters.
        space: Space,
        /// What they say.
        counters: Counters,
    },
    /// A gap in the change log.
    #[error("{space}: the change log has no seq {seq}.")]
    LogGap {
        /// Whose log.
        space: Space,
        /// The first seq that is missing.
        seq: Seq,
    },
    /// A change that cannot follow those before it, or that contradicts its entry.
    #[error("{space}: the change {seq} contradicts entry #{id} or the change before it.")]
    LogContradicts {
        /// Whose log.
        space: Space,
        /// Which change.
        seq: Seq,
        /// Of which entry.
        id: EntryId,
    },
    /// An entry whose last change is missing from the log, although the log reaches back to it.
    #[error("{space} #{id}: the change log does not have its last change, {revision}.")]
    RevisionNotInLog {
        /// Whose entry.
        space: Space,
        /// Which entry.
        id: EntryId,
        /// Its revision.
        revision: Seq,
    },
    /// The index differs from the catalog: a bug in the program.
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
