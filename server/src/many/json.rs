//! A table for programs and hydrated pages. Not here: for pages (`models`).

use app::addresses::Addresses;
use domain::{TableId, Timestamp};
use gallery::tables::Table;
use serde::Serialize;
use utoipa::ToSchema;

/// A table of which codes are made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Table)]
pub(crate) struct TableJson {
    /// Its number.
    id: TableId,
    /// The name of its file; empty without one.
    file_name: String,
    /// When it arrived.
    created_at: Timestamp,
    /// When it is forgotten, with what is known of its rows; the codes stay.
    kept_until: Timestamp,
    /// What happens to it: `ready`, `running`, `stopped` or `done`.
    state: String,
    /// How many rows it has, without the heading.
    rows: u32,
    /// Rows of which codes were made.
    made: u32,
    /// Rows with mistakes.
    wrong: u32,
    /// Why it does not go on at the moment; it is tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble: Option<String>,
    /// What separates its cells: `comma`, `semicolon`, `tab` or `line`.
    separator: String,
    /// Whether its first row is a heading.
    heading: bool,
    /// What each column holds: `text`, `name`, `level`, `look`, `labels` or `unused`.
    columns: Vec<String>,
    links: TableLinks,
}

/// Addresses that belong to a table, each from the root of the server.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TableLinks {
    /// The table in the API.
    #[serde(rename = "self")]
    this: String,
    /// Its page.
    page: String,
    /// Its rows with mistakes, as CSV.
    errors: String,
    /// The codes that were made of it, as a ZIP archive.
    zip: String,
}

impl TableJson {
    pub(crate) fn new(addresses: &Addresses, table: &Table) -> Self {
        let this = addresses.api_table(table.id);
        Self {
            id: table.id,
            file_name: table.file_name.clone(),
            created_at: table.created_at,
            kept_until: table.kept_until(),
            state: table.state.as_str().to_owned(),
            rows: table.layout.rows,
            made: table.made,
            wrong: table.wrong,
            trouble: table.trouble.clone(),
            separator: table.layout.separator.to_string(),
            heading: table.layout.has_heading,
            columns: table.layout.columns.iter().map(ToString::to_string).collect(),
            links: TableLinks {
                page: addresses.many_table(table.id),
                errors: format!("{this}/errors"),
                zip: format!("{this}/zip"),
                this,
            },
        }
    }
}
