//! A score in words.

use crate::Score;

/// Below this score the words are a plain warning.
const BAD_POINTS: u8 = 50;

/// Whether a score is good enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    Good,
    /// There are reasons why it is not.
    Weak,
}

impl Standing {
    /// As used in pages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Weak => "weak",
        }
    }
}

impl Score {
    /// The verdict in words, and whether the score is good enough.
    pub fn words(&self) -> (&'static str, Standing) {
        match self.points {
            _ if self.reasons.is_empty() => ("Scans well", Standing::Good),
            ..BAD_POINTS => ("Scans badly", Standing::Weak),
            _ => ("Scans less reliably", Standing::Weak),
        }
    }

    /// The score in words.
    pub fn points_in_words(&self) -> String {
        format!("{} of 100", self.points)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdict_depends_on_reasons_and_points() {
        let words = |points, reasons: &[&str]| {
            let reasons = reasons.iter().map(ToString::to_string).collect();
            Score { points, reasons }.words()
        };
        assert_eq!(words(100, &[]), ("Scans well", Standing::Good));
        assert_eq!(words(50, &["It is pale."]), ("Scans less reliably", Standing::Weak));
        assert_eq!(words(49, &["It is pale."]), ("Scans badly", Standing::Weak));
    }
}
