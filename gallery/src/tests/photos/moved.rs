//! Photos that move with an export, a bucket that is read again, and what a check finds.

use domain::StageState;

use super::*;
use crate::bucket::Bucket as _;
use crate::catalog::{Catalog as _, MemoryCatalog};
use crate::check::{Finding, Report, check, repair};
use crate::testing::{exported, operator};
use crate::transfer::{from_bucket, import};

async fn checked(stage: &Stage) -> Report {
    let now = stage.gallery.shared().clock.now();
    check(&operator(), &*stage.bucket, &*stage.catalog, now).await.unwrap()
}

async fn two_photos() -> Stage {
    let stage = Stage::open().await;
    stage.upload(&jpeg(40, 30, 10), "a").await.unwrap();
    stage.bucket.overwrite(&key("beach.jpg"), jpeg(640, 480, 10));
    for id in [1, 2] {
        stage.worked_on(id).await;
    }
    stage
}

#[tokio::test]
async fn import_queues_the_work_again() {
    let stage = two_photos().await;
    let tar = exported(&*stage.bucket, &*stage.catalog, None).await;
    let there = Stage::with(only_serves()).await;
    import(&operator(), &*there.bucket, &*there.catalog, &*tar).await.unwrap();
    // Twice, as after a crash before the end was noted.
    import(&operator(), &*there.bucket, &*there.catalog, &*tar).await.unwrap();
    assert!(there.derived().await.is_empty(), "an export has the originals only");
    let entries = there.catalog.snapshot(&Space::main()).await.unwrap().entries;
    for entry in &entries {
        let photo = entry.content.photo().unwrap();
        assert!(photo.stages.iter().all(|stage| stage.state == StageState::Waiting));
        assert!(photo.hash.is_some(), "what is known stays");
    }
    there.pass(Duration::from_secs(60));
    let _worker = there.another(Options { reconciles: false, ..Options::default() }).await;
    for id in [1, 2] {
        assert_eq!(there.worked_on(id).await.progress(), None);
    }
    assert_eq!(there.derived().await, stage.derived().await, "the same pictures under the same names");
    assert!(checked(&there).await.is_clean());
}

#[tokio::test]
async fn bucket_that_is_read_again_is_worked_on_again() {
    let stage = two_photos().await;
    let catalog = MemoryCatalog::new();
    let bucket: Arc<dyn crate::bucket::Bucket> = Arc::clone(&stage.bucket) as _;
    for _ in 0..2 {
        from_bucket(&operator(), &bucket, &catalog, &crate::LeftOut::default()).await.unwrap();
    }
    let entries = catalog.snapshot(&Space::main()).await.unwrap().entries;
    assert_eq!(entries.len(), 2);
    for entry in entries {
        assert!(entry.has_work(), "{entry:?}");
        assert_eq!(entry.content.photo().unwrap().recipe, Recipe::Flip);
    }
}

#[tokio::test]
async fn missing_picture_is_found_and_made_again() {
    let stage = two_photos().await;
    let report = checked(&stage).await;
    assert!(report.is_clean() && report.leftover == 0, "{report:?}");
    let all = stage.derived().await;
    let view =
        Key::reserved(all.iter().find(|key| key.contains("/1/") && key.contains("view")).unwrap()).unwrap();
    stage.bucket.delete(&view).await.unwrap();
    let findings = checked(&stage).await.findings;
    assert!(
        matches!(&findings[..], [Finding::MissingDerived { id: 1, step: Step::View, .. }]),
        "{findings:?}"
    );
    stage.gallery.shutdown().await;

    let now = stage.gallery.shared().clock.now();
    let repaired = repair(&operator(), &*stage.bucket, &*stage.catalog, now).await.unwrap();
    assert_eq!((repaired.deleted, repaired.restarted), (0, 1));
    // As the next program finds it.
    stage.pass(Duration::from_secs(60));
    let stage = Stage { gallery: stage.another(Options::default()).await, ..stage };
    assert_eq!(stage.worked_on(1).await.progress(), None);
    assert_eq!(stage.derived().await, all);
}

#[tokio::test]
async fn leftovers_are_counted_and_deleted() {
    let stage = two_photos().await;
    let all = stage.derived().await;
    for other in [
        "_qrate/derived/main/1/0123456789abcdef/view.jpg",
        "_qrate/derived/main/99/0123456789abcdef/view.jpg",
        "_qrate/derived/no-such-space/1/0123456789abcdef/view.jpg",
        "_qrate/derived/what",
    ] {
        let key = Key::reserved(other).unwrap();
        stage.bucket.put(&key, "x".into(), &crate::bucket::Metadata::new()).await.unwrap();
    }
    let report = checked(&stage).await;
    assert!(report.is_clean() && report.leftover == 4, "{report:?}");
    let now = stage.gallery.shared().clock.now();
    let repaired = repair(&operator(), &*stage.bucket, &*stage.catalog, now).await.unwrap();
    assert_eq!((repaired.deleted, repaired.restarted), (4, 0));
    assert_eq!((stage.derived().await, checked(&stage).await.leftover), (all, 0));
}
