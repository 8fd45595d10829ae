//! What drawing an SVG takes, added up before it is drawn: a few hundred bytes can ask for all memory and for days.
//!
//! Filters and patterns have sizes of their own, which nothing limits: there are none in a logo. A layer, which an
//! isolated group, a clip path or a mask has, takes at most 25 canvases, 26 MB.

use resvg::usvg::{ClipPath, Group, Mask, Node, Paint, Path, Tree};

use super::missing;
use crate::logo::read::LogoError;

/// Layers within each other: all of them are in memory at once.
const DEEPEST: u32 = 6;
/// What all of it may cost, in segments of paths: those of a file that is full of them.
const MOST: usize = 1_000_000;
/// The same for a path, however short, and for a layer.
const PATH: usize = 50;
const LAYER: usize = 5_000;

/// Refuses what takes too long or too much memory.
pub(super) fn check(tree: &Tree) -> Result<(), LogoError> {
    Cost { left: MOST }.nodes(tree.root(), 0)
}

struct Cost {
    left: usize,
}

impl Cost {
    fn pay(&mut self, cost: usize) -> Result<(), LogoError> {
        self.left = self.left.checked_sub(cost).ok_or(LogoError::TooElaborate)?;
        Ok(())
    }

    /// One layer more; how many there are then.
    fn layer(&mut self, depth: u32) -> Result<u32, LogoError> {
        self.pay(LAYER)?;
        if depth < DEEPEST { Ok(depth + 1) } else { Err(LogoError::TooElaborate) }
    }

    /// What is in a group. What is used many times counts as often as it is drawn.
    fn nodes(&mut self, group: &Group, depth: u32) -> Result<(), LogoError> {
        for node in group.children() {
            self.pay(1)?;
            match node {
                Node::Group(group) => self.group(group, depth)?,
                Node::Path(path) => self.path(path)?,
                Node::Text(text) => self.group(text.flattened(), depth)?,
                Node::Image(image) => missing::check_picture(image)?,
            }
        }
        Ok(())
    }

    fn group(&mut self, group: &Group, depth: u32) -> Result<(), LogoError> {
        missing::check_group(group)?;
        if !group.filters().is_empty() {
            return Err(LogoError::TooElaborate);
        }
        let depth = if group.should_isolate() { self.layer(depth)? } else { depth };
        self.nodes(group, depth)?;
        group.clip_path().map_or(Ok(()), |clip| self.clip(clip, depth))?;
        group.mask().map_or(Ok(()), |mask| self.mask(mask, depth))
    }

    fn clip(&mut self, clip: &ClipPath, depth: u32) -> Result<(), LogoError> {
        let depth = self.layer(depth)?;
        self.nodes(clip.root(), depth)?;
        clip.clip_path().map_or(Ok(()), |clip| self.clip(clip, depth))
    }

    fn mask(&mut self, mask: &Mask, depth: u32) -> Result<(), LogoError> {
        let depth = self.layer(depth)?;
        self.nodes(mask.root(), depth)?;
        mask.mask().map_or(Ok(()), |mask| self.mask(mask, depth))
    }

    fn path(&mut self, path: &Path) -> Result<(), LogoError> {
        let fill = path.fill().map(|fill| fill.paint());
        let stroke = path.stroke().map(|stroke| stroke.paint());
        if [fill, stroke].into_iter().flatten().any(|paint| matches!(paint, Paint::Pattern(_))) {
            return Err(LogoError::TooElaborate);
        }
        let is_dashed = path.stroke().is_some_and(|stroke| stroke.dasharray().is_some());
        self.pay(path.data().len() + if is_dashed { LAYER } else { PATH })
    }
}
