//! Logs failed requests: the first of a kind with its causes, then only their number. While storage is unavailable
//! every save fails in the same way, and must not flood the log. Not here: what the user sees (`error_response`).

use std::collections::BTreeMap;

use gallery::{LogThrottle, causes};
use parking_lot::Mutex;

use crate::http_request_id::HttpRequestId;
use crate::problem::Problem;

/// Distinct messages: a message may contain the name of a file.
const KINDS_MAX: usize = 16;
/// Stands for all others.
const OTHERS: &str = "other requests";

/// Failures by their message.
#[derive(Default)]
pub(crate) struct ErrorLog(Mutex<BTreeMap<String, LogThrottle>>);

impl ErrorLog {
    /// Logs a problem that has a cause, unless a similar one was just logged. Each request has a log line with its id
    /// anyway, and at the level `debug` each cause is logged.
    pub(crate) fn log(&self, problem: &Problem, request_id: &HttpRequestId) {
        let Some(cause) = &problem.cause else { return };
        let (cause, status) = (causes(cause.as_ref()), problem.status.as_u16());
        match self.record(&problem.sentence) {
            Some(0) => tracing::error!(%request_id, status, %cause, "{}", problem.sentence),
            Some(suppressed) => {
                tracing::error!(%request_id, status, %cause, suppressed, "{}", problem.sentence);
            }
            None => tracing::debug!(%request_id, status, %cause, "{}", problem.sentence),
        }
    }

    /// Logs the number of suppressed failures, if due: called for each successful request.
    pub(crate) fn log_suppressed(&self) {
        let kinds = self.0.lock();
        for (sentence, kind) in &*kinds {
            let suppressed = kind.rest();
            if suppressed > 0 {
                tracing::error!(suppressed, "more requests failed with: {sentence}");
            }
        }
    }

    fn record(&self, sentence: &str) -> Option<u64> {
        let mut kinds = self.0.lock();
        let is_told_apart = kinds.len() < KINDS_MAX || kinds.contains_key(sentence);
        kinds.entry(if is_told_apart { sentence } else { OTHERS }.to_owned()).or_default().record()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_error_of_each_kind_is_logged_and_kinds_are_bounded() {
        let error_log = ErrorLog::default();
        let is_logged = |sentence: &str| error_log.record(sentence).is_some();
        assert_eq!([is_logged("The bucket is away."), is_logged("The disk is full.")], [true, true]);
        assert_eq!([is_logged("The bucket is away."), is_logged("The disk is full.")], [false, false]);
        let made_up = (0..1000).filter(|n| is_logged(&format!("`{n}` is a file."))).count();
        assert_eq!(made_up, KINDS_MAX - 2 + 1, "one of each kind, and the first of all others");
    }
}
