//! Subscriptions: no change is missed, no subscriber is dropped silently, and one that cannot be served gets an error.

use std::sync::atomic::Ordering;
use std::time::Duration;

use domain::limits::FEED_RING_CHANGES;
use domain::{ChangeKind, Space, State};

use crate::WindowRequest;
use crate::catalog::{Catalog as _, Mutation, OVERDUE_AFTER};
use crate::testing::{Stage, content, granted, next_change, next_step};

/// Adds this many entries directly to the catalog, as another instance would.
async fn add(stage: &Stage, keys: std::ops::Range<usize>) {
    for key in keys {
        let add = Mutation::Add { request: None, content: content(&format!("main/{key}"), "") };
        stage.catalog.commit(&Space::main(), vec![add]).await.unwrap().remove(0).unwrap();
    }
}

#[tokio::test]
async fn changes_of_another_instance_arrive() {
    let stage = Stage::open().await;
    let mut subscription = stage.subscribe(None).await;
    assert_eq!(subscription.newest(), 0);
    add(&stage, 0..3).await;
    for seq in 1..=3 {
        assert_eq!(next_step(&mut subscription).await, (seq, ChangeKind::Added, seq));
    }
    stage.gallery.wait_for(&granted(&Space::main()), 3).await.unwrap();
    assert_eq!(stage.listed().await, [3, 2, 1]);
}

#[tokio::test]
async fn a_slow_subscriber_catches_up_from_the_catalog() {
    let stage = Stage::open().await;
    let mut slow = stage.subscribe(None).await;
    let count = FEED_RING_CHANGES + 100;
    add(&stage, 0..count).await;
    stage.gallery.wait_for(&granted(&Space::main()), count as u64).await.unwrap();
    let mut late = stage.subscribe(Some(50)).await;
    for seq in 1..=count as u64 {
        assert_eq!(next_step(&mut slow).await.0, seq);
    }
    for seq in 51..=count as u64 {
        assert_eq!(next_step(&mut late).await.0, seq);
    }
}

#[tokio::test]
async fn subscribers_catching_up_share_log_reads() {
    const LISTENERS: u64 = 40;
    let stage = Stage::open().await;
    let count = FEED_RING_CHANGES + 640;
    add(&stage, 0..count).await;
    stage.gallery.wait_for(&granted(&Space::main()), count as u64).await.unwrap();
    let listeners = (0..LISTENERS).map(async |_| {
        let mut listener = stage.subscribe(Some(0)).await;
        for seq in 1..=count as u64 {
            assert_eq!(next_step(&mut listener).await.0, seq);
        }
    });
    futures::future::join_all(listeners).await;
    // The tail of the log reads more at once.
    let is_catching_up = |limit: &&usize| **limit <= 64;
    let reads = stage.catalog.log_reads.lock().unwrap().iter().filter(is_catching_up).count() as u64;
    assert!((1..LISTENERS).contains(&reads), "{reads} reads of a log of {count} changes");
}

#[tokio::test]
async fn log_starting_within_a_page_is_read() {
    let stage = Stage::open().await;
    let count = FEED_RING_CHANGES + 300;
    add(&stage, 0..count).await;
    stage.gallery.wait_for(&granted(&Space::main()), count as u64).await.unwrap();
    for floor in [1, 63, 64, 65, 100, 128] {
        stage.catalog.truncate(&Space::main(), floor).await.unwrap();
        let mut listener = stage.subscribe(Some(floor)).await;
        for seq in floor + 1..=count as u64 {
            assert_eq!(next_step(&mut listener).await.0, seq, "the log begins above {floor}");
        }
    }
}

#[tokio::test]
async fn stalled_subscriber_does_not_block_others() {
    let stage = Stage::open().await;
    let count = FEED_RING_CHANGES + 200;
    add(&stage, 0..count).await;
    stage.gallery.wait_for(&granted(&Space::main()), count as u64).await.unwrap();
    let mut asleep = Vec::new();
    for _ in 0..20 {
        let mut listener = stage.subscribe(Some(0)).await;
        assert_eq!(next_step(&mut listener).await.0, 1);
        asleep.push(listener);
    }
    let mut awake = stage.subscribe(Some(0)).await;
    for seq in 1..=count as u64 {
        assert_eq!(next_step(&mut awake).await.0, seq);
    }
}

#[tokio::test]
async fn cursor_below_the_floor_gets_reset() {
    let stage = Stage::open().await;
    let mut slow = stage.subscribe(None).await;
    let count = FEED_RING_CHANGES + 100;
    add(&stage, 0..count).await;
    stage.gallery.wait_for(&granted(&Space::main()), count as u64).await.unwrap();
    stage.catalog.truncate(&Space::main(), 60).await.unwrap();
    assert_eq!(next_change(&mut slow).await, None);
    assert!(slow.next().await.is_none());
    let mut just_in_reach = stage.subscribe(Some(60)).await;
    assert_eq!(next_step(&mut just_in_reach).await.0, 61);
}

#[tokio::test]
async fn outdated_instance_reloads() {
    let stage = Stage::open().await;
    let open = stage.gallery.shared().spaces.open(&Space::main()).await.unwrap();
    let mut left_behind = stage.subscribe(None).await;
    // No await in between: the follower cannot read before the log is truncated.
    let moved_on = async {
        add(&stage, 0..10).await;
        stage.catalog.truncate(&Space::main(), 8).await.unwrap();
    };
    moved_on.await;
    open.view().catch_up().await.unwrap();
    assert_eq!(stage.listed().await.len(), 10);
    assert_eq!(next_change(&mut left_behind).await, None);
}

