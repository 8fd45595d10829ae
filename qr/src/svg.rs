//! Symbol to SVG: one path around the dark areas.
//!
//! Outlines rather than rows of rectangles: about two thirds of the bytes, and no hairlines between rows in programs
//! that antialias. Not here: tracing the outlines (`outline`), styles (`drawing`).

use crate::outline::{Stroke, trace};
use crate::{PIXELS_PER_MODULE, QUIET_ZONE_MODULES, Symbol};

/// The dark modules as the `d` attribute of one path, one unit per module, offset by the quiet zone. Dark is on the
/// right-hand side of every outline, so both fill rules give the same picture.
pub fn svg_path(symbol: &Symbol) -> String {
    let width = symbol.width();
    let mut path = String::with_capacity(2 * width * width);
    let mut pen = (-(QUIET_ZONE_MODULES as isize), -(QUIET_ZONE_MODULES as isize));
    trace(symbol.modules(), |stroke| match stroke {
        Stroke::Start(x, y) => {
            push(&mut path, 'm', x - pen.0);
            push(&mut path, ' ', y - pen.1);
            pen = (x, y);
        }
        Stroke::Across(dx) => push(&mut path, 'h', dx),
        Stroke::Down(dy) => push(&mut path, 'v', dy),
        Stroke::Close => path.push('z'),
    });
    path
}

/// Appends a letter and a number. (`write!` takes ten times as long, most of the time for a path.)
fn push(path: &mut String, letter: char, number: isize) {
    path.push(letter);
    if number < 0 {
        path.push('-');
    }
    let digit = |value: usize| char::from(b'0' + (value % 10).to_le_bytes()[0]);
    let number = number.unsigned_abs();
    for place in [100, 10] {
        if number >= place {
            path.push(digit(number / place));
        }
    }
    path.push(digit(number));
}

/// A complete SVG document: `viewBox` in modules including the quiet zone, light background, one path. The same text
/// on every platform, and as wide as the PNG.
pub fn svg(symbol: &Symbol) -> String {
    let modules = symbol.width() + 2 * QUIET_ZONE_MODULES;
    let pixels = modules * PIXELS_PER_MODULE;
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{pixels}" height="{pixels}" viewBox="0 0 {modules} {modules}" shape-rendering="crispEdges"><rect width="{modules}" height="{modules}" fill="#fff"/><path d="{}"/></svg>"##,
        svg_path(symbol)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    /// Fills a path by brute force: a module is dark when outlines wind around it.
    fn filled(path: &str, modules: usize) -> Vec<Vec<i32>> {
        let mut winding = vec![vec![0; modules]; modules];
        let (mut x, mut y) = (0_i32, 0_i32);
        let mut start = (0, 0);
        let mut down = |x: i32, from: i32, to: i32| {
            for row in from.min(to)..from.max(to) {
                for winding in winding[row as usize].iter_mut().skip(x as usize) {
                    *winding += if to > from { -1 } else { 1 };
                }
            }
        };
        let mut rest = path;
        while let Some(command) = rest.chars().next() {
            let end = rest[1..].find(|c: char| c.is_ascii_alphabetic()).map_or(rest.len(), |i| i + 1);
            let numbers = rest[1..end].replace('-', " -");
            let numbers: Vec<i32> = numbers.split_whitespace().map(|n| n.parse().unwrap()).collect();
            match (command, &numbers[..]) {
                ('m', [dx, dy]) => {
                    (x, y) = (start.0 + dx, start.1 + dy);
                    start = (x, y);
                }
                ('h', [dx]) => x += dx,
                ('v', [dy]) => {
                    down(x, y, y + dy);
                    y += dy;
                }
                ('z', []) => {
                    assert_eq!(x, start.0, "the closing edge is vertical");
                    down(x, y, start.1);
                    y = start.1;
                }
                other => panic!("{other:?}"),
            }
            rest = &rest[end..];
        }
        winding
    }

    #[test]
    fn path_fills_exactly_the_dark_modules() {
        for text in ["", "Qrate", "https://example.org/a?b=c", &"x".repeat(2000)] {
            let symbol = Symbol::encode(text, Level::L).unwrap();
            let modules = symbol.width() + 8;
            let winding = filled(&svg_path(&symbol), modules);
            for (y, row) in winding.into_iter().enumerate() {
                for (x, winding) in row.into_iter().enumerate() {
                    let inside = (4..modules - 4).contains(&x) && (4..modules - 4).contains(&y);
                    let dark = inside && symbol.is_dark(x - 4, y - 4);
                    assert_eq!(winding, i32::from(dark), "{x}, {y}");
                }
            }
        }
    }

    #[test]
    fn document_is_complete() {
        let svg = svg(&Symbol::encode("1", Level::M).unwrap());
        assert!(svg.starts_with(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="232" height="232" viewBox="0 0 29 29""#
        ));
        assert!(svg.contains(r#"<path d="m4 4h7v7h-7z"#), "{svg}");
        assert!(svg.ends_with(r#"z"/></svg>"#));
    }
}
