//! Symbol to SVG: one path around the dark areas.
//!
//! Outlines rather than rows of rectangles: about two thirds of the bytes, and no hairlines between rows where a
//! program draws the picture with smooth edges.

use core::fmt::Write;

use crate::grid::Grid;
use crate::{PIXELS_PER_MODULE, QUIET_ZONE_MODULES, Symbol};

/// The dark modules as the `d` attribute of one path, one unit a module, the quiet zone included in the offset. Dark
/// is on the right hand of every outline, so that both fill rules give the same picture.
pub fn svg_path(symbol: &Symbol) -> String {
    let width = symbol.width();
    let is_dark = |x: usize, y: usize| {
        // One module is added to the coordinates, so that the modules just outside have some.
        (1..=width).contains(&x) && (1..=width).contains(&y) && symbol.is_dark(x - 1, y - 1)
    };
    let mut path = String::with_capacity(4 * width * width / 2);
    let mut drawn = Grid::new(width + 2);
    // Where the pen is, in the coordinates of `is_dark`.
    let mut pen = (1_isize - QUIET_ZONE_MODULES as isize, 1 - QUIET_ZONE_MODULES as isize);
    for y in 1..=width {
        for x in 1..=width {
            if is_dark(x, y) && !is_dark(x, y - 1) && !drawn.get(x, y) {
                let (to_x, to_y) = (x as isize, y as isize);
                let _ = write!(path, "m{} {}", to_x - pen.0, to_y - pen.1);
                pen = (to_x, to_y);
                outline(&mut path, &mut drawn, (x, y), is_dark);
            }
        }
    }
    path
}

/// One closed outline, from the upper left corner of a dark module along its upper edge. Its edges towards the right
/// are marked as drawn.
fn outline(
    path: &mut String,
    drawn: &mut Grid,
    start: (usize, usize),
    is_dark: impl Fn(usize, usize) -> bool,
) {
    const RIGHT: (isize, isize) = (1, 0);
    let (mut x, mut y) = start;
    let mut direction = RIGHT;
    let mut length = 0_isize;
    loop {
        if direction == RIGHT {
            drawn.set(x, y, true);
        }
        x = x.wrapping_add_signed(direction.0);
        y = y.wrapping_add_signed(direction.1);
        length += 1;
        // The modules before the pen, to its left and right.
        let (dx, dy) = direction;
        let ahead = |side: (isize, isize)| {
            let at = |position: usize, step: isize| position.wrapping_add_signed((step - 1) / 2);
            is_dark(at(x, dx + side.0), at(y, dy + side.1))
        };
        let (left, right) = ((dy, -dx), (-dy, dx));
        let turned = match (ahead(left), ahead(right)) {
            (_, false) => right,
            (true, true) => left,
            (false, true) => continue,
        };
        if (x, y) == start && turned == RIGHT {
            path.push('z');
            return;
        }
        let _ = write!(path, "{}{}", if dx == 0 { 'v' } else { 'h' }, length * (dx + dy));
        (direction, length) = (turned, 0);
    }
}

/// A whole SVG document: `viewBox` in modules with the quiet zone, light background, one path. The same text
/// everywhere, and as wide as the PNG.
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

    /// Fills a path the slow way: a module is dark when outlines wind around it.
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
    fn the_path_fills_exactly_the_dark_modules() {
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
    fn document() {
        let svg = svg(&Symbol::encode("1", Level::M).unwrap());
        assert!(svg.starts_with(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="232" height="232" viewBox="0 0 29 29""#
        ));
        assert!(svg.contains(r#"<path d="m4 4h7v7h-7z"#), "{svg}");
        assert!(svg.ends_with(r#"z"/></svg>"#));
    }
}
