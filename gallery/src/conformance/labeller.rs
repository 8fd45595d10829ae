//! The promises of the labeller port, as tests that every implementation passes.
//!
//! A new one is a function that makes it, and a line at the end of this file. What only one of them promises is tested
//! next to it.

use std::sync::Arc;

use bytes::Bytes;
use domain::limits::{LABEL_MODEL_MAX_BYTES, VIEW_SIDE};
use domain::{LabelName, LabelSource};
use futures::FutureExt as _;
use jpeg_encoder::{ColorType, Encoder};

use crate::labeller::stub::Stub;
use crate::labeller::{Embedded, EmbeddedOptions, Labeller, LabellerError, NoLabeller, RekognitionOptions};

/// A picture: a bright disc on a dark ground.
fn view(side: u16) -> Bytes {
    let middle = i32::from(side) / 2;
    let pixel = |x: u16, y: u16| {
        let (x, y) = (i32::from(x) - middle, i32::from(y) - middle);
        if x * x + y * y < middle * middle / 2 { [240, 130, 30] } else { [20, 40, 90] }
    };
    let rgb: Vec<u8> = (0..side).flat_map(|y| (0..side).flat_map(move |x| pixel(x, y))).collect();
    let mut bytes = Vec::new();
    Encoder::new(&mut bytes, 85).encode(&rgb, side, side, ColorType::Rgb).unwrap();
    bytes.into()
}

async fn the_same_picture_gets_the_same_labels(labeller: Arc<dyn Labeller>) {
    let (first, second) =
        (labeller.label(view(300)).await.unwrap(), labeller.label(view(300)).await.unwrap());
    assert_eq!(first, second);
    assert!(labeller.is_current(&first.model), "{}", first.model);
    assert!(!labeller.is_current("another/1") && first.model.len() <= LABEL_MODEL_MAX_BYTES);
}

async fn labels_are_possible(labeller: Arc<dyn Labeller>) {
    let found = labeller.label(view(300)).await.unwrap();
    assert!(!found.labels.is_empty(), "the labellers of this suite are easily sure");
    let mut names: Vec<&LabelName> = found.labels.iter().map(|label| &label.name).collect();
    for label in &found.labels {
        assert_eq!((label.source, label.model.as_ref()), (LabelSource::Labeller, Some(&found.model)));
        assert!(label.confidence.is_some_and(|percent| percent <= 100));
    }
    assert!(found.labels.is_sorted_by_key(|label| std::cmp::Reverse(label.confidence)));
    names.sort();
    names.dedup();
    assert_eq!(names.len(), found.labels.len(), "each name once");
}

async fn what_is_no_view_is_refused(labeller: Arc<dyn Labeller>) {
    let large = u16::try_from(VIEW_SIDE + 1).unwrap();
    for bytes in [Bytes::new(), Bytes::from_static(b"no picture"), view(300).slice(..900), view(large)] {
        let refused = labeller.label(bytes).await;
        assert!(matches!(refused, Err(LabellerError::Refused(_))), "{refused:?}");
    }
    assert!(labeller.label(view(300)).await.is_ok(), "the next picture is looked at");
}

async fn cancelled_calls_leave_it_usable(labeller: Arc<dyn Labeller>) {
    for _ in 0..3 {
        let _ = labeller.label(view(300)).now_or_never();
        tokio::task::yield_now().await;
    }
    assert!(labeller.label(view(300)).await.is_ok());
}

async fn several_calls_at_once_are_answered(labeller: Arc<dyn Labeller>) {
    let calls = (0..4).map(|_| labeller.label(view(200)));
    for found in futures::future::join_all(calls).await {
        assert!(found.is_ok(), "{found:?}");
    }
}

/// Runs the suite on an implementation.
macro_rules! labeller {
    ($name:ident, $labeller:expr) => {
        mod $name {
            use super::*;

            labeller!(@tests $labeller; the_same_picture_gets_the_same_labels, labels_are_possible,
                what_is_no_view_is_refused, cancelled_calls_leave_it_usable, several_calls_at_once_are_answered);
        }
    };
    (@tests $labeller:expr; $($test:ident),+) => {
        $(#[tokio::test]
        async fn $test() {
            super::$test($labeller).await;
        })+
    };
}

async fn embedded() -> Arc<dyn Labeller> {
    Arc::new(Embedded::new(EmbeddedOptions { threshold: Some(0.01), denied: Vec::new() }))
}

async fn rekognition() -> Arc<dyn Labeller> {
    Arc::new(Stub::default().labeller(RekognitionOptions::default()).await)
}

labeller!(embedded_labeller, embedded().await);
// Amazon Rekognition has no free stand-in: a stub of ours answers as its documentation says.
labeller!(rekognition_by_a_stub_the_real_service_was_not_reached, rekognition().await);

#[tokio::test]
async fn without_a_labeller_nothing_is_looked_at() {
    assert!(!NoLabeller.is_on() && NoLabeller.words().is_empty() && NoLabeller.is_current("any/1"));
    assert!(matches!(NoLabeller.label(view(300)).await, Err(LabellerError::Denied(_))));
}
