//! Many codes in one request: JSON lines in, JSON lines out, both streamed, a result for each line. Not here: what a line
//! says (`codes`).

use std::convert::Infallible;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use bytes::BytesMut;
use domain::RequestId;
use domain::limits::REQUEST_BODY_MAX_BYTES;
use futures::{Stream, StreamExt as _};
use gallery::{Grant, Published, Write};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::Instant;
use tokio_util::codec::{Decoder, FramedRead, LinesCodec, LinesCodecError};
use tokio_util::io::StreamReader;
use utoipa::ToSchema;

use super::codes::{CodeDraft, publish, status};
use super::idempotency::IdempotencyKey;
use super::parameters::{IdempotencyHeader, InSpacePath};
use super::problems::{ProblemJson, WriteProblems};
use super::wire::ChangeJson;
use crate::body::discard_rest;
use crate::grants::InSpace;
use crate::inputs::expect_type;
use crate::json_object::JsonObject;
use crate::problem::{InField as _, Problem};
use crate::site::Site;

/// JSON lines.
const NDJSON: &str = "application/x-ndjson";
/// Lines in one request.
const LINES_MAX: usize = 10_000;
/// Codes of a request that are made at once.
const AT_ONCE: usize = 32;
/// Requests of this kind that are served at once.
static PLACES: Semaphore = Semaphore::const_new(8);
/// Answers that wait for a client which sends everything before it reads: those to 10,000 ordinary lines.
const WAITING_MAX_BYTES: usize = 16 * 1024 * 1024;
/// A client that sends nothing for this long is gone.
const SILENCE_MAX: Duration = Duration::from_secs(30);
/// Nobody holds one of the few places for longer, however slowly the lines arrive.
const REQUEST_MAX: Duration = Duration::from_secs(60 * 60);
/// Attempts at a line while the server is busy.
const ATTEMPTS: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// What became of a line.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LineResult {
    /// Which line, counted from 1.
    line: usize,
    /// The status that the same request would have alone.
    status: u16,
    /// What was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<ChangeJson>,
    /// Why nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemJson>,
}

#[utoipa::path(
    post,
    path = "/api/v1/spaces/{space}/batch",
    tag = "Codes",
    operation_id = "createCodes",
    summary = "Make many codes",
    description = "JSON lines: each is what `createCode` takes, without `picture`, and may have a `key`, its own id for \
        repetitions; with an Idempotency-Key lines without one are recognised by their number. The answer has one line for \
        each, in order, while the request is still being sent. At most 10,000 lines of 64 KiB.",
    params(InSpacePath, IdempotencyHeader),
    request_body(content = String, content_type = "application/x-ndjson"),
    responses(
        (status = 200, description = "A result for each line", content_type = "application/x-ndjson", body = LineResult),
        WriteProblems
    )
)]
pub(super) async fn create_many(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Write>,
    IdempotencyKey(request): IdempotencyKey,
    body: Request,
) -> Result<Response, Problem> {
    expect_type(body.headers(), NDJSON)?;
    let place = PLACES.try_acquire();
    let place =
        place.map_err(|_| Problem::busy("Too many such requests run at once. Try again in a moment."))?;
    let batch = Batch { site, grant, request };
    let (answers, mut answered) = mpsc::unbounded_channel::<(Bytes, OwnedSemaphorePermit)>();
    tokio::spawn(async move {
        let _place = place;
        batch.answer(body.into_body(), &answers).await;
    });
    let lines = futures::stream::poll_fn(move |context| answered.poll_recv(context));
    let lines = lines.map(|(line, _room)| Ok::<_, Infallible>(line));
    let headers = [(header::CONTENT_TYPE, NDJSON), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, Body::from_stream(lines)).into_response())
}

struct Batch {
    site: Arc<Site>,
    grant: Grant<Write>,
    request: RequestId,
}

impl Batch {
    /// Answers each line in order, until the client is gone.
    async fn answer(&self, body: Body, answers: &mpsc::UnboundedSender<(Bytes, OwnedSemaphorePermit)>) {
        let room = Arc::new(Semaphore::new(WAITING_MAX_BYTES));
        let results =
            lines(body).enumerate().map(|(place, line)| self.line(place + 1, line)).buffered(AT_ONCE);
        let mut results = pin!(results);
        while let Some(result) = results.next().await {
            let Some(result) = result else { continue };
            let mut json = serde_json::to_vec(&result).expect("our own types become JSON");
            json.push(b'\n');
            let size = u32::try_from(json.len().min(WAITING_MAX_BYTES)).expect("some megabytes");
            let Ok(room) = Arc::clone(&room).acquire_many_owned(size).await else { return };
            if answers.send((json.into(), room)).is_err() {
                return;
            }
        }
    }

