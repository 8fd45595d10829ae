//! People who left a number are told once how the work on their photo has ended, and that holds up nothing.

use async_trait::async_trait;
use domain::{PhoneNumber, StageState};
use parking_lot::Mutex;
use tokio::sync::Semaphore;

use super::*;
use crate::notices::{NoticeLimits, NoticeOptions, NoticeState};
use crate::notifier::{Message, Notifier, NotifyError, Reason, Receipt};
use crate::records::{Expected, RecordPrefix, RecordValue};

const NUMBER: &str = "+491701234567";

/// Answers as it was told to, once it may.
pub(super) struct Scripted {
    may_answer: Semaphore,
    answer: fn() -> Result<Receipt, NotifyError>,
    messages: Mutex<Vec<Message>>,
}

#[async_trait]
impl Notifier for Scripted {
    async fn notify(&self, message: &Message) -> Result<Receipt, NotifyError> {
        self.messages.lock().push(message.clone());
        let _may = self.may_answer.acquire().await.unwrap();
        (self.answer)()
    }
}

pub(super) fn by(answers: usize, answer: fn() -> Result<Receipt, NotifyError>) -> (Arc<Scripted>, Options) {
    let scripted =
        Arc::new(Scripted { may_answer: Semaphore::new(answers), answer, messages: Mutex::default() });
    let limits = NoticeLimits { per_day: Some(1000), per_number: 1000 };
    let public_address = Some("https://qrate.example.org/".parse().unwrap());
    let notices = NoticeOptions { sender: Some(scripted.clone()), limits, public_address };
    (scripted, Options { notices, ..Options::default() })
}

async fn with_number(stage: &Stage, bytes: &[u8], request: &str) -> EntryId {
    let phone: PhoneNumber = NUMBER.parse().unwrap();
    let file = Upload { phone: Some(phone), ..upload(bytes, request).await };
    stage.gallery.upload(&granted(&Space::main()), file).await.unwrap().change.entry.id
}

async fn numbers(stage: &Stage) -> usize {
    let mut all = 0;
    for kind in ["phone/", "phone-of-request/"] {
        let prefix: RecordPrefix = kind.parse().unwrap();
        all += stage.ports.records.list(&prefix, None, 100).await.unwrap().len();
    }
    all
}

async fn in_outbox(stage: &Stage) -> Vec<String> {
    let outbox = stage.gallery.outbox(&granted(&Space::main())).await.unwrap();
    outbox.into_iter().map(|message| format!("{}: {}", message.to, message.text)).collect()
}

fn notice(photo: &Photo) -> Option<StageState> {
    photo.notice().map(|notice| notice.state)
}

#[tokio::test]
async fn person_is_told_once_when_everything_is_made() {
    let stage = Stage::open().await;
    with_number(&stage, &jpeg(40, 30, 10), "r").await;
    let photo = stage.worked_on(1).await;
    assert_eq!(notice(&photo), Some(StageState::Done));
    assert_eq!(in_outbox(&stage).await, ["+49 … 67: Your photo (number 1) is ready, flipped left to right."]);
    assert_eq!(numbers(&stage).await, 0, "the number is deleted");
    with_number(&stage, &jpeg(40, 30, 10), "r").await;
    stage.gallery.reprocess(&granted(&Space::main()), 1, None, Recipe::Rotate90).await.unwrap();
    let photo = stage.worked_on(1).await;
    assert_eq!((notice(&photo), in_outbox(&stage).await.len(), numbers(&stage).await), (None, 1, 0));
}

#[tokio::test]
async fn photo_without_a_number_has_no_notice() {
    let stage = Stage::open().await;
    stage.upload(&jpeg(40, 30, 10), "r").await.unwrap();
    assert_eq!(stage.worked_on(1).await.stages.len(), 3);
    assert!(in_outbox(&stage).await.is_empty());
}

#[tokio::test]
async fn person_is_told_that_nothing_could_be_made() {
    let stage = Stage::open().await;
    with_number(&stage, b"\xff\xd8\xff\xe0 no more", "r").await;
    let photo = stage.worked_on(1).await;
    assert_eq!((notice(&photo), photo.failed().is_some()), (Some(StageState::Done), true));
    assert_eq!(in_outbox(&stage).await, ["+49 … 67: Your photo (number 1) could not be processed."]);
}

