//! Decides without I/O what a batch of mutations does to a space: the one state machine of every catalog.
//!
//! In the transaction that it will write in, an implementation reads what `Asked` names, passes it as `Known`, and
//! stores the `Decision`. Not here: reading and storing.

use std::collections::{HashMap, HashSet};

use domain::limits::COMMIT_MAX_MUTATIONS;
use domain::{Change, ChangeKind, Content, Entry, EntryId, Key, RequestId, Space, State};

use super::{Committed, Counters, Mutation, Rejection};
use crate::queue::Job;

/// What must be known of a space before a batch can be decided.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// Which of these request ids are remembered, and with which result?
    pub requests: Vec<RequestId>,
    /// Which of these keys belong to an entry or tombstone?
    pub keys: Vec<Key>,
    /// These entries.
    pub ids: Vec<EntryId>,
}

impl Asked {
    /// What these mutations depend on.
    pub(super) fn by(mutations: &[Mutation]) -> Self {
        let mut asked = Self::default();
        for mutation in mutations {
            asked.requests.extend(mutation.request().cloned());
            asked.keys.extend(mutation.added().map(|(_, content)| content.key.clone()));
            asked.ids.extend(mutation.id());
        }
        asked
    }
}

/// The answers to `Asked`; whatever does not exist is omitted.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    pub counters: Counters,
    pub requests: HashMap<RequestId, Change>,
    pub keys: HashSet<Key>,
    pub entries: HashMap<EntryId, Entry>,
}

/// What to store, atomically, and what to answer.
#[derive(Debug)]
pub(super) struct Decision {
    /// One result per mutation.
    pub results: Vec<Result<Committed, Rejection>>,
    /// Changes to append to the log, in this order; each change's entry replaces the one with its id.
    pub log: Vec<Logged>,
    /// The new counters.
    pub counters: Counters,
}

/// A change for the log.
#[derive(Debug)]
pub(super) struct Logged {
    pub change: Change,
    /// The request id to remember it by.
    pub request: Option<RequestId>,
    /// Whether its entry has work that it did not have before.
    pub starts_work: bool,
}

impl Decision {
    /// The jobs that the changes make: one for each entry that has work now and had none before. What is done about
    /// that work until it is finished makes no further job.
    pub(super) fn jobs(&self, space: &Space) -> Vec<Job> {
        let starting = self.log.iter().filter(|logged| logged.starts_work);
        starting.map(|logged| job(space, &logged.change.entry)).collect()
    }
}

/// The jobs of entries that were loaded.
pub(super) fn jobs_of(space: &Space, entries: &[Entry]) -> Vec<Job> {
    entries.iter().filter(|entry| entry.has_work()).map(|entry| job(space, entry)).collect()
}

fn job(space: &Space, entry: &Entry) -> Job {
    Job::of_entry(space.clone(), entry.id, entry.revision)
}

/// Decides a batch, mutation by mutation, in order.
pub(super) fn decide(known: Known, mutations: Vec<Mutation>) -> Decision {
    debug_assert!(mutations.len() <= COMMIT_MAX_MUTATIONS, "the caller splits longer batches");
    let mut step = Step { known, log: Vec::with_capacity(mutations.len()) };
    let results = mutations.into_iter().map(|mutation| step.take(mutation)).collect();
    Decision { results, log: step.log, counters: step.known.counters }
}

struct Step {
    known: Known,
    log: Vec<Logged>,
}