#[tokio::test]
async fn cursor_of_another_history_gets_reset() {
    let stage = Stage::open().await;
    add(&stage, 0..3).await;
    let mut subscription = stage.subscribe(Some(7)).await;
    assert_eq!(next_change(&mut subscription).await, None);
    assert!(subscription.next().await.is_none());
}

#[tokio::test]
async fn cursor_from_a_newer_instance_is_accepted() {
    let stage = Stage::open().await;
    stage.subscribe(None).await;
    add(&stage, 0..3).await;
    let mut subscription = stage.subscribe(Some(3)).await;
    add(&stage, 3..4).await;
    assert_eq!(next_step(&mut subscription).await.0, 4);
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(64))]

    /// Whatever is committed, in batches of any size, by this instance or another: the index equals the catalog.
    #[test]
    fn the_index_equals_the_catalog(steps in proptest::collection::vec((0..4u8, 1..12u64, 1..5usize), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let stage = Stage::open().await;
            let open = stage.gallery.shared().spaces.open(&Space::main()).await.unwrap();
            for (at, (step, id, batch)) in steps.into_iter().enumerate() {
                let tombstone = State::Removed { at: stage.clock().now() };
                let value = ["", "a", "b"][batch % 3];
                let mutation = |n: u64| match step {
                    0 => Mutation::Add { request: None, content: content(&format!("main/{at}-{n}"), value) },
                    1 => Mutation::remove(id + n, tombstone),
                    2 => Mutation::restore(id + n),
                    _ => Mutation::Replace { id: id + n, content: content(&format!("main/{at}-{n}"), value) },
                };
                let mutations = (0..batch as u64).map(mutation).collect();
                if at % 2 == 0 {
                    stage.catalog.commit(&Space::main(), mutations).await.unwrap();
                } else {
                    for mutation in mutations {
                        let admission = open.committer().try_admit().ok().unwrap();
                        let _ = admission.commit(mutation).await;
                    }
                }
            }
            open.view().catch_up().await.unwrap();
            let truth = stage.catalog.snapshot(&Space::main()).await.unwrap();
            let index = open.view().index();
            assert_eq!(index.seq(), truth.seq);
            assert_eq!(index.len(), truth.entries.len());
            assert!(truth.entries.iter().all(|entry| index.get(entry.id).is_some_and(|known| *known == *entry)));
            let newest = truth.entries.iter().rev().filter(|entry| entry.state.is_live());
            let listed = index.page(WindowRequest { page: 1, per_page: 200 }).entries;
            assert!(listed.iter().map(|entry| &**entry).eq(newest));
        });
    }
}

#[tokio::test]
async fn event_between_waits_is_not_lost() {
    let stage = Stage::open().await;
    let mut subscription = stage.subscribe(None).await;
    {
        let next = subscription.next();
        futures::pin_mut!(next);
        assert!(futures::poll!(&mut next).is_pending());
        add(&stage, 0..1).await;
        stage.gallery.wait_for(&granted(&Space::main()), 1).await.unwrap();
    }
    assert_eq!(next_step(&mut subscription).await.0, 1);
}

#[tokio::test(start_paused = true)]
async fn catalog_outage_reports_the_age_of_the_view() {
    let stage = Stage::open().await;
    let main = Space::main();
    stage.publish("one", "r1").await.unwrap();
    let mut subscription = stage.subscribe(None).await;
    let behind = async |expected: bool| {
        while stage.gallery.behind_for(&granted(&main)).await.is_some() != expected {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    behind(false).await;
    stage.catalog.is_away.store(true, Ordering::Relaxed);
    // Another instance writes, and this one cannot read it.
    let add = Mutation::Add { request: None, content: content("theirs", "theirs") };
    stage.catalog.commit(&main, vec![add]).await.unwrap().remove(0).unwrap();
    behind(true).await;
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert!(stage.gallery.behind_for(&granted(&main)).await.unwrap() >= Duration::from_secs(30));
    assert!(subscription.behind_for().unwrap() >= Duration::from_secs(30));
    assert_eq!(stage.listed().await, [1], "reads still succeed");
    assert!(stage.gallery.entry(&granted(&main), 1).await.is_ok());
    stage.catalog.is_away.store(false, Ordering::Relaxed);
    assert_eq!(next_step(&mut subscription).await, (2, ChangeKind::Added, 2));
    behind(false).await;
}

#[tokio::test(start_paused = true)]
async fn silent_catalog_is_reported_before_callers_time_out() {
    let stage = Stage::open().await;
    let main = Space::main();
    stage.publish("one", "r1").await.unwrap();
    stage.catalog.is_hung.store(true, Ordering::Relaxed);
    let add = Mutation::Add { request: None, content: content("theirs", "theirs") };
    stage.catalog.commit(&main, vec![add]).await.unwrap().remove(0).unwrap();
    while stage.gallery.behind_for(&granted(&main)).await.is_none() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(
        stage.gallery.behind_for(&granted(&main)).await.unwrap() >= OVERDUE_AFTER,
        "counted from the request"
    );
    assert_eq!(stage.listed().await, [1], "reads still succeed");
}
