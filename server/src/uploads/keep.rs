//! From received bytes to an entry: a place to receive them in, and the verb of the gallery.

use std::sync::Arc;

use axum::http::StatusCode;
use domain::RequestId;
use gallery::bucket::Spool;
use gallery::{Grant, Upload, Uploaded, Write};

use super::wish::Wish;
use crate::problem::Problem;
use crate::site::Site;
use crate::upload_places::UploadPlace;

/// A received file, with what is wished for it.
pub(super) struct File<'a> {
    pub(super) spool: Spool,
    pub(super) name: &'a str,
    pub(super) wish: Wish,
    pub(super) request: RequestId,
}

/// A place for one upload.
pub(crate) async fn place(site: &Site) -> Result<UploadPlace, Problem> {
    let busy = || Problem::busy("Too many uploads are arriving at once. Try again in a moment.");
    site.upload_places.place().await.ok_or_else(busy)
}

/// Keeps a file.
pub(super) async fn keep(site: &Site, grant: &Grant<Write>, file: File<'_>) -> Result<Uploaded, Problem> {
    let File { spool, name, wish: Wish { recipe, phone }, request } = file;
    if spool.size_bytes() == 0 {
        let sentence = "The file is empty, so nothing was saved. Choose another one.";
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, sentence));
    }
    let upload = Upload { spool: Arc::new(spool), file_name: name.to_owned(), recipe, phone, request };
    Ok(site.gallery.upload(grant, upload).await?)
}
