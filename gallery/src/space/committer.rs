//! The write side of a space, with group commit: callers queue up, and one task commits everything that has gathered
//! as one batch, so that many share one fsync. A caller that goes away does not undo anything. Not here: what to
//! commit (`publish`, `reconcile`), the transaction itself (the catalog).

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use domain::limits::PUBLISH_QUEUE_MAX;
use tokio::sync::{mpsc, oneshot};

use crate::catalog::{CatalogError, Committed, Mutation, Rejection};
use crate::clock::back_off;
use crate::error::GalleryError;
use crate::save_health::SaveHealth;
use crate::space::job_sender::JobSender;
use crate::space::view::View;

/// How often to retry a commit while the catalog does not respond: about a second in all, then the callers get the error.
const COMMIT_ATTEMPTS: u32 = 6;
const RETRY_FIRST: Duration = Duration::from_millis(20);
const RETRY_MOST: Duration = Duration::from_millis(500);

/// Why a mutation was not committed.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum CommitError {
    /// The catalog rejected it.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The catalog failed. After `Unavailable` it may have been done all the same.
    #[error(transparent)]
    Catalog(#[from] Arc<CatalogError>),
    /// The gallery is stopping; nothing was done.
    #[error("the gallery is stopping")]
    Stopping,
}

/// Why a caller was not admitted to the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotAdmitted {
    /// Too many are waiting.
    Full,
    /// The gallery is stopping.
    Stopping,
}

impl From<NotAdmitted> for GalleryError {
    fn from(reason: NotAdmitted) -> Self {
        match reason {
            NotAdmitted::Full => Self::Busy,
            NotAdmitted::Stopping => Self::Stopping,
        }
    }
}

impl From<CommitError> for GalleryError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Rejected(Rejection::NotFound) => Self::NotFound,
            CommitError::Rejected(Rejection::OtherRevision) => Self::Changed,
            CommitError::Rejected(Rejection::Outdated) => Self::Busy,
            CommitError::Rejected(rejection) => CatalogError::Other(Box::new(rejection)).into(),
            CommitError::Catalog(error) => Self::Catalog(error),
            CommitError::Stopping => Self::Stopping,
        }
    }
}

/// The handle to a space's writer, which ends when the last handle is dropped and the queue is empty.
pub(crate) struct Committer {
    queue: mpsc::Sender<Queued>,
}

/// A place in the queue.
pub(crate) struct Admission(mpsc::OwnedPermit<Queued>);

struct Queued {
    mutation: Mutation,
    /// The caller may be gone.
    done: oneshot::Sender<Result<Committed, CommitError>>,
}

impl Committer {
    /// Starts the writer of the view's space.
    pub(crate) fn start(view: Arc<View>, health: Arc<SaveHealth>, sender: Arc<JobSender>) -> Self {
        let (queue, jobs) = mpsc::channel(PUBLISH_QUEUE_MAX);
        tokio::spawn(write(view, health, sender, jobs));
        Self { queue }
    }

    /// A place in the queue, if one is free.
    pub(crate) fn try_admit(&self) -> Result<Admission, NotAdmitted> {
        match self.queue.clone().try_reserve_owned() {
            Ok(permit) => Ok(Admission(permit)),
            Err(mpsc::error::TrySendError::Full(_)) => Err(NotAdmitted::Full),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(NotAdmitted::Stopping),
        }
    }

    /// A place in the queue, as soon as one is free.
    pub(crate) async fn admit(&self) -> Result<Admission, NotAdmitted> {
        self.queue.clone().reserve_owned().await.map(Admission).map_err(|_| NotAdmitted::Stopping)
    }
}

impl Admission {
    /// Queues the mutation and waits for its result. Dropping the future leaves it in the queue.
    pub(crate) async fn commit(self, mutation: Mutation) -> Result<Committed, CommitError> {
        let (done, outcome) = oneshot::channel();
        self.0.send(Queued { mutation, done });
        outcome.await.unwrap_or(Err(CommitError::Stopping))
    }
}

async fn write(
    view: Arc<View>,
    health: Arc<SaveHealth>,
    sender: Arc<JobSender>,
    mut queue: mpsc::Receiver<Queued>,
) {
    let mut held = VecDeque::new();
    loop {
        if held.is_empty() {
            match queue.recv().await {
                Some(job) => held.push_back(job),
                None => return,
            }
        }
        let batch = gather(&mut held, view.catalog().batch_max(), || queue.try_recv().ok());
        commit(&view, &health, &sender, batch).await;
    }
}

/// Takes a batch from the deferred and the newly queued mutations. A second mutation of the same entry is deferred to
/// the next batch, and so is everything behind it for that entry, which preserves their order.
fn gather(held: &mut VecDeque<Queued>, most: usize, mut next: impl FnMut() -> Option<Queued>) -> Vec<Queued> {
    let mut batch: Vec<Queued> = Vec::new();
    let mut waiting = std::mem::take(held);
    while batch.len() < most && held.len() < most {
        let Some(job) = waiting.pop_front().or_else(&mut next) else { break };
        let meets = |other: &Queued| concern_the_same(&job.mutation, &other.mutation);
        if batch.iter().any(meets) || held.iter().any(meets) {
            held.push_back(job);
        } else {
            batch.push(job);
        }
    }
    held.append(&mut waiting);
    batch
}

