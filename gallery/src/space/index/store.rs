//! Where the index keeps entries: codes, of which there are most, as bytes in a few pieces of memory; all others as they are.
//! Not here: finding them (`index`).

use std::sync::Arc;

use domain::payload::title_of;
use domain::{
    Appearance, Body, Content, Entry, EntryId, Key, Label, LabelSource, Score, Seq, Sha256, Space, State,
    StyleText, SymbolFacts, Timestamp,
};
use serde::{Deserialize, Serialize};
use ulid::Ulid;

/// Bytes that nobody refers to may take this much before the rest is moved together.
const GONE_MIN_BYTES: usize = 1024 * 1024;
/// Size of a piece of memory. One that grew would leave behind, again and again, room that nothing else fits into.
const PIECE_BYTES: usize = 256 * 1024;
/// Before each record stands its length.
const LENGTH_BYTES: usize = 2;
/// The extension of the pictures of codes.
const SUFFIX: &str = ".png";
/// Length of an ULID in letters.
const ULID_CHARS: usize = 26;

/// An entry in a store.
#[derive(Debug, Clone)]
pub(super) enum Stored {
    /// Where it begins.
    Packed(usize),
    Whole(Arc<Entry>),
}

/// Entries of one space.
#[derive(Default)]
pub(super) struct Store {
    space: Option<Space>,
    /// Each of `PIECE_BYTES`, and full up to the next record.
    pieces: Vec<Vec<u8>>,
    gone_bytes: usize,
}

/// A code as it is packed. `Content` itself is written for people and other programs.
#[derive(Serialize, Deserialize)]
struct Code<'a> {
    revision: Seq,
    state: PackedState,
    #[serde(borrow)]
    key: PackedKey<'a>,
    name: &'a str,
    value: &'a str,
    level: &'a str,
    look: &'a str,
    score: Option<(u8, Vec<&'a str>)>,
    symbol: Option<(u8, u8)>,
    size_bytes: u64,
    sha256: Option<[u8; 32]>,
    etag: &'a str,
    created_at_ms: u64,
    labels: Vec<&'a str>,
}

#[derive(Serialize, Deserialize)]
enum PackedState {
    Live,
    Removed(u64),
    Gone(u64),
}

#[derive(Serialize, Deserialize)]
enum PackedKey<'a> {
    /// Our own, as it follows from name or value.
    Own([u8; 16]),
    Other(&'a str),
}

impl Store {
    pub(super) fn new(space: &Space) -> Self {
        Self { space: Some(space.clone()), ..Self::default() }
    }

    /// Stores an entry.
    pub(super) fn push(&mut self, entry: &Entry) -> Stored {
        match self.packed(entry) {
            Some(record) => Stored::Packed(self.append(&record)),
            None => Stored::Whole(Arc::new(entry.clone())),
        }
    }

    /// Where the record is now.
    fn append(&mut self, record: &[u8]) -> usize {
        let length = u16::try_from(record.len()).expect("`packed` makes none that is longer").to_le_bytes();
        let is_room = |piece: &Vec<u8>| piece.len() + LENGTH_BYTES + record.len() <= PIECE_BYTES;
        if !self.pieces.last().is_some_and(is_room) {
            self.pieces.push(Vec::with_capacity(PIECE_BYTES));
        }
        let before = (self.pieces.len() - 1) * PIECE_BYTES;
        let piece = self.pieces.last_mut().expect("there is one");
        let at = before + piece.len();
        piece.extend_from_slice(&length);
        piece.extend_from_slice(record);
        at
    }

    /// An entry that was stored.
    pub(super) fn get(&self, id: EntryId, stored: &Stored) -> Arc<Entry> {
        match stored {
            Stored::Whole(entry) => Arc::clone(entry),
            Stored::Packed(at) => Arc::new(self.unpack(id, *at).expect("`packed` has made sure of it")),
        }
    }

    /// The revision of an entry that was stored.
    pub(super) fn revision(&self, stored: &Stored) -> Seq {
        match stored {
            Stored::Whole(entry) => entry.revision,
            Stored::Packed(at) => {
                let (revision, _) = postcard::take_from_bytes(self.record(*at)).expect("it comes first");
                revision
            }
        }
    }

