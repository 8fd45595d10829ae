//! The shapes of modules, finder patterns and alignment patterns.

use super::path::{Area, MODULE, Path, Point, Turn, point, units};
use crate::grid::Grid;
use crate::layout::{self, FINDER_MODULES};
use crate::outline::{Stroke, trace};
use crate::{BallShape, FinderShape, ModuleShape, Style, Symbol};

/// The radius of a dot: neighbours do not touch.
const DOT_RADIUS: i32 = 480;
/// The outer corners of rounded modules.
const ROUNDED_RADIUS: i32 = 350;
/// The outer and inner corners of connected modules: a single module is a circle.
const CONNECTED_RADII: [i32; 2] = [500, 250];

/// Modules per side of an alignment pattern.
const ALIGNMENT_MODULES: i32 = 5;

/// The symbol's outlines, with its upper left corner at `origin`: modules, and finder patterns separately.
pub(super) struct Shapes {
    pub(super) modules: Path,
    pub(super) finders: Path,
}

/// `cleared` are modules that are not drawn, because a logo is there.
pub(super) fn shapes(symbol: &Symbol, style: &Style, origin: Point, cleared: &Grid) -> Shapes {
    let mut left = symbol.modules().clone();
    left.subtract(cleared);
    let mut shapes = Shapes { modules: Path::default(), finders: Path::default() };
    let is_plain = style.modules == ModuleShape::Square
        && (style.finder, style.ball) == (FinderShape::Square, BallShape::Square)
        && style.finder_ink.is_none();
    if !is_plain {
        for (x, y) in layout::finder_corners(symbol.width()) {
            clear(&mut left, x, y, FINDER_MODULES);
            let corner = at(origin, x, y);
            let side = units(FINDER_MODULES);
            pattern(&mut shapes.finders, Area::square(corner.x, corner.y, side), style);
        }
    }
    if style.modules != ModuleShape::Square {
        for (x, y) in layout::alignment_corners(symbol.version()) {
            if !cleared.get(x + 2, y + 2) {
                clear(&mut left, x, y, ALIGNMENT_MODULES as usize);
                let corner = at(origin, x, y);
                let area = Area::square(corner.x, corner.y, ALIGNMENT_MODULES * MODULE);
                pattern(&mut shapes.modules, area, style);
            }
        }
    }
    data(&mut shapes.modules, &left, style.modules, origin);
    shapes
}

fn at(origin: Point, x: usize, y: usize) -> Point {
    point(origin.x + units(x), origin.y + units(y))
}

fn clear(grid: &mut Grid, x: usize, y: usize, side: usize) {
    for (x, y) in (y..y + side).flat_map(|y| (x..x + side).map(move |x| (x, y))) {
        grid.set(x, y, false);
    }
}

/// A ring around a hole, and a ball in it. The outer edge is always square: readers that take the outer corners of
/// the finder patterns for those of the code (quirc, rqrr) do not find codes with round ones. Nor is the hole ever a
/// circle: readers that fit a square to it (zxing-cpp) do not find that.
fn pattern(path: &mut Path, area: Area, style: &Style) {
    let (outer, hole, ball) = (area, area.inset(MODULE), area.inset(2 * MODULE));
    let hole_radius = match style.finder {
        FinderShape::Square => 0,
        FinderShape::Rounded => hole.width / 5,
    };
    let ball_radius = match style.ball {
        BallShape::Square => 0,
        BallShape::Rounded => ball.width / 3,
        BallShape::Circle => ball.width / 2,
    };
    path.rectangle(outer, 0, Turn::Clockwise);
    path.rectangle(hole, hole_radius, Turn::Counterclockwise);
    path.rectangle(ball, ball_radius, Turn::Clockwise);
}

fn data(path: &mut Path, modules: &Grid, shape: ModuleShape, origin: Point) {
    match shape {
        ModuleShape::Square => outlines(path, modules, origin, |_| 0),
        ModuleShape::Dots => dots(path, modules, origin),
        ModuleShape::Rounded => {
            outlines(path, modules, origin, |is_outer| if is_outer { ROUNDED_RADIUS } else { 0 });
        }
        ModuleShape::Connected => {
            let [outer, inner] = CONNECTED_RADII;
            outlines(path, modules, origin, |is_outer| if is_outer { outer } else { inner });
        }
    }
}

fn dots(path: &mut Path, modules: &Grid, origin: Point) {
    let places = (0..modules.width()).flat_map(|y| (0..modules.width()).map(move |x| (x, y)));
    for (x, y) in places.filter(|(x, y)| modules.get(*x, *y)) {
        let corner = at(origin, x, y);
        let dot = Area::square(corner.x, corner.y, MODULE).inset(MODULE / 2 - DOT_RADIUS);
        path.rectangle(dot, DOT_RADIUS, Turn::Clockwise);
    }
}

fn outlines(path: &mut Path, modules: &Grid, origin: Point, radius: impl Fn(bool) -> i32) {
    let mut corners: Vec<Point> = Vec::new();
    trace(modules, |stroke| {
        let last = corners.last().copied().unwrap_or(origin);
        match stroke {
            Stroke::Start(x, y) => corners.push(point(origin.x + units(x), origin.y + units(y))),
            Stroke::Across(dx) => corners.push(point(last.x + units(dx), last.y)),
            Stroke::Down(dy) => corners.push(point(last.x, last.y + units(dy))),
            Stroke::Close => {
                path.polygon(&corners, &radius);
                corners.clear();
            }
        }
    });
}
