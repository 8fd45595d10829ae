//! Whether the files that are open are still those under their names, and hold what this program wrote. A file that was
//! deleted, moved, replaced or written into goes on taking commits as if nothing were wrong, and they are lost when the
//! program ends. Not here: the lock, which only programs that ask for it mind (`file`).
//!
//! The main file is never opened here: closing it again would give all of this process's locks up
//! (<https://www.sqlite.org/howtocorrupt.html>, 2.2). No lock lies on the log.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::{Mutex, MutexGuard};

use super::damage;
use super::error::damaged;
use super::wal::Log;
use crate::catalog::CatalogError;

/// The catalog's file and its `-wal` companion, as they were when opened.
#[derive(Debug)]
pub(crate) struct Place {
    files: [(PathBuf, Identity); 2],
    /// Open as long as the catalog is.
    wal: File,
    seen: Mutex<Seen>,
    /// Whether a file is not in its place.
    is_away: AtomicBool,
}

/// Device and inode.
type Identity = (u64, u64);

/// Size and time of the last write: if both are unchanged, nobody has written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp(u64, i64, i64);

/// The files as this program left them.
#[derive(Debug)]
struct Seen {
    stamps: [Stamp; 2],
    log: Log,
    /// What is wrong with them, if anything.
    damage: Option<String>,
}

impl Place {
    /// The place of a catalog that is open, in WAL mode.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        let main = path.canonicalize()?;
        let log = damage::companion(&main, "-wal");
        let wal = File::open(&log)?;
        let found = [fs::metadata(&main)?, fs::metadata(&log)?];
        let seen = Seen { stamps: found.each_ref().map(stamp), log: Log::read(&wal)?, damage: None };
        let files = [(main, identity(&found[0])), (log, identity(&found[1]))];
        Ok(Self { files, wal, seen: Mutex::new(seen), is_away: AtomicBool::new(false) })
    }

    /// Before a write: whether the main file is as this program left it. `Corrupt` while a file is not in its place,
    /// `Damaged` once damage was found or if the log does not contain what was written to it. Costs two system calls,
    /// some microseconds, as long as nobody else has written.
    pub(crate) fn is_untouched(&self) -> Result<bool, CatalogError> {
        let stamps = self.stamps()?;
        let mut seen = self.seen();
        if let Some(details) = &seen.damage {
            return Err(damaged(details));
        }
        if stamps[1] != seen.stamps[1] {
            if !Log::read(&self.wal).map_err(unavailable)?.holds(&seen.log) {
                return Err(self.overwritten(&mut seen));
            }
            seen.stamps[1] = stamps[1];
        }
        Ok(stamps[0] == seen.stamps[0])
    }

    /// The whole main file was read, and is good as it is now.
    pub(crate) fn accept_main(&self) -> Result<(), CatalogError> {
        let stamps = self.stamps()?;
        self.seen().stamps[0] = stamps[0];
        Ok(())
    }

    /// After a commit, before it is acknowledged: whether the log on the disk contains it. Reads what the commit
    /// wrote.
    pub(crate) fn check_committed(&self) -> Result<(), CatalogError> {
        let stamps = self.stamps()?;
        let mut seen = self.seen();
        let log = seen.log.after_transaction(&self.wal).map_err(unavailable)?;
        // There may be nothing written, for example if a whole batch was rejected.
        match log.filter(|log| *log != seen.log || stamps[1] == seen.stamps[1]) {
            Some(log) => {
                (seen.log, seen.stamps) = (log, stamps);
                Ok(())
            }
            None => Err(self.overwritten(&mut seen)),
        }
    }

    /// After a failed transaction: it may have left something that SQLite will overwrite.
    pub(crate) fn note_failed(&self) {
        if let Ok(stamps) = self.stamps() {
            let mut seen = self.seen();
            if Log::read(&self.wal).is_ok_and(|there| there.holds(&seen.log)) {
                seen.stamps = stamps;
            }
        }
    }

    /// From now on every write returns `Damaged`, because it could only make things worse.
    pub(crate) fn condemn(&self, details: &str) {
        self.condemn_seen(&mut self.seen(), details);
    }

    fn condemn_seen(&self, seen: &mut Seen, details: &str) {
        if seen.damage.is_none() {
            tracing::error!(details, "the catalog is damaged: no more saves are accepted");
            damage::note(&self.files[0].0, details);
            seen.damage = Some(details.to_owned());
        }
    }

    /// All of the log is in the main file, and nobody has it open.
    pub(crate) fn closed_whole(&self) {
        if self.is_away.load(Ordering::Relaxed) && self.seen().damage.is_none() {
            damage::forget(&self.files[0].0);
        }
    }

    /// Whether SQLite may move the log into the main file.
    pub(crate) fn is_log_whole(&self) -> bool {
        let seen = self.seen();
        Log::read(&self.wal).is_ok_and(|there| there.holds(&seen.log))
    }

    /// The stamps of both files, if they are the opened ones.
    fn stamps(&self) -> Result<[Stamp; 2], CatalogError> {
        let mut stamps = [Stamp(0, 0, 0); 2];
        for ((path, opened), stamped) in self.files.iter().zip(&mut stamps) {
            match fs::metadata(path) {
                Ok(found) if identity(&found) == *opened => *stamped = stamp(&found),
                _ => return Err(self.missing(path)),
            }
        }
        if self.is_away.swap(false, Ordering::Relaxed) {
            tracing::info!("the catalog's file is back");
            if self.seen().damage.is_none() {
                damage::forget(&self.files[0].0);
            }
        }
        Ok(stamps)
    }

    fn missing(&self, path: &Path) -> CatalogError {
        if !self.is_away.swap(true, Ordering::Relaxed) {
            tracing::error!(path = %path.display(), "the catalog's file was deleted, moved or replaced: nothing is saved until it is back");
            // If the program is killed before it is back, the last saves are missing. A missing main file needs no
            // note.
            if path == self.files[1].0 && self.seen().damage.is_none() {
                let name = path.file_name().unwrap_or_default().display();
                damage::note(
                    &self.files[0].0,
                    &format!("{name} was deleted, moved or replaced while the program ran"),
                );
            }
        }
        // Visitors may read it: no more of the path than they need.
        let name = path.file_name().unwrap_or_default().display();
        CatalogError::Corrupt(format!(
            "its file {name} was deleted, moved or replaced while the program ran. Put it back, or stop the program and \
             put a copy in its place"
        ))
    }

    fn overwritten(&self, seen: &mut Seen) -> CatalogError {
        let name = self.files[1].0.file_name().unwrap_or_default().display();
        let details = format!("another program wrote into {name}, so what was saved last may be lost");
        self.condemn_seen(seen, &details);
        damaged(&details)
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock()
    }
}

fn identity(file: &fs::Metadata) -> Identity {
    (file.dev(), file.ino())
}

fn stamp(file: &fs::Metadata) -> Stamp {
    Stamp(file.len(), file.mtime(), file.mtime_nsec())
}

fn unavailable(error: io::Error) -> CatalogError {
    CatalogError::Unavailable(error.into())
}
