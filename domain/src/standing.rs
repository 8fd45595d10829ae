//! How well a code scans, in words.

use crate::Score;

/// Below so many points people are warned in plain words.
const BAD_POINTS: u8 = 50;

/// Whether a score is one to be content with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    Good,
    /// There are reasons why it is not.
    Weak,
}

impl Standing {
    /// As it stands in pages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Weak => "weak",
        }
    }
}

impl Score {
    /// The score in words, and whether to be content with it.
    pub fn words(&self) -> (&'static str, Standing) {
        match self.points {
            _ if self.reasons.is_empty() => ("Scans well", Standing::Good),
            ..BAD_POINTS => ("Scans badly", Standing::Weak),
            _ => ("Scans less well", Standing::Weak),
        }
    }

    /// Its points in words.
    pub fn points_in_words(&self) -> String {
        format!("{} of 100", self.points)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_and_points_make_the_words() {
        let words = |points, reasons: &[&str]| {
            let reasons = reasons.iter().map(ToString::to_string).collect();
            Score { points, reasons }.words()
        };
        assert_eq!(words(100, &[]), ("Scans well", Standing::Good));
        assert_eq!(words(50, &["It is pale."]), ("Scans less well", Standing::Weak));
        assert_eq!(words(49, &["It is pale."]), ("Scans badly", Standing::Weak));
    }
}
