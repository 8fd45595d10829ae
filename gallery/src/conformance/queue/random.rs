//! Any history, step by step compared with the queue in memory: the same jobs, the same refusals, the same depth.

use parking_lot::Mutex;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use tokio::runtime::Handle;
use tokio::task::block_in_place;

use super::*;
use crate::queue::{ATTEMPTS_MAX, DeadLetters};

/// The number of a delivery is taken modulo how many there were.
#[derive(Debug, Clone)]
enum Step {
    Send(Vec<Job>),
    Receive(Duration),
    Pass(Duration),
    Extend(usize, Duration),
    Done(usize),
    GiveBack(usize, Duration),
    /// Delivers everything until it is dead.
    Exhaust,
    Redrive,
}

fn seconds() -> impl Strategy<Value = Duration> {
    (0..5u64).prop_map(Duration::from_secs)
}

fn history() -> impl Strategy<Value = Vec<Step>> {
    let job = (1..5u64, 1..9u64).prop_map(|(id, revision)| Job { revision, ..job(id) });
    let step = prop_oneof![
        4 => vec(job, 0..4).prop_map(Step::Send),
        6 => seconds().prop_map(Step::Receive),
        4 => seconds().prop_map(Step::Pass),
        2 => (any::<usize>(), seconds()).prop_map(|(number, lease)| Step::Extend(number, lease)),
        4 => any::<usize>().prop_map(Step::Done),
        3 => (any::<usize>(), seconds()).prop_map(|(number, delay)| Step::GiveBack(number, delay)),
        1 => Just(Step::Exhaust),
        1 => Just(Step::Redrive),
    ];
    vec(step, 1..40)
}

/// A queue, and what it has delivered.
struct Seen {
    queue: Arc<dyn Queue>,
    receipts: Vec<Receipt>,
}

impl Seen {
    /// Takes a step, and says what came of it.
    async fn take(&mut self, step: &Step) -> String {
        match step {
            Step::Send(jobs) => {
                self.queue.send(jobs).await.unwrap();
                String::new()
            }
            Step::Receive(lease) => self.receive(*lease).await,
            Step::Pass(_) => String::new(),
            Step::Extend(number, lease) => match self.receipt(*number) {
                Some(receipt) => format!("{:?}", self.queue.extend(receipt, *lease).await),
                None => String::new(),
            },
            Step::Done(number) => match self.receipt(*number) {
                Some(receipt) => format!("{:?}", self.queue.done(receipt).await),
                None => String::new(),
            },
            Step::GiveBack(number, delay) => match self.receipt(*number) {
                Some(receipt) => format!("{:?}", self.queue.give_back(receipt, *delay).await),
                None => String::new(),
            },
            Step::Exhaust => {
                let mut told = String::new();
                for _ in 0..=ATTEMPTS_MAX {
                    told += &self.receive(Duration::ZERO).await;
                }
                told
            }
            Step::Redrive => format!("{:?}", self.queue.redrive(DeadLetters::All).await.unwrap()),
        }
    }

    async fn receive(&mut self, lease: Duration) -> String {
        let mut received = self.queue.receive(10, lease, NO_WAIT).await.unwrap();
        received.sort_by_key(|delivery| delivery.job.id);
        let told = received.iter().map(|delivery| format!("{:?} {}; ", delivery.job, delivery.attempts));
        let told = told.collect();
        self.receipts.extend(received.into_iter().map(|delivery| delivery.receipt));
        told
    }

    fn receipt(&self, number: usize) -> Option<&Receipt> {
        self.receipts.get(number.checked_rem(self.receipts.len())?)
    }

    async fn state(&self) -> String {
        let mut dead = self.queue.dead_letters(10).await.unwrap();
        dead.sort_by_key(|letter| letter.job.id);
        let dead: Vec<_> = dead.into_iter().map(|letter| (letter.job, letter.sent_at)).collect();
        format!("{:?} {dead:?}", self.queue.depth().await.unwrap())
    }
}

pub(super) async fn any_history_is_as_in_memory<S: WithEntries>(subject: &mut S) {
    let runtime = Handle::current();
    let subject = Mutex::new(subject);
    let mut runner = TestRunner::new(Config { cases: 40, ..Config::with_source_file(file!()) });
    let verdict = runner.run(&history(), |history| {
        let mut subject = subject.lock();
        block_in_place(|| runtime.block_on(compare(&mut **subject, history)))
    });
    verdict.unwrap();
}

async fn compare<S: WithEntries>(subject: &mut S, history: Vec<Step>) -> Result<(), TestCaseError> {
    *subject = S::default();
    let queue = subject.open_both().await.1;
    let model = Arc::new(MemoryQueue::new(subject.clock().clock()));
    let mut queue = Seen { queue, receipts: Vec::new() };
    let mut model = Seen { queue: model, receipts: Vec::new() };
    for step in history {
        if let Step::Pass(time) = step {
            subject.pass(time);
        }
        prop_assert_eq!(queue.take(&step).await, model.take(&step).await, "{:?}", step);
        prop_assert_eq!(queue.state().await, model.state().await, "after {:?}", step);
    }
    Ok(())
}
