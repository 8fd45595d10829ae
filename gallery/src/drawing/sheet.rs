//! Codes on pages of labels: whether they can be printed, and the pages as PDF and as a picture. Not here: where they stand
//! on a page (`qr::sheet`), which entries they are (`sheet_verbs`).

use std::sync::Arc;

use domain::payload::title_of;
use domain::{Body, Entry, EntryId, Level};
use qr::sheet::{Fit, LabelGrid, LabelLayout, Sheet, SheetPdf, SheetPicture, WordLines, unknown_characters};
use qr::{Logo, Style};

use super::code::run_blocking;
use super::{Drawing, drawable};
use crate::error::GalleryError;
use crate::pictures::{Purpose, room_for_drawing};

/// Memory reserved for what is drawn together: the codes of a page.
const DRAWING_BYTES: u64 = 16 * 1024 * 1024;
/// Characters that a plan names: the rest is more of the same.
const UNKNOWN_MAX: usize = 8;

/// What stands beside or below a code on its label.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum LabelWords {
    /// Nothing.
    #[default]
    None,
    /// Its name; if it has none, what its text means, or its text.
    Name,
    /// Its number.
    Number,
    /// Its text.
    Text,
}

impl LabelWords {
    fn lines(self) -> Option<WordLines> {
        match self {
            Self::None => None,
            Self::Number => Some(WordLines::One),
            Self::Name | Self::Text => Some(WordLines::Two),
        }
    }

    /// What stands on the label of an entry with this text.
    fn of(self, entry: &Entry, text: &str) -> String {
        match self {
            Self::None => String::new(),
            Self::Name if entry.content.name.is_empty() => title_of(text),
            Self::Name => entry.content.name.to_string(),
            Self::Number => format!("#{}", entry.id),
            Self::Text => text.to_owned(),
        }
    }
}

/// How codes are printed on labels.
#[derive(Debug, Clone)]
pub struct LabelSheet {
    pub(crate) sheet: Sheet,
    words: LabelWords,
}

impl LabelSheet {
    /// Labels on a grid, of which the first ones are `used` up; each code stands on as many as it has `copies`.
    pub fn new(grid: LabelGrid, used: u32, copies: u32, words: LabelWords, has_edges: bool) -> Self {
        Self { sheet: Sheet { grid, used, copies, words: words.lines(), has_edges }, words }
    }

    /// How many labels and pages so many codes take.
    pub fn labels_and_pages(&self, codes: u64) -> (u64, u64) {
        let labels = codes * u64::from(self.sheet.copies);
        (labels, self.sheet.pages(labels))
    }
}

/// What of the entries that were asked for is printed, and what is not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SheetPlan {
    /// The entries whose codes are printed, in order.
    pub printed: Vec<EntryId>,
    /// Photos and files, which have no code that can be drawn.
    pub not_codes: u64,
    /// Entries that were removed, or never were.
    pub gone: u64,
    /// Codes that would be smaller than what scans.
    pub too_small: u64,
    /// Width and height in micrometres of the smallest label on which all of those scan.
    pub needed_um: (u32, u32),
    /// Codes that are printed without their words, because they need the room.
    pub without_words: u64,
    /// Codes with characters in their words that cannot be drawn.
    pub with_unknown: u64,
    /// Some of these characters.
    pub unknown: Vec<char>,
}

/// A code to be drawn.
struct Printable {
    text: String,
    level: Level,
    style: Style,
    logo: Option<Arc<Logo>>,
    words: String,
}

impl Printable {
    /// Draws it. A look that cannot be drawn gives the plain code, as everywhere.
    fn draw(&self, draw: impl FnOnce(&qr::Drawing<'_>, &str)) {
        let Some(text) = drawable(&self.text, self.level) else { return };
        let symbol = match &self.logo {
            Some(logo) => text.symbol_with(&self.style, logo).ok(),
            None => Some(text.symbol().clone()),
        };
        let symbol = symbol.as_ref();
        let drawing =
            symbol.and_then(|symbol| qr::Drawing::new(symbol, &self.style, self.logo.as_deref()).ok());
        let plain = Style::default();
        let drawing = drawing.or_else(|| qr::Drawing::new(text.symbol(), &plain, None).ok());
        if let Some(drawing) = drawing {
            draw(&drawing, &self.words);
        }
    }
}

impl Drawing {
    /// Adds entries to the plan of a sheet.
    pub(crate) async fn plan(
        &self,
        mut plan: SheetPlan,
        entries: Vec<Arc<Entry>>,
        sheet: &LabelSheet,
    ) -> Result<SheetPlan, GalleryError> {
        let (layout, words) = (sheet.sheet.layout(), sheet.words);
        run_blocking(move || {
            for entry in &entries {
                add(&mut plan, entry, &layout, words);
            }
            plan
        })
        .await
    }

