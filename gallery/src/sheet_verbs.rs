//! The facade: the verbs about printing codes on labels. Not here: drawing them (`drawing::sheet`), and where they stand on
//! a page (`qr::sheet`).

use std::sync::Arc;

use bytes::Bytes;
use domain::{Entry, EntryId};
use futures::Stream;
use qr::sheet::SheetPdf;

use crate::drawing::sheet::{LabelSheet, SheetPlan};
use crate::error::GalleryError;
use crate::gallery::Gallery;
use crate::grant::{Grant, MayRead, Read};

/// Entries that are looked at together.
const SLICE: usize = 500;
/// Codes that are drawn together at most.
const TOGETHER_MAX: usize = 64;

impl Gallery {
    /// What of these entries can be printed on a sheet, in their order. What was removed, photos and files, and codes that
    /// would be too small to scan are only counted.
    pub async fn plan_sheet(
        &self,
        grant: &Grant<impl MayRead>,
        ids: &[EntryId],
        sheet: &LabelSheet,
    ) -> Result<SheetPlan, GalleryError> {
        let mut plan = SheetPlan::default();
        for ids in ids.chunks(SLICE) {
            let entries = self.those_there(grant, ids).await?;
            plan.gone += (ids.len() - entries.len()) as u64;
            plan = self.drawing().plan(plan, entries, sheet).await?;
        }
        Ok(plan)
    }

    /// The codes of entries (`SheetPlan::printed`) on pages of labels, in their order, as a PDF that is drawn while it is
    /// read, a page at a time. The same entries give the same file. What was removed meanwhile is left out.
    pub fn sheet(
        &self,
        grant: Grant<Read>,
        ids: Vec<EntryId>,
        sheet: LabelSheet,
    ) -> impl Stream<Item = Result<Bytes, GalleryError>> + Send + use<> {
        let pdf = Some(SheetPdf::new(sheet.sheet.clone()));
        let printing = Printing { gallery: self.clone(), grant, ids: ids.into_iter(), sheet, pdf };
        futures::stream::try_unfold(printing, Printing::next)
    }

    /// The first page of such a sheet as an SVG element that says what it shows. `logo` gives the address of a logo.
    pub async fn sheet_picture(
        &self,
        grant: &Grant<impl MayRead>,
        ids: &[EntryId],
        sheet: &LabelSheet,
        title: &str,
        logo: impl Fn(&str) -> String,
    ) -> Result<String, GalleryError> {
        let shown = sheet.sheet.grid.labels().saturating_sub(sheet.sheet.used) as usize;
        let entries = self.those_there(grant, &ids[..ids.len().min(shown)]).await?;
        self.drawing().picture_of_sheet(&entries, sheet, title, logo).await
    }

    /// The entries with these ids, tombstones among them.
    async fn those_there(
        &self,
        grant: &Grant<impl MayRead>,
        ids: &[EntryId],
    ) -> Result<Vec<Arc<Entry>>, GalleryError> {
        let mut entries = Vec::with_capacity(ids.len());
        for id in ids {
            match self.entry(grant, *id).await {
                Ok(entry) => entries.push(entry),
                Err(GalleryError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(entries)
    }
}

/// A sheet that is being printed.
struct Printing {
    gallery: Gallery,
    grant: Grant<Read>,
    ids: std::vec::IntoIter<EntryId>,
    sheet: LabelSheet,
    /// `None` once the file has its end.
    pdf: Option<SheetPdf>,
}

impl Printing {
    /// Prints about a page.
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, GalleryError> {
        let Some(pdf) = self.pdf.take() else { return Ok(None) };
        let sheet = &self.sheet.sheet;
        let together = (sheet.grid.labels() / sheet.copies.max(1)) as usize;
        let ids: Vec<EntryId> = self.ids.by_ref().take(together.clamp(1, TOGETHER_MAX)).collect();
        if ids.is_empty() {
            return Ok(Some((pdf.finish().into(), self)));
        }
        let mut entries = self.gallery.those_there(&self.grant, &ids).await?;
        entries.retain(|entry| entry.state.is_live());
        let (pdf, bytes) = self.gallery.drawing().print(pdf, &entries, &self.sheet).await?;
        self.pdf = Some(pdf);
        Ok(Some((bytes.into(), self)))
    }
}
