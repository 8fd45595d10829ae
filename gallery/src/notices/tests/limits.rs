//! How many messages are sent in a day.

use super::*;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn nothing_leaves_until_a_daily_total_is_set() {
    let stage = Stage::with_number().await;
    let notices = stage.run(NoticeLimits::default(), false);
    assert_eq!(notices.sending(), Sending::NoTotal);
    assert_eq!(tell(&notices).await, Told::Sent);
    assert_eq!(stage.scripted.sent().len(), 0);
    let kept = notices.outbox().messages(&Space::main()).await.unwrap();
    assert_eq!((kept.len(), &*kept[0].to), (1, "+49 … 67"));
    assert_eq!(stage.usual_run().sending(), Sending::On { per_number: 3 });
}

#[tokio::test]
async fn daily_total_is_kept_by_all_instances() {
    let stage = Stage::new();
    let limits = NoticeLimits { per_day: Some(5), per_number: 3 };
    let instances: Vec<_> = (0..4).map(|_| stage.run(limits.clone(), false)).collect();
    for id in 1..=12 {
        stage.put_number(id, &format!("+4917012345{id:02}")).await;
    }
    let told = (1..=12).map(|id| tell_of(&instances[usize::try_from(id).unwrap() % 4], id));
    let told = futures::future::join_all(told).await;
    let sent = told.iter().filter(|told| **told == Told::Sent).count();
    assert_eq!((sent, stage.scripted.sent().len()), (5, 5));
    assert!(
        told.iter().all(|told| !matches!(told, Told::Failed(reason) if !reason.as_str().contains("today")))
    );
    stage.put_number(13, NUMBER).await;
    stage.clock.pass(DAY);
    assert_eq!(tell_of(&instances[0], 13).await, Told::Sent, "tomorrow there are new ones");
}

#[tokio::test]
async fn number_gets_only_so_many_a_day() {
    let stage = Stage::new();
    let notices = stage.usual_run();
    for id in 1..=5 {
        stage.put_number(id, NUMBER).await;
        let told = tell_of(&notices, id).await;
        assert_eq!(told == Told::Sent, id <= 3, "{told:?}");
    }
    stage.put_number(6, "+14155550100").await;
    assert_eq!(tell_of(&notices, 6).await, Told::Sent, "others get theirs");
    stage.put_number(7, NUMBER).await;
    stage.clock.pass(DAY);
    assert_eq!(tell_of(&notices, 7).await, Told::Sent);
}

#[tokio::test]
async fn notice_that_is_tried_again_counts_once_a_day() {
    let stage = Stage::with_number().await;
    let notices = stage.run(NoticeLimits { per_day: Some(1), per_number: 1 }, false);
    for _ in 0..3 {
        stage.scripted.will_say(NotifyError::Unavailable(reason("no connection")));
        assert!(matches!(tell(&notices).await, Told::Later { .. }));
    }
    assert_eq!(tell(&notices).await, Told::Sent);
    stage.put_number(18, "+14155550100").await;
    assert!(matches!(tell_of(&notices, 18).await, Told::Failed(_)));
}

#[tokio::test]
async fn tests_count_like_notices() {
    let stage = Stage::new();
    let notices = stage.run(NoticeLimits { per_day: Some(2), per_number: 3 }, false);
    for _ in 0..2 {
        notices.send_test(&Space::main(), NUMBER.parse().unwrap()).await.unwrap().unwrap();
    }
    assert!(stage.scripted.sent()[0].text.contains("https://qrate.example.org/"));
    let refused = notices.send_test(&Space::main(), NUMBER.parse().unwrap()).await.unwrap();
    assert!(matches!(refused, Err(NotifyError::Limited(_))), "{refused:?}");
}

#[tokio::test]
async fn keys_and_counts_go_with_their_day() {
    let stage = Stage::with_number().await;
    assert_eq!(tell(&stage.usual_run()).await, Told::Sent);
    let prefix: RecordPrefix = "notice-counts/".parse().unwrap();
    assert_eq!(stage.records.list(&prefix, None, 10).await.unwrap().len(), 3);
    stage.clock.pass(2 * DAY);
    assert_eq!(stage.records.list(&prefix, None, 10).await.unwrap().len(), 0);
}
