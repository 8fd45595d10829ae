//! Pages of labels: which labels a page has (`grid`, `formats`), what stands where on a label (`label`, `words`), and the
//! pages as PDF (`document`) and as a picture (`picture`).
//!
//! Lengths are in micrometres, whole numbers, from the upper left corner of a page. Not here: which codes are printed.

mod document;
mod formats;
mod free;
mod grid;
mod label;
mod picture;
mod words;

pub use document::SheetPdf;
pub use formats::{FORMATS, LabelFormat};
pub use free::{FreeGrid, Lengths};
pub use grid::{GridError, LabelGrid, Paper, Rectangle};
pub use label::{Fit, LabelLayout, WordLines};
pub use picture::SheetPicture;
pub use words::{WORDS_MAX_CHARS, unknown_characters};

/// The largest number of labels that are used up or that a code is printed on.
pub const COPIES_MAX: u32 = 1_000;

/// How codes are printed on labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Where the labels are.
    pub grid: LabelGrid,
    /// How many labels at the beginning of the first page are left free, because they are used up.
    pub used: u32,
    /// On how many labels each code is printed, one after the other.
    pub copies: u32,
    /// How much room words take beside or below a code; `None` if there are none.
    pub words: Option<WordLines>,
    /// Whether the edges of the labels are drawn, for cutting.
    pub has_edges: bool,
}

impl Sheet {
    /// How many pages so many labels take.
    pub fn pages(&self, labels: u64) -> u64 {
        if labels == 0 { 0 } else { (labels + u64::from(self.used)).div_ceil(self.grid.labels().into()) }
    }

    /// How the labels are laid out.
    pub fn layout(&self) -> LabelLayout {
        LabelLayout::of(self.grid.label_width_um, self.grid.label_height_um, self.words)
    }
}
