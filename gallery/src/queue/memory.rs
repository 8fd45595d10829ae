//! A queue in memory: for tests, for instances without a queue of their own, and the simplest reading of the port's
//! promises. It is lost when the program ends.

use std::collections::BTreeMap;
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::{Seq, Space, Timestamp};
use parking_lot::Mutex;

use super::arrivals::Arrivals;
use super::{
    ATTEMPTS_MAX, DELAY_MAX, DeadLetter, DeadLetterId, DeadLetters, Delivery, Depth, Job, JobKind, LEASE_MAX,
    Queue, QueueError, RECEIVE_MAX, Receipt,
};
use crate::clock::{Clock, after};

/// A queue in memory. Cheap to clone: every clone is the same queue.
#[derive(Clone)]
pub struct MemoryQueue {
    kept: Arc<Mutex<Kept>>,
    arrivals: Arc<Arrivals>,
    clock: Clock,
}

#[derive(Default)]
struct Kept {
    /// By their numbers, which rise in the order of sending.
    jobs: BTreeMap<u64, KeptJob>,
    /// The number of the one job about an entry or a table.
    numbers: BTreeMap<(Space, JobKind, u64), u64>,
    last_number: u64,
}

struct KeptJob {
    job: Job,
    sent_at: Timestamp,
    due_at: Timestamp,
    is_leased: bool,
    /// Only rises: with the job's number it makes a receipt.
    leases: u64,
    attempts: u32,
    is_dead: bool,
}

impl MemoryQueue {
    /// An empty one.
    pub fn new(clock: Clock) -> Self {
        Self { kept: Arc::default(), arrivals: Arc::default(), clock }
    }

    /// What `send` does, at once.
    pub(crate) fn put(&self, jobs: &[Job]) {
        let now = self.clock.now();
        let mut kept = self.kept.lock();
        for job in jobs {
            kept.put(job, now);
        }
        drop(kept);
        self.arrivals.announce(jobs.len());
    }

    /// The jobs that are claimed now, and when the next one is due.
    fn claim(&self, most: usize, lease: Duration) -> (Vec<Delivery>, Option<Timestamp>) {
        let now = self.clock.now();
        let mut kept = self.kept.lock();
        let mut due: Vec<_> = kept
            .jobs
            .iter()
            .filter(|(_, kept)| kept.is_due(now))
            .map(|(n, kept)| (kept.due_at, *n))
            .collect();
        due.sort_unstable();
        let mut claimed = Vec::new();
        for (_, number) in due {
            let job = kept.jobs.get_mut(&number).expect("its number was just read");
            if job.attempts >= ATTEMPTS_MAX {
                (job.is_dead, job.is_leased) = (true, false);
            } else if claimed.len() < most.clamp(1, RECEIVE_MAX) {
                claimed.push(job.claim(number, after(now, lease.min(LEASE_MAX))));
            }
        }
        let next = kept.jobs.values().filter(|job| !job.is_dead).map(|job| job.due_at).min();
        (claimed, next)
    }

    /// Changes the job of a current receipt.
    fn with_current<T>(
        &self,
        receipt: &Receipt,
        change: impl FnOnce(&mut Kept, u64, Seq) -> Result<T, QueueError>,
    ) -> Result<T, QueueError> {
        let (number, leases, revision) = receipt.parts().ok_or(QueueError::Stale)?;
        let mut kept = self.kept.lock();
        match kept.jobs.get(&number) {
            Some(job) if job.is_leased && job.leases == leases => change(&mut kept, number, revision),
            _ => Err(QueueError::Stale),
        }
    }
}

impl Kept {
    fn put(&mut self, job: &Job, now: Timestamp) {
        let about = (job.space.clone(), job.kind, job.id);
        if let Some(kept) = self.numbers.get(&about).and_then(|number| self.jobs.get_mut(number)) {
            kept.merge(job, now);
            return;
        }
        self.last_number += 1;
        let kept = KeptJob {
            job: job.clone(),
            sent_at: now,
            due_at: now,
            is_leased: false,
            leases: 0,
            attempts: 0,
            is_dead: false,
        };
        self.numbers.insert(about, self.last_number);
        self.jobs.insert(self.last_number, kept);
    }

    fn remove(&mut self, number: u64) {
        if let Some(KeptJob { job, .. }) = self.jobs.remove(&number) {
            self.numbers.remove(&(job.space, job.kind, job.id));
        }
    }
}

