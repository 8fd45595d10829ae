//! Looks as they come in: among the fields of a form or in an address, or as one text. Not here: what they mean (`qr`).

use domain::{Look, Parameters};
use qr::STYLE_KEYS;

use crate::problem::Problem;

/// The look among the parameters; none when they say nothing of one.
pub(crate) fn look(parameters: &Parameters) -> Result<Option<Look>, Problem> {
    let pairs = pairs(parameters);
    if pairs.is_empty() { Ok(None) } else { Ok(Some(Look::from_pairs(pairs)?)) }
}

/// What of a look that cannot be drawn can be shown again.
pub(crate) fn closest(parameters: &Parameters) -> Look {
    Look::closest(&pairs(parameters))
}

/// A look as text, from a program: a key that is mistyped is told.
pub(crate) fn parsed(text: &str) -> Result<Look, Problem> {
    Ok(Look::parse_only(text)?)
}

/// The parameters that are about a look, of each the last, in the order of the keys.
fn pairs(parameters: &Parameters) -> Vec<(&'static str, &str)> {
    let last = |key: &'static str| Some((key, parameters.last(key)?));
    STYLE_KEYS.into_iter().filter_map(last).collect()
}
