//! What the log hears of requests that fail: the first of those that are alike with its causes, then their number. While
//! storage is away every save fails in the same way, and the log must not be flooded by it. Not here: what the person
//! hears (`error_response`).

use std::collections::BTreeMap;
use std::error::Error;

use gallery::LogThrottle;
use parking_lot::Mutex;

use crate::http_request_id::HttpRequestId;
use crate::problem::Problem;

/// Sentences that are told apart: one can hold the name of a file.
const KINDS_MAX: usize = 16;
/// All further ones.
const OTHERS: &str = "other requests";

/// Complaints by their sentence.
#[derive(Default)]
pub(crate) struct Complaints(Mutex<BTreeMap<String, LogThrottle>>);

impl Complaints {
    /// Logs a problem that has a cause, unless one like it was a moment ago. The line of each request has its id in any
    /// case, and at the level `debug` each cause is there.
    pub(crate) fn hear(&self, problem: &Problem, request_id: &HttpRequestId) {
        let Some(cause) = &problem.cause else { return };
        let (cause, status) = (chain(cause.as_ref()), problem.status.as_u16());
        match self.record(&problem.sentence) {
            Some(0) => tracing::error!(%request_id, status, %cause, "{}", problem.sentence),
            Some(untold) => tracing::error!(%request_id, status, %cause, untold, "{}", problem.sentence),
            None => tracing::debug!(%request_id, status, %cause, "{}", problem.sentence),
        }
    }

    /// Logs how many there were that nobody was told of, if that is due: asked at each request that succeeds.
    pub(crate) fn tell_the_rest(&self) {
        let kinds = self.0.lock();
        for (sentence, kind) in &*kinds {
            let untold = kind.rest();
            if untold > 0 {
                tracing::error!(untold, "more requests failed so: {sentence}");
            }
        }
    }

    fn record(&self, sentence: &str) -> Option<u64> {
        let mut kinds = self.0.lock();
        let is_told_apart = kinds.len() < KINDS_MAX || kinds.contains_key(sentence);
        kinds.entry(if is_told_apart { sentence } else { OTHERS }.to_owned()).or_default().record()
    }
}

/// An error and its causes, in one line.
fn chain(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| (**error).source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_each_kind_is_told_and_kinds_cannot_be_made_up_without_end() {
        let complaints = Complaints::default();
        let told = |sentence: &str| complaints.record(sentence).is_some();
        assert_eq!([told("The bucket is away."), told("The disk is full.")], [true, true]);
        assert_eq!([told("The bucket is away."), told("The disk is full.")], [false, false]);
        let made_up = (0..1000).filter(|n| told(&format!("`{n}` is a file."))).count();
        assert_eq!(made_up, KINDS_MAX - 2 + 1, "those told apart, and the first of all others");
    }
}
