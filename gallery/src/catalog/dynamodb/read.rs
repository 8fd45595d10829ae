//! Reads. Every read is strongly consistent: it sees each write that was acknowledged before it began, on any
//! instance.

use std::collections::{BTreeMap, HashMap};

use domain::{Change, Entry, EntryId, RequestId, Seq, Space};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::super::{CatalogError, Since, Take};
use super::DynamoCatalog;
use super::attributes::Item;
use super::error;
use super::layout::{BUCKET, Place, SK, read_change, read_entry};
use super::root::{ReadRoot, Root};

/// Buckets of entries read concurrently for a snapshot.
const BUCKETS_AT_ONCE: usize = 8;
/// How often a snapshot restarts because the log was truncated while it was read.
const SNAPSHOT_ATTEMPTS: usize = 5;

impl DynamoCatalog {
    /// The root of a space; `None` if it was never used.
    pub(super) async fn root(&self, space: &Space) -> Result<Option<Root>, CatalogError> {
        let item = self.table.get(Place::root(space)).await?;
        let root = item.map(|item| self.used_root(space, item)).transpose()?.flatten();
        if let Some(root) = &root {
            self.heads.advance(space, root.counters.last_seq);
        }
        Ok(root)
    }

    /// The root in an item; `None` while the space is being loaded.
    pub(super) fn used_root(&self, space: &Space, item: Item) -> Result<Option<Root>, CatalogError> {
        match Root::read(item).map_err(|why| error::unreadable(Some(&Place::root(space)), &why))? {
            ReadRoot::Ours(root) => Ok(root.loading.is_none().then_some(root)),
            ReadRoot::Newer(schema) => Err(error::newer(schema)),
        }
    }

    /// The spaces with an item in this partition, sorted.
    pub(super) async fn spaces_in(&self, partition: &str) -> Result<Vec<Space>, CatalogError> {
        let all = Place { pk: partition.to_owned(), sk: "-".to_owned() };
        let items = self.table.range(all, "~").await?;
        let names = items.into_iter().filter_map(|mut item| item.remove(SK));
        let spaces = names.map(|name| name.as_s().ok().and_then(|name| name.parse().ok()));
        let spaces: Option<Vec<Space>> = spaces.collect();
        spaces.ok_or_else(|| CatalogError::Corrupt("a space in the table has an impossible name".to_owned()))
    }

    pub(super) async fn read_request(
        &self,
        space: &Space,
        request: &RequestId,
    ) -> Result<Option<Change>, CatalogError> {
        let Some(item) = self.table.get(Place::request(space, request)).await? else { return Ok(None) };
        let change = error::read(item, read_change)?;
        let root = self.root(space).await?.unwrap_or_default();
        let is_forgotten = root.has_forgotten(change.entry.content.created_at, change.seq);
        Ok((!is_forgotten).then_some(change))
    }

    pub(super) async fn read_since(
        &self,
        space: &Space,
        after: Seq,
        limit: usize,
    ) -> Result<Since, CatalogError> {
        let counters = self.root(space).await?.unwrap_or_default().counters;
        if after < counters.floor {
            return Ok(Since::Truncated);
        }
        let last = counters.last_seq.min(after.saturating_add(limit as u64));
        if after >= last {
            return Ok(Since::Changes(Vec::new()));
        }
        let changes = self.log(space, after, last).await?;
        Ok(if changes.is_empty() { Since::Truncated } else { Since::Changes(changes) })
    }

    /// The changes above `after` up to `last`, up to the first gap.
    async fn log(&self, space: &Space, after: Seq, last: Seq) -> Result<Vec<Change>, CatalogError> {
        let mut changes = Vec::new();
        let mut next = after + 1;
        while next <= last {
            let bucket_last = last.min(next / BUCKET * BUCKET + BUCKET - 1);
            let to = Place::change(space, bucket_last).sk;
            for item in self.table.range(Place::change(space, next), &to).await? {
                let change = error::read(item, read_change)?;
                if change.seq != next {
                    return Ok(changes);
                }
                changes.push(change);
                next += 1;
            }
            if next <= bucket_last {
                return Ok(changes);
            }
            tokio::task::consume_budget().await;
        }
        Ok(changes)
    }

    /// Entries arrive in many pages, each read at its own moment; the log since the first moment brings all of them
    /// up to date.
    pub(super) async fn read_entries(&self, space: &Space, take: Take<'_>) -> Result<Seq, CatalogError> {
        for _ in 0..SNAPSHOT_ATTEMPTS {
            let Some(before) = self.root(space).await? else { return Ok(0) };
            let mut entries = self.entries(space, before.counters.last_id).await?;
            let Some(after) = self.root(space).await? else { return Ok(0) };
            let (from, seq) = (before.counters.last_seq, after.counters.last_seq);
            let changes = self.log(space, from, seq).await?;
            if changes.len() as u64 != seq.saturating_sub(from) {
                continue;
            }
            bring_up(&mut entries, changes);
            entries.into_values().for_each(take);
            return Ok(seq);
        }
        Err(CatalogError::Unavailable("the log kept being truncated while the space was read".into()))
    }

    async fn entries(
        &self,
        space: &Space,
        last_id: EntryId,
    ) -> Result<BTreeMap<EntryId, Entry>, CatalogError> {
        let buckets = stream::iter(0..=last_id / BUCKET).map(|bucket| async move {
            let (first, last) = (bucket * BUCKET, bucket * BUCKET + BUCKET - 1);
            let items = self.table.range(Place::entry(space, first), &Place::entry(space, last).sk).await?;
            // A million of them must not block a runtime thread.
            tokio::task::consume_budget().await;
            items.into_iter().map(|item| error::read(item, read_entry)).collect::<Result<Vec<_>, _>>()
        });
        let mut buckets = buckets.buffer_unordered(BUCKETS_AT_ONCE);
        let mut entries = BTreeMap::new();
        while let Some(read) = buckets.try_next().await? {
            entries.extend(read.into_iter().map(|entry| (entry.id, entry)));
        }
        Ok(entries)
    }
}

/// Applies later changes to entries that may already include some of them. A tombstone purged meanwhile may still be
/// among them, but not next to the entry that has its key now.
fn bring_up(entries: &mut BTreeMap<EntryId, Entry>, changes: Vec<Change>) {
    if changes.is_empty() {
        return;
    }
    for change in changes {
        let known = entries.get(&change.entry.id).map_or(0, |entry| entry.revision);
        if known < change.seq {
            entries.insert(change.entry.id, change.entry);
        }
    }
    let newest: HashMap<_, _> = entries.values().map(|e| (e.content.key.clone(), e.id)).collect();
    entries.retain(|id, entry| newest[&entry.content.key] == *id);
}
