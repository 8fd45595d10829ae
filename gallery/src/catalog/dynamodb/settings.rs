//! The settings of a space: one item, which no commit touches.

use std::iter;

use domain::Space;

use super::super::{CatalogError, Settings};
use super::DynamoCatalog;
use super::attributes::{from_item, to_item};
use super::error;
use super::layout::{Place, at};
use super::table::Write;

impl DynamoCatalog {
    pub(super) async fn read_settings(&self, space: &Space) -> Result<Settings, CatalogError> {
        let item = self.table.get(Place::settings(space)).await?;
        item.map_or_else(|| Ok(Settings::default()), |item| error::read(item, from_item))
    }

    pub(super) async fn write_settings(
        &self,
        space: &Space,
        settings: &Settings,
    ) -> Result<(), CatalogError> {
        let item = at(Place::settings(space), to_item(settings));
        self.table.write_many(iter::once(Write::Put(item))).await
    }
}
