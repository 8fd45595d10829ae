//! JSON as the browser parses it, read property by property: lighter than a parser of our own.

use domain::{ChangeKind, Level, Seq};
use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::model::{Failure, Field};
use crate::page_data::Part;
use crate::shown::{Shown, Standing};

/// A change, as far as a page shows it.
pub(super) struct Change {
    pub(super) seq: Seq,
    pub(super) kind: ChangeKind,
    pub(super) shown: Shown,
}

/// A text as JSON.
pub(super) fn parse(text: &str) -> Option<JsValue> {
    JSON::parse(text).ok()
}

fn property(object: &JsValue, name: &str) -> Option<JsValue> {
    let value = Reflect::get(object, &JsValue::from_str(name)).ok()?;
    (!value.is_null() && !value.is_undefined()).then_some(value)
}

pub(super) fn text(object: &JsValue, name: &str) -> Option<String> {
    property(object, name)?.as_string()
}

/// A number that is not negative and below 2^53, which is all that we send.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 2^53 and not negative")]
pub(super) fn number(object: &JsValue, name: &str) -> Option<u64> {
    property(object, name)?.as_f64().map(|number| number as u64)
}

fn small<N: TryFrom<u64>>(object: &JsValue, name: &str) -> Option<N> {
    number(object, name)?.try_into().ok()
}

pub(super) fn change(object: &JsValue) -> Option<Change> {
    Some(Change {
        seq: number(object, "seq")?,
        kind: text(object, "kind")?.parse().ok()?,
        shown: shown(&property(object, "entry")?)?,
    })
}

pub(super) fn part(object: &JsValue) -> Option<Part> {
    let entries: Array = property(object, "entries")?.dyn_into().ok()?;
    Some(Part {
        seq: number(object, "seq")?,
        total: number(object, "total")?,
        page: small(object, "page")?,
        per_page: small(object, "per_page")?,
        entries: entries.iter().map(|entry| shown(&entry)).collect::<Option<_>>()?,
    })
}

pub(super) fn failure(object: &JsValue) -> Option<Failure> {
    Some(Failure {
        sentence: text(object, "error")?,
        field: match text(object, "field").as_deref() {
            Some("text") => Some(Field::Text),
            Some("name") => Some(Field::Name),
            Some("look") => Some(Field::Look),
            _ => None,
        },
        request_id: text(object, "request_id"),
    })
}

fn shown(entry: &JsValue) -> Option<Shown> {
    let key: domain::Key = text(entry, "key")?.parse().ok()?;
    let state = property(entry, "state")?;
    let level = |style: JsValue| text(&style, "level")?.parse::<Level>().ok();
    Some(Shown {
        id: number(entry, "id")?,
        standing: if property(&state, "removed").is_some() {
            Standing::Removed
        } else if property(&state, "gone").is_some() {
            Standing::Gone
        } else {
            Standing::Live
        },
        is_code: text(entry, "kind")? == "code",
        name: text(entry, "name").unwrap_or_default(),
        value: text(entry, "value"),
        words: text(entry, "words"),
        level: property(entry, "style").and_then(level),
        version: property(entry, "symbol").and_then(|symbol| small(&symbol, "version")),
        content_version: text(entry, "sha256").and_then(|sha256| Some(sha256.get(..8)?.to_owned())),
        file_name: key.file_name().to_owned(),
        is_picture: key.content_type().starts_with("image/"),
        key: key.to_string(),
        size_bytes: number(entry, "size_bytes")?,
        created_at: text(entry, "created_at")?,
    })
}

/// What the page came with.
#[cfg(feature = "hydrate")]
pub(crate) fn page_data() -> Option<crate::page_data::PageData> {
    use crate::addresses::Addresses;
    use crate::page_data::{Draft, Notice, PageData};

    let script = leptos::prelude::document().query_selector("script[type='application/json']").ok()??;
    let data = parse(&script.text_content()?)?;
    let notice = |notice: JsValue| {
        let id = number(&notice, "id")?;
        Some(match text(&notice, "kind")?.as_str() {
            "saved" => Notice::Saved(id),
            "removed" => Notice::Removed(id),
            _ => Notice::Restored(id),
        })
    };
    let draft = |draft: JsValue| {
        Some(Draft {
            text: text(&draft, "text")?,
            level: text(&draft, "level")?.parse().ok()?,
            name: text(&draft, "name")?,
        })
    };
    Some(PageData {
        addresses: Addresses { base: text(&data, "base")?, space: text(&data, "space")?.parse().ok()? },
        build: text(&data, "build")?,
        listing: property(&data, "listing").and_then(|listing| part(&listing)),
        behind_seconds: number(&data, "behind_seconds"),
        unnamed_files: number(&data, "unnamed_files").unwrap_or(0),
        entry: property(&data, "entry").and_then(|entry| shown(&entry)).zip(number(&data, "entry_seq")),
        draft: property(&data, "draft").and_then(draft).unwrap_or_default(),
        notice: property(&data, "notice").and_then(notice),
        failure: property(&data, "failure").and_then(|refusal| failure(&refusal)),
    })
}
