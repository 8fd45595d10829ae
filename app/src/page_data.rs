//! What the islands of a page start from: the server writes it into the page as JSON, the browser reads it from there
//! with its own `JSON.parse` (`browser::page_data`), so that both first renders are the same.

use domain::{EntryId, Level, Seq};

use crate::addresses::Addresses;
use crate::model::Failure;
use crate::shown::{Shown, Standing};

/// What the islands of a page start from.
#[derive(Debug, Clone)]
pub(crate) struct PageData {
    /// Where everything is.
    pub(crate) addresses: Addresses,
    /// The program's build.
    pub(crate) build: String,
    /// The part of the listing that the page shows; none when it could not be read, or on the page of an entry.
    pub(crate) listing: Option<Part>,
    /// The entry that the page is about, and the seq at which it was read.
    pub(crate) entry: Option<(Shown, Seq)>,
    /// For how long what the page shows could not be brought up to date; none when it could.
    pub(crate) behind_seconds: Option<u64>,
    /// Files of the bucket that are left out because of their names.
    pub(crate) unnamed_files: u64,
    /// What the composer starts with.
    pub(crate) draft: Draft,
    /// What the last write without WASM did.
    pub(crate) notice: Option<Notice>,
    /// Why the last write without WASM was refused.
    pub(crate) failure: Option<Failure>,
}

/// A part of a listing, newest first: what the server answers when it is asked for a page.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// The seq that it shows.
    pub(crate) seq: Seq,
    /// Live entries in the space.
    pub(crate) total: u64,
    /// Which page it is, from 1.
    pub(crate) page: u32,
    /// Entries on a full page.
    pub(crate) per_page: u32,
    /// Newest first.
    pub(crate) entries: Vec<Shown>,
}

/// What stands in the composer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Draft {
    /// The text.
    pub(crate) text: String,
    /// The level.
    pub(crate) level: Level,
    /// The name.
    pub(crate) name: String,
}

/// What a write did, or why it did nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Notice {
    /// A new entry.
    Saved(EntryId),
    /// A tombstone now; can be undone.
    Removed(EntryId),
    /// Live again.
    Restored(EntryId),
    /// Saved by an earlier request, and not there any more.
    Lapsed(EntryId, Standing),
    /// Refused, with a sentence.
    Failed(String),
}

impl Notice {
    /// In words, but for the links and buttons that may follow.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Saved(_) => "Saved ".to_owned(),
            Self::Removed(id) => format!("Removed #{id}"),
            Self::Restored(_) => "Restored ".to_owned(),
            Self::Lapsed(id, Standing::Gone) => {
                format!("#{id} was saved before, but its file was deleted. Save again for a new one.")
            }
            Self::Lapsed(id, _) => format!("#{id} was saved before, and removed since."),
            Self::Failed(sentence) => sentence.clone(),
        }
    }
}

#[cfg(feature = "ssr")]
mod write {
    use domain::EntryWire;
    use serde_json::{Value, json};

    use super::*;
    use crate::model;

    impl From<&model::Window> for Part {
        fn from(window: &model::Window) -> Self {
            Self {
                seq: window.seq,
                total: window.total,
                page: window.page,
                per_page: window.per_page,
                entries: window.entries.iter().map(|entry| Shown::from(&**entry)).collect(),
            }
        }
    }

    impl From<&model::Notice> for Notice {
        fn from(notice: &model::Notice) -> Self {
            match notice {
                model::Notice::Saved(entry) => Self::Saved(entry.id),
                model::Notice::Removed(entry) => Self::Removed(entry.id),
                model::Notice::Restored(entry) => Self::Restored(entry.id),
            }
        }
    }

    impl From<&model::DraftFields> for Draft {
        fn from(draft: &model::DraftFields) -> Self {
            Self { text: draft.text.clone(), level: draft.level, name: draft.name.clone() }
        }
    }

