//! Traces the outlines of a grid's dark areas as pen strokes. Not here: what becomes of them (`svg`, `scene`).

use crate::grid::Grid;

/// What the pen does next. Positions are corners of modules: (0, 0) is the grid's upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stroke {
    /// Begins an outline, at the upper left corner of a dark module.
    Start(isize, isize),
    /// Moves right, or left when negative.
    Across(isize),
    /// Moves down, or up when negative.
    Down(isize),
    /// Moves up to where the outline began.
    Close,
}

/// Traces all outlines. Dark is on the right-hand side; modules that touch only at a corner are separate.
pub(crate) fn trace(modules: &Grid, mut pen: impl FnMut(Stroke)) {
    // Coordinates are shifted by one module, so that the modules just outside have coordinates too.
    let modules = modules.with_margin();
    let mut upper_edges = Grid::new(modules.width());
    for y in 1..modules.width() {
        let above_and_here = modules.row(y - 1).iter().zip(modules.row(y));
        let edges = upper_edges.row_mut(y).iter_mut();
        edges.zip(above_and_here).for_each(|(edges, (above, here))| *edges = here & !above);
    }
    for y in 1..modules.width() {
        for i in 0..modules.row_words() {
            while upper_edges.row(y)[i] != 0 {
                let x = 64 * i + upper_edges.row(y)[i].trailing_zeros() as usize;
                pen(Stroke::Start(x as isize - 1, y as isize - 1));
                outline(&mut upper_edges, &modules, (x, y), &mut pen);
            }
        }
    }
}

/// Traces one closed outline, from the upper left corner of a dark module along its upper edge, and marks the upper
/// edges that it passes as done.
fn outline(upper_edges: &mut Grid, modules: &Grid, start: (usize, usize), pen: &mut impl FnMut(Stroke)) {
    const RIGHT: (isize, isize) = (1, 0);
    let (mut x, mut y) = start;
    let mut direction = RIGHT;
    let mut length = 0_isize;
    loop {
        if direction == RIGHT {
            upper_edges.set(x, y, false);
        }
        let (dx, dy) = direction;
        x = x.wrapping_add_signed(dx);
        y = y.wrapping_add_signed(dy);
        length += 1;
        // The modules ahead of the pen, to its left and right.
        let ahead = |side: (isize, isize)| {
            let at = |position: usize, step: isize| position.wrapping_add_signed((step - 1) / 2);
            modules.get(at(x, dx + side.0), at(y, dy + side.1))
        };
        let (left, right) = ((dy, -dx), (-dy, dx));
        let turned = match (ahead(left), ahead(right)) {
            (_, false) => right,
            (true, true) => left,
            (false, true) => continue,
        };
        if (x, y) == start && turned == RIGHT {
            pen(Stroke::Close);
            return;
        }
        pen(if dx == 0 { Stroke::Down(length * dy) } else { Stroke::Across(length * dx) });
        (direction, length) = (turned, 0);
    }
}
