//! The embedded files.

use axum::body::Body;
use axum::http::{Request, StatusCode};

use crate::support::{Answer, Server, get};

async fn ask(server: &Server, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = headers.iter().fold(get(path), |request, (name, value)| request.header(*name, *value));
    server.ask(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn assets_are_immutable_and_compressed() {
    let server = Server::new().await;
    let path = format!("/{}", server::asset_urls().style);
    let plain = ask(&server, &path, &[]).await;
    assert_eq!((plain.status, plain.header("content-encoding")), (StatusCode::OK, ""));
    assert_eq!(plain.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(plain.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(plain.header("vary"), "accept-encoding");
    for coding in ["br", "gzip"] {
        let small = ask(&server, &path, &[("accept-encoding", coding)]).await;
        assert_eq!(small.header("content-encoding"), coding);
        assert!(small.body.len() < plain.body.len());
        assert_ne!(small.header("etag"), plain.header("etag"), "another representation");
        let head = Request::head(&path).header("accept-encoding", coding).body(Body::empty()).unwrap();
        let head = server.ask(head).await;
        assert_eq!((head.header("content-length"), head.body.len()), (&*small.body.len().to_string(), 0));
        let known =
            ask(&server, &path, &[("accept-encoding", coding), ("if-none-match", small.header("etag"))])
                .await;
        assert_eq!((known.status, known.body.len()), (StatusCode::NOT_MODIFIED, 0));
    }
    assert_eq!(ask(&server, &path, &[("accept-encoding", "br;q=0")]).await.header("content-encoding"), "");
}

#[tokio::test]
async fn unknown_assets_are_not_found() {
    let server = Server::new().await;
    let urls = server::asset_urls();
    let wake = urls.wake.into_iter().flat_map(|wake| [wake.script, wake.glue, wake.wasm]);
    for url in wake.chain([urls.icon]) {
        assert_eq!(ask(&server, &format!("/{url}"), &[]).await.status, StatusCode::OK, "{url}");
    }
    for path in
        ["/assets/style.css", "/assets/style.0000000000000000.css", "/assets/", "/assets/..%2fstyle.css"]
    {
        assert_eq!(ask(&server, path, &[]).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let favicon = ask(&server, "/favicon.ico", &[]).await;
    assert_eq!((favicon.status, favicon.header("content-type")), (StatusCode::OK, "image/svg+xml"));
    assert_eq!(favicon.header("cache-control"), "public, max-age=86400");
    assert_eq!(ask(&server, "/robots.txt", &[]).await.text(), "User-agent: *\nDisallow: /\n");
}