impl Step {
    fn take(&mut self, mutation: Mutation) -> Result<Committed, Rejection> {
        match mutation {
            Mutation::Add { request, content } => self.add(request, content),
            Mutation::Supersede { request, content, replaced, seen } => {
                if self.repeated(request.as_ref()).is_none() && self.known.counters.last_seq != seen {
                    return Err(Rejection::Outdated);
                }
                let at = content.created_at;
                let added = self.add(request, content)?;
                let replaced = replaced.and_then(|id| self.known.entries.get(&id)).cloned();
                let Some(entry) = replaced.filter(|entry| entry.state.is_live() && !added.repeated) else {
                    return Ok(added);
                };
                let removed = Entry { state: State::Removed { at }, ..entry };
                let replaced = Some(self.log(ChangeKind::Removed, removed, None).change);
                Ok(Committed { replaced, ..added })
            }
            Mutation::Replace { id, content } => {
                let entry = self.entry(id)?;
                if entry.content.key != content.key {
                    return Err(Rejection::KeyTaken);
                }
                let kind = if entry.state.is_live() { ChangeKind::Updated } else { ChangeKind::Restored };
                Ok(self.log(kind, Entry { state: State::Live, content, ..entry }, None))
            }
            Mutation::Describe { id, expected, description } => {
                let entry = self.entry(id)?;
                if expected.is_some_and(|expected| expected != entry.revision) {
                    return Err(Rejection::OtherRevision);
                }
                if !entry.state.is_live() {
                    return Err(Rejection::NotLive);
                }
                let content = entry.content.clone().described(description);
                if content == entry.content {
                    return Err(Rejection::Unchanged);
                }
                Ok(self.log(ChangeKind::Updated, Entry { content, ..entry }, None))
            }
            Mutation::Process { id, expected, body } => {
                let entry = self.entry(id)?;
                if expected != entry.revision {
                    return Err(Rejection::OtherRevision);
                }
                if !entry.state.is_live() {
                    return Err(Rejection::NotLive);
                }
                let content = Content { body, ..entry.content };
                Ok(self.log(ChangeKind::Updated, Entry { content, ..entry }, None))
            }
            Mutation::Remove { id, tombstone, expected, request } => {
                if let Some(first) = self.repeated(request.as_ref()) {
                    return Ok(first);
                }
                let entry = self.entry(id)?;
                if expected.is_some_and(|expected| expected != entry.revision) {
                    return Err(Rejection::OtherRevision);
                }
                if !entry.state.is_live() {
                    return Err(Rejection::NotLive);
                }
                if tombstone.is_live() {
                    return Err(Rejection::NotRemoved);
                }
                Ok(self.log(ChangeKind::Removed, Entry { state: tombstone, ..entry }, request))
            }
            Mutation::Restore { id, expected } => {
                let entry = self.entry(id)?;
                if expected.is_some_and(|expected| expected != entry.revision) {
                    return Err(Rejection::OtherRevision);
                }
                if entry.state.is_live() {
                    return Err(Rejection::NotRemoved);
                }
                Ok(self.log(ChangeKind::Restored, Entry { state: State::Live, ..entry }, None))
            }
        }
    }

    /// The first result of a repetition.
    fn repeated(&self, request: Option<&RequestId>) -> Option<Committed> {
        let change = self.known.requests.get(request?)?.clone();
        Some(Committed { change, repeated: true, starts_work: false, replaced: None })
    }

    fn add(&mut self, request: Option<RequestId>, content: Content) -> Result<Committed, Rejection> {
        // Before the key: a repetition may come with the key of the first attempt.
        if let Some(first) = self.repeated(request.as_ref()) {
            return Ok(first);
        }
        if !self.known.keys.insert(content.key.clone()) {
            return Err(Rejection::KeyTaken);
        }
        self.known.counters.last_id += 1;
        let id = self.known.counters.last_id;
        Ok(self.log(ChangeKind::Added, Entry { id, revision: 0, state: State::Live, content }, request))
    }

    fn entry(&self, id: EntryId) -> Result<Entry, Rejection> {
        self.known.entries.get(&id).cloned().ok_or(Rejection::NotFound)
    }

    fn log(&mut self, kind: ChangeKind, entry: Entry, request: Option<RequestId>) -> Committed {
        self.known.counters.last_seq += 1;
        let seq = self.known.counters.last_seq;
        let change = Change { seq, kind, entry: Entry { revision: seq, ..entry } };
        let before = self.known.entries.insert(change.entry.id, change.entry.clone());
        let starts_work = change.entry.has_work() && !before.as_ref().is_some_and(Entry::has_work);
        if let Some(request) = &request {
            self.known.requests.insert(request.clone(), change.clone());
        }
        self.log.push(Logged { change: change.clone(), request, starts_work });
        Committed { change, repeated: false, starts_work, replaced: None }
    }
}
