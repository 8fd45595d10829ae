//! Uploads that arrive slowly, and those that are refused before they have arrived.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use futures::StreamExt as _;
use futures::stream;
use tokio::sync::mpsc;
use tower::ServiceExt as _;

use crate::looks::{logo, svg};
use crate::support::Server;

#[tokio::test]
async fn slow_uploads_delay_nobody() {
    let server = Server::new().await;
    let (sender, mut begun) = mpsc::unbounded_channel();
    let mut slow = Vec::new();
    for _ in 0..64 {
        let sender = sender.clone();
        let first = stream::once(async move {
            sender.send(()).unwrap();
            Ok::<_, std::io::Error>(Bytes::from_static(b"<svg"))
        });
        let request = Request::post("/api/v1/spaces/main/logos").header("host", "localhost:8080");
        let request = request.body(Body::from_stream(first.chain(stream::pending()))).unwrap();
        slow.push(tokio::spawn(server.router.clone().oneshot(request)));
        begun.recv().await.unwrap();
    }
    let kept = logo(&server, svg("teal")).await;
    assert_eq!(kept.status, StatusCode::CREATED, "{}", kept.text());
    assert!(slow.iter().all(|upload| !upload.is_finished()));
    slow.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn refused_upload_is_read_to_its_end_before_the_answer() {
    const CHUNKS: usize = 32;
    let server = Server::new().await;
    let part = "--B\r\ncontent-disposition: form-data; name=\"phone-number\"\r\n\r\n";
    for (address, kind, beginning, status) in [
        ("/s/main/photos", "multipart/form-data; boundary=B", "--B\r\nx: ", StatusCode::BAD_REQUEST),
        ("/s/main/photos", "multipart/form-data; boundary=B", part, StatusCode::PAYLOAD_TOO_LARGE),
        ("/s/main/photos?recipe=fold", "image/jpeg", "", StatusCode::BAD_REQUEST),
        ("/api/v1/spaces/main/photos", "multipart/form-data", "", StatusCode::UNSUPPORTED_MEDIA_TYPE),
    ] {
        let read = Arc::new(AtomicUsize::new(0));
        let counts = Arc::clone(&read);
        let chunks = stream::iter(0..CHUNKS).map(move |n| {
            counts.fetch_add(1, Relaxed);
            let beginning = if n == 0 { beginning } else { "" };
            Ok::<_, std::io::Error>(Bytes::from(format!("{beginning}{}", "x".repeat(256 * 1024))))
        });
        let request = Request::post(address).header("host", "localhost:8080").header("content-type", kind);
        let request = request.body(Body::from_stream(chunks)).unwrap();
        let answer = server.router.clone().oneshot(request).await.unwrap();
        assert_eq!((answer.status(), read.load(Relaxed)), (status, CHUNKS), "{address}, {kind}");
    }
}
