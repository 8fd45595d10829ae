//! A scene as SVG 1.1, which every browser and drawing program reads. Not here: the plain code (`crate::svg`).

use core::fmt::Write as _;

use crate::data_uri::data_uri;
use crate::number::push_thousandths;
use crate::scene::path::{Area, MODULE, Path, Point, Step, point};
use crate::scene::{Layer, Scene};
use crate::{GradientDirection, Ink, Logo, Rgb, Size};

pub(super) fn document(scene: &Scene<'_>, size: Size) -> String {
    let (width, height) = (scene.width, scene.height);
    let mut svg = String::from(r#"<svg xmlns="http://www.w3.org/2000/svg""#);
    if scene.logo.is_some() {
        svg.push_str(r#" xmlns:xlink="http://www.w3.org/1999/xlink""#);
    }
    let (wide, high) = lengths(size, width, height);
    push(&mut svg, format_args!(r#" width="{wide}" height="{high}" viewBox="0 0 {width} {height}""#));
    if scene.is_crisp {
        svg.push_str(r#" shape-rendering="crispEdges""#);
    }
    svg.push('>');
    if let Some(paper) = scene.paper {
        push(&mut svg, format_args!(r##"<rect width="{width}" height="{height}" fill="#{paper}"/>"##));
    }
    picture(&mut svg, scene, |logo| {
        // SVG 1.1 has `xlink:href` (Batik and others only know that one), SVG 2 `href`, which wins where both are
        // known.
        let data = data_uri("image/png", logo.png());
        format!(r#"xlink:href="{data}" href="{data}""#)
    });
    svg.push_str("</svg>");
    svg
}

/// Layers and logo; `href` says where the picture of the logo is.
pub(crate) fn picture(svg: &mut String, scene: &Scene<'_>, href: impl FnOnce(&Logo) -> String) {
    for Layer { ink, path } in &scene.layers {
        let fill = match ink {
            Ink::Solid(colour) => format!("#{colour}"),
            Ink::Gradient { from, to, direction } => {
                let id = gradient(svg, *from, *to, *direction, scene.symbol);
                format!("url(#{id})")
            }
        };
        push(svg, format_args!(r#"<path fill="{fill}" d=""#));
        outlines(svg, path);
        svg.push_str(r#""/>"#);
    }
    if let Some((logo, area)) = scene.logo {
        svg.push_str("<image");
        let Area { left, top, width, height } = area;
        attributes(svg, &[("x", left), ("y", top), ("width", width), ("height", height)]);
        push(svg, format_args!(r#" preserveAspectRatio="none" {}/>"#, href(logo)));
    }
}

pub(crate) fn push(svg: &mut String, text: core::fmt::Arguments<'_>) {
    svg.write_fmt(text).expect("a string takes everything");
}

/// Width and height, with their unit.
fn lengths(size: Size, width: u32, height: u32) -> (String, String) {
    let higher = |length: u64| length * u64::from(height) / u64::from(width);
    match size {
        Size::Module(pixels) => {
            let pixels = u32::from(pixels);
            ((pixels * width).to_string(), (pixels * height).to_string())
        }
        Size::Pixels(pixels) => {
            let thousandths = |length: u64| {
                let mut text = String::new();
                push_thousandths(&mut text, length.cast_signed());
                text
            };
            (pixels.to_string(), thousandths(higher(1000 * u64::from(pixels))))
        }
        Size::Print { width_um, .. } => {
            let millimetres = |um: u64| {
                let mut text = String::new();
                push_thousandths(&mut text, um.cast_signed());
                text + "mm"
            };
            (millimetres(width_um.into()), millimetres(higher(width_um.into())))
        }
    }
}

fn attributes(svg: &mut String, attributes: &[(&str, i32)]) {
    for &(name, units) in attributes {
        push(svg, format_args!(r#" {name}=""#));
        push_thousandths(svg, units.into());
        svg.push('"');
    }
}

/// Defines a gradient and returns its id, which describes it completely: documents in one page may share it.
fn gradient(svg: &mut String, from: Rgb, to: Rgb, direction: GradientDirection, area: Area) -> String {
    let Area { left, top, width: side, .. } = area;
    let (right, bottom) = (left + side, top + side);
    let id = format!("{direction:?}-{from}-{to}-{}-{}", left / MODULE, side / MODULE).to_ascii_lowercase();
    let line = |(x1, y1), (x2, y2)| vec![("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2)];
    let (element, placed) = match direction {
        GradientDirection::Across => ("linearGradient", line((left, top), (right, top))),
        GradientDirection::Down => ("linearGradient", line((left, top), (left, bottom))),
        GradientDirection::Diagonal => ("linearGradient", line((left, top), (right, bottom))),
        GradientDirection::Rising => ("linearGradient", line((left, bottom), (right, top))),
        GradientDirection::Radial => {
            let centre = (left + right) / 2;
            ("radialGradient", vec![("cx", centre), ("cy", centre), ("r", radius(side))])
        }
    };
    push(svg, format_args!(r#"<{element} id="{id}" gradientUnits="userSpaceOnUse""#));
    attributes(svg, &placed);
    push(
        svg,
        format_args!(r##"><stop stop-color="#{from}"/><stop offset="1" stop-color="#{to}"/></{element}>"##),
    );
    id
}

/// From the centre of a square to its corners.
pub(super) fn radius(side: i32) -> i32 {
    i32::try_from(i64::from(side) * 70_711 / 100_000).unwrap_or(side)
}

/// The `d` attribute of a path: relative commands, numbers in modules.
pub(crate) fn outlines(svg: &mut String, path: &Path) {
    let (mut pen, mut start) = (point(0, 0), point(0, 0));
    let mut steps = &path.0[..];
    while let [step, rest @ ..] = steps {
        steps = rest;
        match *step {
            Step::Start(to) => {
                command(svg, 'm', pen, &[to]);
                (pen, start) = (to, to);
            }
            Step::Line(to) if to.y == pen.y => {
                svg.push('h');
                push_thousandths(svg, (to.x - pen.x).into());
                pen = to;
            }
            Step::Line(to) if to.x == pen.x => {
                svg.push('v');
                push_thousandths(svg, (to.y - pen.y).into());
                pen = to;
            }
            Step::Line(to) => {
                command(svg, 'l', pen, &[to]);
                pen = to;
            }
            Step::Curve(pull, to) => {
                command(svg, 'q', pen, &[pull, to]);
                pen = to;
            }
            Step::Corner(corner, to) => {
                let is_clockwise = turns_right(pen, corner, to);
                // Two quarter circles around one centre are a half circle.
                let end = match steps {
                    [Step::Corner(next, end), rest @ ..]
                        if centre(pen, corner, to) == centre(to, *next, *end)
                            && is_clockwise == turns_right(to, *next, *end) =>
                    {
                        steps = rest;
                        *end
                    }
                    _ => to,
                };
                let radius = (to.x - pen.x).abs();
                svg.push('a');
                push_thousandths(svg, radius.into());
                svg.push(' ');
                push_thousandths(svg, radius.into());
                svg.push_str(if is_clockwise { " 0 0 1" } else { " 0 0 0" });
                numbers(svg, pen, &[end], true);
                pen = end;
            }
            Step::Close => {
                svg.push('z');
                pen = start;
            }
        }
    }
}

fn turns_right(from: Point, corner: Point, to: Point) -> bool {
    let (ax, ay) = (corner.x - from.x, corner.y - from.y);
    let (bx, by) = (to.x - corner.x, to.y - corner.y);
    i64::from(ax) * i64::from(by) > i64::from(ay) * i64::from(bx)
}

/// The centre of the quarter circle: opposite the corner.
fn centre(from: Point, corner: Point, to: Point) -> Point {
    point(from.x + to.x - corner.x, from.y + to.y - corner.y)
}

/// A command letter and the relative coordinates of each point.
fn command(svg: &mut String, letter: char, pen: Point, to: &[Point]) {
    svg.push(letter);
    numbers(svg, pen, to, false);
}

fn numbers(svg: &mut String, pen: Point, to: &[Point], mut is_separated: bool) {
    for number in to.iter().flat_map(|to| [to.x - pen.x, to.y - pen.y]) {
        if is_separated && number >= 0 {
            svg.push(' ');
        }
        is_separated = true;
        push_thousandths(svg, number.into());
    }
}
