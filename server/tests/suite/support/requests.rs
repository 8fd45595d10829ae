//! Requests to the API of a running program.

use serde_json::{Value, json};

use super::Program;

/// Saves a text in `main`; returns the status and the response.
pub(crate) async fn save(program: &Program, text: &str) -> (u16, Value) {
    let request = reqwest::Client::new().post(entries(program)).json(&json!({ "text": text }));
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

/// The number of entries in `main`.
pub(crate) async fn total(program: &Program) -> u64 {
    listing(program).await["total"].as_u64().unwrap()
}

/// The values of the entries in `main`, newest first.
#[cfg(feature = "test-servers")]
pub(crate) async fn values(program: &Program) -> Vec<Value> {
    let listing = listing(program).await;
    listing["entries"].as_array().unwrap().iter().map(|entry| entry["value"].clone()).collect()
}

/// All entries of `main`, newest first, as the instance at `url` shows them; `query` begins with `&`.
pub(crate) async fn all_entries(http: &reqwest::Client, url: &str, query: &str) -> Vec<Value> {
    let (mut entries, mut cursor) = (Vec::new(), String::new());
    loop {
        let address = format!("{url}api/v1/spaces/main/entries?limit=200{cursor}{query}");
        let listing: Value = http.get(address).send().await.unwrap().json().await.unwrap();
        entries.extend(listing["entries"].as_array().unwrap().iter().cloned());
        match listing["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return entries,
        }
    }
}

async fn listing(program: &Program) -> Value {
    reqwest::get(entries(program)).await.unwrap().json().await.unwrap()
}

fn entries(program: &Program) -> String {
    format!("{}api/v1/spaces/main/entries", program.url)
}
