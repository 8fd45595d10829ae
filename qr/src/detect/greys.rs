//! A greyscale picture, and the sizes at which it is searched. Not here: where the greys come from (`picture`).

/// Each layer is smaller by this factor, which removes blur and noise.
const SHRINK_FACTOR: u32 = 3;
/// Small pictures are enlarged by this factor to separate modules of a pixel or two.
const ENLARGE_FACTOR: u32 = 3;
/// The smallest symbol (version 1) has this many modules per side, so no smaller picture holds one.
const MIN_SIDE_PIXELS: u32 = 21;
/// A layer whose longer side is at most this is not reduced further.
const SMALL_LAYER_PIXELS: u32 = 500;
/// A layer whose shorter side is below this is enlarged.
const LARGE_LAYER_PIXELS: u32 = 150;
/// The size that enlarging may not exceed.
const MAX_ENLARGED_PIXELS: u64 = 4_000_000;

/// One byte per pixel, row by row; 0 is black.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Greys {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) bytes: Vec<u8>,
}

impl Greys {
    /// The picture at each size to search, with the scale factor: first as it is, then smaller and smaller, or
    /// enlarged when it is small.
    pub(super) fn layers(&self) -> impl Iterator<Item = (f32, Option<Self>)> {
        let mut smaller = 1.0;
        let mut layer: Option<Self> = None;
        let shrunk = std::iter::from_fn(move || {
            let next = layer.as_ref().unwrap_or(self).smaller()?;
            layer = Some(next.clone());
            smaller /= SHRINK_FACTOR as f32;
            Some((smaller, Some(next)))
        });
        let shorter = self.width.min(self.height);
        let can_grow = (MIN_SIDE_PIXELS..LARGE_LAYER_PIXELS).contains(&shorter);
        let enlarged =
            can_grow.then(|| self.enlarged(ENLARGE_FACTOR).map(|next| (ENLARGE_FACTOR as f32, Some(next))));
        [(1.0, None)].into_iter().chain(shrunk).chain(enlarged.flatten())
    }

    /// The next smaller layer, if it can hold a code.
    fn smaller(&self) -> Option<Self> {
        let is_large = self.width.max(self.height) > SMALL_LAYER_PIXELS
            && self.width.min(self.height) >= MIN_SIDE_PIXELS * SHRINK_FACTOR;
        is_large.then(|| self.shrunk())
    }

    /// Each grey is the mean of nine.
    fn shrunk(&self) -> Self {
        let (width, height) = (self.width / SHRINK_FACTOR, self.height / SHRINK_FACTOR);
        let (stride, side) = (self.width as usize, SHRINK_FACTOR as usize);
        let mut bytes = Vec::with_capacity(width as usize * height as usize);
        for rows in self.bytes.chunks_exact(stride * side) {
            let (first, rest) = rows.split_at(stride);
            let (second, third) = rest.split_at(stride);
            let columns =
                first.chunks_exact(side).zip(second.chunks_exact(side)).zip(third.chunks_exact(side));
            bytes.extend(columns.map(|((a, b), c)| {
                let sum: u16 = [a, b, c].into_iter().flatten().map(|grey| u16::from(*grey)).sum();
                u8::try_from((sum + 4) / 9).unwrap_or(u8::MAX)
            }));
        }
        Self { width, height, bytes }
    }

    /// Enlarged by this factor with smooth edges; `None` when that is too large.
    pub(super) fn enlarged(&self, times: u32) -> Option<Self> {
        let (width, height) = (self.width * times, self.height * times);
        if u64::from(width) * u64::from(height) > MAX_ENLARGED_PIXELS {
            return None;
        }
        let columns: Vec<_> = (0..width).map(|x| between(x, times, self.width)).collect();
        let mut bytes = Vec::with_capacity(width as usize * height as usize);
        for y in 0..height {
            let (above, below, down) = between(y, times, self.height);
            let (above, below) = (self.row(above), self.row(below));
            bytes.extend(columns.iter().map(|(left, right, across)| {
                let mix = |row: &[u8]| {
                    u32::from(row[*left]) * (2 * times - across) + u32::from(row[*right]) * across
                };
                let sum = mix(above) * (2 * times - down) + mix(below) * down;
                u8::try_from(sum / (4 * times * times)).unwrap_or(u8::MAX)
            }));
        }
        Some(Self { width, height, bytes })
    }

    pub(super) fn row(&self, y: usize) -> &[u8] {
        &self.bytes[y * self.width as usize..][..self.width as usize]
    }
}

/// The two source pixels around the centre of an enlarged pixel, and its distance from the first one in halves of an
/// enlarged pixel.
fn between(at: u32, times: u32, of: u32) -> (usize, usize, u32) {
    // The centre, in halves of an enlarged pixel, from the centre of the first pixel.
    let centre = (2 * at + 1).saturating_sub(times).min(2 * times * (of - 1));
    let first = centre / (2 * times);
    (first as usize, (first + 1).min(of - 1) as usize, centre % (2 * times))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(width: u32, height: u32) -> Greys {
        Greys { width, height, bytes: vec![7; width as usize * height as usize] }
    }

    fn sizes(width: u32, height: u32) -> Vec<(u32, u32)> {
        let greys = flat(width, height);
        greys
            .layers()
            .map(|(_, layer)| layer.map_or((width, height), |greys| (greys.width, greys.height)))
            .collect()
    }

    #[test]
    fn layers_too_small_for_a_code_are_skipped() {
        assert_eq!(sizes(4000, 3000), [(4000, 3000), (1333, 1000), (444, 333)]);
        assert_eq!(sizes(300, 200), [(300, 200)]);
        assert_eq!(sizes(100, 120), [(100, 120), (300, 360)]);
        assert_eq!(sizes(800, 12_664), [(800, 12_664), (266, 4221), (88, 1407), (29, 469)]);
        assert_eq!(sizes(16_384, 1), [(16_384, 1)]);
        assert_eq!(sizes(1, 1), [(1, 1)]);
        assert_eq!(sizes(16_384, 100), [(16_384, 100), (5461, 33)], "an enlarged strip would be too large");
    }

    #[test]
    fn shrinking_averages_and_enlarging_interpolates() {
        let greys = Greys { width: 4, height: 3, bytes: vec![0, 9, 0, 1, 9, 9, 9, 1, 0, 9, 0, 1] };
        assert_eq!(greys.shrunk(), Greys { width: 1, height: 1, bytes: vec![5] });
        let edge = Greys { width: 2, height: 1, bytes: vec![0, 120] };
        assert_eq!(edge.enlarged(2).unwrap().bytes, [0, 30, 90, 120, 0, 30, 90, 120]);
        assert_eq!(edge.enlarged(3).unwrap().bytes[..6], [0, 0, 40, 80, 120, 120]);
        assert_eq!(flat(5, 4).enlarged(3).unwrap(), flat(15, 12));
        assert_eq!(flat(3000, 3000).enlarged(2), None);
    }
}
