//! Storage that fails in the middle, entries that are changed before their rows are tried again, and jobs that are lost.

use std::sync::atomic::AtomicU32;

use domain::Description;

use super::*;
use crate::JobMessage;
use crate::bucket::{BucketError, FaultPoint};
use crate::queue::Job;
use crate::testing::operator;

/// Fails so often where a part of a table is put into the bucket.
fn fail(bucket: &MemoryBucket, point: FaultPoint, times: u32) {
    let left = AtomicU32::new(times);
    bucket.fail_when(move |at, key| {
        let is_part = key.table_id().is_some() && !key.as_str().ends_with("/table");
        let fails = at == point
            && is_part
            && left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
        if fails { Err(BucketError::Unavailable("the line is down".into())) } else { Ok(()) }
    });
}

/// Does the job of a table once; returns whether it is done.
async fn work(gallery: &Gallery, id: TableId) -> bool {
    let job = serde_json::to_string(&Job::of_table(Space::main(), id, 0)).unwrap();
    gallery.work_on(&operator(), JobMessage { body: &job, receipt: "none", attempts: 1 }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_fails_in_the_middle_is_waited_for() {
    for point in [FaultPoint::BeforePut, FaultPoint::AfterPut] {
        let mut stage = Stage::<Memory>::default();
        let gallery = stage.open(false).await;
        let id = started(&gallery, &guests(510)).await;
        fail(&stage.storage.bucket, point, 1);
        assert!(!work(&gallery, id).await, "it comes back");
        let table = gallery.table(&granted(&Space::main()), id).await.unwrap();
        assert_eq!((table.state, table.parts_done), (TableState::Running, 0));
        assert_eq!(table.trouble.as_deref(), Some("The bucket is currently unavailable."));
        assert!(work(&gallery, id).await);
        let table = ended(&gallery, id).await;
        assert_eq!(table.trouble, None);
        assert_exact(&gallery, &table, 510).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_whose_entries_were_changed_meanwhile_are_not_saved_again() {
    let mut stage = Stage::<Memory>::default();
    let gallery = stage.open(false).await;
    let grant = granted(&Space::main());
    let id = started(&gallery, "one\ntwo\nthree\n").await;
    fail(&stage.storage.bucket, FaultPoint::BeforePut, 1);
    assert!(!work(&gallery, id).await);
    let named = Description { name: Some("renamed".parse().unwrap()), labels: None };
    gallery.describe(&grant, 1, None, named).await.unwrap();
    gallery.remove(&grant, 2).await.unwrap();
    assert!(work(&gallery, id).await);
    let table = ended(&gallery, id).await;
    assert_eq!((table.made, table.wrong), (3, 0));
    let made: Vec<_> =
        outcomes(&gallery, &table).await.into_iter().map(|outcome| outcome.id.unwrap()).collect();
    assert_eq!(made.len(), 3);
    assert_eq!(values(&gallery).await.len(), 2, "one was removed, and nothing was added");
}

#[tokio::test(flavor = "multi_thread")]
async fn looks_that_cannot_be_drawn_are_mistakes_of_their_rows() {
    let mut stage = Stage::<Memory>::default();
    let gallery = stage.open(false).await;
    let missing = "ab".repeat(32);
    let text = format!("text,look\nplain,\nno logo,logo={missing}\npale,ink=fefefe\ndots,dots\n");
    let id = started(&gallery, &text).await;
    assert!(work(&gallery, id).await);
    let table = ended(&gallery, id).await;
    let mistakes: Vec<_> =
        outcomes(&gallery, &table).await.into_iter().map(|outcome| outcome.mistake).collect();
    assert_eq!((table.made, table.wrong), (2, 2), "{mistakes:?}");
    assert!(mistakes[1].as_deref().unwrap().contains("logo"), "{mistakes:?}");
    assert!(mistakes[0].is_none() && mistakes[2].is_some() && mistakes[3].is_none(), "{mistakes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_job_is_sent_again() {
    let mut stage = Stage::<Memory>::default();
    let ports = stage.ports().await;
    let id = {
        let gallery = stage.over(ports.clone(), false).await;
        let id = started(&gallery, &guests(10)).await;
        gallery.shutdown().await;
        id
    };
    stage.pass(Duration::from_secs(61));
    // Another queue, in which it never was.
    let queue = Arc::new(MemoryQueue::new(stage.clock()));
    let gallery = stage.over(Ports { queue, ..ports }, true).await;
    let table = ended(&gallery, id).await;
    assert_exact(&gallery, &table, 10).await;
    gallery.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_about_no_table_is_done() {
    let mut stage = Stage::<Memory>::default();
    let gallery = stage.open(false).await;
    assert!(work(&gallery, 7).await);
    let grant = granted(&Space::main());
    let kept = gallery.keep_table(&grant, upload("a\nb\n").await).await.unwrap();
    assert!(work(&gallery, kept.id).await, "nobody has started it");
    assert!(values(&gallery).await.is_empty());
}
