//! Pages of labels as PDF 1.4: each code is an object that is drawn once and placed on as many labels as it has copies.
//! Written page by page, so that a large sheet is never whole in memory; the same labels give the same bytes.

use std::collections::HashMap;

use super::Sheet;
use super::grid::Rectangle;
use super::label::LabelLayout;
use super::words;
use crate::Drawing;
use crate::drawing::pdf::content::{content, decimal, outlines, push, thousandths};
use crate::drawing::pdf::file::Pdf;

/// A tenth of the time of the best, for a fifth more bytes: thousands of codes are drawn at once.
const COMPRESSION: u8 = 3;

/// Parts of a unit in factors, so that the last module is placed precisely.
const FINE: u64 = 100_000_000;

/// The width of a label's edge, in micrometres.
const EDGE_UM: i32 = 100;

/// The number of the object that lists the pages, which is written last.
const PAGES: usize = 2;

/// A sheet that is being written.
pub struct SheetPdf {
    pdf: Pdf,
    sheet: Sheet,
    layout: LabelLayout,
    /// The next label on the page.
    place: u32,
    /// What the page shows.
    content: String,
    /// The objects that the page shows.
    shown: Vec<usize>,
    pages: Vec<usize>,
    /// The objects of logos, by their names.
    logos: HashMap<String, usize>,
}

impl SheetPdf {
    /// Begins a sheet.
    pub fn new(sheet: Sheet) -> Self {
        let mut pdf = Pdf::new();
        pdf.object(&format!("<</Type/Catalog/Pages {PAGES} 0 R>>"));
        let pages = pdf.reserve();
        debug_assert_eq!(pages, PAGES);
        let layout = sheet.layout();
        let place = sheet.used.min(sheet.grid.labels().saturating_sub(1));
        Self {
            pdf,
            sheet,
            layout,
            place,
            content: String::new(),
            shown: Vec::new(),
            pages: Vec::new(),
            logos: HashMap::new(),
        }
    }

    /// Prints a code on as many labels as the sheet has copies, with its words if there are any. Returns whether it did:
    /// a code that would be too small to scan is not printed. Logos of the same name must be the same.
    pub fn add(&mut self, drawing: &Drawing<'_>, words: &str) -> bool {
        let modules = (drawing.scene.width, drawing.scene.height);
        let Some((code, room)) = self.layout.place(modules) else { return false };
        let form = self.form(drawing);
        let outlines_of_words = room.map(|room| words::outlines(words, &room)).unwrap_or_default();
        let mut letters = String::new();
        outlines(&mut letters, &outlines_of_words);
        let scale =
            decimal((u64::from(code.width_um) * (FINE / 1000) / u64::from(modules.0)).cast_signed(), FINE);
        for _ in 0..self.sheet.copies {
            if self.content.is_empty() {
                self.begin_page();
            }
            if !self.shown.contains(&form) {
                self.shown.push(form);
            }
            let label = self.sheet.grid.label(self.place);
            let place = code.within(label);
            push(&mut self.content, format_args!("q {scale} 0 0 {scale} "));
            lengths(&mut self.content, [place.left_um, place.top_um]);
            push(&mut self.content, format_args!("cm /C{form} Do Q\n"));
            if !letters.is_empty() {
                self.content.push_str("q 1 0 0 1 ");
                lengths(&mut self.content, [label.left_um, label.top_um]);
                push(&mut self.content, format_args!("cm 0 g\n{letters}f Q\n"));
            }
            self.place += 1;
            if self.place == self.sheet.grid.labels() {
                self.end_page();
            }
        }
        true
    }

    /// What was written since the last time.
    pub fn take(&mut self) -> Vec<u8> {
        self.pdf.take()
    }

    /// Ends the file. Returns what was not taken. A sheet without a code has one empty page, because a file must have one.
    pub fn finish(mut self) -> Vec<u8> {
        if self.content.is_empty() && self.pages.is_empty() {
            self.begin_page();
        }
        if !self.content.is_empty() {
            self.end_page();
        }
        let mut list = format!("<</Type/Pages/Count {}/Kids[", self.pages.len());
        for page in &self.pages {
            push(&mut list, format_args!("{page} 0 R "));
        }
        list.push_str("]>>");
        self.pdf.fill(PAGES, &list);
        self.pdf.finish()
    }

    /// The code as an object in which modules are the unit (ISO 32000-1, 8.10), from its upper left corner.
    fn form(&mut self, drawing: &Drawing<'_>) -> usize {
        let scene = &drawing.scene;
        let (content, gradients) = content(scene, None);
        let mut resources = String::from("/Pattern<<");
        for (place, gradient) in gradients.iter().enumerate() {
            let gradient = self.pdf.object(gradient);
            push(&mut resources, format_args!("/G{place} {gradient} 0 R"));
        }
        resources.push_str(">>");
        if let Some((logo, _)) = scene.logo {
            let name = drawing.style.logo.as_ref().map(|place| place.id.clone()).unwrap_or_default();
            let pdf = &mut self.pdf;
            let object = *self.logos.entry(name).or_insert_with(|| pdf.image(logo, COMPRESSION));
            push(&mut resources, format_args!("/XObject<</L {object} 0 R>>"));
        }
        let entries = format!(
            "/Type/XObject/Subtype/Form/BBox[0 0 {} {}]/Resources<<{resources}>>",
            scene.width, scene.height
        );
        self.pdf.stream(&entries, content.as_bytes(), COMPRESSION)
    }

    /// Millimetres from the upper left corner of the page, downwards.
    fn begin_page(&mut self) {
        let scale = decimal((72 * FINE * 10 / 254).cast_signed(), FINE);
        let high = points(self.sheet.grid.paper.height_um);
        push(&mut self.content, format_args!("{scale} 0 0 -{scale} 0 {high} cm\n"));
        if self.sheet.has_edges {
            thousandths(&mut self.content, [EDGE_UM]);
            self.content.push_str("w .6 G\n");
            for place in 0..self.sheet.grid.labels() {
                let Rectangle { left_um, top_um, width_um, height_um } = self.sheet.grid.label(place);
                lengths(&mut self.content, [left_um, top_um, width_um, height_um]);
                self.content.push_str("re S\n");
            }
        }
    }

    fn end_page(&mut self) {
        let content = self.pdf.stream("", self.content.as_bytes(), COMPRESSION);
        let mut forms = String::new();
        for form in self.shown.drain(..) {
            push(&mut forms, format_args!("/C{form} {form} 0 R"));
        }
        let (wide, high) = (points(self.sheet.grid.paper.width_um), points(self.sheet.grid.paper.height_um));
        let page = self.pdf.object(&format!(
            "<</Type/Page/Parent {PAGES} 0 R/MediaBox[0 0 {wide} {high}]/Resources<</XObject<<{forms}>>>>\
             /Contents {content} 0 R>>"
        ));
        self.pages.push(page);
        self.content.clear();
        self.place = 0;
    }
}

/// Lengths in millimetres.
fn lengths<const COUNT: usize>(text: &mut String, um: [u32; COUNT]) {
    thousandths(text, um.map(|um| i32::try_from(um).unwrap_or(i32::MAX)));
}

/// A length in points, of which an inch has 72.
fn points(um: u32) -> String {
    decimal(((u64::from(um) * 72_000 + 12_700) / 25_400).cast_signed(), 1000)
}
