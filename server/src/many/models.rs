//! What is on the pages of many codes at once: models, which `app` draws.

use app::many::{CodePreview, ManyPage, ManyPart, RowPreview, TablePreview, TableRow, TableState as Shown};
use domain::limits::TABLES_MAX_SHOWN;
use gallery::tables::{Table, TableState};
use gallery::{Draft, GalleryError, Grant, MayRead, WindowRequest};

use crate::page_models::{behind_seconds, fault};
use crate::site::Site;

/// The form with what was typed, and the latest tables.
pub(super) async fn form(
    site: &Site,
    grant: &Grant<impl MayRead>,
    typed: String,
) -> Result<ManyPage, GalleryError> {
    let tables = site.gallery.tables(grant, TABLES_MAX_SHOWN).await?;
    page(site, grant, ManyPart::Form { typed, tables: tables.iter().map(row).collect() }).await
}

/// A table: its first rows, or how far it is.
pub(super) async fn table(
    site: &Site,
    grant: &Grant<impl MayRead>,
    table: &Table,
) -> Result<ManyPage, GalleryError> {
    let part = match table.state {
        TableState::Ready => ManyPart::Preview(Box::new(preview(site, grant, table).await?)),
        TableState::Running | TableState::Stopped | TableState::Done => ManyPart::Progress(row(table)),
    };
    page(site, grant, part).await
}

async fn page(site: &Site, grant: &Grant<impl MayRead>, part: ManyPart) -> Result<ManyPage, GalleryError> {
    let newest = site.gallery.listing(grant, WindowRequest { page: 1, per_page: 1 }).await?;
    Ok(ManyPage {
        space: grant.space().clone(),
        seq: newest.seq,
        part,
        behind_seconds: behind_seconds(&site.gallery, grant).await,
        fault: fault(&site.gallery),
        failure: None,
    })
}

fn row(table: &Table) -> TableRow {
    TableRow {
        id: table.id,
        file_name: table.file_name.clone(),
        created_at: table.created_at.to_string(),
        kept_until: table.kept_until().to_string(),
        rows: table.layout.rows,
        made: table.made,
        wrong: table.wrong,
        state: match table.state {
            TableState::Ready => Shown::Ready,
            TableState::Running => Shown::Running,
            TableState::Stopped => Shown::Stopped,
            TableState::Done => Shown::Done,
        },
        trouble: table.trouble.clone(),
    }
}

async fn preview(
    site: &Site,
    grant: &Grant<impl MayRead>,
    table: &Table,
) -> Result<TablePreview, GalleryError> {
    let names = site.gallery.column_names(grant, table).await?;
    let layout = &table.layout;
    // Without a heading, columns are counted.
    let name = |place: usize| names.get(place).filter(|_| layout.has_heading).cloned().unwrap_or_default();
    let columns = layout.columns.iter().enumerate().map(|(place, column)| (name(place), column.as_str()));
    let rows = site.gallery.preview_table(grant, table).await?;
    let rows = rows.into_iter().map(|preview| RowPreview {
        number: preview.row.number,
        code: match preview.draft {
            Ok(draft) => Ok(code(draft)),
            Err(mistakes) => Err((preview.row.cells, mistakes)),
        },
    });
    Ok(TablePreview {
        table: row(table),
        separator: layout.separator.as_str(),
        has_heading: layout.has_heading,
        columns: columns.collect(),
        rows: rows.collect(),
    })
}

fn code(draft: Draft) -> CodePreview {
    CodePreview {
        level: draft.text.symbol().level(),
        text: draft.text.as_str().to_owned(),
        name: draft.name.to_string(),
        look: draft.look,
        labels: draft.labels.into_iter().map(|label| label.name).collect(),
    }
}
