//! Building the index of a space, entry by entry: never is more than one of them in memory besides.

use domain::{Entry, EntryId, Seq, Space};

use super::ids_by_hash::IdsByHash;
use super::orders::{Orders, Sorted};
use super::store::Store;
use super::{Index, text_of, title};
use crate::catalog::{Catalog, CatalogError, Snapshot};

/// An index that is not complete.
pub(super) struct Loading {
    index: Index,
    live: Vec<(EntryId, Sorted)>,
}

/// The index of a space as the catalog has it.
pub(crate) async fn load(catalog: &dyn Catalog, space: &Space) -> Result<Index, CatalogError> {
    let mut loading = Loading::new(space);
    let seq = catalog.each_entry(space, &mut |entry| loading.take(&entry)).await?;
    Ok(loading.end(seq))
}

impl Index {
    /// That of a snapshot.
    pub(crate) fn new(space: &Space, snapshot: &Snapshot) -> Self {
        let mut loading = Loading::new(space);
        snapshot.entries.iter().for_each(|entry| loading.take(entry));
        loading.end(snapshot.seq)
    }
}

impl Loading {
    pub(super) fn new(space: &Space) -> Self {
        let names = space.is_of_device().then(IdsByHash::default);
        let mut index = Index { names, store: Store::new(space), ..Index::default() };
        for ids in [&mut index.keys, &mut index.values, &mut index.digests] {
            ids.begin_many();
        }
        Self { index, live: Vec::new() }
    }

    /// Adds the entry with the next id.
    pub(super) fn take(&mut self, entry: &Entry) {
        let text = text_of(entry);
        if text.is_some() {
            self.live.push((entry.id, Sorted::of(entry)));
        }
        let at = self.index.replace(entry);
        self.index.set_text(at, text);
    }

    /// There are no more: this is their seq.
    pub(super) fn end(self, seq: Seq) -> Index {
        let Self { mut index, live } = self;
        index.seq = seq;
        // At once: each by itself would move many others.
        index.orders = Orders::new(&live, |id| title(&index.entries, &index.texts, id));
        for ids in [&mut index.keys, &mut index.values, &mut index.digests] {
            ids.end_many();
        }
        index.entries.shrink_to_fit();
        index.live.shrink_to_fit();
        index.texts.shrink_to_fit();
        index
    }
}
