//! The three kinds of convolution that both networks consist of. Not here: their order (`classifier`, `face_detector`).

use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, ArrayView2};

use crate::error::LabelError;
use crate::feature_map::FeatureMap;
use crate::weights::WeightReader;

/// What a layer's results go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Activation {
    /// Nothing.
    Linear,
    /// At least 0.
    Relu,
    /// From 0 to 6.
    Relu6,
}

impl Activation {
    fn apply(self, values: &mut [f32]) {
        match self {
            Self::Linear => {}
            Self::Relu => values.iter_mut().for_each(|value| *value = value.max(0.0)),
            Self::Relu6 => values.iter_mut().for_each(|value| *value = value.clamp(0.0, 6.0)),
        }
    }
}

/// How many rows and columns of zeros come before the first: the rest comes after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Padding {
    /// As TensorFlow's `SAME`: the fewest that are needed, and of these the smaller half before.
    Same,
    /// Half the kernel on each side.
    Half,
}

impl Padding {
    fn before(self, length: usize, kernel: usize, stride: usize) -> usize {
        match self {
            Self::Same => ((length.div_ceil(stride) - 1) * stride + kernel).saturating_sub(length) / 2,
            Self::Half => kernel / 2,
        }
    }
}

/// A convolution of single pixels: a matrix product.
#[derive(Debug)]
pub(crate) struct Pointwise {
    /// A row for each output channel.
    weights: Array2<f32>,
    biases: Vec<f32>,
}

impl Pointwise {
    pub(crate) fn read(
        reader: &mut WeightReader<'_>,
        inputs: usize,
        outputs: usize,
    ) -> Result<Self, LabelError> {
        let weights = reader.next(outputs, inputs)?;
        let values = Array2::from_shape_vec((outputs, inputs), weights.values)
            .expect("the reader has read as many weights as it was asked for");
        Ok(Self { weights: values, biases: weights.biases })
    }

    pub(crate) fn apply(&self, input: &FeatureMap, activation: Activation) -> FeatureMap {
        let pixels = input.height * input.width;
        let values = self.product(pixels, &input.values, activation);
        FeatureMap { height: input.height, width: input.width, channels: self.biases.len(), values }
    }

    fn product(&self, pixels: usize, input: &[f32], activation: Activation) -> Vec<f32> {
        let input = ArrayView2::from_shape((pixels, self.weights.ncols()), input)
            .expect("the layer before has as many channels as this one takes");
        let mut output =
            Array2::from_shape_fn((pixels, self.biases.len()), |(_, channel)| self.biases[channel]);
        general_mat_mul(1.0, &input, &self.weights.t(), 1.0, &mut output);
        let (mut values, _) = output.into_raw_vec_and_offset();
        activation.apply(&mut values);
        values
    }
}

/// The first convolution of a network: three by three pixels of three channels, every second row and column.
#[derive(Debug)]
pub(crate) struct Stem {
    product: Pointwise,
    padding: Padding,
}

/// How many values of the picture a pixel of the stem depends on.
const STEM_INPUTS: usize = 27;

impl Stem {
    pub(crate) fn read(
        reader: &mut WeightReader<'_>,
        outputs: usize,
        padding: Padding,
    ) -> Result<Self, LabelError> {
        Ok(Self { product: Pointwise::read(reader, STEM_INPUTS, outputs)?, padding })
    }

    pub(crate) fn apply(&self, picture: &FeatureMap, activation: Activation) -> FeatureMap {
        let (height, width) = (picture.height.div_ceil(2), picture.width.div_ceil(2));
        let before = self.padding.before(picture.height, 3, 2);
        let mut inputs = vec![0.0; height * width * STEM_INPUTS];
        for (place, inputs) in inputs.chunks_exact_mut(STEM_INPUTS).enumerate() {
            let (y, x) = (place / width, place % width);
            for (dy, row) in taps(2 * y, 3, before, picture.height) {
                for (dx, column) in taps(2 * x, 3, before, picture.width) {
                    let pixel = &picture.values[(row * picture.width + column) * 3..][..3];
                    for (channel, value) in pixel.iter().enumerate() {
                        inputs[channel * 9 + dy * 3 + dx] = *value;
                    }
                }
            }
        }
        let values = self.product.product(height * width, &inputs, activation);
        FeatureMap { height, width, channels: self.product.biases.len(), values }
    }
}

/// A convolution of each channel by itself.
#[derive(Debug)]
pub(crate) struct Depthwise {
    /// For each row and column of the kernel, the weight of each channel.
    weights: Vec<f32>,
    biases: Vec<f32>,
    kernel: usize,
    stride: usize,
    padding: Padding,
}

