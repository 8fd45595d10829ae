//! The words that may be said, and the classes of the classifier that each stands for: sums up the WordNet tree, without
//! what nobody would say. Not here: which of them are said of a picture (`selection`).

mod entry;
mod table;

use crate::classifier::CLASSES;

use self::entry::Entry;
pub(crate) use self::entry::NearFace;

/// A set of classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClassSet([u64; CLASSES.div_ceil(64)]);

impl ClassSet {
    pub(crate) const EMPTY: Self = Self([0; CLASSES.div_ceil(64)]);

    fn new(ranges: &[(u16, u16)]) -> Self {
        let mut set = Self::EMPTY;
        for class in ranges.iter().flat_map(|(first, last)| usize::from(*first)..=usize::from(*last)) {
            set.0[class / 64] |= 1 << (class % 64);
        }
        set
    }

    #[cfg(test)]
    pub(crate) fn classes(&self) -> impl Iterator<Item = usize> + Clone {
        (0..CLASSES).filter(|class| self.0[class / 64] >> (class % 64) & 1 == 1)
    }

    pub(crate) fn len(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// Whether all of these are among the others, which are more.
    pub(crate) fn is_part_of(&self, other: &Self) -> bool {
        self != other && self.0.iter().zip(&other.0).all(|(word, other)| word & !other == 0)
    }

    pub(crate) fn insert_all(&mut self, other: &Self) {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word |= other;
        }
    }

    /// The sum over these classes, without some.
    pub(crate) fn sum(&self, probabilities: &[f32], without: &Self) -> f32 {
        let counts = |class: usize| (self.0[class / 64] & !without.0[class / 64]) >> (class % 64) & 1 == 1;
        probabilities
            .iter()
            .enumerate()
            .filter(|(class, _)| counts(*class))
            .map(|(_, probability)| probability)
            .sum()
    }
}

/// A word with its classes.
#[derive(Debug)]
pub(crate) struct Word {
    pub(crate) name: &'static str,
    pub(crate) near_face: NearFace,
    /// Whether the classifier is often only just sure enough of it, and wrong.
    pub(crate) doubtful: bool,
    pub(crate) classes: ClassSet,
}

/// Every word that the classifier may lead to, the most specific first.
pub(crate) fn words() -> Vec<Word> {
    let word = |entry: &Entry| Word {
        name: entry.name,
        near_face: entry.near_face,
        doubtful: entry.doubtful,
        classes: ClassSet::new(entry.classes),
    };
    let mut words: Vec<_> = table::ENTRIES.iter().map(word).collect();
    words.sort_by_key(|word| word.classes.len());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_names_do_not_stand_for_the_same() {
        let words = words();
        for (index, word) in words.iter().enumerate() {
            for other in &words[index + 1..] {
                assert!(word.classes != other.classes, "{} and {}", word.name, other.name);
            }
        }
    }

    #[test]
    fn every_name_stands_for_classes_that_exist() {
        for entry in table::ENTRIES {
            assert!(!entry.classes.is_empty(), "{}", entry.name);
            for (first, last) in entry.classes {
                assert!(first <= last && usize::from(*last) < CLASSES, "{}: {first} to {last}", entry.name);
            }
        }
    }

    /// ImageNet's classes that people have been insulted with, or that say what a person wears, does or suffers from.
    #[test]
    fn what_could_insult_is_never_said() {
        let primates = 365..=384;
        // Mask, ski mask, wig, gas mask, oxygen mask, brassiere, bikini, maillot (twice), swimming trunks, diaper, military
        // uniform, abaya, academic gown, kimono, sarong, sombrero, neck brace, crutch, stretcher, syringe, stethoscope,
        // prison, rifle, assault rifle, revolver, toilet seat, toilet tissue, hair spray, lipstick, face powder, pickelhaube.
        let things = [
            643, 796, 903, 570, 691, 459, 445, 638, 639, 842, 529, 652, 399, 400, 614, 775, 808, 678, 523,
            830, 845, 823, 743, 764, 413, 763, 861, 999, 584, 629, 551, 715,
        ];
        for class in primates.chain(things) {
            let alone = ClassSet::new(&[(class, class)]);
            for word in words() {
                assert!(
                    !alone.is_part_of(&word.classes) && alone != word.classes,
                    "{} would be said for class {class}",
                    word.name
                );
            }
        }
    }
}
