//! Why a request failed: a sentence for the user, and the chain of causes for the log. Also the one table from
//! gallery errors to HTTP. Not here: the response (`error_response`).

use std::error::Error;
use std::sync::Arc;

use app::model::Page;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::payload::FieldError;
use domain::{Failure, Field, LabelError, NameError, NumberError, StyleTextError, TextError};
use gallery::bucket::BucketError;
use gallery::catalog::CatalogError;
use gallery::{GalleryError, TableError, UploadError};

use crate::excerpt::shortened;
use crate::problem_kind::kind_of;

/// Seconds after which a busy server is worth another attempt.
const RETRY_AFTER_SECONDS: u32 = 1;

/// Why a request failed.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    /// One sentence that says what to do.
    pub(crate) sentence: String,
    /// The form field to blame, if any.
    pub(crate) field: Option<Field>,
    pub(crate) retry_after_seconds: Option<u32>,
    /// The cause, for the log.
    pub(crate) cause: Option<Box<dyn Error + Send + Sync>>,
    /// The page to show again, with the sentence on it, instead of an error page.
    pub(crate) page: Option<Box<Page>>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, sentence: impl Into<String>) -> Self {
        let sentence = sentence.into();
        Self { status, sentence, field: None, retry_after_seconds: None, cause: None, page: None }
    }

    pub(crate) fn bad_request(sentence: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, sentence)
    }

    pub(crate) fn busy(sentence: impl Into<String>) -> Self {
        let retry_after_seconds = Some(RETRY_AFTER_SECONDS);
        Self { retry_after_seconds, ..Self::new(StatusCode::SERVICE_UNAVAILABLE, sentence) }
    }

    pub(crate) fn about(self, field: Field) -> Self {
        Self { field: Some(field), ..self }
    }

    /// About the look, with the status for a valid but unsatisfiable request.
    pub(crate) fn about_look(self) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, ..self }.about(Field::Look)
    }

    /// With its cause, for the log.
    pub(crate) fn because(self, cause: impl Error + Send + Sync + 'static) -> Self {
        Self { cause: Some(Box::new(cause)), ..self }
    }

    /// The disk is full.
    pub(crate) fn full() -> Self {
        Self::new(
            StatusCode::INSUFFICIENT_STORAGE,
            "The server's disk is full, so nothing was saved. Free some space there, then try again.",
        )
    }

    /// Shows this page again instead of an error page.
    pub(crate) fn on(self, page: Page) -> Self {
        Self { page: Some(Box::new(page)), ..self }
    }

    /// What the user sees, without the request id.
    pub(crate) fn failure(&self) -> Failure {
        Failure { field: self.field.clone(), ..Failure::new(&*self.sentence) }
    }

    /// A few words for the title of an error page.
    pub(crate) fn title(&self) -> &'static str {
        kind_of(self.status).title
    }
}

/// Says about which field of a program's request an error is.
pub(crate) trait InField<T> {
    fn in_field(self, name: &str) -> Result<T, Problem>;
}

impl<T, E: Into<Problem>> InField<T> for Result<T, E> {
    fn in_field(self, name: &str) -> Result<T, Problem> {
        self.map_err(|error| error.into().about(Field::Answer(name.to_owned().into())))
    }
}

