//! Decides a batch of mutations and writes it as one transaction. Not here: lost requests (`transaction`).

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::{CancellationReason, TransactWriteItem};
use domain::{ChangeKind, RequestId, Seq, Space};

use super::super::decide::{Asked, Decision, Known, Logged, decide};
use super::super::{CatalogError, Committed, Counters, Mutation, Rejection};
use super::attributes::{Item, number};
use super::error;
use super::layout::{
    Place, change_item, entry_item, key_item, read_change, read_entry, request_item, space_item,
};
use super::patience::Patience;
use super::root::{ReadRoot, Root, TURNS};
use super::transaction::{Outcome, Transaction, new_mark};
use super::writes::{Condition, moved_root, new_root, put};
use super::{DynamoCatalog, TRANSACTION_MAX_MUTATIONS};

/// What a commit is decided on.
#[derive(Default)]
struct Grounds {
    /// `None` when the space was never used.
    root: Option<Root>,
    known: Known,
    /// Whether `known` was assumed rather than read.
    is_assumed: bool,
    /// Requests that are forgotten but whose items still exist, with the seq of the change that each made.
    forgotten: HashMap<RequestId, Seq>,
}

impl Grounds {
    /// The space as this instance left it, with nothing of the batch in it yet: nearly always true, and the
    /// conditions of the writes detect when it is not.
    fn assumed(root: Root) -> Self {
        Self { is_assumed: true, ..Self::read(root) }
    }

    fn read(root: Root) -> Self {
        let known = Known { counters: root.counters, ..Known::default() };
        Self { root: Some(root), known, ..Self::default() }
    }

    /// Another instance has moved the root, and nothing else relevant.
    fn move_to(&mut self, root: Root) {
        self.known.counters = root.counters;
        self.root = Some(root);
    }
}

impl DynamoCatalog {
    pub(super) async fn commit_together(
        &self,
        space: &Space,
        mutations: &[Mutation],
    ) -> Result<Vec<Result<Committed, Rejection>>, CatalogError> {
        debug_assert!(mutations.len() <= TRANSACTION_MAX_MUTATIONS, "the caller splits longer batches");
        if mutations.is_empty() {
            return Ok(Vec::new());
        }
        let local = self.locals.of(space);
        let mut writer = local.writer.lock().await;
        let mut grounds = match writer.take() {
            Some(root) if mutations.iter().all(is_add) => Grounds::assumed(root),
            _ => self.grounds(space, mutations).await?,
        };
        let mut patience = Patience::begin(self.options.write_max);
        loop {
            let decision = decide(grounds.known.clone(), mutations.to_vec());
            // Whatever is not written has no condition that would detect outdated grounds.
            let all_written =
                decision.results.iter().flatten().filter(|done| !done.repeated).count() == mutations.len();
            if grounds.is_assumed && !all_written {
                grounds = self.grounds(space, mutations).await?;
                continue;
            }
            if !decision.log.is_empty() {
                let transaction = self.transaction(space, &grounds, &decision);
                if let Outcome::Refused(reasons) = self.table.carry_out(&transaction, &mut patience).await? {
                    let moved = moved_to(&reasons, transaction.numbered);
                    match self.take_turns(space, &grounds, moved, &mut patience).await? {
                        Some(root) if all_written => grounds.move_to(root),
                        _ => grounds = self.grounds(space, mutations).await?,
                    }
                    continue;
                }
            }
            self.heads.advance(space, decision.counters.last_seq);
            if decision.counters != Counters::default() {
                let root = grounds.root.unwrap_or_default();
                *writer = Some(Root { counters: decision.counters, ..root });
            }
            return Ok(decision.results);
        }
    }

    /// Waits between two attempts. The instance that has just written retries sooner than one that must first learn
    /// that it was overtaken, so one that keeps losing asks the others to wait, and they do. Returns the root to
    /// continue from, if it is known and everything else was as expected.
    async fn take_turns(
        &self,
        space: &Space,
        grounds: &Grounds,
        moved: Option<Root>,
        patience: &mut Patience,
    ) -> Result<Option<Root>, CatalogError> {
        let was = grounds.root.as_ref().map(|root| root.turns);
        let is_asked = moved.as_ref().is_some_and(|root| was.is_some_and(|was| was != root.turns));
        if !is_asked && patience.is_overtaken_too_often() {
            let root = self.table.count_up(Place::root(space), TURNS).await?;
            let root = root.map(|root| self.used_root(space, root)).transpose()?.flatten();
            return Ok(root.filter(|_| moved.is_some()));
        }
        let goes_on = if is_asked { patience.give_way().await } else { patience.after_conflict().await };
        if !goes_on {
            return Err(CatalogError::Unavailable("other writers keep changing the space".into()));
        }
        // After a long wait, reread rather than fail on what was written meanwhile.
        if is_asked { self.root(space).await } else { Ok(moved) }
    }