fn concern_the_same(one: &Mutation, other: &Mutation) -> bool {
    let add_the_same = one.added().zip(other.added()).is_some_and(|(one, other)| {
        let ((request, content), (other_request, other_content)) = (one, other);
        content.key == other_content.key || (request.is_some() && request == other_request)
    });
    add_the_same || (one.id().is_some() && one.id() == other.id())
}

async fn commit(view: &View, health: &SaveHealth, sender: &JobSender, batch: Vec<Queued>) {
    let (mutations, waiting): (Vec<_>, Vec<_>) =
        batch.into_iter().map(|job| (job.mutation, job.done)).unzip();
    let outcomes = match commit_with_retries(view, mutations).await {
        Ok(outcomes) => {
            health.catalog.succeeded();
            health.fault.clear();
            outcomes.into_iter().map(|outcome| outcome.map_err(CommitError::from)).collect()
        }
        Err(error) => {
            health.catalog.failed(&error);
            let error = Arc::new(error);
            health.fault.learn(&error);
            waiting.iter().map(|_| Err(CommitError::from(Arc::clone(&error)))).collect::<Vec<_>>()
        }
    };
    // The index first: a caller that has its result must also find it in the listing.
    let done = outcomes.iter().flatten();
    let changes = done.flat_map(|committed| [Some(&committed.change), committed.replaced.as_ref()]);
    let changes: Vec<_> = changes.flatten().cloned().collect();
    view.take(&changes);
    sender.send(view.space(), outcomes.iter().flatten());
    for (done, outcome) in waiting.into_iter().zip(outcomes) {
        // The caller may be gone: done all the same.
        let _ = done.send(outcome);
    }
}

/// Repeats a commit whose response was lost: request ids, keys and states make the repetition harmless. After a lost
/// response every failure is `Unavailable`: a later one says nothing about the earlier attempt.
async fn commit_with_retries(
    view: &View,
    mutations: Vec<Mutation>,
) -> Result<Vec<Result<Committed, Rejection>>, CatalogError> {
    let mut attempt = 0;
    loop {
        match view.catalog().commit(view.space(), mutations.clone()).await {
            Err(CatalogError::Unavailable(source)) if attempt + 1 < COMMIT_ATTEMPTS => {
                tracing::debug!(space = %view.space(), error = &*source as &dyn std::error::Error, attempt,
                    "the catalog does not respond; retrying the commit");
                tokio::time::sleep(back_off(RETRY_FIRST, attempt, RETRY_MOST)).await;
                attempt += 1;
            }
            Err(error) if attempt > 0 && !matches!(error, CatalogError::Unavailable(_)) => {
                return Err(CatalogError::Unavailable(error.into()));
            }
            outcome => return outcome,
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{RequestId, State, Timestamp};

    use super::*;
    use crate::testing::content;

    const MOST: usize = 24;

    fn job(mutation: Mutation) -> Queued {
        Queued { mutation, done: oneshot::channel().0 }
    }

    fn add(key: &str, request: &str) -> Mutation {
        let request = request.parse::<RequestId>().ok();
        Mutation::Add { request, content: content(key, "") }
    }

    fn remove(id: u64) -> Mutation {
        Mutation::remove(id, State::Removed { at: Timestamp::from_unix_ms(0) })
    }

    /// The batches that these become.
    fn batches(mutations: Vec<Mutation>) -> Vec<Vec<Mutation>> {
        let mut queue = mutations.into_iter().map(job);
        let mut held = VecDeque::new();
        let mut batches = Vec::new();
        loop {
            let batch = gather(&mut held, MOST, || queue.next());
            if batch.is_empty() {
                return batches;
            }
            batches.push(batch.into_iter().map(|job| job.mutation).collect());
        }
    }

    #[test]
    fn batch_has_one_mutation_per_entry_in_order() {
        let (first, restore) = (remove(1), Mutation::restore(1));
        let batched =
            batches(vec![first.clone(), restore.clone(), remove(2), first.clone(), add("main/a", "")]);
        assert_eq!(batched, [vec![first.clone(), remove(2), add("main/a", "")], vec![restore], vec![first]]);
    }

    #[test]
    fn batch_has_unique_keys_and_request_ids() {
        let batched =
            batches(vec![add("main/a", "r"), add("main/b", "r"), add("main/a", ""), add("main/c", "")]);
        assert_eq!(
            batched,
            [vec![add("main/a", "r"), add("main/c", "")], vec![add("main/b", "r"), add("main/a", "")]]
        );
    }

    #[test]
    fn batches_are_bounded_and_lose_nothing() {
        let mutations: Vec<_> = (0..200).map(|n| remove(1 + n % 50)).collect();
        let batched = batches(mutations.clone());
        assert!(batched.iter().all(|batch| batch.len() <= MOST));
        assert_eq!(batched.concat().len(), mutations.len());
    }
}
