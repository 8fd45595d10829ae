//! Makes the text of a code from what stands in the form of a kind, as the server does. `contents.js` calls it at each
//! keystroke. A module of its own, because the first page has no such form and need not carry it.

use domain::payload::{Answers, PayloadKind, Zones};
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// The rules of time zones, as the browser has them (`time_zones.js`).
    pub type BrowserZones;

    /// As in `Zones`.
    #[wasm_bindgen(method, js_name = offsetSeconds)]
    fn offset_seconds(this: &BrowserZones, zone: &str, unix_seconds: f64) -> Option<i32>;
}

impl Zones for BrowserZones {
    fn offset_seconds(&self, zone: &str, unix_seconds: i64) -> Option<i32> {
        self.offset_seconds(zone, unix_seconds as f64)
    }
}

/// The text of a form (`application/x-www-form-urlencoded`); or the name of the field that is wrong, and a sentence.
#[wasm_bindgen]
pub fn compose(kind: &str, form: &str, zones: &BrowserZones) -> Vec<String> {
    let kind: PayloadKind = kind.parse().unwrap_or_default();
    let answers: Answers = form_urlencoded::parse(form.as_bytes()).into_owned().collect();
    match kind.compose(&answers, zones) {
        Ok(payload) => Vec::from([payload.map(|payload| payload.to_string()).unwrap_or_default()]),
        Err(error) => Vec::from([error.field.to_owned(), error.sentence]),
    }
}
