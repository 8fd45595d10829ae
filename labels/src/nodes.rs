//! All that may be said, for those who want to know beforehand. Not here: the words (`vocabulary`), and when they are
//! said (`selection`).

use crate::selection::{PERSON, PERSON_CONFIDENCE, needed};
use crate::vocabulary::{Word, words};

/// A word that a model may say.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Node {
    /// As it is shown: an English word, in the singular.
    pub name: &'static str,
    /// More general ones, which are not said of the same thing; the most specific first.
    pub broader: Vec<&'static str>,
    /// How sure the model must be, unless more is asked for: from 0 to 1.
    pub confidence: f32,
}

/// All that a model may say with a threshold, by name.
pub fn nodes(threshold: f32) -> Vec<Node> {
    let words = words();
    let broader = |of: &Word| {
        let names = words.iter().filter(|word| of.classes.is_part_of(&word.classes)).map(|word| word.name);
        names.collect()
    };
    let node = |word: &Word| Node {
        name: word.name,
        broader: broader(word),
        confidence: needed(word, 0.0, threshold),
    };
    let mut nodes: Vec<_> = words.iter().map(node).collect();
    nodes.push(Node { name: PERSON, broader: Vec::new(), confidence: threshold.max(PERSON_CONFIDENCE) });
    nodes.sort_by_key(|node| node.name);
    nodes
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::selection::THRESHOLD;

    #[test]
    fn a_name_is_used_once() {
        let mut seen = HashSet::new();
        for node in nodes(THRESHOLD) {
            assert!(seen.insert(node.name), "{} is there twice", node.name);
        }
    }

    #[test]
    fn names_are_plain_words() {
        for node in nodes(THRESHOLD) {
            let plain = |letter: char| letter.is_ascii_lowercase() || " '-".contains(letter);
            assert!(node.name.chars().all(plain) && node.name.len() <= 24, "{}", node.name);
        }
    }

    #[test]
    fn a_motorcycle_is_no_container() {
        let nodes = nodes(THRESHOLD);
        let motorcycle = nodes.iter().find(|node| node.name == "motorcycle");
        assert_eq!(motorcycle.map(|node| node.broader.as_slice()), Some(["vehicle"].as_slice()));
        assert!(!nodes.iter().any(|node| ["container", "instrumentality", "covering"].contains(&node.name)));
    }

    #[test]
    fn the_broader_of_a_broader_is_broader() {
        let nodes = nodes(THRESHOLD);
        for node in &nodes {
            for broader in nodes.iter().filter(|other| node.broader.contains(&other.name)) {
                assert!(!broader.broader.contains(&node.name), "{} and {}", node.name, broader.name);
                for more in &broader.broader {
                    assert!(node.broader.contains(more), "{} is {}, but not {more}", node.name, broader.name);
                }
            }
        }
    }
}
