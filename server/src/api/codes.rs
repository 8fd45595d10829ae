//! Makes codes over the API: from a text or a typed content. Not here: many at once (`batch`), saving (`gallery`).

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use domain::payload::PayloadKind;
use domain::{Entry, Label, Level, RequestId, one_of};
use gallery::{Draft, DrawnEntry, Grant, OnReuse, Published, Write};

use super::idempotency::IdempotencyKey;
use super::parameters::{IdempotencyHeader, InSpacePath};
use super::problems::WriteProblems;
use super::wire::{ChangeJson, CodeRequest, PictureJson};
use crate::excerpt::excerpt;
use crate::files;
use crate::formats::FileFormat;
use crate::grants::InSpace;
use crate::inputs::parsed;
use crate::json::json;
use crate::json_object::JsonObject;
use crate::problem::{InField as _, Problem};
use crate::saving;
use crate::site::Site;
use crate::zones::IanaZones;
use crate::{composer, looks};

/// What a program wants made.
pub(super) struct CodeDraft {
    draft: Draft,
    /// The format in which the answer has the picture, too.
    picture: Option<FileFormat>,
}

impl CodeDraft {
    /// Reads a request; the request id of a line stands in it as `key`.
    pub(super) fn read(object: JsonObject, request: RequestId) -> Result<Self, Problem> {
        let fields = ["text", "content", "level", "look", "name", "labels", "picture"];
        let mut object = object.with_only(&fields)?;
        let level = object.text("level")?.as_deref().map(parsed::<Level>).transpose().in_field("level")?;
        let look = object.text("look")?.as_deref().map(looks::parsed).transpose()?.unwrap_or_default();
        let (kind, text) = match (object.text("text")?, object.texts("content")?) {
            (Some(text), None) => (PayloadKind::Text, text),
            (None, Some(content)) => composed(&content)?,
            _ => return Err(Problem::bad_request("Send either `text` or `content`.")),
        };
        let level = saving::level(kind, level)?;
        let name = object.text("name")?.unwrap_or_default();
        let labels = object.list("labels")?.unwrap_or_default();
        let labels = Label::of_person(labels.iter().map(String::as_str)).in_field("labels")?;
        let picture = object.text("picture")?;
        let picture = picture.as_deref().map(|name| composer::format(Some(name), "picture")).transpose()?;
        let draft = saving::draft(&text, level, look, &name, request)?;
        Ok(Self { draft: Draft { labels, ..draft }, picture })
    }

    /// Refuses the picture.
    pub(super) fn without_picture(self) -> Result<Draft, Problem> {
        match self.picture {
            None => Ok(self.draft),
            Some(_) => Err(Problem::bad_request("`picture` is not available in a batch: leave it out."))
                .in_field("picture"),
        }
    }
}

#[utoipa::path(
    post,
    path = "/api/v1/spaces/{space}/entries",
    tag = "Codes",
    operation_id = "createCode",
    summary = "Make a code",
    description = "Draws the code, reads it back, and keeps it. With `Accept: image/png`, `image/svg+xml`, `application/pdf` or \
        `text/plain` the answer is the picture itself.",
    params(InSpacePath, IdempotencyHeader),
    request_body = CodeRequest,
    responses(
        (status = 201, description = "It is saved", headers(("Location" = String, description = "The entry")), content(
            (ChangeJson = "application/json"), (String = "image/png"), (String = "image/svg+xml"),
            (String = "application/pdf"), (String = "text/plain")
        )),
        (status = 200, description = "It was saved before, with the same Idempotency-Key", headers(("Location" = String, description = "The entry")), content(
            (ChangeJson = "application/json"), (String = "image/png"), (String = "image/svg+xml"),
            (String = "application/pdf"), (String = "text/plain")
        )),
        WriteProblems
    )
)]
pub(super) async fn create(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Write>,
    IdempotencyKey(request): IdempotencyKey,
    headers: HeaderMap,
    object: JsonObject,
) -> Result<Response, Problem> {
    let CodeDraft { draft, picture } = CodeDraft::read(object, request)?;
    let published = publish(&site, &grant, draft).await?;
    let entry = &published.change.entry;
    let answer = if let Some(format) = FileFormat::accepted(&headers) {
        let bytes = drawn(&site, entry, format).await?;
        let kind = HeaderValue::from_static(format.content_type);
        let policy = HeaderValue::from_static(files::FILE_POLICY);
        ([(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, policy)], bytes).into_response()
    } else {
        let mut change = ChangeJson::new(&site.addresses(grant.space()), &published.change);
        if let Some(format) = picture {
            change.picture = Some(PictureJson::new(format, &drawn(&site, entry, format).await?));
        }
        json(StatusCode::OK, &change)
    };
    let location = site.addresses(grant.space()).api_entry(entry.id);
    let location = HeaderValue::try_from(location).expect("a base path, a space and a number are ASCII");
    Ok((status(&published), [(header::LOCATION, location)], answer).into_response())
}

/// Saves a draft of a program: its request id stands for this draft only.
pub(super) async fn publish(site: &Site, grant: &Grant<Write>, draft: Draft) -> Result<Published, Problem> {
    Ok(site.gallery.publish(grant, draft, OnReuse::Conflict).await?)
}

/// 201, or 200 for a repetition.
pub(super) fn status(published: &Published) -> StatusCode {
    if published.repeated { StatusCode::OK } else { StatusCode::CREATED }
}

async fn drawn(site: &Site, entry: &Entry, format: FileFormat) -> Result<bytes::Bytes, Problem> {
    let drawn = site.gallery.draw_saved(entry, format.format).await?;
    let none =
        || Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "This entry is not a code that can be drawn.");
    drawn.map(|DrawnEntry { bytes, .. }| bytes).ok_or_else(none)
}

/// The kind and the text of a content, from its `kind` and the fields of that kind.
fn composed(content: &BTreeMap<String, String>) -> Result<(PayloadKind, String), Problem> {
    let typed = || PayloadKind::ALL.into_iter().filter(|kind| *kind != PayloadKind::Text);
    let named = content.get("kind").map(String::as_str).unwrap_or_default();
    let Some(kind) = typed().find(|kind| kind.as_str() == named) else {
        let kinds = one_of(typed().map(PayloadKind::as_str));
        let sentence = format!("The `kind` of a content is {kinds}. Send plain text in the field `text`.");
        return Err(Problem::bad_request(sentence)).in_field("kind");
    };
    let is_known = |name: &str| name == "kind" || kind.fields().iter().any(|field| field.name == name);
    if let Some(unknown) = content.keys().find(|name| !is_known(name)) {
        let fields: Vec<_> = kind.fields().iter().map(|field| field.name).collect();
        let unknown = excerpt(unknown);
        let sentence = format!("`{kind}` has no field {unknown}. Its fields are {}.", fields.join(", "));
        return Err(Problem::bad_request(sentence)).in_field(&unknown);
    }
    let answers = content.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let payload = kind.compose(&answers, &IanaZones)?;
    payload
        .map(|payload| (kind, payload.to_string()))
        .ok_or_else(|| Problem::bad_request("Send plain text in the field `text`."))
}
