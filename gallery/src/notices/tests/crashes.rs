//! The program is killed anywhere, several instances try at once, and the records fail before and after their writes:
//! each number is told once or said to have failed, and never told twice.

use std::pin::pin;
use std::task::Poll;

use domain::Timestamp;
use futures::future::join_all;
use proptest::prelude::*;

use super::*;
use crate::catalog::CatalogError;
use crate::records::{Record, Version};

/// What happens next, as long as there is something on it.
#[derive(Default)]
struct Tape(Mutex<VecDeque<u8>>);

impl Tape {
    fn next(&self) -> u8 {
        self.0.lock().pop_front().unwrap_or_default()
    }
}

/// Records that yield, and fail as the tape says.
struct Unreliable {
    inner: Arc<dyn Records>,
    tape: Arc<Tape>,
}

impl Unreliable {
    async fn call<T>(&self, call: impl Future<Output = Result<T, RecordsError>>) -> Result<T, RecordsError> {
        let failed = || RecordsError::from(CatalogError::Unavailable("as the test wants it".into()));
        tokio::task::yield_now().await;
        match self.tape.next() % 8 {
            6 => Err(failed()),
            7 => call.await.and(Err(failed())),
            _ => {
                let done = call.await;
                tokio::task::yield_now().await;
                done
            }
        }
    }
}

#[async_trait]
impl Records for Unreliable {
    async fn get(&self, key: &RecordKey) -> Result<Option<Record>, RecordsError> {
        self.call(self.inner.get(key)).await
    }

    async fn put(
        &self,
        key: &RecordKey,
        value: RecordValue,
        expires_at: Option<Timestamp>,
        expected: Expected,
    ) -> Result<Version, RecordsError> {
        self.call(self.inner.put(key, value, expires_at, expected)).await
    }

    async fn delete(&self, key: &RecordKey) -> Result<(), RecordsError> {
        self.call(self.inner.delete(key)).await
    }

    async fn list(
        &self,
        prefix: &RecordPrefix,
        after: Option<&RecordKey>,
        limit: usize,
    ) -> Result<Vec<Record>, RecordsError> {
        self.inner.list(prefix, after, limit).await
    }
}

/// Runs a future for so many polls, then drops it: the program was killed there.
async fn killed_after<T>(polls: u32, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut left = polls;
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

/// Instances are killed and started again while the tape lasts; then one ends what is left.
async fn live_through(tape: Vec<u8>, is_alone: bool) {
    let stage = Stage::with_number().await;
    let tape = Arc::new(Tape(Mutex::new(tape.into())));
    let unreliable: Arc<dyn Records> =
        Arc::new(Unreliable { inner: Arc::clone(&stage.records), tape: Arc::clone(&tape) });
    let run = |records: &Arc<dyn Records>| {
        let sender: Option<Arc<dyn Notifier>> = Some(Arc::clone(&stage.scripted) as _);
        let options = NoticeOptions { sender, limits: enough(), public_address: None };
        Notices::new(records, stage.clock.clock(), options, is_alone)
    };
    let space = Space::main();
    let text = text(None, &space, 17, Recipe::Flip);
    for _ in 0..6 {
        match tape.next() % 4 {
            1 => stage.scripted.will_say(NotifyError::Unavailable(reason("no connection"))),
            2 => stage.scripted.will_say(NotifyError::Unknown(reason("no answer"))),
            _ => {}
        }
        // One program alone has one run at a time, in which several may call.
        let runs: Vec<_> = (0..if is_alone { 1 } else { 3 }).map(|_| run(&unreliable)).collect();
        let calls = (0..3).map(|caller| {
            let notices = &runs[caller % runs.len()];
            let told = notices.tell(&space, 17, Recipe::Flip, &text);
            killed_after(u32::from(tape.next()), told)
        });
        join_all(calls).await;
        stage.clock.pass(Duration::from_secs(u64::from(tape.next())));
    }
    stage.scripted.answers.lock().clear();
    let last = run(&stage.records);
    let mut told = last.tell(&space, 17, Recipe::Flip, &text).await.unwrap();
    while let Told::Later { after, .. } | Told::Elsewhere { after } = told {
        stage.clock.pass(after);
        told = last.tell(&space, 17, Recipe::Flip, &text).await.unwrap();
    }
    let sent = stage.scripted.sent().len();
    match told {
        Told::Sent => assert_eq!(sent, 1),
        Told::Failed(_) => assert!(sent <= 1, "told {sent} times"),
        Told::Nobody | Told::Later { .. } | Told::Elsewhere { .. } => panic!("{told:?}"),
    }
    assert!(!stage.is_number_there().await, "the number is deleted");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nobody_is_told_twice(tape in proptest::collection::vec(any::<u8>(), 0..160), is_alone in any::<bool>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(live_through(tape, is_alone));
    }
}
