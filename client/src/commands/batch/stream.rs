//! A request whose body is written while its answer is read: lines in both directions. Not here: what they say.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::Method;
use hyper::body::Frame;
use tokio::sync::mpsc;

use crate::api::{Api, Body, Call, Download, Path, Trouble};
use crate::failure::{Exit, Failure};

/// The longest answer to a line: a change has some tens of kilobytes.
const ANSWER_MAX_BYTES: usize = 4 * 1024 * 1024;

/// Where lines are sent.
pub(super) struct Stream {
    /// `None` once all are sent. The lines that wait are bounded by those that are unanswered.
    sender: Option<mpsc::UnboundedSender<Bytes>>,
}

/// Where answers arrive.
pub(super) struct Answers {
    pieces: mpsc::Receiver<Result<Bytes, Trouble>>,
    begun: Vec<u8>,
}

impl Stream {
    /// Opens a request, which goes on by itself.
    pub(super) fn open(api: &Arc<Api>) -> (Self, Answers) {
        let (sender, lines) = mpsc::unbounded_channel();
        let (answers, pieces) = mpsc::channel(16);
        let request = api.streamed(&call(api), body(lines));
        tokio::spawn(async move {
            let done = match request.await {
                Ok(answer) => pass_on(answer, &answers).await,
                Err(trouble) => Err(trouble),
            };
            if let Err(trouble) = done {
                // Nobody may be waiting any more.
                let _ = answers.send(Err(trouble)).await;
            }
        });
        (Self { sender: Some(sender) }, Answers { pieces, begun: Vec::new() })
    }

    pub(super) fn send(&mut self, line: &[u8]) {
        if let Some(sender) = &self.sender {
            // Without a receiver the request has ended, which the answers say.
            let _ = sender.send(Bytes::copy_from_slice(line));
        }
    }

    /// All lines are sent.
    pub(super) fn end(&mut self) {
        self.sender = None;
    }

    pub(super) fn is_ended(&self) -> bool {
        self.sender.is_none()
    }
}

fn call(api: &Arc<Api>) -> Call {
    Call::stream(Method::POST, api.in_space(&Path::new("batch")))
}

fn body(lines: mpsc::UnboundedReceiver<Bytes>) -> Body {
    let lines = stream::unfold(lines, |mut lines| async { Some((lines.recv().await?, lines)) });
    StreamBody::new(lines.map(|line| Ok::<_, io::Error>(Frame::data(line)))).boxed_unsync()
}

async fn pass_on(mut answer: Download, to: &mpsc::Sender<Result<Bytes, Trouble>>) -> Result<(), Trouble> {
    // How long an answer may take is decided by whoever knows which lines are unanswered.
    while let Some(bytes) = answer.next_within(Duration::MAX / 4).await? {
        if to.send(Ok(bytes)).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

impl Answers {
    /// The next line; `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<u8>>, Trouble> {
        loop {
            if let Some(end) = self.begun.iter().position(|byte| *byte == b'\n') {
                let rest = self.begun.split_off(end + 1);
                return Ok(Some(std::mem::replace(&mut self.begun, rest)));
            }
            match self.pieces.recv().await {
                None => return Ok(None),
                Some(piece) => self.begun.extend_from_slice(&piece?),
            }
            if self.begun.len() > ANSWER_MAX_BYTES {
                return Err(Trouble::Final(Failure::other("The server's answer is too long.")));
            }
        }
    }

    /// The answer ended too early.
    pub(super) fn cut() -> Trouble {
        let sentence = "The connection was lost before all lines were answered.";
        Trouble::Passing(Failure::new(Exit::Away, sentence), None)
    }

    /// No answer came for so long.
    pub(super) fn silent(patience: Duration) -> Trouble {
        let sentence = format!("The server did not answer for {} s.", patience.as_secs());
        Trouble::Passing(Failure::new(Exit::Away, sentence), None)
    }
}
