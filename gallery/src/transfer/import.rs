//! Spaces out of a tar: all objects first, the catalog last, so that an import that was cut off has made no entry and
//! can be started again. A tar is untrusted: nothing in it names a path, and everything is checked against the rest.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use domain::{Change, Entry, EntryId, Key, Sha256, Space};
use futures::StreamExt as _;
use serde::de::DeserializeOwned;
use sha2::Digest as _;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio_tar::Archive;

use super::format::{END, End, FORMAT, LINES_MAX, MANIFEST, Manifest, Part, SpaceManifest};
use crate::bucket::{Bucket, BucketError};
use crate::catalog::{Catalog, CatalogError, SpaceDump};
use crate::look::candidates;
use crate::publish::OwnMetadata;

/// Largest object that is imported: it is in memory whole while the bucket takes it.
const OBJECT_MAX_BYTES: u64 = 1024 * 1024 * 1024;
/// Largest manifest and JSON-lines file: 64 KiB a line.
const TEXT_MAX_BYTES: u64 = LINES_MAX as u64 * 64 * 1024;

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

/// Why nothing was imported. Objects may lie in the bucket already; no entry was made. Import again when the cause is
/// gone.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Not a tar that `export` wrote, damaged, or cut off; the text says where.
    #[error("This is no whole export: {0}.")]
    Damaged(String),
    /// Written by a newer program.
    #[error("The export has format {0}; this program reads {FORMAT}. Use a newer program.")]
    Format(u32),
    /// The space has entries.
    #[error("The space {0} is not empty here. Import into an empty data directory.")]
    NotEmpty(Space),
    /// Another object lies under a key of the export.
    #[error("Another object lies at {0} already. Import into an empty data directory.")]
    OtherObject(Key),
    /// An object is larger than this program can import.
    #[error(
        "The object of {space} #{id} has {size_bytes} bytes; at most {OBJECT_MAX_BYTES} can be imported."
    )]
    TooLarge {
        /// Whose entry.
        space: Space,
        /// Which entry.
        id: EntryId,
        /// Its size.
        size_bytes: u64,
    },
    /// The bucket did not take an object.
    #[error("The bucket does not take {key}.")]
    Bucket {
        /// Which object.
        key: Key,
        /// Why.
        source: BucketError,
    },
    /// The catalog failed.
    #[error("The catalog does not take the import.")]
    Catalog(#[from] CatalogError),
    /// The tar could not be read.
    #[error("The export cannot be read.")]
    Read(#[from] std::io::Error),
}

/// Reads a tar that `export` wrote. Ids, seqs and the log are kept; request ids are not. Memory: the entries and logs
/// of all spaces, and one object.
pub async fn import(
    bucket: &dyn Bucket,
    catalog: &dyn Catalog,
    reader: impl AsyncRead + Unpin + Send,
) -> Result<Imported, ImportError> {
    let mut archive = Archive::new(reader);
    // Raw: no long names or other extensions, which we never write and somebody hostile could.
    let mut files = archive.entries_raw()?;
    let mut incoming: Option<Incoming> = None;
    while let Some(file) = files.next().await {
        let mut file = file?;
        let name = name_of(&file)?;
        match &mut incoming {
            None if name == MANIFEST => {
                let manifest = parse(&name, &text(&mut file, &name).await?)?;
                incoming = Some(Incoming::begin(catalog, manifest).await?);
            }
            None => return Err(damaged(format!("it begins with {name}, not with {MANIFEST}"))),
            Some(incoming) if name == END => {
                incoming.end = Some(parse(&name, &text(&mut file, &name).await?)?);
            }
            Some(incoming) => match Part::parse(&name) {
                Some(Part::Entries(space)) => {
                    incoming.add_entries(&space, &name, &text(&mut file, &name).await?)?;
                }
                Some(Part::Log(space)) => {
                    incoming.add_changes(&space, &name, &text(&mut file, &name).await?)?;
                }
                Some(Part::Object(space, id)) => {
                    let entry = incoming.expected(&space, id, file.effective_size())?;
                    let bytes = read(&mut file, &name, OBJECT_MAX_BYTES).await?;
                    let etag = put(bucket, &name, &entry, bytes.into()).await?;
                    incoming.arrived(&space, id, etag)?;
                }
                None => return Err(damaged(format!("the file {name} does not belong there"))),
            },
        }
    }
    let incoming = incoming.ok_or_else(|| damaged("it is empty".to_owned()))?;
    incoming.load(catalog).await
}

fn damaged(why: String) -> ImportError {
    ImportError::Damaged(why)
}

/// The name of a plain file; anything else has no business in an export.
fn name_of<R: AsyncRead + Unpin>(file: &tokio_tar::Entry<R>) -> Result<String, ImportError> {
    let name = String::from_utf8_lossy(&file.header().path_bytes()).into_owned();
    if file.header().entry_type().is_file() {
        Ok(name)
    } else {
        Err(damaged(format!("{name} is not a plain file")))
    }
}

async fn text<R: AsyncRead + Unpin>(
    file: &mut tokio_tar::Entry<R>,
    name: &str,
) -> Result<Vec<u8>, ImportError> {
    read(file, name, TEXT_MAX_BYTES).await
}

async fn read<R: AsyncRead + Unpin>(
    file: &mut tokio_tar::Entry<R>,
    name: &str,
    most_bytes: u64,
) -> Result<Vec<u8>, ImportError> {
    let size_bytes = file.effective_size();
    if size_bytes > most_bytes {
        return Err(damaged(format!("{name} has {size_bytes} bytes, more than {most_bytes}")));
    }
    // Grows with what comes, not with what the header claims.
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).await?;
    if bytes.len() as u64 == size_bytes {
        Ok(bytes)
    } else {
        Err(damaged(format!("it is cut off in {name}")))
    }
}

