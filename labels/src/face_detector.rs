//! The full-range face detector of MediaPipe (<https://arxiv.org/abs/1907.05047>): whether a picture shows a face. It
//! knows nobody, and where the faces are is left out, too.

use crate::error::LabelError;
use crate::feature_map::FeatureMap;
use crate::layers::{Activation, Depthwise, Padding, Pointwise, Stem};
use crate::picture::Picture;
use crate::weights::{WeightReader, decompressed};

/// The side of what the network sees, in pixels.
const SIDE: u32 = 192;

const WEIGHTS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/face-full-range.deflate"));

/// Blocks that follow each other at one scale.
struct Stage {
    /// Channels between the blocks, and inside of each.
    channels: usize,
    inner: usize,
    /// That keep the scale; another one before them halves it.
    blocks: usize,
    /// What is handed to the way up, if anything.
    lateral: Option<usize>,
}

const STEM_CHANNELS: usize = 32;
const STEM_INNER: usize = 8;
const STEM_BLOCKS: usize = 2;
#[rustfmt::skip]
const DOWN: [Stage; 4] = [
    Stage { channels: 64, inner: 16, blocks: 2, lateral: Some(48) },
    Stage { channels: 128, inner: 32, blocks: 2, lateral: Some(64) },
    Stage { channels: 192, inner: 48, blocks: 2, lateral: Some(96) },
    Stage { channels: 384, inner: 96, blocks: 3, lateral: None },
];
#[rustfmt::skip]
const UP: [Stage; 3] = [
    Stage { channels: 96, inner: 48, blocks: 2, lateral: None },
    Stage { channels: 64, inner: 32, blocks: 2, lateral: None },
    Stage { channels: 48, inner: 24, blocks: 1, lateral: None },
];
/// For each pixel, one score for each of the four pixels that it consists of at twice the scale.
const SCORES: usize = 4;

#[derive(Debug)]
pub(crate) struct FaceDetector {
    stem: Stem,
    first: Vec<Block>,
    down: Vec<Down>,
    up: Vec<Up>,
    scores: (Pointwise, Depthwise),
}

/// A stage on the way down, and what it hands to the way up.
#[derive(Debug)]
struct Down {
    blocks: Vec<Block>,
    lateral: Option<Pointwise>,
}

/// A stage on the way up.
#[derive(Debug)]
struct Up {
    narrow: Pointwise,
    blocks: Vec<Block>,
}

impl FaceDetector {
    pub(crate) fn load() -> Result<Self, LabelError> {
        Self::read(&decompressed("face detector", WEIGHTS)?)
    }

    fn read(weights: &[u8]) -> Result<Self, LabelError> {
        let mut weights = WeightReader::new("face detector", weights);
        let reader = &mut weights;
        let stem = Stem::read(reader, STEM_CHANNELS, Padding::Half)?;
        let first = blocks(reader, STEM_CHANNELS, STEM_INNER, STEM_BLOCKS)?;
        let mut channels = STEM_CHANNELS;
        let mut down = Vec::new();
        for stage in DOWN {
            let mut all = vec![Block::read(reader, channels, stage.inner, stage.channels, 2)?];
            all.extend(blocks(reader, stage.channels, stage.inner, stage.blocks)?);
            channels = stage.channels;
            let lateral =
                stage.lateral.map(|outputs| Pointwise::read(reader, channels, outputs)).transpose()?;
            down.push(Down { blocks: all, lateral });
        }
        let mut up = Vec::new();
        for stage in UP {
            let narrow = Pointwise::read(reader, channels, stage.channels)?;
            channels = stage.channels;
            up.push(Up { narrow, blocks: blocks(reader, channels, stage.inner, stage.blocks)? });
        }
        let scores = (
            Pointwise::read(reader, channels, SCORES)?,
            Depthwise::read(reader, SCORES, 3, 2, Padding::Half)?,
        );
        weights.finish()?;
        Ok(Self { stem, first, down, up, scores })
    }

    /// What the network sees of a picture.
    pub(crate) fn input(picture: Picture<'_>) -> Result<FeatureMap, LabelError> {
        picture.letterboxed(SIDE, |byte| f32::from(byte) / 127.5 - 1.0)
    }

    /// How sure it is that there is a face anywhere, from 0 to 1.
    pub(crate) fn confidence(&self, input: &FeatureMap) -> f32 {
        let mut features = self.stem.apply(input, Activation::Relu);
        for block in &self.first {
            features = block.apply(&features);
        }
        let mut laterals = Vec::new();
        for stage in &self.down {
            for block in &stage.blocks {
                features = block.apply(&features);
            }
            laterals.extend(stage.lateral.as_ref().map(|lateral| lateral.apply(&features, Activation::Relu)));
        }
        for (stage, lateral) in self.up.iter().zip(laterals.into_iter().rev()) {
            features = stage.narrow.apply(&features, Activation::Relu).doubled();
            features.add(&lateral);
            for block in &stage.blocks {
                features = block.apply(&features);
            }
        }
        let (pointwise, depthwise) = &self.scores;
        let scores = depthwise.apply(&pointwise.apply(&features, Activation::Linear), Activation::Linear);
        let best = scores.values.into_iter().fold(f32::MIN, f32::max);
        1.0 / (1.0 + (-best).exp())
    }
}

/// Two depthwise convolutions, after each of which the channels are mixed.
#[derive(Debug)]
struct Block {
    first: Depthwise,
    narrow: Pointwise,
    second: Depthwise,
    widen: Pointwise,
    /// Whether what came in is added to what comes out.
    residual: bool,
}

impl Block {
    fn read(
        reader: &mut WeightReader<'_>,
        inputs: usize,
        inner: usize,
        outputs: usize,
        stride: usize,
    ) -> Result<Self, LabelError> {
        Ok(Self {
            first: Depthwise::read(reader, inputs, 3, stride, Padding::Half)?,
            narrow: Pointwise::read(reader, inputs, inner)?,
            second: Depthwise::read(reader, inner, 3, 1, Padding::Half)?,
            widen: Pointwise::read(reader, inner, outputs)?,
            residual: stride == 1,
        })
    }

    fn apply(&self, input: &FeatureMap) -> FeatureMap {
        let first = self.first.apply(input, Activation::Linear);
        let narrow = self.narrow.apply(&first, Activation::Relu);
        let second = self.second.apply(&narrow, Activation::Linear);
        let mut output = self.widen.apply(&second, Activation::Linear);
        if self.residual {
            output.add(input);
        }
        output.rectify();
        output
    }
}

fn blocks(
    reader: &mut WeightReader<'_>,
    channels: usize,
    inner: usize,
    count: usize,
) -> Result<Vec<Block>, LabelError> {
    (0..count).map(|_| Block::read(reader, channels, inner, channels, 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_of_another_length_are_damaged() {
        let whole = decompressed("face detector", WEIGHTS).unwrap();
        for damaged in [&[], &whole[..whole.len() - 1]] {
            let refused = FaceDetector::read(damaged).map(|_| ());
            assert!(matches!(refused, Err(LabelError::Weights { .. })), "{refused:?}");
        }
    }
}
