//! EfficientNet-Lite0: which of the thousand classes of ImageNet-1k a picture shows. Described in
//! <https://arxiv.org/abs/1905.11946>, table 1, and
//! <https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite>. Not here: what a person is told
//! of it (`selection`).

use crate::error::LabelError;
use crate::feature_map::FeatureMap;
use crate::layers::{Activation, Depthwise, Padding, Pointwise, Stem};
use crate::picture::Picture;
use crate::weights::{WeightReader, decompressed};

/// How many classes there are, in the order of their WordNet ids.
pub(crate) const CLASSES: usize = 1000;

/// The side of what the network sees, in pixels.
const SIDE: u32 = 224;

/// Of the shorter side: the network was trained on what is left when the edge is cut off.
const CENTRE: f64 = 224.0 / 256.0;

const WEIGHTS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/efficientnet-lite0.deflate"));

/// Blocks that follow each other.
struct Stage {
    blocks: usize,
    kernel: usize,
    /// Of the first block.
    stride: usize,
    /// How many times as many channels a block has inside.
    expansion: usize,
    outputs: usize,
}

const STEM_CHANNELS: usize = 32;
#[rustfmt::skip]
const STAGES: [Stage; 7] = [
    Stage { blocks: 1, kernel: 3, stride: 1, expansion: 1, outputs: 16 },
    Stage { blocks: 2, kernel: 3, stride: 2, expansion: 6, outputs: 24 },
    Stage { blocks: 2, kernel: 5, stride: 2, expansion: 6, outputs: 40 },
    Stage { blocks: 3, kernel: 3, stride: 2, expansion: 6, outputs: 80 },
    Stage { blocks: 3, kernel: 5, stride: 1, expansion: 6, outputs: 112 },
    Stage { blocks: 4, kernel: 5, stride: 2, expansion: 6, outputs: 192 },
    Stage { blocks: 1, kernel: 3, stride: 1, expansion: 6, outputs: 320 },
];
const HEAD_CHANNELS: usize = 1280;

#[derive(Debug)]
pub(crate) struct Classifier {
    stem: Stem,
    blocks: Vec<Block>,
    head: Pointwise,
    classes: Pointwise,
}

impl Classifier {
    pub(crate) fn load() -> Result<Self, LabelError> {
        Self::read(&decompressed("classifier", WEIGHTS)?)
    }

    fn read(weights: &[u8]) -> Result<Self, LabelError> {
        let mut reader = WeightReader::new("classifier", weights);
        let stem = Stem::read(&mut reader, STEM_CHANNELS, Padding::Same)?;
        let mut channels = STEM_CHANNELS;
        let mut blocks = Vec::new();
        for stage in STAGES {
            for block in 0..stage.blocks {
                let stride = if block == 0 { stage.stride } else { 1 };
                blocks.push(Block::read(&mut reader, &stage, stride, channels)?);
                channels = stage.outputs;
            }
        }
        let head = Pointwise::read(&mut reader, channels, HEAD_CHANNELS)?;
        let classes = Pointwise::read(&mut reader, HEAD_CHANNELS, CLASSES)?;
        reader.finish()?;
        Ok(Self { stem, blocks, head, classes })
    }

    /// What the network sees of a picture.
    pub(crate) fn input(picture: Picture<'_>) -> Result<FeatureMap, LabelError> {
        picture.centre(CENTRE, SIDE, |byte| (f32::from(byte) - 127.0) / 128.0)
    }

    /// The same from its values.
    pub(crate) fn map(values: &[f32]) -> FeatureMap {
        FeatureMap { height: SIDE as usize, width: SIDE as usize, channels: 3, values: values.to_vec() }
    }

    /// The probability of each class; their sum is 1.
    pub(crate) fn probabilities(&self, input: &FeatureMap) -> Vec<f32> {
        let mut features = self.stem.apply(input, Activation::Relu6);
        for block in &self.blocks {
            features = block.apply(&features);
        }
        let head = self.head.apply(&features, Activation::Relu6);
        softmax(self.classes.apply(&head.mean(), Activation::Linear).values)
    }
}

/// An inverted residual: expands the channels, looks around in each, and projects them.
#[derive(Debug)]
struct Block {
    expand: Option<Pointwise>,
    depthwise: Depthwise,
    project: Pointwise,
    /// Whether what came in is added to what comes out.
    residual: bool,
}

impl Block {
    fn read(
        reader: &mut WeightReader<'_>,
        stage: &Stage,
        stride: usize,
        inputs: usize,
    ) -> Result<Self, LabelError> {
        let inner = inputs * stage.expansion;
        let expand = (stage.expansion > 1).then(|| Pointwise::read(reader, inputs, inner)).transpose()?;
        Ok(Self {
            expand,
            depthwise: Depthwise::read(reader, inner, stage.kernel, stride, Padding::Same)?,
            project: Pointwise::read(reader, inner, stage.outputs)?,
            residual: stride == 1 && inputs == stage.outputs,
        })
    }

    fn apply(&self, input: &FeatureMap) -> FeatureMap {
        let expanded = self.expand.as_ref().map(|expand| expand.apply(input, Activation::Relu6));
        let depthwise = self.depthwise.apply(expanded.as_ref().unwrap_or(input), Activation::Relu6);
        let mut output = self.project.apply(&depthwise, Activation::Linear);
        if self.residual {
            output.add(input);
        }
        output
    }
}

fn softmax(mut values: Vec<f32>) -> Vec<f32> {
    let largest = values.iter().copied().fold(f32::MIN, f32::max);
    for value in &mut values {
        *value = (*value - largest).exp();
    }
    let sum: f32 = values.iter().sum();
    for value in &mut values {
        *value /= sum;
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_of_another_length_are_damaged() {
        let whole = decompressed("classifier", WEIGHTS).unwrap();
        assert!(decompressed("classifier", &WEIGHTS[..100]).is_err());
        let longer = [&whole[..], &[0]].concat();
        for damaged in [&[], &whole[..100], &whole[..whole.len() - 1], &longer] {
            let refused = Classifier::read(damaged).map(|_| ());
            assert!(
                matches!(&refused, Err(LabelError::Weights { found, .. }) if *found == damaged.len()),
                "{refused:?}"
            );
        }
    }

    #[test]
    fn probabilities_add_up_to_one() {
        let probabilities = softmax(vec![1000.0, 999.0, -1000.0]);
        assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-6, "{probabilities:?}");
        assert!(probabilities[0] > probabilities[1] && probabilities[1] > probabilities[2]);
    }
}
