//! Logo uploads: a multipart form, or the file itself. `body` limits their memory, and the gallery limits how many
//! are decoded at once.

use axum::body::{Body, Bytes};
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use domain::limits::{FORM_BODY_MAX_BYTES, LOGO_MAX_BYTES};
use domain::{Field, Parameters, grouped};

use crate::body::{ReceivedBody, body, receive_prefix};
use crate::inputs::expect_type;
use crate::problem::Problem;

/// The file's field.
const FILE: &str = "logo-file";

/// A multipart form with a logo.
pub(crate) struct LogoForm {
    /// All fields but the file.
    pub(crate) form: Parameters,
    /// `None` if no file was chosen. An oversized one truncated the form: its fields are those before it.
    pub(crate) file: Result<Option<Bytes>, Problem>,
}

/// A logo by itself.
pub(crate) struct LogoFile(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for LogoForm {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        expect_type(request.headers(), "multipart/form-data")?;
        let (parts, incoming) = request.into_parts();
        let whole = Request::from_parts(parts.clone(), incoming);
        let ReceivedBody { bytes, is_whole } =
            receive_prefix(whole, LOGO_MAX_BYTES + FORM_BODY_MAX_BYTES).await?;
        let whole = Request::from_parts(parts, Body::from(bytes));
        let mut fields = Multipart::from_request(whole, state).await.map_err(|_| not_a_form())?;
        let (mut pairs, mut pairs_bytes, mut file) = (Vec::new(), 0, None);
        loop {
            let (name, bytes) = match next(&mut fields).await {
                Ok(Some(field)) => field,
                Ok(None) => break,
                Err(_) if !is_whole => break,
                Err(_) => return Err(not_whole()),
            };
            if name == FILE {
                // A browser sends an empty one when none was chosen.
                file = Some(bytes).filter(|file| !file.is_empty());
            } else {
                pairs_bytes += name.len() + bytes.len();
                if pairs_bytes > FORM_BODY_MAX_BYTES {
                    return Err(form_too_large());
                }
                let value = String::from_utf8(bytes.into());
                pairs.push((name, value.map_err(|_| Problem::bad_request("The form is not UTF-8."))?));
            }
        }
        let is_small = is_whole && file.as_ref().is_none_or(|file| file.len() <= LOGO_MAX_BYTES);
        let too_large = || Problem::new(StatusCode::PAYLOAD_TOO_LARGE, too_large()).about(Field::Look);
        let file = if is_small { Ok(file) } else { Err(too_large()) };
        Ok(Self { form: Parameters::from_iter(pairs), file })
    }
}

/// The name and the value of the next field.
async fn next(fields: &mut Multipart) -> Result<Option<(String, Bytes)>, MultipartError> {
    let Some(field) = fields.next_field().await? else { return Ok(None) };
    let name = field.name().unwrap_or_default().to_owned();
    Ok(Some((name, field.bytes().await?)))
}

impl<S: Send + Sync> FromRequest<S> for LogoFile {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        Ok(Self(body(request, LOGO_MAX_BYTES, too_large()).await?))
    }
}

fn too_large() -> String {
    let most_mib = LOGO_MAX_BYTES / (1024 * 1024);
    format!("The logo's file is too large: the maximum is {most_mib} MiB. Make the picture smaller.")
}

fn form_too_large() -> Problem {
    let most_bytes = grouped(FORM_BODY_MAX_BYTES as u64);
    let sentence =
        format!("The form is too large: without the logo's file the maximum is {most_bytes} bytes.");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, sentence)
}

fn not_a_form() -> Problem {
    Problem::bad_request("The form is malformed: it has no boundary.")
}

fn not_whole() -> Problem {
    Problem::bad_request("The form is incomplete or malformed. Try again.")
}
