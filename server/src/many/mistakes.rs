//! The rows of a table with mistakes as CSV, for spreadsheets: their numbers, their cells, and what is wrong. Written while
//! it is sent, a part of the table at a time.

use std::io;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use futures::StreamExt as _;
use gallery::tables::Table;
use gallery::{GalleryError, Grant, Read};

use crate::files::attached;
use crate::problem::Problem;
use crate::site::Site;
use crate::spreadsheet::Sheet;

/// The list as a response. If it cannot be finished, the response breaks off.
pub(crate) async fn mistakes(site: Arc<Site>, grant: Grant<Read>, table: Table) -> Result<Response, Problem> {
    let names = site.gallery.column_names(&grant, &table).await?;
    let mut head = Sheet::with_mark();
    let titles = ["Row"].into_iter().chain(names.iter().map(String::as_str)).chain(["Mistake"]);
    let head = head.add(titles).and_then(|()| head.finish());
    let head = head.map_err(|error| Problem::busy("The list cannot be made now.").because(error))?;
    let file = format!("{}-{}-mistakes.csv", grant.space(), table.id);
    let columns = names.len();
    let parts = futures::stream::iter(0..table.parts_done).then(move |part| {
        let (site, grant, table) = (Arc::clone(&site), grant.clone(), table.clone());
        async move { rows(&site, &grant, &table, part, columns).await.map_err(io::Error::other) }
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, attached(&file)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    let head = futures::stream::once(async { Ok::<_, io::Error>(Bytes::from(head)) });
    Ok((headers, Body::from_stream(head.chain(parts))).into_response())
}

/// The lines of a part.
async fn rows(
    site: &Site,
    grant: &Grant<Read>,
    table: &Table,
    part: usize,
    columns: usize,
) -> Result<Bytes, Failure> {
    let mut sheet = Sheet::new();
    for (row, mistake) in site.gallery.table_mistakes(grant, table, part).await? {
        let number = row.number.to_string();
        // Cells that nobody expected come behind the others, so that what is wrong stands in its own column.
        let (known, more) = row.cells.split_at(columns.min(row.cells.len()));
        let missing = std::iter::repeat_n("", columns - known.len());
        let cells = known.iter().map(String::as_str).chain(missing);
        let more = more.iter().map(String::as_str);
        sheet.add([number.as_str()].into_iter().chain(cells).chain([mistake.as_str()]).chain(more))?;
    }
    Ok(sheet.finish()?.into())
}

/// Why a part cannot be written.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Gallery(#[from] GalleryError),
    #[error(transparent)]
    Io(#[from] io::Error),
}
