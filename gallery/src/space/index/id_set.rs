//! A set of entries as bits. Numbers of entries follow each other, so it is small.

use domain::EntryId;

const BITS: u64 = u64::BITS as u64;

/// Entries between the least and the greatest of them.
pub(super) struct IdSet {
    least: EntryId,
    bits: Vec<u64>,
}

impl IdSet {
    /// Those of these, which rise.
    pub(super) fn of(ids: &[EntryId]) -> Self {
        let least = ids.first().copied().unwrap_or(0);
        let words = ids.last().map_or(0, |greatest| (greatest - least) / BITS + 1);
        let mut bits = vec![0; usize::try_from(words).expect("as many bits as a space has numbers")];
        for id in ids {
            let (word, bit) = place(id - least);
            bits[word] |= bit;
        }
        Self { least, bits }
    }

    pub(super) fn has(&self, id: EntryId) -> bool {
        let Some(offset) = id.checked_sub(self.least) else { return false };
        let (word, bit) = place(offset);
        self.bits.get(word).is_some_and(|word| word & bit != 0)
    }
}

fn place(offset: u64) -> (usize, u64) {
    (usize::try_from(offset / BITS).unwrap_or(usize::MAX), 1 << (offset % BITS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_what_it_was_made_of() {
        let ids = [5, 6, 68, 69, 200];
        let set = IdSet::of(&ids);
        assert_eq!((0..300).filter(|id| set.has(*id)).collect::<Vec<_>>(), ids);
        assert!(!IdSet::of(&[]).has(0) && !set.has(EntryId::MAX));
    }
}
