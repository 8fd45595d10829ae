//! The labeller of AWS: Amazon Rekognition, `DetectLabels`. It is sent the view, as JPEG bytes: no GPS leaves, and it
//! needs no permission on the bucket. Each error that is documented is final or passes, as the tables here say. Not
//! here: the region and the credentials (`aws`).
//!
//! <https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DetectLabels.html>

use async_trait::async_trait;
use aws_sdk_rekognition::Client;
use aws_sdk_rekognition::config::http::HttpResponse;
use aws_sdk_rekognition::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_rekognition::operation::detect_labels::DetectLabelsError;
use aws_sdk_rekognition::primitives::Blob;
use aws_sdk_rekognition::types::{Image, Label as Said};
use bytes::Bytes;
use domain::limits::{LABEL_MODEL_MAX_BYTES, LABELS_FOUND_MAX};
use domain::{Label, LabelName};
use parking_lot::Mutex;

use super::{Found, LOOKED_AT_MAX_SIDE, Labeller, LabellerError};
use crate::aws::{Aws, lacks_credentials};
use crate::background::in_background;
use crate::pictures::room_for_picture;

/// How sure it must be by default, from 0 to 1.
pub const REKOGNITION_THRESHOLD: f32 = 0.7;

/// Its limit for a picture in the request itself.
const IMAGE_MAX_BYTES: usize = 5 * 1024 * 1024;
/// What it takes to decode a view, and to encode it again.
const MEMORY_BYTES: u64 = 60 * 1024 * 1024;
/// The first part of its model's name; the version that it reports follows.
const MODEL: &str = "rekognition";

/// Errors that the same picture would meet again.
const REFUSED: &[&str] = &[
    "ImageTooLargeException",
    "InvalidImageFormatException",
    "InvalidParameterException",
    // Nothing lies in S3 for it, so it cannot come; if it does, then again.
    "InvalidS3ObjectException",
    "ValidationException",
    "ValidationError",
];

/// Errors that pass only once somebody has changed something: the policy, the account, the key, the region.
const DENIED: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "NotAuthorized",
    "OptInRequired",
    "SubscriptionRequiredException",
    "UnknownOperationException",
    "UnrecognizedClientException",
];

/// All others pass: `InternalServerError`, `InternalFailure`, `ServiceUnavailable`, `ThrottlingException`,
/// `ProvisionedThroughputExceededException`, `ExpiredTokenException` and `RequestExpired` (the credentials are
/// renewed, the clock is set), time limits, no network.
fn classify(error: SdkError<DetectLabelsError, HttpResponse>) -> LabellerError {
    if lacks_credentials(&error) {
        return LabellerError::Denied("there are no credentials".to_owned());
    }
    let code = error.code().unwrap_or_default();
    let said = || format!("{code}: {}", error.message().unwrap_or_default());
    if REFUSED.contains(&code) {
        LabellerError::Refused(said())
    } else if DENIED.contains(&code) {
        LabellerError::Denied(said())
    } else {
        LabellerError::Away(Box::new(error))
    }
}

/// What the owner wants to hear.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RekognitionOptions {
    /// How sure it must be at least, from 0 to 1; `None` for `REKOGNITION_THRESHOLD`.
    pub threshold: Option<f32>,
    /// Names that are never given; a broader one may be given instead.
    pub denied: Vec<LabelName>,
}

/// Amazon Rekognition.
#[derive(Debug)]
pub struct Rekognition {
    client: Client,
    threshold: f32,
    denied: Vec<LabelName>,
    /// The model of the last answer.
    model: Mutex<Option<String>>,
}

impl Rekognition {
    /// Sends nothing yet.
    pub fn new(aws: &Aws, options: RekognitionOptions) -> Self {
        let RekognitionOptions { threshold, denied } = options;
        Self {
            client: Client::new(&aws.config),
            threshold: threshold.unwrap_or(REKOGNITION_THRESHOLD),
            denied,
            model: Mutex::default(),
        }
    }

    /// Its name and how sure it is, from 0 to 1, if it may be given.
    fn named<'a>(&self, said: &'a Said) -> Option<(LabelName, f32, &'a Said)> {
        let name: LabelName = said.name()?.to_lowercase().parse().ok()?;
        let is_denied = self.denied.iter().any(|denied| denied.is_same_word(&name));
        (!is_denied).then(|| (name, said.confidence().unwrap_or(0.0) / 100.0, said))
    }

    /// Of what it said: what may be given, the most specific, under the names that the embedded labeller would use.
    fn chosen(&self, said: &[Said], model: &str) -> Vec<Label> {
        let allowed: Vec<_> = said.iter().filter_map(|said| self.named(said)).collect();
        let is_broader = |name: &str| {
            let mut parents = allowed.iter().flat_map(|(_, _, said)| said.parents());
            parents.any(|parent| parent.name() == Some(name))
        };
        let mut labels: Vec<Label> = Vec::new();
        for (name, confidence, said) in &allowed {
            let is_repeated = labels.iter().any(|label| label.name.is_same_word(name));
            let is_sure = *confidence >= self.threshold;
            if is_sure && !is_repeated && !is_broader(said.name().unwrap_or_default()) {
                labels.push(Label::of_labeller(name.clone(), *confidence, model));
            }
        }
        labels.sort_by_key(|label| std::cmp::Reverse(label.confidence));
        labels.truncate(LABELS_FOUND_MAX);
        labels
    }
}

