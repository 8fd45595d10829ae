//! What the page shows that prints codes on labels, as plain data: the server fills it in. Not here: drawing it
//! (`components::sheet`).

use domain::{Failure, Parameters, Space};

/// Codes to be printed on labels.
#[derive(Debug, Clone)]
pub struct SheetPage {
    /// Where they are.
    pub space: Space,
    /// What was chosen, as the form sends it again: `id`s, or `all` with a query.
    pub chosen: Parameters,
    /// A value for each field of the form, as typed.
    pub fields: Parameters,
    /// The formats to choose from.
    pub formats: Vec<FormatGroup>,
    /// What is printed and what is not; `None` if that is unknown (`failure` says why).
    pub facts: Option<SheetFacts>,
    /// The first page, as an SVG element.
    pub picture: Option<String>,
    /// Why nothing can be printed so.
    pub failure: Option<Failure>,
}

/// Formats for one size of page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatGroup {
    /// The size.
    pub paper: &'static str,
    /// The name of each in the form, and in words.
    pub formats: Vec<(&'static str, String)>,
}

/// What is printed, and what is not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SheetFacts {
    /// Codes that are printed.
    pub codes: u64,
    /// On how many labels.
    pub labels: u64,
    /// On how many pages.
    pub pages: u64,
    /// Photos and files, which are not.
    pub not_codes: u64,
    /// Entries that were removed meanwhile.
    pub gone: u64,
    /// Codes that would be too small to scan.
    pub too_small: u64,
    /// Width and height in millimetres of a label on which those scan.
    pub needed_mm: (u32, u32),
    /// The smallest format for the same page that is as large.
    pub large_enough: Option<&'static str>,
    /// Codes without the words that were asked for, which need the room.
    pub without_words: u64,
    /// Codes with characters in their words that cannot be drawn.
    pub with_unknown: u64,
    /// Some of those characters.
    pub unknown: Vec<char>,
}
