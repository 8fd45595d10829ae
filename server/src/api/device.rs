//! The endpoint for devices: one address, three verbs. A device keeps codes as files in a space of its own; its id is the
//! only secret. Not here: which space that is (`gallery`).

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::limits::NAME_MAX_CHARS;
use domain::{CodeText, Entry, Field, Level, Name, RequestId, SortBy, StyleText, Timestamp, number};
use futures::TryStreamExt as _;
use gallery::bucket::BucketError;
use gallery::{Cursor, Draft, DrawnEntry, Format, GalleryError, Grant, Read, Write, device_space};
use serde::Serialize;
use utoipa::ToSchema;

use super::entries::cursor;
use super::idempotency::IdempotencyKey;
use super::parameters::IdempotencyHeader;
use super::problems::WriteProblems;
use crate::files::file_place;
use crate::grants::Asker;
use crate::json::json;
use crate::json_object::JsonObject;
use crate::looks;
use crate::problem::{InField as _, Problem};
use crate::site::Site;

/// Longest id of a device, in bytes.
const DEVICE_MAX_BYTES: usize = 256;
/// Pictures in an answer, if nobody asks for another number, and at most.
const IMAGES_DEFAULT: u64 = 20;
const IMAGES_MAX: u64 = 50;
/// The widest picture, in pixels.
const SIZE_MAX: u64 = 4096;
/// The largest object that is read: the widest picture of the largest code has less.
const OBJECT_MAX_BYTES: u64 = 1024 * 1024;

/// What a device asks for.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "only described")]
pub(super) struct DeviceRequest {
    /// What to do.
    #[schema(pattern = "^(GENERATE|RETRIEVE|DELETE)$", example = "GENERATE")]
    r#type: String,
    /// The id of the device: the only secret, so a random one.
    #[schema(min_length = 1, max_length = 256, example = "7c9e6679-7425-40de-944b")]
    device_id: String,
    /// GENERATE: the text of the code.
    #[schema(nullable, max_length = 7089, example = "https://example.com")]
    string: Option<String>,
    /// GENERATE and DELETE: the name of the file. RETRIEVE: only this one; without it, all.
    #[schema(nullable, max_length = 128, example = "menu.png")]
    filename: Option<String>,
    /// GENERATE: the level of error correction (`L`, `M`, `Q`, `H`; default `M`), or the width in pixels.
    #[schema(nullable, pattern = "^([LMQH]|[1-9][0-9]{0,3})$", example = "Q")]
    detail: Option<String>,
    /// RETRIEVE: continues after an earlier answer, from its `next`.
    #[schema(nullable, pattern = "^[1-9][0-9]{0,15}$")]
    cursor: Option<String>,
    /// RETRIEVE: how many pictures at most, 1 to 50; default 20.
    #[schema(nullable, pattern = "^([1-9]|[1-4][0-9]|50)$")]
    limit: Option<String>,
}

/// A picture of a device.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DeviceImage {
    /// What was asked for.
    r#type: &'static str,
    /// The id of the device.
    device_id: String,
    /// The name of the file.
    filename: Name,
    /// The text of the code.
    string: Option<String>,
    /// The level of error correction, or the width in pixels.
    detail: String,
    /// The key of the object in the bucket.
    key: String,
    /// Bytes of the object.
    size: u64,
    /// When it was made.
    last_modified: Timestamp,
    /// The version of the object in the bucket.
    etag: String,
    /// Rises with each picture of the device.
    version: u64,
    /// The PNG in base64.
    image: String,
}

/// Pictures of a device, the newest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DeviceImages {
    /// The id of the device.
    device_id: String,
    /// How many pictures there are in all.
    count: u64,
    /// The `cursor` of the next part; null after the last one.
    next: Option<String>,
    /// The pictures.
    images: Vec<DeviceImage>,
}

/// Whether there was such a file.
#[derive(Serialize, ToSchema)]
pub(super) struct DeviceDeleted {
    /// False if there was none.
    deleted: bool,
}

/// The answer to GENERATE, RETRIEVE or DELETE.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum DeviceAnswer {
    /// GENERATE.
    Image(Box<DeviceImage>),
    /// RETRIEVE.
    Images(DeviceImages),
    /// DELETE.
    Deleted(DeviceDeleted),
}

