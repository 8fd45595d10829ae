//! Files of the bucket whose names cannot be keys, and which are therefore left out: counted, and each logged once.
//! Not here: finding them (the bucket's `list`), files left out by choice (`left_out`).

use std::collections::BTreeSet;

use parking_lot::{Mutex, MutexGuard};

/// Names that are remembered as logged; beyond that, files are only counted.
const TOLD_MAX: usize = 1000;

/// The files without a valid key.
#[derive(Debug, Default)]
pub(crate) struct UnnamedFiles(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Found in this pass.
    found: u64,
    /// Found by the last complete pass.
    total: u64,
    logged: BTreeSet<String>,
    /// Those of `logged` that this pass has seen.
    met: BTreeSet<String>,
}

impl UnnamedFiles {
    /// A new pass begins.
    pub(crate) fn begin(&self) {
        let mut state = self.state();
        state.found = 0;
        state.met.clear();
    }

    /// Another file was found.
    pub(crate) fn insert(&self, name: String, why: &'static str) {
        let mut state = self.state();
        state.found += 1;
        if state.met.len() < TOLD_MAX {
            if !state.logged.contains(&name) {
                tracing::warn!(name, why, "a file in the bucket is left out: give it another name");
            }
            state.met.insert(name);
        }
    }

    /// The pass has seen the whole bucket.
    pub(crate) fn end(&self) {
        let mut state = self.state();
        state.total = state.found;
        state.logged = std::mem::take(&mut state.met);
    }

    /// Their number.
    pub(crate) fn total(&self) -> u64 {
        self.state().total
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock()
    }
}