    impl PageData {
        /// What the islands of this page start from; none where there are no islands.
        pub(crate) fn of(shell: &model::Shell, page: &model::Page) -> Option<Self> {
            let addresses =
                |space: &domain::Space| Addresses { base: shell.base.clone(), space: space.clone() };
            match page {
                model::Page::Space(page) => Some(Self {
                    addresses: addresses(&page.space),
                    build: shell.build.clone(),
                    listing: page.listing.as_ref().map(Part::from),
                    entry: None,
                    behind_seconds: page.listing.as_ref().and_then(|window| window.behind_seconds),
                    unnamed_files: page.listing.as_ref().map_or(0, |window| window.unnamed_files),
                    draft: Draft::from(&page.draft),
                    notice: page.notice.as_ref().map(Notice::from),
                    failure: island_failure(page),
                }),
                model::Page::Entry(page) => Some(Self {
                    addresses: addresses(&page.space),
                    build: shell.build.clone(),
                    listing: None,
                    entry: Some((Shown::from(&*page.entry), page.seq)),
                    behind_seconds: page.behind_seconds,
                    unnamed_files: 0,
                    draft: Draft::default(),
                    notice: page.notice.as_ref().map(Notice::from),
                    failure: page.failure.clone(),
                }),
                model::Page::Error(_) => None,
            }
        }
    }

    /// The same as JSON, safe inside a script element: every `<` is escaped.
    pub(crate) fn json(shell: &model::Shell, page: &model::Page) -> Option<String> {
        let value = match page {
            model::Page::Space(page) => json!({
                "base": shell.base,
                "build": shell.build,
                "space": page.space,
                "listing": page.listing.as_ref().map(|window| json!({
                    "seq": window.seq,
                    "total": window.total,
                    "page": window.page,
                    "pages": window.pages,
                    "per_page": window.per_page,
                    "entries": window.entries.iter().map(|entry| json!(EntryWire::from(&**entry))).collect::<Vec<_>>(),
                })),
                "entry": null,
                "entry_seq": null,
                "behind_seconds": page.listing.as_ref().and_then(|window| window.behind_seconds),
                "unnamed_files": page.listing.as_ref().map_or(0, |window| window.unnamed_files),
                "draft": {
                    "text": page.draft.text,
                    "level": page.draft.level.as_str(),
                    "name": page.draft.name,
                },
                "notice": page.notice.as_ref().map(notice_json),
                "failure": island_failure(page).as_ref().map(failure_json),
            }),
            model::Page::Entry(page) => json!({
                "base": shell.base,
                "build": shell.build,
                "space": page.space,
                "listing": null,
                "entry": EntryWire::from(&*page.entry),
                "entry_seq": page.seq,
                "behind_seconds": page.behind_seconds,
                "draft": null,
                "notice": page.notice.as_ref().map(notice_json),
                "failure": page.failure.as_ref().map(failure_json),
            }),
            model::Page::Error(_) => return None,
        };
        Some(value.to_string().replace('<', "\\u003c"))
    }

    /// What the islands say of a refusal: what is wrong with an answer stands at its field, where no island is.
    fn island_failure(page: &model::SpacePage) -> Option<Failure> {
        page.failure.clone().filter(|failure| !matches!(failure.field, Some(model::Field::Answer(_))))
    }

    fn notice_json(notice: &model::Notice) -> Value {
        match notice {
            model::Notice::Saved(entry) => json!({ "kind": "saved", "id": entry.id }),
            model::Notice::Removed(entry) => json!({ "kind": "removed", "id": entry.id }),
            model::Notice::Restored(entry) => json!({ "kind": "restored", "id": entry.id }),
        }
    }

    fn failure_json(failure: &model::Failure) -> Value {
        json!({
            "error": failure.sentence,
            "field": failure.field.map(model::Field::as_str),
            "request_id": failure.request_id,
        })
    }
}

#[cfg(feature = "ssr")]
pub(crate) use write::json;
