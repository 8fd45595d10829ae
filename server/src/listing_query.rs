//! Which entries a page asks for: the query of its address, and of the server function that its browser calls.

use app::model::ListingQuery;
use domain::Parameters;
use gallery::Filter;

use crate::inputs::{kind, parsed};
use crate::problem::{InField as _, Problem};

/// What is asked for, as the page shows it and as the gallery takes it. An empty parameter is none: a form sends each of
/// its fields.
pub(crate) fn listing_query(query: &Parameters) -> Result<(ListingQuery, Filter), Problem> {
    let given = |name| query.text(name).filter(|text| !text.is_empty());
    let text = given("q").unwrap_or_default();
    let only = given("only").map(kind).transpose().in_field("only")?;
    let sort = given("sort").map(parsed).transpose().in_field("sort")?.unwrap_or_default();
    let words = parsed(text).in_field("q")?;
    let filter = Filter { kind: only, words, sort, ..Filter::default() };
    Ok((ListingQuery { text: text.trim().to_owned(), only, sort }, filter))
}
