//! The key of an object: the only place where keys are built or taken apart.

use core::fmt;
use core::str::FromStr;

use ulid::Ulid;

use crate::limits::KEY_MAX_BYTES;
use crate::{EntryId, Sha256, Space, TableId, Timestamp, Visible, file_name};

/// The position of an object in the bucket. Our own keys look like `main/menu-of-the-week-01JD6Q….png` and are never
/// used twice; foreign ones are kept verbatim.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Box<str>);

/// The text is not a valid key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Empty or longer than S3 allows.
    #[error("a key has 1 to {KEY_MAX_BYTES} bytes")]
    Length,
    /// Below `_qrate/`, which is not part of the gallery.
    #[error("keys below {RESERVED_PREFIX} are reserved")]
    Reserved,
}

/// Everything below is ours and not part of the gallery: snapshots, exports, temporary files.
pub const RESERVED_PREFIX: &str = "_qrate/";

/// The folder of logos: below `RESERVED_PREFIX`, so they are not objects of the gallery.
const LOGOS: &str = "_qrate/logos/";

/// The folder of the marks of pictures that are being decoded.
const MARKS: &str = "_qrate/reading/";

/// The folder of what was derived from photos.
const DERIVED: &str = "_qrate/derived/";

/// The folder of tables of which codes are made, and of what became of their rows.
const TABLES: &str = "_qrate/tables/";

const ULID_LEN: usize = 26;
const SUFFIX: &str = ".png";
/// Letters and digits of the longest extension that our own keys have.
const EXTENSION_MAX_BYTES: usize = 8;

impl Key {
    /// A new key for a code: `{space}/{slug of the title}-{ULID}.png`.
    pub fn own(space: &Space, title: &str, ulid: Ulid) -> Self {
        Self::own_file(space, title, ulid, "png")
    }

    /// A new key for any file: `{space}/{slug of the title}-{ULID}.{extension}`. An extension that is not of our form
    /// becomes `bin`.
    pub fn own_file(space: &Space, title: &str, ulid: Ulid, extension: &str) -> Self {
        let slug = file_name::slug(title);
        let separator = if slug.is_empty() { "" } else { "-" };
        let extension = if is_own_extension(extension) { extension } else { "bin" };
        Self(format!("{space}/{slug}{separator}{ulid}.{extension}").into())
    }

    /// The key of something that was derived from a photo: `_qrate/derived/{space}/{id}/{version}/{name}`, where the
    /// version is that of the photo's object. It cannot be parsed from text.
    pub fn of_derived(space: &Space, id: EntryId, version: &str, name: &str) -> Self {
        Self(format!("{DERIVED}{space}/{id}/{version}/{name}").into())
    }

    /// The folder of everything that was derived from one photo, of any version, with a slash at the end.
    pub fn derived_folder(space: &Space, id: EntryId) -> String {
        format!("{DERIVED}{space}/{id}/")
    }

    /// The space and id of the photo that the object with this key was derived from.
    pub fn derived_from(&self) -> Option<(Space, EntryId)> {
        let mut segments = self.0.strip_prefix(DERIVED)?.split('/');
        let (space, id) = (segments.next()?.parse().ok()?, segments.next()?);
        let id = id.parse().ok().filter(|number: &EntryId| number.to_string() == id)?;
        segments.next().map(|_| (space, id))
    }

    /// The key of a table of which codes are made: `_qrate/tables/{space}/{id}/table`. It cannot be parsed from text.
    pub fn of_table(space: &Space, id: TableId) -> Self {
        Self(format!("{TABLES}{space}/{id}/table").into())
    }

    /// The key of what became of the rows in a part of a table: `_qrate/tables/{space}/{id}/{part}`. It cannot be parsed
    /// from text.
    pub fn of_table_part(space: &Space, id: TableId, part: usize) -> Self {
        Self(format!("{TABLES}{space}/{id}/{part:05}").into())
    }

