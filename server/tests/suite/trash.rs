//! What was removed: who did it, restoring one and all, and what cannot be restored.

use axum::http::StatusCode;
use serde_json::json;

use crate::support::{Server, post_json};

const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
const TRASH: &str = "/api/v1/spaces/main/trash";

#[tokio::test]
async fn removed_entries_are_listed_and_restored() {
    let server = Server::new().await;
    for text in ["one", "two", "<b>three</b>"] {
        server.save(text).await;
    }
    let empty = server.get("/s/main/trash").await;
    assert_eq!(empty.status, StatusCode::OK);
    assert!(empty.text().contains("Nothing was removed") && !empty.text().contains("Restore all"));
    for id in [1, 3, 2] {
        server.form(&format!("/s/main/e/{id}/remove"), &[], HTML).await;
        // Times have milliseconds.
        tokio::time::sleep(std::time::Duration::from_millis(3)).await;
    }
    let page = server.get("/s/main/trash").await;
    let places = [2, 3, 1].map(|id| page.text().find(&format!("data-id=\"{id}\"")).unwrap());
    assert!(places.is_sorted(), "the last removed first");
    assert!(
        page.text().contains("Removed by a person") && page.text().contains("action=\"/s/main/e/3/restore\"")
    );
    assert!(!page.text().contains("<b>three"));
    let listed = server.get(&format!("{TRASH}?limit=2&page=2")).await.json();
    assert_eq!(
        (&listed["total"], &listed["pages"], &listed["entries"][0]["id"]),
        (&json!(3), &json!(2), &json!(1))
    );
    for bad in ["page=0", "limit=201", "cursor=1"] {
        assert_eq!(server.get(&format!("{TRASH}?{bad}")).await.status, StatusCode::BAD_REQUEST, "{bad}");
    }

    server.form("/s/main/e/3/restore", &[], HTML).await;
    let all = server.form("/s/main/trash/restore", &[], HTML).await;
    assert_eq!((all.status, all.header("location")), (StatusCode::SEE_OTHER, "/s/main/trash?restored=2"));
    let after = server.get(all.header("location")).await;
    assert!(after.text().contains("2 entries are restored.") && after.text().contains("Nothing was removed"));
    let again = server.ask(post_json(&format!("{TRASH}/restore"), String::new())).await;
    assert_eq!((again.status, again.json()), (StatusCode::OK, json!({"count": 0})));
    let reload = server.get("/s/main/trash/restore").await;
    assert_eq!((reload.status, reload.header("location")), (StatusCode::SEE_OTHER, "/s/main/trash"));
    assert_eq!(server.get("/api/v1/spaces/main/entries").await.json()["total"], 3);
}

#[tokio::test]
async fn trash_of_an_unused_space_is_empty() {
    let server = Server::new().await;
    assert!(server.get("/s/never/trash").await.text().contains("Nothing was removed"));
    assert_eq!(server.get("/api/v1/spaces/never/trash").await.json()["total"], 0);
    assert_eq!(server.get("/api/v1/spaces").await.json(), json!({"spaces": []}));
}
