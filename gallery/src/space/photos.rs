//! The live photos of a space: how far each is, and which look alike. Not here: everything else about entries (`index`).

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use domain::limits::SIMILAR_MAX_BITS;
use domain::{DifferenceHash, Entry, EntryId, Photo};

use crate::space::window::Jobs;

/// The live photos of a space, by id.
#[derive(Default)]
pub(super) struct Photos {
    /// A worker is at it.
    working: BTreeSet<EntryId>,
    /// It waits.
    waiting: BTreeSet<EntryId>,
    failed: BTreeSet<EntryId>,
    /// The hashes of those whose pixels were read. Looking through all of them takes some milliseconds for a million.
    hashes: HashMap<EntryId, DifferenceHash>,
}

impl Photos {
    pub(super) fn insert(&mut self, id: EntryId, photo: &Photo) {
        if photo.is_being_worked_on() {
            self.working.insert(id);
        } else if photo.is_unfinished() {
            self.waiting.insert(id);
        }
        if photo.failed().is_some() {
            self.failed.insert(id);
        }
        if let Some(hash) = photo.hash {
            self.hashes.insert(id, hash);
        }
    }

    pub(super) fn remove(&mut self, id: EntryId) {
        for ids in [&mut self.working, &mut self.waiting, &mut self.failed] {
            ids.remove(&id);
        }
        self.hashes.remove(&id);
    }

    pub(super) fn unfinished(&self) -> impl Iterator<Item = EntryId> {
        self.working.iter().chain(&self.waiting).copied()
    }

    pub(super) fn jobs(
        &self,
        most_working: usize,
        most_failed: usize,
        entry: impl Fn(EntryId) -> Option<Arc<Entry>>,
    ) -> Jobs {
        let failed = self.failed.iter().rev().take(most_failed);
        Jobs {
            working: self.unfinished().take(most_working).filter_map(&entry).collect(),
            working_total: (self.working.len() + self.waiting.len()) as u64,
            failed: failed.filter_map(|id| entry(*id)).collect(),
            failed_total: self.failed.len() as u64,
        }
    }

    /// The photos that look like this one, the most alike first, then the newest.
    pub(super) fn similar(&self, id: EntryId) -> impl Iterator<Item = EntryId> {
        let mut alike = Vec::new();
        if let Some(hash) = self.hashes.get(&id) {
            let others = self.hashes.iter().filter(|(other, _)| **other != id);
            let distances = others.map(|(other, of_other)| (hash.distance(*of_other), *other));
            alike.extend(distances.filter(|(distance, _)| *distance <= SIMILAR_MAX_BITS));
        }
        alike.sort_unstable_by_key(|(distance, other)| (*distance, std::cmp::Reverse(*other)));
        alike.into_iter().map(|(_, other)| other)
    }
}

#[cfg(test)]
mod tests {
    use domain::{Media, Recipe, StageError, Timestamp};

    use super::*;

    fn photo(hash: u64) -> Photo {
        let photo = Photo::new(Media::Jpeg, Recipe::Flip, Timestamp::from_unix_ms(0));
        Photo { hash: Some(DifferenceHash(hash)), ..photo }
    }

    #[test]
    fn photos_are_listed_by_how_far_they_are() {
        let at = Timestamp::from_unix_ms(0);
        let mut photos = Photos::default();
        let (waiting, mut working, mut failed) = (photo(0), photo(0), photo(0));
        working.begin(at);
        failed.fail(StageError::Corrupt, at);
        for (id, photo) in [(1, &waiting), (2, &working), (3, &failed), (4, &failed)] {
            photos.insert(id, photo);
        }
        assert_eq!(photos.unfinished().collect::<Vec<_>>(), [2, 1]);
        let jobs = photos.jobs(1, 1, |_| None);
        assert_eq!((jobs.working_total, jobs.failed_total), (2, 2));
        photos.remove(2);
        photos.remove(3);
        let jobs = photos.jobs(1, 1, |_| None);
        assert_eq!((jobs.working_total, jobs.failed_total), (1, 1));
    }

    #[test]
    fn similar_photos_differ_in_four_bits_at_most() {
        let mut photos = Photos::default();
        for (id, hash) in [(1, 0b0000), (2, 0b1111), (3, 0b1_1111), (4, 0b1), (5, 0b10), (6, u64::MAX)] {
            photos.insert(id, &photo(hash));
        }
        assert_eq!(photos.similar(1).collect::<Vec<_>>(), [5, 4, 2]);
        assert_eq!(photos.similar(6).count() + photos.similar(7).count(), 0);
    }
}
