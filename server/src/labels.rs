//! Labels over HTTP: the page of labels, and what a form or a program asks about them. Not here: changing an entry's
//! name and labels as a whole (`api`, `verbs`).

use std::sync::Arc;

use app::model::{LabelsPage, Page};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::limits::{LABELS_MAX, PAGE_DEFAULT_ENTRIES};
use domain::{Change, EntryId, Field, Label, LabelName, Parameters};
use gallery::{Filter, Grant, Read, Relabel, WindowRequest, Write};

use crate::grants::InSpace;
use crate::html::html;
use crate::inputs::{NUMBER_MAX, Query, page_number};
use crate::page_models::{LABELS_SHOWN_MAX, behind_seconds, fault, rows};
use crate::preferences::Preferred;
use crate::problem::Problem;
use crate::site::Site;

/// `GET /s/{space}/labels`: the entries with every `?label=`; without any, the labels of the space.
pub(crate) async fn labels(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
    Preferred(preferences): Preferred,
    Query(query): Query,
) -> Result<Response, Problem> {
    if let Some(seq) = query.number("at", 0..=NUMBER_MAX)? {
        site.gallery.wait_for(&grant, seq).await?;
    }
    let page = page_number(&query)?;
    let labels = asked_for(&query)?;
    let gallery = &site.gallery;
    // The seq first: what happens between the two is then heard again, not missed.
    let newest = gallery.listing(&grant, WindowRequest { page: 1, per_page: 1 }).await?;
    let window = WindowRequest { page, per_page: PAGE_DEFAULT_ENTRIES };
    let filter = Filter { labels: labels.clone(), ..Filter::default() };
    let found = gallery.find(&grant, &filter, window).await?;
    let entries = if labels.is_empty() { Vec::new() } else { rows(&found.entries) };
    let known = if labels.is_empty() {
        gallery.labels(&grant, LABELS_SHOWN_MAX).await?
    } else {
        gallery.labels_beside(&grant, &labels, LABELS_SHOWN_MAX).await?
    };
    let again = match query.number("again", 0..=NUMBER_MAX)? {
        Some(count) => Some((count, gallery.unlabelled(&grant).await?)),
        None => None,
    };
    let model = LabelsPage {
        space: grant.space().clone(),
        seq: newest.seq,
        total: found.total,
        page: found.page,
        pages: if labels.is_empty() { 1 } else { found.pages },
        labels,
        entries,
        known,
        has_photos: gallery.has_photos(&grant).await?,
        again,
        looks_for_labels: gallery.looks_for_labels(),
        behind_seconds: behind_seconds(gallery, &grant).await,
        fault: fault(gallery),
        failure: None,
    };
    Ok(html(StatusCode::OK, site.draw(Page::Labels(model), preferences)))
}

/// The labels that a query or a form names, each once.
pub(crate) fn asked_for(query: &Parameters) -> Result<Vec<LabelName>, Problem> {
    let mut labels: Vec<LabelName> = Vec::new();
    for (_, label) in query.pairs().filter(|(name, _)| *name == "label") {
        let label = label.parse()?;
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    if labels.len() > LABELS_MAX {
        return Err(Problem::bad_request(format!("Ask for at most {LABELS_MAX} labels.")));
    }
    Ok(labels)
}

/// Adds the labels in `add`, a list, and removes those in `remove`.
pub(crate) async fn change(
    site: &Site,
    grant: &Grant<Write>,
    id: EntryId,
    form: &Parameters,
) -> Result<Change, Problem> {
    let names = |field: &str| -> Result<Vec<LabelName>, Problem> {
        let mut names = Vec::new();
        for (_, list) in form.pairs().filter(|(name, _)| *name == field) {
            names.extend(Label::parse_list(list)?.into_iter().map(|label| label.name));
        }
        Ok(names)
    };
    let (added, removed) = (names("add")?, names("remove")?);
    if form.text("add").is_some() && added.is_empty() {
        return Err(Problem::bad_request("Type a label first.").about(Field::Labels));
    }
    Ok(site.gallery.change_labels(grant, id, added, removed).await?)
}

/// Lets the labeller look again at the photos that a form names; returns at how many, and the labels that they have.
pub(crate) async fn relabel_all(
    site: &Site,
    grant: &Grant<Write>,
    form: &Parameters,
) -> Result<(u64, Vec<LabelName>), Problem> {
    let labels = asked_for(form)?;
    let which = match form.text("outdated") {
        Some(_) => Relabel::Outdated,
        None if labels.is_empty() => Relabel::All,
        None => Relabel::Labelled(labels.clone()),
    };
    Ok((site.gallery.relabel_all(grant, which).await?, labels))
}
