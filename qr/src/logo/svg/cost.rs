//! What drawing an SVG takes, added up before it is drawn: a few hundred bytes can ask for all memory and for days.
//!
//! Filters and patterns have sizes of their own, which nothing limits: there are none in a logo. A layer, which an
//! isolated group, a clip path or a mask has, reaches over 25 canvases at most. Time is in nanoseconds of a slow machine.

use resvg::tiny_skia::{IntSize, PathStroker, Rect, Transform};
use resvg::usvg::{ClipPath, Group, Mask, Node, Paint, Path, Stroke, Tree};

use super::canvas::Canvas;
use super::edges::Edges;
use super::{missing, strokes};
use crate::logo::error::LogoError;

/// Layers within each other, and the pixels that they have together: all of them are in memory at once.
const DEEPEST: u32 = 6;
const LAYERED_PIXELS: f32 = 16_000_000.0;
/// What all of it may take.
const MOST_NS: f32 = 1_500_000_000.0;
/// For each node, each path that is drawn, each segment that is stroked, and each pixel of a line thinner than one.
const NODE_NS: f32 = 200.0;
const PATH_NS: f32 = 3_000.0;
const STROKED_NS: f32 = 2_000.0;
const HAIR_NS: f32 = 100.0;
/// For each pixel of a colour, more for each stop of a gradient, and for each pixel of a layer.
const PIXEL_NS: f32 = 4.0;
const STOP_NS: f32 = 1.0;
const LAYER_NS: f32 = 20.0;

/// Refuses what takes too long or too much memory.
pub(super) fn check(tree: &Tree, transform: Transform, size: IntSize) -> Result<(), LogoError> {
    let (width, height) = (size.width() as f32, size.height() as f32);
    let canvas = Canvas { left: 0.0, top: 0.0, right: width, bottom: height };
    let largest = Canvas { left: -2.0 * width, top: -2.0 * height, right: 3.0 * width, bottom: 3.0 * height };
    let at = At { canvas, transform, depth: 0, layered_pixels: 0.0 };
    Cost { left_ns: MOST_NS, largest }.nodes(tree.root(), at)
}

/// Where something is drawn.
#[derive(Clone, Copy)]
struct At {
    canvas: Canvas,
    transform: Transform,
    depth: u32,
    layered_pixels: f32,
}

impl At {
    fn under(self, transform: Transform) -> Self {
        Self { transform: self.transform.pre_concat(transform), ..self }
    }
}

struct Cost {
    left_ns: f32,
    /// That of a layer.
    largest: Canvas,
}

impl Cost {
    fn pay(&mut self, ns: f32) -> Result<(), LogoError> {
        self.left_ns -= ns;
        // Also when it is no number.
        if self.left_ns >= 0.0 { Ok(()) } else { Err(LogoError::TooElaborate) }
    }

    /// So many layers more, as large as the canvas.
    fn layers(&mut self, at: At, count: f32) -> Result<At, LogoError> {
        let pixels = count * at.canvas.pixels();
        self.pay(PATH_NS + LAYER_NS * pixels)?;
        let layered_pixels = at.layered_pixels + pixels;
        if at.depth >= DEEPEST || layered_pixels > LAYERED_PIXELS {
            return Err(LogoError::TooElaborate);
        }
        Ok(At { depth: at.depth + 1, layered_pixels, ..at })
    }

    /// What is in a group. What is used many times counts as often as it is drawn.
    fn nodes(&mut self, group: &Group, at: At) -> Result<(), LogoError> {
        for node in group.children() {
            self.pay(NODE_NS)?;
            match node {
                Node::Group(group) => self.group(group, at)?,
                Node::Path(path) => self.path(path, at)?,
                Node::Text(text) => self.group(text.flattened(), at)?,
                Node::Image(image) => missing::check_picture(image)?,
            }
        }
        Ok(())
    }

    fn group(&mut self, group: &Group, at: At) -> Result<(), LogoError> {
        missing::check_group(group)?;
        if !group.filters().is_empty() {
            return Err(LogoError::TooElaborate);
        }
        let at = at.under(group.transform());
        if !group.should_isolate() {
            return self.nodes(group, at);
        }
        let reach = group.layer_bounding_box().to_rect().transform(at.transform);
        let canvas = self.largest.within(reach);
        let at = self.layers(At { canvas, ..at }, 1.0)?;
        self.nodes(group, at)?;
        group.clip_path().map_or(Ok(()), |clip| self.clip(clip, at))?;
        group.mask().map_or(Ok(()), |mask| self.mask(mask, at))
    }

