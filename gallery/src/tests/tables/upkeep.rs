//! Keeping tables: repetitions, previews, other layouts, the look of the space, and how long they are kept.

use domain::limits::TABLE_AGE;

use super::*;
use crate::tables::{Column, Separator, delete_old};

#[tokio::test]
async fn a_repeated_request_gets_the_first_table() {
    let mut stage = Stage::<Memory>::default();
    let gallery = stage.open(false).await;
    let grant = granted(&Space::main());
    let request = "r".parse().ok();
    let sent = async |text: &str| TableUpload { request: request.clone(), ..upload(text).await };
    let first = gallery.keep_table(&grant, sent("a\n").await).await.unwrap();
    assert_eq!(gallery.keep_table(&grant, sent("a\n").await).await.unwrap(), first);
    let other = gallery.keep_table(&grant, sent("b\n").await).await;
    assert!(matches!(other, Err(GalleryError::RequestReused)));
    let unnamed = gallery.keep_table(&grant, upload("a\n").await).await.unwrap();
    assert_ne!(unnamed.id, first.id);
    let listed: Vec<_> =
        gallery.tables(&grant, 10).await.unwrap().into_iter().map(|table| table.id).collect();
    assert_eq!(listed, [unnamed.id.max(first.id), unnamed.id.min(first.id)], "the newest first");
    assert!(gallery.tables(&granted(&"other".parse().unwrap()), 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_table_is_shown_and_described_before_it_is_started() {
    let mut stage = Stage::<Memory>::default();
    let gallery = stage.open(false).await;
    let grant = granted(&Space::main());
    gallery.set_default_look(&grant, "shape=dots".parse().unwrap()).await.unwrap();
    let table = gallery.keep_table(&grant, upload("url;title\na;b\n;c\n").await).await.unwrap();
    assert_eq!((table.layout.rows, table.layout.has_heading), (3, false), "an unknown heading");
    assert_eq!(gallery.column_names(&grant, &table).await.unwrap(), ["text", "name"]);
    let columns = Some(vec![Column::Text, Column::Labels]);
    let wishes = Wishes { separator: Some(Separator::Semicolon), has_heading: Some(true), columns };
    let table = gallery.describe_table(&grant, table.id, wishes).await.unwrap();
    assert_eq!(gallery.column_names(&grant, &table).await.unwrap(), ["url", "title"]);
    let shown = gallery.preview_table(&grant, &table).await.unwrap();
    let draft = shown[0].draft.as_ref().unwrap();
    assert_eq!((shown[0].row.number, draft.text.as_str(), draft.look.as_str()), (2, "a", "shape=dots"));
    assert_eq!(draft.labels[0].name.as_str(), "b");
    assert_eq!(shown[1].draft.as_ref().unwrap_err(), "Enter a text first.");
    let refused = Wishes { columns: Some(vec![Column::Name, Column::Name]), ..Wishes::default() };
    assert!(matches!(gallery.describe_table(&grant, table.id, refused).await, Err(GalleryError::Table(_))));
    // Once it is started, it stays as it is.
    gallery.start_table(&grant, table.id).await.unwrap();
    let late = gallery.describe_table(&grant, table.id, Wishes::default()).await.unwrap();
    assert_eq!((late.layout, late.state), (table.layout, TableState::Running));
}

#[tokio::test]
async fn only_the_first_rows_are_shown() {
    let mut stage = Stage::<Memory>::default();
    let gallery = stage.open(false).await;
    let grant = granted(&Space::main());
    let table = gallery.keep_table(&grant, upload(&guests(1000)).await).await.unwrap();
    assert_eq!(gallery.preview_table(&grant, &table).await.unwrap().len(), domain::limits::TABLE_ROWS_SHOWN);
}

#[tokio::test(flavor = "multi_thread")]
async fn old_tables_are_forgotten_with_all_that_belongs_to_them() {
    use futures::StreamExt as _;
    let mut stage = Stage::<Memory>::default();
    let gallery = stage.open(true).await;
    let grant = granted(&Space::main());
    let old = started(&gallery, "a\nb\n").await;
    ended(&gallery, old).await;
    stage.pass(TABLE_AGE / 2);
    let newer = gallery.keep_table(&grant, upload("c\n").await).await.unwrap();
    let objects = async || gallery.shared().bucket.list_below("_qrate/tables/").count().await;
    assert_eq!(objects().await, 3);
    stage.pass(TABLE_AGE / 2);
    assert!(wrong_number(&gallery.table(&grant, old).await));
    assert_eq!(
        delete_old(&*gallery.shared().bucket, stage.clock().now()).await.unwrap(),
        0,
        "a download may run"
    );
    stage.pass(Duration::from_secs(60 * 60 + 1));
    assert_eq!(delete_old(&*gallery.shared().bucket, stage.clock().now()).await.unwrap(), 2);
    assert_eq!(objects().await, 1);
    assert_eq!(gallery.table(&grant, newer.id).await.unwrap(), newer);
    assert_eq!(values(&gallery).await.len(), 2, "what was made stays");
    gallery.shutdown().await;
}
