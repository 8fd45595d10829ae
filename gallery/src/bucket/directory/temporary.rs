//! Where files are made before they get their names: below `_qrate/tmp/`, one folder for each run, so that the half
//! files of a killed run can be told from those of a living one. Not here: what is written into them (`put`).

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use parking_lot::Mutex;

use super::path;

/// The folder of this run, made when it is first needed, and again when it is gone.
pub(super) struct Temporary {
    /// `_qrate/tmp` in the bucket.
    all: PathBuf,
    run: Mutex<Option<Run>>,
}

/// Removed when dropped.
struct Run {
    folder: PathBuf,
    /// Locked as long as this run lives, so that another one does not take its files for those of a dead one.
    _alive: File,
}

impl Temporary {
    pub(super) fn below(root: &Path) -> Self {
        Self { all: path::reserved(root).join("tmp"), run: Mutex::default() }
    }

    /// The folder. `NotFound` when that of the bucket is not there: nothing is made then.
    pub(super) fn folder(&self) -> io::Result<PathBuf> {
        let mut run = self.run.lock();
        let run = match run.take() {
            Some(living) if living.folder.is_dir() => run.insert(living),
            _ => run.insert(Run::begin(&self.all)?),
        };
        Ok(run.folder.clone())
    }

    /// Removes the folder, when nothing more is to be made.
    pub(super) fn close(&self) {
        drop(self.run.lock().take());
    }
}

impl Run {
    /// Makes a new folder, and deletes those of dead runs.
    fn begin(all: &Path) -> io::Result<Self> {
        match fs::create_dir(all) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        // Two runs that begin at once must not take each other's new folder for a dead one.
        let beginning = File::open(all)?;
        beginning.lock()?;
        for entry in fs::read_dir(all)? {
            match bury(&entry?.path()) {
                // It ended by itself meanwhile.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                done => done?,
            }
        }
        let folder = all.join(ulid::Ulid::generate().to_string());
        fs::create_dir(&folder)?;
        let alive = File::open(&folder)?;
        alive.lock()?;
        Ok(Self { folder, _alive: alive })
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        // Fails when a file is still being made in it: then the next run deletes it.
        let _ = fs::remove_dir(&self.folder);
    }
}

/// Deletes what a dead run left, if it is dead.
fn bury(left: &Path) -> io::Result<()> {
    let is_folder = left.is_dir();
    if is_folder && matches!(File::open(left)?.try_lock(), Err(TryLockError::WouldBlock)) {
        return Ok(());
    }
    // Most have nothing in them, and are not worth a word.
    if is_folder && fs::remove_dir(left).is_ok() {
        return Ok(());
    }
    tracing::info!(path = %left.display(), "deleting what an earlier run left half written");
    if is_folder { fs::remove_dir_all(left) } else { fs::remove_file(left) }
}
