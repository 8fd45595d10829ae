//! Asserts that many instances agree: what the clients know, what the streams received, what each instance shows and
//! what the catalog holds are all the same.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::clients::Known;
use super::instance::Cluster;
use super::streams::Received;
use crate::support::all_entries;

/// The entries of `main` by their ids.
type Entries = BTreeMap<u64, Value>;

/// The seq of the newest change in the catalog.
pub(crate) async fn last_seq(url: &str) -> u64 {
    let listing: Value = json(&format!("{url}api/v1/spaces/main/entries")).await;
    listing["seq"].as_u64().unwrap()
}

/// Compares everything. The clients have finished, and nothing else writes.
pub(crate) async fn all_is_well(cluster: &Cluster, known: &Known, received: &[Received], seq: u64) {
    let changes = &received[0].changes;
    let seqs: Vec<u64> = changes.iter().map(|change| change["seq"].as_u64().unwrap()).collect();
    assert!(seqs.iter().copied().eq(1..=seq), "gapless, in order, each once: {seqs:?}");
    for other in received {
        assert_eq!(&other.changes, changes, "every stream received the same");
    }
    let mut entries = Entries::new();
    for change in changes {
        let entry = &change["entry"];
        let before = entries.insert(entry["id"].as_u64().unwrap(), entry.clone());
        assert_eq!(before.is_none(), change["kind"] == "added", "{change}");
    }
    assert!(entries.keys().copied().eq(1..=entries.len() as u64), "ids without a gap");
    for (id, (text, live)) in &known.entries {
        let entry = &entries[id];
        assert_eq!(entry["value"], text.as_str());
        assert_eq!(entry["state"] == "live", *live, "{entry}");
    }
    assert_eq!(entries.len(), known.entries.len(), "nothing that was not requested, nothing twice");

    // The API always writes all values of an entry; an export writes those of a code once.
    let mut acknowledged = entries.clone();
    for entry in acknowledged.values_mut() {
        let values = entry.as_object_mut().and_then(|entry| entry.remove("values"));
        assert_eq!(values, Some(serde_json::json!([entry["value"]])), "{entry}");
    }
    assert_eq!(exported(cluster).await, acknowledged, "the catalog holds what was acknowledged");
    entries.retain(|_, entry| entry["state"] == "live");
    for url in cluster.urls() {
        assert_eq!(shown(&url, seq).await, entries, "{url} shows what the catalog holds");
    }
    let checked = cluster.backend.run(&["check"]).await;
    // A save that was cut off may have left its object.
    let is_fine =
        ["nothing is wrong.", "not adopted yet."].iter().any(|end| checked.trim_end().ends_with(end));
    assert!(is_fine && !checked.contains("finding"), "{checked}");
}

/// What an instance shows, without the links that only lists have.
async fn shown(url: &str, seq: u64) -> Entries {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut entries = by_id(all_entries(&http, url, &format!("&at={seq}")).await.into_iter());
    for entry in entries.values_mut() {
        entry.as_object_mut().unwrap().remove("links").unwrap();
    }
    entries
}

/// What the catalog holds, from an export.
async fn exported(cluster: &Cluster) -> Entries {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("export.tar");
    cluster.backend.run(&["export", file.to_str().unwrap()]).await;
    let lines = tokio::task::spawn_blocking(move || entry_lines(&file)).await.unwrap();
    by_id(lines.lines().map(|line| serde_json::from_str(line).unwrap()))
}

fn entry_lines(tar: &Path) -> String {
    let listed = std::process::Command::new("tar").arg("-tf").arg(tar).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let names = listed.lines().filter(|name| name.contains("main/entries/"));
    let read = std::process::Command::new("tar").arg("-xOf").arg(tar).args(names).output().unwrap();
    String::from_utf8(read.stdout).unwrap()
}

fn by_id(entries: impl Iterator<Item = Value>) -> Entries {
    entries.map(|entry| (entry["id"].as_u64().unwrap(), entry)).collect()
}

async fn json(url: &str) -> Value {
    let answer = reqwest::get(url).await.unwrap().error_for_status().unwrap();
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}
