//! The table's layout: keys and items. Not here: roots (`root`).

use aws_sdk_dynamodb::types::AttributeValue;
use domain::limits::REQUEST_ID_AGE;
use domain::{Change, Entry, EntryId, Key, RequestId, Seq, Space, Timestamp};

use super::attributes::{AttributeError, Item, from_item, number, string, to_item};
use crate::clock::Clock;

/// The attributes of the primary key.
pub(crate) const PK: &str = "pk";
pub(crate) const SK: &str = "sk";
/// The time, in seconds since 1970, after which DynamoDB deletes an item that has this attribute.
pub(crate) const EXPIRES_AT: &str = "expires_at";
/// The id of the transaction that wrote the item.
pub(super) const COMMIT: &str = "commit";
/// Entries and changes per partition key: neighbours are read together, and no partition grows forever.
pub(super) const BUCKET: u64 = 1000;

/// The attribute names of an entry's number and text.
const ID: (&str, &str) = ("id", "ID");
const VALUE: (&str, &str) = ("value", "Value");
/// How much longer a request id stays in the table than it is needed: the tolerance for clock differences.
const EXPIRY_MARGIN_MS: u64 = 24 * 60 * 60 * 1000;

/// The primary key of an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub(crate) pk: String,
    pub(crate) sk: String,
}

impl Place {
    pub(super) fn root(space: &Space) -> Self {
        Self::alone(format!("C#{space}"))
    }

    pub(super) fn entry(space: &Space, id: EntryId) -> Self {
        Self::numbered('E', space, id)
    }

    pub(super) fn key(space: &Space, key: &Key) -> Self {
        Self::alone(format!("K#{space}#{key}"))
    }

    pub(super) fn change(space: &Space, seq: Seq) -> Self {
        Self::numbered('L', space, seq)
    }

    pub(super) fn request(space: &Space, request: &RequestId) -> Self {
        Self::alone(format!("R#{space}#{request}"))
    }

    pub(super) fn space(space: &Space) -> Self {
        Self { pk: SPACES.to_owned(), sk: space.to_string() }
    }

    pub(super) fn settings(space: &Space) -> Self {
        Self { pk: SETTINGS.to_owned(), sk: space.to_string() }
    }

    /// The primary key of an item that was read.
    pub(crate) fn of(item: &Item) -> Option<Self> {
        let part = |name| item.get(name)?.as_s().ok().cloned();
        Some(Self { pk: part(PK)?, sk: part(SK)? })
    }

    /// The key's attributes.
    pub(crate) fn into_item(self) -> Item {
        Item::from([(PK.to_owned(), string(self.pk)), (SK.to_owned(), string(self.sk))])
    }

    fn alone(pk: String) -> Self {
        Self { pk, sk: "-".to_owned() }
    }

    fn numbered(letter: char, space: &Space, number: u64) -> Self {
        Self { pk: format!("{letter}#{space}#{}", number / BUCKET), sk: format!("{number:016}") }
    }
}

/// The partition of all spaces.
pub(super) const SPACES: &str = "S";
/// The partition of all settings: they are few and small, an export reads all of them, and a space in use caches its
/// own.
pub(super) const SETTINGS: &str = "T";

pub(super) fn entry_item(space: &Space, entry: &Entry) -> Item {
    let mut item = to_item(entry);
    for (field, attribute) in [ID, VALUE] {
        if let Some(value) = item.remove(field) {
            item.insert(attribute.to_owned(), value);
        }
    }
    at(Place::entry(space, entry.id), item)
}

pub(super) fn read_entry(mut item: Item) -> Result<Entry, AttributeError> {
    for (field, attribute) in [ID, VALUE] {
        if let Some(value) = item.remove(attribute) {
            item.insert(field.to_owned(), value);
        }
    }
    from_item(item)
}

/// `commit` identifies the transaction.
pub(super) fn change_item(space: &Space, change: &Change, commit: Option<&str>) -> Item {
    let mut item = to_item(change);
    item.extend(commit.map(|mark| (COMMIT.to_owned(), string(mark))));
    at(Place::change(space, change.seq), item)
}

pub(super) fn request_item(space: &Space, request: &RequestId, change: &Change) -> Item {
    let mut item = to_item(change);
    item.insert(EXPIRES_AT.to_owned(), expiry(change.entry.content.created_at));
    at(Place::request(space, request), item)
}

/// Counted from now for what was saved long ago: an object that is adopted late is remembered as long as any other.
fn expiry(created_at: Timestamp) -> AttributeValue {
    let from = created_at.max(Clock::system().now());
    let age_ms = u64::try_from(REQUEST_ID_AGE.as_millis()).unwrap_or(u64::MAX);
    number(from.unix_ms().saturating_add(age_ms).saturating_add(EXPIRY_MARGIN_MS) / 1000)
}

/// The change in a log or request item.
pub(super) fn read_change(item: Item) -> Result<Change, AttributeError> {
    from_item(item)
}

pub(super) fn key_item(space: &Space, key: &Key, id: EntryId) -> Item {
    at(Place::key(space, key), Item::from([(ID.1.to_owned(), number(id))]))
}

pub(super) fn space_item(space: &Space, commit: &str) -> Item {
    at(Place::space(space), Item::from([(COMMIT.to_owned(), string(commit))]))
}

/// An item with its primary key.
pub(super) fn at(place: Place, mut item: Item) -> Item {
    item.extend(place.into_item());
    item
}
