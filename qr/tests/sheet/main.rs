//! Pages of labels: where the labels are in the file (`places`), and what a reader finds on the drawn pages (`read`).

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod pdf;
mod places;
mod read;

use qr::sheet::{LabelFormat, Sheet, SheetPdf, WordLines};
use qr::{Drawing, Level, Logo, Style, Symbol};

use self::pdf::Pdf;

fn logo() -> Logo {
    Logo::read(include_bytes!("../logo.png")).expect("it is a PNG of ours")
}

/// A sheet of a format, with room for words.
fn sheet(format: &str, words: Option<WordLines>) -> Sheet {
    let grid = LabelFormat::named(format).unwrap().grid;
    Sheet { grid, used: 0, copies: 1, words, has_edges: false }
}

/// The file of a sheet with these texts, each with its style and its words.
fn printed(sheet: Sheet, codes: &[(&str, &str, &str)]) -> (Vec<u8>, Pdf) {
    let logo = logo();
    let mut pdf = SheetPdf::new(sheet);
    let mut bytes = Vec::new();
    for (text, style, words) in codes {
        let style: Style = style.parse().unwrap();
        let symbol = Symbol::encode_styled(text, Level::M, &style, Some(&logo)).unwrap();
        let drawing = Drawing::new(&symbol, &style, Some(&logo)).unwrap();
        assert!(pdf.add(&drawing, words), "{text} fits");
        bytes.extend(pdf.take());
    }
    bytes.extend(pdf.finish());
    let read = Pdf::read(&bytes);
    (bytes, read)
}
