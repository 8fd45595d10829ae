//! Estimates the cost of drawing an SVG before it is drawn: a few hundred bytes can demand all memory, or days.
//!
//! Filters and patterns have sizes of their own without a limit, so they are refused. A layer (of an isolated group,
//! a clip path or a mask) covers at most 25 canvases. Time is in nanoseconds of a slow machine.

use resvg::tiny_skia::{IntSize, PathStroker, Rect, Transform};
use resvg::usvg::{ClipPath, Group, Mask, Node, Paint, Path, Stroke, Tree};

use super::canvas::Canvas;
use super::edges::Edges;
use super::{strokes, unsupported};
use crate::logo::error::LogoError;

/// The maximum nesting of layers, and of the pixels in them: all are in memory at once.
const MAX_DEPTH: u32 = 6;
const MAX_LAYER_PIXELS: f32 = 16_000_000.0;
/// The budget.
const MAX_NS: f32 = 1_500_000_000.0;
/// For each node, each path drawn, each segment stroked, and each pixel of a hairline.
const NODE_NS: f32 = 200.0;
const PATH_NS: f32 = 3_000.0;
const STROKE_SEGMENT_NS: f32 = 2_000.0;
const HAIRLINE_NS: f32 = 100.0;
/// For each pixel of a solid colour, the surcharge for each gradient stop, and for each pixel of a layer.
const PIXEL_NS: f32 = 4.0;
const STOP_NS: f32 = 1.0;
const LAYER_NS: f32 = 20.0;

/// Refuses an SVG that takes too long or too much memory.
pub(super) fn check(tree: &Tree, transform: Transform, size: IntSize) -> Result<(), LogoError> {
    let (width, height) = (size.width() as f32, size.height() as f32);
    let canvas = Canvas { left: 0.0, top: 0.0, right: width, bottom: height };
    let largest = Canvas { left: -2.0 * width, top: -2.0 * height, right: 3.0 * width, bottom: 3.0 * height };
    let at = DrawContext { canvas, transform, depth: 0, layered_pixels: 0.0 };
    Cost { left_ns: MAX_NS, largest }.nodes(tree.root(), at)
}

/// Where something is drawn.
#[derive(Clone, Copy)]
struct DrawContext {
    canvas: Canvas,
    transform: Transform,
    depth: u32,
    layered_pixels: f32,
}

impl DrawContext {
    fn under(self, transform: Transform) -> Self {
        Self { transform: self.transform.pre_concat(transform), ..self }
    }
}

struct Cost {
    left_ns: f32,
    /// The size of a layer.
    largest: Canvas,
}

impl Cost {
    fn charge(&mut self, ns: f32) -> Result<(), LogoError> {
        self.left_ns -= ns;
        // Also refuses NaN.
        if self.left_ns >= 0.0 { Ok(()) } else { Err(LogoError::TooElaborate) }
    }

    /// Enters this many more layers, each the size of the canvas.
    fn layers(&mut self, at: DrawContext, count: f32) -> Result<DrawContext, LogoError> {
        let pixels = count * at.canvas.pixels();
        self.charge(PATH_NS + LAYER_NS * pixels)?;
        let layered_pixels = at.layered_pixels + pixels;
        if at.depth >= MAX_DEPTH || layered_pixels > MAX_LAYER_PIXELS {
            return Err(LogoError::TooElaborate);
        }
        Ok(DrawContext { depth: at.depth + 1, layered_pixels, ..at })
    }

    /// The contents of a group. Anything used repeatedly counts each time it is drawn.
    fn nodes(&mut self, group: &Group, at: DrawContext) -> Result<(), LogoError> {
        for node in group.children() {
            self.charge(NODE_NS)?;
            match node {
                Node::Group(group) => self.group(group, at)?,
                Node::Path(path) => self.path(path, at)?,
                Node::Text(text) => self.group(text.flattened(), at)?,
                Node::Image(image) => unsupported::check_picture(image)?,
            }
        }
        Ok(())
    }

    fn group(&mut self, group: &Group, at: DrawContext) -> Result<(), LogoError> {
        unsupported::check_group(group)?;
        if !group.filters().is_empty() {
            return Err(LogoError::TooElaborate);
        }
        let at = at.under(group.transform());
        if !group.should_isolate() {
            return self.nodes(group, at);
        }
        let reach = group.layer_bounding_box().to_rect().transform(at.transform);
        let canvas = self.largest.within(reach);
        let at = self.layers(DrawContext { canvas, ..at }, 1.0)?;
        self.nodes(group, at)?;
        group.clip_path().map_or(Ok(()), |clip| self.clip(clip, at))?;
        group.mask().map_or(Ok(()), |mask| self.mask(mask, at))
    }

