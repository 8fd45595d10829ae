//! Whether the files that are open are still those under their names. A file that was deleted, moved or replaced goes on
//! taking commits as if nothing were wrong, and they are lost when the program ends. Not here: the lock against other
//! programs (`file`).

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::super::CatalogError;

/// The catalog's file and its `-wal` companion, as they were when they were opened.
#[derive(Debug)]
pub(super) struct Place {
    files: [(PathBuf, Identity); 2],
    told: AtomicBool,
}

/// Device and inode.
type Identity = (u64, u64);

impl Place {
    /// The place of a catalog that is open, in WAL mode.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let path = path.canonicalize()?;
        let mut companion = path.clone().into_os_string();
        companion.push("-wal");
        let with_identity = |path: PathBuf| identity(&path).map(|found| (path, found));
        let files = [with_identity(path)?, with_identity(companion.into())?];
        Ok(Self { files, told: AtomicBool::new(false) })
    }

    /// `Corrupt` while a file is not in its place. Costs two questions to the system, some microseconds.
    pub(super) fn check(&self) -> Result<(), CatalogError> {
        let is_away = |(path, opened): &&(PathBuf, Identity)| identity(path).ok() != Some(*opened);
        let Some((path, _)) = self.files.iter().find(is_away) else {
            if self.told.swap(false, Ordering::Relaxed) {
                tracing::info!("the catalog's file is back");
            }
            return Ok(());
        };
        let path = path.display();
        if !self.told.swap(true, Ordering::Relaxed) {
            tracing::error!(%path, "the catalog's file was deleted, moved or replaced: nothing is saved until it is back");
        }
        Err(CatalogError::Corrupt(format!(
            "its file {path} was deleted, moved or replaced while the program ran. Put it back, or stop the program and \
             put a copy in its place"
        )))
    }
}

fn identity(path: &Path) -> io::Result<Identity> {
    fs::metadata(path).map(|file| (file.dev(), file.ino()))
}
