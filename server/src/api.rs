//! The JSON API below `/api/v1/`: the same verbs for programs.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use domain::limits::{PAGE_DEFAULT_ENTRIES, PAGE_MAX_ENTRIES};
use domain::payload::PayloadKind;
use domain::{
    ChangeWire, Description, Entry, EntryId, EntryRow, KeptLook, Label, Level, Name, Space, one_of,
};
use gallery::{Administer, Draft, Grant, MayRead, OnReuse, Read, WindowRequest, Write};
use serde::Serialize;

use crate::composer::LogoJson;
use crate::conditional::{check_if_match, matches_if_none_match, quoted};
use crate::excerpt::excerpt;
use crate::grants::{Asker, InSpace, OfEntry};
use crate::inputs::{NUMBER_MAX, Query, parsed};
use crate::json::json;
use crate::json_object::JsonObject;
use crate::problem::Problem;
use crate::site::Site;
use crate::upload::LogoFile;
use crate::zones::IanaZones;
use crate::{composer, labels, looks, page_models, saving};

/// `GET /api/v1/spaces`
pub(crate) async fn spaces(State(site): State<Arc<Site>>, asker: Asker) -> Result<Response, Problem> {
    #[derive(Serialize)]
    struct Spaces {
        spaces: Vec<Space>,
    }
    let granted = site.gallery.spaces(|space| asker.may_read(space)).await?;
    let spaces = granted.iter().map(|grant| grant.space().clone()).collect();
    Ok(json(StatusCode::OK, &Spaces { spaces }))
}

/// `GET /api/v1/spaces/{space}/entries`: a page of the listing, or of the entries with every `label`, or the newest
/// live entry with exactly this value.
pub(crate) async fn list(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
    Query(query): Query,
) -> Result<Response, Problem> {
    let page = query.small_number("page", 1..=u32::MAX)?.unwrap_or(1);
    let per_page = query.small_number("per_page", 1..=PAGE_MAX_ENTRIES)?.unwrap_or(PAGE_DEFAULT_ENTRIES);
    if let Some(seq) = query.number("at", 0..=NUMBER_MAX)? {
        site.gallery.wait_for(&grant, seq).await?;
    }
    if query.text("label").is_some() && query.text("value").is_some() {
        return Err(Problem::bad_request("Send either `value` or `label`."));
    }
    let window = WindowRequest { page, per_page };
    let mut listing = page_models::listing(&site.gallery, &grant, window).await?;
    let labels = labels::asked_for(&query)?;
    if !labels.is_empty() {
        let labelled = site.gallery.labelled(&grant, &labels, window).await?;
        listing.entries = page_models::rows(&labelled.entries);
        (listing.total, listing.page, listing.pages) = (labelled.total, labelled.page, labelled.pages);
    } else if let Some(value) = query.text("value") {
        listing.entries = page_models::rows(site.gallery.find_value(&grant, value).await?.as_slice());
        (listing.total, listing.page, listing.pages) = (listing.entries.len() as u64, 1, 1);
    }
    Ok(json(StatusCode::OK, &listing))
}

/// A program's request: a text, or a content with its fields.
struct DraftJson {
    text: Option<String>,
    content: Option<BTreeMap<String, String>>,
    level: Option<String>,
    look: Option<String>,
    name: Option<String>,
    /// Only for saving.
    request: Option<String>,
    /// The file format; only for drawing.
    r#as: Option<String>,
}

impl DraftJson {
    fn read(object: JsonObject) -> Result<Self, Problem> {
        let fields = ["text", "content", "level", "look", "name", "request", "as"];
        let mut object = object.with_only(&fields)?;
        Ok(Self {
            text: object.text("text")?,
            content: object.texts("content")?,
            level: object.text("level")?,
            look: object.text("look")?,
            name: object.text("name")?,
            request: object.text("request")?,
            r#as: object.text("as")?,
        })
    }

