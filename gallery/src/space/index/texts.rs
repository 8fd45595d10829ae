//! What is searched for: the folded texts of the live entries in one piece of memory, which `memchr` scans. Not here:
//! what the text of an entry is (`search_text`).

use core::num::NonZeroUsize;

use domain::EntryId;
use memchr::memchr;
use memchr::memmem::Finder;

use crate::space::search_text::SearchWords;

/// Bytes that never are part of a text, in the place of one that is gone.
const GONE: u8 = 0xFF;
/// Texts that are gone may take this much before the rest is moved together.
const GONE_MIN_BYTES: usize = 64 * 1024;

/// Where a text begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TextAt(NonZeroUsize);

impl TextAt {
    /// One more than where it is, so that none at all takes no room of its own.
    fn new(begin: usize) -> Self {
        Self(NonZeroUsize::MIN.saturating_add(begin))
    }

    fn begin(self) -> usize {
        self.0.get() - 1
    }
}

/// The texts of entries, one behind the other in the order in which they came.
#[derive(Default)]
pub(super) struct Texts {
    bytes: Vec<u8>,
    /// Where each begins and whose it is, also of those that are gone.
    begins: Vec<(TextAt, EntryId)>,
    gone_bytes: usize,
}

impl Texts {
    /// Adds the text of an entry. It is not empty, and ends with a line feed.
    pub(super) fn push(&mut self, id: EntryId, text: &str) -> TextAt {
        let at = TextAt::new(self.bytes.len());
        self.bytes.extend_from_slice(text.as_bytes());
        self.begins.push((at, id));
        at
    }

    /// Removes a text.
    pub(super) fn remove(&mut self, at: TextAt) {
        let end = self.end(self.place(at));
        self.bytes[at.begin()..end].fill(GONE);
        self.gone_bytes += end - at.begin();
    }

    /// Whether this is the text there.
    pub(super) fn is(&self, at: TextAt, text: &str) -> bool {
        self.bytes[at.begin()..].starts_with(text.as_bytes())
            && self.end(self.place(at)) == at.begin() + text.len()
    }

    /// The first line of a text.
    pub(super) fn first_line(&self, at: TextAt) -> &[u8] {
        let text = &self.bytes[at.begin()..];
        &text[..memchr(b'\n', text).unwrap_or(text.len())]
    }

    /// The entries whose text has all of these words, in ascending order. Scans all texts.
    pub(super) fn find(&self, words: &SearchWords) -> Vec<EntryId> {
        let Some((longest, others)) = words.longest_first().split_first() else { return Vec::new() };
        let longest = Finder::new(longest);
        let others: Vec<_> = others.iter().map(Finder::new).collect();
        let (mut found, mut at, mut place) = (Vec::new(), 0, 0);
        while let Some(distance) = longest.find(&self.bytes[at..]) {
            place = self.place_after(place, TextAt::new(at + distance));
            let (text_at, id) = self.begins[place];
            at = self.end(place);
            let text = &self.bytes[text_at.begin()..at];
            if others.iter().all(|word| word.find(text).is_some()) {
                found.push(id);
            }
        }
        found.sort_unstable();
        found
    }

    /// How much memory the texts take.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Gives back memory that was reserved for more.
    pub(super) fn shrink_to_fit(&mut self) {
        self.bytes.shrink_to_fit();
        self.begins.shrink_to_fit();
    }

    /// Whether it is worth moving the texts together.
    pub(super) fn is_sparse(&self) -> bool {
        self.gone_bytes > GONE_MIN_BYTES.max(self.bytes.len() / 2)
    }

    /// Moves the texts together; `moved` is told where each is now.
    pub(super) fn compact(&mut self, mut moved: impl FnMut(EntryId, TextAt)) {
        let mut dense = Self::default();
        dense.bytes.reserve_exact(self.bytes.len() - self.gone_bytes);
        for (place, (at, id)) in self.begins.iter().enumerate() {
            let text = &self.bytes[at.begin()..self.end(place)];
            if text.first() != Some(&GONE) {
                let at = TextAt::new(dense.bytes.len());
                dense.bytes.extend_from_slice(text);
                dense.begins.push((at, *id));
                moved(*id, at);
            }
        }
        *self = dense;
    }

    /// The place of the text that begins there.
    fn place(&self, at: TextAt) -> usize {
        self.begins.partition_point(|(begin, _)| *begin <= at) - 1
    }

    /// The place of the text with this position, from a place that is not behind it: in steps that double, because the
    /// next hit is often near.
    fn place_after(&self, from: usize, at: TextAt) -> usize {
        let mut step = 1;
        while self.begins.get(from + step).is_some_and(|(begin, _)| *begin <= at) {
            step *= 2;
        }
        let most = self.begins.len().min(from + step);
        from + self.begins[from..most].partition_point(|(begin, _)| *begin <= at) - 1
    }

    /// Where the text at a place ends.
    fn end(&self, place: usize) -> usize {
        self.begins.get(place + 1).map_or(self.bytes.len(), |(next, _)| next.begin())
    }
}
