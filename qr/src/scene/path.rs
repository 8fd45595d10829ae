//! Outlines in whole numbers. Not here: writing or filling them.

/// Units per module.
pub(crate) const MODULE: i32 = 1000;

/// Converts modules to units.
pub(crate) fn units(modules: impl TryInto<i32>) -> i32 {
    // The widest picture has some 220 modules.
    modules.try_into().unwrap_or(0) * MODULE
}

/// A position in units, from the picture's upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) x: i32,
    pub(crate) y: i32,
}

pub(crate) fn point(x: i32, y: i32) -> Point {
    Point { x, y }
}

/// A step of the pen from its current position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Begins an outline.
    Start(Point),
    Line(Point),
    /// A quadratic curve: the control point and the end.
    Curve(Point, Point),
    /// A quarter circle instead of a corner: the corner and the end.
    Corner(Point, Point),
    /// Straight back to the start.
    Close,
}

/// Outlines to be filled by the non-zero rule. Those around dark areas run clockwise, those of holes
/// counterclockwise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Path(pub(crate) Vec<Step>);

/// The direction of an outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    Clockwise,
    Counterclockwise,
}

/// A rectangle, in units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) left: i32,
    pub(crate) top: i32,
    pub(crate) width: i32,
    pub(crate) height: i32,
}

impl Area {
    pub(crate) fn square(left: i32, top: i32, side: i32) -> Self {
        Self { left, top, width: side, height: side }
    }

    /// Without a border.
    pub(crate) fn inset(self, by: i32) -> Self {
        Self {
            left: self.left + by,
            top: self.top + by,
            width: self.width - 2 * by,
            height: self.height - 2 * by,
        }
    }
}

impl Path {
    /// A closed polygon with round corners: `radius` gives that of each corner, from whether dark is inside of it.
    pub(crate) fn polygon(&mut self, corners: &[Point], radius: impl Fn(bool) -> i32) {
        let count = corners.len();
        let mut pen = None;
        for (i, corner) in corners.iter().enumerate() {
            let (before, after) = (corners[(i + count - 1) % count], corners[(i + 1) % count]);
            let (in_x, in_y) = ((corner.x - before.x).signum(), (corner.y - before.y).signum());
            let (out_x, out_y) = ((after.x - corner.x).signum(), (after.y - corner.y).signum());
            let radius = radius(in_x * out_y - in_y * out_x > 0);
            let from = point(corner.x - in_x * radius, corner.y - in_y * radius);
            match pen {
                None => self.0.push(Step::Start(from)),
                Some(pen) if pen == from => {}
                Some(_) => self.0.push(Step::Line(from)),
            }
            let to = point(corner.x + out_x * radius, corner.y + out_y * radius);
            if radius > 0 {
                self.0.push(Step::Corner(*corner, to));
            }
            pen = Some(to);
        }
        self.0.push(Step::Close);
    }

    /// A rectangle with round corners.
    pub(crate) fn rectangle(&mut self, area: Area, radius: i32, turn: Turn) {
        let Area { left, top, width, height } = area;
        let (right, bottom) = (left + width, top + height);
        let mut corners = [point(left, top), point(right, top), point(right, bottom), point(left, bottom)];
        if turn == Turn::Counterclockwise {
            corners.reverse();
        }
        self.polygon(&corners, |_| radius);
    }
}
