//! A scene as PDF 1.4 (ISO 32000-1): one page the size of the picture, with nothing that depends on the date or the
//! machine.
//!
//! Written by hand: the crates that write PDF calculate in floating point, and little of PDF is needed. Not here:
//! fonts (letters are outlines), colour profiles.

use core::fmt::Write as _;

use miniz_oxide::deflate::compress_to_vec_zlib;

use super::svg::radius;
use crate::number::{push_decimal, push_thousandths};
use crate::scene::path::{Area, Path, Point, Step, point};
use crate::scene::{Layer, Scene};
use crate::{GradientDirection, Ink, Logo, Rgb, Size};

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
    let (content, gradients) = content(scene, &matrix);
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
    pdf.stream("", content.as_bytes());
    gradients.iter().for_each(|gradient| pdf.object(gradient));
    if let Some((logo, _)) = scene.logo {
        image(&mut pdf, logo, next + 1);
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

fn decimal(number: i64, parts: u64) -> String {
    let mut text = String::new();
    push_decimal(&mut text, number, parts);
    text
}

fn push(text: &mut String, arguments: core::fmt::Arguments<'_>) {
    text.write_fmt(arguments).expect("a string takes everything");
}

fn thousandths(text: &mut String, numbers: impl IntoIterator<Item = i32>) {
    for number in numbers {
        push_thousandths(text, number.into());
        text.push(' ');
    }
}

fn coordinates(points: &[Point]) -> impl Iterator<Item = i32> {
    points.iter().flat_map(|point| [point.x, point.y])
}

/// Red, green and blue, 0 to 1.
fn colour(text: &mut String, Rgb { red, green, blue }: Rgb) {
    thousandths(text, [red, green, blue].map(|part| (i32::from(part) * 1000 + 127) / 255));
}

/// What the page shows, in modules from its upper left corner, and the patterns of its gradients.
fn content(scene: &Scene<'_>, matrix: &str) -> (String, Vec<String>) {
    let mut text = format!("{matrix} cm\n");
    let mut gradients = Vec::new();
    if let Some(paper) = scene.paper {
        colour(&mut text, paper);
        push(&mut text, format_args!("rg 0 0 {} {} re f\n", scene.width, scene.height));
    }
    for Layer { ink, path } in &scene.layers {
        match *ink {
            Ink::Solid(solid) => {
                colour(&mut text, solid);
                text.push_str("rg\n");
            }
            Ink::Gradient { from, to, direction } => {
                push(&mut text, format_args!("/Pattern cs /G{} scn\n", gradients.len()));
                gradients.push(gradient(from, to, direction, scene.symbol, matrix));
            }
        }
        outlines(&mut text, path);
        text.push_str("f\n");
    }
    if let Some((_, Area { left, top, width, height })) = scene.logo {
        text.push_str("q ");
        thousandths(&mut text, [width, 0, 0, -height, left, top + height]);
        text.push_str("cm /L Do Q\n");
    }
    (text, gradients)
}

/// The pattern of a gradient (ISO 32000-1, 8.7.4.5.3 and 8.7.4.5.4).
fn gradient(from: Rgb, to: Rgb, direction: GradientDirection, area: Area, matrix: &str) -> String {
    let Area { left, top, width: side, .. } = area;
    let (right, bottom, centre) = (left + side, top + side, left + side / 2);
    let mut text = String::from("<</PatternType 2/Matrix[");
    text.push_str(matrix);
    push(
        &mut text,
        format_args!(
            "]/Shading<</ShadingType {}/ColorSpace/DeviceRGB/Coords[",
            if direction == GradientDirection::Radial { 3 } else { 2 }
        ),
    );
    match direction {
        GradientDirection::Across => thousandths(&mut text, [left, top, right, top]),
        GradientDirection::Down => thousandths(&mut text, [left, top, left, bottom]),
        GradientDirection::Diagonal => thousandths(&mut text, [left, top, right, bottom]),
        GradientDirection::Rising => thousandths(&mut text, [left, bottom, right, top]),
        GradientDirection::Radial => {
            thousandths(&mut text, [centre, centre, 0, centre, centre, radius(side)]);
        }
    }
    text.push_str("]/Extend[true true]/Function<</FunctionType 2/Domain[0 1]/N 1/C0[");
    colour(&mut text, from);
    text.push_str("]/C1[");
    colour(&mut text, to);
    text.push_str("]>>>>>>");
    text
}

fn outlines(text: &mut String, path: &Path) {
    let mut pen = point(0, 0);
    for step in &path.0 {
        match *step {
            Step::Start(to) => {
                thousandths(text, coordinates(&[to]));
                text.push_str("m\n");
                pen = to;
            }
            Step::Line(to) => {
                thousandths(text, coordinates(&[to]));
                text.push_str("l\n");
                pen = to;
            }
            Step::Curve(pull, to) => {
                curve(text, [pen, pull, to], (2, 3));
                pen = to;
            }
            Step::Corner(corner, to) => {
                // A quarter circle as a cubic curve: 4/3 (√2 − 1).
                curve(text, [pen, corner, to], (55_228, 100_000));
                pen = to;
            }
            Step::Close => text.push_str("h\n"),
        }
    }
}

/// A cubic curve whose control points lie part of the way to a third point.
fn curve(text: &mut String, [from, pull, to]: [Point; 3], (part, of): (i64, i64)) {
    let way = |from: i32, to: i32| {
        let way = (i64::from(to - from) * part + of / 2).div_euclid(of);
        from + i32::try_from(way).unwrap_or(0)
    };
    let towards = |from: Point| point(way(from.x, pull.x), way(from.y, pull.y));
    thousandths(text, coordinates(&[towards(from), towards(to), to]));
    text.push_str("c\n");
}

/// The logo, and its transparency as a separate image with the object number `mask`.
fn image(pdf: &mut Pdf, logo: &Logo, mask: usize) {
    let (width, height) = logo.size();
    let common = format!("/Type/XObject/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 8");
    let colours: Vec<u8> =
        logo.pixels.iter().flat_map(|[red, green, blue, _]| [*red, *green, *blue]).collect();
    let alphas: Vec<u8> = logo.pixels.iter().map(|pixel| pixel[3]).collect();
    pdf.stream(&format!("{common}/ColorSpace/DeviceRGB/SMask {mask} 0 R"), &colours);
    pdf.stream(&format!("{common}/ColorSpace/DeviceGray"), &alphas);
}

/// A file being written: objects are numbered from 1 in order; the first is the catalogue.
struct Pdf {
    bytes: Vec<u8>,
    offsets: Vec<usize>,
}

impl Pdf {
    fn new() -> Self {
        // These four bytes tell programs that the file is binary (ISO 32000-1, 7.5.2).
        Self { bytes: b"%PDF-1.4\n%\xE2\xE3\xCF\xD3\n".to_vec(), offsets: Vec::new() }
    }

    fn object(&mut self, body: &str) {
        self.offsets.push(self.bytes.len());
        self.bytes.extend(format!("{} 0 obj\n{body}\nendobj\n", self.offsets.len()).into_bytes());
    }

    fn stream(&mut self, entries: &str, data: &[u8]) {
        let data = compress_to_vec_zlib(data, COMPRESSION);
        self.offsets.push(self.bytes.len());
        let (number, length) = (self.offsets.len(), data.len());
        let start = format!("{number} 0 obj\n<<{entries}/Filter/FlateDecode/Length {length}>>stream\n");
        self.bytes.extend(start.into_bytes());
        self.bytes.extend(data);
        self.bytes.extend(b"\nendstream\nendobj\n");
    }

    fn finish(mut self) -> Vec<u8> {
        let (table, count) = (self.bytes.len(), self.offsets.len() + 1);
        let mut end = format!("xref\n0 {count}\n0000000000 65535 f \n");
        for offset in &self.offsets {
            push(&mut end, format_args!("{offset:010} 00000 n \n"));
        }
        push(&mut end, format_args!("trailer\n<</Size {count}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n"));
        self.bytes.extend(end.into_bytes());
        self.bytes
    }
}
