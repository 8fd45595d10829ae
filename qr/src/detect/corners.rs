//! The corners of a code in a picture, and the reading order of codes. Not here: finding them.

/// The corners of a code in pixels, clockwise from its own top left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Corners {
    corners: [(f32, f32); 4],
}

impl Corners {
    pub(super) fn around(corners: [(f32, f32); 4]) -> Self {
        Self { corners }
    }

    #[cfg(test)]
    pub(super) fn square(left: f32, top: f32, side: f32) -> Self {
        let (right, bottom) = (left + side, top + side);
        Self::around([(left, top), (right, top), (right, bottom), (left, bottom)])
    }

    /// Whether a point is inside.
    pub(super) fn contains(&self, x: f32, y: f32) -> bool {
        let sides = (0..4).map(|corner| {
            let ((x1, y1), (x2, y2)) = (self.corners[corner], self.corners[(corner + 1) % 4]);
            (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
        });
        // On the same side of all four edges.
        let (left, right) =
            sides.fold((true, true), |(left, right), side| (left && side <= 0.0, right && side >= 0.0));
        left || right
    }

    fn centre(&self) -> (f32, f32) {
        let sum = self.corners.iter().fold((0.0, 0.0), |sum, corner| (sum.0 + corner.0, sum.1 + corner.1));
        (sum.0 / 4.0, sum.1 / 4.0)
    }

    fn bottom(&self) -> f32 {
        self.corners.iter().fold(f32::MIN, |bottom, corner| bottom.max(corner.1))
    }
}

/// Sorts codes in reading order: rows from top to bottom, and each from left to right. A code whose centre is above
/// the bottom of a row's first code belongs to that row.
pub(super) fn in_reading_order<T>(mut codes: Vec<T>, corners: impl Fn(&T) -> &Corners) -> Vec<T> {
    codes.sort_by(|a, b| corners(a).centre().1.total_cmp(&corners(b).centre().1));
    let mut rest = &mut codes[..];
    while let Some(first) = rest.first() {
        let bottom = corners(first).bottom();
        let length = rest.iter().take_while(|code| corners(code).centre().1 < bottom).count().max(1);
        let (row, below) = rest.split_at_mut(length);
        row.sort_by(|a, b| corners(a).centre().0.total_cmp(&corners(b).centre().0));
        rest = below;
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contains_works_for_both_orientations() {
        let square = Corners::square(10.0, 20.0, 5.0);
        let mut mirrored = square;
        mirrored.corners.reverse();
        for corners in [square, mirrored] {
            assert!(corners.contains(12.0, 22.0) && corners.contains(10.0, 20.0));
            assert!(
                !corners.contains(9.9, 22.0) && !corners.contains(12.0, 25.1) && !corners.contains(0.0, 0.0)
            );
        }
    }

    #[test]
    fn codes_are_sorted_by_rows_then_columns() {
        let squares = [(50.0, 2.0), (0.0, 30.0), (0.0, 0.0), (100.0, -3.0), (60.0, 29.0)];
        let squares: Vec<_> =
            squares.into_iter().map(|(left, top)| Corners::square(left, top, 20.0)).collect();
        let expected = [squares[2], squares[0], squares[3], squares[1], squares[4]];
        assert_eq!(in_reading_order(squares, |corners| corners), expected);
        // NaN corners must not break the order.
        let odd = vec![Corners::square(f32::NAN, f32::NAN, 1.0), Corners::square(0.0, 0.0, 1.0)];
        assert_eq!(in_reading_order(odd, |corners| corners).len(), 2);
    }
}
