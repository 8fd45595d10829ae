//! The work budget of a search, counted in steps: the same picture always gives the same result, and no picture can
//! stall its reader. A step is about one pixel visited. Not here: work on all pixels (thresholds, runs), which the
//! number of layers bounds.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// For a whole picture: a few seconds at the very most. Photographs without a code take a tenth of it.
const STEPS_PER_PICTURE: u64 = 600_000_000;
/// For one pass over one layer, so that noise in one leaves enough for the others.
const STEPS_PER_PASS: u64 = 60_000_000;
/// Each panic prints its message: once is enough, and a picture must not flood the log.
const PANICS_PER_PICTURE: u32 = 4;

/// What remains of the budget.
#[derive(Debug)]
pub(super) struct Work {
    picture_steps: u64,
    pass_steps: u64,
    panics: u32,
}

impl Work {
    pub(super) fn for_picture() -> Self {
        Self { picture_steps: STEPS_PER_PICTURE, pass_steps: STEPS_PER_PASS, panics: PANICS_PER_PICTURE }
    }

    /// Begins a pass over a layer.
    pub(super) fn begin_pass(&mut self) {
        self.pass_steps = STEPS_PER_PASS.min(self.picture_steps);
    }

    /// Takes this many steps; false when they are not left, and from then on always false in this pass.
    pub(super) fn take(&mut self, steps: u64) -> bool {
        let is_left = steps <= self.pass_steps;
        let taken = steps.min(self.pass_steps);
        self.pass_steps -= taken;
        self.picture_steps -= taken;
        is_left
    }

    /// Whether the budget of the whole picture is exhausted.
    pub(super) fn is_exhausted(&self) -> bool {
        self.picture_steps == 0 || self.panics == 0
    }

    /// The result of `trial`, or `None` when it panics, as rxing may on degenerate geometry.
    pub(super) fn catch_panic<T>(&mut self, trial: impl FnOnce() -> Option<T>) -> Option<T> {
        if self.panics == 0 {
            return None;
        }
        catch_unwind(AssertUnwindSafe(trial)).unwrap_or_else(|_| {
            self.panics -= 1;
            None
        })
    }

    #[cfg(test)]
    pub(super) fn steps_taken(&self) -> u64 {
        STEPS_PER_PICTURE - self.picture_steps
    }

    #[cfg(test)]
    pub(super) fn panicked(&self) -> bool {
        self.panics < PANICS_PER_PICTURE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budget_is_exhausted() {
        let mut work = Work::for_picture();
        let mut passes = 0;
        while !work.is_exhausted() {
            work.begin_pass();
            while work.take(1_000_003) {}
            assert!(!work.take(1), "nothing is left once something was refused");
            passes += 1;
        }
        assert_eq!((passes, work.steps_taken()), (STEPS_PER_PICTURE / STEPS_PER_PASS, STEPS_PER_PICTURE));
    }

    #[test]
    fn a_panic_finds_nothing_and_several_end_the_search() {
        let mut work = Work::for_picture();
        assert_eq!(work.catch_panic(|| Some(1)), Some(1));
        for _ in 0..PANICS_PER_PICTURE {
            assert!(!work.is_exhausted());
            // Bypasses the panic hook: nothing is printed.
            assert_eq!(work.catch_panic::<()>(|| std::panic::resume_unwind(Box::new(()))), None);
        }
        assert!(work.is_exhausted());
        assert_eq!(work.catch_panic(|| Some(1)), None);
    }
}
