//! Forgets what is no longer needed. It becomes invisible at once; its items are deleted after that, by us or by
//! DynamoDB.

use domain::{EntryId, Seq, Space, Timestamp};

use super::super::CatalogError;
use super::DynamoCatalog;
use super::attributes::number;
use super::error;
use super::layout::{BUCKET, Place, read_entry};
use super::patience::Patience;
use super::table::{Update, Write};
use super::transaction::{Outcome, Transaction, new_mark};
use super::writes::{Condition, delete};

/// Tombstones purged in one transaction: two items each.
const PURGED_TOGETHER: usize = 50;

impl DynamoCatalog {
    /// The floor first: from then on nobody sees what lies below. Deleting costs as much as marking for expiry would,
    /// so the log is deleted here.
    pub(super) async fn raise_floor(&self, space: &Space, floor: Seq) -> Result<(), CatalogError> {
        let Some(root) = self.root(space).await? else { return Ok(()) };
        let floor = floor.min(root.counters.last_seq);
        if floor > root.counters.floor {
            // Not met when somebody else has raised it further, which is fine.
            self.raise(space, "floor", floor).await?;
        }
        let floor = floor.max(root.counters.floor);
        if let Err(error) = self.sweep(space, root.swept, floor).await {
            // It is forgotten all the same; the next call continues.
            tracing::warn!(%space, error = &error as &dyn std::error::Error,
                "forgotten changes could not be deleted; trying again later");
        }
        Ok(())
    }

    /// Deletes the log above `swept` up to `floor`, bucket by bucket, and records its progress.
    async fn sweep(&self, space: &Space, mut swept: Seq, floor: Seq) -> Result<(), CatalogError> {
        while swept < floor {
            let to = floor.min(swept / BUCKET * BUCKET + BUCKET);
            let places = (swept + 1..=to).map(|seq| Write::Delete(Place::change(space, seq)));
            self.table.write_many(places).await?;
            self.raise(space, "swept", to).await?;
            swept = to;
        }
        Ok(())
    }

    /// Raises a number of the root, if it is lower.
    async fn raise(&self, space: &Space, name: &str, to: u64) -> Result<bool, CatalogError> {
        let update = Update { place: Place::root(space), attribute: name, value: number(to) };
        self.table.update(update, "#attribute < :value", None).await
    }

    /// One step in the root. The items stay until DynamoDB deletes them: nothing lists requests by time.
    pub(super) async fn forget_before(&self, space: &Space, before: Timestamp) -> Result<(), CatalogError> {
        let mut patience = Patience::begin(self.options.write_max);
        loop {
            let Some(root) = self.root(space).await? else { return Ok(()) };
            let mut next = root.clone();
            next.forget(before);
            if next.forgotten == root.forgotten {
                return Ok(());
            }
            let update = Update {
                place: Place::root(space),
                attribute: "forgotten",
                value: next.forgotten_attribute(),
            };
            if self.table.update(update, "#attribute = :was", Some(root.forgotten_attribute())).await? {
                return Ok(());
            }
            if !patience.after_conflict().await {
                return Err(CatalogError::Unavailable("other instances keep changing the root".into()));
            }
        }
    }

    /// Entry and key together, on the condition that the tombstone is unchanged: a concurrent restore wins or loses
    /// as a whole.
    pub(super) async fn purge_tombstones(&self, space: &Space, ids: &[EntryId]) -> Result<(), CatalogError> {
        for ids in ids.chunks(PURGED_TOGETHER) {
            let mut patience = Patience::begin(self.options.write_max);
            while let Some(purge) = self.purge(space, ids).await? {
                match self.table.carry_out(&purge, &mut patience).await? {
                    Outcome::Done => break,
                    Outcome::Refused(_) if patience.after_conflict().await => {}
                    Outcome::Refused(_) => {
                        return Err(CatalogError::Unavailable("the tombstones keep changing".into()));
                    }
                }
            }
        }
        Ok(())
    }

    /// The transaction that purges those that are tombstones now; `None` when none is.
    async fn purge(&self, space: &Space, ids: &[EntryId]) -> Result<Option<Transaction>, CatalogError> {
        let places = ids.iter().map(|id| Place::entry(space, *id)).collect();
        let mut writes = Vec::new();
        for item in self.table.get_many(places).await?.into_values() {
            let entry = error::read(item, read_entry)?;
            if !entry.state.is_live() {
                let (revision, id) = (number(entry.revision), number(entry.id));
                let tombstone = Place::entry(space, entry.id);
                writes.push(delete(&self.table.name, tombstone, Condition::Is("revision", revision)));
                let key = Place::key(space, &entry.content.key);
                writes.push(delete(&self.table.name, key, Condition::Is("ID", id)));
            }
        }
        Ok((!writes.is_empty()).then(|| Transaction { writes, numbered: 0, mark: new_mark(), proof: None }))
    }
}
