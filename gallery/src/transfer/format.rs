//! The format of the tar: names and the manifest, shared by export and import.

use domain::{EntryId, Key, Sha256, Space};
use serde::{Deserialize, Serialize};

use crate::catalog::{Counters, Settings};

/// The version that is written, and the newest that is read.
pub(super) const FORMAT: u32 = 2;
/// The first file.
pub(super) const MANIFEST: &str = "qrate.json";
/// The last file.
pub(super) const END: &str = "end.json";
/// Lines in a JSON-lines file, so that none has to be in memory together with its parsed form.
pub(super) const LINES_MAX: usize = 1000;
/// Longest line: twice the longest value with everything else of an entry, escaped.
pub(super) const LINE_MAX_BYTES: usize = 64 * 1024;

/// The content of the tar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// The version of the format.
    pub(super) format: u32,
    /// In the order in which they follow.
    pub(super) spaces: Vec<SpaceManifest>,
}

/// The content of the tar for one space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SpaceManifest {
    pub(super) space: Space,
    pub(super) counters: Counters,
    /// Entries and tombstones.
    pub(super) entries: u64,
    /// Changes in the log.
    pub(super) changes: u64,
    #[serde(default)]
    pub(super) settings: Settings,
}

/// How much there was: without it the tar was cut off, perhaps between two objects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct End {
    pub(super) objects: u64,
    #[serde(default)]
    pub(super) logos: u64,
}

/// A file of the tar, from its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Logo(Sha256),
    Entries(Space),
    Log(Space),
    Object(Space, EntryId),
}

impl Part {
    /// `None` for any name that `export` does not write, such as a path that leads elsewhere.
    pub(super) fn parse(name: &str) -> Option<Self> {
        // No space has such a name.
        if let Some(digest) = name.strip_prefix("_qrate/logos/").and_then(|file| file.strip_suffix(".png")) {
            let digest: Sha256 = digest.parse().ok()?;
            return (name == Key::of_logo(&digest).as_str()).then_some(Self::Logo(digest));
        }
        let mut segments = name.split('/');
        let (space, kind, file) = (segments.next()?, segments.next()?, segments.next()?);
        if segments.next().is_some() {
            return None;
        }
        let space = space.parse().ok()?;
        match kind {
            "entries" => number(file.strip_suffix(".jsonl")?).map(|_| Self::Entries(space)),
            "log" => number(file.strip_suffix(".jsonl")?).map(|_| Self::Log(space)),
            "objects" => number(file).map(|id| Self::Object(space, id)),
            _ => None,
        }
    }
}

/// A number as we write it: no sign, no leading zero.
fn number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| *number > 0 && number.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_export_names_are_recognised() {
        assert_eq!(Part::parse("main/objects/12"), Some(Part::Object(Space::main(), 12)));
        assert_eq!(Part::parse("main/entries/1.jsonl"), Some(Part::Entries(Space::main())));
        assert_eq!(Part::parse("main/log/9.jsonl"), Some(Part::Log(Space::main())));
        let logo = Key::of_logo(&Sha256([0xab; 32]));
        assert_eq!(Part::parse(logo.as_str()), Some(Part::Logo(Sha256([0xab; 32]))));
        for name in [
            &logo.as_str().to_uppercase(),
            &logo.as_str().replace("ab.png", "AB.png"),
            "_qrate/logos/../1.png",
            "_qrate/bucket",
            "",
            "/main/objects/1",
            "main/objects/../1",
            "../objects/1",
            "main/objects/01",
            "main/objects/+1",
            "main/objects/0",
            "main/objects/1/",
            "Main/objects/1",
            "main/entries/1",
            "main/other/1",
            "main/objects/18446744073709551616",
        ] {
            assert_eq!(Part::parse(name), None, "{name}");
        }
    }
}
