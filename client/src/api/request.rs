//! A request that can be sent more than once: the method, the address, what names it for the server, and a body that
//! can be read again.

use std::io::SeekFrom;

use bytes::Bytes;
use futures::stream;
use http_body_util::{BodyExt as _, Empty, Full, StreamBody};
use hyper::body::Frame;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Method, Uri};
use serde_json::Value;
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use ulid::Ulid;

use super::http::{Activity, Body};
use crate::failure::Failure;
use crate::progress::Progress;

/// By which the server recognises a repetition.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// What is read of a file at once.
const PIECE_BYTES: usize = 64 * 1024;

/// A request.
pub(crate) struct Call {
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) payload: Payload,
}

/// What is sent with it.
pub(crate) enum Payload {
    Nothing,
    Json(Bytes),
    /// A file from its beginning.
    File {
        file: std::fs::File,
        size_bytes: u64,
        progress: Progress,
    },
}

impl Call {
    /// A request that changes nothing.
    pub(crate) fn get(uri: Uri) -> Self {
        Self { method: Method::GET, uri, headers: Vec::new(), payload: Payload::Nothing }
    }

    /// A request that changes something, with a key of its own.
    pub(crate) fn write(method: Method, uri: Uri, payload: Payload) -> Self {
        let key = HeaderValue::try_from(new_key()).expect("an id is ASCII");
        Self { method, uri, headers: vec![(IDEMPOTENCY_KEY, key)], payload }
    }

    /// A request whose body is written later: lines of JSON, each with a key of its own.
    pub(crate) fn stream(method: Method, uri: Uri) -> Self {
        let lines = HeaderValue::from_static("application/x-ndjson");
        Self { method, uri, headers: vec![(CONTENT_TYPE, lines)], payload: Payload::Nothing }
    }

    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }
}

impl Payload {
    pub(crate) fn json(value: &Value) -> Self {
        Self::Json(value.to_string().into())
    }

    pub(super) fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Json(_) => vec![(CONTENT_TYPE, HeaderValue::from_static("application/json"))],
            Self::File { size_bytes, .. } => vec![
                (CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
                (CONTENT_LENGTH, HeaderValue::from(*size_bytes)),
            ],
        }
    }

    /// The body, from its beginning.
    pub(super) async fn body(&self, activity: &Activity) -> Result<Body, Failure> {
        Ok(match self {
            Self::Nothing => Empty::new().map_err(|never| match never {}).boxed_unsync(),
            Self::Json(json) => Full::new(json.clone()).map_err(|never| match never {}).boxed_unsync(),
            Self::File { file, progress, .. } => {
                let file = file.try_clone().map_err(|error| unreadable(&error))?;
                let mut file = File::from_std(file);
                file.seek(SeekFrom::Start(0)).await.map_err(|error| unreadable(&error))?;
                progress.restart();
                pieces(file, activity.clone(), progress.clone())
            }
        })
    }
}

/// A file in pieces; each counts as progress.
fn pieces(file: File, activity: Activity, progress: Progress) -> Body {
    let pieces = stream::try_unfold((file, activity, progress), |(mut file, activity, progress)| async {
        let mut piece = vec![0; PIECE_BYTES];
        let read = file.read(&mut piece).await?;
        piece.truncate(read);
        activity.note();
        progress.add(read);
        Ok((read > 0).then(|| (Frame::data(piece.into()), (file, activity, progress))))
    });
    StreamBody::new(pieces).boxed_unsync()
}

fn unreadable(error: &std::io::Error) -> Failure {
    Failure::other(format!("The file cannot be read: {error}."))
}

/// A new idempotency key.
pub(crate) fn new_key() -> String {
    Ulid::generate().to_string()
}
