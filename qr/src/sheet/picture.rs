//! The first page of a sheet as SVG, to be shown small in a page: the labels, those that are used up, and the codes as they
//! will be. Not here: the sheet itself (`document`).

use super::Sheet;
use super::grid::Rectangle;
use super::label::LabelLayout;
use super::words;
use crate::Drawing;
use crate::drawing::svg::{outlines, picture, push};
use crate::number::push_thousandths;

/// What is drawn in full: all codes of most pages, thirty of the most elaborate ones. Of those after it only the areas are
/// drawn.
const FULL_MAX_BYTES: usize = 1024 * 1024;

const PAPER: &str = "#fff";
const EDGE: &str = "#b5b0a6";
const USED: &str = "#e6e1d6";
const STAND_IN: &str = "#b5b0a6";

/// The picture, being drawn.
pub struct SheetPicture {
    svg: String,
    sheet: Sheet,
    layout: LabelLayout,
    place: u32,
    codes: u32,
}

impl SheetPicture {
    /// Begins a picture. `title` says what it shows.
    pub fn new(sheet: Sheet, title: &str) -> Self {
        let paper = sheet.grid.paper;
        let mut svg = String::from(
            r#"<svg xmlns="http://www.w3.org/2000/svg" class="sheet-picture" role="img" viewBox="0 0 "#,
        );
        lengths(&mut svg, [paper.width_um, paper.height_um]);
        push(&mut svg, format_args!(r#"" aria-label="{}">"#, escaped(title)));
        let page = Rectangle { left_um: 0, top_um: 0, width_um: paper.width_um, height_um: paper.height_um };
        rectangle(&mut svg, page, PAPER);
        let used = sheet.used.min(sheet.grid.labels().saturating_sub(1));
        for place in 0..sheet.grid.labels() {
            rectangle(&mut svg, sheet.grid.label(place), if place < used { USED } else { PAPER });
        }
        let layout = sheet.layout();
        Self { svg, sheet, layout, place: used, codes: 0 }
    }

    /// Whether there is a label left on the page.
    pub fn has_room(&self) -> bool {
        self.place < self.sheet.grid.labels()
    }

    /// Draws a code on as many labels as it is printed on and as there are left, if it is large enough to scan. `logo` is
    /// the address of its logo.
    pub fn add(&mut self, drawing: &Drawing<'_>, words: &str, logo: Option<&str>) {
        let modules = (drawing.scene.width, drawing.scene.height);
        let Some((code, room)) = self.layout.place(modules) else { return };
        let copies = self.sheet.copies.min(self.sheet.grid.labels() - self.place);
        let id = self.codes;
        self.codes += 1;
        for copy in 0..copies {
            let label = self.sheet.grid.label(self.place);
            self.place += 1;
            self.svg.push_str(r#"<g transform="translate("#);
            lengths(&mut self.svg, [label.left_um, label.top_um]);
            self.svg.push_str(r#")">"#);
            if copy > 0 {
                push(&mut self.svg, format_args!(r##"<use href="#sheet-code-{id}"/>"##));
            } else {
                push(&mut self.svg, format_args!(r#"<g id="sheet-code-{id}">"#));
                self.code(drawing, code, logo);
                if let Some(room) = room {
                    self.svg.push_str(r#"<path d=""#);
                    outlines(&mut self.svg, &words::outlines(words, &room));
                    self.svg.push_str(r#""/>"#);
                }
                self.svg.push_str("</g>");
            }
            self.svg.push_str("</g>");
        }
    }

    /// An SVG element.
    pub fn finish(mut self) -> String {
        self.svg.push_str("</svg>");
        self.svg
    }

    fn code(&mut self, drawing: &Drawing<'_>, code: Rectangle, logo: Option<&str>) {
        let scene = &drawing.scene;
        if self.svg.len() > FULL_MAX_BYTES {
            return rectangle(&mut self.svg, code, STAND_IN);
        }
        self.svg.push_str(r#"<g transform="translate("#);
        lengths(&mut self.svg, [code.left_um, code.top_um]);
        let (scale_nm, svg) = (u64::from(code.width_um) * 1000 / u64::from(scene.width), &mut self.svg);
        push(svg, format_args!(") scale({}.{:06})\">", scale_nm / 1_000_000, scale_nm % 1_000_000));
        if let Some(paper) = scene.paper {
            let (width, height) = (scene.width, scene.height);
            push(svg, format_args!(r##"<rect width="{width}" height="{height}" fill="#{paper}"/>"##));
        }
        picture(svg, scene, |_| format!(r#"href="{}""#, escaped(logo.unwrap_or_default())));
        svg.push_str("</g>");
    }
}

/// An area with an edge.
fn rectangle(svg: &mut String, area: Rectangle, fill: &str) {
    let Rectangle { left_um, top_um, width_um, height_um } = area;
    svg.push_str("<rect");
    for (name, um) in [("x", left_um), ("y", top_um), ("width", width_um), ("height", height_um)] {
        push(svg, format_args!(r#" {name}=""#));
        lengths(svg, [um]);
        svg.push('"');
    }
    push(svg, format_args!(r#" fill="{fill}" stroke="{EDGE}" stroke-width=".3"/>"#));
}

/// Lengths in millimetres, with a space between them.
fn lengths<const COUNT: usize>(svg: &mut String, um: [u32; COUNT]) {
    for (place, um) in um.into_iter().enumerate() {
        if place > 0 {
            svg.push(' ');
        }
        push_thousandths(svg, um.into());
    }
}

/// A text in an attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}
