//! Entries over the API: listing, reading, describing, removing, restoring, deleting permanently; and their changes as they
//! happen. Not here: making codes (`codes`), uploads (`photos`).

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use domain::limits::PAGE_MAX_ENTRIES;
use domain::{Change, Description, Entry, EntryId, Label, Name, Parameters, Seq, SortBy};
use gallery::{Cursor, Filter, Grant, MayRead, Read, Slice, Write};

use super::parameters::{EntryPath, EventsQuery, IfMatchHeader, IfNoneMatchHeader, InSpacePath, ListQuery};
use super::problems::{ChangeProblems, EntryProblems, ReadProblems};
use super::wire::{ChangeJson, DescriptionRequest, EntryJson, EntryListJson, entries};
use crate::conditional::{check_if_match, matches_if_none_match, quoted};
use crate::grants::{InSpace, OfEntry};
use crate::inputs::{NUMBER_MAX, Query, kind, parsed};
use crate::json::json;
use crate::json_object::JsonObject;
use crate::problem::{InField as _, Problem};
use crate::site::Site;
use crate::{labels, page_models};

/// Entries of a listing, if nobody asks for another number.
pub(super) const LIMIT_DEFAULT: u32 = 50;

#[utoipa::path(
    get,
    path = "/api/v1/spaces/{space}/entries",
    tag = "Entries",
    operation_id = "listEntries",
    summary = "List entries",
    description = "Newest first, or in another order. What comes meanwhile does not move the parts that follow.",
    params(InSpacePath, ListQuery),
    responses((status = 200, description = "A part of the listing", body = EntryListJson), ReadProblems)
)]
pub(super) async fn list(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
    query: Query,
) -> Result<Response, Problem> {
    let query = query.with_only(&["limit", "cursor", "kind", "label", "q", "sort", "value", "at"])?;
    let limit = query.small_number("limit", 1..=PAGE_MAX_ENTRIES)?.unwrap_or(LIMIT_DEFAULT);
    let filter = filter(&query)?;
    let after = query.text("cursor").map(|text| cursor(text, filter.sort.by)).transpose()?;
    if let Some(seq) = query.number("at", 0..=NUMBER_MAX)? {
        site.gallery.wait_for(&grant, seq).await?;
    }
    let mut slice = site.gallery.browse(&grant, &filter, after.as_ref(), limit as usize).await?;
    if let Some(value) = query.text("value") {
        if ["kind", "label", "q", "sort", "cursor"].iter().any(|name| query.text(name).is_some()) {
            return Err(Problem::bad_request("Send `value` alone.")).in_field("value");
        }
        let found: Vec<_> = site.gallery.find_value(&grant, value).await?.into_iter().collect();
        slice = Slice { total: found.len() as u64, entries: found, next: None, ..slice };
    }
    let listing = EntryListJson {
        seq: slice.seq,
        total: slice.total,
        next: slice.next.map(|cursor| cursor.to_string()),
        behind_seconds: page_models::behind_seconds(&site.gallery, &grant).await,
        entries: entries(&site.addresses(grant.space()), &slice.entries),
    };
    Ok(json(StatusCode::OK, &listing))
}

/// Which entries are asked for, and in which order.
pub(super) fn filter(query: &Parameters) -> Result<Filter, Problem> {
    Ok(Filter {
        kind: query.text("kind").map(kind).transpose().in_field("kind")?,
        labels: labels::asked_for(query)?,
        words: query.text("q").map(parsed).transpose().in_field("q")?.unwrap_or_default(),
        sort: query.text("sort").map(parsed).transpose().in_field("sort")?.unwrap_or_default(),
    })
}

/// Where a listing goes on.
pub(super) fn cursor(text: &str, by: SortBy) -> Result<Cursor, Problem> {
    let sentence = "The cursor must be the `next` of an earlier answer in the same order.";
    Cursor::parse(text, by).ok_or_else(|| Problem::bad_request(sentence)).in_field("cursor")
}

#[utoipa::path(
    get,
    path = "/api/v1/spaces/{space}/entries/{id}",
    tag = "Entries",
    operation_id = "getEntry",
    summary = "Get an entry",
    params(EntryPath, IfNoneMatchHeader),
    responses(
        (status = 200, description = "The entry", body = EntryJson, headers(("ETag" = String, description = "Its revision"))),
        (status = 304, description = "It has not changed"),
        EntryProblems
    )
)]
pub(super) async fn get(
    State(site): State<Arc<Site>>,
    OfEntry { grant, id }: OfEntry<Read>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let entry = site.gallery.entry(&grant, id).await?;
    if !entry.state.is_live() {
        let sentence =
            "This entry was removed. POST …/restore brings it back, for seven days after its removal.";
        return Err(Problem::new(StatusCode::GONE, sentence));
    }
    let answer = json(StatusCode::OK, &EntryJson::new(&site.addresses(grant.space()), &entry));
    tagged(&headers, &entry_tag(&entry), answer)
}

