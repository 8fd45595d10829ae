//! What finds labels in photos. Not here: what each labeller is (`gallery::labeller`).

use domain::LabelName;
use gallery::labeller::{EmbeddedOptions, RekognitionOptions, label_words};

/// What finds labels in photos.
#[derive(Debug, Clone, clap::Args)]
pub struct LabellerArgs {
    /// What finds labels in photos.
    #[arg(long, env = "QRATE_LABELLER", value_enum, default_value_t)]
    pub labeller: LabellerChoice,

    /// How sure the labeller must be of a label, from 0 to 1. It asks for more where it is often wrong [default: 0.5,
    /// of Rekognition 0.7].
    #[arg(long, env = "QRATE_LABEL_THRESHOLD", value_name = "SHARE", value_parser = share)]
    pub label_threshold: Option<f32>,

    /// A label that is never given; can be repeated, or a list with commas. "qrate labels" prints all that there are.
    #[arg(long = "deny-label", env = "QRATE_DENIED_LABELS", value_name = "LABEL", value_delimiter = ',',
        value_parser = |text: &str| text.parse::<LabelName>())]
    pub denied_labels: Vec<LabelName>,
}

/// Which labeller.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum LabellerChoice {
    /// The networks that are part of the program: no account, and nothing leaves the machine.
    #[default]
    Embedded,
    /// Amazon Rekognition, which is sent a picture of each photo of at most 2,048 pixels a side, without its place. It
    /// costs money for each.
    Rekognition,
    /// Nothing looks at photos.
    None,
}

impl LabellerArgs {
    /// What the owner wants to hear of the embedded labeller. A label that it never gives was meant to be another.
    pub fn embedded(&self) -> Result<EmbeddedOptions, UnknownLabel> {
        let words: Vec<&str> = label_words(None).into_iter().map(|word| word.name).collect();
        let denied = |label: &LabelName| {
            let is_meant = |word: &&&str| word.parse().is_ok_and(|word| label.is_same_word(&word));
            match words.iter().find(is_meant) {
                Some(word) => Ok((*word).to_owned()),
                None => Err(UnknownLabel { label: label.clone(), close: close_to(label.as_str(), &words) }),
            }
        };
        let denied = self.denied_labels.iter().map(denied).collect::<Result<_, _>>()?;
        Ok(EmbeddedOptions { threshold: self.label_threshold, denied })
    }

    /// What the owner wants to hear of Rekognition; `None` if another labeller was chosen.
    pub fn rekognition(&self) -> Option<RekognitionOptions> {
        let options =
            || RekognitionOptions { threshold: self.label_threshold, denied: self.denied_labels.clone() };
        (self.labeller == LabellerChoice::Rekognition).then(options)
    }
}

/// A label that is denied, and that the embedded labeller never gives.
#[derive(Debug, thiserror::Error)]
#[error(
    "--deny-label (QRATE_DENIED_LABELS): the labeller never says \"{label}\". {close}\"qrate labels\" prints all that it \
     says"
)]
pub struct UnknownLabel {
    label: LabelName,
    /// A question with the words that may be meant, or nothing.
    close: String,
}

/// Asks whether a word that is spelled almost the same is meant.
fn close_to(typed: &str, words: &[&str]) -> String {
    const EDITS_MAX: usize = 2;
    const NAMED_MAX: usize = 3;
    let typed = typed.to_lowercase();
    let mut close: Vec<_> = words.iter().map(|word| (edits(&typed, word), *word)).collect();
    // Of a short word, two other letters make any other.
    close.retain(|(edits, word)| *edits <= EDITS_MAX.min(word.chars().count() / 2));
    close.sort_unstable();
    let named: Vec<_> = close.iter().take(NAMED_MAX).map(|(_, word)| format!("\"{word}\"")).collect();
    if named.is_empty() { String::new() } else { format!("Did you mean {}? ", named.join(" or ")) }
}

/// Characters to insert, delete or replace to get from one word to the other (Levenshtein).
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, from) in from.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, to) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

fn share(text: &str) -> Result<f32, String> {
    let share = text.parse().ok().filter(|share: &f32| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "a number from 0 to 1 is expected".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        labeller: LabellerArgs,
    }

    fn parsed(arguments: &[&str]) -> Result<LabellerArgs, String> {
        let line = Line::try_parse_from([&["qrate"], arguments].concat());
        line.map(|line| line.labeller).map_err(|error| error.to_string())
    }

    #[test]
    fn the_embedded_one_is_the_default() {
        assert_eq!(parsed(&[]).unwrap().labeller, LabellerChoice::Embedded);
        assert!(parsed(&[]).unwrap().rekognition().is_none());
        let args = parsed(&["--labeller", "rekognition", "--label-threshold", "0.9"]).unwrap();
        assert_eq!(args.rekognition().unwrap().threshold, Some(0.9));
        assert_eq!(parsed(&["--labeller", "none"]).unwrap().labeller, LabellerChoice::None);
    }

    #[test]
    fn denied_labels_are_a_list() {
        let args = parsed(&["--deny-label", "cat, dog", "--deny-label", "person"]).unwrap();
        assert_eq!(args.embedded().unwrap().denied, ["cat", "dog", "person"]);
        assert!(parsed(&["--deny-label", "cat,,dog"]).unwrap_err().contains("cannot be empty"));
    }

    #[test]
    fn denied_label_that_is_never_given_is_refused() {
        let said = |label| parsed(&["--deny-label", label]).unwrap().embedded().unwrap_err().to_string();
        let wrong = said("moutain");
        assert!(wrong.contains("never says \"moutain\". Did you mean \"mountain\""), "{wrong}");
        let unlike = said("nosuch");
        assert!(!unlike.contains("Did you") && unlike.contains("qrate labels"), "{unlike}");
        assert_eq!(parsed(&["--deny-label", "CAT"]).unwrap().embedded().unwrap().denied, ["cat"]);
        assert_eq!((edits("kitten", "sitting"), edits("", "ab"), edits("a", "a")), (3, 2, 0));
    }

    #[test]
    fn wrong_thresholds_are_refused() {
        assert_eq!(parsed(&["--label-threshold", "0.7"]).unwrap().label_threshold, Some(0.7));
        for wrong in ["1.5", "-1", "NaN", "much"] {
            let argument = format!("--label-threshold={wrong}");
            let refused = parsed(&[&argument]).unwrap_err();
            assert!(refused.contains(wrong) && refused.contains("from 0 to 1"), "{refused}");
        }
    }
}