    /// The folder of all tables, with a slash at the end.
    pub fn tables_folder() -> &'static str {
        TABLES
    }

    /// The number of the table that this is, or belongs to.
    pub fn table_id(&self) -> Option<TableId> {
        let (_, rest) = self.0.strip_prefix(TABLES)?.split_once('/')?;
        rest.split_once('/')?.0.parse().ok()
    }

    /// The key of an object below `RESERVED_PREFIX`, as a bucket lists it; `None` for any other.
    pub fn reserved(text: &str) -> Option<Self> {
        (text.starts_with(RESERVED_PREFIX) && text.len() <= KEY_MAX_BYTES).then(|| Self(text.into()))
    }

    /// The key of a logo, from the digest of its bytes: `_qrate/logos/{digest}.png`. It cannot be parsed from text.
    pub fn of_logo(digest: &Sha256) -> Self {
        Self(format!("{LOGOS}{digest}{SUFFIX}").into())
    }

    /// The key of the object that tests whether the bucket is writable: `_qrate/probe`. It cannot be parsed from
    /// text.
    pub fn of_probe() -> Self {
        Self(format!("{RESERVED_PREFIX}probe").into())
    }

    /// The key of the marker that the bucket belongs to a catalog with entries: `_qrate/used`. It cannot be parsed from
    /// text.
    pub fn of_use() -> Self {
        Self(format!("{RESERVED_PREFIX}used").into())
    }

    /// The key of the mark of a picture that is being decoded, from the digest of its bytes:
    /// `_qrate/reading/{digest}`.
    pub fn of_mark(digest: &Sha256) -> Self {
        Self(format!("{MARKS}{digest}").into())
    }

    /// Whether the text lies below `RESERVED_PREFIX`.
    pub fn is_reserved(&self) -> bool {
        self.0.starts_with(RESERVED_PREFIX)
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key for a line of a log or a terminal.
    pub fn visible(&self) -> Visible<'_> {
        Visible(&self.0)
    }

    /// The space and time in a key of our form. Anybody can give a file such a name, by copying one of ours into
    /// another folder: only its metadata proves that the object is ours.
    pub fn own_parts(&self) -> Option<(Space, Timestamp)> {
        let (space, file) = self.0.split_once('/')?;
        let (stem, _) = file.rsplit_once('.').filter(|(_, extension)| is_own_extension(extension))?;
        if stem.contains('/') {
            return None;
        }
        let ulid = stem.get(stem.len().checked_sub(ULID_LEN)?..)?;
        let slug = &stem[..stem.len() - ULID_LEN];
        if !(slug.is_empty() || slug.ends_with('-')) {
            return None;
        }
        let parsed = Ulid::from_string(ulid).ok().filter(|_| is_ulid(ulid))?;
        Some((space.parse().ok()?, Timestamp::from_unix_ms(parsed.timestamp_ms())))
    }

    /// The space that its first segment would name.
    pub fn first_segment_as_space(&self) -> Option<Space> {
        self.0.split_once('/').and_then(|(first, _)| first.parse().ok())
    }

    /// The download name of a code's file, without extension: the words of its title, as in its key.
    pub fn download_stem(title: &str) -> String {
        file_name::stem(title)
    }

    /// The download name of a file in the bucket: ours without the unique part, foreign ones made safe.
    pub fn download_name(file_name: &str) -> String {
        let (stem, extension) = file_name.split_at(file_name.rfind('.').unwrap_or(file_name.len()));
        let slug = stem.len().checked_sub(ULID_LEN).and_then(|at| stem.split_at_checked(at));
        match slug.filter(|(slug, ulid)| is_ulid(ulid) && (slug.is_empty() || slug.ends_with('-'))) {
            Some((slug, _)) => Self::download_stem(slug) + extension,
            None => file_name::harmless(file_name),
        }
    }

    /// The last segment: the file name.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').find(|segment| !segment.is_empty()).unwrap_or("file")
    }

    /// The media type of the extension; `application/octet-stream` unless it is safe and useful to show in a page.
    /// SVG is excluded on purpose: a foreign one can contain scripts.
    pub fn content_type(&self) -> &'static str {
        let extension = self.file_name().rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase());
        match extension.as_deref() {
            Some("png") => "image/png",
            Some("jpg" | "jpeg") => "image/jpeg",
            Some("gif") => "image/gif",
            Some("webp") => "image/webp",
            _ => "application/octet-stream",
        }
    }
}

fn is_own_extension(extension: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (1..=EXTENSION_MAX_BYTES).contains(&extension.len()) && extension.bytes().all(is_plain)
}

