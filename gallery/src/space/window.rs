//! What the index answers: a window of the listing, and the photos that are or were worked on. Not here: finding them
//! (`index`).

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{Entry, EntryId, Kind, LabelName, Seq, Sort, SortBy};

use crate::space::search_text::SearchWords;

/// The requested window.
#[derive(Debug, Clone, Copy)]
pub struct WindowRequest {
    /// 1 is the newest page; beyond the last one, the last is returned.
    pub page: u32,
    /// Entries per page, 1 to `PAGE_MAX_ENTRIES`.
    pub per_page: u32,
}

/// A window of the listing at one moment.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its seq.
    pub seq: Seq,
    /// Live entries that pass the filter.
    pub total: u64,
    /// The page number, from 1.
    pub page: u32,
    /// The number of pages, at least 1.
    pub pages: u32,
    /// In the order that was asked for.
    pub entries: Vec<Arc<Entry>>,
}

/// Which live entries are asked for, and in which order. The default is all of them, newest first.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those of this kind.
    pub kind: Option<Kind>,
    /// Only those with all of these labels.
    pub labels: Vec<LabelName>,
    /// Only those with all of these words.
    pub words: SearchWords,
    /// The order.
    pub sort: Sort,
}

/// A part of the entries that pass a filter, which stays where it is while others come and go.
#[derive(Debug, Clone)]
pub struct Slice {
    /// Its seq.
    pub seq: Seq,
    /// Live entries that pass the filter.
    pub total: u64,
    /// In the order that was asked for.
    pub entries: Vec<Arc<Entry>>,
    /// The next slice is what lies behind this; `None` after the last one.
    pub next: Option<Cursor>,
}

/// A place in an order, which stays where it is, whatever happens to the entry that was there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub(crate) value: CursorValue,
    pub(crate) id: EntryId,
}

/// What the order goes by, besides the number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CursorValue {
    /// Nothing.
    Id,
    /// A time in milliseconds, or a size in bytes.
    Number(u64),
    /// A folded title.
    Title(String),
}

impl Cursor {
    /// Reads what `Display` has written of a cursor in an order by this.
    pub fn parse(text: &str, by: SortBy) -> Option<Self> {
        let (value, id) = match by {
            SortBy::Number => (CursorValue::Id, text),
            SortBy::Time | SortBy::Size => {
                let (number, id) = text.split_once('.')?;
                (CursorValue::Number(decimal(number)?), id)
            }
            SortBy::Name => {
                let (title, id) = text.split_once('.')?;
                let title = URL_SAFE_NO_PAD.decode(title).ok()?;
                (CursorValue::Title(String::from_utf8(title).ok()?), id)
            }
        };
        Some(Self { value, id: decimal(id).filter(|id| *id > 0)? })
    }
}

/// A number below 2^53.
fn decimal(digits: &str) -> Option<u64> {
    domain::number("", digits, 0..=domain::limits::NUMBERS_BELOW - 1).ok()
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            CursorValue::Id => {}
            CursorValue::Number(number) => write!(f, "{number}.")?,
            CursorValue::Title(title) => write!(f, "{}.", URL_SAFE_NO_PAD.encode(title))?,
        }
        write!(f, "{}", self.id)
    }
}

/// The photos of a space that are not done.
#[derive(Debug, Clone, Default)]
pub struct Jobs {
    /// Those that a worker is at, then those that wait, the oldest first.
    pub working: Vec<Arc<Entry>>,
    /// How many there are.
    pub working_total: u64,
    /// Those that failed, the newest first.
    pub failed: Vec<Arc<Entry>>,
    /// How many there are.
    pub failed_total: u64,
}
