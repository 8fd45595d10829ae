//! Printing codes on labels: the page that says how (`page`), what its form says (`options`), which codes they are
//! (`chosen`), and the PDF (`pdf`). Not here: drawing (`gallery`, `qr::sheet`).

mod chosen;
mod formats;
mod options;
mod page;
mod pdf;

pub(crate) use chosen::of_query;
pub(crate) use options::{FIELDS, options};
pub(crate) use page::{download, open, show};
pub(crate) use pdf::pdf;
