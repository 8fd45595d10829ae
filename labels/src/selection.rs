//! What is said of a picture, from what the networks make of it. Not here: the words (`vocabulary`).
//!
//! A word's confidence is the sum of what the classifier gives its classes. Of the words that are sure enough, the most
//! specific is said, and then no broader one ("cat", not "animal" as well). What was said of a class is not said again in
//! other words: a word must be sure enough without the classes of those before it.

use std::collections::BTreeSet;

use crate::vocabulary::{ClassSet, NearFace, Word};

/// What is said of a picture with a face. It says nothing of who it is.
pub(crate) const PERSON: &str = "person";

/// How sure a model must be by default. This and the next three were chosen with the photographs of the set `thresholds`:
/// `tools/labels.sh thresholds` shows what others would do to them.
pub const THRESHOLD: f32 = 0.5;

/// How sure the classifier must be where it is often wrong, and of what could insult a person.
const LITTLE_DOUBT: f32 = 0.8;

/// How sure the face detector must be at least: its confidence is of another kind.
pub(crate) const PERSON_CONFIDENCE: f32 = 0.65;

/// From here on, there may be a face.
const MAYBE_A_FACE: f32 = 0.3;

/// What a picture shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Label {
    /// One of the names of [`nodes`](crate::nodes).
    pub name: &'static str,
    /// From 0 to 1.
    pub confidence: f32,
}

/// What the owner wants to hear.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// How sure a model must be at least, from 0 to 1. Some words need more in any case ([`nodes`](crate::nodes)).
    pub threshold: f32,
    /// Names that are never said. A broader word may be said instead.
    pub denied: BTreeSet<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { threshold: THRESHOLD, denied: BTreeSet::new() }
    }
}

/// How sure the classifier must be of a word; never sure enough if it is above 1.
pub(crate) fn needed(word: &Word, face: f32, threshold: f32) -> f32 {
    if word.near_face == NearFace::Never && face >= PERSON_CONFIDENCE {
        f32::INFINITY
    } else if word.doubtful || word.near_face != NearFace::Said && face >= MAYBE_A_FACE {
        threshold.max(LITTLE_DOUBT)
    } else {
        threshold
    }
}

