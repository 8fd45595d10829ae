//! Labels on a page: columns and rows of equal rectangles. Not here: those that are sold (`formats`).

use crate::style::millimetres;

/// A page, in micrometres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Paper {
    /// Its width.
    pub width_um: u32,
    /// Its height.
    pub height_um: u32,
}

impl Paper {
    /// ISO 216.
    pub const A4: Self = Self { width_um: 210_000, height_um: 297_000 };
    /// Half of A4.
    pub const A5: Self = Self { width_um: 148_000, height_um: 210_000 };
    /// Half of A5.
    pub const A6: Self = Self { width_um: 105_000, height_um: 148_000 };
    /// 8.5 × 11 inches (ANSI/ASME Y14.1).
    pub const LETTER: Self = Self { width_um: 215_900, height_um: 279_400 };

    /// Shortest and longest side.
    pub const SIDES_UM: core::ops::RangeInclusive<u32> = 20_000..=1_000_000;
}

/// Where the labels of a page are, in micrometres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LabelGrid {
    /// The page.
    pub paper: Paper,
    /// Labels beside each other.
    pub columns: u32,
    /// Labels below each other.
    pub rows: u32,
    /// From the left edge of the page to the first label.
    pub left_um: u32,
    /// From the upper edge of the page to the first label.
    pub top_um: u32,
    /// The width of a label.
    pub label_width_um: u32,
    /// The height of a label.
    pub label_height_um: u32,
    /// Between two labels beside each other.
    pub gap_across_um: u32,
    /// Between two labels below each other.
    pub gap_down_um: u32,
}

/// A rectangle on a page or on a label, in micrometres.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rectangle {
    /// From the left.
    pub left_um: u32,
    /// From above.
    pub top_um: u32,
    /// The width.
    pub width_um: u32,
    /// The height.
    pub height_um: u32,
}

impl Rectangle {
    /// The same as seen from the place that this one is in.
    pub(super) fn within(self, place: Self) -> Self {
        Self { left_um: self.left_um + place.left_um, top_um: self.top_um + place.top_um, ..self }
    }
}

/// Why there is no such grid. Each is a sentence for the person who described it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GridError {
    /// A side is not in `Paper::SIDES_UM`.
    #[error("A page is 20 to 1,000 mm wide and high, not {} mm.", millimetres(*.0))]
    Paper(u32),
    /// Not in `LabelGrid::COLUMNS`.
    #[error("A page has 1 to {most} columns, not {0}.", most = LabelGrid::COLUMNS_MAX)]
    Columns(u32),
    /// Not in `LabelGrid::ROWS`.
    #[error("A page has 1 to {most} rows, not {0}.", most = LabelGrid::ROWS_MAX)]
    Rows(u32),
    /// Margins and gaps take the whole page.
    #[error(
        "{count} {what} do not fit: margins and gaps alone take {} mm of the {} mm that the page is {side}.",
        millimetres(*taken_um), millimetres(*page_um)
    )]
    NoRoom {
        /// How many labels beside or below each other.
        count: u32,
        /// Columns or rows.
        what: &'static str,
        /// Wide or high.
        side: &'static str,
        /// What margins and gaps take.
        taken_um: u32,
        /// What there is.
        page_um: u32,
    },
    /// What is left for a label is less than `LabelGrid::LABEL_MIN_UM`.
    #[error(
        "{count} {what} leave {} mm for each label on a page that is {} mm {side}: a label needs at least {} mm.",
        millimetres(*label_um), millimetres(*page_um), millimetres(LabelGrid::LABEL_MIN_UM)
    )]
    TooSmall {
        /// How many labels beside or below each other.
        count: u32,
        /// Columns or rows.
        what: &'static str,
        /// Wide or high.
        side: &'static str,
        /// What is left for one.
        label_um: u32,
        /// The side of the page.
        page_um: u32,
    },
}

impl LabelGrid {
    /// More would be too small for any code on the largest page.
    pub const COLUMNS_MAX: u32 = 50;
    /// The same.
    pub const ROWS_MAX: u32 = 100;
    /// The shortest side of a label: a little less than the smallest code that scans.
    pub const LABEL_MIN_UM: u32 = 10_000;

    /// How many labels a page has.
    pub fn labels(&self) -> u32 {
        self.columns * self.rows
    }

    /// A label by its place on the page: row by row, from 0.
    pub fn label(&self, place: u32) -> Rectangle {
        let (column, row) = (place % self.columns, place / self.columns);
        Rectangle {
            left_um: self.left_um + column * (self.label_width_um + self.gap_across_um),
            top_um: self.top_um + row * (self.label_height_um + self.gap_down_um),
            width_um: self.label_width_um,
            height_um: self.label_height_um,
        }
    }
}