    /// Forgets an entry.
    pub(super) fn remove(&mut self, stored: &Stored) {
        if let Stored::Packed(at) = stored {
            self.gone_bytes += LENGTH_BYTES + self.record(*at).len();
        }
    }

    /// Whether it is worth moving the entries together.
    pub(super) fn is_sparse(&self) -> bool {
        self.gone_bytes > GONE_MIN_BYTES.max(self.pieces.len() * PIECE_BYTES / 2)
    }

    /// Moves these together, which are all that were not removed.
    pub(super) fn compact<'a>(&mut self, all: impl Iterator<Item = &'a mut Stored>) {
        let mut dense = Self { space: self.space.clone(), ..Self::default() };
        for stored in all {
            if let Stored::Packed(at) = stored {
                *at = dense.append(self.record(*at));
            }
        }
        *self = dense;
    }

    fn record(&self, at: usize) -> &[u8] {
        let bytes = &self.pieces[at / PIECE_BYTES][at % PIECE_BYTES..];
        let (length, rest) = bytes.split_at(LENGTH_BYTES);
        &rest[..usize::from(u16::from_le_bytes([length[0], length[1]]))]
    }

    /// The record of a code; `None` for anything else, and for what would not come back as it was.
    fn packed(&self, entry: &Entry) -> Option<Vec<u8>> {
        let Content { key, name, body, size_bytes, sha256, etag, created_at, labels } = &entry.content;
        let Body::Code { value, style, symbol } = body else { return None };
        let is_plain = |label: &Label| {
            let Label { name, source, confidence, model } = label;
            let is_of_person = *source == LabelSource::Person && confidence.is_none() && model.is_none();
            is_of_person && name.as_str().parse().as_ref() == Ok(name)
        };
        if !labels.iter().all(is_plain) || name.as_str().parse().as_ref() != Ok(name) {
            return None;
        }
        let title = if name.is_empty() { title_of(value) } else { name.to_string() };
        let score = style.score.as_deref();
        let code = Code {
            revision: entry.revision,
            state: match entry.state {
                State::Live => PackedState::Live,
                State::Removed { at } => PackedState::Removed(at.unix_ms()),
                State::Gone { at } => PackedState::Gone(at.unix_ms()),
            },
            key: match self.own_ulid(key, &title) {
                Some(ulid) => PackedKey::Own(ulid.to_bytes()),
                None if key.as_str().parse().as_ref() == Ok(key) => PackedKey::Other(key.as_str()),
                None => return None,
            },
            name: name.as_str(),
            value,
            level: style.level.as_str(),
            look: style.look.as_str(),
            score: score.map(|score| (score.points, score.reasons.iter().map(String::as_str).collect())),
            symbol: symbol.map(|symbol| (symbol.version, symbol.mask)),
            size_bytes: *size_bytes,
            sha256: sha256.map(|digest| digest.0),
            etag,
            created_at_ms: created_at.unix_ms(),
            labels: labels.iter().map(|label| label.name.as_str()).collect(),
        };
        postcard::to_stdvec(&code).ok().filter(|record| record.len() <= usize::from(u16::MAX))
    }

    fn unpack(&self, id: EntryId, at: usize) -> Option<Entry> {
        let code: Code<'_> = postcard::from_bytes(self.record(at)).ok()?;
        let name = code.name.parse().ok()?;
        let title = if code.name.is_empty() { title_of(code.value) } else { code.name.to_owned() };
        let of_person = |name: &&str| {
            let name = name.parse().ok()?;
            Some(Label { name, source: LabelSource::Person, confidence: None, model: None })
        };
        let score = code.score.map(|(points, reasons)| {
            Box::new(Score { points, reasons: reasons.into_iter().map(str::to_owned).collect() })
        });
        Some(Entry {
            id,
            revision: code.revision,
            state: match code.state {
                PackedState::Live => State::Live,
                PackedState::Removed(at) => State::Removed { at: Timestamp::from_unix_ms(at) },
                PackedState::Gone(at) => State::Gone { at: Timestamp::from_unix_ms(at) },
            },
            content: Content {
                key: match code.key {
                    PackedKey::Own(ulid) => Key::own(self.space.as_ref()?, &title, Ulid::from_bytes(ulid)),
                    PackedKey::Other(key) => key.parse().ok()?,
                },
                name,
                body: Body::Code {
                    value: code.value.to_owned(),
                    style: Appearance {
                        level: code.level.parse().ok()?,
                        look: StyleText::stored(code.look),
                        score,
                    },
                    symbol: code.symbol.map(|(version, mask)| SymbolFacts { version, mask }),
                },
                size_bytes: code.size_bytes,
                sha256: code.sha256.map(Sha256),
                etag: code.etag.to_owned(),
                created_at: Timestamp::from_unix_ms(code.created_at_ms),
                labels: code.labels.iter().map(of_person).collect::<Option<_>>()?,
            },
        })
    }

    /// What is not already in the title of a key of ours.
    fn own_ulid(&self, key: &Key, title: &str) -> Option<Ulid> {
        let stem = key.as_str().strip_suffix(SUFFIX)?;
        let ulid = Ulid::from_string(stem.get(stem.len().checked_sub(ULID_CHARS)?..)?).ok()?;
        (Key::own(self.space.as_ref()?, title, ulid) == *key).then_some(ulid)
    }
}

