//! What the API sends and takes as JSON, beyond the words of `domain::wire`. Not here: reading it (`json_object`).

use std::sync::Arc;

use app::addresses::Addresses;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::{Change, ChangeKind, Entry, EntryId, EntryRow, Seq, Step};
use serde::Serialize;
use utoipa::ToSchema;

use crate::formats::FileFormat;

/// An entry, and where to find what belongs to it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Entry)]
pub(super) struct EntryJson {
    #[serde(flatten)]
    row: EntryRow,
    links: Links,
}

/// Addresses that belong to an entry, each from the root of the server.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Links {
    /// The entry in the API.
    #[serde(rename = "self")]
    this: String,
    /// Its page.
    page: String,
    /// Its object; of a code, other formats with `?format=`.
    file: String,
    /// The small picture of a photo, once it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail: Option<String>,
    /// The large picture of a photo, once it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    view: Option<String>,
    /// What its recipe made of a photo, once it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<String>,
}

impl EntryJson {
    pub(super) fn new(addresses: &Addresses, entry: &Entry) -> Self {
        let row = EntryRow::from(entry);
        let this = addresses.api_entry(row.id);
        let made = |step: Step| row.derived_version(step).map(|_| format!("{this}/{}", step.as_str()));
        let links = Links {
            page: addresses.entry(row.id),
            file: format!("{this}/file"),
            thumbnail: made(Step::Thumbnail),
            view: made(Step::View),
            result: made(Step::Result),
            this,
        };
        Self { row, links }
    }
}

/// Entries for clients.
pub(super) fn entries(addresses: &Addresses, entries: &[Arc<Entry>]) -> Vec<EntryJson> {
    entries.iter().map(|entry| EntryJson::new(addresses, entry)).collect()
}

/// What was done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Change)]
pub(super) struct ChangeJson {
    /// Its place in the log of the space.
    seq: Seq,
    /// What happened to the entry.
    kind: ChangeKind,
    /// The entry right after it.
    entry: EntryJson,
    /// The picture, if it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) picture: Option<PictureJson>,
    /// Of an upload: the newest other live entry with the same bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) same: Option<EntryId>,
}

impl ChangeJson {
    pub(super) fn new(addresses: &Addresses, change: &Change) -> Self {
        let entry = EntryJson::new(addresses, &change.entry);
        Self { seq: change.seq, kind: change.kind, entry, picture: None, same: None }
    }
}

/// A picture inside JSON.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Picture)]
pub(super) struct PictureJson {
    /// The format.
    format: String,
    /// The media type.
    content_type: String,
    /// The bytes, in base64 (RFC 4648, section 4).
    base64: String,
}

impl PictureJson {
    pub(super) fn new(format: FileFormat, bytes: &[u8]) -> Self {
        Self {
            format: format.extension.to_owned(),
            content_type: format.content_type.to_owned(),
            base64: BASE64_STANDARD.encode(bytes),
        }
    }
}

/// A part of a listing, newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EntryList)]
pub(super) struct EntryListJson {
    /// The seq that it shows.
    pub(super) seq: Seq,
    /// How many entries there are in all.
    pub(super) total: u64,
    /// The `cursor` of the next part; null after the last one.
    pub(super) next: Option<String>,
    /// For how long the listing could not be brought up to date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) behind_seconds: Option<u64>,
    /// The entries.
    pub(super) entries: Vec<EntryJson>,
}

/// The formats in which a code is drawn.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "only described")]
pub(super) enum FormatName {
    /// PNG.
    Png,
    /// SVG.
    Svg,
    /// PDF.
    Pdf,
    /// Half blocks for a dark terminal.
    Txt,
    /// The PNG as a data URI.
    Uri,
}

/// The levels of error correction.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described")]
pub(super) enum LevelName {
    /// 7 % of the code may be damaged.
    L,
    /// 15 %.
    M,
    /// 25 %.
    Q,
    /// 30 %.
    H,
}

/// A code to make: either `text` or `content`.
#[derive(ToSchema)]
#[schema(as = CodeRequest)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only described")]
pub(super) struct CodeRequest {
    /// The text.
    #[schema(min_length = 1, max_length = 7089, nullable, example = "https://example.com")]
    text: Option<String>,
    /// Typed content: its `kind` and the fields of that kind, as strings, numbers, `true` or `false`.
    #[schema(nullable, example = json!({"kind": "wifi", "network": "Guests", "password": "come on in"}))]
    content: Option<std::collections::BTreeMap<String, serde_json::Value>>,
    /// Error correction; the default is `M`.
    #[schema(nullable, pattern = "^[LMQH]$", example = "Q")]
    level: Option<String>,
    /// A look as text; the default is the plain code.
    #[schema(nullable, max_length = 4096, example = "shape=dots&ink=0b3d91")]
    look: Option<String>,
    /// A name: one line without control characters.
    #[schema(nullable, max_length = 128, example = "Menu")]
    name: Option<String>,
    /// Labels: each one line without commas and control characters.
    #[schema(nullable, max_items = 50, example = json!(["printed"]))]
    labels: Option<Vec<String>>,
    /// Also answers with the picture in this format, in base64.
    #[schema(nullable, pattern = "^(png|svg|pdf|txt|uri)$")]
    picture: Option<String>,
}

/// What to change; what is left out stays.
#[derive(ToSchema)]
#[schema(as = Description)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only described")]
pub(super) struct DescriptionRequest {
    /// The new name.
    #[schema(nullable, max_length = 128, example = "Lunch")]
    name: Option<String>,
    /// All labels; an empty list removes them. A labeller's that is not named does not come back.
    #[schema(nullable, max_items = 50, example = json!(["printed", "lunch"]))]
    labels: Option<Vec<String>>,
}
