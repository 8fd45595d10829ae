//! A scene as PDF 1.4 (ISO 32000-1): one page the size of the picture, with nothing that depends on the date or the
//! machine.
//!
//! Written by hand: the crates that write PDF calculate in floating point, and little of PDF is needed. Not here:
//! fonts (letters are outlines), colour profiles, pages of labels (`sheet`).

pub(crate) mod content;
pub(crate) mod file;

use content::{content, decimal, push};
use file::Pdf;

use crate::Size;
use crate::scene::Scene;

const COMPRESSION: u8 = 9;

/// Fractions of a module in the matrix that scales the whole page, so that the last module is placed precisely.
const FINE: u64 = 100_000_000;

/// The numbers of the objects that always exist.
const PAGES: usize = 2;
const PAGE: usize = 3;
const CONTENT: usize = 4;

pub(super) fn document(scene: &Scene<'_>, size: Size) -> Vec<u8> {
    // A point is a 72nd of an inch.
    let width_um = width_um(size, scene.width);
    let points = |modules: u32, parts: u64| {
        let (above, below) = (width_um * u64::from(modules) * 72 * parts, 25_400 * u64::from(scene.width));
        ((above + below / 2) / below).cast_signed()
    };
    let (wide, high) = (decimal(points(scene.width, 1000), 1000), decimal(points(scene.height, 1000), 1000));
    let scale = decimal(points(1, FINE), FINE);
    let matrix = format!("{scale} 0 0 -{scale} 0 {high}");

    let mut pdf = Pdf::new();
    pdf.object(&format!("<</Type/Catalog/Pages {PAGES} 0 R>>"));
    pdf.object(&format!("<</Type/Pages/Kids[{PAGE} 0 R]/Count 1>>"));
    let (content, gradients) = content(scene, Some(&matrix));
    let mut next = CONTENT + 1;
    let mut resources = String::from("/Pattern<<");
    for i in 0..gradients.len() {
        push(&mut resources, format_args!("/G{i} {} 0 R", next + i));
    }
    resources.push_str(">>");
    next += gradients.len();
    if scene.logo.is_some() {
        push(&mut resources, format_args!("/XObject<</L {next} 0 R>>"));
    }
    pdf.object(&format!(
        "<</Type/Page/Parent {PAGES} 0 R/MediaBox[0 0 {wide} {high}]/Resources<<{resources}>>/Contents {CONTENT} 0 R>>"
    ));
    pdf.stream("", content.as_bytes(), COMPRESSION);
    for gradient in &gradients {
        pdf.object(gradient);
    }
    if let Some((logo, _)) = scene.logo {
        pdf.image(logo, COMPRESSION);
    }
    pdf.finish()
}

/// Pixels count 96 to the inch, as in CSS.
fn width_um(size: Size, modules: u32) -> u64 {
    let pixels = match size {
        Size::Print { width_um, .. } => return width_um.into(),
        Size::Pixels(pixels) => pixels.into(),
        Size::Module(pixels) => u64::from(pixels) * u64::from(modules),
    };
    (pixels * 25_400 + 48) / 96
}