/// Whether this is a ULID in its canonical spelling: the crate also accepts lowercase.
fn is_ulid(text: &str) -> bool {
    Ulid::from_string(text).is_ok_and(|parsed| parsed.to_string() == text)
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        if text.is_empty() || text.len() > KEY_MAX_BYTES {
            Err(KeyError::Length)
        } else if text.starts_with(RESERVED_PREFIX) {
            Err(KeyError::Reserved)
        } else {
            Ok(Self(text.into()))
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(feature = "serde")]
serde_as_text!(Key);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::OWN_KEY_MAX_BYTES;
    use proptest::prelude::*;

    fn ulid() -> Ulid {
        Ulid::from_parts(1_795_230_895_120, 7)
    }

    #[test]
    fn own_keys_round_trip() {
        let key = Key::own(&Space::main(), "https://example.com/Café?x=1", ulid());
        assert_eq!(key.as_str(), format!("main/https-example-com-café-x-1-{}.png", ulid()));
        assert_eq!(key.own_parts(), Some((Space::main(), Timestamp::from_unix_ms(1_795_230_895_120))));
        assert_eq!(key.content_type(), "image/png");
        let japanese = Key::own(&Space::main(), "日本語", ulid());
        assert_eq!(japanese.as_str(), format!("main/日本語-{}.png", ulid()));
        assert!(japanese.own_parts().is_some());
        let bare = Key::own(&Space::main(), "🎉", ulid());
        assert_eq!(bare.as_str(), format!("main/{}.png", ulid()));
        assert!(bare.own_parts().is_some());
    }

    #[test]
    fn keys_of_uploads_have_their_extension() {
        for (extension, kept) in
            [("jpg", "jpg"), ("heic", "heic"), ("", "bin"), ("JPG", "bin"), ("a/b", "bin")]
        {
            let key = Key::own_file(&Space::main(), "Beach", ulid(), extension);
            assert_eq!(key.as_str(), format!("main/beach-{}.{kept}", ulid()));
            assert_eq!(key.own_parts().map(|(space, _)| space), Some(Space::main()));
            assert_eq!(Key::download_name(key.file_name()), format!("beach.{kept}"));
        }
        assert_eq!(format!("main/{}.JPG", ulid()).parse::<Key>().unwrap().own_parts(), None);
    }

    #[test]
    fn derived_keys_name_their_photo() {
        let key = Key::of_derived(&Space::main(), 12, "ab", "view.jpg");
        assert_eq!(key.as_str(), "_qrate/derived/main/12/ab/view.jpg");
        assert!(key.is_reserved() && key.as_str().starts_with(&Key::derived_folder(&Space::main(), 12)));
        assert_eq!(Key::reserved(key.as_str()).as_ref(), Some(&key));
        assert_eq!(key.derived_from(), Some((Space::main(), 12)));
        for other in
            ["_qrate/derived/main/12", "_qrate/derived/main/012/a", "_qrate/derived/Main/1/a", "_qrate/x"]
        {
            assert_eq!(Key::reserved(other).unwrap().derived_from(), None, "{other}");
        }
        assert_eq!(Key::reserved("main/a"), None);
    }

    #[test]
    fn keys_of_tables_name_their_table() {
        let (table, part) = (Key::of_table(&Space::main(), 17), Key::of_table_part(&Space::main(), 17, 3));
        assert_eq!(table.as_str(), "_qrate/tables/main/17/table");
        assert_eq!(part.as_str(), "_qrate/tables/main/17/00003");
        for key in [table, part] {
            assert!(key.is_reserved() && key.as_str().starts_with(Key::tables_folder()));
            assert_eq!(key.table_id(), Some(17));
        }
        for other in ["_qrate/tables/main/x/table", "_qrate/tables/17", "_qrate/derived/main/17/a"] {
            assert_eq!(Key::reserved(other).unwrap().table_id(), None, "{other}");
        }
    }

    #[test]
    fn download_names_come_from_titles() {
        for (title, stem) in [
            ("Menu of the Week", "menu-of-the-week"),
            ("日本", "日本"),
            ("", "qr-code"),
            ("nul", "qr-code-nul"),
        ] {
            let key = Key::own(&Space::main(), title, ulid());
            assert_eq!(Key::download_stem(title), stem);
            assert_eq!(Key::download_name(key.file_name()), format!("{stem}.png"));
            let svg = key.file_name().replace(".png", ".svg");
            assert_eq!(Key::download_name(&svg), format!("{stem}.svg"));
        }
        let foreign = ["png", "photo 1.jpg", &format!("x{}.png", ulid()), &"ä".repeat(30)];
        for file_name in foreign {
            assert_eq!(Key::download_name(file_name), file_name);
        }
        assert_eq!(Key::download_name("..\u{202e}gnp.png"), "__gnp.png");
    }

    #[test]
    fn logo_keys_are_reserved() {
        let logo = Key::of_logo(&Sha256([0xab; 32]));
        assert_eq!(logo.as_str(), format!("_qrate/logos/{}.png", "ab".repeat(32)));
        assert!(logo.is_reserved() && logo.own_parts().is_none() && logo.content_type() == "image/png");
        assert_eq!(logo.as_str().parse::<Key>(), Err(KeyError::Reserved));
    }

    #[test]
    fn foreign_keys_are_kept_verbatim() {
        for text in ["a.png", "a b/+%/../ü.PNG", "main/photo.png", &"x".repeat(1024), "/", "main/é.png"] {
            let key: Key = text.parse().unwrap();
            assert_eq!(key.own_parts(), None, "{text}");
            assert_eq!(key.as_str(), text);
        }
        let small = format!("main/{}.png", ulid().to_string().to_lowercase());
        assert_eq!(small.parse::<Key>().unwrap().own_parts(), None);
        assert_eq!("".parse::<Key>(), Err(KeyError::Length));
        assert_eq!("x".repeat(1025).parse::<Key>(), Err(KeyError::Length));
        assert_eq!("_qrate/x".parse::<Key>(), Err(KeyError::Reserved));
        assert_eq!("a/b.svg".parse::<Key>().unwrap().content_type(), "application/octet-stream");
    }

    proptest! {
        #[test]
        fn own_keys_are_bounded_and_recognised(title in any::<String>(), space in "[a-z0-9-]{1,40}") {
            let space: Space = space.parse().unwrap();
            let key = Key::own(&space, &title, ulid());
            prop_assert!(key.as_str().len() <= OWN_KEY_MAX_BYTES);
            prop_assert_eq!(key.own_parts().map(|(s, _)| s), Some(space));
            prop_assert_eq!(key.as_str().parse(), Ok(key));
        }

        #[test]
        fn arbitrary_texts_never_panic(text in any::<String>()) {
            if let Ok(key) = text.parse::<Key>() {
                let _ = (key.own_parts(), key.file_name(), key.content_type(), key.first_segment_as_space());
            }
        }
    }
}
