//! Whether there is room for a save in the data folder.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

/// How long what was found is taken for true: however many ask, the disk has this little to do.
const FOUND_HOLDS: Duration = Duration::from_secs(5);

/// A disk that takes longer is as good as gone.
pub(crate) const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// About what a save needs: a picture, and the catalog's growth.
const SAVE_BYTES: usize = 64 * 1024;

/// Whether a folder takes what a save writes. Tried, not computed: quotas, permissions and reserves count as well.
pub(crate) struct Room {
    folder: PathBuf,
    found: Mutex<Option<(Instant, Result<(), String>)>>,
}

impl Room {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, found: Mutex::new(None) }
    }

    /// What was found just now or a moment ago; the sentence says what is wrong.
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
            Ok(Err(_)) => Err("the attempt broke off".to_owned()),
            Err(_) => Err("it does not answer".to_owned()),
        };
        let result =
            result.map_err(|why| format!("Nothing can be saved in {}: {why}.", self.folder.display()));
        *found = Some((Instant::now(), result.clone()));
        result
    }
}

/// Writes as much as a save does, and removes it.
pub(crate) fn try_to_write(folder: &Path) -> io::Result<()> {
    // The doctor may try at the same moment.
    let path = folder.join(format!("readiness-probe-{}", std::process::id()));
    let written = File::create(&path).and_then(|mut file| file.write_all(&[0; SAVE_BYTES]));
    let removed = std::fs::remove_file(&path);
    written.and(removed)
}