fn parse<T: DeserializeOwned>(name: &str, json: &[u8]) -> Result<T, ImportError> {
    serde_json::from_slice(json).map_err(|error| damaged(format!("{name} cannot be understood: {error}")))
}

fn parse_lines<T: DeserializeOwned>(name: &str, lines: &[u8]) -> Result<Vec<T>, ImportError> {
    let lines = lines.strip_suffix(b"\n").unwrap_or(lines);
    lines.split(|byte| *byte == b'\n').map(|line| parse(name, line)).collect()
}

/// Puts an object, unless it is there from an earlier attempt; its etag here.
async fn put(bucket: &dyn Bucket, name: &str, entry: &Entry, bytes: Bytes) -> Result<String, ImportError> {
    let content = &entry.content;
    let sha256 = Sha256(sha2::Sha256::digest(&bytes).into());
    if content.sha256.is_some_and(|expected| expected != sha256) {
        return Err(damaged(format!("{name} has other bytes than were saved")));
    }
    let metadata = content.key.own_parts().zip(content.style).map(|(_, style)| {
        let (name, created_at) = (content.name.clone(), content.created_at);
        OwnMetadata { name, level: style.level, created_at, request: None }.write()
    });
    let failed = |source| ImportError::Bucket { key: content.key.clone(), source };
    match bucket.put(&content.key, bytes, &metadata.unwrap_or_default()).await {
        Ok(info) => Ok(info.etag),
        Err(BucketError::AlreadyExists) => {
            let mut there = bucket.get(&content.key, None).await.map_err(failed)?;
            let mut digest = sha2::Sha256::new();
            while let Some(piece) = there.bytes.next().await {
                digest.update(piece.map_err(failed)?);
            }
            let is_the_same = Sha256(digest.finalize().into()) == sha256;
            if is_the_same { Ok(there.info.etag) } else { Err(ImportError::OtherObject(content.key.clone())) }
        }
        Err(error) => Err(failed(error)),
    }
}

/// What has come so far.
struct Incoming {
    spaces: HashMap<Space, IncomingSpace>,
    /// In the order of the manifest.
    order: Vec<Space>,
    keys: HashSet<Key>,
    end: Option<End>,
}

