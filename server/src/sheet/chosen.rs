//! Which codes are printed: those of the entries that are named, in the order in which they are, those that were made of a
//! table, or all that match.

use domain::limits::SHEET_MAX_LABELS;
use domain::{EntryId, Kind, Parameters, grouped};
use gallery::{Filter, Grant, MayRead};

use crate::chosen::{nothing_chosen, query_filter};
use crate::inputs::{entry_id, table_id};
use crate::many::made;
use crate::problem::Problem;
use crate::site::Site;

/// Entries that are looked up at once.
const SLICE: usize = 1000;

/// What was chosen.
pub(crate) struct Chosen {
    /// In order; photos and files may be among them.
    pub(crate) ids: Vec<EntryId>,
    /// Photos and files that match besides.
    pub(crate) not_codes: u64,
}

/// What a form names (`id`), or what was made of a table (`table`), or all that its query finds (`all`). Without any it is
/// an error.
pub(super) async fn of_form(
    site: &Site,
    grant: &Grant<impl MayRead>,
    form: &Parameters,
) -> Result<Chosen, Problem> {
    let chosen = match (form.text("all"), form.text("table")) {
        (Some(query), _) => matching(site, grant, query_filter(query)?).await?,
        (None, Some(table)) => Chosen { ids: made(site, grant, table_id(table)?).await?, not_codes: 0 },
        (None, None) => Chosen { ids: named(form)?, not_codes: 0 },
    };
    if chosen.ids.is_empty() && chosen.not_codes == 0 { Err(nothing_chosen()) } else { Ok(chosen) }
}

/// What a program names (`id`), or what was made of a table (`table`), or else all that pass a filter.
pub(crate) async fn of_query(
    site: &Site,
    grant: &Grant<impl MayRead>,
    query: &Parameters,
    filter: Filter,
) -> Result<Chosen, Problem> {
    if let Some(table) = query.text("table") {
        return Ok(Chosen { ids: made(site, grant, table_id(table)?).await?, not_codes: 0 });
    }
    match named(query)? {
        ids if ids.is_empty() => matching(site, grant, filter).await,
        ids => Ok(Chosen { ids, not_codes: 0 }),
    }
}

/// What of a form or a query says what was chosen.
pub(super) fn as_parameters(form: &Parameters) -> Parameters {
    match form.text("all") {
        Some(query) => Parameters::from([("all", query)]),
        None => form.pairs().filter(|(name, _)| matches!(*name, "id" | "table")).collect(),
    }
}

/// The entries that are named, each once.
fn named(form: &Parameters) -> Result<Vec<EntryId>, Problem> {
    let mut seen = std::collections::HashSet::new();
    let named = form.pairs().filter(|(name, _)| *name == "id").map(|(_, id)| entry_id(id));
    let ids = named.collect::<Result<Vec<_>, _>>()?;
    Ok(ids.into_iter().filter(|id| seen.insert(*id)).collect())
}

async fn matching(site: &Site, grant: &Grant<impl MayRead>, filter: Filter) -> Result<Chosen, Problem> {
    let all = site.gallery.browse(grant, &filter, None, 1).await?.total;
    if filter.kind.is_some_and(|kind| kind != Kind::Code) {
        return Ok(Chosen { ids: Vec::new(), not_codes: all });
    }
    let codes = Filter { kind: Some(Kind::Code), ..filter };
    let (mut ids, mut after) = (Vec::new(), None);
    loop {
        let slice = site.gallery.browse(grant, &codes, after.as_ref(), SLICE).await?;
        if slice.total > SHEET_MAX_LABELS {
            return Err(too_many(slice.total));
        }
        ids.extend(slice.entries.iter().map(|entry| entry.id));
        match slice.next {
            Some(next) => after = Some(next),
            None => return Ok(Chosen { not_codes: all.saturating_sub(ids.len() as u64), ids }),
        }
    }
}

/// More labels than a sheet has.
pub(super) fn too_many(labels: u64) -> Problem {
    let sentence = format!(
        "That would be {} labels, and a sheet has {} at most: choose fewer entries or copies.",
        grouped(labels),
        grouped(SHEET_MAX_LABELS)
    );
    Problem::new(axum::http::StatusCode::UNPROCESSABLE_ENTITY, sentence)
}
