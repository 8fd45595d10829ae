//! The work that a search may still do: counted, so that the same picture always gets the same answer and no picture
//! holds up its reader. A step is about a pixel visited. Not here: work on all pixels (thresholds, runs), which the
//! number of layers bounds.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// For a whole picture, a few seconds at the very most. Photographs without a code take a tenth of it.
const STEPS_PER_PICTURE: u64 = 600_000_000;
/// For one look at one layer, so that noise in one leaves enough for the others.
const STEPS_PER_PASS: u64 = 60_000_000;
/// A panic prints its message: once is enough to see what happened, and a picture must not flood the log.
const PANICS_PER_PICTURE: u32 = 4;

/// What is left of the work on a picture.
#[derive(Debug)]
pub(super) struct Work {
    picture_steps: u64,
    pass_steps: u64,
    panics: u32,
}

impl Work {
    pub(super) fn of_a_picture() -> Self {
        Self { picture_steps: STEPS_PER_PICTURE, pass_steps: STEPS_PER_PASS, panics: PANICS_PER_PICTURE }
    }

    /// Begins a look at a layer.
    pub(super) fn begin_pass(&mut self) {
        self.pass_steps = STEPS_PER_PASS.min(self.picture_steps);
    }

    /// Takes so many steps; false when they are not left, and then none ever are in this pass.
    pub(super) fn take(&mut self, steps: u64) -> bool {
        let is_left = steps <= self.pass_steps;
        let taken = steps.min(self.pass_steps);
        self.pass_steps -= taken;
        self.picture_steps -= taken;
        is_left
    }

    /// Whether the whole picture has had its share.
    pub(super) fn is_used_up(&self) -> bool {
        self.picture_steps == 0 || self.panics == 0
    }

    /// What `trial` finds; nothing when it panics, as rxing may where the geometry is none.
    pub(super) fn guard<T>(&mut self, trial: impl FnOnce() -> Option<T>) -> Option<T> {
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
    fn work_comes_to_an_end() {
        let mut work = Work::of_a_picture();
        let mut passes = 0;
        while !work.is_used_up() {
            work.begin_pass();
            while work.take(1_000_003) {}
            assert!(!work.take(1), "nothing is left once something was refused");
            passes += 1;
        }
        assert_eq!((passes, work.steps_taken()), (STEPS_PER_PICTURE / STEPS_PER_PASS, STEPS_PER_PICTURE));
    }

    #[test]
    fn a_panic_finds_nothing_and_many_end_the_search() {
        let mut work = Work::of_a_picture();
        assert_eq!(work.guard(|| Some(1)), Some(1));
        for _ in 0..PANICS_PER_PICTURE {
            assert!(!work.is_used_up());
            // Past the panic hook: nothing is printed.
            assert_eq!(work.guard::<()>(|| std::panic::resume_unwind(Box::new(()))), None);
        }
        assert!(work.is_used_up());
        assert_eq!(work.guard(|| Some(1)), None);
    }
}
