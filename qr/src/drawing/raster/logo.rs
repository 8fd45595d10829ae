//! Scales a logo onto pixels: each is the area-weighted mean of what it covers. Not here: reading logos.

use super::blend::{byte, over};
use super::lattice::{Lattice, PIXEL};
use crate::Logo;
use crate::scene::path::Area;

/// Draws a logo onto pixels, which are so many in a row.
pub(super) fn draw((pixels, width): (&mut [[u8; 4]], usize), logo: &Logo, area: Area, lattice: Lattice) {
    // Whole pixels: the edges of a logo are sharp.
    let pixel = |units: i32| usize::try_from((lattice.parts(units) + PIXEL / 2) / PIXEL).unwrap_or(0);
    let (left, right) = (pixel(area.left), pixel(area.left + area.width));
    let (top, bottom) = (pixel(area.top), pixel(area.top + area.height));
    if left >= right || top >= bottom {
        return;
    }
    let scaled = scaled((logo.width, &logo.pixels), (right - left, bottom - top));
    for (row, y) in scaled.chunks_exact(right - left).zip(top..) {
        let under = &mut pixels[y * width + left..][..right - left];
        for (under, [red, green, blue, alpha]) in under.iter_mut().zip(row) {
            *under = over(*under, [*red, *green, *blue], *alpha);
        }
    }
}

/// Resamples a picture (its width, its pixels) to another size.
pub(crate) fn scaled((width, pixels): (usize, &[[u8; 4]]), to: (usize, usize)) -> Vec<[u8; 4]> {
    let height = pixels.len() / width;
    let columns: Vec<_> = (0..to.0).map(|x| shares(x, to.0, width)).collect();
    let mut scaled = Vec::with_capacity(to.0 * to.1);
    for y in 0..to.1 {
        let rows = shares(y, to.1, height);
        for columns in &columns {
            // Colours are weighted by their opacity.
            let mut sums = [0_u64; 4];
            for (y, high) in rows.clone() {
                for (x, wide) in columns.clone() {
                    let [red, green, blue, alpha] = pixels[y * width + x].map(u64::from);
                    let share = high * wide;
                    let parts = [red * alpha, green * alpha, blue * alpha, alpha];
                    sums.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part * share);
                }
            }
            let [red, green, blue, alpha] = sums;
            let whole = (width * height) as u64;
            let colour = |sum: u64| {
                u32::try_from((sum + alpha / 2).checked_div(alpha).unwrap_or(0)).map_or(u8::MAX, byte)
            };
            let alpha = u32::try_from((alpha + whole / 2) / whole).map_or(u8::MAX, byte);
            let [red, green, blue] = [colour(red), colour(green), colour(blue)];
            scaled.push(if alpha == 0 { [0; 4] } else { [red, green, blue, alpha] });
        }
    }
    scaled
}

/// Which of `from` pixels each of `to` pixels covers, and how much of each: `from` in total.
fn shares(at: usize, to: usize, from: usize) -> impl Iterator<Item = (usize, u64)> + Clone {
    // An old pixel is `to` long, a new one `from`.
    let (start, end) = (at * from, (at + 1) * from);
    (start / to..end.div_ceil(to)).map(move |old| {
        let share = end.min((old + 1) * to) - start.max(old * to);
        (old, share as u64)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resampling_averages_by_area() {
        let grey = |grey: u8| [grey, grey, grey, 255];
        let three = [grey(0), grey(90), grey(210)];
        assert_eq!(scaled((3, &three), (3, 1)), three);
        assert_eq!(scaled((3, &three), (1, 1)), [grey(100)]);
        assert_eq!(scaled((3, &three), (2, 1)), [grey(30), grey(170)]);
        assert_eq!(scaled((1, &three[1..2]), (2, 3)), [grey(90); 6]);
        let half = [[200, 0, 0, 255], [0, 0, 0, 0]];
        assert_eq!(scaled((2, &half), (1, 1)), [[200, 0, 0, 128]], "what is not there has no colour");
    }
}
