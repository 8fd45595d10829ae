//! Summarises the answers: how many pictures of each kind each decoder reads, and how long it takes. Not here: the
//! answers.

use std::collections::BTreeSet;

use crate::Answer;
use crate::corpus::Picture;

/// The name of our decoder.
pub const OURS: &str = "qr";

/// One decoder's figures for one kind of picture, or for all.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// Its name.
    pub reader: String,
    /// The kind of the pictures; `None` for all.
    pub kind: Option<String>,
    /// The number of pictures.
    pub pictures: usize,
    /// How many of them were read.
    pub right: usize,
    /// In how many it read a wrong text.
    pub wrong: usize,
    /// Milliseconds per picture: the median, and the 95th percentile.
    pub median_ms: f64,
    /// See `median_ms`.
    pub slow_ms: f64,
}

/// The figures of each decoder, by kind and then for all; ours first.
pub fn figures(pictures: &[Picture], answers: &[Answer]) -> Vec<Figures> {
    let readers: BTreeSet<(bool, &str)> =
        answers.iter().map(|answer| (answer.reader != OURS, answer.reader.as_str())).collect();
    let mut kinds: Vec<Option<&str>> = Vec::new();
    for picture in pictures {
        if !kinds.contains(&Some(&picture.kind)) {
            kinds.push(Some(&picture.kind));
        }
    }
    kinds.push(None);
    let of_kind = |kind: Option<&str>, (_, reader): &(bool, &str)| {
        let is_of_kind = |picture: &Picture| kind.is_none_or(|kind| kind == picture.kind);
        let answers = answers.iter().filter(|answer| answer.reader == *reader);
        let answers: Vec<_> = answers.filter(|answer| is_of_kind(&pictures[answer.picture])).collect();
        let judged: Vec<_> =
            answers.iter().map(|answer| pictures[answer.picture].expected.judge(&answer.texts)).collect();
        let mut times: Vec<_> = answers.iter().map(|answer| answer.ms).collect();
        times.sort_by(f64::total_cmp);
        Figures {
            reader: (*reader).to_owned(),
            kind: kind.map(str::to_owned),
            pictures: answers.len(),
            right: judged.iter().filter(|(is_right, _)| *is_right).count(),
            wrong: judged.iter().filter(|(_, is_wrong)| *is_wrong).count(),
            median_ms: times.get(times.len() / 2).copied().unwrap_or(0.0),
            slow_ms: times.get(times.len() * 19 / 20).copied().unwrap_or(0.0),
        }
    };
    kinds.into_iter().flat_map(|kind| readers.iter().map(move |reader| of_kind(kind, reader))).collect()
}

/// Each answer next to the expected one, for closer inspection.
pub fn said(pictures: &[Picture], answers: &[Answer]) -> serde_json::Value {
    let answer = |answer: &Answer| {
        let picture = &pictures[answer.picture];
        let (is_right, is_wrong) = picture.expected.judge(&answer.texts);
        serde_json::json!({
            "reader": answer.reader, "kind": picture.kind, "file": picture.path, "texts": answer.texts, "ms": answer.ms,
            "right": is_right, "wrong": is_wrong,
        })
    };
    answers.iter().map(answer).collect()
}

/// Prints the figures: right, wrong, and milliseconds, for each kind and decoder.
pub fn print(figures: &[Figures]) {
    println!(
        "{:<28} {:<10} {:>8} {:>6} {:>6} {:>10} {:>10}",
        "kind", "reader", "pictures", "right", "wrong", "median ms", "95th ms"
    );
    for figures in figures {
        let Figures { reader, kind, pictures, right, wrong, median_ms, slow_ms } = figures;
        let kind = kind.as_deref().unwrap_or("all");
        println!(
            "{kind:<28} {reader:<10} {pictures:>8} {right:>6} {wrong:>6} {median_ms:>10.1} {slow_ms:>10.1}"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Expected;

    #[test]
    fn counted_by_kind_and_reader() {
        let picture = |kind: &str, text: &str| Picture {
            kind: kind.to_owned(),
            path: text.into(),
            expected: Expected::AnyOf(vec![text.to_owned()]),
        };
        let answer = |reader: &str, picture, text: &str, ms| Answer {
            reader: reader.to_owned(),
            picture,
            texts: vec![text.to_owned()],
            ms,
        };
        let pictures = [picture("blur", "a"), picture("angle", "b")];
        let answers = [answer("other", 0, "x", 9.0), answer(OURS, 0, "a", 1.0), answer(OURS, 1, "b", 3.0)];
        let counts: Vec<_> = figures(&pictures, &answers)
            .into_iter()
            .map(|figures| (figures.reader, figures.kind, figures.pictures, figures.right, figures.wrong))
            .collect();
        let row = |reader: &str, kind: Option<&str>, all, right, wrong| {
            (reader.to_owned(), kind.map(str::to_owned), all, right, wrong)
        };
        assert_eq!(
            counts,
            [
                row(OURS, Some("blur"), 1, 1, 0),
                row("other", Some("blur"), 1, 0, 1),
                row(OURS, Some("angle"), 1, 1, 0),
                row("other", Some("angle"), 0, 0, 0),
                row(OURS, None, 2, 2, 0),
                row("other", None, 1, 0, 1),
            ]
        );
    }
}