    fn clip(&mut self, clip: &ClipPath, at: At) -> Result<(), LogoError> {
        let at = self.layers(at, 1.25)?;
        self.clipping(clip.root(), at.under(clip.transform()))?;
        clip.clip_path().map_or(Ok(()), |clip| self.clip(clip, at))
    }

    /// What is in a clip path: a group in it has a layer as large as that of the whole when it is clipped itself.
    fn clipping(&mut self, group: &Group, at: At) -> Result<(), LogoError> {
        for node in group.children() {
            self.pay(NODE_NS)?;
            match node {
                Node::Group(group) => {
                    missing::check_group(group)?;
                    let mut inside = at.under(group.transform());
                    if let Some(clip) = group.clip_path() {
                        inside = self.layers(inside, 1.0)?;
                        self.clip(clip, inside)?;
                    }
                    self.clipping(group, inside)?;
                }
                Node::Path(path) => self.path(path, at)?,
                Node::Text(text) => self.clipping(text.flattened(), at)?,
                Node::Image(image) => missing::check_picture(image)?,
            }
        }
        Ok(())
    }

    fn mask(&mut self, mask: &Mask, at: At) -> Result<(), LogoError> {
        let at = self.layers(at, 1.5)?;
        self.nodes(mask.root(), at)?;
        mask.mask().map_or(Ok(()), |mask| self.mask(mask, at))
    }

    fn path(&mut self, path: &Path, at: At) -> Result<(), LogoError> {
        if let Some(fill) = path.fill() {
            self.paint(fill.paint(), path.bounding_box(), at)?;
            self.pay(Edges::of(path.data(), at.transform, at.canvas).cost_ns())?;
        }
        if let Some(stroke) = path.stroke() {
            self.paint(stroke.paint(), path.stroke_bounding_box(), at)?;
            self.stroke(path, stroke, at)?;
        }
        Ok(())
    }

    /// Colouring what lies in a box.
    fn paint(&mut self, paint: &Paint, reach: Rect, at: At) -> Result<(), LogoError> {
        let stops = match paint {
            Paint::Color(_) => 0,
            Paint::LinearGradient(gradient) => gradient.stops().len(),
            Paint::RadialGradient(gradient) => gradient.stops().len(),
            Paint::Pattern(_) => return Err(LogoError::TooElaborate),
        };
        let pixels = at.canvas.within(reach.transform(at.transform)).pixels();
        self.pay(PATH_NS + pixels * (PIXEL_NS + STOP_NS * stops as f32))
    }

    /// A stroke becomes an outline, which is filled; so does each of its dashes.
    fn stroke(&mut self, path: &Path, stroke: &Stroke, at: At) -> Result<(), LogoError> {
        let mut wanted = stroke.to_tiny_skia();
        let scale = PathStroker::compute_resolution_scale(&at.transform);
        let reach = path.data().bounds();
        let sides = [reach.left(), reach.top(), reach.right(), reach.bottom(), wanted.width];
        if !sides.iter().all(|side| side.abs() * scale <= strokes::MOST) {
            return Err(LogoError::TooElaborate);
        }
        let dashed = match wanted.dash.take() {
            None => None,
            Some(dash) => {
                let lengths = stroke.dasharray().unwrap_or_default();
                let dashes = Edges::length(path.data()) * lengths.len() as f32 / lengths.iter().sum::<f32>();
                self.pay(STROKED_NS * dashes)?;
                let Some(dashed) = path.data().dash(&dash, scale) else { return Ok(()) };
                Some(dashed)
            }
        };
        let line = dashed.as_ref().unwrap_or(path.data());
        self.pay(STROKED_NS * line.len() as f32)?;
        if wanted.width * scale <= 2.0 {
            // Perhaps drawn as a line without a width.
            self.pay(HAIR_NS * Edges::pixels_along(line, at.transform, at.canvas))?;
        }
        let Some(outline) = line.stroke(&wanted, scale) else { return Ok(()) };
        self.pay(Edges::of(&outline, at.transform, at.canvas).cost_ns())
    }
}
