//! Fills a space that was never used. That takes many requests; until the last one, the root says that the space is
//! being loaded, and to everybody else it does not exist. An interrupted load is restarted: its remains are deleted
//! first.

use std::iter;

use domain::{Entry, Space};

use super::super::dump::in_use;
use super::super::{CatalogError, Counters, SpaceDump};
use super::DynamoCatalog;
use super::attributes::string;
use super::error;
use super::layout::{BUCKET, Place, change_item, entry_item, key_item, read_entry, space_item};
use super::patience::Patience;
use super::root::{ReadRoot, Root};
use super::table::Write;
use super::transaction::{Outcome, Transaction, new_mark};
use super::writes::{Condition, put};

impl DynamoCatalog {
    pub(super) async fn load_unused(&self, space: &Space, dump: &SpaceDump) -> Result<(), CatalogError> {
        dump.check()?;
        if dump.counters == Counters::default() {
            return match self.root(space).await? {
                Some(_) => Err(in_use(space)),
                None => Ok(()),
            };
        }
        let mark = new_mark();
        self.begin_load(space, dump, &mark).await?;
        // Entries before keys: a key is found again only through its entry.
        let entries = dump.entries.iter();
        self.table.write_many(entries.clone().map(|entry| Write::Put(entry_item(space, entry)))).await?;
        let keys = entries.map(|entry| Write::Put(key_item(space, &entry.content.key, entry.id)));
        self.table.write_many(keys).await?;
        let log = dump.log.iter().map(|change| Write::Put(change_item(space, change, None)));
        self.table.write_many(log).await?;
        self.end_load(space, dump.counters, mark).await
    }

    /// Claims the space, and deletes the remains of an earlier load.
    async fn begin_load(&self, space: &Space, dump: &SpaceDump, mark: &str) -> Result<(), CatalogError> {
        let claim = Root { loading: Some(mark.to_owned()), ..loaded(dump.counters) };
        let condition = match self.table.get(Place::root(space)).await? {
            None => Condition::Absent,
            Some(item) => {
                let root = match error::read(item, Root::read)? {
                    ReadRoot::Ours(root) => root,
                    ReadRoot::Newer(schema) => return Err(error::newer(schema)),
                };
                let Some(before) = &root.loading else { return Err(in_use(space)) };
                self.clear(space, root.counters).await?;
                Condition::Is("loading", string(before))
            }
        };
        let writes = vec![put(&self.table.name, claim.item(space), Some(condition))];
        let claim = Transaction { writes, numbered: 0, mark: new_mark(), proof: None };
        match self.table.carry_out(&claim, &mut Patience::begin(self.options.write_max)).await? {
            Outcome::Done => Ok(()),
            Outcome::Refused(_) => Err(in_use(space)),
        }
    }

    /// Deletes everything that a load with these counters may have written.
    async fn clear(
        &self,
        space: &Space,
        Counters { last_id, last_seq, floor }: Counters,
    ) -> Result<(), CatalogError> {
        for bucket in 0..=last_id / BUCKET {
            let (first, last) = (bucket * BUCKET, bucket * BUCKET + BUCKET - 1);
            let items = self.table.range(Place::entry(space, first), &Place::entry(space, last).sk).await?;
            let entries: Vec<Entry> =
                items.into_iter().map(|item| error::read(item, read_entry)).collect::<Result<_, _>>()?;
            let keys = entries.iter().map(|entry| Write::Delete(Place::key(space, &entry.content.key)));
            self.table.write_many(keys).await?;
            self.table.write_many(entries.iter().map(|e| Write::Delete(Place::entry(space, e.id)))).await?;
        }
        let log = (floor + 1..=last_seq).map(|seq| Write::Delete(Place::change(space, seq)));
        self.table.write_many(log).await
    }

    /// Makes the space visible, unless another load has claimed it meanwhile.
    async fn end_load(&self, space: &Space, counters: Counters, mark: String) -> Result<(), CatalogError> {
        let is_mine = Condition::Is("loading", string(&mark));
        let root = put(&self.table.name, loaded(counters).item(space), Some(is_mine));
        let listed = put(&self.table.name, space_item(space, &mark), None);
        let proof = Some(Place::space(space));
        let writes = iter::once(root).chain([listed]).collect();
        let end = Transaction { writes, numbered: 0, mark, proof };
        match self.table.carry_out(&end, &mut Patience::begin(self.options.write_max)).await? {
            Outcome::Done => {
                self.heads.advance(space, counters.last_seq);
                Ok(())
            }
            Outcome::Refused(_) => Err(in_use(space)),
        }
    }
}

fn loaded(counters: Counters) -> Root {
    Root { counters, swept: counters.floor, ..Root::default() }
}
