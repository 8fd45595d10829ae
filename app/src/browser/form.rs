//! The forms of the composer and of an entry in the document. The browser owns the fields: nothing is bound to them.

use domain::{Failure, Field, Parameters};
use js_sys::Reflect;
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, NodeList};

use crate::composer_state::Fields;

/// The content of the form; `None` on a page without it.
pub(super) fn fields() -> Option<Fields> {
    fields_in(look())
}

/// The same with the look already known: its fields are many.
pub(super) fn fields_in(look: Parameters) -> Option<Fields> {
    Some(Fields { text: value("text")?, level: value("level")?.parse().ok()?, name: value("name")?, look })
}

/// The content of the fields of the look, uninterpreted.
pub(super) fn look() -> Parameters {
    let given = ".look :is(select,:checked,input:not([type=radio],[type=checkbox],[type=file]))[name]";
    document().query_selector_all(given).map(|fields| pairs(&fields)).unwrap_or_default()
}

/// Name and value of each.
fn pairs(fields: &NodeList) -> Parameters {
    let pair = |index| {
        let property =
            |name| Reflect::get(&fields.get(index)?.into(), &JsValue::from_str(name)).ok()?.as_string();
        Some((property("name")?, property("value")?))
    };
    (0..fields.length()).filter_map(pair).collect()
}

/// All fields of a form that the server drew.
pub(super) fn fields_of(form: &Element) -> Parameters {
    form.query_selector_all("[name]").map(|fields| pairs(&fields)).unwrap_or_default()
}

/// Empties the field that something was typed into, after it was sent.
pub(super) fn empty(form: &Element) {
    set_in(form, "input[type=text]", "");
}

/// Writes into the first field of a form that matches.
pub(super) fn set_in(form: &Element, selector: &str, value: &str) {
    if let Ok(Some(field)) = form.query_selector(selector) {
        let _ = Reflect::set(&field, &JsValue::from_str("value"), &JsValue::from_str(value));
    }
}

/// Says below the fields of a form what is wrong with one of them, and leads there. Returns whether it has a place for
/// that.
pub(super) fn explain(form: &Element, failure: &Failure) -> bool {
    // The field of a form that has only one is called otherwise.
    let is_labels = failure.field == Some(Field::Labels);
    let field = form.query_selector(if is_labels { "[name=labels],[name=add]" } else { "input[type=text]" });
    let (Ok(Some(note)), Ok(Some(field))) = (form.query_selector(".note-error"), field) else {
        return false;
    };
    if let Ok(Some(other)) = form.query_selector("[aria-invalid]") {
        let _ = other.remove_attribute("aria-invalid");
    }
    note.set_text_content(Some(&failure.error));
    let _ = field.set_attribute("aria-invalid", "true");
    let _ = field.unchecked_into::<HtmlElement>().focus();
    true
}

/// Something was done since: what was wrong with the field for labels is outdated.
pub(super) fn forget_explanation() {
    if let Ok(Some(note)) = document().query_selector("#add-label-note") {
        note.set_text_content(None);
    }
    if let Ok(Some(field)) = document().query_selector("#add-label") {
        let _ = field.remove_attribute("aria-invalid");
    }
}

/// The value of a field; for radio buttons, of the chosen one.
pub(super) fn value(name: &str) -> Option<String> {
    let field = field(name)?;
    Reflect::get(&field, &JsValue::from_str("value")).ok()?.as_string()
}

/// Writes into a field.
pub(super) fn set_value(name: &str, value: &str) {
    if let Some(field) = field(name) {
        let _ = Reflect::set(&field, &JsValue::from_str("value"), &JsValue::from_str(value));
    }
}

/// Writes what a field has if nobody types into it, and what a browser does not restore.
pub(super) fn set_default(name: &str, value: &str) {
    if let Some(field) = field(name) {
        let _ = field.set_attribute("value", value);
    }
}

/// Opens the form for name and labels.
pub(super) fn open_description() {
    if let Ok(Some(details)) = document().query_selector(".describe") {
        let _ = details.set_attribute("open", "");
    }
}

/// Chooses one of the radio buttons.
pub(super) fn choose_level(level: &str) {
    let selector = format!("[data-verb=save] [name=level][value={level}]");
    if let Ok(Some(button)) = document().query_selector(&selector) {
        let _ = Reflect::set(&button, &JsValue::from_str("checked"), &JsValue::TRUE);
    }
}

/// Moves the focus to a field.
pub(super) fn focus(name: &str) {
    if let Some(field) = field(name) {
        let _ = field.unchecked_into::<HtmlElement>().focus();
    }
}

/// Marks a field, or the button, with its state.
pub(crate) fn mark(name: &str, attribute: &str, is_so: bool) {
    if let Some(field) = field(name) {
        let _ =
            if is_so { field.set_attribute(attribute, "true") } else { field.remove_attribute(attribute) };
    }
}

fn field(name: &str) -> Option<Element> {
    let selector = match name {
        // It belongs to the form, and stands at the end of the document.
        "request" => "[name=request]",
        "level" => "[data-verb=save] [name=level]:checked",
        "button" => "[data-verb=save] .is-primary,[data-verb=describe] [type=submit]",
        // A page has one of the two forms.
        _ => {
            return document()
                .query_selector(&format!("[data-verb=save] [name={name}],[data-verb=describe] [name={name}]"))
                .ok()?;
        }
    };
    document().query_selector(selector).ok()?
}
