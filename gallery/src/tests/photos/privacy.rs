//! The phone number that waits for a photo lies in the records and nowhere else.

use std::collections::BTreeMap;

use domain::PhoneNumber;

use super::*;
use crate::Event;
use crate::catalog::{Catalog as _, Since, SqliteCatalog};
use crate::notifier::{NotifyError, Reason};
use crate::queue::SqliteQueue;
use crate::records::{RecordPrefix, SqliteRecords};
use crate::sqlite::SqliteFile;
use crate::testing::exported;
use crate::testing::log::Log;

const NUMBER: &str = "+491701234567";

async fn with_number(stage: &Stage, request: &str) -> Uploaded {
    let phone: PhoneNumber = NUMBER.parse().unwrap();
    let file = Upload { phone: Some(phone), ..upload(&jpeg(40, 30, 10), request).await };
    stage.gallery.upload(&granted(&Space::main()), file).await.unwrap()
}

async fn records(stage: &Stage) -> Vec<String> {
    let all: RecordPrefix = "phone/".parse().unwrap();
    let records = stage.ports.records.list(&all, None, 100).await.unwrap();
    records.iter().map(|record| record.key.as_str().to_owned()).collect()
}

#[tokio::test]
async fn number_is_shown_masked_and_goes_with_the_entry() {
    let stage = Stage::with(only_serves()).await;
    let grant = granted(&Space::main());
    for request in ["a", "b", "a"] {
        with_number(&stage, request).await;
    }
    assert_eq!(records(&stage).await, ["phone/main/1", "phone/main/2"]);
    assert_eq!(stage.gallery.waiting_phone(&grant, 1).await.unwrap().as_deref(), Some("+49 … 67"));
    assert_eq!(stage.gallery.waiting_phone(&grant, 9).await.unwrap(), None);
    stage.gallery.remove(&grant, 1).await.unwrap();
    assert_eq!(records(&stage).await, ["phone/main/2"]);
    // A late repetition does not bring it back.
    with_number(&stage, "a").await;
    assert_eq!(records(&stage).await, ["phone/main/2"]);
    let key = stage.entry(2).await.content.key.clone();
    stage.bucket.delete(&key).await.unwrap();
    stage.gallery.reconcile().await.unwrap();
    assert!(records(&stage).await.is_empty(), "nor does another program's deletion leave it");
}

#[tokio::test]
async fn number_is_in_no_other_table_and_no_line_of_the_log() {
    let log = Log::of_all();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalog.sqlite");
    let (file, gallery) = in_file(&path, only_serves()).await;
    for request in ["a", "a", "b"] {
        let phone = NUMBER.parse().ok();
        let file = Upload { phone, ..upload(&jpeg(40, 30, 10), request).await };
        gallery.upload(&granted(&Space::main()), file).await.unwrap();
    }
    gallery.reprocess(&granted(&Space::main()), 1, None, Recipe::Rotate90).await.unwrap();
    let tables = all_rows(&file).await;
    for table in ["entries", "jobs", "log", "records"] {
        assert!(!tables[table].is_empty(), "{table}");
    }
    let holding: Vec<_> = tables.iter().filter(|(_, rows)| rows.contains(&NUMBER[1..])).collect();
    assert!(matches!(holding[..], [(name, _)] if name == "records"), "{holding:?}");
    gallery.shutdown().await;
    let lines = log.lines().concat();
    assert!(!lines.contains(&NUMBER[1..]), "{lines}");
}

/// When the notices are out or have failed, the number is in no table at all; what counts and claims it holds only a
/// hash.
#[tokio::test]
async fn number_is_in_no_table_after_the_notices() {
    let log = Log::of_all();
    let folder = tempfile::tempdir().unwrap();
    let (_, refusing) = super::notices::by(9, || {
        Err(NotifyError::Refused(Reason::new("+49 170 1234567 does not want that, 491701234567 neither")))
    });
    for (name, options) in [("outbox", Options::default()), ("refused", refusing)] {
        let (file, gallery) = in_file(&folder.path().join(name), options).await;
        let grant = granted(&Space::main());
        let phone = NUMBER.parse().ok();
        let photo = Upload { phone, ..upload(&jpeg(40, 30, 10), "a").await };
        let mut seq = gallery.upload(&grant, photo).await.unwrap().change.seq;
        while gallery.entry(&grant, 1).await.unwrap().content.photo().is_none_or(Photo::is_unfinished) {
            seq += 1;
            gallery.wait_for(&grant, seq).await.unwrap();
        }
        let tables = all_rows(&file).await;
        let notice = format!("notice/{}/1/flip", Space::main());
        assert!(
            tables["records"].contains(&hex(&notice)) || tables["records"].contains(&notice),
            "{tables:?}"
        );
        let holding: Vec<_> = tables.iter().filter(|(_, rows)| rows.contains("1701234567")).collect();
        assert!(holding.is_empty(), "{name}: {holding:?}");
        gallery.shutdown().await;
    }
    let lines = log.lines().concat();
    assert!(!lines.contains("1701234567") && lines.contains("could not be told"), "{lines}");
}

