//! Tables of which many codes are made, over the API. Not here: making them (`gallery`), JSON lines (`batch`).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use domain::Parameters;
use domain::limits::TABLES_MAX_SHOWN;
use gallery::tables::{Column, Separator, Wishes};
use gallery::{Read, TableUpload, Write};
use serde::Serialize;
use utoipa::ToSchema;

use super::idempotency::OptionalKey;
use super::parameters::{IdempotencyHeader, InSpacePath, TablePath, TableQuery};
use super::problems::{ReadProblems, UploadProblems, WriteProblems};
use crate::grants::{InSpace, OfTable};
use crate::inputs::{Query, media_types, parsed};
use crate::json::json;
use crate::many::{self, TableJson, receive_body};
use crate::problem::{InField as _, Problem};
use crate::site::Site;

const CSV: &str = "text/csv";
const TEXT: &str = "text/plain";

/// The latest tables.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TableList)]
pub(super) struct TablesJson {
    /// The newest first; at most 20.
    tables: Vec<TableJson>,
}

#[utoipa::path(
    post,
    path = "/api/v1/spaces/{space}/many",
    tag = "Codes",
    operation_id = "makeMany",
    summary = "Make codes of a table",
    description = "A CSV file, or with `Content-Type: text/plain` one text on each line; at most 100,000 rows and 50 MiB, in \
        UTF-8. The codes are made in the background: `state` says when they are `done`. Each row is saved once, whatever is \
        restarted meanwhile; rows with mistakes are listed with what is wrong.",
    params(InSpacePath, TableQuery, IdempotencyHeader),
    request_body(content((String = "text/csv"), (String = "text/plain"))),
    responses(
        (status = 202, description = "Codes are being made", body = TableJson, headers(("Location" = String, description = "The table"))),
        UploadProblems
    )
)]
pub(super) async fn make(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Write>,
    OptionalKey(key): OptionalKey,
    query: Query,
    request: Request,
) -> Result<Response, Problem> {
    let query = query.with_only(&["columns", "heading", "name", "separator"])?;
    let wishes = wishes(&query, is_csv(request.headers())?)?;
    let file_name = query.text("name").unwrap_or_default().to_owned();
    let spool = receive_body(&site, request).await?;
    let upload = TableUpload { spool, file_name, wishes, request: key };
    let table = site.gallery.keep_table(&grant, upload).await?;
    let table = site.gallery.start_table(&grant, table.id).await?;
    let addresses = site.addresses(grant.space());
    let location = HeaderValue::try_from(addresses.api_table(table.id));
    let location = location.expect("a base path, a space and a number are ASCII");
    let answer = json(StatusCode::ACCEPTED, &TableJson::new(&addresses, &table));
    Ok(([(header::LOCATION, location)], answer).into_response())
}

/// Whether the body is CSV, and not a list of lines.
fn is_csv(headers: &HeaderMap) -> Result<bool, Problem> {
    let kind = media_types(headers, header::CONTENT_TYPE).next().unwrap_or_default().to_ascii_lowercase();
    match &*kind {
        CSV => Ok(true),
        TEXT => Ok(false),
        _ => {
            let sentence = format!("Send this with Content-Type: {CSV} or {TEXT}.");
            Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence))
        }
    }
}

fn wishes(query: &Parameters, is_csv: bool) -> Result<Wishes, Problem> {
    let separator = query.text("separator").map(parsed).transpose().in_field("separator")?;
    let has_heading = match query.text("heading") {
        None => None,
        Some("true") => Some(true),
        Some("false") => Some(false),
        Some(_) => return Err(Problem::bad_request("`heading` is true or false.")).in_field("heading"),
    };
    let columns: Option<Result<Vec<Column>, Problem>> =
        query.text("columns").map(|columns| columns.split(',').map(parsed).collect());
    let columns = columns.transpose().in_field("columns")?;
    Ok(Wishes { separator: separator.or((!is_csv).then_some(Separator::Line)), has_heading, columns })
}

#[utoipa::path(
    get,
    path = "/api/v1/spaces/{space}/many",
    tag = "Codes",
    operation_id = "listMany",
    summary = "List the latest tables",
    params(InSpacePath),
    responses((status = 200, description = "The tables of the last seven days", body = TablesJson), ReadProblems)
)]
pub(super) async fn list(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
) -> Result<Response, Problem> {
    let addresses = site.addresses(grant.space());
    let tables = site.gallery.tables(&grant, TABLES_MAX_SHOWN).await?;
    let tables = tables.iter().map(|table| TableJson::new(&addresses, table)).collect();
    Ok(json(StatusCode::OK, &TablesJson { tables }))
}

#[utoipa::path(
    get,
    path = "/api/v1/spaces/{space}/many/{table}",
    tag = "Codes",
    operation_id = "getMany",
    summary = "Get the state of a table",
    params(TablePath),
    responses((status = 200, description = "How far it is", body = TableJson), ReadProblems)
)]
pub(super) async fn get(
    State(site): State<Arc<Site>>,
    OfTable { grant, id }: OfTable<Read>,
) -> Result<Response, Problem> {
    let table = site.gallery.table(&grant, id).await?;
    Ok(json(StatusCode::OK, &TableJson::new(&site.addresses(grant.space()), &table)))
}

#[utoipa::path(
    post,
    path = "/api/v1/spaces/{space}/many/{table}/stop",
    tag = "Codes",
    operation_id = "stopMany",
    summary = "Stop making codes of a table",
    description = "Within moments; what was made stays.",
    params(TablePath),
    responses((status = 200, description = "How far it is", body = TableJson), WriteProblems)
)]
pub(super) async fn stop(
    State(site): State<Arc<Site>>,
    OfTable { grant, id }: OfTable<Write>,
) -> Result<Response, Problem> {
    let table = site.gallery.stop_table(&grant, id).await?;
    Ok(json(StatusCode::OK, &TableJson::new(&site.addresses(grant.space()), &table)))
}

#[utoipa::path(
    get,
    path = "/api/v1/spaces/{space}/many/{table}/errors",
    tag = "Codes",
    operation_id = "getManyErrors",
    summary = "Get the rows of a table with mistakes",
    description = "As CSV: the number of each row, its cells, and what is wrong. Cells that a spreadsheet would take for \
        formulas begin with an apostrophe. Those of the parts that are done so far.",
    params(TablePath),
    responses((status = 200, description = "The rows", content((String = "text/csv"))), ReadProblems)
)]
pub(super) async fn errors(site: State<Arc<Site>>, table: OfTable<Read>) -> Result<Response, Problem> {
    many::errors(site, table).await
}

#[utoipa::path(
    get,
    path = "/api/v1/spaces/{space}/many/{table}/zip",
    tag = "Codes",
    operation_id = "getManyArchive",
    summary = "Get the codes of a table as a ZIP archive",
    description = "In the order of the rows, and `entries.csv`, a table of them. It is sent while it is made: if it cannot be \
        finished, the answer breaks off.",
    params(TablePath),
    responses((status = 200, description = "The archive", content((Vec<u8> = "application/zip"))), ReadProblems)
)]
pub(super) async fn zip(site: State<Arc<Site>>, table: OfTable<Read>) -> Result<Response, Problem> {
    many::zip(site, table).await
}