    fn clip(&mut self, clip: &ClipPath, at: DrawContext) -> Result<(), LogoError> {
        let at = self.layers(at, 1.25)?;
        self.clipping(clip.root(), at.under(clip.transform()))?;
        clip.clip_path().map_or(Ok(()), |clip| self.clip(clip, at))
    }

    /// The contents of a clip path: a clipped group inside has a layer as large as that of the whole.
    fn clipping(&mut self, group: &Group, at: DrawContext) -> Result<(), LogoError> {
        for node in group.children() {
            self.charge(NODE_NS)?;
            match node {
                Node::Group(group) => {
                    unsupported::check_group(group)?;
                    let mut inside = at.under(group.transform());
                    if let Some(clip) = group.clip_path() {
                        inside = self.layers(inside, 1.0)?;
                        self.clip(clip, inside)?;
                    }
                    self.clipping(group, inside)?;
                }
                Node::Path(path) => self.path(path, at)?,
                Node::Text(text) => self.clipping(text.flattened(), at)?,
                Node::Image(image) => unsupported::check_picture(image)?,
            }
        }
        Ok(())
    }

    fn mask(&mut self, mask: &Mask, at: DrawContext) -> Result<(), LogoError> {
        let at = self.layers(at, 1.5)?;
        self.nodes(mask.root(), at)?;
        mask.mask().map_or(Ok(()), |mask| self.mask(mask, at))
    }

    fn path(&mut self, path: &Path, at: DrawContext) -> Result<(), LogoError> {
        if let Some(fill) = path.fill() {
            self.paint(fill.paint(), path.bounding_box(), at)?;
            self.charge(Edges::of(path.data(), at.transform, at.canvas).cost_ns())?;
        }
        if let Some(stroke) = path.stroke() {
            self.paint(stroke.paint(), path.stroke_bounding_box(), at)?;
            self.stroke(path, stroke, at)?;
        }
        Ok(())
    }

    /// Painting a box.
    fn paint(&mut self, paint: &Paint, reach: Rect, at: DrawContext) -> Result<(), LogoError> {
        let stops = match paint {
            Paint::Color(_) => 0,
            Paint::LinearGradient(gradient) => gradient.stops().len(),
            Paint::RadialGradient(gradient) => gradient.stops().len(),
            Paint::Pattern(_) => return Err(LogoError::TooElaborate),
        };
        let pixels = at.canvas.within(reach.transform(at.transform)).pixels();
        self.charge(PATH_NS + pixels * (PIXEL_NS + STOP_NS * stops as f32))
    }

    /// A stroke is outlined and filled, and so is each of its dashes.
    fn stroke(&mut self, path: &Path, stroke: &Stroke, at: DrawContext) -> Result<(), LogoError> {
        let mut wanted = stroke.to_tiny_skia();
        let scale = PathStroker::compute_resolution_scale(&at.transform);
        let reach = path.data().bounds();
        let sides = [reach.left(), reach.top(), reach.right(), reach.bottom(), wanted.width];
        if !sides.iter().all(|side| side.abs() * scale <= strokes::MAX_COORDINATE) {
            return Err(LogoError::TooElaborate);
        }
        let dashed = match wanted.dash.take() {
            None => None,
            Some(dash) => {
                let lengths = stroke.dasharray().unwrap_or_default();
                let dashes = Edges::length(path.data()) * lengths.len() as f32 / lengths.iter().sum::<f32>();
                self.charge(STROKE_SEGMENT_NS * dashes)?;
                let Some(dashed) = path.data().dash(&dash, scale) else { return Ok(()) };
                Some(dashed)
            }
        };
        let line = dashed.as_ref().unwrap_or(path.data());
        self.charge(STROKE_SEGMENT_NS * line.len() as f32)?;
        if wanted.width * scale <= 2.0 {
            // May be drawn as a hairline.
            self.charge(HAIRLINE_NS * Edges::pixels_along(line, at.transform, at.canvas))?;
        }
        let Some(outline) = line.stroke(&wanted, scale) else { return Ok(()) };
        self.charge(Edges::of(&outline, at.transform, at.canvas).cost_ns())
    }
}
