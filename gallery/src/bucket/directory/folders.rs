//! Durable folders: created, removed, and synced together.
//!
//! A file is durable only when its folder's entry is, and the folder's own entry in its parent. Syncing a folder
//! costs a disk flush; callers that wait for the same folder share one.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;

use super::path::{NoFolder, check_folder, folders_above};

pub(super) struct Folders {
    root: PathBuf,
    /// Folders whose entry in their parent is known to be durable. Locked while one is created or removed.
    durable: Mutex<HashSet<PathBuf>>,
    syncs: Mutex<HashMap<PathBuf, Arc<Sync>>>,
}

/// The syncs of one folder: one runs, and later callers wait for the next.
#[derive(Default)]
struct Sync {
    running: Mutex<()>,
    next: Mutex<Arc<Round>>,
}

/// The result of one sync: an error number, or success.
type Round = OnceLock<Result<(), Option<i32>>>;

impl Folders {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root, durable: Mutex::default(), syncs: Mutex::default() }
    }

    /// Creates the missing folders above a file, durably. `Ok(Err(..))`: something else is in the way.
    pub(super) fn make_above(&self, path: &Path) -> io::Result<Result<(), NoFolder>> {
        let mut durable = self.durable.lock();
        for folder in folders_above(&self.root, path) {
            match check_folder(folder) {
                Ok(()) if durable.contains(folder) => continue,
                Ok(()) => {}
                Err(NoFolder::Missing) => match fs::create_dir(folder) {
                    Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
                    _ => {}
                },
                Err(blocked) => return Ok(Err(blocked)),
            }
            self.sync(parent(folder))?;
            durable.insert(folder.to_owned());
        }
        Ok(Ok(()))
    }

    /// Removes the folders that a deletion left empty, then syncs the innermost remaining one, which makes the
    /// deletion durable.
    pub(super) fn settle_deletion(&self, path: &Path) -> io::Result<()> {
        let mut folder = parent(path);
        {
            let mut durable = self.durable.lock();
            // Fails when the folder is not empty: then it stays.
            while folder != self.root && fs::remove_dir(folder).is_ok() {
                durable.remove(folder);
                self.syncs.lock().remove(folder);
                folder = parent(folder);
            }
        }
        self.sync(folder)
    }

    /// Makes durable whatever was done in a folder before the call.
    pub(super) fn sync(&self, folder: &Path) -> io::Result<()> {
        let sync = Arc::clone(self.syncs.lock().entry(folder.to_owned()).or_default());
        let round = Arc::clone(&sync.next.lock());
        // The first caller of a round runs it, the others wait here for its result.
        let ended = round.get_or_init(|| {
            let _running = sync.running.lock();
            // Later callers may have done something that this sync does not cover.
            *sync.next.lock() = Arc::default();
            match File::open(folder).and_then(|folder| folder.sync_all()) {
                // The folder was removed meanwhile, with its contents.
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
                done => done.map_err(|error| error.raw_os_error()),
            }
        });
        ended.map_err(|number| {
            number.map_or_else(|| io::Error::other("sync failed"), io::Error::from_raw_os_error)
        })
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().expect("is below the root")
}
