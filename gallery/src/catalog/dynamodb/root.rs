//! The root of a space: the one item that every write of the space moves, so that writes take turns.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Seq, Space, Timestamp};
use serde::{Deserialize, Serialize};

use super::super::Counters;
use super::attributes::{AttributeError, Item, attribute, from_item, to_item};
use super::layout::{Place, at};

/// The layout version that this program knows.
pub(super) const SCHEMA: u64 = 1;
/// The attribute of `Root::turns`.
pub(super) const TURNS: &str = "turns";
/// How many backward steps of the clock are recorded; beyond that the oldest is dropped, and what it forgot returns
/// until it expires.
const FORGOTTEN_MAX: usize = 32;

/// The root of a used space.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Root {
    #[serde(flatten)]
    pub(super) counters: Counters,
    /// The log items up to this seq are deleted; those from here to the floor still exist.
    #[serde(default)]
    pub(super) swept: Seq,
    /// How often an overtaken instance has asked the others to wait. Every write of a root requires that it is as it
    /// was read: so asking makes the writes in progress fail, and is noticed.
    #[serde(default)]
    pub(super) turns: u64,
    /// Which requests are forgotten, though their items may still exist.
    #[serde(default)]
    pub(super) forgotten: Vec<Forgotten>,
    /// The id of the load that fills the space: to everybody else it does not exist yet.
    #[serde(default)]
    pub(super) loading: Option<String>,
}

/// Requests whose content was created before a moment, as far as they were known then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Forgotten {
    before_ms: u64,
    /// The newest seq when they were forgotten: later ones are remembered, whenever they were created.
    up_to: Seq,
}

/// Only the version, which is checked before anything else.
#[derive(Serialize, Deserialize)]
struct Versioned<T> {
    schema: u64,
    #[serde(flatten)]
    rest: T,
}

/// The result of reading a root item.
pub(super) enum ReadRoot {
    /// The space, in use or being loaded.
    Ours(Root),
    /// Written by a newer program, in this version.
    Newer(u64),
}

impl Root {
    pub(super) fn item(&self, space: &Space) -> Item {
        at(Place::root(space), to_item(&Versioned { schema: SCHEMA, rest: self }))
    }

    pub(super) fn read(item: Item) -> Result<ReadRoot, AttributeError> {
        let versioned: Versioned<serde_json::Value> = from_item(item)?;
        if versioned.schema > SCHEMA {
            return Ok(ReadRoot::Newer(versioned.schema));
        }
        Ok(ReadRoot::Ours(serde_json::from_value(versioned.rest)?))
    }

    /// The `forgotten` attribute.
    pub(super) fn forgotten_attribute(&self) -> AttributeValue {
        let steps = serde_json::to_value(&self.forgotten).expect("two numbers each");
        attribute(steps)
    }

    /// Whether the request that made the change `seq` is no longer remembered.
    pub(super) fn has_forgotten(&self, created_at: Timestamp, seq: Seq) -> bool {
        let forgets = |f: &Forgotten| created_at.unix_ms() < f.before_ms && seq <= f.up_to;
        self.forgotten.iter().any(forgets)
    }

    /// Forgets everything created before a moment and known now. A later step that reaches further supersedes earlier
    /// ones: while the clock advances, there is one.
    pub(super) fn forget(&mut self, before: Timestamp) {
        let step = Forgotten { before_ms: before.unix_ms(), up_to: self.counters.last_seq };
        self.forgotten.retain(|f| f.before_ms > step.before_ms);
        if self.forgotten.iter().all(|f| f.up_to < step.up_to) {
            self.forgotten.push(step);
        }
        if self.forgotten.len() > FORGOTTEN_MAX {
            self.forgotten.remove(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_ms(ms: u64) -> Timestamp {
        Timestamp::from_unix_ms(ms)
    }

    #[test]
    fn forgetting_covers_older_and_known_requests() {
        let mut root = Root::default();
        for (now, before, steps) in [(10, 100, 1), (10, 90, 1), (20, 90, 2), (20, 90, 2), (30, 200, 1)] {
            root.counters.last_seq = now;
            root.forget(at_ms(before));
            assert_eq!(root.forgotten.len(), steps, "at {now} before {before}");
            assert!(root.has_forgotten(at_ms(before - 1), now));
            assert!(!root.has_forgotten(at_ms(before - 1), now + 1), "came later");
            assert!(!root.has_forgotten(at_ms(before.max(200)), now));
        }
    }

    #[test]
    fn a_clock_running_backwards_does_not_fill_the_item() {
        let mut root = Root::default();
        for n in 1..1000 {
            root.counters.last_seq = n;
            root.forget(at_ms(2000 - n));
        }
        assert_eq!(root.forgotten.len(), FORGOTTEN_MAX);
    }

    #[test]
    fn root_items_round_trip_and_newer_ones_are_reported() {
        let mut root = Root { swept: 3, loading: Some("x".to_owned()), ..Root::default() };
        root.counters = Counters { last_id: 7, last_seq: 9, floor: 5 };
        root.forget(at_ms(5));
        let mut item = root.item(&Space::main());
        let Ok(ReadRoot::Ours(read)) = Root::read(item.clone()) else { panic!("not ours") };
        assert_eq!(read, root);
        item.insert("schema".to_owned(), super::super::attributes::number(2));
        assert!(matches!(Root::read(item.clone()), Ok(ReadRoot::Newer(2))));
        item.remove("schema");
        assert!(Root::read(item).is_err());
    }
}
