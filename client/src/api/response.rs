//! The body of an answer: it must go on arriving, and what is read into memory is bounded.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use hyper::header::HeaderName;
use hyper::{Response, StatusCode};

use super::http::{Activity, within};
use super::trouble::Trouble;
use crate::failure::{Exit, Failure};

/// What is read of an answer in JSON: a page of 200 entries with the longest texts has some megabytes.
pub(super) const JSON_MAX_BYTES: usize = 64 * 1024 * 1024;

/// An answer that says yes, with its body to come.
pub(crate) struct Download {
    answer: Response<Incoming>,
    activity: Activity,
    patience: Duration,
}

impl Download {
    pub(super) fn new(answer: Response<Incoming>, activity: Activity, patience: Duration) -> Self {
        Self { answer, activity, patience }
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.answer.status()
    }

    /// A header as text.
    pub(crate) fn header(&self, name: HeaderName) -> Option<&str> {
        // Bytes beyond ASCII are not text; a server that means them encodes them.
        self.answer.headers().get(name)?.to_str().ok()
    }

    /// The size of the body, if the server said it.
    pub(crate) fn size_bytes(&self) -> Option<u64> {
        self.answer.body().size_hint().exact()
    }

    /// The next bytes; `None` at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Trouble> {
        let patience = self.patience;
        self.next_within(patience).await
    }

    /// The same with another time limit.
    pub(crate) async fn next_within(&mut self, patience: Duration) -> Result<Option<Bytes>, Trouble> {
        loop {
            self.activity.note();
            let frame = within(&self.activity, patience, self.answer.body_mut().frame()).await;
            match frame {
                Some(None) => return Ok(None),
                Some(Some(Ok(frame))) => {
                    if let Ok(bytes) = frame.into_data() {
                        return Ok(Some(bytes));
                    }
                }
                Some(Some(Err(_))) => {
                    return Err(cut("The connection was lost in the middle of the answer."));
                }
                None => return Err(cut("The answer stopped in the middle.")),
            }
        }
    }

    /// The whole body.
    pub(super) async fn whole(mut self, max_bytes: usize) -> Result<Vec<u8>, Trouble> {
        let mut body = Vec::new();
        while let Some(bytes) = self.next().await? {
            if body.len() + bytes.len() > max_bytes {
                return Err(Trouble::Final(Failure::other("The server's answer is too long.")));
            }
            body.extend_from_slice(&bytes);
        }
        Ok(body)
    }
}

fn cut(sentence: &str) -> Trouble {
    Trouble::Passing(Failure::new(Exit::Away, sentence), None)
}
