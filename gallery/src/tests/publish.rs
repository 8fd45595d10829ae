//! Saving: in order, once, concurrently, and while the catalog fails.

use std::sync::Arc;

use domain::limits::{COMMIT_MAX_MUTATIONS, PUBLISH_QUEUE_MAX};
use domain::{ChangeKind, CodeText, Level, Space};
use futures::future::join_all;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::bucket::{BucketError, FaultPoint};
use crate::catalog::CatalogError;
use crate::testing::{Fault, Stage, draft, granted, next_change, next_step};
use crate::{Draft, GalleryError, OnReuse, Published, WindowRequest};

#[tokio::test]
async fn saved_entry_is_listed_announced_and_downloadable() {
    let stage = Stage::open().await;
    let mut subscription = stage.subscribe(None).await;
    let published = stage.publish("https://example.com/menu", "r1").await.unwrap();
    assert!(!published.repeated);
    let entry = &published.change.entry;
    assert_eq!((published.change.seq, entry.id, published.change.kind), (1, 1, ChangeKind::Added));
    assert_eq!(entry.content.value(), Some("https://example.com/menu"));
    assert!(entry.content.key.as_str().starts_with("main/https-example-com-menu-"));
    assert_eq!(next_change(&mut subscription).await.as_ref(), Some(&published.change));
    assert_eq!(stage.listed().await, [1]);
    let (_, object) = stage.gallery.file(&granted(&Space::main()), 1, None).await.unwrap();
    assert_eq!(object.info.etag, entry.content.etag);
    assert_eq!(object.info.size_bytes, entry.content.size_bytes);
    assert_eq!(object.metadata["request"], "r1");
    let found = stage.gallery.find_value(&granted(&Space::main()), "https://example.com/menu").await.unwrap();
    assert_eq!(found.map(|entry| entry.id), Some(1));
}

#[tokio::test]
async fn concurrent_saves_are_numbered_without_gaps_and_share_commits() {
    let stage = Stage::open().await;
    let mut subscription = stage.subscribe(None).await;
    let bell = stage.catalog.hold();
    let saves = (0..64).map(|n| {
        let gallery = stage.gallery.clone();
        tokio::spawn(async move {
            gallery
                .publish(
                    &granted(&Space::main()),
                    draft(&format!("text {n}"), &n.to_string()),
                    OnReuse::Conflict,
                )
                .await
        })
    });
    let saves: Vec<_> = saves.collect();
    stage.catalog.commit_has_come().await;
    // The first commit is held: the others queue up behind it.
    while stage.object_count().await < 64 {
        tokio::task::yield_now().await;
    }
    stage.catalog.release(&bell);
    let mut ids: Vec<_> =
        join_all(saves).await.into_iter().map(|save| save.unwrap().unwrap().change.entry.id).collect();
    ids.sort_unstable();
    assert_eq!(ids, (1..=64).collect::<Vec<_>>());
    for seq in 1..=64 {
        assert_eq!(next_step(&mut subscription).await, (seq, ChangeKind::Added, seq));
    }
    let page = stage
        .gallery
        .listing(&granted(&Space::main()), WindowRequest { page: 2, per_page: 24 })
        .await
        .unwrap();
    assert_eq!((page.seq, page.total, page.page, page.pages), (64, 64, 2, 3));
    assert_eq!(page.entries.iter().map(|e| e.id).collect::<Vec<_>>(), (17..=40).rev().collect::<Vec<_>>());
    let batches = stage.catalog.batches.lock().unwrap().clone();
    assert!(batches.len() <= 6 && batches.iter().all(|size| *size <= COMMIT_MAX_MUTATIONS), "{batches:?}");
}

#[tokio::test]
async fn repeated_request_adds_nothing() {
    let stage = Stage::open().await;
    let first = stage.publish("text", "same").await.unwrap();
    let again = stage.publish("text", "same").await.unwrap();
    assert!(again.repeated && again.change == first.change);
    assert_eq!((stage.listed().await, stage.object_count().await), (vec![1], 1));
}

