//! The values of the fields of a look: those in its text, and defaults for the rest. Server only.

use domain::StyleText;
use qr::{SIZE_DEFAULTS, STYLE_DEFAULTS};

/// The values of the fields.
pub(super) struct Values(Vec<(&'static str, String)>);

impl Values {
    pub(super) fn of(look: &StyleText) -> Self {
        Self(look.style().pairs())
    }

    /// The value of a key.
    pub(super) fn of_key(&self, key: &str) -> String {
        let default = if key == "size" { size_of(&self.of_key("unit")) } else { among(&STYLE_DEFAULTS, key) };
        let value = self.0.iter().find(|(known, _)| *known == key).map(|(_, value)| value.clone());
        value.unwrap_or_else(|| default.to_owned())
    }
}

/// The default size in a unit.
pub(super) fn size_of(unit: &str) -> &'static str {
    among(&SIZE_DEFAULTS, unit)
}

/// The default of each key, as a query: the module `studio` reads the fields with it.
pub(super) fn defaults() -> String {
    STYLE_DEFAULTS.map(|(key, default)| format!("{key}={default}")).join("&")
}

fn among(defaults: &[(&str, &'static str)], key: &str) -> &'static str {
    defaults.iter().find(|(known, _)| *known == key).map_or("", |(_, default)| default)
}
