//! A scene as a content stream (ISO 32000-1, 7.8.2), in whole numbers. Not here: the objects of a file (`file`).

use core::fmt::Write as _;

use super::super::svg::radius;
use crate::number::{push_decimal, push_thousandths};
use crate::scene::path::{Area, Path, Point, Step, point};
use crate::scene::{Layer, Scene};
use crate::{GradientDirection, Ink, Rgb};

const IDENTITY: &str = "1 0 0 1 0 0";

/// What a scene shows, in modules from its upper left corner, and the patterns of its gradients. `matrix` leads to the
/// space in which modules are the unit; a stream that begins in that space has none (ISO 32000-1, 8.7.3.1).
pub(crate) fn content(scene: &Scene<'_>, matrix: Option<&str>) -> (String, Vec<String>) {
    let mut text = matrix.map(|matrix| format!("{matrix} cm\n")).unwrap_or_default();
    let matrix = matrix.unwrap_or(IDENTITY);
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

/// A path, ready to be filled.
pub(crate) fn outlines(text: &mut String, path: &Path) {
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

/// A number of fractions; `parts`, the fractions in one, is a power of ten.
pub(crate) fn decimal(number: i64, parts: u64) -> String {
    let mut text = String::new();
    push_decimal(&mut text, number, parts);
    text
}

pub(crate) fn push(text: &mut String, arguments: core::fmt::Arguments<'_>) {
    text.write_fmt(arguments).expect("a string takes everything");
}

/// Numbers in thousandths, each with a space behind it.
pub(crate) fn thousandths(text: &mut String, numbers: impl IntoIterator<Item = i32>) {
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
