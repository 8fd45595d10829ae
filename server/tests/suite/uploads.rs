//! Slow uploads.

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
