//! What others do to derived pictures and to the records is put right. Not here: the pictures themselves.

use domain::PhoneNumber;

use super::*;
use crate::bucket::Metadata;
use crate::records::{Expected, RecordKey, RecordValue};

fn reserved(key: &str) -> Key {
    Key::reserved(key).unwrap()
}

#[tokio::test]
async fn deleted_picture_is_made_again_when_somebody_asks_for_it() {
    let stage = Stage::open().await;
    let grant = granted(&Space::main());
    stage.upload(&jpeg(400, 300, 10), "r").await.unwrap();
    stage.worked_on(1).await;
    let before = stage.picture(1, Step::View).await;
    let keys = stage.derived().await;
    for key in &keys {
        stage.bucket.delete(&reserved(key)).await.unwrap();
    }
    for step in [Step::Thumbnail, Step::View, Step::Result] {
        let missing = stage.gallery.derived(&grant, 1, step).await;
        assert!(matches!(missing, Err(GalleryError::NotReady)));
    }
    stage.worked_on(1).await;
    assert_eq!(stage.derived().await, keys);
    assert_eq!(stage.picture(1, Step::View).await, before);
}

#[tokio::test]
async fn what_lies_under_the_name_of_a_picture_does_not_pass_for_it() {
    let stage = Stage::with(only_serves()).await;
    let bytes = jpeg(400, 300, 10);
    stage.upload(&bytes, "r").await.unwrap();
    let digest = stage.entry(1).await.content.sha256.unwrap();
    let view = Key::of_derived(&Space::main(), 1, &digest.prefix(), "view.jpg");
    stage.bucket.put(&view, "x".into(), &Metadata::new()).await.unwrap();
    let worker = stage.another(Options { reconciles: false, ..Options::default() }).await;
    stage.worked_on(1).await;
    assert_eq!(photos::inspect(&stage.picture(1, Step::View).await).unwrap().width, 400);
    worker.shutdown().await;
}

#[tokio::test]
async fn pictures_of_overwritten_bytes_and_of_no_recipe_go() {
    let stage = Stage::open().await;
    stage.upload(&jpeg(400, 300, 10), "r").await.unwrap();
    stage.worked_on(1).await;
    let before = stage.derived().await;
    let key = stage.entry(1).await.content.key.clone();
    stage.bucket.overwrite(&key, jpeg(300, 200, 90));
    stage.gallery.reconcile().await.unwrap();
    stage.once(1, |photo| !photo.is_unfinished() && photo.width == Some(300)).await;
    let after = stage.derived().await;
    assert_eq!(after.len(), before.len());
    assert!(after.iter().all(|key| !before.contains(key)), "{after:?}");

    stage.gallery.reprocess(&granted(&Space::main()), 1, None, Recipe::Nothing).await.unwrap();
    assert!(stage.derived().await.iter().all(|key| !key.contains("result")));
}

#[tokio::test]
async fn number_outlives_a_crash_between_entry_and_record() {
    let stage = Stage::with(only_serves()).await;
    let grant = granted(&Space::main());
    let number: PhoneNumber = "+491701234567".parse().unwrap();
    let phone = async || {
        let file = Upload { phone: Some(number.clone()), ..upload(&jpeg(40, 30, 10), "r").await };
        stage.gallery.upload(&grant, file).await.unwrap();
        stage.gallery.waiting_phone(&grant, 1).await.unwrap().is_some()
    };
    assert!(phone().await);
    // As if the program had died in between.
    let key = |text: &str| text.parse::<RecordKey>().unwrap();
    let value = RecordValue::new(number.reveal()).unwrap();
    stage.ports.records.delete(&key("phone/main/1")).await.unwrap();
    stage.ports.records.put(&key("phone-of-request/main/r"), value, None, Expected::Absent).await.unwrap();
    assert!(phone().await, "the repetition finds it");
    stage.ports.records.delete(&key("phone/main/1")).await.unwrap();
    assert!(!phone().await, "once");
}
