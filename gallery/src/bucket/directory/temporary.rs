//! Where files are created before they get their names: below `_qrate/tmp/`, one folder per run, so that the
//! temporary files of killed runs can be told from those of running ones. Not here: writing them (`put`).

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use parking_lot::Mutex;

use super::path;

/// The folder of this run, created when first needed, and again if it disappears.
pub(super) struct Temporary {
    /// `_qrate/tmp` in the bucket.
    all: PathBuf,
    run: Mutex<Option<Run>>,
}

/// Removed when dropped.
struct Run {
    folder: PathBuf,
    /// Locked while this run lives, so that other runs do not delete its files.
    _alive: File,
}

impl Temporary {
    pub(super) fn below(root: &Path) -> Self {
        Self { all: path::reserved(root).join("tmp"), run: Mutex::default() }
    }

    /// The folder. `NotFound` if that of the bucket is missing: then nothing is created.
    pub(super) fn folder(&self) -> io::Result<PathBuf> {
        let mut run = self.run.lock();
        let run = match run.take() {
            Some(living) if living.folder.is_dir() => run.insert(living),
            _ => run.insert(Run::begin(&self.all)?),
        };
        Ok(run.folder.clone())
    }

    /// Removes the folder when no more files will be created.
    pub(super) fn close(&self) {
        drop(self.run.lock().take());
    }
}

impl Run {
    /// Creates a new folder, and deletes those of dead runs.
    fn begin(all: &Path) -> io::Result<Self> {
        match fs::create_dir(all) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        // Two starting runs must not delete each other's new folder.
        let beginning = File::open(all)?;
        beginning.lock()?;
        for entry in fs::read_dir(all)? {
            match remove_dead_run(&entry?.path()) {
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
        // Fails while a file is still being created in it: then the next run deletes it.
        let _ = fs::remove_dir(&self.folder);
    }
}

/// Deletes the files of a run if it is dead.
fn remove_dead_run(left: &Path) -> io::Result<()> {
    let is_folder = left.is_dir();
    if is_folder && matches!(File::open(left)?.try_lock(), Err(TryLockError::WouldBlock)) {
        return Ok(());
    }
    // Most are empty and not worth mentioning.
    if is_folder && fs::remove_dir(left).is_ok() {
        return Ok(());
    }
    tracing::info!(path = %left.display(), "deleting the temporary files of an earlier run");
    if is_folder { fs::remove_dir_all(left) } else { fs::remove_file(left) }
}
