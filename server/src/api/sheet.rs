//! Codes on pages of labels over the API. Not here: the sheet (`sheet`).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use gallery::Read;

use super::entries::filter;
use super::parameters::{ChoiceQuery, InSpacePath, SheetQuery};
use super::problems::SheetProblems;
use crate::grants::InSpace;
use crate::inputs::Query;
use crate::problem::{InField as _, Problem};
use crate::sheet::{FIELDS, of_query, options, pdf};
use crate::site::Site;

/// What says which entries match.
const CHOICE: [&str; 4] = ["kind", "label", "q", "sort"];

/// What names the entries instead.
const NAMED: [&str; 2] = ["id", "table"];

#[utoipa::path(
    get,
    path = "/api/v1/spaces/{space}/sheet",
    tag = "Photos and files",
    operation_id = "getSheet",
    summary = "Print codes on labels",
    description = "Pages of labels as PDF, for paper that is sold or for a grid of your own: the codes of all entries that \
        match, in their order, of those with these `id`s, or of those made of a `table`. Photos and files, removed entries, and codes that would be too \
        small to scan on these labels are left out; if nothing is left, it is a 422. A sheet has at most 10,000 labels. It is \
        sent while it is drawn: if it cannot be finished, the answer breaks off.",
    params(InSpacePath, SheetQuery, ChoiceQuery),
    responses(
        (
            status = 200,
            description = "The sheet",
            content((Vec<u8> = "application/pdf")),
            headers(
                ("Qrate-Labels" = u64, description = "How many labels are printed"),
                ("Qrate-Left-Out" = u64, description = "How many of the entries are not")
            )
        ),
        SheetProblems
    )
)]
pub(super) async fn sheet(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
    query: Query,
) -> Result<Response, Problem> {
    let known: Vec<&str> = FIELDS.into_iter().chain(CHOICE).chain(NAMED).collect();
    let query = query.with_only(&known)?;
    let ways =
        [&NAMED[..1], &NAMED[1..], &CHOICE].map(|names| names.iter().any(|name| query.text(name).is_some()));
    if ways.into_iter().filter(|is_used| *is_used).count() > 1 {
        let sentence = "Send either `id`, or `table`, or what the entries have to match.";
        return Err(Problem::bad_request(sentence)).in_field("id");
    }
    let sheet = options(&query)?;
    let chosen = of_query(&site, &grant, &query, filter(&query)?).await?;
    pdf(site, grant, chosen.ids, sheet).await
}
