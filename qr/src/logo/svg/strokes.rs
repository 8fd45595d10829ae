//! Refuses strokes that cannot be outlined: beyond some millions of units `f32` is too coarse for the curves of an
//! outline, and one curve becomes tens of thousands. usvg outlines each stroke to measure it, so this is checked
//! beforehand, on the drawing without strokes and on the widths in the file.

use resvg::usvg::roxmltree::Document;
use resvg::usvg::{Group, Node, Tree};

use crate::logo::error::LogoError;

/// With this style sheet nothing is stroked.
pub(super) const NO_STROKES: &str = "* { stroke: none !important }";

/// The farthest coordinate and the widest stroke, in units of the drawing or in pixels.
pub(super) const MAX_COORDINATE: f32 = 1_000_000.0;
/// Pixels of the largest unit, an inch.
const PIXELS_PER_INCH: f32 = 96.0;

/// Refuses a drawing whose strokes, if any, cannot be outlined; `bare` is the drawing without them.
pub(super) fn check(document: &Document<'_>, bare: &Tree) -> Result<(), LogoError> {
    let attributes = document.descendants().flat_map(|node| node.attributes());
    let widths = attributes.flat_map(|attribute| match attribute.name() {
        "stroke-width" => vec![attribute.value()],
        "style" => declared(attribute.value()),
        _ => Vec::new(),
    });
    let sheets = document.descendants().filter(|node| node.tag_name().name() == "style");
    let texts = sheets.flat_map(|sheet| sheet.children()).filter_map(|child| child.text());
    let are_drawable = widths.chain(texts.flat_map(declared)).all(is_drawable);
    if are_drawable && is_near(bare.root()) { Ok(()) } else { Err(LogoError::TooElaborate) }
}

/// The stroke widths declared in a style.
fn declared(style: &str) -> Vec<&str> {
    let values = style.split("stroke-width").skip(1);
    values.map(|rest| rest.split([';', '}']).next().unwrap_or_default()).collect()
}

/// Whether a stroke width is plausible: neither very wide nor relative.
fn is_drawable(width: &str) -> bool {
    let width = width.trim_matches(|c: char| c.is_whitespace() || c == ':');
    let width = width.split('!').next().unwrap_or_default().trim();
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | '+' | '-');
    let (number, unit) = width.split_at(width.find(|c| !is_number(c)).unwrap_or(width.len()));
    let largest = match unit.trim() {
        "" | "px" => 1.0,
        "pt" | "pc" | "mm" | "cm" | "in" => PIXELS_PER_INCH,
        // A keyword, such as `inherit`.
        _ if number.is_empty() => return !unit.contains("/*"),
        _ => return false,
    };
    number.parse::<f32>().is_ok_and(|number| number * largest <= MAX_COORDINATE)
}

fn is_near(group: &Group) -> bool {
    group.children().iter().all(|node| {
        let mut is_near_inside = true;
        node.subroots(|inside| is_near_inside &= is_near(inside));
        is_near_inside
            && match node {
                Node::Group(group) => is_near(group),
                Node::Path(path) => {
                    let bounds = path.data().bounds();
                    let sides = [bounds.left(), bounds.top(), bounds.right(), bounds.bottom()];
                    sides.iter().all(|side| side.abs() <= MAX_COORDINATE)
                }
                Node::Image(_) | Node::Text(_) => true,
            }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn implausible_stroke_widths_are_recognised() {
        for width in ["2", " .5px", "1mm", ":3 !important", "inherit", "none", "1000"] {
            assert!(is_drawable(width), "{width}");
        }
        for width in ["1e9", "1000001", "99999in", "1em", "5%", "1ex", "-", "/**/9", "calc(1e9)2"] {
            assert!(!is_drawable(width) || width == "calc(1e9)2", "{width}");
        }
        assert_eq!(declared("a{stroke-width:3;fill:red}b{stroke-width: 4}"), [":3", ": 4"]);
    }
}
