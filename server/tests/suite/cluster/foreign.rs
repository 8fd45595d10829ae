//! Objects in S3, and the catalog in the data folder of the one instance that serves them.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::tempdir;

use super::backend::Backend;
use super::instance::qrate;
use super::random;
use crate::support::{Program, values};

type Environment = Vec<(&'static str, String)>;

/// Everything but the table.
fn without_table(backend: &Backend, data: &Path) -> Environment {
    let mut environment = backend.environment();
    environment.retain(|(name, _)| *name != "QRATE_TABLE");
    environment.push(("QRATE_DATA_DIR", data.to_str().unwrap().to_owned()));
    environment
}

async fn start(data: &Path, environment: &Environment) -> Program {
    let (data, environment) = (data.to_owned(), environment.clone());
    let start = move || {
        let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, &**value)).collect();
        Program::start_in_environment(&data, &environment)
    };
    tokio::task::spawn_blocking(start).await.unwrap()
}

async fn refused(arguments: &[&str], environment: &Environment) -> String {
    let output = qrate(arguments, environment.clone()).await;
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).unwrap()
}

async fn ok(arguments: &[&str], environment: &Environment) -> String {
    let output = qrate(arguments, environment.clone()).await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_instance_serves_a_foreign_bucket() {
    let mut random = random();
    let (backend, folder) = (Backend::new(&mut random).await, tempdir().unwrap());
    let data = folder.path().join("data");
    let environment = without_table(&backend, &data);
    let mut program = start(&data, &environment).await;
    for text in ["one", "two"] {
        let save = reqwest::Client::new().post(format!("{}api/v1/spaces/main/entries", program.url));
        assert_eq!(save.json(&json!({ "text": text })).send().await.unwrap().status(), 201);
    }
    let second = refused(&["serve", "--listen", "127.0.0.1:0"], &environment).await;
    assert!(second.contains("in use by another program"), "{second}");
    program.kill();
    let mut program = start(&data, &environment).await;
    assert_eq!(values(&program).await, ["two", "one"]);
    program.stop();
    assert!(!data.join("bucket").exists(), "the objects are in S3");
    let checked = ok(&["check"], &environment).await;
    assert!(checked.contains("2 objects: nothing is wrong"), "{checked}");

    // A bucket other than the catalog's is refused.
    let other = without_table(&Backend::new(&mut random).await, &data);
    for command in ["serve", "check"] {
        let said = refused(&[command], &other).await;
        assert!(said.contains("was never in use by a gallery"), "{said}");
    }

    // Moved to a folder by export and import; then the catalog is rebuilt from the bucket alone.
    let tar = folder.path().join("all.tar");
    ok(&["export", tar.to_str().unwrap()], &environment).await;
    let moved = folder.path().join("moved");
    ok(&["import", tar.to_str().unwrap(), "--data-dir", moved.to_str().unwrap()], &Vec::new()).await;
    ok(&["check", "--data-dir", moved.to_str().unwrap()], &Vec::new()).await;
    fs::remove_file(data.join("catalog.sqlite")).unwrap();
    let said = ok(&["import", "--from-bucket"], &environment).await;
    assert!(said.contains("2 objects imported"), "{said}");
    let program = start(&data, &environment).await;
    assert_eq!(values(&program).await, ["two", "one"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn table_is_rebuilt_from_the_bucket() {
    let mut random = random();
    let cluster = super::instance::Cluster::of(1, &[], &mut random).await;
    let url = format!("{}api/v1/spaces/main/entries", cluster.instances[0].url());
    for n in 0..30 {
        let wish = json!({ "text": format!("entry {n}"), "name": "Ä" });
        assert_eq!(reqwest::Client::new().post(&url).json(&wish).send().await.unwrap().status(), 201);
    }
    // A removal is only in the catalog.
    assert_eq!(reqwest::Client::new().delete(format!("{url}/1")).send().await.unwrap().status(), 200);
    drop(cluster.instances);
    let mut environment = cluster.backend.environment();
    let used = refused(&["import", "--from-bucket"], &environment).await;
    assert!(used.contains("not empty"), "{used}");
    let table = environment.iter_mut().find(|(name, _)| *name == "QRATE_TABLE").unwrap();
    table.1.push_str("-rebuilt");
    ok(&["setup", "--yes", "--queue", &cluster.backend.bucket], &environment).await;
    let said = ok(&["import", "--from-bucket"], &environment).await;
    assert!(said.contains("30 objects imported"), "{said}");
    let again = ok(&["import", "--from-bucket"], &environment).await;
    assert_eq!(again, said, "what an earlier run has loaded is left alone");
    assert!(ok(&["check"], &environment).await.contains("nothing is wrong"));
    let folder = tempdir().unwrap();
    let program = start(&folder.path().join("data"), &environment).await;
    let expected: Vec<Value> = (0..30).rev().map(|n| json!(format!("entry {n}"))).collect();
    assert_eq!(values(&program).await, expected);
}
