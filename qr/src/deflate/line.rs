//! A line of 0x00 and 0xFF bytes as a bit set, so that two lines are compared 64 bytes at a time. Not here: what is
//! searched for (`matches`).

/// The widest symbol has 185 modules including its quiet zone; with the filter byte its lines have 186 bytes.
const WORDS: usize = 3;

/// Up to 192 bits; bit `i % 64` of word `i / 64` stands for byte `i`. Bits beyond the line are clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Line([u64; WORDS]);

impl Line {
    /// Ones below `length`, at most 192.
    pub(crate) fn ones(length: usize) -> Self {
        Self(core::array::from_fn(|i| match length.saturating_sub(64 * i) {
            0 => 0,
            rest @ ..64 => (1 << rest) - 1,
            64.. => u64::MAX,
        }))
    }

    /// These bits, shifted up by `offset` (below 64). Bits past the end are lost.
    pub(crate) fn of(bits: &[u64], offset: usize) -> Self {
        let word = |i: usize| bits.get(i).copied().unwrap_or(0);
        Self(core::array::from_fn(|i| {
            let below = i.checked_sub(1).map_or(0, word);
            word(i) << offset | below >> 1 >> (63 - offset)
        }))
    }

    /// Shifted up by `count`, below 64.
    pub(super) fn up(&self, count: usize) -> Self {
        Self::of(&self.0, count)
    }

    /// Shifted down by `count`, below 64.
    pub(super) fn down(&self, count: usize) -> Self {
        let Self([a, b, c]) = *self;
        let over = |word: u64| word << 1 << (63 - count);
        Self([a >> count | over(b), b >> count | over(c), c >> count])
    }

    pub(crate) fn and(&self, other: &Self) -> Self {
        Self(core::array::from_fn(|i| self.0[i] & other.0[i]))
    }

    pub(crate) fn and_not(&self, other: &Self) -> Self {
        Self(core::array::from_fn(|i| self.0[i] & !other.0[i]))
    }

    /// Where the two lines are equal.
    pub(super) fn same(&self, other: &Self) -> Self {
        Self(core::array::from_fn(|i| !(self.0[i] ^ other.0[i])))
    }

    pub(crate) fn get(&self, at: usize) -> bool {
        self.0[at / 64] >> (at % 64) & 1 != 0
    }

    /// The length of the run of ones from here.
    pub(super) fn ones_from(&self, at: usize) -> usize {
        let mut count = 0;
        let mut shift = at % 64;
        for word in &self.0[at / 64..] {
            let ones = (word >> shift).trailing_ones() as usize;
            count += ones;
            if ones + shift < 64 {
                break;
            }
            shift = 0;
        }
        count
    }

    /// The index after the last one.
    pub(super) fn length(&self) -> usize {
        let last = self.0.iter().rposition(|word| *word != 0);
        last.map_or(0, |last| 64 * (last + 1) - self.0[last].leading_zeros() as usize)
    }

    /// The indices of the ones, in ascending order.
    pub(super) fn set_bits(&self) -> impl Iterator<Item = usize> {
        self.0.into_iter().enumerate().flat_map(|(i, word)| {
            let mut left = word;
            core::iter::from_fn(move || {
                let bit = (left != 0).then(|| 64 * i + left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(line: &Line) -> Vec<usize> {
        line.set_bits().collect()
    }

    #[test]
    fn set_operations_work_across_words() {
        for length in [0, 1, 63, 64, 65, 127, 128, 186, 192] {
            let line = Line::ones(length);
            assert_eq!(places(&line), Vec::from_iter(0..length));
            assert_eq!((line.length(), line.ones_from(0)), (length, length));
            for count in [0, 1, 31, 63] {
                assert_eq!(
                    places(&line.up(count)),
                    Vec::from_iter(count..(length + count).min(192).max(count))
                );
                assert_eq!(places(&line.down(count)), Vec::from_iter(0..length.saturating_sub(count)));
            }
        }
        let hole = Line::ones(192).and_not(&Line::ones(101).and_not(&Line::ones(100)));
        assert_eq!([0, 99, 100, 101, 191].map(|at| hole.ones_from(at)), [100, 1, 0, 91, 1]);
        assert!(hole.get(99) && !hole.get(100));
        assert_eq!(places(&hole.same(&Line::default())), [100]);
    }
}
