//! The key of an object: the only place where keys are built or taken apart.

use core::fmt;
use core::str::FromStr;

use ulid::Ulid;

use crate::limits::KEY_MAX_BYTES;
use crate::{Sha256, Space, Timestamp, Visible, file_name};

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

const ULID_LEN: usize = 26;
const SUFFIX: &str = ".png";
impl Key {
    /// A new key of our own: `{space}/{slug of the title}-{ULID}.png`.
    pub fn own(space: &Space, title: &str, ulid: Ulid) -> Self {
        let slug = file_name::slug(title);
        let separator = if slug.is_empty() { "" } else { "-" };
        Self(format!("{space}/{slug}{separator}{ulid}{SUFFIX}").into())
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
        let stem = file.strip_suffix(SUFFIX).filter(|stem| !stem.contains('/'))?;
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
