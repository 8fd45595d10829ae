//! Which foreign objects are left out because of their names: hidden and temporary files. Not here: when that counts
//! (`inspect`, `pass`): an object that has an entry keeps it.

use std::str::FromStr;

use domain::Key;
use glob::{MatchOptions, Pattern};

/// The default list: names that systems and programs use for their own files.
const BY_DEFAULT: &str = "\
    .*, *~, ~$*, #*#, *.tmp, *.temp, *.part, *.partial, *.filepart, *.crdownload, *.download, ~syncthing~*, *.!sync, \
    Thumbs.db, ehthumbs.db, ehthumbs_vista.db, desktop.ini, Icon\r, __MACOSX, lost+found, @eaDir, #recycle, \
    $RECYCLE.BIN, System Volume Information";
/// Stands for the default list.
const DEFAULT: &str = "default";
/// Stands for an empty list.
const NONE: &str = "none";

/// Systems that create such files ignore case.
const MATCHING: MatchOptions = MatchOptions {
    case_sensitive: false,
    require_literal_separator: false,
    require_literal_leading_dot: false,
};

/// Name patterns. An object is left out if its file, or a folder above it, has such a name.
#[derive(Debug, Clone)]
pub struct LeftOut(Vec<Pattern>);

/// The text is not a list of patterns.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LeftOutError {
    /// A name has no slash.
    #[error("the pattern {0} has a slash: patterns match the name of a file or folder, wherever it is")]
    Slash(String),
    /// Not a glob pattern.
    #[error("{0} is not a pattern: {1}")]
    Pattern(String, &'static str),
}

impl LeftOut {
    /// Whether an object with this key is left out.
    pub(crate) fn has(&self, key: &Key) -> bool {
        let is_left_out = |name: &str| self.0.iter().any(|pattern| pattern.matches_with(name, MATCHING));
        // In S3 these lead nowhere, and hide nothing.
        key.as_str().split('/').filter(|name| !matches!(*name, "." | "..")).any(is_left_out)
    }
}

impl Default for LeftOut {
    fn default() -> Self {
        DEFAULT.parse().expect("our own patterns are patterns")
    }
}

/// Comma-separated patterns: `*` matches any characters, `?` one, `[ab]` one of these; case is ignored. `default`
/// stands for the default list, `none` for an empty one.
impl FromStr for LeftOut {
    type Err = LeftOutError;

    fn from_str(text: &str) -> Result<Self, LeftOutError> {
        let parse = |pattern: &str| {
            if pattern.contains('/') {
                return Err(LeftOutError::Slash(pattern.to_owned()));
            }
            let wrong = |error: glob::PatternError| LeftOutError::Pattern(pattern.to_owned(), error.msg);
            Pattern::new(pattern).map_err(wrong)
        };
        patterns(text).map(parse).collect::<Result<_, _>>().map(Self)
    }
}

fn patterns(text: &str) -> impl Iterator<Item = &str> {
    let listed = |text: &'static str| text.split(", ").map(|pattern| pattern.trim_start_matches(' '));
    let given = text.split(',').map(str::trim).filter(|pattern| !matches!(*pattern, "" | NONE));
    given.flat_map(move |pattern| {
        let by_default = (pattern == DEFAULT).then(|| listed(BY_DEFAULT)).into_iter().flatten();
        by_default.chain((pattern != DEFAULT).then_some(pattern))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(names: &LeftOut, key: &str) -> bool {
        names.has(&key.parse().unwrap())
    }

    #[test]
    fn hidden_files_and_files_in_the_making_are_left_out() {
        let names = LeftOut::default();
        for key in [
            ".DS_Store",
            "photos/.DS_Store",
            "._photo.jpg",
            "photos/Thumbs.db",
            "thumbs.DB",
            "desktop.ini",
            ".photo.jpg.Xa3b9Q",
            ".syncthing.photo.jpg.tmp",
            "~syncthing~photo.jpg.tmp",
            ".photo.jpg.~1a2b",
            ".sync_a1b2c3.db",
            ".dropbox.cache/2026/photo.jpg",
            "photo.jpg.part",
            "photo.jpg.crdownload",
            "photo.jpg.filepart",
            "notes.txt~",
            ".notes.txt.swp",
            "#notes.txt#",
            "~$menu.docx",
            ".~lock.menu.odt#",
            "Icon\r",
            "__MACOSX/a.png",
            "lost+found/#12",
            "photos/@eaDir/photo.jpg/SYNOPHOTO_THUMB_M.jpg",
            "$RECYCLE.BIN/a.png",
            ".Trash-1000/files/a.png",
            ".git/HEAD",
        ] {
            assert!(has(&names, key), "{key}");
        }
        for key in [
            "photo.jpg",
            "a.b.c",
            "main/menu-01JD6Q00000000000000000000.png",
            "~home",
            "part",
            "tmp/a.png",
            "a~b",
            "../a.png",
            "./b",
        ] {
            assert!(!has(&names, key), "{key}");
        }
    }

    #[test]
    fn leave_out_list_can_be_replaced_or_extended() {
        let other: LeftOut = " *.bak , draft-?.png".parse().unwrap();
        assert!(has(&other, "a.BAK") && has(&other, "x/draft-1.png/y") && !has(&other, ".DS_Store"));
        let longer: LeftOut = "default,*.bak".parse().unwrap();
        assert!(has(&longer, "a.bak") && has(&longer, ".DS_Store"));
        let none: LeftOut = "none".parse().unwrap();
        assert!(!has(&none, ".DS_Store"));
    }

    #[test]
    fn invalid_leave_out_pattern_is_named() {
        assert!("a/*".parse::<LeftOut>().unwrap_err().to_string().contains("a/*"));
        assert!("[a".parse::<LeftOut>().unwrap_err().to_string().contains("[a"));
    }
}