struct IncomingSpace {
    manifest: SpaceManifest,
    dump: SpaceDump,
    /// The etags that the objects have here.
    etags: HashMap<EntryId, String>,
}

impl Incoming {
    async fn begin(catalog: &dyn Catalog, manifest: Manifest) -> Result<Self, ImportError> {
        if manifest.format != FORMAT {
            return Err(ImportError::Format(manifest.format));
        }
        let mut incoming =
            Self { spaces: HashMap::new(), order: Vec::new(), keys: HashSet::new(), end: None };
        for manifest in manifest.spaces {
            let space = manifest.space.clone();
            let counters = catalog.counters(&space).await?;
            // Equal counters: an earlier attempt may have loaded it already; `load` compares it all.
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

    fn add_entries(&mut self, space: &Space, name: &str, lines: &[u8]) -> Result<(), ImportError> {
        let entries: Vec<Entry> = parse_lines(name, lines)?;
        for entry in &entries {
            let key = &entry.content.key;
            if !candidates(key).contains(space) {
                return Err(damaged(format!("{space} #{} has the key {key} of another space", entry.id)));
            }
            if !self.keys.insert(key.clone()) {
                return Err(damaged(format!("{space} #{} has the key {key} of another entry", entry.id)));
            }
        }
        let known = &mut self.space(space)?.dump.entries;
        known.extend(entries);
        if known.is_sorted_by(|a, b| a.id < b.id) {
            Ok(())
        } else {
            Err(damaged(format!("the ids in {name} do not rise")))
        }
    }

    fn add_changes(&mut self, space: &Space, name: &str, lines: &[u8]) -> Result<(), ImportError> {
        let changes: Vec<Change> = parse_lines(name, lines)?;
        self.space(space)?.dump.log.extend(changes);
        Ok(())
    }

    /// The entry whose object comes next.
    fn expected(&mut self, space: &Space, id: EntryId, size_bytes: u64) -> Result<Entry, ImportError> {
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

    fn arrived(&mut self, space: &Space, id: EntryId, etag: String) -> Result<(), ImportError> {
        self.space(space)?.etags.insert(id, etag);
        Ok(())
    }

    /// Everything into the catalog, when everything has come.
    async fn load(mut self, catalog: &dyn Catalog) -> Result<Imported, ImportError> {
        for space in self.spaces.values() {
            space.check_whole()?;
        }
        let objects = self.spaces.values().map(|space| space.etags.len() as u64).sum();
        if self.end != Some(End { objects }) {
            return Err(damaged(format!("it is cut off after {objects} objects")));
        }
        let mut imported = Imported::default();
        for space in self.order {
            let Some(mut incoming) = self.spaces.remove(&space) else { continue };
            imported.spaces += 1;
            imported.entries += incoming.dump.entries.len() as u64;
            imported.objects += incoming.etags.len() as u64;
            incoming.take_etags_over();
            let is_loaded = catalog.counters(&space).await?.last_seq > 0;
            if !is_loaded {
                catalog.load(&space, incoming.dump).await?;
            } else if catalog.snapshot(&space).await?.entries != incoming.dump.entries {
                return Err(ImportError::NotEmpty(space));
            }
        }
        Ok(imported)
    }
}

impl IncomingSpace {
    fn check_whole(&self) -> Result<(), ImportError> {
        let SpaceManifest { space, entries, changes, .. } = &self.manifest;
        let (have_entries, have_changes) = (self.dump.entries.len() as u64, self.dump.log.len() as u64);
        if (have_entries, have_changes) != (*entries, *changes) {
            return Err(damaged(format!(
                "of {entries} entries and {changes} changes of the space {space}, {have_entries} and {have_changes} came"
            )));
        }
        let missing = self
            .dump
            .entries
            .iter()
            .find(|entry| entry.state.is_live() && !self.etags.contains_key(&entry.id));
        match missing {
            Some(entry) => Err(damaged(format!("the object of {space} #{} is missing", entry.id))),
            None => Ok(()),
        }
    }

    /// The bucket here names the same bytes in its own way: in the entries, and wherever the log speaks of that version.
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
}
