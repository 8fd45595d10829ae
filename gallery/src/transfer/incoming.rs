//! What a tar has contained so far, checked against the rest of it, until all of it can go into the catalog. Not
//! here: reading the tar, putting objects (`import`).

use std::collections::{HashMap, HashSet};

use domain::limits::LOOK_MAX_BYTES;
use domain::{Change, Entry, EntryId, Key, Space, State, StyleText};
use serde::de::DeserializeOwned;

use super::format::{End, FORMAT, LINE_MAX_BYTES, LINES_MAX, MANIFEST, Manifest, SpaceManifest};
use super::import_error::{ImportError, OBJECT_MAX_BYTES, damaged};
use crate::bucket::Bucket;
use crate::catalog::log_verifier::LogVerifier;
use crate::catalog::{Catalog, Counters, Settings, SpaceDump};
use crate::reconcile::inspect::candidates;

/// What was imported.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Spaces.
    pub spaces: u64,
    /// Entries and tombstones.
    pub entries: u64,
    /// Objects.
    pub objects: u64,
}

/// The content read so far.
pub(super) struct Incoming {
    spaces: HashMap<Space, IncomingSpace>,
    /// In the order of the manifest.
    order: Vec<Space>,
    keys: HashSet<Key>,
    /// Whether the bucket was asked about all keys.
    are_keys_checked: bool,
    /// Logos read so far.
    pub(super) logos: u64,
    pub(super) end: Option<End>,
}

struct IncomingSpace {
    manifest: SpaceManifest,
    dump: SpaceDump,
    /// The etags of the objects here.
    etags: HashMap<EntryId, String>,
}

impl Incoming {
    pub(super) async fn begin(catalog: &dyn Catalog, manifest: Manifest) -> Result<Self, ImportError> {
        if !(1..=FORMAT).contains(&manifest.format) {
            return Err(ImportError::Format(manifest.format));
        }
        let mut incoming = Self {
            spaces: HashMap::new(),
            order: Vec::new(),
            keys: HashSet::new(),
            are_keys_checked: false,
            logos: 0,
            end: None,
        };
        for manifest in manifest.spaces {
            let space = manifest.space.clone();
            manifest.check()?;
            let counters = catalog.counters(&space).await?;
            // Equal counters: an earlier attempt may have loaded it already; `load` compares everything.
            if counters.last_seq > 0 && counters != manifest.counters {
                return Err(ImportError::NotEmpty(space));
            }
            let dump = SpaceDump { counters: manifest.counters, ..SpaceDump::default() };
            let begun = IncomingSpace { manifest, dump, etags: HashMap::new() };
            if incoming.spaces.insert(space.clone(), begun).is_some() {
                return Err(damaged(format!("it has the space {space} twice")));
            }
            incoming.order.push(space);
        }
        Ok(incoming)
    }

    fn space(&mut self, space: &Space) -> Result<&mut IncomingSpace, ImportError> {
        self.spaces
            .get_mut(space)
            .ok_or_else(|| damaged(format!("{MANIFEST} does not name the space {space}")))
    }

    pub(super) fn add_entries(&mut self, space: &Space, name: &str, lines: &[u8]) -> Result<(), ImportError> {
        let entries: Vec<Entry> = parse_lines(name, lines)?;
        for entry in &entries {
            check_content(name, entry)?;
            let key = &entry.content.key;
            if !candidates(key).contains(space) {
                return Err(damaged(format!("{space} #{} has the key {key} of another space", entry.id)));
            }
            if !self.keys.insert(key.clone()) {
                return Err(damaged(format!("{space} #{} has the key {key} of another entry", entry.id)));
            }
        }
        self.are_keys_checked = false;
        let known = &mut self.space(space)?.dump.entries;
        known.extend(entries);
        if known.is_sorted_by(|a, b| a.id < b.id) {
            Ok(())
        } else {
            Err(damaged(format!("the ids in {name} are not ascending")))
        }
    }

    pub(super) fn add_changes(&mut self, space: &Space, name: &str, lines: &[u8]) -> Result<(), ImportError> {
        let changes: Vec<Change> = parse_lines(name, lines)?;
        changes.iter().try_for_each(|change| check_content(name, &change.entry))?;
        self.space(space)?.dump.log.extend(changes);
        Ok(())
    }

