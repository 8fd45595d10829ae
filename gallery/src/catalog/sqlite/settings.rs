//! The statements about the settings of spaces.

use domain::Space;
use sqlx::SqliteConnection;

use super::super::{CatalogError, Settings};
use super::read::json;
use crate::sqlite::{classify, unreadable};

pub(super) async fn get(connection: &mut SqliteConnection, space: &Space) -> Result<Settings, CatalogError> {
    let row = sqlx::query("SELECT settings FROM settings WHERE space = ?")
        .bind(space.as_str())
        .fetch_optional(connection)
        .await
        .map_err(classify)?;
    row.as_ref().map_or_else(|| Ok(Settings::default()), |row| json(row, 0))
}

/// The spaces that have settings, sorted.
pub(super) async fn spaces(connection: &mut SqliteConnection) -> Result<Vec<Space>, CatalogError> {
    let names: Vec<String> = sqlx::query_scalar("SELECT space FROM settings ORDER BY space")
        .fetch_all(connection)
        .await
        .map_err(classify)?;
    names.into_iter().map(|name| name.parse().map_err(|error| unreadable(&error))).collect()
}

pub(super) async fn put(
    connection: &mut SqliteConnection,
    space: &Space,
    settings: &Settings,
) -> Result<(), CatalogError> {
    let json = serde_json::to_string(settings).expect("a struct of texts is JSON");
    sqlx::query("INSERT INTO settings (space, settings) VALUES (?, ?) ON CONFLICT DO UPDATE SET settings = excluded.settings")
        .bind(space.as_str())
        .bind(json)
        .execute(connection)
        .await
        .map_err(classify)?;
    Ok(())
}
