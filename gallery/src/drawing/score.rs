//! How reliably codes scan, computed once per look, version and level: it takes some tenths of a second.

use std::sync::Arc;

use domain::{Level, Score, StyleText};

use super::code::{Code, SCORING_BYTES};
use crate::error::GalleryError;
use crate::pictures::Purpose;
use crate::single_flight::SingleFlightCache;

/// Scores in memory.
const SCORES_MAX: usize = 4096;

/// Scores by what they depend on: the look, and the symbol's version and level.
pub(crate) struct Scores {
    of_entries: SingleFlightCache<Scored, Score, GalleryError>,
    /// Separate, so that no save waits for a draft's score.
    of_drafts: SingleFlightCache<Scored, Score, GalleryError>,
}

type Scored = (StyleText, u8, Level);

impl Default for Scores {
    fn default() -> Self {
        Self {
            of_entries: SingleFlightCache::at_most(SCORES_MAX),
            of_drafts: SingleFlightCache::at_most(SCORES_MAX),
        }
    }
}

impl Scores {
    /// The score of a code; an error if it cannot be read at all.
    pub(super) async fn score(&self, code: &Arc<Code>) -> Result<Score, GalleryError> {
        let scored = (code.look.clone(), code.symbol.version(), code.symbol.level());
        let find = async {
            let found = code.within(SCORING_BYTES, |code| Ok(code.drawing()?.score()?));
            let qr::Score { points, reasons } = found.await?;
            let reasons = reasons.iter().map(ToString::to_string).collect();
            Ok(Score { points, reasons })
        };
        let Scores { of_entries, of_drafts } = self;
        let (own, others) = match code.purpose {
            Purpose::Entry => (of_entries, of_drafts),
            Purpose::Draft => (of_drafts, of_entries),
        };
        match others.at_hand(&scored) {
            Some(score) => Ok(score),
            None => own.get_or_try(scored, find).await,
        }
    }
}