impl KeptJob {
    fn is_due(&self, now: Timestamp) -> bool {
        !self.is_dead && self.due_at <= now
    }

    fn claim(&mut self, number: u64, until: Timestamp) -> Delivery {
        (self.due_at, self.is_leased) = (until, true);
        self.leases += 1;
        self.attempts += 1;
        Delivery {
            job: self.job.clone(),
            receipt: Receipt::of_parts(number, self.leases, self.job.revision),
            attempts: self.attempts,
            sent_at: self.sent_at,
        }
    }

    /// Another job about the same.
    fn merge(&mut self, job: &Job, now: Timestamp) {
        self.job.revision = self.job.revision.max(job.revision);
        if self.is_dead {
            self.revive(now);
        } else if !self.is_leased {
            self.due_at = self.due_at.min(now);
        }
    }

    fn revive(&mut self, now: Timestamp) {
        (self.is_dead, self.is_leased, self.attempts) = (false, false, 0);
        (self.sent_at, self.due_at) = (now, now);
    }

    fn release(&mut self, due_at: Timestamp) {
        (self.is_leased, self.due_at) = (false, due_at);
    }
}

#[async_trait]
impl Queue for MemoryQueue {
    async fn send(&self, jobs: &[Job]) -> Result<(), QueueError> {
        self.put(jobs);
        Ok(())
    }

    async fn receive(
        &self,
        most: usize,
        lease: Duration,
        wait: Duration,
    ) -> Result<Vec<Delivery>, QueueError> {
        self.arrivals.wait(wait, &self.clock, || ready(Ok(self.claim(most, lease)))).await
    }

    async fn extend(&self, receipt: &Receipt, lease: Duration) -> Result<(), QueueError> {
        let now = self.clock.now();
        self.with_current(receipt, |kept, number, _| {
            let job = kept.jobs.get_mut(&number).expect("it is current");
            if job.due_at <= now {
                return Err(QueueError::Stale);
            }
            job.due_at = after(now, lease.min(LEASE_MAX));
            Ok(())
        })
    }

    async fn done(&self, receipt: &Receipt) -> Result<(), QueueError> {
        let now = self.clock.now();
        let has_more = self.with_current(receipt, |kept, number, revision| {
            let job = kept.jobs.get_mut(&number).expect("it is current");
            let has_more = job.job.revision != revision;
            if has_more {
                job.revive(now);
            } else {
                kept.remove(number);
            }
            Ok(has_more)
        })?;
        self.arrivals.announce(usize::from(has_more));
        Ok(())
    }

    async fn give_back(&self, receipt: &Receipt, delay: Duration) -> Result<(), QueueError> {
        let due_at = after(self.clock.now(), delay.min(DELAY_MAX));
        self.with_current(receipt, |kept, number, _| {
            kept.jobs.get_mut(&number).expect("it is current").release(due_at);
            Ok(())
        })?;
        // A waiting receiver has to learn when it is due.
        self.arrivals.announce(1);
        Ok(())
    }

    async fn dead_letters(&self, most: usize) -> Result<Vec<DeadLetter>, QueueError> {
        let kept = self.kept.lock();
        let dead = kept.jobs.iter().filter(|(_, job)| job.is_dead).take(most);
        let letters = dead.map(|(number, kept)| DeadLetter {
            id: DeadLetterId(number.to_string()),
            job: kept.job.clone(),
            sent_at: kept.sent_at,
        });
        Ok(letters.collect())
    }

    async fn redrive(&self, which: DeadLetters) -> Result<u64, QueueError> {
        let now = self.clock.now();
        let mut revived = 0;
        for (number, job) in &mut self.kept.lock().jobs {
            let is_meant = match &which {
                DeadLetters::One(id) => id.as_str() == number.to_string(),
                DeadLetters::All => true,
            };
            if job.is_dead && is_meant {
                job.revive(now);
                revived += 1;
            }
        }
        self.arrivals.announce(revived);
        Ok(revived as u64)
    }

    async fn depth(&self) -> Result<Depth, QueueError> {
        let now = self.clock.now();
        let kept = self.kept.lock();
        let count =
            |meets: &dyn Fn(&KeptJob) -> bool| kept.jobs.values().filter(|job| meets(job)).count() as u64;
        Ok(Depth {
            waiting: count(&|job| job.is_due(now)),
            hidden: count(&|job| !job.is_dead && !job.is_due(now)),
            dead: count(&|job| job.is_dead),
        })
    }
}