/// The labels, the surest first. `words` come with the most specific first.
pub(crate) fn labels(words: &[Word], probabilities: &[f32], face: f32, options: &Options) -> Vec<Label> {
    let allowed = |name: &str| !options.denied.contains(name);
    let mut candidates: Vec<_> = words
        .iter()
        .filter(|word| allowed(word.name))
        .map(|word| (word, word.classes.sum(probabilities, &ClassSet::EMPTY)))
        .filter(|(word, confidence)| *confidence >= needed(word, face, options.threshold))
        .collect();
    candidates.sort_by(|(word, confidence), (other, less)| {
        word.classes.len().cmp(&other.classes.len()).then(less.total_cmp(confidence))
    });
    let mut said: Vec<&Word> = Vec::new();
    let mut used = ClassSet::EMPTY;
    let mut labels = Vec::new();
    if face >= options.threshold.max(PERSON_CONFIDENCE) && allowed(PERSON) {
        labels.push(Label { name: PERSON, confidence: face });
    }
    for (word, confidence) in candidates {
        let broader = said.iter().any(|narrower| narrower.classes.is_part_of(&word.classes));
        let rest = word.classes.sum(probabilities, &used);
        if broader || rest < needed(word, face, options.threshold) {
            continue;
        }
        labels.push(Label { name: word.name, confidence: confidence.min(1.0) });
        used.insert_all(&word.classes);
        said.push(word);
    }
    labels.sort_by(|label, other| other.confidence.total_cmp(&label.confidence));
    labels
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classifier::CLASSES;
    use crate::vocabulary::words;

    const TABBY: usize = 281;
    const PERSIAN: usize = 283;
    const SORREL: usize = 339;
    const LION: usize = 291;
    const STUDIO_COUCH: usize = 831;

    fn said(classes: &[(usize, f32)], face: f32, options: &Options) -> Vec<&'static str> {
        let mut probabilities = vec![0.0; CLASSES];
        for (class, probability) in classes {
            probabilities[*class] = *probability;
        }
        labels(&words(), &probabilities, face, options).into_iter().map(|label| label.name).collect()
    }

    fn without(name: &str) -> Options {
        Options { denied: BTreeSet::from([name.to_owned()]), ..Options::default() }
    }

    #[test]
    fn classes_add_up_to_the_word_for_all_of_them() {
        assert_eq!(said(&[(TABBY, 0.3), (PERSIAN, 0.3)], 0.0, &Options::default()), ["cat"]);
    }

    #[test]
    fn several_kinds_add_up_to_what_they_have_in_common() {
        assert_eq!(said(&[(TABBY, 0.45), (SORREL, 0.45)], 0.0, &Options::default()), ["animal"]);
    }

    #[test]
    fn two_things_are_both_said() {
        let eager = Options { threshold: 0.4, ..Options::default() };
        assert_eq!(said(&[(TABBY, 0.45), (STUDIO_COUCH, 0.5)], 0.0, &eager), ["sofa", "cat"]);
    }

    #[test]
    fn a_broader_word_stands_in_for_a_denied_one() {
        assert_eq!(said(&[(TABBY, 0.9)], 0.0, &without("cat")), ["animal"]);
        assert_eq!(said(&[(TABBY, 0.9)], 0.0, &without("animal")), ["cat"]);
    }

    #[test]
    fn a_face_is_a_person_and_no_animal() {
        assert_eq!(said(&[(LION, 0.9)], 0.9, &Options::default()), ["person"]);
        assert_eq!(said(&[(LION, 0.7)], 0.35, &Options::default()), Vec::<&str>::new());
        assert_eq!(said(&[(LION, 0.9)], 0.35, &Options::default()), ["lion"]);
        assert_eq!(said(&[(TABBY, 0.7)], 0.9, &Options::default()), ["person"]);
        assert_eq!(said(&[(TABBY, 0.95)], 0.9, &Options::default()), ["cat", "person"]);
        assert_eq!(said(&[(LION, 0.9)], 0.1, &Options::default()), ["lion"]);
        assert_eq!(said(&[], 0.9, &without("person")), Vec::<&str>::new());
    }

    #[test]
    fn a_low_threshold_does_not_see_persons_everywhere() {
        let eager = Options { threshold: 0.1, ..Options::default() };
        assert_eq!(said(&[], 0.6, &eager), Vec::<&str>::new());
        let strict = Options { threshold: 0.95, ..Options::default() };
        assert_eq!(said(&[(TABBY, 0.9)], 0.9, &strict), Vec::<&str>::new());
    }

    #[test]
    fn what_is_often_wrong_is_said_only_with_little_doubt() {
        const FIG: usize = 952;
        assert_eq!(said(&[(FIG, 0.7)], 0.0, &Options::default()), ["fruit"]);
        assert_eq!(said(&[(FIG, 0.9)], 0.0, &Options::default()), ["fig"]);
    }

    /// Of each word, some one or two classes lead to it and to no narrower one.
    #[test]
    fn every_word_can_be_said() {
        for word in words() {
            let classes = word.classes.classes();
            let alone = classes.clone().map(|class| vec![(class, 0.9)]);
            let pairs = classes.clone().flat_map(|one| {
                classes
                    .clone()
                    .filter(move |other| one < *other)
                    .map(move |other| vec![(one, 0.45), (other, 0.45)])
            });
            let mut cases = alone.chain(pairs);
            let reached = cases.any(|case| said(&case, 0.0, &Options::default()).contains(&word.name));
            assert!(reached, "{} is never said", word.name);
        }
    }

    #[test]
    fn nothing_likely_is_nothing_said() {
        let classes: Vec<_> = (0..CLASSES).map(|class| (class, 0.001)).collect();
        assert_eq!(
            said(&classes, 0.0, &Options { threshold: 0.5, ..Options::default() }),
            Vec::<&str>::new()
        );
    }
}
