//! Whether the change log is gapless from its floor on, and tells the story that the entries end.

use std::collections::{HashMap, HashSet};

use domain::{Change, ChangeKind, EntryId, Seq, Space};

use super::finding::{Finding, Report};
use crate::catalog::{Catalog, Counters, Since};
use crate::error::GalleryError;
use crate::index::Index;

/// Changes read at once.
const BATCH: usize = 1000;

/// What the log has told so far.
#[derive(Default)]
struct Story {
    /// Whether each entry met so far was live at the end.
    live: HashMap<EntryId, bool>,
    /// Entries whose last change has been met.
    ended: HashSet<EntryId>,
}

pub(super) async fn check(
    catalog: &dyn Catalog,
    space: &Space,
    index: &Index,
    counters: Counters,
    report: &mut Report,
) -> Result<(), GalleryError> {
    let mut story = Story::default();
    let mut at = counters.floor;
    while at < counters.last_seq {
        let changes = match catalog.since(space, at, BATCH).await? {
            Since::Changes(changes) => changes,
            Since::Truncated => Vec::new(),
        };
        if changes.is_empty() {
            report.find(Finding::LogGap { space: space.clone(), seq: at + 1 });
            break;
        }
        for change in changes {
            if change.seq != at + 1 {
                report.find(Finding::LogGap { space: space.clone(), seq: at + 1 });
            }
            at = change.seq.max(at + 1);
            if !story.goes_on_with(&change, index) {
                let id = change.entry.id;
                report.find(Finding::LogContradicts { space: space.clone(), seq: change.seq, id });
            }
        }
    }
    for (id, revision) in index.revisions() {
        if revision > counters.floor && revision <= at && !story.ended.contains(&id) {
            report.find(Finding::RevisionNotInLog { space: space.clone(), id, revision });
        }
    }
    // What the log leaves live must be there; only tombstones are purged.
    for (id, _) in story.live.iter().filter(|(id, live)| **live && index.get(**id).is_none()) {
        report.find(Finding::LogContradicts { space: space.clone(), seq: at, id: *id });
    }
    Ok(())
}

impl Story {
    /// Whether a change can come next, and says what its entry says if it is the entry's last.
    fn goes_on_with(&mut self, change: &Change, index: &Index) -> bool {
        let Change { seq, kind, entry } = change;
        let is_live = entry.state.is_live();
        let was_live = self.live.insert(entry.id, is_live);
        let follows = match kind {
            ChangeKind::Added => was_live.is_none() && is_live,
            ChangeKind::Updated => was_live != Some(false) && is_live,
            ChangeKind::Removed => was_live != Some(false) && !is_live,
            ChangeKind::Restored => was_live != Some(true) && is_live,
        };
        let agrees = index.get(entry.id).is_none_or(|now| self.agrees(*seq, change, now));
        follows && agrees && entry.revision == *seq
    }

    fn agrees(&mut self, seq: Seq, change: &Change, now: &domain::Entry) -> bool {
        if seq == now.revision {
            self.ended.insert(now.id);
        }
        seq < now.revision || (seq == now.revision && change.entry == *now)
    }
}