/// How many channels are worked on at once: as many as registers hold.
const LANES: usize = 16;

impl Depthwise {
    pub(crate) fn read(
        reader: &mut WeightReader<'_>,
        channels: usize,
        kernel: usize,
        stride: usize,
        padding: Padding,
    ) -> Result<Self, LabelError> {
        let weights = reader.next(channels, kernel * kernel)?;
        let values = transposed(&weights.values, kernel * kernel);
        Ok(Self { weights: values, biases: weights.biases, kernel, stride, padding })
    }

    pub(crate) fn apply(&self, input: &FeatureMap, activation: Activation) -> FeatureMap {
        let (height, width) = (input.height.div_ceil(self.stride), input.width.div_ceil(self.stride));
        let channels = self.biases.len();
        let top = self.padding.before(input.height, self.kernel, self.stride);
        let left = self.padding.before(input.width, self.kernel, self.stride);
        let mut values = vec![0.0; height * width * channels];
        for (place, output) in values.chunks_exact_mut(channels).enumerate() {
            let (y, x) = (place / width * self.stride, place % width * self.stride);
            let rows = taps(y, self.kernel, top, input.height);
            let columns = taps(x, self.kernel, left, input.width);
            self.pixel(input, &rows, &columns, output);
            activation.apply(output);
        }
        FeatureMap { height, width, channels, values }
    }

    fn pixel(
        &self,
        input: &FeatureMap,
        rows: &(impl Iterator<Item = (usize, usize)> + Clone),
        columns: &(impl Iterator<Item = (usize, usize)> + Clone),
        output: &mut [f32],
    ) {
        let channels = output.len();
        let (lanes, rest) = output.as_chunks_mut::<LANES>();
        let whole = lanes.len() * LANES;
        for (block, output) in lanes.iter_mut().enumerate() {
            let first = block * LANES;
            let mut sums = [0.0; LANES];
            sums.copy_from_slice(&self.biases[first..][..LANES]);
            for (dy, row) in rows.clone() {
                for (dx, column) in columns.clone() {
                    let inputs = &input.values[(row * input.width + column) * channels + first..][..LANES];
                    let weights = &self.weights[(dy * self.kernel + dx) * channels + first..][..LANES];
                    for lane in 0..LANES {
                        sums[lane] += inputs[lane] * weights[lane];
                    }
                }
            }
            *output = sums;
        }
        for (channel, output) in rest.iter_mut().enumerate() {
            let channel = whole + channel;
            *output = self.biases[channel];
            for (dy, row) in rows.clone() {
                for (dx, column) in columns.clone() {
                    *output += input.values[(row * input.width + column) * channels + channel]
                        * self.weights[(dy * self.kernel + dx) * channels + channel];
                }
            }
        }
    }
}

/// The rows (or columns) of a kernel that lie within the picture, each with the picture's.
fn taps(
    start: usize,
    kernel: usize,
    before: usize,
    length: usize,
) -> impl Iterator<Item = (usize, usize)> + Clone {
    let first = before.saturating_sub(start);
    let last = kernel.min(length + before - start);
    (first..last).map(move |tap| (tap, start + tap - before))
}