#[cfg(test)]
mod tests {
    use domain::Level;

    use super::*;
    use crate::testing::content;

    fn code(id: EntryId, name: &str, value: &str) -> Entry {
        let title = if name.is_empty() { title_of(value) } else { name.to_owned() };
        let key = Key::own(&Space::main(), &title, Ulid::from_parts(id, 7));
        let style = Appearance {
            look: "shape=dots".parse().unwrap(),
            score: Some(Box::new(Score { points: 80, reasons: vec!["Turn.".to_owned()] })),
            ..Level::Q.into()
        };
        let body =
            Body::Code { value: value.to_owned(), style, symbol: Some(SymbolFacts { version: 4, mask: 3 }) };
        let labels = Label::parse_list("a, é").unwrap();
        let content = Content { key, name: name.parse().unwrap(), body, labels, ..content("x", "") };
        Entry { id, revision: id + 5, state: State::Live, content }
    }

    #[test]
    fn codes_come_back_as_they_were() {
        let mut store = Store::new(&Space::main());
        let renamed = Entry {
            state: State::Removed { at: Timestamp::from_unix_ms(9) },
            content: Content { name: "New".parse().unwrap(), ..code(3, "Old", "x").content },
            ..code(3, "", "x")
        };
        let plain = Content { body: Body::plain_file(), ..content("a file", "") };
        let file = Entry { content: plain, ..code(4, "", "x") };
        let all = [code(1, "", "https://example.com/ü"), code(2, "Name \u{202e}", "a\r\nb"), renamed, file];
        let mut stored: Vec<_> = all.iter().map(|entry| store.push(entry)).collect();
        let is_packed = |stored: &Stored| matches!(stored, Stored::Packed(_));
        assert_eq!(stored.iter().map(is_packed).collect::<Vec<_>>(), [true, true, true, false]);
        let same = |store: &Store, stored: &[Stored], from: usize| {
            for (entry, stored) in all[from..].iter().zip(&stored[from..]) {
                assert_eq!(*store.get(entry.id, stored), *entry);
                assert_eq!(store.revision(stored), entry.revision);
            }
        };
        same(&store, &stored, 0);
        store.remove(&stored[0]);
        let bytes = |store: &Store| store.pieces.iter().map(Vec::len).sum::<usize>();
        let before = bytes(&store);
        store.compact(stored[1..].iter_mut());
        assert!(bytes(&store) < before && store.gone_bytes == 0);
        same(&store, &stored, 1);
    }

    #[test]
    fn more_than_one_piece_of_memory() {
        let mut store = Store::new(&Space::main());
        let all: Vec<Entry> = (1..=100).map(|id| code(id, "", &format!("{id}").repeat(3000))).collect();
        let mut stored: Vec<_> = all.iter().map(|entry| store.push(entry)).collect();
        let are_same = |store: &Store, stored: &[Stored]| {
            all.iter().zip(stored).all(|(entry, stored)| *store.get(entry.id, stored) == *entry)
        };
        assert!(store.pieces.len() > 2 && are_same(&store, &stored));
        store.compact(stored.iter_mut());
        assert!(store.pieces.len() > 2 && are_same(&store, &stored));
    }
}
