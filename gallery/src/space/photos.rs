//! The live photos of a space: how far each is, and which look alike. Not here: everything else about entries
//! (`index`).

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use domain::limits::SIMILAR_MAX_BITS;
use domain::{DifferenceHash, Entry, EntryId, Photo};

use crate::space::window::Jobs;

/// Bands of a hash, of 13 bits each; the last has 12.
const BANDS: u32 = SIMILAR_MAX_BITS + 1;
const BAND_BITS: u32 = u64::BITS.div_ceil(BANDS);
/// Photos that are compared for each band.
const CANDIDATES_MAX: usize = 1000;

/// The live photos of a space, by id.
#[derive(Default)]
pub(super) struct Photos {
    /// A worker is at it.
    working: BTreeSet<EntryId>,
    /// It waits.
    waiting: BTreeSet<EntryId>,
    failed: BTreeSet<EntryId>,
    /// Those of them whose owner is still to be told so.
    untold: BTreeSet<EntryId>,
    /// How many there are.
    count: usize,
    /// The hashes of those whose pixels were read.
    hashes: HashMap<EntryId, DifferenceHash>,
    /// Their ids by each band of the hash.
    bands: BTreeSet<(Band, EntryId)>,
}

impl Photos {
    pub(super) fn insert(&mut self, id: EntryId, photo: &Photo) {
        self.count += 1;
        if photo.has_failed() {
            self.failed.insert(id);
            if photo.is_unfinished() {
                self.untold.insert(id);
            }
        } else if photo.is_being_worked_on() {
            self.working.insert(id);
        } else if photo.is_unfinished() {
            self.waiting.insert(id);
        }
        if let Some(hash) = photo.hash.filter(|hash| !is_plain(*hash)) {
            self.hashes.insert(id, hash);
            self.bands.extend(bands(hash).map(|band| (band, id)));
        }
    }

    /// Removes a photo that was inserted.
    pub(super) fn remove(&mut self, id: EntryId) {
        self.count -= 1;
        for ids in [&mut self.working, &mut self.waiting, &mut self.failed, &mut self.untold] {
            ids.remove(&id);
        }
        for band in self.hashes.remove(&id).into_iter().flat_map(bands) {
            self.bands.remove(&(band, id));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Those with a step that is neither done nor failed.
    pub(super) fn unfinished(&self) -> impl Iterator<Item = EntryId> {
        self.in_progress().chain(self.untold.iter().copied())
    }

    fn in_progress(&self) -> impl Iterator<Item = EntryId> {
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
            working: self.in_progress().take(most_working).filter_map(&entry).collect(),
            working_total: (self.working.len() + self.waiting.len()) as u64,
            failed: failed.filter_map(|id| entry(*id)).collect(),
            failed_total: self.failed.len() as u64,
        }
    }

    /// The photos that look like this one, the most alike first, then the newest. Of a great many that have a band in
    /// common, only the newest are looked at.
    pub(super) fn similar(&self, id: EntryId) -> impl Iterator<Item = EntryId> {
        let mut alike = BTreeSet::new();
        if let Some(hash) = self.hashes.get(&id) {
            for band in bands(*hash) {
                let others = self.bands.range((band, 0)..=(band, EntryId::MAX)).rev().take(CANDIDATES_MAX);
                for (_, other) in others.filter(|(_, other)| *other != id) {
                    let distance = hash.distance(self.hashes[other]);
                    if distance <= SIMILAR_MAX_BITS {
                        alike.insert((distance, Reverse(*other)));
                    }
                }
            }
        }
        alike.into_iter().map(|(_, Reverse(other))| other)
    }
}

/// Whether a hash says next to nothing, as that of a picture in one colour or with one gradient: it would be similar to
/// any other of them.
fn is_plain(hash: DifferenceHash) -> bool {
    let brighter = hash.0.count_ones();
    brighter.min(u64::BITS - brighter) <= SIMILAR_MAX_BITS
}

/// The number of a band, followed by its bits.
type Band = u32;

/// A hash in one band more than the bits in which similar ones may differ: they have at least one in common.
fn bands(hash: DifferenceHash) -> impl Iterator<Item = Band> {
    (0..BANDS).map(move |band| {
        let bits = (hash.0 >> (band * BAND_BITS)) & ((1 << BAND_BITS) - 1);
        band << BAND_BITS | Band::try_from(bits).expect("13 bits")
    })
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
        let mut untold = failed.clone();
        untold.await_notice(at);
        for (id, photo) in [(1, &waiting), (2, &working), (3, &failed), (4, &failed), (5, &untold)] {
            photos.insert(id, photo);
        }
        assert_eq!(photos.unfinished().collect::<Vec<_>>(), [2, 1, 5], "somebody is to be told of the last");
        let jobs = photos.jobs(1, 1, |_| None);
        assert_eq!((jobs.working_total, jobs.failed_total), (2, 3));
        for id in [2, 3, 5] {
            photos.remove(id);
        }
        let jobs = photos.jobs(1, 1, |_| None);
        assert_eq!((jobs.working_total, jobs.failed_total), (1, 1));
    }

    #[test]
    fn similar_photos_differ_in_four_bits_at_most() {
        let mut photos = Photos::default();
        for (id, hash) in [(1, 0b0000), (2, 0b1111), (3, 0b1_1111), (4, 0b1), (5, 0b10), (6, u64::MAX)] {
            photos.insert(id, &photo(hash ^ 0xf0f0_f0f0_f0f0_f0f0));
        }
        assert_eq!(photos.similar(1).collect::<Vec<_>>(), [5, 4, 2]);
        assert_eq!(photos.similar(6).count() + photos.similar(7).count(), 0);
        photos.remove(4);
        assert_eq!(photos.similar(1).collect::<Vec<_>>(), [5, 2]);
    }

    #[test]
    fn similar_photos_are_found_wherever_they_differ() {
        let hash = 0x0123_4567_89ab_cdef;
        for bits in [[0, 1, 2, 3], [0, 20, 40, 63], [12, 13, 51, 52], [60, 61, 62, 63]] {
            let mut photos = Photos::default();
            photos.insert(1, &photo(hash));
            photos.insert(2, &photo(bits.iter().fold(hash, |hash, bit| hash ^ (1 << bit))));
            assert_eq!(photos.similar(1).collect::<Vec<_>>(), [2], "{bits:?}");
        }
    }

    #[test]
    fn plain_pictures_are_similar_to_nothing() {
        let mut photos = Photos::default();
        for (id, hash) in [(1, 0), (2, 0), (3, u64::MAX), (4, u64::MAX), (5, 0b1111)] {
            photos.insert(id, &photo(hash));
        }
        assert_eq!((1..=5).map(|id| photos.similar(id).count()).sum::<usize>(), 0);
    }

    #[test]
    fn of_many_equal_photos_the_newest_are_compared() {
        let mut photos = Photos::default();
        for id in 1..=3000 {
            photos.insert(id, &photo(0xf0f0));
        }
        assert_eq!(photos.similar(1).take(2).collect::<Vec<_>>(), [3000, 2999]);
        assert_eq!(photos.similar(1).count(), CANDIDATES_MAX);
    }
}
