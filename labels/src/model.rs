//! The facade: both networks and the words, loaded together. Not here: what each does.

use crate::classifier::Classifier;
use crate::error::LabelError;
use crate::face_detector::FaceDetector;
use crate::picture::Picture;
use crate::selection::{Label, Options, labels};
use crate::vocabulary::{Word, words};

/// Both networks, ready to look at pictures. Takes 21 MB until it is dropped, and 15 MB more while it looks.
#[derive(Debug)]
pub struct Model {
    classifier: Classifier,
    face_detector: FaceDetector,
    words: Vec<Word>,
}

/// What a model has seen in a picture, before anything is said.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Of each class of ImageNet-1k, in the order of their WordNet ids; the sum is 1.
    pub probabilities: Vec<f32>,
    /// How sure it is that there is a face, from 0 to 1.
    pub face: f32,
}

impl Model {
    /// Which networks and words these are: changes whenever the same picture might get other labels.
    pub const NAME: &str = "efficientnet-lite0/1";

    /// Unpacks the weights, which are part of the program.
    pub fn load() -> Result<Self, LabelError> {
        Ok(Self { classifier: Classifier::load()?, face_detector: FaceDetector::load()?, words: words() })
    }

    /// What a picture shows, the surest first; empty when nothing is sure enough. Takes some 30 ms of one core.
    pub fn label(&self, picture: Picture<'_>, options: &Options) -> Result<Vec<Label>, LabelError> {
        Ok(self.select(&self.see(picture)?, options))
    }

    /// Looks at a picture without saying anything.
    pub fn see(&self, picture: Picture<'_>) -> Result<Seen, LabelError> {
        let probabilities = self.classifier.probabilities(&Classifier::input(picture)?);
        let face = self.face_detector.confidence(&FaceDetector::input(picture)?);
        Ok(Seen { probabilities, face })
    }

    /// What is said of what was seen.
    pub fn select(&self, seen: &Seen, options: &Options) -> Vec<Label> {
        labels(&self.words, &seen.probabilities, seen.face, options)
    }

    /// What the classifier and the face detector are given of a picture: to compare with other programs that run them.
    #[doc(hidden)]
    pub fn inputs(picture: Picture<'_>) -> Result<[Vec<f32>; 2], LabelError> {
        Ok([Classifier::input(picture)?, FaceDetector::input(picture)?].map(|input| input.values))
    }

    /// The classifier alone, on what [`inputs`](Self::inputs) gives it: to measure.
    #[doc(hidden)]
    pub fn classify(&self, input: &[f32]) -> Vec<f32> {
        self.classifier.probabilities(&Classifier::map(input))
    }
}
