//! Searching and sorting: on the page, over the API, and what is no search.

use axum::body::Body;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Server, get, post_json};

const ENTRIES: &str = "/api/v1/spaces/main/entries";

/// Four entries; returns their names by the numbers that they got.
async fn filled() -> Server {
    let server = Server::new().await;
    for (text, name) in [
        ("https://example.com/menu", "Menu of the day"),
        ("WIFI:S:Guests;T:WPA;P:secret42;;", "Café"),
        ("plain text", ""),
        ("<b>bold</b>", "<script>alert(1)</script>"),
    ] {
        let wish = json!({"text": text, "name": name, "labels": ["lunch"]}).to_string();
        assert_eq!(server.ask(post_json(ENTRIES, wish)).await.status, StatusCode::CREATED);
    }
    server
}

fn ids(listing: &Value) -> Vec<u64> {
    listing["entries"].as_array().unwrap().iter().map(|entry| entry["id"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn api_searches_and_sorts() {
    let server = filled().await;
    let list = async |query: &str| server.get(&format!("{ENTRIES}?{query}")).await.json();
    for (query, found) in [
        ("q=", vec![4, 3, 2, 1]),
        ("q=menu", vec![1]),
        ("q=CAFE", vec![2]),
        ("q=wi-fi+guests", vec![2]),
        ("q=lunch&sort=number", vec![1, 2, 3, 4]),
        ("q=lunch+%233", vec![3]),
        ("q=%3Cscript", vec![4]),
        ("q=menu+guests", vec![]),
        ("q=a&kind=file", vec![]),
        ("sort=name", vec![4, 2, 1, 3]),
        ("sort=-name&limit=2", vec![3, 1]),
        ("sort=-time", vec![4, 3, 2, 1]),
    ] {
        let listing = list(query).await;
        assert_eq!(ids(&listing), found, "{query}");
    }
    let first = list("sort=-name&limit=2").await;
    let next = first["next"].as_str().unwrap();
    let second = list(&format!("sort=-name&limit=2&cursor={next}")).await;
    assert_eq!((ids(&second), &second["next"], &second["total"]), (vec![2, 4], &Value::Null, &json!(4)));
    for (query, field) in [
        (format!("q={}", "x".repeat(257)), "q"),
        (format!("q={}", (0..17).map(|n| format!("{n}+")).collect::<String>()), "q"),
        ("sort=label".to_owned(), "sort"),
        (format!("cursor={next}"), "cursor"),
        ("value=a&q=a".to_owned(), "value"),
    ] {
        let refused = server.get(&format!("{ENTRIES}?{query}")).await;
        assert_eq!(
            (refused.status, &refused.json()["field"]),
            (StatusCode::BAD_REQUEST, &json!(field)),
            "{query}"
        );
    }
}

#[tokio::test]
async fn page_searches_without_javascript() {
    let server = filled().await;
    let page = async |query: &str| server.get(&format!("/{query}")).await;
    // As the form sends it.
    let found = page("?q=menu&only=&sort=-number").await;
    assert_eq!(found.status, StatusCode::OK);
    assert!(found.text().contains("data-id=\"1\"") && !found.text().contains("data-id=\"2\""));
    assert!(found.text().contains("value=\"menu\""), "the words stay in the field");
    assert!(page("?q=nothing").await.text().contains("Nothing was found."));
    let sorted = page("?sort=name&only=code").await;
    let places = ["data-id=\"4\"", "data-id=\"2\"", "data-id=\"1\"", "data-id=\"3\""]
        .map(|id| sorted.text().find(id).unwrap());
    assert!(places.is_sorted(), "{places:?}");
    let hostile = page("?q=%3Cscript%3Ealert(1)%3C/script%3E").await;
    assert!(hostile.text().contains("data-id=\"4\"") && !hostile.text().contains("<script>alert"));
    for (query, sentence) in
        [("?sort=x", "An order is number, name, time or size"), ("?only=x", "A kind is code, photo or file.")]
    {
        let refused = server
            .ask(get(&format!("/{query}")).header("accept", "text/html").body(Body::empty()).unwrap())
            .await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.text().contains(sentence), "{}", refused.text());
    }
}

#[tokio::test]
async fn page_after_the_last_says_so() {
    let server = filled().await;
    for query in ["/?page=99", "/?page=99&q=menu"] {
        let page = server.get(query).await;
        assert!(page.text().contains("There is no page 99: the last is page 1."), "{query}");
    }
    assert!(!server.get("/?page=1").await.text().contains("There is no page"));
}
