//! A gallery is ready when saves succeed; that its ports respond is not enough.

use crate::bucket::{BucketError, FaultPoint};
use crate::testing::{Fault, Stage};

async fn why_not(stage: &Stage) -> String {
    stage.gallery.readiness().await.err().unwrap_or_default().join(" ")
}

#[tokio::test]
async fn failed_commit_makes_it_unready_until_one_succeeds() {
    let stage = Stage::open().await;
    assert_eq!(why_not(&stage).await, "");
    // The second fault is for the test write that follows.
    stage.catalog.faults.lock().unwrap().extend([Fault::Full, Fault::Full]);
    stage.publish("one", "1").await.unwrap_err();
    for _ in 0..3 {
        assert_eq!(why_not(&stage).await, "The catalog is not available: the catalog's disk is full.");
    }
    stage.publish("one", "1").await.unwrap();
    assert_eq!(why_not(&stage).await, "");
    stage.catalog.faults.lock().unwrap().push_back(Fault::Full);
    stage.publish("two", "2").await.unwrap_err();
    assert_eq!(why_not(&stage).await, "", "there is room again, without another save");
}

#[tokio::test]
async fn failed_put_makes_it_unready_until_one_succeeds() {
    let stage = Stage::open().await;
    stage.bucket.fail_when(|moment, _| match moment {
        FaultPoint::BeforePut => Err(BucketError::Denied("read-only".into())),
        _ => Ok(()),
    });
    stage.publish("one", "1").await.unwrap_err();
    for _ in 0..3 {
        assert_eq!(why_not(&stage).await, "The bucket is not available: access to the bucket is denied.");
    }
    stage.bucket.fail_when(|_, _| Ok(()));
    stage.publish("one", "1").await.unwrap();
    assert_eq!(why_not(&stage).await, "");
    assert_eq!(stage.object_count().await, 1, "the test write left nothing behind");
}