    /// Whether the bucket can hold all objects to come: checked before the first is written.
    pub(super) fn check_keys(&mut self, bucket: &dyn Bucket) -> Result<(), ImportError> {
        if self.are_keys_checked {
            return Ok(());
        }
        let entries = self.spaces.values().flat_map(|space| &space.dump.entries);
        let with_object = entries.filter(|entry| !matches!(entry.state, State::Gone { .. }));
        let keys = with_object.map(|entry| &entry.content.key).collect();
        bucket.can_hold(&keys).map_err(|(key, why)| ImportError::Unsupported { key, why })?;
        self.are_keys_checked = true;
        Ok(())
    }

    /// The entry whose object comes next.
    pub(super) fn expected(
        &mut self,
        space: &Space,
        id: EntryId,
        size_bytes: u64,
    ) -> Result<Entry, ImportError> {
        let incoming = self.space(space)?;
        let place = incoming.dump.entries.binary_search_by_key(&id, |entry| entry.id);
        let entry = match place {
            Ok(at) if !incoming.etags.contains_key(&id) => incoming.dump.entries[at].clone(),
            _ => return Err(damaged(format!("the object of {space} #{id} does not belong there"))),
        };
        if entry.content.size_bytes != size_bytes {
            return Err(damaged(format!("the object of {space} #{id} has another size than its entry says")));
        }
        if size_bytes > OBJECT_MAX_BYTES {
            return Err(ImportError::TooLarge { space: space.clone(), id, size_bytes });
        }
        Ok(entry)
    }

    pub(super) fn arrived(&mut self, space: &Space, id: EntryId, etag: String) -> Result<(), ImportError> {
        self.space(space)?.etags.insert(id, etag);
        Ok(())
    }

    /// Whether everything that the manifest announces has been read.
    pub(super) fn check_complete(&self) -> Result<(), ImportError> {
        for space in self.spaces.values() {
            space.check_whole()?;
        }
        let objects = self.spaces.values().map(|space| space.etags.len() as u64).sum();
        let logos = self.logos;
        if self.end != Some(End { objects, logos }) {
            return Err(damaged(format!(
                "its end is missing or does not match the objects ({objects}) and logos ({logos}) read"
            )));
        }
        Ok(())
    }

    /// Loads everything into the catalog.
    pub(super) async fn load(mut self, catalog: &dyn Catalog) -> Result<Imported, ImportError> {
        let mut imported = Imported::default();
        for space in self.order {
            let Some(mut incoming) = self.spaces.remove(&space) else { continue };
            imported.spaces += 1;
            imported.entries += incoming.dump.entries.len() as u64;
            imported.objects += incoming.etags.len() as u64;
            incoming.take_etags_over();
            incoming.forget_derived();
            let settings = std::mem::take(&mut incoming.manifest.settings);
            let is_loaded = catalog.counters(&space).await?.last_seq > 0;
            if !is_loaded {
                catalog.load(&space, incoming.dump).await?;
            } else if catalog.snapshot(&space).await?.entries != incoming.dump.entries {
                return Err(ImportError::NotEmpty(space));
            }
            if settings != Settings::default() {
                catalog.set_settings(&space, settings).await?;
            }
        }
        Ok(imported)
    }
}

impl SpaceManifest {
    /// Whether a space is possible, before any of it is read.
    fn check(&self) -> Result<(), ImportError> {
        let Self { space, counters, entries, changes, settings } = self;
        let Counters { last_id, last_seq, floor } = *counters;
        if !counters.are_possible() || *entries > last_id || *changes != last_seq - floor {
            return Err(damaged(format!(
                "{MANIFEST} says of the space {space} what cannot be: {entries} entries and {changes} changes up to id \
                 {last_id}, seq {last_seq}, floor {floor}"
            )));
        }
        if settings.look.as_str().len() > LOOK_MAX_BYTES {
            return Err(damaged(format!("{MANIFEST} gives the space {space} a look that is too long")));
        }
        if let Err(why) = StyleText::parse_only(settings.look.as_str()) {
            return Err(damaged(format!(
                "{MANIFEST} gives the space {space} a look that cannot be read: {why}"
            )));
        }
        Ok(())
    }
}

