//! The unreadable folders of a bucket: their contents do not count as deleted, and each is logged once. Not here:
//! finding them (the bucket's `list`), comparing the rest (`pass`).

use std::collections::BTreeSet;
use std::error::Error;

use domain::Key;

/// The unreadable folders, each as a prefix of its objects' keys, with the slash.
#[derive(Debug, Default)]
pub(crate) struct HiddenFolders {
    /// Found in this pass.
    now: BTreeSet<String>,
    /// Already logged.
    logged: BTreeSet<String>,
}

impl HiddenFolders {
    /// A new pass begins.
    pub(crate) fn begin(&mut self) {
        self.now.clear();
    }

    /// Another unreadable folder.
    pub(crate) fn insert(&mut self, folder: String, why: &(dyn Error + 'static)) {
        if self.logged.insert(folder.clone()) {
            tracing::warn!(%folder, error = why,
                "a folder of the bucket cannot be read, so what is in it stays as it was last seen. Let this program \
                 read it, or move it out of the bucket");
        }
        self.now.insert(folder);
    }

    /// Whether an object is in one of them.
    pub(crate) fn hide(&self, key: &Key) -> bool {
        let key = key.as_str();
        !self.now.is_empty() && key.match_indices('/').any(|(at, _)| self.now.contains(&key[..=at]))
    }

    /// The pass has seen the whole bucket.
    pub(crate) fn end(&mut self) {
        for folder in self.logged.difference(&self.now) {
            tracing::info!(%folder, "a folder of the bucket can be read again");
        }
        self.logged.clone_from(&self.now);
    }
}