    /// Prints the codes of entries. Returns what was written of the file.
    pub(crate) async fn print(
        &self,
        mut pdf: SheetPdf,
        entries: &[Arc<Entry>],
        sheet: &LabelSheet,
    ) -> Result<(SheetPdf, Vec<u8>), GalleryError> {
        let printables = self.printables(entries, sheet.words).await?;
        let room = room_for_drawing(Purpose::Entry, DRAWING_BYTES).await;
        run_blocking(move || {
            // Moved in here, so that the memory stays reserved to the end even if the caller goes away.
            let _room = room;
            for printable in &printables {
                printable.draw(|drawing, words| _ = pdf.add(drawing, words));
            }
            let bytes = pdf.take();
            (pdf, bytes)
        })
        .await
    }

    /// The first page with the codes of entries, as an SVG element. `logo` gives the address of a logo.
    pub(crate) async fn picture_of_sheet(
        &self,
        entries: &[Arc<Entry>],
        sheet: &LabelSheet,
        title: &str,
        logo: impl Fn(&str) -> String,
    ) -> Result<String, GalleryError> {
        let printables = self.printables(entries, sheet.words).await?;
        let addressed: Vec<(Printable, Option<String>)> = printables
            .into_iter()
            .map(|printable| {
                let address = printable.style.logo.as_ref().map(|place| logo(&place.id));
                (printable, address)
            })
            .collect();
        let mut picture = SheetPicture::new(sheet.sheet.clone(), title);
        let room = room_for_drawing(Purpose::Entry, DRAWING_BYTES).await;
        run_blocking(move || {
            let _room = room;
            for (printable, address) in &addressed {
                if picture.has_room() {
                    printable.draw(|drawing, words| picture.add(drawing, words, address.as_deref()));
                }
            }
            picture.finish()
        })
        .await
    }

    /// What is needed to draw the codes of entries. A logo that does not exist is left out; one that cannot be read now is
    /// an error, because a sheet is printed once and for all.
    async fn printables(
        &self,
        entries: &[Arc<Entry>],
        words: LabelWords,
    ) -> Result<Vec<Printable>, GalleryError> {
        let mut printables = Vec::with_capacity(entries.len());
        for entry in entries {
            let Body::Code { value, style, .. } = &entry.content.body else { continue };
            let logo = match style.look.logo_id() {
                None => None,
                Some(id) => match self.logos.glance(&id).await {
                    Ok(logo) => Some(logo),
                    Err(GalleryError::NotFound) => None,
                    Err(error) => return Err(error),
                },
            };
            let mut drawn = style.look.style();
            if logo.is_none() {
                drawn.logo = None;
            }
            printables.push(Printable {
                text: value.clone(),
                level: style.level,
                style: drawn,
                logo,
                words: words.of(entry, value),
            });
        }
        Ok(printables)
    }
}

/// Adds an entry to a plan.
fn add(plan: &mut SheetPlan, entry: &Entry, layout: &LabelLayout, words: LabelWords) {
    if !entry.state.is_live() {
        plan.gone += 1;
        return;
    }
    let Body::Code { value, style, symbol } = &entry.content.body else {
        plan.not_codes += 1;
        return;
    };
    let version = symbol
        .map(|symbol| symbol.version)
        .or_else(|| Some(drawable(value, style.level)?.symbol().version()));
    let Some(version) = version else {
        plan.not_codes += 1;
        return;
    };
    let modules = qr::picture_modules(version, &style.look.style());
    let modules = modules.or_else(|_| qr::picture_modules(version, &Style::default())).unwrap_or_default();
    match layout.fit(modules) {
        Fit::TooSmall => {
            let (width_um, height_um) = LabelLayout::needed_um(modules);
            plan.too_small += 1;
            plan.needed_um = (plan.needed_um.0.max(width_um), plan.needed_um.1.max(height_um));
            return;
        }
        Fit::WithoutWords => plan.without_words += 1,
        Fit::Whole => {
            let unknown = unknown_characters(&words.of(entry, value));
            plan.with_unknown += u64::from(!unknown.is_empty());
            for character in unknown {
                if plan.unknown.len() < UNKNOWN_MAX && !plan.unknown.contains(&character) {
                    plan.unknown.push(character);
                }
            }
        }
    }
    plan.printed.push(entry.id);
}