    /// The current state of what the mutations depend on.
    async fn grounds(&self, space: &Space, mutations: &[Mutation]) -> Result<Grounds, CatalogError> {
        let Asked { requests, keys, ids } = Asked::by(mutations);
        let places = [Place::root(space)]
            .into_iter()
            .chain(requests.iter().map(|request| Place::request(space, request)))
            .chain(keys.iter().map(|key| Place::key(space, key)))
            .chain(ids.iter().map(|id| Place::entry(space, *id)));
        let mut items = self.table.get_many(places.collect()).await?;
        // Each item is read at its own moment. Whoever sees a commit's key must also see its request.
        let unseen = half_seen(space, mutations, &items);
        if !unseen.is_empty() {
            items.extend(self.table.get_many(unseen).await?);
        }
        let Some(root) = items.remove(&Place::root(space)) else { return Ok(Grounds::default()) };
        let root = self.used_root(space, root)?.ok_or_else(|| error::half_loaded(space))?;
        let mut grounds = Grounds::read(root.clone());
        for request in requests {
            let Some(item) = items.remove(&Place::request(space, &request)) else { continue };
            let change = error::read(item, read_change)?;
            if root.has_forgotten(change.entry.content.created_at, change.seq) {
                grounds.forgotten.insert(request, change.seq);
            } else {
                grounds.known.requests.insert(request, change);
            }
        }
        grounds.known.keys =
            keys.into_iter().filter(|key| items.contains_key(&Place::key(space, key))).collect();
        for id in ids {
            if let Some(item) = items.remove(&Place::entry(space, id)) {
                grounds.known.entries.insert(id, error::read(item, read_entry)?);
            }
        }
        Ok(grounds)
    }

    fn transaction(&self, space: &Space, grounds: &Grounds, decision: &Decision) -> Transaction {
        let mark = new_mark();
        let first = decision.log.first().map_or(0, |logged| logged.change.seq);
        let mut writes = self.root_writes(space, grounds, decision, &mark);
        let mut newest = BTreeMap::new();
        let mut numbered = Vec::new();
        for Logged { change, request, .. } in &decision.log {
            newest.insert(change.entry.id, &change.entry);
            let log = change_item(space, change, Some(&mark));
            numbered.push(put(&self.table.name, log, Some(Condition::Absent)));
            if change.kind == ChangeKind::Added {
                let key = key_item(space, &change.entry.content.key, change.entry.id);
                writes.push(put(&self.table.name, key, Some(Condition::Absent)));
            }
            if let Some(request) = request {
                let forgotten = grounds.forgotten.get(request);
                let condition = forgotten.map_or(Condition::Absent, |seq| Condition::Is("seq", number(*seq)));
                let item = request_item(space, request, change);
                writes.push(put(&self.table.name, item, Some(condition)));
            }
        }
        for (id, entry) in newest {
            let (condition, writes) = match grounds.known.entries.get(&id) {
                Some(entry) => (Condition::Is("revision", number(entry.revision)), &mut writes),
                None => (Condition::Absent, &mut numbered),
            };
            writes.push(put(&self.table.name, entry_item(space, entry), Some(condition)));
        }
        let proof = Some(Place::change(space, first));
        let count = numbered.len();
        writes.append(&mut numbered);
        Transaction { writes, numbered: count, mark, proof }
    }

    /// The root comes first: `moved_to` relies on it.
    fn root_writes(
        &self,
        space: &Space,
        grounds: &Grounds,
        decision: &Decision,
        mark: &str,
    ) -> Vec<TransactWriteItem> {
        match &grounds.root {
            Some(root) => vec![moved_root(&self.table.name, space, root, decision.counters)],
            None => {
                let root = Root { counters: decision.counters, ..Root::default() };
                vec![
                    new_root(&self.table.name, space, &root),
                    put(&self.table.name, space_item(space, mark), None),
                ]
            }
        }
    }
}

/// The requests that did not exist a moment before their key did.
fn half_seen(space: &Space, mutations: &[Mutation], items: &HashMap<Place, Item>) -> Vec<Place> {
    let adds = mutations.iter().filter_map(|mutation| {
        let (request, content) = mutation.added()?;
        Some((Place::request(space, request?), Place::key(space, &content.key)))
    });
    let half_seen = adds.filter(|(request, key)| items.contains_key(key) && !items.contains_key(request));
    half_seen.map(|(request, _)| request).collect()
}

fn is_add(mutation: &Mutation) -> bool {
    matches!(mutation, Mutation::Add { .. })
}

/// The root that a refusal returned, if only the root and the numbers derived from it were in the way.
fn moved_to(reasons: &[CancellationReason], numbered: usize) -> Option<Root> {
    let (first, others) = reasons.split_first()?;
    let decided_on = others.len().checked_sub(numbered)?;
    if others[..decided_on].iter().any(|reason| reason.code().is_some_and(|code| code != "None")) {
        return None;
    }
    match Root::read(first.item()?.clone()) {
        Ok(ReadRoot::Ours(root)) if root.loading.is_none() => Some(root),
        _ => None,
    }
}
