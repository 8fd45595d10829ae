//! The number of requests of every operation.

use futures::future::join_all;

use super::*;

#[tokio::test]
async fn a_save_is_one_transaction() {
    let stage = Stage::new().await;
    let catalog = stage.open();
    stage.wire.heal();
    commit(&catalog, vec![add_for("r0", "0")]).await.unwrap();
    assert_eq!(stage.asked(), "BatchGetItem 1, TransactWriteItems 1", "the first of an instance looks first");
    for n in 1..10 {
        commit(&catalog, vec![add_for(&format!("r{n}"), &format!("{n}"))]).await.unwrap();
    }
    assert_eq!(stage.asked(), "TransactWriteItems 9");
    let batch = (10..10 + catalog.batch_max()).map(|n| add_for(&format!("r{n}"), &n.to_string()));
    assert_eq!(applied(commit(&catalog, batch.collect()).await).len(), 24);
    assert_eq!(stage.asked(), "TransactWriteItems 1", "four items each, the root, and room for the space");
    for step in [remove(1), restore(1), replace(1, "0")] {
        applied(commit(&catalog, vec![step]).await);
        assert_eq!(stage.asked(), "BatchGetItem 1, TransactWriteItems 1");
    }
    // Nothing to write, and nothing written: the current state is read.
    for (step, asked) in [
        (restore(1), "BatchGetItem 1"),
        (remove(99), "BatchGetItem 1"),
        (add("0"), "BatchGetItem 1, TransactWriteItems 1"),
        (add_for("r5", "another"), "BatchGetItem 1, TransactWriteItems 1"),
    ] {
        let result = commit(&catalog, vec![step]).await.unwrap().remove(0);
        assert!(result.map_or(true, |result| result.repeated));
        assert_eq!(stage.asked(), asked);
    }
    commit(&catalog, Vec::new()).await.unwrap();
    assert_eq!(stage.asked(), "");
}

#[tokio::test]
async fn a_full_batch_of_the_largest_entries_fits() {
    let stage = Stage::new().await;
    let catalog = stage.open();
    let largest = |n: usize| {
        let key = format!("{n:02}{}", "k".repeat(domain::limits::KEY_MAX_BYTES - 2));
        let mut content = content(&key);
        content.name = "😀".repeat(domain::limits::NAME_MAX_CHARS).parse().unwrap();
        content.body = code("7".repeat(7_089));
        content.etag = "e".repeat(200);
        let request = format!("{n:02}{}", "r".repeat(domain::limits::REQUEST_ID_MAX_BYTES - 2));
        Mutation::Add { request: Some(request_id(&request)), content }
    };
    let batch = (0..catalog.batch_max()).map(largest).collect();
    let changes = applied(catalog.commit(&"x".repeat(40).parse().unwrap(), batch).await);
    assert_eq!(changes.len(), 24);
    // DynamoDB's transactions are limited to 4 MB: three of four items hold the whole entry.
    let bytes: usize = changes.iter().map(|change| serde_json::to_vec(change).unwrap().len()).sum();
    assert!(bytes * 4 < 4_000_000, "{bytes}");
}

#[tokio::test]
async fn reads_take_few_requests() {
    let stage = Stage::new().await;
    let catalog = stage.open();
    let main = Space::main();
    commit(&catalog, (0..20).map(|n| add_for(&format!("r{n}"), &n.to_string())).collect()).await.unwrap();
    stage.wire.heal();
    catalog.request(&main, &request_id("new")).await.unwrap();
    assert_eq!(stage.asked(), "GetItem 1");
    catalog.request(&main, &request_id("r1")).await.unwrap();
    assert_eq!(stage.asked(), "GetItem 2");
    catalog.since(&main, 20, 1024).await.unwrap();
    assert_eq!(stage.asked(), "GetItem 1");
    catalog.since(&main, 3, 1024).await.unwrap();
    assert_eq!(stage.asked(), "GetItem 1, Query 1");
    assert_eq!(catalog.snapshot(&main).await.unwrap().entries.len(), 20);
    assert_eq!(stage.asked(), "GetItem 2, Query 1");
    assert_eq!(catalog.snapshot(&"unused".parse().unwrap()).await.unwrap().entries.len(), 0);
    assert_eq!(stage.asked(), "GetItem 1");
    catalog.spaces().await.unwrap();
    assert_eq!(stage.asked(), "Query 1");
}