#[tokio::test]
async fn concurrent_repeated_request_adds_one() {
    let stage = Stage::open().await;
    let bell = stage.catalog.hold();
    let gallery = stage.gallery.clone();
    let saves = (0..4).map(|_| {
        let gallery = gallery.clone();
        tokio::spawn(async move {
            gallery.publish(&granted(&Space::main()), draft("text", "same"), OnReuse::Conflict).await.unwrap()
        })
    });
    let saves: Vec<_> = saves.collect();
    while stage.object_count().await < 4 {
        tokio::task::yield_now().await;
    }
    stage.catalog.release(&bell);
    let published: Vec<_> = join_all(saves).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(published.iter().filter(|p| !p.repeated).count(), 1);
    assert!(published.iter().all(|p| p.change == published[0].change));
    assert_eq!((stage.listed().await, stage.object_count().await), (vec![1], 1));
}

#[tokio::test]
async fn excess_saves_are_refused_and_leave_nothing() {
    let stage = Stage::open().await;
    let bell = stage.catalog.hold();
    // One batch is with the catalog, and the queue is full.
    let in_commit = tokio::spawn({
        let gallery = stage.gallery.clone();
        async move { gallery.publish(&granted(&Space::main()), draft("first", "first"), OnReuse::Conflict).await }
    });
    stage.catalog.commit_has_come().await;
    let open = stage.gallery.shared().spaces.open(&Space::main()).await.unwrap();
    let places: Vec<_> = (0..PUBLISH_QUEUE_MAX).map(|_| open.committer().try_admit().ok().unwrap()).collect();
    assert!(matches!(stage.publish("one too many", "r").await, Err(GalleryError::Busy)));
    assert_eq!(stage.object_count().await, 1);
    drop(places);
    stage.catalog.release(&bell);
    in_commit.await.unwrap().unwrap();
    stage.publish("one too many", "r").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn lost_response_is_recovered() {
    let stage = Stage::open().await;
    stage.catalog.faults.lock().unwrap().extend([Fault::UnavailableAfter, Fault::UnavailableBefore]);
    let published = stage.publish("text", "r").await.unwrap();
    assert_eq!(published.change.entry.id, 1);
    assert_eq!((stage.listed().await, stage.object_count().await), (vec![1], 1));
}

#[tokio::test]
async fn refused_save_deletes_its_object() {
    let stage = Stage::open().await;
    stage.catalog.faults.lock().unwrap().push_back(Fault::Full);
    assert!(matches!(stage.publish("text", "r").await, Err(GalleryError::Catalog(_))));
    assert_eq!((stage.listed().await, stage.object_count().await), (vec![], 0));
}

#[tokio::test(start_paused = true)]
async fn refusal_after_a_lost_response_keeps_the_object() {
    let stage = Stage::open().await;
    stage.catalog.faults.lock().unwrap().extend([Fault::UnavailableAfter, Fault::Full]);
    let lost = stage.publish("text", "r").await;
    assert!(matches!(lost, Err(GalleryError::Catalog(why)) if matches!(*why, CatalogError::Unavailable(_))));
    assert_eq!(stage.object_count().await, 1, "an entry never lacks its object");
    assert!(stage.publish("text", "r").await.unwrap().repeated);
    assert_eq!((stage.listed().await, stage.object_count().await), (vec![1], 1));
}

#[tokio::test]
async fn failing_bucket_leaves_no_entry() {
    let stage = Stage::open().await;
    stage.bucket.fail_when(|moment, _| match moment {
        FaultPoint::BeforePut => Err(BucketError::Full(std::io::Error::other("no room"))),
        _ => Ok(()),
    });
    let refused = stage.publish("text", "r").await.unwrap_err();
    assert!(matches!(&refused, GalleryError::Bucket(error) if matches!(**error, BucketError::Full(_))));
    stage.bucket.fail_when(|_, _| Ok(()));
    assert_eq!(stage.listed().await, Vec::<u64>::new());
    assert_eq!(stage.publish("text", "r").await.unwrap().change.entry.id, 1);
}

/// A save whose commit waits until the bell is rung.
async fn held_save(stage: &Stage) -> (JoinHandle<Result<Published, GalleryError>>, Arc<Notify>) {
    let bell = stage.catalog.hold();
    let gallery = stage.gallery.clone();
    let save = tokio::spawn(async move {
        gallery.publish(&granted(&Space::main()), draft("text", "r"), OnReuse::Conflict).await
    });
    stage.catalog.commit_has_come().await;
    (save, bell)
}

#[tokio::test]
async fn cancelled_caller_does_not_undo_a_save() {
    let stage = Stage::open().await;
    let mut subscription = stage.subscribe(None).await;
    let (save, bell) = held_save(&stage).await;
    save.abort();
    assert!(save.await.unwrap_err().is_cancelled());
    stage.catalog.release(&bell);
    assert_eq!(next_step(&mut subscription).await, (1, ChangeKind::Added, 1));
    assert_eq!(stage.object_count().await, 1);
}

#[tokio::test]
async fn stop_finishes_begun_saves_and_refuses_others() {
    let stage = Stage::open().await;
    let mut subscription = stage.subscribe(None).await;
    let (save, bell) = held_save(&stage).await;
    let gallery = stage.gallery.clone();
    let stop = tokio::spawn(async move { gallery.shutdown().await });
    while !stage.gallery.shared().stopping.is_cancelled() {
        tokio::task::yield_now().await;
    }
    assert!(subscription.next().await.is_none());
    assert!(matches!(stage.publish("late", "late").await, Err(GalleryError::Stopping)));
    assert!(!stop.is_finished());
    stage.catalog.release(&bell);
    assert_eq!(save.await.unwrap().unwrap().change.seq, 1);
    stop.await.unwrap();
    assert_eq!(
        Arc::strong_count(&stage.bucket),
        4,
        "the stage's, the gallery's, its logos' and its reader's: no task holds it any more"
    );
}

#[tokio::test]
async fn file_name_describes_the_content_without_passwords() {
    let stage = Stage::open().await;
    let wifi = stage.publish("WIFI:T:WPA;S:Guests;P:come on in;;", "r1").await.unwrap();
    let key = wifi.change.entry.content.key.to_string();
    assert!(key.starts_with("main/wi-fi-network-guests-"), "{key}");
    let link = stage.publish("https://example.com/menu", "r2").await.unwrap();
    assert!(link.change.entry.content.key.as_str().contains("example-com-menu"));
}

/// The draft `text` under the request id `same`, and what differs from it.
fn other_drafts() -> Vec<Draft> {
    let first = draft("text", "same");
    let level = CodeText::parse("text", Level::H).unwrap();
    vec![
        draft("other", "same"),
        Draft { name: "Menu".parse().unwrap(), ..first.clone() },
        Draft { look: "shape=dots".parse().unwrap(), ..first.clone() },
        Draft { text: level, ..first },
    ]
}

#[tokio::test]
async fn reused_request_id_is_a_conflict() {
    let stage = Stage::open().await;
    stage.publish("text", "same").await.unwrap();
    for other in other_drafts() {
        let refused = stage.gallery.publish(&granted(&Space::main()), other.clone(), OnReuse::Conflict).await;
        assert!(matches!(refused, Err(GalleryError::RequestReused)), "{other:?}");
    }
    assert_eq!((stage.listed().await, stage.object_count().await), (vec![1], 1));
}

#[tokio::test]
async fn form_with_a_reused_request_id_saves_once_more() {
    let stage = Stage::open().await;
    stage.publish("text", "same").await.unwrap();
    for (other, id) in other_drafts().into_iter().zip(2..) {
        let save =
            async || stage.gallery.publish(&granted(&Space::main()), other.clone(), OnReuse::NewId).await;
        let (saved, again) = (save().await.unwrap(), save().await.unwrap());
        assert_eq!((saved.change.entry.id, saved.repeated), (id, false), "{other:?}");
        assert_eq!((again.change, again.repeated), (saved.change, true), "{other:?}");
    }
    assert!(stage.publish("text", "same").await.unwrap().repeated);
    assert_eq!(stage.listed().await, [5, 4, 3, 2, 1]);
}

#[tokio::test]
async fn repeated_request_reports_the_current_state() {
    let stage = Stage::open().await;
    stage.publish("text", "same").await.unwrap();
    let removed = stage.gallery.remove(&granted(&Space::main()), 1).await.unwrap();
    let again = stage.publish("text", "same").await.unwrap();
    assert_eq!((again.change, again.repeated), (removed, true));
}