#[async_trait]
impl Labeller for Rekognition {
    async fn label(&self, view: Bytes) -> Result<Found, LabellerError> {
        let jpeg = jpeg(view).await?;
        let image = Image::builder().bytes(Blob::new(jpeg)).build();
        let detect = self
            .client
            .detect_labels()
            .image(image)
            // Broader ones are left out here.
            .max_labels(4 * i32::try_from(LABELS_FOUND_MAX).unwrap_or(20))
            .min_confidence(self.threshold * 100.0);
        let answer = detect.send().await.map_err(classify)?;
        let version = answer.label_model_version().unwrap_or("unknown");
        let model: String = format!("{MODEL}/{version}").chars().take(LABEL_MODEL_MAX_BYTES / 4).collect();
        *self.model.lock() = Some(model.clone());
        Ok(Found { labels: self.chosen(answer.labels(), &model), model })
    }

    /// Before its first answer, every version is.
    fn is_current(&self, model: &str) -> bool {
        match &*self.model.lock() {
            Some(current) => current == model,
            None => model.strip_prefix(MODEL).is_some_and(|version| version.starts_with('/')),
        }
    }
}

/// The view as a JPEG without metadata. It is decoded in any case: nobody pays for a call about what is no picture.
async fn jpeg(view: Bytes) -> Result<Vec<u8>, LabellerError> {
    let room = room_for_picture(MEMORY_BYTES).await;
    let work = move || {
        let _room = room;
        let refused = |error: photos::PhotoError| LabellerError::Refused(error.to_string());
        let picture =
            photos::flatten(&view, LOOKED_AT_MAX_SIDE).and_then(photos::Flat::to_jpeg).map_err(refused)?;
        if picture.bytes.len() > IMAGE_MAX_BYTES {
            return Err(LabellerError::Refused("it is larger than 5 MB".to_owned()));
        }
        Ok(picture.bytes)
    };
    let outcome = in_background("labels", work).map_err(|error| LabellerError::Away(error.into()))?;
    outcome.await.map_err(|_| LabellerError::Refused("the decoder panicked".to_owned()))?
}

/// The real service was not reached by any test: it has no free stand-in. These run against a stub of ours, which
/// answers as its documentation says.
#[cfg(test)]
pub(crate) mod stub {
    use std::collections::VecDeque;
    use std::sync::Arc;

    use aws_sdk_rekognition::config::http::{HttpRequest, HttpResponse};
    use aws_sdk_rekognition::config::{HttpClient, RuntimeComponents};
    use aws_sdk_s3::primitives::SdkBody;
    use aws_smithy_runtime_api::client::http::{
        HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
    };
    use base64::Engine as _;
    use parking_lot::Mutex;
    use serde_json::{Value, json};

    use super::*;
    use crate::aws::AwsOptions;

    /// Answers in the place of Rekognition.
    #[derive(Debug, Clone, Default)]
    pub(crate) struct Stub {
        /// Errors to answer with first: status and code.
        pub(crate) errors: Arc<Mutex<VecDeque<(u16, &'static str)>>>,
        /// What it was asked.
        pub(crate) asked: Arc<Mutex<Vec<Value>>>,
    }

    impl Stub {
        pub(crate) async fn labeller(&self, options: RekognitionOptions) -> Rekognition {
            let aws = Aws::configured(AwsOptions {
                region: Some("us-east-1".to_owned()),
                credentials: Some(AwsOptions::key("reader", "secret")),
                ..AwsOptions::default()
            });
            let retries = aws_config::retry::RetryConfig::disabled();
            let config = aws.await.config.into_builder().http_client(self.clone()).retry_config(retries);
            Rekognition::new(&Aws { config: config.build() }, options)
        }

