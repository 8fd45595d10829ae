//! Where in a picture a code lies, and which code comes first. Not here: finding it.

/// The corners of a code in pixels, clockwise from its own top left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    corners: [(f32, f32); 4],
}

impl Place {
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
        // On the same hand of all four sides.
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

/// As one reads: rows from top to bottom, and each from left to right. A code whose centre is above the
/// bottom of the first in a row stands in that row.
pub(super) fn in_reading_order<T>(mut codes: Vec<T>, place: impl Fn(&T) -> &Place) -> Vec<T> {
    codes.sort_by(|a, b| place(a).centre().1.total_cmp(&place(b).centre().1));
    let mut rest = &mut codes[..];
    while let Some(first) = rest.first() {
        let bottom = place(first).bottom();
        let length = rest.iter().take_while(|code| place(code).centre().1 < bottom).count().max(1);
        let (row, below) = rest.split_at_mut(length);
        row.sort_by(|a, b| place(a).centre().0.total_cmp(&place(b).centre().0));
        rest = below;
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inside_and_outside_whichever_way_round() {
        let square = Place::square(10.0, 20.0, 5.0);
        let mut mirrored = square;
        mirrored.corners.reverse();
        for place in [square, mirrored] {
            assert!(place.contains(12.0, 22.0) && place.contains(10.0, 20.0));
            assert!(!place.contains(9.9, 22.0) && !place.contains(12.0, 25.1) && !place.contains(0.0, 0.0));
        }
    }

    #[test]
    fn rows_from_the_top_each_from_the_left() {
        let places = [(50.0, 2.0), (0.0, 30.0), (0.0, 0.0), (100.0, -3.0), (60.0, 29.0)];
        let places: Vec<_> = places.into_iter().map(|(left, top)| Place::square(left, top, 20.0)).collect();
        let expected = [places[2], places[0], places[3], places[1], places[4]];
        assert_eq!(in_reading_order(places, |place| place), expected);
        // Corners that are no numbers must not upset the order.
        let odd = vec![Place::square(f32::NAN, f32::NAN, 1.0), Place::square(0.0, 0.0, 1.0)];
        assert_eq!(in_reading_order(odd, |place| place).len(), 2);
    }
}