#[tokio::test]
async fn silent_notifier_holds_up_no_photo() {
    let (scripted, options) = by(0, || Ok(Receipt::default()));
    let stage = Stage::with(options).await;
    for request in 0..24 {
        let id = with_number(&stage, &jpeg(40, 30, 10), &request.to_string()).await;
        stage.once(id, |photo| photo.unmade().next().is_none()).await;
    }
    stage.upload(&jpeg(40, 30, 10), "last").await.unwrap();
    stage.worked_on(25).await;
    scripted.may_answer.add_permits(100);
    assert_eq!(notice(&stage.worked_on(1).await), Some(StageState::Done));
    let first = scripted.messages.lock()[0].text.clone();
    assert!(first.ends_with("flipped left to right: https://qrate.example.org/s/main/e/1"), "{first}");
}

#[tokio::test]
async fn refused_notice_has_failed_and_can_be_put_aside() {
    let (scripted, options) = by(1, || Err(NotifyError::Refused(Reason::new("+491701234567 is blocked"))));
    let stage = Stage::with(options).await;
    let grant = granted(&Space::main());
    with_number(&stage, &jpeg(40, 30, 10), "r").await;
    let photo = stage.worked_on(1).await;
    assert_eq!((notice(&photo), numbers(&stage).await), (Some(StageState::Failed), 0));
    let told = stage.gallery.notice(&grant, &*stage.entry(1).await).await.unwrap().unwrap();
    let said = "The message was refused: [number] is blocked";
    let is_explained = matches!(&told.state, NoticeState::Failed { reason, .. } if reason.as_str() == said);
    assert!(is_explained, "{told:?}");
    assert_eq!(stage.gallery.jobs(&grant, 10).await.unwrap().failed_total, 1);
    assert_eq!(stage.gallery.retry_all(&grant).await.unwrap(), 0, "another attempt cannot help");
    let change = stage.gallery.put_failed_notice_aside(&grant, 1).await.unwrap();
    stage.gallery.wait_for(&grant, change.seq).await.unwrap();
    assert_eq!(stage.gallery.jobs(&grant, 10).await.unwrap().failed_total, 0);
    assert_eq!(scripted.messages.lock().len(), 1);
}

#[tokio::test]
async fn absent_notifier_is_tried_again_later() {
    let (_, options) = by(1, || Err(NotifyError::Unavailable(Reason::new("no connection"))));
    let stage = Stage::with(options).await;
    with_number(&stage, &jpeg(40, 30, 10), "r").await;
    let photo = stage.once(1, |photo| photo.notice().is_some_and(|notice| notice.attempts == 1)).await;
    assert_eq!((notice(&photo), numbers(&stage).await), (Some(StageState::Waiting), 1));
    assert!(photo.progress().unwrap().contains("another attempt to send the message"), "{photo:?}");
}

/// The server died after the commit and before it kept the number for the entry; the client did not come back.
#[tokio::test]
async fn number_of_an_interrupted_upload_is_found() {
    let stage = Stage::with(only_serves()).await;
    with_number(&stage, &jpeg(40, 30, 10), "r").await;
    let records = &stage.ports.records;
    records.delete(&"phone/main/1".parse().unwrap()).await.unwrap();
    let of_request = "phone-of-request/main/r".parse().unwrap();
    records.put(&of_request, RecordValue::new(NUMBER).unwrap(), None, Expected::Absent).await.unwrap();
    let _worker = stage.another(Options::default()).await;
    assert_eq!(notice(&stage.worked_on(1).await), Some(StageState::Done));
    assert_eq!((in_outbox(&stage).await.len(), numbers(&stage).await), (1, 0));
}

/// Of the remains of a crash, reconciliation made an entry; then the client repeats its request.
#[tokio::test]
async fn adopted_photo_is_awaited_after_its_request_is_repeated() {
    let stage = Stage::open().await;
    stage.upload(&jpeg(40, 30, 10), "r").await.unwrap();
    stage.worked_on(1).await;
    let of_request = "phone-of-request/main/r".parse().unwrap();
    let number = RecordValue::new(NUMBER).unwrap();
    stage.ports.records.put(&of_request, number, None, Expected::Absent).await.unwrap();
    with_number(&stage, &jpeg(40, 30, 10), "r").await;
    stage.once(1, |photo| notice(photo) == Some(StageState::Done)).await;
    assert_eq!((in_outbox(&stage).await.len(), numbers(&stage).await), (1, 0));
}

#[tokio::test]
async fn nobody_is_told_of_a_removed_photo() {
    let stage = Stage::with(only_serves()).await;
    let grant = granted(&Space::main());
    with_number(&stage, &jpeg(40, 30, 10), "r").await;
    stage.gallery.remove(&grant, 1).await.unwrap();
    stage.gallery.restore(&grant, 1).await.unwrap();
    let _worker = stage.another(Options::default()).await;
    assert_eq!(notice(&stage.worked_on(1).await), None, "its number is gone");
    assert!(in_outbox(&stage).await.is_empty());
}
