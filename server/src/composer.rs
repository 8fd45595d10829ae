//! Endpoints of the composer's form besides the server functions: drawing a draft, as a page or as a file, and
//! uploading a logo. All accept the same form as `save`.

use std::sync::Arc;

use app::model::{DraftFields, Page};
use app::preferences::Preferences;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use domain::Key;
use domain::payload::title_of;
use gallery::{Grant, MayRead, Read, Write};
use serde::Serialize;
use utoipa::ToSchema;

use crate::composer_form::{self, ComposerForm};
use crate::disposition::{Disposition, disposition};
use crate::formats::FileFormat;
use crate::grants::InSpace;
use crate::inputs::{Form, is_awake};
use crate::json::json;
use crate::picture::Picture;
use crate::preferences::preferences;
use crate::problem::{InField as _, Problem};
use crate::site::Site;
use crate::upload::LogoForm;
use crate::{files, page_models};

/// An uploaded logo.
#[derive(Serialize, ToSchema)]
#[schema(as = Logo)]
pub(crate) struct LogoJson {
    /// Its id, for a look: `logo=…`.
    pub(crate) logo: String,
}

/// `POST /s/{space}/preview`
pub(crate) async fn preview(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, Problem> {
    let filled = ComposerForm::by_form(&form, is_awake(&headers));
    let filled = match form.text("preset") {
        Some(preset) => filled.in_preset(preset),
        None => filled,
    };
    show(&site, &grant, preferences(&headers), filled).await
}

/// The page with the drawn draft.
async fn show(
    site: &Site,
    grant: &Grant<impl MayRead>,
    preferences: Preferences,
    filled: ComposerForm,
) -> Result<Response, Problem> {
    let (fields, picture) = Picture::of(site, grant, filled).await;
    picture.shown(site, page_models::space_again(site, grant, fields).await, preferences)
}

/// `POST /s/{space}/draw`
pub(crate) async fn draw(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, Problem> {
    let format = format(form.text("as"), "as");
    let filled = ComposerForm::by_form(&form, is_awake(&headers));
    let filled = match &format {
        Ok(format) if !format.has_a_look() => filled.in_any_look(),
        _ => filled,
    };
    let file = async |fields: &DraftFields| {
        let format = format?;
        let (code, name) = composer_form::code_and_name(fields)?;
        let bytes = site.gallery.draw(&grant, &code, fields.look.clone(), format.format).await?;
        Ok(attachment(bytes, format, name.as_str(), code.as_str()))
    };
    filled.or_again(&site, &grant, file).await
}

/// The requested format; `field` is where it stands.
pub(crate) fn format(name: Option<&str>, field: &str) -> Result<FileFormat, Problem> {
    let format = name.and_then(FileFormat::named);
    let unknown = || Problem::bad_request(format!("Choose a format: {field}=png, svg, pdf, txt or uri."));
    format.ok_or_else(unknown).in_field(field)
}

/// A newly drawn file as a download; a data URI to be copied.
pub(crate) fn attachment(bytes: Bytes, format: FileFormat, name: &str, text: &str) -> Response {
    let title = if name.trim().is_empty() { title_of(text) } else { name.to_owned() };
    let file_name = format!("{}.{}", Key::download_stem(&title), format.extension);
    let kind = if format.is_copied() { Disposition::Inline } else { Disposition::Attachment };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(format.content_type)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(files::FILE_POLICY)),
        (header::CONTENT_DISPOSITION, files::header_value(&disposition(kind, &file_name))),
    ];
    (headers, bytes).into_response()
}

/// `POST /s/{space}/logo`
pub(crate) async fn logo(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Write>,
    headers: HeaderMap,
    LogoForm { mut form, file }: LogoForm,
) -> Result<Response, Problem> {
    let kept = async {
        let file = file?;
        let none = || Problem::bad_request("Choose a file for the logo first.").about_look();
        Ok(site.gallery.keep_logo(&grant, file.ok_or_else(none)?).await?)
    };
    match kept.await {
        Ok(id) if is_awake(&headers) => Ok(json(StatusCode::OK, &LogoJson { logo: id.to_string() })),
        Ok(id) => {
            form.push("logo", id.to_string());
            show(&site, &grant, preferences(&headers), ComposerForm::by_form(&form, is_awake(&headers))).await
        }
        Err(problem) => {
            let fields = ComposerForm::by_form(&form, is_awake(&headers)).fields;
            Err(Problem::on(problem, Page::Space(page_models::space_again(&site, &grant, fields).await)))
        }
    }
}
