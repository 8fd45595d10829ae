//! The doors of the composer that save nothing in the listing: drawing a draft, as a page or as a file, keeping a logo,
//! and making a look the space's. All take the form that `save` takes.

use std::sync::Arc;

use app::model::{DraftFields, Drawn, Page};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use domain::payload::title_of;
use domain::{Key, Space};
use gallery::Preview;
use serde::Serialize;

use crate::files;
use crate::filled::{self, Filled};
use crate::formats::FileFormat;
use crate::inputs::{Form, InSpace, Parameters, accepts};
use crate::json::json;
use crate::pages;
use crate::problem::Problem;
use crate::site::Site;
use crate::upload::LogoForm;

/// A logo that is kept.
#[derive(Serialize)]
pub(crate) struct LogoJson {
    pub(crate) logo: String,
}

/// A look as text.
#[derive(Serialize)]
pub(crate) struct LookJson {
    pub(crate) look: String,
}

/// `POST /s/{space}/preview`
pub(crate) async fn preview(
    State(site): State<Arc<Site>>,
    InSpace(space): InSpace,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, Problem> {
    let filled = Filled::by_form(&form, &headers);
    let filled = match form.text("preset") {
        Some(preset) => filled.in_preset(preset),
        None => filled,
    };
    show(&site, space, filled).await
}

/// The page with the draft on it, drawn.
async fn show(site: &Site, space: Space, Filled { fields, wrong }: Filled) -> Result<Response, Problem> {
    let drawn = match wrong {
        Some(problem) => Err(problem),
        None => drawn(site, &fields).await,
    };
    let mut page = pages::space_again(site, space, fields).await;
    match drawn {
        Ok(drawn) => {
            page.drawn = drawn;
            Ok(pages::html(StatusCode::OK, site.draw(Page::Space(page))))
        }
        Err(problem) => Err(problem.on(Page::Space(page))),
    }
}

/// A draft as it is drawn here; none while nothing is typed.
pub(crate) async fn drawn(site: &Site, fields: &DraftFields) -> Result<Option<Box<Drawn>>, Problem> {
    let Some(code) = filled::code(fields)? else { return Ok(None) };
    let Preview { svg, score, version, level } = site.gallery.preview(&code, fields.look.clone()).await?;
    Ok(Some(Box::new(Drawn { picture: svg, score, version, level })))
}

/// `POST /s/{space}/draw`
pub(crate) async fn draw(
    State(site): State<Arc<Site>>,
    InSpace(space): InSpace,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, Problem> {
    let Filled { fields, wrong } = Filled::by_form(&form, &headers);
    let file = match wrong {
        Some(problem) => Err(problem),
        None => draw_filled(&site, &form, &fields).await,
    };
    match file {
        Ok(file) => Ok(file),
        Err(problem) => Err(problem.on(Page::Space(pages::space_again(&site, space, fields).await))),
    }
}

async fn draw_filled(site: &Site, form: &Parameters, fields: &DraftFields) -> Result<Response, Problem> {
    let format = format(form.text("as"))?;
    let code = filled::code_or_sentence(fields)?;
    let bytes = site.gallery.draw(&code, fields.look.clone(), format.format).await?;
    Ok(attachment(bytes, format, &fields.name, code.as_str()))
}

/// The format that was asked for.
pub(crate) fn format(name: Option<&str>) -> Result<FileFormat, Problem> {
    let format = name.and_then(FileFormat::named);
    format.ok_or_else(|| Problem::bad_request("Say as what to draw it: as=png, svg, pdf, txt or uri."))
}

/// A file that was just drawn, to be saved by whoever asked.
pub(crate) fn attachment(bytes: Bytes, format: FileFormat, name: &str, text: &str) -> Response {
    let title = if name.trim().is_empty() { title_of(text) } else { name.to_owned() };
    let file_name = format!("{}.{}", Key::download_stem(&title), format.extension);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(format.content_type)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(files::FILE_POLICY)),
        (header::CONTENT_DISPOSITION, files::attached(&file_name)),
    ];
    (headers, bytes).into_response()
}

/// `POST /s/{space}/logo`
pub(crate) async fn logo(
    State(site): State<Arc<Site>>,
    InSpace(space): InSpace,
    headers: HeaderMap,
    LogoForm { mut form, file }: LogoForm,
) -> Result<Response, Problem> {
    let kept = match file {
        Some(file) => site.gallery.keep_logo(file).await.map_err(Problem::from),
        None => Err(Problem::bad_request("Choose a file for the logo first.").about_look()),
    };
    match kept {
        Ok(id) if accepts(&headers, "application/json") => {
            Ok(json(StatusCode::OK, &LogoJson { logo: id.to_string() }))
        }
        Ok(id) => {
            form.push("logo", id.to_string());
            show(&site, space, Filled::by_form(&form, &headers)).await
        }
        Err(problem) => {
            let fields = Filled::by_form(&form, &headers).fields;
            Err(problem.on(Page::Space(pages::space_again(&site, space, fields).await)))
        }
    }
}

/// `POST /s/{space}/look`
pub(crate) async fn keep_look(
    State(site): State<Arc<Site>>,
    InSpace(space): InSpace,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, Problem> {
    let Filled { fields, wrong } = Filled::by_form(&form, &headers);
    let kept = match wrong {
        Some(problem) => Err(problem),
        None => site.gallery.set_default_look(&space, fields.look.clone()).await.map_err(Problem::from),
    };
    match kept {
        Ok(()) if accepts(&headers, "application/json") => {
            Ok(json(StatusCode::OK, &LookJson { look: fields.look.to_string() }))
        }
        Ok(()) => {
            let address = format!("{}?look-kept=1", site.space_address(&space));
            Ok((StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response())
        }
        Err(problem) => Err(problem.on(Page::Space(pages::space_again(&site, space, fields).await))),
    }
}
