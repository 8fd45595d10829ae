//! What a page shows of an entry. Lighter than `domain::Entry`, which the browser would have to parse key, digest and
//! time for.

use domain::payload::Payload;
use domain::{Entry, EntryId, Kind, Level, State};

/// What a page shows of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    /// Its number.
    pub(crate) id: EntryId,
    /// Whether it is there.
    pub(crate) standing: Standing,
    /// Whether it is a code; else some other file.
    pub(crate) is_code: bool,
    /// What a person calls it; may be empty.
    pub(crate) name: String,
    /// The text in its first code.
    pub(crate) value: Option<String>,
    /// What the value says in words; none when it is a plain text or a link.
    pub(crate) words: Option<String>,
    /// How much damage the code survives.
    pub(crate) level: Option<Level>,
    /// Version of the symbol, 1 to 40.
    pub(crate) version: Option<u8>,
    /// The first digits of the object's SHA-256, if that is known: another version of a file has others.
    pub(crate) content_version: Option<String>,
    /// Where the object lies in the bucket.
    pub(crate) key: String,
    /// The last segment of the key.
    pub(crate) file_name: String,
    /// Whether the object is a picture that a browser shows.
    pub(crate) is_picture: bool,
    /// Size of the object in bytes.
    pub(crate) size_bytes: u64,
    /// When it was saved, in RFC 3339, UTC.
    pub(crate) created_at: String,
}

/// Whether an entry is there: `domain::State` without its times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// In the listing.
    Live,
    /// Removed by a person: it can be restored.
    Removed,
    /// Its object was deleted by somebody else.
    Gone,
}

impl Shown {
    /// The same, there or not.
    pub(crate) fn with_standing(&self, standing: Standing) -> Self {
        Self { standing, ..self.clone() }
    }

    /// What the object's format is called: the extension in capitals, when it is a short one.
    pub(crate) fn format(&self) -> Option<String> {
        let (_, extension) = self.file_name.rsplit_once('.')?;
        let short =
            (1..=4).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric());
        short.then(|| extension.to_ascii_uppercase())
    }
}

impl From<&Entry> for Shown {
    fn from(entry: &Entry) -> Self {
        let content = &entry.content;
        Self {
            id: entry.id,
            standing: match entry.state {
                State::Live => Standing::Live,
                State::Removed { .. } => Standing::Removed,
                State::Gone { .. } => Standing::Gone,
            },
            is_code: content.kind() == Kind::Code,
            name: content.name.to_string(),
            value: content.value().map(str::to_owned),
            words: content.value().and_then(Payload::parse).and_then(|payload| payload.words()),
            level: content.style().map(|style| style.level),
            version: content.symbol().map(|symbol| symbol.version),
            content_version: content.sha256.map(|sha256| sha256.short()),
            key: content.key.to_string(),
            file_name: content.key.file_name().to_owned(),
            is_picture: content.key.content_type().starts_with("image/"),
            size_bytes: content.size_bytes,
            created_at: content.created_at.to_string(),
        }
    }
}
