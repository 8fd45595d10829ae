//! Pictures and their contents, from a given folder. Not here: generating pictures (`kinds`).

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Deserialize;

/// A picture, and which texts count as read.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Its kind, by which the table groups.
    pub kind: String,
    /// Its file.
    pub path: PathBuf,
    /// The expected texts.
    pub expected: Expected,
}

/// The expected texts.
#[derive(Debug, Clone)]
pub enum Expected {
    /// Any of these, and nothing else.
    AnyOf(Vec<String>),
    /// All of these.
    AllOf(Vec<String>),
}

/// A line of `corpus.jsonl`.
#[derive(Deserialize)]
struct Line {
    file: String,
    group: String,
    expected: Vec<String>,
}

/// The pictures in a folder or its `corpus` folder, as its `corpus.jsonl` lists them.
pub(crate) fn load(folder: &Path) -> anyhow::Result<Vec<Picture>> {
    let list = folder.join("corpus.jsonl");
    let lines = std::fs::read_to_string(&list).with_context(|| list.display().to_string())?;
    let picture = |line| {
        let Line { file, group, expected } = serde_json::from_str(line)?;
        let below = folder.join("corpus").join(&file);
        let path = if below.exists() { below } else { folder.join(&file) };
        Ok(Picture { kind: format!("corpus: {}", family(&group)), path, expected: Expected::AnyOf(expected) })
    };
    lines.lines().filter(|line| !line.trim().is_empty()).map(picture).collect()
}

/// The first word of a group: some corpora have many groups of a few pictures.
fn family(group: &str) -> &str {
    group.split_whitespace().next().unwrap_or(group)
}

/// With whitespace folded, as in the corpora's lists.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Expected {
    /// Whether the texts are right, and whether one of them is wrong.
    pub(crate) fn judge(&self, texts: &[String]) -> (bool, bool) {
        let texts: Vec<_> = texts.iter().map(|text| folded(text)).collect();
        let (Self::AnyOf(expected) | Self::AllOf(expected)) = self;
        let expected: Vec<_> = expected.iter().map(|text| folded(text)).collect();
        let is_right = match self {
            Self::AnyOf(_) => texts.iter().any(|text| expected.contains(text)),
            Self::AllOf(_) => expected.iter().all(|text| texts.contains(text)),
        };
        (is_right, texts.iter().any(|text| !expected.contains(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_and_wrong() {
        let of = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let any = Expected::AnyOf(of(&["a b", "c"]));
        assert_eq!(any.judge(&of(&["a\r\n b"])), (true, false));
        assert_eq!(any.judge(&of(&["c", "d"])), (true, true));
        assert_eq!(any.judge(&[]), (false, false));
        let all = Expected::AllOf(of(&["a", "b"]));
        assert_eq!(all.judge(&of(&["b"])), (false, false));
        assert_eq!(all.judge(&of(&["b", "a"])), (true, false));
    }
}