impl IncomingSpace {
    fn check_whole(&self) -> Result<(), ImportError> {
        let SpaceManifest { space, entries, changes, .. } = &self.manifest;
        let (have_entries, have_changes) = (self.dump.entries.len() as u64, self.dump.log.len() as u64);
        if (have_entries, have_changes) != (*entries, *changes) {
            return Err(damaged(format!(
                "the space {space} should have {entries} entries and {changes} changes, but has {have_entries} and {have_changes}"
            )));
        }
        let missing = self
            .dump
            .entries
            .iter()
            .find(|entry| entry.state.is_live() && !self.etags.contains_key(&entry.id));
        match missing {
            Some(entry) => Err(damaged(format!("the object of {space} #{} is missing", entry.id))),
            None => self.check_log(),
        }
    }

    /// Whether the log ends in the state of the entries.
    fn check_log(&self) -> Result<(), ImportError> {
        let (space, entries) = (&self.manifest.space, &self.dump.entries);
        let find = |id| entries.binary_search_by_key(&id, |entry| entry.id).ok().map(|at| &entries[at]);
        let mut verifier = LogVerifier::new(find);
        if let Some(change) = self.dump.log.iter().find(|change| !verifier.accepts(change)) {
            let (seq, id) = (change.seq, change.entry.id);
            return Err(damaged(format!("the change {seq} of {space} contradicts its entry, #{id}")));
        }
        let floor = self.dump.counters.floor;
        let unlogged =
            entries.iter().find(|entry| entry.revision > floor && !verifier.is_at_its_last_change(entry.id));
        match unlogged.map(|entry| entry.id).or_else(|| verifier.missing_live_entries().next()) {
            Some(id) => Err(damaged(format!("the log of {space} does not end in the state of #{id}"))),
            None if !verifier.matches_counters(self.dump.counters) => Err(damaged(format!(
                "the log of {space} does not end with the id {}, which its counters name",
                self.dump.counters.last_id
            ))),
            None => Ok(()),
        }
    }

    /// The bucket here has other etags for the same bytes: replaces them in the entries, and wherever the log
    /// mentions that version.
    fn take_etags_over(&mut self) {
        let mut renamed = HashMap::new();
        for entry in &mut self.dump.entries {
            if let Some(etag) = self.etags.get(&entry.id) {
                let old = std::mem::replace(&mut entry.content.etag, etag.clone());
                renamed.insert((entry.id, old), etag.clone());
            }
        }
        for change in &mut self.dump.log {
            let content = &mut change.entry.content;
            if let Some(etag) = renamed.get(&(change.entry.id, content.etag.clone())) {
                content.etag.clone_from(etag);
            }
        }
    }

    /// An export has the originals of photos, and nothing that was made of them.
    fn forget_derived(&mut self) {
        let entries = self.dump.entries.iter_mut();
        let logged = self.dump.log.iter_mut().map(|change| &mut change.entry);
        entries.chain(logged).for_each(|entry| entry.content.forget_derived());
    }
}

pub(super) fn parse<T: DeserializeOwned>(name: &str, json: &[u8]) -> Result<T, ImportError> {
    serde_json::from_slice(json).map_err(|error| damaged(format!("{name} cannot be parsed: {error}")))
}

fn parse_lines<T: DeserializeOwned>(name: &str, lines: &[u8]) -> Result<Vec<T>, ImportError> {
    let lines = lines.strip_suffix(b"\n").unwrap_or(lines);
    let lines = lines.split(|byte| *byte == b'\n');
    if lines.clone().count() > LINES_MAX || lines.clone().any(|line| line.len() > LINE_MAX_BYTES) {
        return Err(damaged(format!(
            "{name} has more than {LINES_MAX} lines, or a line of more than {LINE_MAX_BYTES} bytes"
        )));
    }
    lines.map(|line| parse(name, line)).collect()
}

/// Whether an export can contain this about an entry.
fn check_content(name: &str, entry: &Entry) -> Result<(), ImportError> {
    let checked = entry.content.check();
    checked.map_err(|why| damaged(format!("{name} has an impossible entry #{}: {why}", entry.id)))
}
