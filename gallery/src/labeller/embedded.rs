//! The labeller that is part of the program: the crate `labels`, with no account and no network. Its networks are
//! loaded when a photo waits, and dropped soon after; one photo at a time, with memory from the budget of those that
//! are decoded. Not here: the networks (`labels`).

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use domain::Label;
use labels::{Model, Options, Picture};
use tokio::sync::{Mutex, OwnedMutexGuard, SemaphorePermit};
use tokio::time::Instant;

use super::{Found, LOOKED_AT_MAX_SIDE, Labeller, LabellerError};
use crate::background::in_background;
use crate::pictures::room_for_picture;

/// How long the networks stay loaded: then whoever waits for their memory has its turn. Loading takes some 30 ms.
const LOADED: Duration = Duration::from_secs(2);

/// What they take while they look, with the largest view: 36 MB and its pixels, twice.
const MEMORY_BYTES: u64 = 95 * 1024 * 1024;

/// What the owner wants to hear.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EmbeddedOptions {
    /// How sure the model must be at least, from 0 to 1; `None` for what suits it.
    pub threshold: Option<f32>,
    /// Names that are never said; a broader word may be said instead.
    pub denied: Vec<String>,
}

/// A word that the embedded labeller may say.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelWord {
    /// As it is shown.
    pub name: &'static str,
    /// More general ones, the most specific first.
    pub broader: Vec<&'static str>,
    /// How sure the model must be, unless more is asked for: from 0 to 1.
    pub confidence: f32,
}

/// All that the embedded labeller may say with a threshold, by name.
pub fn label_words(threshold: Option<f32>) -> Vec<LabelWord> {
    let word = |node: labels::Node| LabelWord {
        name: node.name,
        broader: node.broader,
        confidence: node.confidence,
    };
    labels::nodes(threshold.unwrap_or(labels::THRESHOLD)).into_iter().map(word).collect()
}

/// The embedded labeller.
#[derive(Debug)]
pub struct Embedded {
    options: Options,
    loaded: Arc<Mutex<Option<Loaded>>>,
}

#[derive(Debug)]
struct Loaded {
    model: Model,
    until: Instant,
    _room: SemaphorePermit<'static>,
}

type Place = OwnedMutexGuard<Option<Loaded>>;

impl Embedded {
    /// Loads nothing yet.
    pub fn new(options: EmbeddedOptions) -> Self {
        let EmbeddedOptions { threshold, denied } = options;
        let options = Options {
            threshold: threshold.unwrap_or(labels::THRESHOLD),
            denied: denied.into_iter().map(|name| name.to_lowercase()).collect(),
        };
        Self { options, loaded: Arc::default() }
    }

    /// The networks, loaded, until others may use their memory.
    async fn load(&self) -> Result<Place, LabellerError> {
        let mut place = Arc::clone(&self.loaded).lock_owned().await;
        if place.as_ref().is_some_and(|loaded| loaded.until > Instant::now()) {
            return Ok(place);
        }
        *place = None;
        let room = room_for_picture(MEMORY_BYTES).await;
        let model = run(Model::load).await?.map_err(|error| LabellerError::Denied(error.to_string()))?;
        let until = Instant::now() + LOADED;
        *place = Some(Loaded { model, until, _room: room });
        let loaded = Arc::clone(&self.loaded);
        tokio::spawn(async move {
            tokio::time::sleep_until(until).await;
            let mut loaded = loaded.lock().await;
            if loaded.as_ref().is_some_and(|loaded| loaded.until <= until) {
                *loaded = None;
            }
        });
        Ok(place)
    }
}

#[async_trait]
impl Labeller for Embedded {
    async fn label(&self, view: Bytes) -> Result<Found, LabellerError> {
        let place = self.load().await?;
        let options = self.options.clone();
        run(move || look(&place, &view, &options)).await?
    }

    fn is_current(&self, model: &str) -> bool {
        model == Model::NAME
    }

    fn words(&self) -> Vec<&'static str> {
        let words = label_words(None).into_iter().map(|word| word.name);
        words.filter(|name| !self.options.denied.contains(*name)).collect()
    }
}

/// Looks at a picture, with the place held to the end even if nobody waits any more.
fn look(place: &Place, view: &[u8], options: &Options) -> Result<Found, LabellerError> {
    let refused = |error: &dyn std::error::Error| LabellerError::Refused(error.to_string());
    let Loaded { model, .. } = place.as_ref().expect("`load` has filled it, and nobody else has it");
    let flat = photos::flatten(view, LOOKED_AT_MAX_SIDE).map_err(|error| refused(&error))?;
    let picture = Picture::new(flat.width, flat.height, &flat.rgb).map_err(|error| refused(&error))?;
    let labels = model.label(picture, options).map_err(|error| refused(&error))?;
    let label = |label: labels::Label| {
        let name = label.name.parse().expect("the words are names of labels");
        Label::of_labeller(name, label.confidence, Model::NAME)
    };
    Ok(Found { model: Model::NAME.to_owned(), labels: labels.into_iter().map(label).collect() })
}

/// A panic is a defect of a decoder, and the same for the same picture.
async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, LabellerError> {
    let outcome = in_background("labels", work).map_err(|error| LabellerError::Away(error.into()))?;
    outcome.await.map_err(|_| LabellerError::Refused("the labeller panicked".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_a_name_of_a_label() {
        for word in label_words(None) {
            assert!(word.name.parse::<domain::LabelName>().is_ok(), "{}", word.name);
        }
        assert!(Model::NAME.len() <= domain::limits::LABEL_MODEL_MAX_BYTES);
    }

    #[tokio::test(start_paused = true)]
    async fn networks_are_dropped_when_nothing_waits() {
        let labeller = Embedded::new(EmbeddedOptions::default());
        drop(labeller.load().await.unwrap());
        assert!(labeller.loaded.lock().await.is_some());
        tokio::time::sleep(2 * LOADED).await;
        assert!(labeller.loaded.lock().await.is_none(), "their memory is given back");
    }
}
