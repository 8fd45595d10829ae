//! What goes from layer to layer. Not here: the layers.

/// A picture of many channels: those of a pixel lie together, pixel after pixel, row after row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FeatureMap {
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) channels: usize,
    pub(crate) values: Vec<f32>,
}

impl FeatureMap {
    /// Adds another of the same shape.
    pub(crate) fn add(&mut self, other: &Self) {
        for (value, other) in self.values.iter_mut().zip(&other.values) {
            *value += other;
        }
    }

    /// What is negative becomes zero.
    pub(crate) fn rectify(&mut self) {
        for value in &mut self.values {
            *value = value.max(0.0);
        }
    }

    /// The mean of each channel.
    pub(crate) fn mean(&self) -> Self {
        let mut values = vec![0.0; self.channels];
        for pixel in self.values.chunks_exact(self.channels) {
            for (sum, value) in values.iter_mut().zip(pixel) {
                *sum += value;
            }
        }
        let pixels = (self.height * self.width) as f32;
        for value in &mut values {
            *value /= pixels;
        }
        Self { height: 1, width: 1, channels: self.channels, values }
    }

    /// Twice as high and wide: bilinear, between the centres of pixels.
    pub(crate) fn doubled(&self) -> Self {
        let (height, width) = (2 * self.height, 2 * self.width);
        let mut values = Vec::with_capacity(height * width * self.channels);
        for y in 0..height {
            let [upper, lower] = between(y, self.height);
            for x in 0..width {
                let [left, right] = between(x, self.width);
                let corner = |(y, _): (usize, f32), (x, _): (usize, f32)| {
                    &self.values[(y * self.width + x) * self.channels..][..self.channels]
                };
                let corners = [
                    (corner(upper, left), upper.1 * left.1),
                    (corner(upper, right), upper.1 * right.1),
                    (corner(lower, left), lower.1 * left.1),
                    (corner(lower, right), lower.1 * right.1),
                ];
                values.extend((0..self.channels).map(|channel| {
                    corners.iter().map(|(pixel, weight)| pixel[channel] * weight).sum::<f32>()
                }));
            }
        }
        Self { height, width, channels: self.channels, values }
    }
}

/// The two pixels that one of the doubled row lies between, and the weight of each.
fn between(place: usize, length: usize) -> [(usize, f32); 2] {
    let near = place / 2;
    let far = if place.is_multiple_of(2) { near.saturating_sub(1) } else { (near + 1).min(length - 1) };
    [(near, 0.75), (far, 0.25)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubling_interpolates_between_the_centres_of_pixels() {
        let row = FeatureMap { height: 1, width: 2, channels: 1, values: vec![0.0, 4.0] };
        let doubled = row.doubled();
        assert_eq!((doubled.height, doubled.width), (2, 4));
        assert_eq!(doubled.values, [0.0, 1.0, 3.0, 4.0, 0.0, 1.0, 3.0, 4.0]);
    }

    #[test]
    fn the_mean_is_taken_of_each_channel() {
        let map = FeatureMap { height: 2, width: 1, channels: 2, values: vec![1.0, 10.0, 3.0, 20.0] };
        assert_eq!(map.mean().values, [2.0, 15.0]);
    }
}