#[utoipa::path(
    patch,
    path = "/api/v1/spaces/{space}/entries/{id}",
    tag = "Entries",
    operation_id = "changeEntry",
    summary = "Change name and labels",
    params(EntryPath, IfMatchHeader),
    request_body = DescriptionRequest,
    responses(
        (status = 200, description = "What was done", body = ChangeJson, headers(("ETag" = String, description = "The new revision"))),
        ChangeProblems
    )
)]
pub(super) async fn change(
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
    let expected = expected(&site, &headers, &grant, id).await?;
    let change = site.gallery.describe(&grant, id, expected, Description { name, labels }).await?;
    Ok(changed(&site, &grant, &change))
}

#[utoipa::path(
    delete,
    path = "/api/v1/spaces/{space}/entries/{id}",
    tag = "Entries",
    operation_id = "removeEntry",
    summary = "Remove an entry",
    description = "For seven days it can be restored. Removing a removed one changes nothing.",
    params(EntryPath, IfMatchHeader),
    responses((status = 200, description = "What was done", body = ChangeJson), ChangeProblems)
)]
pub(super) async fn remove(
    State(site): State<Arc<Site>>,
    OfEntry { grant, id }: OfEntry<Write>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let expected = expected(&site, &headers, &grant, id).await?;
    let change = site.gallery.remove_if(&grant, id, expected).await?;
    Ok(changed(&site, &grant, &change))
}

#[utoipa::path(
    post,
    path = "/api/v1/spaces/{space}/entries/{id}/restore",
    tag = "Entries",
    operation_id = "restoreEntry",
    summary = "Restore a removed entry",
    description = "Restoring a live one changes nothing.",
    params(EntryPath, IfMatchHeader),
    responses((status = 200, description = "What was done", body = ChangeJson), ChangeProblems)
)]
pub(super) async fn restore(
    State(site): State<Arc<Site>>,
    OfEntry { grant, id }: OfEntry<Write>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let expected = expected(&site, &headers, &grant, id).await?;
    let change = site.gallery.restore_if(&grant, id, expected).await?;
    Ok(changed(&site, &grant, &change))
}

#[utoipa::path(
    post,
    path = "/api/v1/spaces/{space}/entries/{id}/purge",
    tag = "Entries",
    operation_id = "purgeEntry",
    summary = "Delete a removed entry permanently",
    description = "Deletes the entry and its object at once, instead of after seven days. A live one is a 409: remove it first.",
    params(EntryPath, IfMatchHeader),
    responses((status = 204, description = "It is deleted"), ChangeProblems)
)]
pub(super) async fn purge(
    State(site): State<Arc<Site>>,
    OfEntry { grant, id }: OfEntry<Write>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let expected = expected(&site, &headers, &grant, id).await?;
    site.gallery.purge(&grant, id, expected).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[utoipa::path(
    get,
    path = "/api/v1/spaces/{space}/events",
    tag = "Entries",
    operation_id = "followChanges",
    summary = "Follow the changes of a space",
    description = "Server-Sent Events: `hello` with the newest seq; each `change` as `{seq, kind, entry}` with its seq as id; \
        a `beat` every ten seconds; `reset` if the log does not reach back to `after` any more: list the entries again, then \
        follow from that seq. A `Last-Event-ID` wins over `after`.",
    params(InSpacePath, EventsQuery),
    responses((status = 200, description = "The events", content_type = "text/event-stream", body = String), ReadProblems)
)]
pub(super) async fn events(
    site: State<Arc<Site>>,
    space: InSpace<Read>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    crate::events::events(site, space, query, headers).await
}

/// The answer to a change of an entry.
pub(super) fn changed(site: &Site, grant: &Grant<impl MayRead>, change: &Change) -> Response {
    let tag = HeaderValue::try_from(entry_tag(&change.entry)).expect("a number is ASCII");
    let answer = json(StatusCode::OK, &ChangeJson::new(&site.addresses(grant.space()), change));
    ([(header::ETAG, tag)], answer).into_response()
}

/// The ETag of an entry: its revision.
fn entry_tag(entry: &Entry) -> String {
    quoted(&entry.revision.to_string())
}

/// The revision that an entry must have for the client's `If-Match`; an error if it has another one already.
pub(super) async fn expected(
    site: &Site,
    headers: &HeaderMap,
    grant: &Grant<impl MayRead>,
    id: EntryId,
) -> Result<Option<Seq>, Problem> {
    if !headers.contains_key(header::IF_MATCH) {
        return Ok(None);
    }
    let entry = site.gallery.entry(grant, id).await?;
    check_if_match(headers, &entry_tag(&entry))?;
    Ok(Some(entry.revision))
}

/// A response with this ETag, or 304 or 412 by the request's conditions.
pub(super) fn tagged(headers: &HeaderMap, tag: &str, answer: Response) -> Result<Response, Problem> {
    check_if_match(headers, tag)?;
    let mut answer =
        if matches_if_none_match(headers, tag) { StatusCode::NOT_MODIFIED.into_response() } else { answer };
    answer.headers_mut().insert(header::ETAG, HeaderValue::try_from(tag).expect("percent-encoded"));
    Ok(answer)
}
