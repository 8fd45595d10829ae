//! What people ask for: another result, another attempt, photos that look alike.

use domain::StageState;

use super::faults::process;
use super::*;

#[tokio::test]
async fn another_recipe_replaces_the_result() {
    let stage = Stage::open().await;
    let grant = granted(&Space::main());
    stage.upload(&jpeg(400, 300, 10), "r").await.unwrap();
    let before = stage.worked_on(1).await;
    let flipped = stage.picture(1, Step::Result).await;
    let change = stage.gallery.reprocess(&grant, 1, None, Recipe::Rotate90).await.unwrap();
    let waiting = change.entry.content.photo().unwrap().clone();
    assert_eq!(waiting.progress().as_deref(), Some("Waiting"));
    assert_eq!(waiting.stages[0], before.stages[0], "the thumbnail stays");
    stage.worked_on(1).await;
    let rotated = photos::inspect(&stage.picture(1, Step::Result).await).unwrap();
    assert_eq!((rotated.width, rotated.height), (300, 400));
    let names: Vec<_> =
        stage.derived().await.iter().map(|key| key.rsplit('/').next().unwrap().to_owned()).collect();
    assert_eq!(names, ["result-rotate-90.jpg", "thumbnail.jpg", "view.jpg"]);

    stage.gallery.reprocess(&grant, 1, None, Recipe::Nothing).await.unwrap();
    let none = stage.gallery.derived(&grant, 1, Step::Result).await;
    assert!(matches!(none, Err(GalleryError::NotReady)));
    stage.gallery.reprocess(&grant, 1, None, Recipe::Flip).await.unwrap();
    stage.worked_on(1).await;
    assert_eq!(stage.picture(1, Step::Result).await, flipped, "the same picture again");
}

#[tokio::test]
async fn all_that_failed_is_tried_again() {
    let stage = Stage::open().await;
    let grant = granted(&Space::main());
    for (request, seed) in [("a", 1), ("b", 2), ("c", 3), ("d", 4)] {
        stage.upload(&jpeg(40, 30, seed), request).await.unwrap();
    }
    stage.upload(b"\xff\xd8\xff\xe0 no more", "e").await.unwrap();
    for id in 1..=5 {
        stage.worked_on(id).await;
    }
    for id in 1..=3 {
        let mut photo = stage.photo(id).await;
        photo.restart(stage.gallery.shared().clock.now());
        photo.fail(StageError::Unavailable, stage.gallery.shared().clock.now());
        process(&stage, id, photo).await;
    }
    let before = stage.entry(4).await.revision;
    assert_eq!(stage.gallery.retry_all(&grant).await.unwrap(), 3, "but not the damaged one");
    for id in 1..=3 {
        let photo = stage.worked_on(id).await;
        assert_eq!((reason(&photo), photo.stages[0].attempts), (None, 1), "counted anew");
    }
    assert_eq!(stage.entry(4).await.revision, before, "what is done stays");
    let same = stage.gallery.retry(&grant, 4, None).await.unwrap();
    assert_eq!(same.seq, before);
}

#[tokio::test]
async fn only_photos_can_be_made_again() {
    let stage = Stage::open().await;
    let grant = granted(&Space::main());
    let file = Upload { file_name: "a.txt".to_owned(), ..upload(b"text", "a").await };
    stage.gallery.upload(&grant, file).await.unwrap();
    let refused = stage.gallery.reprocess(&grant, 1, None, Recipe::Flip).await;
    assert!(matches!(refused, Err(GalleryError::NotAPhoto)), "{refused:?}");
    let missing = stage.gallery.reprocess(&grant, 9, None, Recipe::Flip).await;
    assert!(matches!(missing, Err(GalleryError::NotFound)), "{missing:?}");
    let removed = stage.gallery.remove(&grant, 1).await.unwrap();
    let gone = stage.gallery.retry(&grant, removed.entry.id, None).await;
    assert!(matches!(gone, Err(GalleryError::Gone)), "{gone:?}");
}

/// What an earlier build kept as a file becomes a photo when somebody asks for its pictures.
#[tokio::test]
async fn picture_that_was_kept_as_a_file_becomes_a_photo() {
    use crate::catalog::{Catalog as _, Mutation};

    let stage = Stage::open().await;
    let uploaded = stage.upload(&jpeg(40, 30, 10), "r").await.unwrap();
    stage.worked_on(1).await;
    let content = domain::Content { body: domain::Body::plain_file(), ..uploaded.change.entry.content };
    let committed = stage.catalog.commit(&Space::main(), vec![Mutation::Replace { id: 1, content }]).await;
    let seq = committed.unwrap().remove(0).unwrap().change.seq;
    stage.gallery.wait_for(&granted(&Space::main()), seq).await.unwrap();
    stage.gallery.reprocess(&granted(&Space::main()), 1, None, Recipe::Flip).await.unwrap();
    assert_eq!(stage.worked_on(1).await.stages[0].state, StageState::Done);
}

#[tokio::test]
async fn similar_photos_are_named() {
    let stage = Stage::open().await;
    let grant = granted(&Space::main());
    stage.upload(&jpeg(400, 300, 10), "a").await.unwrap();
    stage.upload(&jpeg(200, 150, 12), "b").await.unwrap();
    let dark: Vec<u8> = (0..300_u32).flat_map(|n| [u8::try_from(255 - n * 255 / 300).unwrap(); 3]).collect();
    let mut other = Vec::new();
    let encoder = Encoder::new(&mut other, 90);
    encoder.encode(&dark.repeat(200), 300, 200, ColorType::Rgb).unwrap();
    stage.upload(&other, "c").await.unwrap();
    for id in 1..=3 {
        stage.worked_on(id).await;
    }
    let similar = |id| {
        let (gallery, grant) = (stage.gallery.clone(), grant.clone());
        async move { gallery.similar(&grant, id).await.unwrap().iter().map(|entry| entry.id).collect::<Vec<_>>() }
    };
    assert_eq!((similar(1).await, similar(2).await, similar(3).await), (vec![2], vec![1], vec![]));
}
