//! A row as a draft of a code, or its mistake in a sentence. Pure. Not here: reading rows (`records`).

use domain::{CodeText, Label, Name, RequestId, Sha256, Space, StyleText, TableId};
use qr::{Level, LevelError, Preset};
use sha2::Digest as _;

use super::columns::Column;
use super::layout::Layout;
use super::records::Row;
use super::survey::level;
use crate::verbs::publish::Draft;

/// The longest sentence about a mistake, in characters.
const SENTENCE_MAX_CHARS: usize = 300;

/// The request id of a row: the same whenever it is tried.
pub(crate) fn request_of_row(space: &Space, id: TableId, row: u32) -> RequestId {
    let digest = sha2::Sha256::digest(format!("table {space} {id} {row}"));
    Sha256(digest.into()).to_string().parse().expect("64 hexadecimal digits")
}

/// The draft of a row; `plain` is the look of a row without one.
pub(crate) fn draft(
    row: &Row,
    layout: &Layout,
    plain: &StyleText,
    request: RequestId,
) -> Result<Draft, String> {
    let (there, known) = (row.cells.len(), layout.columns.len());
    if there > known && row.cells[known..].iter().any(|cell| !cell.trim().is_empty()) {
        return Err(format!(
            "The row has {there} cells, and the table {known}. A cell with a {} in it must stand in quotation marks.",
            layout.separator
        ));
    }
    let cell = |wanted: Column| {
        let place = layout.columns.iter().position(|column| *column == wanted)?;
        row.cells.get(place).map(String::as_str).filter(|cell| !cell.trim().is_empty())
    };
    let mut mistakes = Mistakes::default();
    let level = match cell(Column::Level) {
        None => Level::default(),
        Some(cell) => mistakes.note(level(cell).ok_or(LevelError)).unwrap_or_default(),
    };
    let text = mistakes.note(CodeText::parse(cell(Column::Text).unwrap_or_default(), level));
    let name = mistakes.note(cell(Column::Name).unwrap_or_default().parse::<Name>());
    let look = match cell(Column::Look).map(str::trim) {
        None => Some(plain.clone()),
        Some(look) => match Preset::named(&look.to_ascii_lowercase()) {
            Some(preset) => Some(StyleText::from(&preset.style())),
            None => mistakes.note(StyleText::parse_only(look)),
        },
    };
    let labels = mistakes.note(Label::parse_list(cell(Column::Labels).unwrap_or_default()));
    match (text, name, look, labels) {
        (Some(text), Some(name), Some(look), Some(labels)) if mistakes.0.is_empty() => {
            Ok(Draft { text, name, look, labels, request })
        }
        _ => Err(mistakes.0),
    }
}

/// What is wrong with a row, in sentences.
#[derive(Default)]
struct Mistakes(String);

impl Mistakes {
    fn note<T, E: ToString>(&mut self, parsed: Result<T, E>) -> Option<T> {
        let error = match parsed {
            Ok(parsed) => return Some(parsed),
            Err(error) => error.to_string(),
        };
        if !self.0.is_empty() {
            self.0.push(' ');
        }
        self.0.push_str(&shortened(&error));
        None
    }
}

/// A sentence that may quote a whole cell.
pub(crate) fn shortened(sentence: &str) -> String {
    match sentence.char_indices().nth(SENTENCE_MAX_CHARS) {
        Some((end, _)) => format!("{} …", &sentence[..end]),
        None => sentence.to_owned(),
    }
}
