//! Estimates how long it takes to fill a path. For each row, all edges that cross it are visited and sorted, so many
//! edges over many rows are slow, and so is each edge that begins among many others.

use resvg::tiny_skia::{Path, PathSegment, Point, Transform};

use super::canvas::Canvas;

/// For each row (a quarter pixel) that an edge crosses, including the paint up to the next edge.
const ROW_NS: f32 = 250.0;
/// For each edge that is passed when an edge is sorted in.
const PASSED_NS: f32 = 3.0;
/// For each edge.
const EDGE_NS: f32 = 200.0;

/// The edges of a path, by the rows of a canvas.
pub(super) struct Edges {
    count: f32,
    /// How many begin in a row, and how many end above it.
    begin: Vec<f32>,
    end: Vec<f32>,
}

impl Edges {
    #[expect(clippy::cast_possible_truncation, reason = "rows of a canvas, which is small")]
    pub(super) fn of(path: &Path, transform: Transform, canvas: Canvas) -> Self {
        let rows = (canvas.bottom - canvas.top).max(0.0).ceil() as usize + 1;
        let mut edges = Self { count: 0.0, begin: vec![0.0; rows], end: vec![0.0; rows + 1] };
        for points in lines(path, transform) {
            edges.count += 1.0;
            let ys = points.iter().map(|point| point.y);
            let highest = ys.clone().fold(f32::INFINITY, f32::min);
            let lowest = ys.fold(f32::NEG_INFINITY, f32::max);
            if lowest < canvas.top || highest > canvas.bottom {
                continue;
            }
            // NaN becomes 0.
            let row = |y: f32| ((y - canvas.top).max(0.0) as usize).min(rows - 1);
            // A curve turns back once or twice.
            let parts = (points.len() - 1) as f32;
            edges.begin[row(highest)] += parts;
            edges.end[row(lowest) + 1] += parts;
        }
        edges
    }

    pub(super) fn cost_ns(&self) -> f32 {
        let (mut active, mut cost_ns) = (0.0, EDGE_NS * self.count);
        for (begin, end) in self.begin.iter().zip(&self.end) {
            active += begin - end;
            cost_ns += ROW_NS * active + PASSED_NS * begin * active;
        }
        cost_ns
    }

    /// An upper bound on the length of a path, in its own units.
    pub(super) fn length(path: &Path) -> f32 {
        lines(path, Transform::identity()).map(|points| along(&points, |point| (point.x, point.y))).sum()
    }

    /// An upper bound on the pixels it crosses on a canvas.
    pub(super) fn pixels_along(path: &Path, transform: Transform, canvas: Canvas) -> f32 {
        let inside = |point: Point| {
            (
                point.x.clamp(canvas.left, canvas.right.max(canvas.left)),
                point.y.clamp(canvas.top, canvas.bottom.max(canvas.top)),
            )
        };
        lines(path, transform).map(|points| 1.0 + along(&points, inside)).sum()
    }
}

/// The length of a polyline.
fn along(points: &[Point], place: impl Fn(Point) -> (f32, f32)) -> f32 {
    let step = |pair: &[Point]| {
        let ((x, y), (to_x, to_y)) = (place(pair[0]), place(pair[1]));
        (to_x - x).abs() + (to_y - y).abs()
    };
    points.windows(2).map(step).sum()
}

/// The lines of a path with their control points, and where they end. Each subpath is closed, as for filling.
fn lines(path: &Path, transform: Transform) -> impl Iterator<Item = Vec<Point>> {
    let (mut start, mut last) = (Point::zero(), Point::zero());
    path.segments().chain([PathSegment::Close]).map(move |segment| {
        let mut points = match segment {
            PathSegment::MoveTo(_) | PathSegment::Close => vec![last, start],
            PathSegment::LineTo(point) => vec![last, point],
            PathSegment::QuadTo(control, point) => vec![last, control, point],
            PathSegment::CubicTo(one, other, point) => vec![last, one, other, point],
        };
        last = points[points.len() - 1];
        if let PathSegment::MoveTo(point) = segment {
            (start, last) = (point, point);
        }
        transform.map_points(&mut points);
        points
    })
}