impl IntoResponse for Problem {
    /// Only the status; `error_response` finds the rest in the extensions.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

impl From<NumberError> for Problem {
    fn from(error: NumberError) -> Self {
        let problem = Self::bad_request(error.to_string());
        match error.parameter() {
            Some(name) => problem.about(Field::Answer(name.to_owned().into())),
            None => problem,
        }
    }
}

impl From<GalleryError> for Problem {
    fn from(error: GalleryError) -> Self {
        let sentence = error.to_string();
        let problem = match &error {
            GalleryError::NotFound | GalleryError::NoTable => {
                return Self::new(StatusCode::NOT_FOUND, sentence);
            }
            GalleryError::Gone => return Self::new(StatusCode::GONE, sentence),
            GalleryError::RequestReused
            | GalleryError::NotRemoved
            | GalleryError::Table(TableError::TooMany) => {
                return Self::new(StatusCode::CONFLICT, sentence);
            }
            GalleryError::Changed => return Self::new(StatusCode::PRECONDITION_FAILED, sentence),
            GalleryError::Upload(UploadError::TooLarge) => {
                return Self::new(StatusCode::PAYLOAD_TOO_LARGE, sentence);
            }
            GalleryError::Upload(_) | GalleryError::Table(_) | GalleryError::NotAPhoto => {
                return Self::new(StatusCode::UNPROCESSABLE_ENTITY, sentence);
            }
            GalleryError::TooManyLabels => {
                return Self::new(StatusCode::UNPROCESSABLE_ENTITY, sentence).about(Field::Labels);
            }
            GalleryError::NotReady | GalleryError::Busy | GalleryError::Stopping => {
                return Self::busy(sentence);
            }
            GalleryError::Drawing(_) | GalleryError::Logo(_) => {
                return Self::new(StatusCode::UNPROCESSABLE_ENTITY, sentence).about(Field::Look);
            }
            GalleryError::Unreadable => Self::new(StatusCode::INTERNAL_SERVER_ERROR, sentence),
            GalleryError::Bucket(error) if matches!(**error, BucketError::Full(_)) => Self::full(),
            GalleryError::Bucket(error) if matches!(**error, BucketError::Blocked(_)) => {
                Self::busy(format!("Nothing was saved: {error}."))
            }
            GalleryError::Catalog(error) if matches!(**error, CatalogError::Full(_)) => Self::full(),
            GalleryError::Catalog(error) if let Some(lasting) = error.lasting() => unusable(lasting),
            GalleryError::Bucket(_) | GalleryError::Catalog(_) | GalleryError::Queue(_) => {
                Self::busy(format!("{sentence} Try again in a moment."))
            }
        };
        Self { cause: Some(Box::new(error)), ..problem }
    }
}

/// What users read of a damaged catalog: the log names the file.
const DAMAGED: &str = "The catalog is damaged, so nothing can be saved, and retrying does not help. The operator should \
                       stop the server, run \"qrate check\", then restore a copy of the catalog, import an export, or \
                       rebuild the catalog with \"qrate import --from-bucket\".";

/// A catalog that needs an operator.
fn unusable(lasting: &CatalogError) -> Problem {
    match lasting {
        CatalogError::Damaged { .. } => Problem::new(StatusCode::INTERNAL_SERVER_ERROR, DAMAGED),
        lasting => Problem::new(StatusCode::SERVICE_UNAVAILABLE, format!("Nothing was done: {lasting}.")),
    }
}

/// Why nothing can be saved until somebody repairs the catalog: for pages, before anybody tries.
pub(crate) fn fault(error: &CatalogError) -> Option<String> {
    Some(match error.lasting()? {
        CatalogError::Damaged { .. } => DAMAGED.to_owned(),
        lasting => format!("Nothing can be saved: {lasting}."),
    })
}

impl From<TextError> for Problem {
    fn from(error: TextError) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()).about(Field::Text)
    }
}

impl From<StyleTextError> for Problem {
    fn from(error: StyleTextError) -> Self {
        let sentence = shortened(error).to_string();
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, sentence).about(Field::Look)
    }
}

impl From<FieldError> for Problem {
    fn from(error: FieldError) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, error.sentence).about(Field::Answer(error.field.into()))
    }
}

impl From<NameError> for Problem {
    fn from(error: NameError) -> Self {
        Self::bad_request(error.to_string()).about(Field::Name)
    }
}

impl From<LabelError> for Problem {
    fn from(error: LabelError) -> Self {
        Self::bad_request(error.to_string()).about(Field::Labels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    #[test]
    fn gallery_errors_map_to_http_statuses() {
        let disk = || io::Error::other("disk");
        let bucket = |error| GalleryError::Bucket(Arc::new(error));
        let catalog = |error| GalleryError::Catalog(Arc::new(error));
        let damaged = || CatalogError::Damaged { details: "page 7".to_owned() };
        for (error, status, retry, is_logged) in [
            (GalleryError::NotFound, 404, false, false),
            (GalleryError::Gone, 410, false, false),
            (GalleryError::NoTable, 404, false, false),
            (GalleryError::Table(TableError::Empty), 422, false, false),
            (GalleryError::Table(TableError::TooMany), 409, false, false),
            (GalleryError::RequestReused, 409, false, false),
            (GalleryError::NotRemoved, 409, false, false),
            (GalleryError::Changed, 412, false, false),
            (GalleryError::TooManyLabels, 422, false, false),
            (GalleryError::Busy, 503, true, false),
            (GalleryError::Stopping, 503, true, false),
            (GalleryError::Unreadable, 500, false, true),
            (bucket(BucketError::Full(disk())), 507, false, true),
            (bucket(BucketError::Denied(disk().into())), 503, true, true),
            (bucket(BucketError::Unavailable(disk().into())), 503, true, true),
            (bucket(BucketError::Blocked("`main` is a file".into())), 503, true, true),
            (catalog(CatalogError::Full(disk().into())), 507, false, true),
            (catalog(CatalogError::Unavailable(disk().into())), 503, true, true),
            (catalog(CatalogError::Other(disk().into())), 503, true, true),
            (catalog(damaged()), 500, false, true),
            (catalog(CatalogError::Unavailable(damaged().into())), 500, false, true),
            (catalog(CatalogError::Corrupt("it was moved".into())), 503, false, true),
        ] {
            let problem = Problem::from(error);
            assert_eq!(problem.status.as_u16(), status, "{problem:?}");
            assert_eq!(problem.retry_after_seconds.is_some(), retry, "{problem:?}");
            assert_eq!(problem.cause.is_some(), is_logged, "{problem:?}");
            assert!(problem.sentence.ends_with('.'), "{problem:?}");
            assert!(retry || !problem.sentence.contains("in a moment"), "{problem:?}");
        }
        let sentence = Problem::from(catalog(damaged())).sentence;
        for words in ["is damaged", "qrate check", "import an export", "--from-bucket"] {
            assert!(sentence.contains(words), "{sentence}");
        }
    }
}