    /// The result of a line; none of an empty one.
    async fn line(&self, number: usize, line: Result<String, Problem>) -> Option<LineResult> {
        let published = match line {
            Ok(line) if line.trim().is_empty() => return None,
            Ok(line) => self.publish(number, &line).await,
            Err(problem) => Err(problem),
        };
        Some(match published {
            Ok(published) => {
                let addresses = self.site.addresses(self.grant.space());
                let change = Some(ChangeJson::new(&addresses, &published.change));
                LineResult { line: number, status: status(&published).as_u16(), change, problem: None }
            }
            Err(problem) => {
                self.site.error_log.log(&problem, &crate::http_request_id::HttpRequestId::default());
                let mut failure = problem.failure();
                failure.error = self.site.without_paths(&failure.error);
                let json = ProblemJson::new(&self.site, problem.status, failure);
                LineResult {
                    line: number,
                    status: problem.status.as_u16(),
                    change: None,
                    problem: Some(json),
                }
            }
        })
    }

    async fn publish(&self, number: usize, line: &str) -> Result<Published, Problem> {
        let mut object = JsonObject::parse(line.as_bytes())?;
        let request = match object.text("key")? {
            Some(key) => IdempotencyKey::read(&key).in_field("key")?,
            None => self.request_of_line(number),
        };
        let draft = CodeDraft::read(object, request)?.without_picture()?;
        let mut pause = FIRST_PAUSE;
        for _ in 1..ATTEMPTS {
            match publish(&self.site, &self.grant, draft.clone()).await {
                Err(problem) if problem.status == StatusCode::SERVICE_UNAVAILABLE => {
                    tokio::time::sleep(pause).await;
                }
                published => return published,
            }
            pause *= 2;
        }
        publish(&self.site, &self.grant, draft).await
    }

    /// The same for each repetition of the request.
    fn request_of_line(&self, number: usize) -> RequestId {
        let digest = Sha256::digest(format!("{} {number}", self.request));
        domain::Sha256(digest.into()).to_string().parse().expect("64 hexadecimal digits")
    }
}

/// The lines of a body; the last may be why there are no more.
fn lines(body: Body) -> impl Stream<Item = Result<String, Problem>> {
    let bytes = StreamReader::new(Box::pin(while_it_arrives(body)));
    let lines = FramedRead::new(bytes, Lines(LinesCodec::new_with_max_length(REQUEST_BODY_MAX_BYTES)));
    let end = Instant::now() + REQUEST_MAX;
    futures::stream::unfold((Some(lines), 0), move |(lines, seen)| async move {
        let mut lines = lines?;
        if seen > LINES_MAX {
            discard_rest(lines.into_inner().into_inner()).await;
            return None;
        }
        let next = tokio::time::timeout_at(end, lines.next()).await;
        let ending = match next {
            Ok(None) => return None,
            Ok(Some(_)) if seen == LINES_MAX => return Some((Err(too_many()), (Some(lines), seen + 1))),
            Ok(Some(Ok(line))) => return Some((line, (Some(lines), seen + 1))),
            Ok(Some(Err(error))) if error.kind() != io::ErrorKind::TimedOut => {
                Problem::bad_request("The request was interrupted: send the rest again.")
            }
            Ok(Some(Err(_))) | Err(_) => {
                let sentence = "The request stopped arriving: send the rest again.";
                Problem::new(StatusCode::REQUEST_TIMEOUT, sentence)
            }
        };
        Some((Err(ending), (None, seen)))
    })
}

/// The bytes of a body, as long as some arrive now and then.
fn while_it_arrives(body: Body) -> impl Stream<Item = io::Result<Bytes>> {
    futures::stream::unfold(Some(body.into_data_stream()), |stream| async move {
        let mut stream = stream?;
        match tokio::time::timeout(SILENCE_MAX, stream.next()).await {
            Ok(None) => None,
            Ok(Some(Ok(bytes))) => Some((Ok(bytes), Some(stream))),
            Ok(Some(Err(error))) => Some((Err(io::Error::other(error)), None)),
            Err(_) => Some((Err(io::ErrorKind::TimedOut.into()), None)),
        }
    })
}

/// Lines, of which a wrong one does not end the rest.
struct Lines(LinesCodec);

impl Decoder for Lines {
    type Item = Result<String, Problem>;
    type Error = io::Error;

    fn decode(&mut self, bytes: &mut BytesMut) -> io::Result<Option<Self::Item>> {
        line(self.0.decode(bytes))
    }

    fn decode_eof(&mut self, bytes: &mut BytesMut) -> io::Result<Option<Self::Item>> {
        line(self.0.decode_eof(bytes))
    }
}

fn line(decoded: Result<Option<String>, LinesCodecError>) -> io::Result<Option<Result<String, Problem>>> {
    match decoded {
        Ok(line) => Ok(line.map(Ok)),
        Err(LinesCodecError::MaxLineLengthExceeded) => Ok(Some(Err(too_long()))),
        Err(LinesCodecError::Io(error)) if error.kind() == io::ErrorKind::InvalidData => {
            Ok(Some(Err(Problem::bad_request("The line is not UTF-8."))))
        }
        Err(LinesCodecError::Io(error)) => Err(error),
    }
}

fn too_long() -> Problem {
    let sentence = format!("The line is too long: the maximum is {} KiB.", REQUEST_BODY_MAX_BYTES / 1024);
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, sentence)
}

fn too_many() -> Problem {
    let sentence = format!("A request has at most {LINES_MAX} lines: send the rest in another one.");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, sentence)
}
