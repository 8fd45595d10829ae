//! The part of the plane that is drawn.

use resvg::tiny_skia::Rect;

/// A part of the plane, in pixels.
#[derive(Clone, Copy)]
pub(super) struct Canvas {
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) right: f32,
    pub(super) bottom: f32,
}

impl Canvas {
    pub(super) fn pixels(self) -> f32 {
        (self.right - self.left).max(0.0) * (self.bottom - self.top).max(0.0)
    }

    /// The intersection with a rectangle.
    pub(super) fn within(self, rect: Option<Rect>) -> Self {
        let Some(rect) = rect else { return self };
        Self {
            left: self.left.max(rect.left() - 2.0),
            top: self.top.max(rect.top() - 2.0),
            right: self.right.min(rect.right() + 2.0),
            bottom: self.bottom.min(rect.bottom() + 2.0),
        }
    }
}
