//! Many codes at once: the pages of tables of which codes are made, and the forms on them. Not here: receiving a table
//! (`receive`), models of pages (`models`), the list of mistakes (`mistakes`), making the codes (`gallery`).

mod json;
mod mistakes;
mod models;
mod receive;

use std::sync::Arc;

use app::model::Page;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::{EntryId, Parameters, TableId};
use gallery::tables::{Table, Wishes};
use gallery::{Grant, MayRead, Read, TableUpload, Write};

pub(crate) use self::json::TableJson;
use self::mistakes::mistakes;
pub(crate) use self::receive::receive_body;
use self::receive::receive_form;
use crate::chosen;
use crate::forms::see_other;
use crate::grants::{InSpace, OfTable};
use crate::html::html;
use crate::inputs::{Form, is_awake, parsed};
use crate::json::json;
use crate::preferences::Preferred;
use crate::problem::{InField as _, Problem};
use crate::site::Site;

/// `GET /s/{space}/many`: the form for a table, and the latest tables.
pub(crate) async fn form(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
    Preferred(preferences): Preferred,
) -> Result<Response, Problem> {
    let page = models::form(&site, &grant, String::new()).await?;
    Ok(html(StatusCode::OK, site.draw(Page::Many(page), preferences)))
}

/// `POST /s/{space}/many`: a form with lines or a file. Redirects to its first rows.
pub(crate) async fn upload(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Write>,
    request: Request,
) -> Result<Response, Problem> {
    let headers = request.headers().clone();
    let mut typed = String::new();
    let kept = async {
        let received = receive_form(&site, request, &mut typed).await?;
        let (spool, file_name) = (received.spool, received.file_name);
        let upload = TableUpload { spool, file_name, wishes: Wishes::default(), request: None };
        Ok::<_, Problem>(site.gallery.keep_table(&grant, upload).await?)
    };
    let kept = kept.await;
    match kept {
        Ok(table) => Ok(answer(&site, &grant, &headers, StatusCode::CREATED, &table)),
        Err(problem) => match models::form(&site, &grant, typed).await {
            Ok(page) => Err(problem.on(Page::Many(page))),
            Err(_) => Err(problem),
        },
    }
}

/// `GET /s/{space}/many/{table}`: its first rows, or how far it is.
pub(crate) async fn table(
    State(site): State<Arc<Site>>,
    OfTable { grant, id }: OfTable<Read>,
    Preferred(preferences): Preferred,
) -> Result<Response, Problem> {
    let table = site.gallery.table(&grant, id).await?;
    let page = models::table(&site, &grant, &table).await?;
    Ok(html(StatusCode::OK, site.draw(Page::Many(page), preferences)))
}

/// `POST /s/{space}/many/{table}`: reads it in another way, or makes codes of it.
pub(crate) async fn act(
    State(site): State<Arc<Site>>,
    OfTable { grant, id }: OfTable<Write>,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, Problem> {
    let known = site.gallery.table(&grant, id).await?;
    let acted = async {
        let wishes = wishes(&form, &known)?;
        // What nobody has seen yet is shown first.
        let is_seen = wishes.columns.is_some();
        let table = site.gallery.describe_table(&grant, id, wishes).await?;
        match form.text("do") {
            Some("make") if is_seen => Ok(site.gallery.start_table(&grant, id).await?),
            _ => Ok::<_, Problem>(table),
        }
    };
    match acted.await {
        Ok(table) => Ok(answer(&site, &grant, &headers, StatusCode::OK, &table)),
        Err(problem) => match models::table(&site, &grant, &known).await {
            Ok(page) => Err(problem.on(Page::Many(page))),
            Err(_) => Err(problem),
        },
    }
}

/// `POST /s/{space}/many/{table}/stop`
pub(crate) async fn stop(
    State(site): State<Arc<Site>>,
    OfTable { grant, id }: OfTable<Write>,
    headers: HeaderMap,
    Form(_): Form,
) -> Result<Response, Problem> {
    let table = site.gallery.stop_table(&grant, id).await?;
    Ok(answer(&site, &grant, &headers, StatusCode::OK, &table))
}

/// A browser that reloads such an address goes back to the table.
pub(crate) async fn back(State(site): State<Arc<Site>>, OfTable { grant, id }: OfTable<Read>) -> Response {
    see_other(site.addresses(grant.space()).many_table(id))
}

/// `GET /s/{space}/many/{table}/errors`, and the same in the API: its rows with mistakes, as CSV.
pub(crate) async fn errors(
    State(site): State<Arc<Site>>,
    OfTable { grant, id }: OfTable<Read>,
) -> Result<Response, Problem> {
    let table = site.gallery.table(&grant, id).await?;
    mistakes(site, grant, table).await
}

/// `GET /s/{space}/many/{table}/zip`, and the same in the API: the codes that were made, in an archive.
pub(crate) async fn zip(
    State(site): State<Arc<Site>>,
    OfTable { grant, id }: OfTable<Read>,
) -> Result<Response, Problem> {
    let ids = made(&site, &grant, id).await?;
    chosen::zip_of_ids(site, grant, ids)
}

/// The codes that were made of a table, in the order of its rows.
pub(crate) async fn made(
    site: &Site,
    grant: &Grant<impl MayRead>,
    id: TableId,
) -> Result<Vec<EntryId>, Problem> {
    let table = site.gallery.table(grant, id).await?;
    let mut ids = Vec::new();
    for part in 0..table.parts_done {
        let outcomes = site.gallery.table_outcomes(grant, &table, part).await?;
        ids.extend(outcomes.into_iter().filter_map(|outcome| outcome.id));
    }
    Ok(ids)
}

/// How the form says that a table is to be read. Its columns are those of what was shown, so they count only for that.
fn wishes(form: &Parameters, known: &Table) -> Result<Wishes, Problem> {
    let separator = form.text("separator").map(parsed).transpose().in_field("separator")?;
    let has_heading = Some(form.text("heading").is_some());
    let layout = &known.layout;
    let is_as_shown =
        separator.is_none_or(|told| told == layout.separator) && has_heading == Some(layout.has_heading);
    let columns = form.pairs().filter(|(name, _)| *name == "column").map(|(_, column)| parsed(column));
    let columns = columns.collect::<Result<Vec<_>, _>>().in_field("column")?;
    Ok(Wishes { separator, has_heading, columns: is_as_shown.then_some(columns) })
}

/// To the table; a hydrated page gets its state.
fn answer(
    site: &Site,
    grant: &Grant<Write>,
    headers: &HeaderMap,
    status: StatusCode,
    table: &Table,
) -> Response {
    let addresses = site.addresses(grant.space());
    if is_awake(headers) {
        return json(status, &TableJson::new(&addresses, table));
    }
    see_other(addresses.many_table(table.id))
}