/// From rows of so many values to columns.
fn transposed(values: &[f32], each: usize) -> Vec<f32> {
    (0..each).flat_map(|column| values.iter().skip(column).step_by(each)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A map whose values are all different.
    fn map(height: usize, width: usize, channels: usize) -> FeatureMap {
        let values =
            (0..height * width * channels).map(|place| (place * 37 % 101) as f32 / 10.0 - 5.0).collect();
        FeatureMap { height, width, channels, values }
    }

    /// The bytes of a convolution whose weights are all different, and its weights and biases.
    fn convolution(outputs: usize, each: usize) -> (Vec<u8>, Vec<f32>, Vec<f32>) {
        let scales: Vec<f32> = (0..outputs).map(|channel| 0.01 * (channel + 1) as f32).collect();
        let biases: Vec<f32> = (0..outputs).map(|channel| channel as f32 - 1.5).collect();
        let steps: Vec<i8> =
            (0..outputs * each).map(|place| i8::try_from(place * 53 % 200).unwrap_or(-90)).collect();
        let mut bytes: Vec<u8> = scales.iter().chain(&biases).flat_map(|float| float.to_le_bytes()).collect();
        bytes.extend(steps.iter().map(|step| step.cast_unsigned()));
        let weights =
            steps.iter().enumerate().map(|(place, step)| f32::from(*step) * scales[place / each]).collect();
        (bytes, weights, biases)
    }

    /// One value of a convolution as its definition says, with zeros around the picture.
    #[expect(clippy::cast_possible_wrap, reason = "small sizes")]
    fn expected(
        input: &FeatureMap,
        weights: &[f32],
        kernel: usize,
        channels: std::ops::Range<usize>,
        y: isize,
        x: isize,
    ) -> f32 {
        let mut sum = 0.0;
        for (index, channel) in channels.enumerate() {
            for dy in 0..kernel {
                for dx in 0..kernel {
                    let (row, column) = (y + dy as isize, x + dx as isize);
                    let inside = (0..input.height as isize).contains(&row)
                        && (0..input.width as isize).contains(&column);
                    if inside {
                        let place = (row.cast_unsigned() * input.width + column.cast_unsigned())
                            * input.channels
                            + channel;
                        sum += input.values[place] * weights[(index * kernel + dy) * kernel + dx];
                    }
                }
            }
        }
        sum
    }

    fn close(found: f32, expected: f32, where_: &str) {
        assert!((found - expected).abs() < 1e-3, "{where_}: {found} instead of {expected}");
    }

    #[test]
    fn a_pointwise_convolution_mixes_channels() -> Result<(), LabelError> {
        let input = map(3, 5, 7);
        let (bytes, weights, biases) = convolution(4, 7);
        let layer = Pointwise::read(&mut WeightReader::new("test", &bytes), 7, 4)?;
        let output = layer.apply(&input, Activation::Relu6);
        assert_eq!((output.height, output.width, output.channels), (3, 5, 4));
        for (place, found) in output.values.iter().enumerate() {
            let (pixel, channel) = (place / 4, place % 4);
            let inputs = &input.values[pixel * 7..][..7];
            let sum: f32 =
                inputs.iter().zip(&weights[channel * 7..]).map(|(input, weight)| input * weight).sum();
            close(*found, (sum + biases[channel]).clamp(0.0, 6.0), &format!("value {place}"));
        }
        Ok(())
    }

    #[test]
    #[expect(clippy::cast_possible_wrap, reason = "small sizes")]
    fn a_depthwise_convolution_looks_around_in_each_channel() -> Result<(), LabelError> {
        // More channels than lanes, and some left over.
        let channels = LANES + 3;
        let cases = [
            (3, 1, Padding::Same, 1, (8, 6)),
            (3, 2, Padding::Same, 0, (8, 6)),
            (5, 1, Padding::Same, 2, (8, 6)),
            (5, 2, Padding::Same, 1, (8, 6)),
            (3, 2, Padding::Half, 1, (8, 6)),
            (5, 1, Padding::Same, 2, (1, 2)),
        ];
        for (kernel, stride, padding, before, (height, width)) in cases {
            let input = map(height, width, channels);
            let (bytes, weights, biases) = convolution(channels, kernel * kernel);
            let mut reader = WeightReader::new("test", &bytes);
            let layer = Depthwise::read(&mut reader, channels, kernel, stride, padding)?;
            let output = layer.apply(&input, Activation::Linear);
            assert_eq!((output.height, output.width), (height.div_ceil(stride), width.div_ceil(stride)));
            for (place, found) in output.values.iter().enumerate() {
                let (pixel, channel) = (place / channels, place % channels);
                let (y, x) = (pixel / output.width * stride, pixel % output.width * stride);
                let (y, x) = (y as isize - before, x as isize - before);
                let own = &weights[channel * kernel * kernel..][..kernel * kernel];
                let sum = expected(&input, own, kernel, channel..channel + 1, y, x);
                close(
                    *found,
                    sum + biases[channel],
                    &format!("{kernel}, {stride}, {padding:?}, value {place}"),
                );
            }
        }
        Ok(())
    }

    #[test]
    #[expect(clippy::cast_possible_wrap, reason = "small sizes")]
    fn the_stem_takes_every_second_pixel() -> Result<(), LabelError> {
        for (padding, before) in [(Padding::Same, 0), (Padding::Half, 1)] {
            let input = map(8, 8, 3);
            let (bytes, weights, biases) = convolution(5, STEM_INPUTS);
            let output = Stem::read(&mut WeightReader::new("test", &bytes), 5, padding)?
                .apply(&input, Activation::Relu);
            assert_eq!((output.height, output.width), (4, 4));
            for (place, found) in output.values.iter().enumerate() {
                let (pixel, channel) = (place / 5, place % 5);
                let (y, x) = ((2 * (pixel / 4)) as isize - before, (2 * (pixel % 4)) as isize - before);
                let sum = expected(&input, &weights[channel * STEM_INPUTS..], 3, 0..3, y, x);
                close(*found, (sum + biases[channel]).max(0.0), &format!("{padding:?}, value {place}"));
            }
        }
        Ok(())
    }
}
