//! The facade: the verbs about tables of which many codes are made. Each is a few lines; the work is in other files.

use std::sync::Arc;

use domain::TableId;

use crate::error::GalleryError;
use crate::gallery::Gallery;
use crate::grant::{Grant, MayRead, MayWrite};
use crate::tables::{self, Row, RowOutcome, Table, Wishes};
use crate::verbs::tables as verbs;
use crate::verbs::tables::{RowPreview, TableUpload};

impl Gallery {
    /// Keeps a table and reads how it is laid out; nothing is made of it yet. A repeated request gets the first one;
    /// `RequestReused` if its request id was used for other bytes, `Table` if no codes can be made of it.
    pub async fn keep_table(
        &self,
        grant: &Grant<impl MayWrite>,
        upload: TableUpload,
    ) -> Result<Table, GalleryError> {
        let (shared, space) = (Arc::clone(self.shared()), grant.space().clone());
        self.write(async move { verbs::keep(&shared, &space, upload).await }).await
    }

    /// A table; `NoTable` if there is none with this number.
    pub async fn table(&self, grant: &Grant<impl MayRead>, id: TableId) -> Result<Table, GalleryError> {
        Ok(tables::load(&*self.shared().records, grant.space(), id).await?.0)
    }

    /// The tables of the space, the newest first, at most `most`.
    pub async fn tables(&self, grant: &Grant<impl MayRead>, most: usize) -> Result<Vec<Table>, GalleryError> {
        let mut tables = tables::of_space(&*self.shared().records, grant.space(), false).await?;
        tables.truncate(most);
        Ok(tables)
    }

    /// Reads a table in another way, if nothing was made of it yet.
    pub async fn describe_table(
        &self,
        grant: &Grant<impl MayWrite>,
        id: TableId,
        wishes: Wishes,
    ) -> Result<Table, GalleryError> {
        let (shared, space) = (Arc::clone(self.shared()), grant.space().clone());
        self.write(async move { verbs::describe(&shared, &space, id, wishes).await }).await
    }

    /// Begins to make codes of a table, in the background. One that has begun stays as it is.
    pub async fn start_table(
        &self,
        grant: &Grant<impl MayWrite>,
        id: TableId,
    ) -> Result<Table, GalleryError> {
        let (shared, space) = (Arc::clone(self.shared()), grant.space().clone());
        self.write(async move { verbs::start(&shared, &space, id).await }).await
    }

    /// Ends that within moments; what was made stays. One that has ended stays as it is.
    pub async fn stop_table(&self, grant: &Grant<impl MayWrite>, id: TableId) -> Result<Table, GalleryError> {
        let (shared, space) = (Arc::clone(self.shared()), grant.space().clone());
        self.write(async move { verbs::stop(&shared, &space, id).await }).await
    }

    /// The first rows of a table, as they will be.
    pub async fn preview_table(
        &self,
        grant: &Grant<impl MayRead>,
        table: &Table,
    ) -> Result<Vec<RowPreview>, GalleryError> {
        verbs::preview(self.shared(), grant.space(), table).await
    }

    /// The names of its columns: those in its heading, or what they hold.
    pub async fn column_names(
        &self,
        grant: &Grant<impl MayRead>,
        table: &Table,
    ) -> Result<Vec<String>, GalleryError> {
        verbs::column_names(self.shared(), grant.space(), table).await
    }

    /// What became of the rows in a part that is done, counted from 0.
    pub async fn table_outcomes(
        &self,
        grant: &Grant<impl MayRead>,
        table: &Table,
        part: usize,
    ) -> Result<Vec<RowOutcome>, GalleryError> {
        tables::read_part(&*self.shared().bucket, grant.space(), table.id, part).await
    }

    /// The rows with mistakes in a part that is done, each with what is wrong.
    pub async fn table_mistakes(
        &self,
        grant: &Grant<impl MayRead>,
        table: &Table,
        part: usize,
    ) -> Result<Vec<(Row, String)>, GalleryError> {
        verbs::mistakes(self.shared(), grant.space(), table, part).await
    }
}
