//! The greyscale planes that are searched: brightness; the darkest channel, for codes in a light colour; and
//! brightness on black, for light codes on transparency. Not here: decoding (`picture`, `png_rows`).

use super::greys::Greys;

/// Planes that differ nowhere by more than this count as equal.
const MIN_DIFFERENCE: u8 = 24;

/// Converts the rows of a picture to planes; each grey is the mean of `factor` × `factor` pixels.
pub(super) struct Planes {
    width: u32,
    channels: usize,
    factor: u32,
    planes: Vec<Plane>,
    row: Vec<u8>,
}

impl Planes {
    /// For a picture with this many channels: grey; grey and alpha; red, green, blue; or these and alpha.
    pub(super) fn new(width: u32, channels: usize, factor: u32) -> Self {
        let empty = Plane { sums: vec![0; width.div_ceil(factor) as usize], rows: 0, bytes: Vec::new() };
        Self { width, channels, factor, planes: vec![empty; count(channels)], row: Vec::new() }
    }

    /// Adds the next row.
    pub(super) fn add(&mut self, row: &[u8]) {
        for (index, plane) in self.planes.iter_mut().enumerate() {
            self.row.clear();
            greys(index, self.channels, row, &mut self.row);
            plane.add(&self.row, self.factor);
        }
    }

    /// The first plane, followed by those that differ from it. A picture with fewer pixels than `factor` in one
    /// direction has a single grey there.
    pub(super) fn finish(self) -> Vec<Greys> {
        let mut planes = self.planes.into_iter().map(|plane| plane.finish(self.width, self.factor));
        let Some(first) = planes.next() else { return Vec::new() };
        let others: Vec<_> = planes.filter(|other| first.differs_from(other)).collect();
        [first].into_iter().chain(others).collect()
    }
}

/// The number of planes for this many channels.
pub(super) fn count(channels: usize) -> usize {
    match channels {
        0 | 1 => 1,
        2 | 3 => 2,
        _ => 3,
    }
}

/// The greys of a row in a plane.
fn greys(plane: usize, channels: usize, row: &[u8], greys: &mut Vec<u8>) {
    match (channels, plane) {
        (1, _) => greys.extend_from_slice(row),
        (2, 0) => greys.extend(row.as_chunks().0.iter().map(|[grey, alpha]| on(255, *grey, *alpha))),
        (2, _) => greys.extend(row.as_chunks().0.iter().map(|[grey, alpha]| on(0, *grey, *alpha))),
        (3, 0) => greys.extend(row.as_chunks().0.iter().map(|rgb| brightness(*rgb))),
        (3, _) => greys.extend(row.as_chunks().0.iter().map(|rgb: &[u8; 3]| darkest(*rgb))),
        (_, 0) => {
            greys.extend(row.as_chunks().0.iter().map(|[r, g, b, a]| on(255, brightness([*r, *g, *b]), *a)));
        }
        (_, 1) => {
            greys.extend(row.as_chunks().0.iter().map(|[r, g, b, a]| on(255, darkest([*r, *g, *b]), *a)));
        }
        _ => greys.extend(row.as_chunks().0.iter().map(|[r, g, b, a]| on(0, brightness([*r, *g, *b]), *a))),
    }
}

/// Weighted as in ITU-R BT.601, in parts of 1024, like most readers.
fn brightness([red, green, blue]: [u8; 3]) -> u8 {
    let sum = 306 * u32::from(red) + 601 * u32::from(green) + 117 * u32::from(blue) + 512;
    u8::try_from(sum >> 10).unwrap_or(u8::MAX)
}

fn darkest([red, green, blue]: [u8; 3]) -> u8 {
    red.min(green).min(blue)
}

fn on(ground: u8, grey: u8, alpha: u8) -> u8 {
    let alpha = u32::from(alpha);
    u8::try_from((u32::from(grey) * alpha + u32::from(ground) * (255 - alpha)) / 255).unwrap_or(u8::MAX)
}

#[derive(Clone)]
struct Plane {
    sums: Vec<u32>,
    rows: u32,
    bytes: Vec<u8>,
}

impl Plane {
    fn add(&mut self, row: &[u8], factor: u32) {
        if factor == 1 {
            self.bytes.extend_from_slice(row);
            return;
        }
        for (sum, pixels) in self.sums.iter_mut().zip(row.chunks(factor as usize)) {
            *sum += pixels.iter().map(|pixel| u32::from(*pixel)).sum::<u32>();
        }
        self.rows += 1;
        if self.rows == factor {
            self.flush(factor, row.len());
        }
    }

    /// Turns sums into means. An incomplete last column is dropped, unless it is the only one.
    fn flush(&mut self, factor: u32, width: usize) {
        let across = factor.min(u32::try_from(width).unwrap_or(factor));
        let columns = (width / factor as usize).max(1);
        let pixels = across * self.rows;
        self.bytes
            .extend(self.sums[..columns].iter().map(|sum| u8::try_from(sum / pixels).unwrap_or(u8::MAX)));
        self.sums.fill(0);
        self.rows = 0;
    }

    fn finish(mut self, width: u32, factor: u32) -> Greys {
        if self.bytes.is_empty() && self.rows > 0 {
            self.flush(factor, width as usize);
        }
        let width = (width / factor).max(1);
        let height = u32::try_from(self.bytes.len() / width as usize).unwrap_or(0);
        Greys { width, height, bytes: self.bytes }
    }
}

impl Greys {
    fn differs_from(&self, other: &Self) -> bool {
        self.bytes.iter().zip(&other.bytes).any(|(a, b)| a.abs_diff(*b) > MIN_DIFFERENCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planes(width: u32, channels: usize, factor: u32, rows: &[&[u8]]) -> Vec<Greys> {
        let mut planes = Planes::new(width, channels, factor);
        rows.iter().for_each(|row| planes.add(row));
        planes.finish()
    }

    fn greys(width: u32, bytes: &[u8]) -> Greys {
        Greys { width, height: u32::try_from(bytes.len()).unwrap() / width, bytes: bytes.to_vec() }
    }

    #[test]
    fn equal_planes_are_dropped() {
        assert_eq!(planes(2, 1, 1, &[&[1, 2], &[3, 4]]), [greys(2, &[1, 2, 3, 4])]);
        assert_eq!(planes(1, 3, 1, &[&[9, 9, 9]]), [greys(1, &[9])]);
        let yellow = planes(1, 3, 1, &[&[255, 255, 0]]);
        assert_eq!(yellow, [greys(1, &[226]), greys(1, &[0])]);
        let white_on_nothing = planes(2, 4, 1, &[&[255, 255, 255, 255, 255, 255, 255, 0]]);
        assert_eq!(white_on_nothing, [greys(2, &[255, 255]), greys(2, &[255, 0])]);
        assert_eq!(planes(1, 2, 1, &[&[0, 0]]), [greys(1, &[255]), greys(1, &[0])]);
        assert_eq!(planes(1, 4, 1, &[&[0, 0, 0, 255]]), [greys(1, &[0])]);
    }

    #[test]
    fn greys_are_means_of_whole_squares() {
        let rows: &[&[u8]] = &[&[0, 2, 4, 6, 100], &[2, 4, 6, 8, 100], &[200; 5]];
        assert_eq!(planes(5, 1, 2, rows), [greys(2, &[2, 6])]);
        assert_eq!(planes(5, 1, 3, &[&[3, 6, 9, 0, 0]]), [greys(1, &[6])], "fewer rows than a square has");
        assert_eq!(planes(1, 1, 2, &[&[4], &[8], &[1], &[3], &[9]]), [greys(1, &[6, 2])]);
    }
}
