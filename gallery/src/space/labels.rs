//! The live entries of a space by their labels. Not here: the entries themselves (`index`).

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use domain::{EntryId, LabelName};

/// Ids by label; each label is there once, whatever the number of entries that have it.
#[derive(Default)]
pub(crate) struct Labels {
    ids: HashMap<LabelName, BTreeSet<EntryId>>,
    /// The labels by what they have in common with those that differ only in case.
    spellings: HashMap<String, BTreeSet<LabelName>>,
}

impl Labels {
    pub(crate) fn insert(&mut self, label: &LabelName, id: EntryId) {
        match self.ids.get_mut(label) {
            Some(ids) => {
                ids.insert(id);
            }
            None => {
                self.ids.insert(label.clone(), BTreeSet::from([id]));
                self.spellings.entry(label.folded()).or_default().insert(label.clone());
            }
        }
    }

    pub(crate) fn remove(&mut self, label: &LabelName, id: EntryId) {
        let Some(ids) = self.ids.get_mut(label) else { return };
        ids.remove(&id);
        if ids.is_empty() {
            self.ids.remove(label);
            let folded = label.folded();
            if let Some(spellings) = self.spellings.get_mut(&folded) {
                spellings.remove(label);
                if spellings.is_empty() {
                    self.spellings.remove(&folded);
                }
            }
        }
    }

    /// Ids of the entries with a label, in whatever case it is written.
    fn ids_of(&self, label: &LabelName) -> Option<Cow<'_, BTreeSet<EntryId>>> {
        let mut sets = self.spellings.get(&label.folded())?.iter().filter_map(|label| self.ids.get(label));
        let first = Cow::Borrowed(sets.next()?);
        Some(sets.fold(first, |all, more| Cow::Owned(&*all | more)))
    }

    /// Ids of the entries with all of these labels, in whatever case, ascending; `None` if no label is given. Takes as long as the rarest
    /// label has entries.
    pub(crate) fn with_all(&self, labels: &[LabelName]) -> Option<Vec<EntryId>> {
        if labels.is_empty() {
            return None;
        }
        let sets: Option<Vec<_>> = labels.iter().map(|label| self.ids_of(label)).collect();
        let sets = sets.unwrap_or_default();
        let Some(rarest) = sets.iter().min_by_key(|ids| ids.len()) else { return Some(Vec::new()) };
        Some(rarest.iter().filter(|id| sets.iter().all(|ids| ids.contains(id))).copied().collect())
    }

    /// Labels with the number of their entries: the most frequent first, then by name; at most `most`.
    pub(crate) fn most_frequent(&self, most: usize) -> Vec<(LabelName, u64)> {
        first(self.ids.iter().map(|(label, ids)| (Reverse(ids.len()), label)).collect(), most)
    }
}

/// These, each once with how often it is among them: the most frequent first, then by name; at most `most`.
pub(crate) fn most_frequent<'a>(
    labels: impl Iterator<Item = &'a LabelName>,
    most: usize,
) -> Vec<(LabelName, u64)> {
    let mut counts: HashMap<&LabelName, usize> = HashMap::new();
    for label in labels {
        *counts.entry(label).or_default() += 1;
    }
    first(counts.into_iter().map(|(label, count)| (Reverse(count), label)).collect(), most)
}

fn first(mut labels: Vec<(Reverse<usize>, &LabelName)>, most: usize) -> Vec<(LabelName, u64)> {
    if labels.len() > most {
        labels.select_nth_unstable(most);
        labels.truncate(most);
    }
    labels.sort_unstable();
    labels.into_iter().map(|(Reverse(count), label)| (label.clone(), count as u64)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> LabelName {
        text.parse().unwrap()
    }

    #[test]
    fn several_labels_mean_all_of_them() {
        let mut labels = Labels::default();
        for (label, id) in [("cat", 1), ("cat", 2), ("sofa", 2), ("sofa", 3), ("cat", 4), ("sofa", 4)] {
            labels.insert(&name(label), id);
        }
        assert_eq!(labels.with_all(&[]), None);
        assert_eq!(labels.with_all(&[name("cat")]), Some(vec![1, 2, 4]));
        assert_eq!(labels.with_all(&[name("cat"), name("sofa")]), Some(vec![2, 4]));
        assert_eq!(labels.with_all(&[name("cat"), name("dog")]), Some(vec![]));
        labels.insert(&name("Cat"), 5);
        assert_eq!(labels.with_all(&[name("CAT")]), Some(vec![1, 2, 4, 5]), "in any case");
        labels.remove(&name("Cat"), 5);
        assert_eq!(labels.with_all(&[name("CAT")]), Some(vec![1, 2, 4]));
        labels.remove(&name("cat"), 4);
        assert_eq!(labels.most_frequent(9), [(name("sofa"), 3), (name("cat"), 2)]);
        assert_eq!(labels.most_frequent(1).len(), 1);
        labels.remove(&name("cat"), 1);
        labels.remove(&name("cat"), 2);
        assert_eq!(labels.most_frequent(9), [(name("sofa"), 3)], "labels without entries are gone");
    }
}
