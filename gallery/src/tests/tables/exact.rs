//! Every row once, in order: in one go, after workers that end in the middle, with several workers, and when stopped.

use super::*;
use crate::JobMessage;
use crate::queue::Job;
use crate::testing::operator;

on_both!(
    all_rows_are_made,
    workers_that_end_in_the_middle_lose_and_repeat_nothing,
    workers_at_once_repeat_nothing,
    a_stopped_table_keeps_what_was_made,
);

async fn all_rows_are_made<S: Storage>() {
    let mut stage = Stage::<S>::default();
    let gallery = stage.open(true).await;
    let id = started(&gallery, &guests(620)).await;
    let table = ended(&gallery, id).await;
    assert_exact(&gallery, &table, 620).await;
    let wrong = gallery.table_mistakes(&granted(&Space::main()), &table, 1).await.unwrap();
    let cells: Vec<_> = wrong.iter().map(|(row, mistake)| (row.number, &*row.cells[1], &**mistake)).collect();
    assert_eq!(cells, [(601, "Nobody 600", "Enter a text first.")]);
    // Once more, nothing happens.
    assert_eq!(gallery.start_table(&granted(&Space::main()), id).await.unwrap(), table);
    gallery.shutdown().await;
}

async fn workers_that_end_in_the_middle_lose_and_repeat_nothing<S: Storage>() {
    let mut stage = Stage::<S>::default();
    let gallery = stage.open(true).await;
    let id = started(&gallery, &guests(1250)).await;
    let mut running = gallery;
    for saved in [200, 900] {
        let mut changes = running.subscribe(&granted(&Space::main()), Some(saved)).await.unwrap();
        tokio::time::timeout(PATIENCE, changes.next()).await.expect("it goes on");
        running.shutdown().await;
        running = stage.open(true).await;
    }
    let table = ended(&running, id).await;
    assert_exact(&running, &table, 1250).await;
    running.shutdown().await;
}

async fn workers_at_once_repeat_nothing<S: Storage>() {
    let mut stage = Stage::<S>::default();
    let ports = stage.ports().await;
    let galleries = [stage.over(ports.clone(), false).await, stage.over(ports, false).await];
    let id = started(&galleries[0], &guests(620)).await;
    // Each has a message about it, as SQS may deliver one twice.
    let job = serde_json::to_string(&Job::of_table(Space::main(), id, 0)).unwrap();
    let message = JobMessage { body: &job, receipt: "none", attempts: 1 };
    let grant = operator();
    let [one, other] = &galleries;
    let running =
        async || one.table(&granted(&Space::main()), id).await.unwrap().state == TableState::Running;
    // Where that takes long each gives up its turn, and goes on with the next message.
    while running().await {
        let (one_is_done, other_is_done) =
            tokio::join!(one.work_on(&grant, message), other.work_on(&grant, message));
        assert!(one_is_done && other_is_done);
    }
    let table = ended(one, id).await;
    one.wait_for(&granted(&Space::main()), table.made.into()).await.unwrap();
    assert_exact(one, &table, 620).await;
    for gallery in &galleries {
        gallery.shutdown().await;
    }
}

async fn a_stopped_table_keeps_what_was_made<S: Storage>() {
    let mut stage = Stage::<S>::default();
    let gallery = stage.open(true).await;
    let grant = granted(&Space::main());
    let id = started(&gallery, &guests(2100)).await;
    let mut changes = gallery.subscribe(&grant, Some(0)).await.unwrap();
    tokio::time::timeout(PATIENCE, changes.next()).await.expect("it begins");
    let stopped = gallery.stop_table(&grant, id).await.unwrap();
    assert_eq!(stopped.state, TableState::Stopped);
    // The part that was begun is ended, and known.
    let ports = Arc::clone(gallery.shared());
    let idle = async {
        while ports.queue.depth().await.unwrap() != crate::queue::Depth::default() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, idle).await.expect("the job ends");
    let table = gallery.table(&grant, id).await.unwrap();
    assert_eq!(table.state, TableState::Stopped);
    assert!(table.parts_done < table.layout.parts() && table.made > 0, "{table:?}");
    let (values, outcomes) = (values(&gallery).await, outcomes(&gallery, &table).await);
    assert_eq!((values.len(), outcomes.len()), (table.made as usize, (table.made + table.wrong) as usize));
    assert!(outcomes.iter().filter_map(|outcome| outcome.id).all(|id| values.contains_key(&id)));
    // Neither stopping nor starting changes it any more.
    assert_eq!(gallery.start_table(&grant, id).await.unwrap(), table);
    assert_eq!(gallery.stop_table(&grant, id).await.unwrap(), table);
    gallery.shutdown().await;
}
