//! Whether bucket and catalog are intact and agree: reads everything, changes nothing. Only what can be made again is
//! repaired here (`derived`): the server reconciles foreign changes when it starts, and lost data comes from a backup.

mod derived;
mod finding;
mod known_keys;
mod log;
mod objects;

use std::collections::BTreeSet;

use domain::{EntryId, Space, Timestamp};

use self::known_keys::KnownKeys;
use crate::bucket::Bucket;
use crate::catalog::{Catalog, Snapshot};
use crate::error::GalleryError;
use crate::grant::{AllSpaces, Grant, MayRead};
use crate::reconcile::inspect::candidates;
use crate::reconcile::left_out::LeftOut;
use crate::space::index::Index;
use crate::space::window::WindowRequest;

pub use derived::{Repaired, repair};
pub use finding::{Finding, Report, Unread};
#[cfg(test)]
pub(crate) use objects::TAKEN_IN_AGE;

/// The same as `check_leaving_out`, with what is left out by default.
pub async fn check(
    grant: &Grant<impl MayRead, AllSpaces>,
    bucket: &dyn Bucket,
    catalog: &dyn Catalog,
    now: Timestamp,
) -> Result<Report, GalleryError> {
    check_leaving_out(grant, bucket, catalog, &LeftOut::default(), now).await
}

/// Reads all objects and all entries, one space at a time. Memory: the entries of the largest space, and some bytes
/// for every other entry. Nothing should be written meanwhile, because that would look like damage.
pub async fn check_leaving_out(
    _grant: &Grant<impl MayRead, AllSpaces>,
    bucket: &dyn Bucket,
    catalog: &dyn Catalog,
    left_out: &LeftOut,
    now: Timestamp,
) -> Result<Report, GalleryError> {
    let mut report = Report::default();
    let mut keys = KnownKeys::default();
    let spaces: BTreeSet<Space> = catalog.spaces().await?.into_iter().collect();
    for space in &spaces {
        let snapshot = catalog.snapshot(space).await?;
        let found_before = report.found();
        report.spaces += 1;
        report.entries += snapshot.entries.len() as u64;
        check_entries(space, &snapshot, &mut keys, &mut report);
        let live = live_ids(&snapshot);
        let counters = catalog.counters(space).await?;
        check_counters(space, &snapshot, counters, &mut report);
        let index = Index::new(space, &snapshot);
        check_index(space, &index, &live, &mut report);
        log::check(catalog, space, &index, counters, found_before, &mut report).await?;
        objects::check_objects_of(bucket, space, &index, &mut report).await;
        objects::check_logos_of(bucket, space, &index, &mut report).await;
        derived::check_derived_of(bucket, space, &index, &mut report).await?;
    }
    derived::check_derived_of_others(bucket, &spaces, &mut report).await?;
    objects::check_objects_without_entry(bucket, &keys, left_out, now, &mut report).await?;
    Ok(report)
}

fn check_entries(space: &Space, snapshot: &Snapshot, keys: &mut KnownKeys, report: &mut Report) {
    for pair in snapshot.entries.windows(2) {
        if pair[0].id >= pair[1].id {
            report.find(Finding::IdsOutOfOrder { space: space.clone(), id: pair[1].id });
        }
    }
    for entry in &snapshot.entries {
        let key = &entry.content.key;
        if !keys.insert(key) {
            report.find(Finding::KeyTwice { space: space.clone(), id: entry.id, key: key.clone() });
        }
        if let Err(why) = entry.content.check() {
            report.find(Finding::Impossible { space: space.clone(), id: entry.id, why });
        }
        if !candidates(key).contains(space) {
            report.find(Finding::KeyOfOtherSpace { space: space.clone(), id: entry.id, key: key.clone() });
        }
    }
}

fn check_counters(
    space: &Space,
    snapshot: &Snapshot,
    counters: crate::catalog::Counters,
    report: &mut Report,
) {
    let last_id = snapshot.entries.iter().map(|entry| entry.id).max().unwrap_or(0);
    let last_revision = snapshot.entries.iter().map(|entry| entry.revision).max().unwrap_or(0);
    let are_right = last_id <= counters.last_id
        && last_revision <= counters.last_seq
        && snapshot.seq == counters.last_seq
        && counters.floor <= counters.last_seq;
    if !are_right {
        report.find(Finding::WrongCounters {
            space: space.clone(),
            counters,
            last_id,
            last_seq: last_revision.max(snapshot.seq),
        });
    } else if !counters.are_possible() {
        report.find(Finding::ImpossibleCounters { space: space.clone(), counters });
    }
}

fn live_ids(snapshot: &Snapshot) -> Vec<EntryId> {
    let mut live: Vec<_> =
        snapshot.entries.iter().filter(|entry| entry.state.is_live()).map(|entry| entry.id).collect();
    live.sort_unstable();
    live
}

/// Whether the index pages through exactly the live entries, newest first, and finds each by its key.
fn check_index(space: &Space, index: &Index, live: &[EntryId], report: &mut Report) {
    let mut expected = live.iter().rev();
    let mut page = 1;
    let mut differs = None;
    loop {
        let window = index.page(WindowRequest { page, per_page: domain::limits::PAGE_MAX_ENTRIES });
        for entry in &window.entries {
            let found = index.with_key(&entry.content.key).is_some_and(|found| found.id == entry.id);
            if expected.next() != Some(&entry.id) || !found {
                differs = differs.or(Some(entry.id));
            }
        }
        if page >= window.pages {
            break;
        }
        page += 1;
    }
    if let Some(id) = differs.or(expected.next().copied()) {
        report.find(Finding::IndexDiffers { space: space.clone(), id });
    }
}
