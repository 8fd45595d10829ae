//! A foreign picture with several codes: all of its texts are kept, and each can be found.

use bytes::Bytes;
use domain::{Body, Kind, Space};

use crate::bucket::MemoryBucket;
use crate::catalog::{Catalog as _, MemoryCatalog};
use crate::check::check;
use crate::testing::{Stage, exported, granted, next_change, operator};
use crate::transfer::import;

/// Two codes, one above the other.
const SHEET: &[u8] = include_bytes!("../../tests/last_build/data/bucket/sheet.png");

async fn stage_with_sheet() -> Stage {
    let stage = Stage::open().await;
    let mut feed = stage.subscribe(None).await;
    stage.bucket.overwrite(&"sheet.png".parse().unwrap(), Bytes::from_static(SHEET));
    let added = next_change(&mut feed).await.unwrap();
    assert_eq!(added.entry.content.kind(), Kind::Photo);
    assert_eq!(added.entry.content.values(), TEXTS, "events tell all of it");
    stage
}

const TEXTS: [&str; 2] = ["first of two", "second of two"];

#[tokio::test]
async fn every_text_is_kept_and_found() {
    let stage = stage_with_sheet().await;
    for text in ["first of two", "second of two"] {
        let found = stage.gallery.find_value(&granted(&Space::main()), text).await.unwrap();
        assert_eq!(found.map(|entry| entry.id), Some(1), "{text}");
    }
    let report = check(&operator(), &*stage.bucket, &*stage.catalog, stage.clock().now()).await.unwrap();
    assert!(report.is_clean(), "{:?}", report.findings);
}

#[tokio::test]
async fn every_text_moves_with_an_export() {
    let stage = stage_with_sheet().await;
    let tar = exported(&*stage.bucket, &*stage.catalog, None).await;
    let (bucket, catalog) = (MemoryBucket::new(), MemoryCatalog::new());
    import(&operator(), &bucket, &catalog, &*tar).await.unwrap();
    assert_eq!(catalog.snapshot(&Space::main()).await.unwrap().entries[0].content.values(), TEXTS);
}

#[tokio::test]
async fn older_entry_with_only_the_first_text_is_no_damage() {
    let stage = stage_with_sheet().await;
    let before = stage.entry(1).await.content.clone();
    let body = crate::testing::code("first of two");
    let content = domain::Content { body, ..before };
    let replace = crate::catalog::Mutation::Replace { id: 1, content };
    stage.catalog.commit(&Space::main(), vec![replace]).await.unwrap().remove(0).unwrap();
    let report = check(&operator(), &*stage.bucket, &*stage.catalog, stage.clock().now()).await.unwrap();
    assert!(report.is_clean(), "{:?}", report.findings);
}

#[tokio::test]
async fn picture_lacking_a_text_is_damage() {
    let stage = stage_with_sheet().await;
    let before = stage.entry(1).await.content.clone();
    let values = ["first of two", "a third"].map(str::to_owned).to_vec();
    let content = domain::Content { body: Body::File { values }, ..before };
    let replace = crate::catalog::Mutation::Replace { id: 1, content };
    stage.catalog.commit(&Space::main(), vec![replace]).await.unwrap().remove(0).unwrap();
    let report = check(&operator(), &*stage.bucket, &*stage.catalog, stage.clock().now()).await.unwrap();
    assert!(
        matches!(report.findings[..], [crate::check::Finding::OtherText { id: 1, .. }]),
        "{:?}",
        report.findings
    );
}

#[test]
fn picture_of_equal_codes_is_a_file_with_their_text_once() {
    let code = domain::CodeText::parse("same", domain::Level::M).unwrap();
    let reading = qr::detect(&qr::png(code.symbol())).unwrap();
    let body = |count| {
        let readings = std::iter::repeat_n(reading.clone(), count);
        crate::reconcile::recognise::body(readings, domain::StyleText::default())
    };
    assert_eq!(body(3), Body::File { values: vec!["same".to_owned()] });
    assert!(matches!(body(1), Body::Code { value, .. } if value == "same"));
}

#[test]
fn every_code_that_is_read_is_kept() {
    assert_eq!(qr::MAX_CODES, domain::limits::VALUES_MAX);
}