#[utoipa::path(
    post,
    path = "/api/v1/device",
    tag = "Devices",
    operation_id = "device",
    summary = "Make, get and delete the codes of a device",
    description = "`GENERATE` makes a code and keeps it under a file name; one that has the name is replaced. `RETRIEVE` \
        answers the picture with a file name, or all, a part at a time. `DELETE` deletes one. Whoever knows the id of the \
        device can do all of that.",
    params(IdempotencyHeader),
    request_body = DeviceRequest,
    responses((status = 200, description = "What was asked for", body = DeviceAnswer), WriteProblems)
)]
pub(super) async fn device(
    State(site): State<Arc<Site>>,
    asker: Asker,
    IdempotencyKey(request): IdempotencyKey,
    object: JsonObject,
) -> Result<Response, Problem> {
    let wish = Wish::read(object)?;
    let space = device_space(&wish.device);
    let answer = match &*wish.kind {
        "GENERATE" => {
            generate(&site, &asker.ask(space)?, wish, request).await.map_err(in_words_of_devices)?
        }
        "RETRIEVE" => retrieve(&site, &asker.ask(space)?, wish).await?,
        "DELETE" => delete(&site, &asker.ask(space)?, wish, request).await?,
        _ => return Err(Problem::bad_request("`type` is GENERATE, RETRIEVE or DELETE.")).in_field("type"),
    };
    let mut response = json(StatusCode::OK, &answer);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// A request, with every field checked, whatever its type.
struct Wish {
    kind: String,
    device: String,
    string: Option<String>,
    filename: Option<Name>,
    level: Level,
    look: StyleText,
    after: Option<Cursor>,
    limit: usize,
}

impl Wish {
    fn read(object: JsonObject) -> Result<Self, Problem> {
        let fields = ["type", "deviceId", "string", "filename", "detail", "cursor", "limit"];
        let mut object = object.with_only(&fields)?;
        let kind = required(object.text("type")?, "type")?;
        let device = device_id(required(object.text("deviceId")?, "deviceId")?)?;
        let string = object.text("string")?;
        let filename = object.text("filename")?.as_deref().map(file_name).transpose()?;
        let (level, look) = detail(object.scalar("detail")?.as_deref())?;
        let after = object.scalar("cursor")?.map(|text| cursor(&text, SortBy::Number)).transpose()?;
        let limit = object.scalar("limit")?;
        let limit = limit.map(|limit| number("limit", &limit, 1..=IMAGES_MAX)).transpose()?;
        let limit = usize::try_from(limit.unwrap_or(IMAGES_DEFAULT)).expect("at most 50");
        Ok(Self { kind, device, string, filename, level, look, after, limit })
    }
}

async fn generate(
    site: &Site,
    grant: &Grant<Write>,
    wish: Wish,
    request: RequestId,
) -> Result<DeviceAnswer, Problem> {
    let text = CodeText::parse(&required(wish.string, "string")?, wish.level)?;
    let name = required(wish.filename, "filename")?;
    let draft = Draft { text, name, look: wish.look, request, labels: Vec::new() };
    let published = site.gallery.write_named(grant, &wish.device, draft).await?;
    let entry = &published.change.entry;
    let DrawnEntry { bytes, .. } =
        site.gallery.draw_saved(entry, Format::Png).await?.ok_or(GalleryError::Unreadable)?;
    Ok(DeviceAnswer::Image(Box::new(DeviceImage::new("GENERATE", wish.device, entry, &bytes))))
}

async fn retrieve(site: &Site, grant: &Grant<Read>, wish: Wish) -> Result<DeviceAnswer, Problem> {
    let Wish { device, filename, after, limit, .. } = wish;
    let (count, entries, next) = match filename {
        Some(name) => {
            let named = site.gallery.named(grant, &name).await?;
            // There is but one.
            let newest = named.into_iter().next().filter(|_| after.is_none());
            (u64::from(newest.is_some()), newest.into_iter().collect(), None)
        }
        None => {
            let slice = site.gallery.named_all(grant, after.as_ref(), limit).await?;
            (slice.total, slice.entries, slice.next)
        }
    };
    let mut images = Vec::new();
    for entry in entries {
        match bytes_of(site, grant, &entry).await {
            Ok(bytes) => images.push(DeviceImage::new("RETRIEVE", device.clone(), &entry, &bytes)),
            // Replaced or deleted a moment ago.
            Err(GalleryError::Gone | GalleryError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let next = next.map(|cursor| cursor.to_string());
    Ok(DeviceAnswer::Images(DeviceImages { device_id: device, count, next, images }))
}

async fn delete(
    site: &Site,
    grant: &Grant<Write>,
    wish: Wish,
    request: RequestId,
) -> Result<DeviceAnswer, Problem> {
    let name = required(wish.filename, "filename")?;
    let deleted = site.gallery.remove_named(grant, &name, request).await?;
    Ok(DeviceAnswer::Deleted(DeviceDeleted { deleted }))
}

/// The object of an entry: a picture of some kilobytes. A larger one is not ours, and its code is drawn again.
async fn bytes_of(site: &Site, grant: &Grant<Read>, entry: &Entry) -> Result<Vec<u8>, GalleryError> {
    let _place = file_place(site).map_err(|_| GalleryError::Busy)?;
    if entry.content.size_bytes > OBJECT_MAX_BYTES {
        let drawn = site.gallery.draw_entry(entry, Format::Png).await?.ok_or(GalleryError::Unreadable)?;
        return Ok(drawn.bytes.to_vec());
    }
    let (_, object) = site.gallery.file(grant, entry.id, None).await?;
    let chunks: Result<Vec<_>, BucketError> = object.bytes.try_collect().await;
    Ok(chunks?.concat())
}

impl DeviceImage {
    fn new(kind: &'static str, device_id: String, entry: &Entry, png: &[u8]) -> Self {
        let content = &entry.content;
        Self {
            r#type: kind,
            device_id,
            filename: content.name.clone(),
            string: content.value().map(str::to_owned),
            detail: content.style().map(|style| detail_of(style.level, &style.look)).unwrap_or_default(),
            key: content.key.to_string(),
            size: content.size_bytes,
            last_modified: content.created_at,
            etag: content.etag.clone(),
            version: entry.id,
            image: BASE64_STANDARD.encode(png),
        }
    }
}

/// Names the fields as the device does.
fn in_words_of_devices(problem: Problem) -> Problem {
    let name = match &problem.field {
        Some(Field::Text) => "string",
        Some(Field::Name) => "filename",
        Some(Field::Look) => "detail",
        _ => return problem,
    };
    problem.about(Field::Answer(name.into()))
}

fn required<T>(value: Option<T>, field: &str) -> Result<T, Problem> {
    value.ok_or_else(|| Problem::bad_request(format!("Send the field `{field}`."))).in_field(field)
}

fn device_id(device: String) -> Result<String, Problem> {
    let is_fit = (1..=DEVICE_MAX_BYTES).contains(&device.len()) && !device.chars().any(char::is_control);
    let unfit = || {
        let sentence = format!("`deviceId` is 1 to {DEVICE_MAX_BYTES} bytes without control characters.");
        Problem::bad_request(sentence)
    };
    if is_fit { Ok(device) } else { Err(unfit()).in_field("deviceId") }
}

/// The name of a file: a name without parts of a path.
fn file_name(text: &str) -> Result<Name, Problem> {
    let unfit = || {
        let sentence = format!(
            "`filename` is the name of a file, of 1 to {NAME_MAX_CHARS} characters in one line, without `/`, `\\` and `..`."
        );
        Problem::bad_request(sentence)
    };
    let name: Name = text.parse().map_err(|_| unfit()).in_field("filename")?;
    let is_path =
        name.is_empty() || name.as_str() == "." || text.contains(['/', '\\']) || text.contains("..");
    if is_path { Err(unfit()).in_field("filename") } else { Ok(name) }
}

/// A level, or a width in pixels as a look.
fn detail(text: Option<&str>) -> Result<(Level, StyleText), Problem> {
    let Some(text) = text else { return Ok((Level::default(), StyleText::default())) };
    if let Ok(level) = text.parse() {
        return Ok((level, StyleText::default()));
    }
    let size = number("detail", text, 1..=SIZE_MAX).ok().and_then(|size| u32::try_from(size).ok());
    let wrong =
        || Problem::bad_request(format!("`detail` is L, M, Q, H, or a width of 1 to {SIZE_MAX} pixels."));
    let size = size.ok_or_else(wrong).in_field("detail")?;
    Ok((Level::default(), looks::sized(&StyleText::default(), size).in_field("detail")?))
}

/// The same of a code that was made.
fn detail_of(level: Level, look: &StyleText) -> String {
    let look = domain::Parameters::parse(look.as_str().as_bytes()).unwrap_or_default();
    match (look.text("unit"), look.text("size")) {
        (Some("px"), Some(size)) => size.to_owned(),
        _ => level.to_string(),
    }
}
