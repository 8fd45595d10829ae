//! JSON as the browser parses it: smaller than a parser of our own. Each type reads itself from it.

use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use super::json::{FromJson, JsonValue};

/// Reads a value from a text.
pub fn parse<T: FromJson>(text: &str) -> Option<T> {
    T::from_json(&Parsed(JSON::parse(text).ok()?))
}

/// A value from `JSON.parse`.
struct Parsed(JsValue);

impl JsonValue for Parsed {
    fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "below 2^53 and not negative"
    )]
    fn number(&self) -> Option<u64> {
        self.0.as_f64().map(|number| number as u64)
    }

    fn items(&self) -> Option<Vec<Self>> {
        let items: &Array = self.0.dyn_ref()?;
        Some(items.iter().map(Self).collect())
    }

    fn member(&self, name: &str) -> Option<Self> {
        let value = Reflect::get(&self.0, &JsValue::from_str(name)).ok()?;
        (!value.is_null() && !value.is_undefined()).then_some(Self(value))
    }
}
