//! The picture as rqrr works on it, made so that it cannot work for ever: noise is full of what looks like a corner of a
//! code, and rqrr fills whole areas for each, tries them in threes and copies the picture for each try. Every step goes
//! through here, so here they are counted; and a copy costs next to nothing. Not here: the search itself.

use std::cell::Cell;
use std::panic::resume_unwind;
use std::rc::Rc;

use image::{GenericImage, GenericImageView, GrayImage, Luma};

/// Questions to the picture and writes to it that are allowed, for each pixel and besides: a photo takes five to ten for
/// each.
const STEPS_PER_PIXEL: u64 = 20;
const STEPS_BESIDES: u64 = 100_000_000;
/// What a copy costs besides its rows, in steps: rqrr's own book-keeping.
const STEPS_PER_COPY: u64 = 10_000;

/// Greys, or what rqrr puts in their place.
pub(super) struct Sheet {
    width: u32,
    /// Shared with copies as long as nobody writes.
    rows: Vec<Rc<[Luma<u8>]>>,
    /// Shared with copies.
    steps_left: Rc<Cell<u64>>,
}

impl Sheet {
    pub(super) fn new(greys: &GrayImage) -> Self {
        let rows = greys.rows().map(|row| row.copied().collect()).collect();
        let pixels = u64::from(greys.width()) * u64::from(greys.height());
        Self {
            width: greys.width(),
            rows,
            steps_left: Rc::new(Cell::new(pixels * STEPS_PER_PIXEL + STEPS_BESIDES)),
        }
    }

    /// Takes steps; when there are none left, ends the search by unwinding, past the panic hook.
    fn take(&self, steps: u64) {
        match self.steps_left.get().checked_sub(steps) {
            Some(left) => self.steps_left.set(left),
            None => resume_unwind(Box::new("too much work")),
        }
    }

    fn pixel_mut(&mut self, x: u32, y: u32) -> &mut Luma<u8> {
        self.take(1);
        &mut Rc::make_mut(&mut self.rows[y as usize])[x as usize]
    }
}

impl Clone for Sheet {
    fn clone(&self) -> Self {
        self.take(self.rows.len() as u64 + STEPS_PER_COPY);
        Self { width: self.width, rows: self.rows.clone(), steps_left: Rc::clone(&self.steps_left) }
    }
}

impl GenericImageView for Sheet {
    type Pixel = Luma<u8>;

    /// Counted too: looking for the fourth corner, rqrr can wander about outside of the picture.
    fn dimensions(&self) -> (u32, u32) {
        self.take(1);
        (self.width, u32::try_from(self.rows.len()).unwrap_or(u32::MAX))
    }

    fn get_pixel(&self, x: u32, y: u32) -> Luma<u8> {
        self.take(1);
        self.rows[y as usize][x as usize]
    }
}

impl GenericImage for Sheet {
    fn get_pixel_mut(&mut self, x: u32, y: u32) -> &mut Luma<u8> {
        self.pixel_mut(x, y)
    }

    fn put_pixel(&mut self, x: u32, y: u32, pixel: Luma<u8>) {
        *self.pixel_mut(x, y) = pixel;
    }

    fn blend_pixel(&mut self, x: u32, y: u32, pixel: Luma<u8>) {
        self.put_pixel(x, y, pixel);
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    #[test]
    fn a_copy_is_written_to_alone() {
        let sheet = Sheet::new(&GrayImage::from_pixel(3, 2, Luma([7])));
        let mut copy = sheet.clone();
        copy.put_pixel(2, 1, Luma([9]));
        assert_eq!((copy.get_pixel(2, 1), copy.get_pixel(2, 0)), (Luma([9]), Luma([7])));
        assert_eq!((sheet.dimensions(), sheet.get_pixel(2, 1)), ((3, 2), Luma([7])));
    }

    #[test]
    fn what_a_copy_does_is_counted_too_and_comes_to_an_end() {
        let sheet = Sheet::new(&GrayImage::new(3, 2));
        let copy = sheet.clone();
        let ends = |work: &dyn Fn() -> u32| {
            let mut did = 0_u32;
            let ended = catch_unwind(AssertUnwindSafe(|| {
                while work() < u32::MAX {
                    did += 1;
                }
            }));
            ended.is_err() && did > 0
        };
        assert!(ends(&|| copy.clone().width));
        assert!(ends(&|| copy.get_pixel(0, 0).0[0].into()));
        assert_eq!(sheet.steps_left.get(), 0);
        assert!(!ends(&|| sheet.dimensions().0));
    }
}