    fn draft(self) -> Result<Draft, Problem> {
        let level = self.level.as_deref().map(parsed::<Level>).transpose()?;
        let look = self.look.as_deref().map(looks::parsed).transpose()?.unwrap_or_default();
        let request = self.request.unwrap_or_else(saving::new_request);
        let (kind, text) = match (self.text, self.content) {
            (Some(text), None) => (PayloadKind::Text, text),
            (None, Some(content)) => composed(&content)?,
            _ => return Err(Problem::bad_request("Send either `text` or `content`.")),
        };
        let level = saving::level(kind, level)?;
        saving::draft(&text, level, look, self.name.as_deref().unwrap_or_default(), &request)
    }
}

/// `POST /api/v1/spaces/{space}/entries`
pub(crate) async fn save(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Write>,
    object: JsonObject,
) -> Result<Response, Problem> {
    let draft_json = DraftJson::read(object)?;
    if draft_json.r#as.is_some() {
        return Err(Problem::bad_request("Saved codes are PNGs: omit `as`, or post to …/draw."));
    }
    let published = site.gallery.publish(&grant, draft_json.draft()?, OnReuse::Conflict).await?;

    let status = if published.repeated { StatusCode::OK } else { StatusCode::CREATED };
    let mut response = json(status, &ChangeWire::from(&published.change));
    let address = site.addresses(grant.space()).api_entry(published.change.entry.id);
    let location = HeaderValue::try_from(address).expect("a base path, a space and a number are ASCII");
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

