//! Whether the change log is gapless from its floor on, and gives the entries as its result.

use domain::Space;

use super::finding::{Finding, Report};
use crate::catalog::log_verifier::LogVerifier;
use crate::catalog::{Catalog, Counters, Since};
use crate::error::GalleryError;
use crate::space::index::Index;

/// Changes read at once.
const BATCH: usize = 1000;

/// `found_before`: the number of findings before this space.
pub(super) async fn check(
    catalog: &dyn Catalog,
    space: &Space,
    index: &Index,
    counters: Counters,
    found_before: u64,
    report: &mut Report,
) -> Result<(), GalleryError> {
    let mut verifier = LogVerifier::new(|id| index.get(id));
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
            if let Err(why) = change.entry.content.check()
                && index.get(change.entry.id).is_none_or(|entry| entry.revision != change.seq)
            {
                report.find(Finding::Impossible { space: space.clone(), id: change.entry.id, why });
            }
            if !verifier.accepts(&change) {
                let id = change.entry.id;
                report.find(Finding::LogContradicts { space: space.clone(), seq: change.seq, id });
            }
        }
    }
    for (id, revision) in index.revisions() {
        if revision > counters.floor && revision <= at && !verifier.is_at_its_last_change(id) {
            report.find(Finding::RevisionNotInLog { space: space.clone(), id, revision });
        }
    }
    for id in verifier.missing_live_entries() {
        report.find(Finding::LogContradicts { space: space.clone(), seq: at, id });
    }
    // A broken log proves nothing about the counters.
    if report.found() == found_before && counters.are_possible() && !verifier.matches_counters(counters) {
        report.find(Finding::ImpossibleCounters { space: space.clone(), counters });
    }
    Ok(())
}
