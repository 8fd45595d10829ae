//! Messages that arrive.

use super::*;

pub(super) async fn a_message_arrives_as_it_was_sent<S: Subject>(subject: &mut S) {
    let (notifier, phone) = (subject.open().await, fresh_number());
    assert_eq!(subject.arrived(&phone).await, []);
    notifier.notify(&message(&phone, &said().text)).await.unwrap();
    let to = if S::SENDS_NUMBER { phone.reveal().to_owned() } else { phone.masked() };
    assert_eq!(subject.arrived(&phone).await, [Arrived { to, text: said().text }]);
}

pub(super) async fn hostile_texts_arrive_whole<S: Subject>(subject: &mut S) {
    let notifier = subject.open().await;
    for text in [
        "\"}, \"to\": \"+1\"",
        "a&To=%2B1&Body=b+c",
        ".",
        "<Message>&amp;</Message>",
        "{to}{text}",
        "ü — 写真 📷",
    ] {
        let phone = fresh_number();
        notifier.notify(&message(&phone, text)).await.unwrap();
        let arrived = subject.arrived(&phone).await;
        // Two numbers may look alike once they are masked, so others may be among them.
        assert!(arrived.iter().any(|arrived| arrived.text == text), "{text}: {arrived:?}");
    }
}

pub(super) async fn many_messages_arrive_once_each<S: Subject>(subject: &mut S) {
    const MESSAGES: usize = 20;
    let (notifier, phone) = (subject.open().await, fresh_number());
    let texts: Vec<_> = (0..MESSAGES).map(|number| format!("message {number:02}")).collect();
    let messages = texts.iter().map(|text| message(&phone, text)).collect::<Vec<_>>();
    let sent = futures::future::join_all(messages.iter().map(|message| notifier.notify(message))).await;
    assert!(sent.iter().all(Result::is_ok), "{sent:?}");
    let mut arrived: Vec<_> = subject.arrived(&phone).await.into_iter().map(|arrived| arrived.text).collect();
    arrived.sort();
    assert_eq!(arrived, texts);
}
