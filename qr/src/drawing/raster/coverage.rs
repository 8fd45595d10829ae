//! How much of each pixel lies inside a path. Not here: colours.

use super::lattice::{Lattice, PIXEL};
use crate::scene::path::{Path, Point, Step};

/// A whole pixel, as edges add it up: twice its area.
const WHOLE: i64 = 2 * PIXEL * PIXEL;

/// Steps of coverage.
const STEPS: i64 = 15;

/// How far the control points of a cubic curve lie towards the corner to make it a quarter circle: 4/3 (√2 − 1).
const PULL: (i64, i64) = (55_228, 100_000);

/// A non-horizontal piece of an outline, in fractions of a pixel, from top to bottom.
#[derive(Clone, Copy)]
struct Edge {
    x: i64,
    top: i64,
    bottom: i64,
    /// How far it moves right on its way down.
    across: i64,
    /// 1 if the outline goes down here, −1 if it goes up.
    winding: i64,
}

impl Edge {
    fn x_at(&self, y: i64) -> i64 {
        self.x + (self.across * (y - self.top)).div_euclid(self.bottom - self.top)
    }
}

/// The coverage of a path, computed row by row from the top.
pub(super) struct Coverage {
    /// Sorted by their upper ends, the highest last.
    waiting: Vec<Edge>,
    /// Those that cross the row.
    crossing: Vec<Edge>,
    cells: Vec<i64>,
}

impl Coverage {
    pub(super) fn new(path: &Path, lattice: Lattice) -> Self {
        let mut waiting = edges(path, lattice);
        waiting.sort_by_key(|edge| core::cmp::Reverse(edge.top));
        Self { waiting, crossing: Vec::new(), cells: vec![0; lattice.width as usize + 2] }
    }

    /// Calls `paint` with the column and the coverage, 1 to 15, of each pixel of row `y` that is not entirely
    /// outside.
    pub(super) fn row(&mut self, y: u32, mut paint: impl FnMut(u32, u8)) {
        let (top, bottom) = (i64::from(y) * PIXEL, (i64::from(y) + 1) * PIXEL);
        self.crossing.retain(|edge| edge.bottom > top);
        while let Some(edge) = self.waiting.pop_if(|edge| edge.top < bottom) {
            self.crossing.push(edge);
        }
        if self.crossing.is_empty() {
            return;
        }
        for edge in &self.crossing {
            let (from, to) = (edge.top.max(top), edge.bottom.min(bottom));
            add(&mut self.cells, edge.x_at(from), edge.x_at(to), (to - from) * edge.winding);
        }
        let mut sum = 0;
        for (x, cell) in (0..).zip(&mut self.cells) {
            sum += core::mem::take(cell);
            let covered = (sum.abs().min(WHOLE) * STEPS + WHOLE / 2) / WHOLE;
            if covered > 0 {
                paint(x, u8::try_from(covered).unwrap_or_default());
            }
        }
    }
}

/// Adds the area to the right of an edge within one row: partially in the cells that the edge crosses, fully from the
/// next one on.
fn add(cells: &mut [i64], from: i64, to: i64, height: i64) {
    let (left, right) = (from.min(to), from.max(to));
    let mut done = 0;
    let mut x = left;
    loop {
        let column = x.div_euclid(PIXEL);
        let end = right.min((column + 1) * PIXEL);
        let upto = if right == left { height } else { height * (end - left) / (right - left) };
        let part = upto - done;
        // Twice the mean distance from the cell's left border.
        let mean = x + end - 2 * column * PIXEL;
        let cell = usize::try_from(column).unwrap_or(0).min(cells.len() - 2);
        cells[cell] += part * (2 * PIXEL - mean);
        cells[cell + 1] += part * mean;
        if end == right {
            return;
        }
        (x, done) = (end, upto);
    }
}

fn edges(path: &Path, lattice: Lattice) -> Vec<Edge> {
    let place = |point: Point| (lattice.parts(point.x), lattice.parts(point.y));
    let mut edges = Vec::with_capacity(2 * path.0.len());
    let (mut pen, mut start) = ((0, 0), (0, 0));
    let mut line = |pen: &mut (i64, i64), to: (i64, i64)| {
        let (upper, lower, winding) = if pen.1 < to.1 { (*pen, to, 1) } else { (to, *pen, -1) };
        if upper.1 < lower.1 {
            let across = lower.0 - upper.0;
            edges.push(Edge { x: upper.0, top: upper.1, bottom: lower.1, across, winding });
        }
        *pen = to;
    };
    for step in &path.0 {
        match *step {
            Step::Start(to) => {
                pen = place(to);
                start = pen;
            }
            Step::Line(to) => line(&mut pen, place(to)),
            Step::Curve(pull, to) => {
                let (pull, to) = (place(pull), place(to));
                // A quadratic curve is a cubic one whose control points lie two thirds of the way.
                let (one, two) = (between(pen, pull, (2, 3)), between(to, pull, (2, 3)));
                curve([pen, one, two, to], |to| line(&mut pen, to));
            }
            Step::Corner(corner, to) => {
                let (corner, to) = (place(corner), place(to));
                let (one, two) = (between(pen, corner, PULL), between(to, corner, PULL));
                curve([pen, one, two, to], |to| line(&mut pen, to));
            }
            Step::Close => line(&mut pen, start),
        }
    }
    edges
}

/// A point part of the way from one to another.
fn between(from: (i64, i64), to: (i64, i64), (part, of): (i64, i64)) -> (i64, i64) {
    let way = |from: i64, to: i64| from + ((to - from) * part).div_euclid(of);
    (way(from.0, to.0), way(from.1, to.1))
}

/// A cubic curve as lines: enough of them to stay close to it at any size.
fn curve(points: [(i64, i64); 4], mut line: impl FnMut((i64, i64))) {
    let lengths = points.windows(2).map(|pair| (pair[0].0 - pair[1].0).abs() + (pair[0].1 - pair[1].1).abs());
    let pixels = (lengths.sum::<i64>() / PIXEL).unsigned_abs();
    let count = 4 + (2 * pixels.isqrt()).cast_signed();
    for i in 1..=count {
        let j = count - i;
        let weights = [j * j * j, 3 * j * j * i, 3 * j * i * i, i * i * i];
        let sum = |part: fn((i64, i64)) -> i64| {
            let sum: i64 = points.iter().zip(weights).map(|(point, weight)| part(*point) * weight).sum();
            sum.div_euclid(count * count * count)
        };
        line((sum(|point| point.0), sum(|point| point.1)));
    }
}
