//! Hints at changes.

use std::collections::BTreeSet;

use domain::Key;
use futures::stream::{BoxStream, StreamExt};

use super::{DEADLINE, Hints, Subject, key, put};
use crate::bucket::Hint;
use crate::testing::hints as hints_of;

/// The hints; `None` if the bucket cannot watch, and says so.
async fn hints(subject: &Subject) -> Option<BoxStream<'static, Hint>> {
    let mut hints = hints_of(&*subject.bucket);
    if subject.hints == Hints::Nobody {
        assert_eq!(hints.next().await, None);
        return None;
    }
    Some(hints)
}

/// Waits until the hints report this key, or say that everything must be inspected.
async fn expect_hint(hints: &mut BoxStream<'static, Hint>, name: &str) {
    let wanted = key(name);
    let receive = async {
        while let Some(hint) = hints.next().await {
            if hint == Hint::Everything || hint == Hint::Key(wanted.clone()) {
                return;
            }
        }
        panic!("the hints ended before {name}");
    };
    tokio::time::timeout(DEADLINE, receive).await.unwrap_or_else(|_| panic!("no hint at {name}"));
}

pub(super) async fn every_change_is_hinted_at(subject: &Subject) {
    let bucket = &*subject.bucket;
    put(bucket, "main/before", "x").await;
    let Some(mut hints) = hints(subject).await else { return };
    let mut others = hints_of(bucket);
    put(bucket, "main/a", "x").await;
    expect_hint(&mut hints, "main/a").await;
    put(bucket, "quite/new/folders/b c", "x").await;
    expect_hint(&mut hints, "quite/new/folders/b c").await;
    bucket.delete(&key("main/a")).await.unwrap();
    expect_hint(&mut hints, "main/a").await;
    bucket.delete(&key("main/before")).await.unwrap();
    expect_hint(&mut hints, "main/before").await;
    drop(hints);
    if subject.hints == Hints::Everyone {
        expect_hint(&mut others, "main/before").await;
    }
    put(bucket, "main/b", "x").await;
    expect_hint(&mut others, "main/b").await;
}

pub(super) async fn a_hint_for_one_watcher_has_a_receipt(subject: &Subject) {
    let bucket = &*subject.bucket;
    let mut notices = bucket.watch();
    put(bucket, "main/a", "x").await;
    let notice =
        tokio::time::timeout(DEADLINE, notices.next()).await.expect("neither a notice nor the end of them");
    let has_receipt = notice.map(|notice| notice.receipt.is_some());
    let expected = match subject.hints {
        Hints::Everyone => Some(false),
        Hints::One => Some(true),
        Hints::Nobody => None,
    };
    assert_eq!(has_receipt, expected);
}

pub(super) async fn lost_hints_are_reported(subject: &Subject) {
    let bucket = &*subject.bucket;
    let Some(mut hints) = hints(subject).await else { return };
    // More than separately notified readers can lag behind; a queue has no such limit.
    let count = if subject.hints == Hints::Everyone { 2000 } else { 200 };
    let names: Vec<String> = (0..count).map(|i| format!("space-{}/{i}", i % 50)).collect();
    futures::stream::iter(&names)
        .for_each_concurrent(64, |name| async { drop(put(bucket, name, "x").await) })
        .await;
    let mut missing: BTreeSet<Key> = names.iter().map(|name| key(name)).collect();
    let receive = async {
        while !missing.is_empty() {
            match hints.next().await.expect("the hints ended") {
                Hint::Key(key) => drop(missing.remove(&key)),
                Hint::Everything => return,
            }
        }
    };
    let in_time = tokio::time::timeout(DEADLINE, receive).await;
    assert!(in_time.is_ok(), "{} without a hint: {:?}", missing.len(), missing.first());
}