        fn answer(&self, request: &HttpRequest) -> HttpResponse {
            assert_eq!(request.headers().get("x-amz-target"), Some("RekognitionService.DetectLabels"));
            let body: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
            let image = base64::engine::general_purpose::STANDARD;
            let image = image.decode(body["Image"]["Bytes"].as_str().unwrap()).unwrap();
            assert!(image.starts_with(&[0xff, 0xd8]) && image.len() <= IMAGE_MAX_BYTES, "a JPEG");
            assert!(!image.windows(4).any(|bytes| bytes == b"Exif"), "without metadata");
            self.asked.lock().push(body);
            if let Some((status, code)) = self.errors.lock().pop_front() {
                let body = json!({ "__type": code, "Message": "no" }).to_string();
                return HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
            }
            let parents =
                |names: &[&str]| names.iter().map(|name| json!({ "Name": name })).collect::<Vec<_>>();
            let label = |name: &str, confidence: f64, broader: &[&str]| json!({ "Name": name, "Confidence": confidence, "Parents": parents(broader), "Instances": [] });
            let body = json!({
                "LabelModelVersion": "3.0",
                "Labels": [
                    label("Animal", 99.1, &[]),
                    label("Cat", 98.7, &["Animal", "Mammal", "Pet"]),
                    label("Mammal", 98.7, &["Animal"]),
                    label("Pet", 98.7, &["Animal"]),
                    label("Couch", 71.2, &["Furniture"]),
                    label("Furniture", 71.2, &[]),
                    label("Dog", 12.5, &["Animal"]),
                ],
            });
            HttpResponse::new(200.try_into().unwrap(), SdkBody::from(body.to_string()))
        }
    }

    impl HttpClient for Stub {
        fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
            SharedHttpConnector::new(self.clone())
        }
    }

    impl HttpConnector for Stub {
        fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
            let answer = self.answer(&request);
            HttpConnectorFuture::new(async move { Ok(answer) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::stub::Stub;
    use super::*;

    fn view() -> Bytes {
        let mut bytes = Vec::new();
        let encoder = jpeg_encoder::Encoder::new(&mut bytes, 85);
        encoder.encode(&[200; 40 * 30 * 3], 40, 30, jpeg_encoder::ColorType::Rgb).unwrap();
        bytes.into()
    }

    fn names(found: &Found) -> Vec<&str> {
        found.labels.iter().map(|label| label.name.as_str()).collect()
    }

    #[tokio::test]
    async fn most_specific_labels_are_given() {
        let stub = Stub::default();
        let labeller = stub.labeller(RekognitionOptions::default()).await;
        let found = labeller.label(view()).await.unwrap();
        assert_eq!((found.model.as_str(), names(&found)), ("rekognition/3.0", vec!["cat", "couch"]));
        assert_eq!(found.labels[0].confidence, Some(99));
        assert_eq!(stub.asked.lock()[0]["MinConfidence"], 70.0);
    }

    #[tokio::test]
    async fn broader_label_stands_in_for_a_denied_one() {
        let denied = vec!["Cat".parse().unwrap()];
        let options = RekognitionOptions { threshold: Some(0.9), denied };
        let found = Stub::default().labeller(options).await.label(view()).await.unwrap();
        assert_eq!(names(&found), ["mammal", "pet"]);
    }

    #[tokio::test]
    async fn model_is_known_by_its_version_after_an_answer() {
        let labeller = Stub::default().labeller(RekognitionOptions::default()).await;
        assert!(labeller.is_current("rekognition/2.0") && !labeller.is_current("efficientnet-lite0/1"));
        labeller.label(view()).await.unwrap();
        assert!(labeller.is_current("rekognition/3.0") && !labeller.is_current("rekognition/2.0"));
    }

    /// All errors that the documentation of `DetectLabels` names, and those that every service shares.
    #[tokio::test]
    async fn documented_errors_are_final_or_pass() {
        let stub = Stub::default();
        let labeller = stub.labeller(RekognitionOptions::default()).await;
        for (status, code, expected) in [
            (400, "AccessDeniedException", "denied"),
            (400, "ImageTooLargeException", "refused"),
            (500, "InternalServerError", "away"),
            (400, "InvalidImageFormatException", "refused"),
            (400, "InvalidParameterException", "refused"),
            (400, "InvalidS3ObjectException", "refused"),
            (400, "ProvisionedThroughputExceededException", "away"),
            (500, "ThrottlingException", "away"),
            (403, "ExpiredTokenException", "away"),
            (403, "IncompleteSignature", "denied"),
            (500, "InternalFailure", "away"),
            (403, "InvalidClientTokenId", "denied"),
            (403, "InvalidSignatureException", "denied"),
            (403, "MissingAuthenticationToken", "denied"),
            (400, "NotAuthorized", "denied"),
            (403, "OptInRequired", "denied"),
            (400, "RequestExpired", "away"),
            (503, "ServiceUnavailable", "away"),
            (404, "UnknownOperationException", "denied"),
            (400, "UnrecognizedClientException", "denied"),
            (400, "ValidationError", "refused"),
            (400, "ValidationException", "refused"),
            (418, "SomethingNew", "away"),
        ] {
            stub.errors.lock().push_back((status, code));
            let met = match labeller.label(view()).await {
                Err(LabellerError::Refused(_)) => "refused",
                Err(LabellerError::Denied(_)) => "denied",
                Err(LabellerError::Away(_)) => "away",
                Ok(_) => "fine",
            };
            assert_eq!(met, expected, "{code}");
        }
        assert!(labeller.label(view()).await.is_ok(), "afterwards it works again");
    }
}
