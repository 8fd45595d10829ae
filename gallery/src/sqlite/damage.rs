//! Damage remembered across runs: a note in a file beside the catalog (`catalog.sqlite-damaged`), written the moment
//! damage is found. Without it, the next start would open what is left and assign numbers a second time. The note
//! stays until a person has moved it aside together with the catalog. Not here: finding damage (`place`, `wal`).

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::error::damaged;
use super::wal;
use crate::catalog::CatalogError;

/// A note is one sentence; a longer file is not ours, and its beginning is enough.
const NOTE_MAX_CHARS: usize = 500;

/// A file that belongs to a catalog: its path with this at the end.
pub(crate) fn companion(catalog: &Path, suffix: &str) -> PathBuf {
    let mut path = catalog.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

fn note_of(catalog: &Path) -> PathBuf {
    companion(catalog, "-damaged")
}

/// Notes the damage, durably. If that fails, the log says so: this run accepts no writes anyway.
pub(crate) fn note(catalog: &Path, details: &str) {
    let path = note_of(catalog);
    let write = || {
        let mut file = fs::File::create(&path)?;
        file.write_all(details.as_bytes())?;
        file.sync_all()?;
        path.parent().map_or(Ok(()), |folder| fs::File::open(folder)?.sync_all())
    };
    if let Err(error) = write() {
        tracing::error!(%error, path = %path.display(), "cannot note the damage for the next start");
    }
}

/// Deletes the note, because it no longer applies.
pub(crate) fn forget(catalog: &Path) {
    match fs::remove_file(note_of(catalog)) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            tracing::error!(%error, "cannot delete the note about repaired damage");
        }
        _ => {}
    }
}

/// `Damaged` if an earlier run noted damage, or if the write-ahead log that it left is damaged, which is then noted.
/// Changes nothing else. A missing catalog is not damaged.
pub(crate) fn refuse_damaged(catalog: &Path) -> Result<(), CatalogError> {
    if !catalog.exists() {
        return Ok(());
    }
    match fs::read(note_of(catalog)) {
        Ok(noted) => {
            let noted = String::from_utf8_lossy(&noted).chars().take(NOTE_MAX_CHARS).collect::<String>();
            return Err(damaged(&noted));
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(CatalogError::Unavailable(error.into())),
    }
    match is_log_damaged(catalog) {
        Ok(false) => Ok(()),
        Ok(true) => {
            let name = companion(catalog, "-wal");
            let name = name.file_name().unwrap_or_default().display();
            let details = format!("the last saves cannot be read from {name}");
            note(catalog, &details);
            Err(damaged(&details))
        }
        Err(error) => Err(CatalogError::Unavailable(error.into())),
    }
}

fn is_log_damaged(catalog: &Path) -> io::Result<bool> {
    match fs::File::open(companion(catalog, "-wal")) {
        Ok(log) => wal::is_damaged(&log),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