/// A text as SQLite quotes a blob.
fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02X}")).collect()
}

/// A gallery in a file.
async fn in_file(path: &std::path::Path, options: Options) -> (Arc<SqliteFile>, Gallery) {
    let file = Arc::new(SqliteFile::open(path).await.unwrap());
    let queue = SqliteQueue::over(Arc::clone(&file), Clock::system()).await.unwrap();
    let catalog = SqliteCatalog::over(Arc::clone(&file), queue.clone()).await.unwrap();
    let records = Arc::new(SqliteRecords::over(Arc::clone(&file), Clock::system()));
    let bucket = Arc::new(MemoryBucket::new());
    let ports = Ports { bucket, catalog: Arc::new(catalog), records, queue: Arc::new(queue) };
    (file, Gallery::open(ports, options).await.unwrap())
}

/// Everything in every table, as text.
async fn all_rows(file: &SqliteFile) -> BTreeMap<String, String> {
    let mut connection = file.connection().await.unwrap();
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table'";
    let names: Vec<String> = sqlx::query_scalar(names).fetch_all(&mut *connection).await.unwrap();
    let mut rows = BTreeMap::new();
    for table in names {
        let columns = sqlx::query_scalar("SELECT name FROM pragma_table_info(?)").bind(&table);
        let columns: Vec<String> = columns.fetch_all(&mut *connection).await.unwrap();
        let columns: Vec<_> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
        let all = format!("SELECT group_concat({}, char(10)) FROM \"{table}\"", columns.join(" || ' ' || "));
        let text = sqlx::query_scalar(sqlx::AssertSqlSafe(all)).fetch_one(&mut *connection).await.unwrap();
        rows.insert(table, Option::<String>::unwrap_or_default(text));
    }
    rows
}

#[tokio::test]
async fn number_is_in_no_change_event_object_or_export() {
    let stage = Stage::open().await;
    let grant = granted(&Space::main());
    let mut stream = stage.gallery.subscribe(&grant, Some(0)).await.unwrap();
    let uploaded = with_number(&stage, "r").await;
    stage.worked_on(1).await;
    let mut told = format!("{uploaded:?} {:?}", stage.entry(1).await);
    let Since::Changes(changes) = stage.catalog.since(&Space::main(), 0, 100).await.unwrap() else {
        panic!()
    };
    told.push_str(&serde_json::to_string(&changes).unwrap());
    for _ in &changes {
        let Some(Event::Change { json, .. }) = stream.next().await else { panic!("a change") };
        told.push_str(&json);
    }
    told.push_str(&String::from_utf8_lossy(&exported(&*stage.bucket, &*stage.catalog, None).await));
    let all = stage.bucket.list().chain(stage.bucket.list_below("_qrate/"));
    let objects: Vec<_> = futures::TryStreamExt::try_collect(all).await.unwrap();
    assert!(objects.len() > 3);
    for object in objects {
        let metadata = stage.bucket.head(&object.key).await.unwrap().1;
        told.push_str(&format!("{object:?} {metadata:?}"));
        let bytes = collected(stage.bucket.get(&object.key, None).await.unwrap()).await;
        told.push_str(&String::from_utf8_lossy(&bytes));
    }
    assert!(records(&stage).await.is_empty(), "it was used, and deleted");
    let outbox = stage.gallery.outbox(&grant).await.unwrap();
    assert_eq!((outbox.len(), &*outbox[0].to), (1, "+49 … 67"));
    told.push_str(&format!("{outbox:?} {:?}", stage.gallery.notice(&grant, &*stage.entry(1).await).await));
    for secret in [NUMBER, &NUMBER[1..], "1701234567"] {
        assert!(!told.contains(secret));
    }
}
