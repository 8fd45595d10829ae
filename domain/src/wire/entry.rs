//! Entries and changes as clients read them: what is stored, plus what the value means in words, so that no page has
//! to parse a text.

use super::PhotoRow;
use crate::payload::Payload;
use crate::{
    Appearance, Change, ChangeKind, Content, Entry, EntryId, Key, Kind, Label, Name, Seq, Sha256, State,
    Step, SymbolFacts, Timestamp,
};

wire! {
    /// An entry for clients: a row of the listing, or the entry of a page.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct EntryRow {
        /// Its number in the space.
        pub id: EntryId,
        /// The seq of its last change.
        pub revision: Seq,
        /// Whether it is live.
        pub state: State,
        /// The key of its object.
        pub key: Key,
        /// The kind of the object.
        pub kind: Kind,
        /// Its name; may be empty.
        pub name: Name,
        /// The first of its texts.
        pub value: Option<String>,
        /// The texts in all of its codes.
        pub values: Vec<String>,
        /// How the code is drawn.
        pub style: Option<Appearance>,
        /// Version and mask of the symbol.
        pub symbol: Option<SymbolFacts>,
        /// Size of the object in bytes.
        pub size_bytes: u64,
        /// SHA-256 of the object; `None` if the object was never read whole.
        pub sha256: Option<Sha256>,
        /// The version of the object, as the bucket identifies it.
        pub etag: String,
        /// When it was saved; for a foreign object, when it was last written.
        pub created_at: Timestamp,
        /// Its labels.
        pub labels: Vec<Label>,
        /// What its first value means in words (“Wi-Fi network Café”); null for a plain text or a link.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub words: Option<String>,
        /// What is known of it as a photo, and what happens to it.
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
        pub photo: Option<Box<PhotoRow>>,
    }
}

wire! {
    /// A change for clients.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ChangeWire {
        /// Its place in the log.
        pub seq: Seq,
        /// What happened.
        pub kind: ChangeKind,
        /// The entry right after it.
        pub entry: EntryRow,
    }
}

impl EntryRow {
    /// Whether another row shows the same object, live or not, whatever its name, its labels, and what is made of a
    /// photo.
    pub fn has_same_object(&self, other: &Self) -> bool {
        let Self { revision, state, name, labels, .. } = self.clone();
        let photo = if other.photo.is_some() { self.photo.clone() } else { None };
        *self == Self { revision, state, name, labels, photo, ..other.clone() }
    }

    /// What it is called in a listing: its name; the file's, if there is neither a name nor a value.
    pub fn shown_name(&self) -> &str {
        let has_name = !self.name.as_str().is_empty() || self.value.is_some();
        if has_name { self.name.as_str() } else { self.key.file_name() }
    }

    /// The names of the labels as a person types them: separated by commas.
    pub fn label_list(&self) -> String {
        self.labels.iter().map(|label| label.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The name of the object's format: its extension in capitals, if short.
    pub fn format(&self) -> Option<String> {
        let (_, extension) = self.key.file_name().rsplit_once('.')?;
        let is_short =
            (1..=4).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric());
        is_short.then(|| extension.to_ascii_uppercase())
    }

    /// What identifies a picture that was derived from the photo, in an address that may be cached for ever; `None`
    /// until it is made.
    pub fn derived_version(&self, step: Step) -> Option<String> {
        let (photo, digest) = (self.photo.as_ref().filter(|photo| photo.has(step))?, self.sha256?);
        match step {
            Step::Thumbnail | Step::View => Some(digest.short()),
            Step::Result => Some(format!("{}-{}", digest.short(), photo.recipe)),
            Step::Labels | Step::Notice => None,
        }
    }

    /// For a file of a kind that is often meant as a photo: what to do to have it processed.
    pub fn advice(&self) -> Option<String> {
        if self.kind != Kind::File {
            return None;
        }
        advice(&self.key.file_name().rsplit_once('.')?.1.to_ascii_lowercase())
    }

    /// Whether the object is a picture that browsers show.
    pub fn is_picture(&self) -> bool {
        self.key.content_type().starts_with("image/")
    }
}

fn advice(extension: &str) -> Option<String> {
    let how = match extension {
        "heic" | "heif" => {
            "On an iPhone, choose Settings, Camera, Formats, Most Compatible for new photos; save this one as JPEG"
        }
        "avif" | "bmp" | "jp2" | "jxl" | "tif" | "tiff" => "Save it as JPEG or PNG",
        "arw" | "cr2" | "cr3" | "dng" | "nef" | "orf" | "raf" | "rw2" => {
            "Export it as JPEG from your photo program"
        }
        _ => return None,
    };
    let format = extension.to_ascii_uppercase();
    Some(format!("{format} pictures are kept as files, without a thumbnail. {how}, then upload that."))
}

impl From<&Entry> for EntryRow {
    fn from(entry: &Entry) -> Self {
        let labels = entry.content.all_labels().cloned().collect();
        let Content { key, name, body, size_bytes, sha256, etag, created_at, .. } = entry.content.clone();
        let value = body.values().first().cloned();
        let words = value.as_deref().and_then(Payload::parse).and_then(|payload| payload.words());
        Self {
            id: entry.id,
            revision: entry.revision,
            state: entry.state,
            key,
            kind: body.kind(),
            name,
            value,
            values: body.values().to_vec(),
            style: body.style().cloned(),
            symbol: body.symbol(),
            size_bytes,
            sha256,
            etag,
            created_at,
            labels,
            words,
            photo: body.photo().map(PhotoRow::from).map(Box::new),
        }
    }
}

impl From<&Change> for ChangeWire {
    fn from(change: &Change) -> Self {
        Self { seq: change.seq, kind: change.kind, entry: EntryRow::from(&change.entry) }
    }
}
