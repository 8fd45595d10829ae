//! What fails for a while is tried again, and what fails for good is said.

use std::sync::atomic::AtomicU32;

use domain::limits::JOB_ATTEMPTS_MAX;
use domain::{Body, StageState};

use super::*;
use crate::bucket::{BucketError, FaultPoint};
use crate::catalog::{Catalog as _, Mutation};
use crate::testing::Fault;

#[tokio::test]
async fn bucket_that_fails_for_a_while_delays_a_photo() {
    let stage = Stage::open().await;
    let failures = Arc::new(AtomicU32::new(2));
    stage.bucket.fail_when(move |point, key| {
        let fails = point == FaultPoint::BeforePut
            && key.as_str().contains("/view")
            && failures
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1))
                .is_ok();
        if fails { Err(BucketError::Unavailable("away".into())) } else { Ok(()) }
    });
    stage.upload(&jpeg(40, 30, 10), "r").await.unwrap();
    let postponed = stage.once(1, |photo| photo.stages[0].reason.is_some()).await;
    assert_eq!(postponed.stages[0].state, StageState::Waiting);
    assert!(postponed.progress().unwrap().contains("another attempt"));
    let photo = stage.worked_on(1).await;
    assert_eq!((reason(&photo), photo.stages[0].attempts, photo.stages[0].reason), (None, 3, None));
}

#[tokio::test]
async fn photo_that_was_tried_too_often_fails_and_can_be_tried_again() {
    let stage = Stage::with(only_serves()).await;
    stage.upload(&jpeg(40, 30, 10), "r").await.unwrap();
    // As if all attempts but one had failed.
    let mut photo = stage.photo(1).await;
    for _ in 1..JOB_ATTEMPTS_MAX {
        photo.begin(stage.gallery.shared().clock.now());
        photo.postpone(StageError::Unavailable, stage.gallery.shared().clock.now());
    }
    process(&stage, 1, photo).await;
    stage.bucket.fail_when(|point, key| {
        let fails = point == FaultPoint::BeforeRead && !key.is_reserved();
        if fails { Err(BucketError::Unavailable("away".into())) } else { Ok(()) }
    });
    let worker = stage.another(Options { reconciles: false, ..Options::default() }).await;
    let photo = stage.worked_on(1).await;
    assert_eq!(reason(&photo), Some(StageError::Unavailable));
    assert_eq!(photo.stages[0].attempts, JOB_ATTEMPTS_MAX);

    stage.bucket.fail_when(|_, _| Ok(()));
    let change = stage.gallery.retry(&granted(&Space::main()), 1, None).await.unwrap();
    assert!(change.entry.content.photo().unwrap().is_unfinished());
    assert_eq!(reason(&stage.worked_on(1).await), None);
    worker.shutdown().await;
}

/// Gives an entry another photo, as a worker does.
pub(super) async fn process(stage: &Stage, id: EntryId, photo: Photo) {
    let entry = stage.entry(id).await;
    let body = Body::photo_with(entry.content.values().to_vec(), photo);
    let mutation = Mutation::Process { id, expected: entry.revision, body };
    let committed = stage.catalog.commit(&Space::main(), vec![mutation]).await.unwrap().remove(0).unwrap();
    stage.gallery.wait_for(&granted(&Space::main()), committed.change.seq).await.unwrap();
}

#[tokio::test]
async fn lost_answers_of_the_catalog_change_nothing() {
    let stage = Stage::with(only_serves()).await;
    stage.upload(&jpeg(40, 30, 10), "r").await.unwrap();
    stage.catalog.faults.lock().unwrap().extend([Fault::UnavailableAfter; 2]);
    let _worker = stage.another(Options { reconciles: false, ..Options::default() }).await;
    let photo = stage.worked_on(1).await;
    assert_eq!((reason(&photo), photo.stages[0].attempts, photo.stages[0].reason), (None, 1, None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn description_given_during_the_work_is_kept() {
    let stage = Stage::open().await;
    let grant = granted(&Space::main());
    let (started, go_on) = (Arc::new(tokio::sync::Notify::new()), Arc::new(std::sync::Barrier::new(2)));
    let (bell, barrier, once) = (Arc::clone(&started), Arc::clone(&go_on), AtomicU32::new(0));
    stage.bucket.fail_when(move |point, key| {
        let is_first = point == FaultPoint::BeforePut && key.is_reserved();
        if is_first && once.fetch_add(1, Ordering::Relaxed) == 0 {
            bell.notify_one();
            tokio::task::block_in_place(|| barrier.wait());
        }
        Ok(())
    });
    stage.upload(&jpeg(40, 30, 10), "r").await.unwrap();
    started.notified().await;
    let description = domain::Description { name: "Sunset".parse().ok(), labels: None };
    stage.gallery.describe(&grant, 1, None, description).await.unwrap();
    tokio::task::spawn_blocking(move || go_on.wait()).await.unwrap();
    stage.worked_on(1).await;
    assert_eq!(stage.entry(1).await.content.name.as_str(), "Sunset");
}
