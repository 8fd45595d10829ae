//! Whether the data folder has room for a save.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

/// How long a result is reused: however many ask, the disk is tested this rarely.
const FOUND_HOLDS: Duration = Duration::from_secs(5);

/// A disk that takes longer counts as failed.
pub(crate) const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// About what a save needs: a picture, and the catalog's growth.
const SAVE_BYTES: usize = 64 * 1024;

/// Whether a save can write to a folder. Tried, not computed: quotas, permissions and reserves count as well.
pub(crate) struct DiskRoom {
    folder: PathBuf,
    found: Mutex<Option<(Instant, Result<(), String>)>>,
}

impl DiskRoom {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, found: Mutex::new(None) }
    }

    /// The recent or current result; the sentence says what is wrong.
    pub(crate) async fn check(&self) -> Result<(), String> {
        let mut found = self.found.lock().await;
        if let Some((at, result)) = &*found
            && at.elapsed() < FOUND_HOLDS
        {
            return result.clone();
        }
        let folder = self.folder.clone();
        let tried = tokio::task::spawn_blocking(move || try_to_write(&folder));
        let result = match tokio::time::timeout(ANSWERS_WITHIN, tried).await {
            Ok(Ok(written)) => written.map_err(|error| error.to_string()),
            Ok(Err(_)) => Err("the attempt failed".to_owned()),
            Err(_) => Err("it does not respond".to_owned()),
        };
        let result =
            result.map_err(|why| format!("Nothing can be saved in {}: {why}.", self.folder.display()));
        *found = Some((Instant::now(), result.clone()));
        result
    }
}

/// Writes as much as a save does, and removes it.
pub(crate) fn try_to_write(folder: &Path) -> io::Result<()> {
    // The doctor may be trying at the same moment.
    let path = folder.join(format!("readiness-probe-{}", std::process::id()));
    let written = File::create(&path).and_then(|mut file| file.write_all(&[0; SAVE_BYTES]));
    let removed = std::fs::remove_file(&path);
    written.and(removed)
}