#[tokio::test]
async fn one_caller_polls_for_all() {
    let mut stage = Stage::new().await;
    stage.options.ask_idle_every = Duration::from_secs(3600);
    let catalog = std::sync::Arc::new(stage.open());
    stage.wire.heal();
    let waiting = join_all((0..100).map(|_| {
        let catalog = catalog.clone();
        tokio::spawn(async move { catalog.changed(&Space::main(), 0).await.unwrap() })
    }));
    let waiting = tokio::spawn(waiting);
    while !stage.wire.counts().contains_key("GetItem") {
        tokio::task::yield_now().await;
    }
    commit(&catalog, vec![add("a")]).await.unwrap();
    tokio::time::timeout(Duration::from_secs(60), waiting).await.unwrap().unwrap();
    assert_eq!(stage.asked(), "BatchGetItem 1, TransactWriteItems 1", "a commit here wakes all, at once");
}

#[tokio::test]
async fn polling_is_rare_without_listeners() {
    let mut stage = Stage::new().await;
    stage.options.ask_every = Duration::from_millis(1);
    stage.options.ask_idle_every = Duration::from_secs(3600);
    let catalog = stage.open();
    let main = Space::main();
    let listening = catalog.listen(&main);
    let mut waiting = std::pin::pin!(catalog.changed(&main, 0));
    let mut asked = async |times: usize| {
        stage.wire.heal();
        while stage.wire.asked_so_far() < times {
            assert!(futures::poll!(waiting.as_mut()).is_pending());
            tokio::task::yield_now().await;
        }
    };
    asked(5).await;
    drop(listening);
    // Only the read in progress: another instance's read takes longer than the next one would.
    asked(0).await;
    for _ in 0..20 {
        assert!(futures::poll!(waiting.as_mut()).is_pending());
        stage.beside().counters(&main).await.unwrap();
    }
    assert!(stage.wire.asked_so_far() <= 2);
    let _listening = catalog.listen(&main);
    commit(&stage.beside(), vec![add("a")]).await.unwrap();
    tokio::time::timeout(Duration::from_secs(60), waiting).await.unwrap().unwrap();
}

#[tokio::test]
async fn an_overtaken_write_retries_without_a_read() {
    let stage = Stage::new().await;
    let (one, other) = (stage.open(), stage.beside());
    commit(&one, vec![add("0")]).await.unwrap();
    commit(&other, vec![add("1")]).await.unwrap();
    stage.wire.heal();
    assert_eq!(applied(commit(&one, vec![add("2")]).await)[0].entry.id, 3);
    assert_eq!(stage.asked(), "TransactWriteItems 2");
}

/// An instance that writes continuously does not keep the others from writing.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_writer_starves() {
    const COMMITS: u64 = 100;
    let stage = Stage::new().await;
    commit(&stage.open(), vec![add("first")]).await.unwrap();
    stage.wire.heal();
    let instances = join_all((0..3).map(|instance| {
        let catalog = stage.open();
        tokio::spawn(async move {
            for n in 0..COMMITS {
                applied(commit(&catalog, vec![add(&format!("{instance}-{n}"))]).await);
            }
        })
    }));
    for instance in instances.await {
        instance.unwrap();
    }
    let counts = stage.wire.counts();
    println!("{counts:?}");
    assert_eq!(log(&stage.beside()).await.len() as u64, 3 * COMMITS + 1);
    assert!(counts["TransactWriteItems"] as u64 <= 3 * COMMITS * 3, "{counts:?}");
}
