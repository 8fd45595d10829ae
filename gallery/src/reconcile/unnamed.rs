//! Files of the bucket whose names cannot be keys, and which are therefore left out: counted, and each told of once. Not
//! here: finding them (the bucket's `list`), files that are left out by choice (`left_out`).

use std::collections::BTreeSet;

use parking_lot::{Mutex, MutexGuard};

/// Names that the log knows of; past it, files are only counted.
const TOLD_MAX: usize = 1000;

/// The files without a name that could be a key.
#[derive(Debug, Default)]
pub(crate) struct UnnamedFiles(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Found in this pass.
    found: u64,
    /// Found by the last pass that saw all of the bucket.
    total: u64,
    told: BTreeSet<String>,
    /// Those of `told` that this pass has met.
    met: BTreeSet<String>,
}

impl UnnamedFiles {
    /// A new pass begins.
    pub(crate) fn begin(&self) {
        let mut state = self.state();
        state.found = 0;
        state.met.clear();
    }

    /// One more was found.
    pub(crate) fn insert(&self, name: String, why: &'static str) {
        let mut state = self.state();
        state.found += 1;
        if state.met.len() < TOLD_MAX {
            if !state.told.contains(&name) {
                tracing::warn!(name, why, "a file in the bucket is left out: give it another name");
            }
            state.met.insert(name);
        }
    }

    /// The pass has seen all of the bucket.
    pub(crate) fn end(&self) {
        let mut state = self.state();
        state.total = state.found;
        state.told = std::mem::take(&mut state.met);
    }

    /// How many there are.
    pub(crate) fn total(&self) -> u64 {
        self.state().total
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock()
    }
}
