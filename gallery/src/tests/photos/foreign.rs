//! Photos that other programs put into the bucket, change and delete.

use domain::limits::TOMBSTONE_AGE;
use domain::{ChangeKind, Kind, State};

use super::*;
use crate::testing::next_change;
use crate::verbs::purge::purge;

#[tokio::test]
async fn foreign_photo_is_worked_on_like_an_upload() {
    let stage = Stage::open().await;
    stage.bucket.overwrite(&key("2026/beach.jpg"), jpeg(640, 480, 10));
    let photo = stage.worked_on(1).await;
    assert_eq!((photo.progress(), photo.width, photo.recipe), (None, Some(640), Recipe::Flip));
    assert_eq!(stage.derived().await.len(), 3);
}

#[tokio::test]
async fn changed_photo_has_new_pictures() {
    let stage = Stage::open().await;
    let object = key("beach.jpg");
    stage.bucket.overwrite(&object, jpeg(640, 480, 10));
    stage.worked_on(1).await;
    let before = (stage.derived().await, stage.picture(1, Step::Thumbnail).await);
    stage.bucket.overwrite(&object, jpeg(320, 480, 200));
    let photo = stage.once(1, |photo| photo.width == Some(320) && !photo.is_unfinished()).await;
    assert_eq!(photo.progress(), None);
    let after = stage.derived().await;
    assert!(after.len() == 3 && after.iter().all(|key| !before.0.contains(key)), "{after:?}");
    assert_ne!(stage.picture(1, Step::Thumbnail).await, before.1);
}

#[tokio::test]
async fn pictures_go_when_the_photo_is_purged() {
    let stage = Stage::open().await;
    let grant = granted(&Space::main());
    stage.upload(&jpeg(40, 30, 10), "r").await.unwrap();
    stage.bucket.overwrite(&key("beach.jpg"), jpeg(640, 480, 10));
    for id in [1, 2] {
        stage.worked_on(id).await;
    }
    let mut changes = stage.gallery.subscribe(&grant, None).await.unwrap();
    stage.gallery.remove(&grant, 1).await.unwrap();
    stage.bucket.delete(&key("beach.jpg")).await.unwrap();
    for _ in 0..2 {
        assert_eq!(next_change(&mut changes).await.unwrap().kind, ChangeKind::Removed);
    }
    assert_eq!(stage.derived().await.len(), 6, "a removed photo can be restored with its pictures");
    stage.pass(TOMBSTONE_AGE + Duration::from_secs(2 * 60 * 60));
    let now = stage.gallery.shared().clock.now();
    purge(stage.gallery.shared(), &stage.gallery.reconciler().reader, now).await.unwrap();
    assert!(stage.derived().await.is_empty());
    assert!(matches!(stage.gallery.entry(&grant, 1).await, Err(GalleryError::NotFound)));
}

#[tokio::test]
async fn restored_photo_has_its_pictures() {
    let stage = Stage::open().await;
    let grant = granted(&Space::main());
    stage.upload(&jpeg(40, 30, 10), "r").await.unwrap();
    stage.worked_on(1).await;
    stage.gallery.remove(&grant, 1).await.unwrap();
    let gone = stage.gallery.derived(&grant, 1, Step::View).await;
    assert!(matches!(gone, Err(GalleryError::Gone)));
    stage.gallery.restore(&grant, 1).await.unwrap();
    assert!(!stage.picture(1, Step::View).await.is_empty());
}

#[tokio::test]
async fn drawing_of_a_code_stays_a_code() {
    let stage = Stage::open().await;
    let code = domain::CodeText::parse("drawn", domain::Level::M).unwrap();
    stage.bucket.overwrite(&key("code.png"), qr::png(code.symbol()).into());
    stage.gallery.reconcile().await.unwrap();
    let entry = stage.entry(1).await;
    assert_eq!((entry.content.kind(), entry.content.value()), (Kind::Code, Some("drawn")));
    assert!(matches!(entry.state, State::Live) && stage.derived().await.is_empty());
}
