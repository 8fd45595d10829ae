//! Parses looks: from a form's fields or a URL, or as a single text. Not here: what they mean (`qr`).

use domain::{Parameters, StyleText};
use qr::STYLE_KEYS;

use crate::problem::Problem;

/// The look among the parameters; `None` if they have none.
pub(crate) fn look(parameters: &Parameters) -> Result<Option<StyleText>, Problem> {
    let pairs = pairs(parameters);
    if pairs.is_empty() { Ok(None) } else { Ok(Some(StyleText::from_pairs(pairs)?)) }
}

/// As much of an undrawable look as can be shown again.
pub(crate) fn closest(parameters: &Parameters) -> StyleText {
    StyleText::closest(&pairs(parameters))
}

/// A look as text, from a program: an unknown key is an error.
pub(crate) fn parsed(text: &str) -> Result<StyleText, Problem> {
    Ok(StyleText::parse_only(text)?)
}

/// The same look in a width in pixels.
pub(crate) fn sized(look: &StyleText, pixels: u32) -> Result<StyleText, Problem> {
    let given = Parameters::parse(look.as_str().as_bytes()).unwrap_or_default();
    let others = given.pairs().filter(|(key, _)| !["unit", "size", "dpi"].contains(key));
    let pixels = pixels.to_string();
    Ok(StyleText::from_pairs(others.chain([("unit", "px"), ("size", &*pixels)]))?)
}

/// The parameters of a look, the last of each, in the order of the keys.
fn pairs(parameters: &Parameters) -> Vec<(&'static str, &str)> {
    let last = |key: &'static str| Some((key, parameters.last(key)?));
    STYLE_KEYS.into_iter().filter_map(last).collect()
}