/// `POST /api/v1/spaces/{space}/draw`: returns the file; nothing is saved.
pub(crate) async fn draw(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
    object: JsonObject,
) -> Result<Response, Problem> {
    let draft_json = DraftJson::read(object)?;
    let format = composer::format(draft_json.r#as.as_deref())?;
    let draft_json = if format.has_a_look() { draft_json } else { DraftJson { look: None, ..draft_json } };
    let Draft { text, name, look, .. } = draft_json.draft()?;
    let bytes = site.gallery.draw(&grant, &text, look, format.format).await?;
    Ok(composer::attachment(bytes, format, name.as_str(), text.as_str()))
}

/// `GET /api/v1/spaces/{space}/look`: the default look of new codes.
pub(crate) async fn look(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let look = site.gallery.settings(&grant).await?.look;
    tagged(&headers, &quoted(look.as_str()), json(StatusCode::OK, &KeptLook { look: look.clone() }))
}

/// `PUT /api/v1/spaces/{space}/look`
pub(crate) async fn set_look(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Administer>,
    headers: HeaderMap,
    object: JsonObject,
) -> Result<Response, Problem> {
    let draft_json = object.with_only(&["look"])?.text("look")?;
    let draft_json = draft_json.ok_or_else(|| Problem::bad_request("Send the look in the field `look`."))?;
    let look = looks::parsed(&draft_json)?;
    if headers.contains_key(header::IF_MATCH) {
        check_if_match(&headers, &quoted(site.gallery.settings(&grant).await?.look.as_str()))?;
    }
    site.gallery.set_default_look(&grant, look.clone()).await?;
    Ok(json(StatusCode::OK, &KeptLook { look }))
}

/// `POST /api/v1/spaces/{space}/logos`: the file itself.
pub(crate) async fn keep_logo(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Write>,
    LogoFile(file): LogoFile,
) -> Result<Response, Problem> {
    let id = site.gallery.keep_logo(&grant, file).await?;
    Ok(json(StatusCode::CREATED, &LogoJson { logo: id.to_string() }))
}

/// The kind and the text of a content, from its `kind` and the fields of that kind.
fn composed(content: &BTreeMap<String, String>) -> Result<(PayloadKind, String), Problem> {
    let kind: PayloadKind = parsed(content.get("kind").map(String::as_str).unwrap_or_default())?;
    let is_known = |name: &str| name == "kind" || kind.fields().iter().any(|field| field.name == name);
    if let Some(unknown) = content.keys().find(|name| !is_known(name)) {
        let fields = kind.fields().iter().map(|field| field.name);
        let sentence = match kind {
            PayloadKind::Text => "Send plain text in the field `text`.".to_owned(),
            _ => format!("{kind} has no field {}: choose {}.", excerpt(unknown), one_of(fields)),
        };
        return Err(Problem::bad_request(sentence));
    }
    let answers = content.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let payload = kind.compose(&answers, &IanaZones)?;
    payload
        .map(|payload| (kind, payload.to_string()))
        .ok_or_else(|| Problem::bad_request("Send plain text in the field `text`."))
}

/// `GET /api/v1/spaces/{space}/entries/{id}`: an entry; a tombstone is returned with 410.
pub(crate) async fn entry(
    State(site): State<Arc<Site>>,
    OfEntry { grant, id }: OfEntry<Read>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let entry = site.gallery.entry(&grant, id).await?;
    if !entry.state.is_live() {
        return Ok(json(StatusCode::GONE, &EntryRow::from(&*entry)));
    }
    tagged(&headers, &entry_tag(&entry), json(StatusCode::OK, &EntryRow::from(&*entry)))
}

/// The ETag of an entry: its revision.
fn entry_tag(entry: &Entry) -> String {
    quoted(&entry.revision.to_string())
}

/// Refuses to change an entry that is not the version named by the client's `If-Match`.
async fn check_entry_if_match(
    site: &Site,
    headers: &HeaderMap,
    grant: &Grant<impl MayRead>,
    id: EntryId,
) -> Result<(), Problem> {
    if headers.contains_key(header::IF_MATCH) {
        check_if_match(headers, &entry_tag(&*site.gallery.entry(grant, id).await?))?;
    }
    Ok(())
}

/// A response with this ETag, or 304 or 412 by the request's conditions.
fn tagged(headers: &HeaderMap, tag: &str, answer: Response) -> Result<Response, Problem> {
    check_if_match(headers, tag)?;
    let mut answer =
        if matches_if_none_match(headers, tag) { StatusCode::NOT_MODIFIED.into_response() } else { answer };
    answer.headers_mut().insert(header::ETAG, HeaderValue::try_from(tag).expect("percent-encoded"));
    Ok(answer)
}

/// `PATCH /api/v1/spaces/{space}/entries/{id}`: changes name or labels; omitted ones stay.
pub(crate) async fn describe(
    State(site): State<Arc<Site>>,
    OfEntry { grant, id }: OfEntry<Write>,
    headers: HeaderMap,
    object: JsonObject,
) -> Result<Response, Problem> {
    let mut object = object.with_only(&["name", "labels"])?;
    let name = object.text("name")?.map(|name| name.parse::<Name>()).transpose()?;
    let labels = object.list("labels")?;
    let labels = labels.map(|labels| Label::of_person(labels.iter().map(String::as_str))).transpose()?;
    if name.is_none() && labels.is_none() {
        return Err(Problem::bad_request("Send `name`, `labels`, or both."));
    }
    let expected = if headers.contains_key(header::IF_MATCH) {
        let entry = site.gallery.entry(&grant, id).await?;
        check_if_match(&headers, &entry_tag(&entry))?;
        Some(entry.revision)
    } else {
        None
    };
    let change = site.gallery.describe(&grant, id, expected, Description { name, labels }).await?;
    let tag = HeaderValue::try_from(entry_tag(&change.entry)).expect("a number is ASCII");
    let mut response = json(StatusCode::OK, &ChangeWire::from(&change));
    response.headers_mut().insert(header::ETAG, tag);
    Ok(response)
}

/// `DELETE /api/v1/spaces/{space}/entries/{id}`
pub(crate) async fn remove(
    State(site): State<Arc<Site>>,
    OfEntry { grant, id }: OfEntry<Write>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    check_entry_if_match(&site, &headers, &grant, id).await?;
    Ok(json(StatusCode::OK, &ChangeWire::from(&site.gallery.remove(&grant, id).await?)))
}

/// `POST /api/v1/spaces/{space}/entries/{id}/restore`
pub(crate) async fn restore(
    State(site): State<Arc<Site>>,
    OfEntry { grant, id }: OfEntry<Write>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    check_entry_if_match(&site, &headers, &grant, id).await?;
    Ok(json(StatusCode::OK, &ChangeWire::from(&site.gallery.restore(&grant, id).await?)))
}
