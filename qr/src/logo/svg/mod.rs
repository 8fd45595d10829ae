//! Rasterises an SVG logo. On the host, once: what is kept are the pixels.
//!
//! Safe: nothing outside the file is read (pictures, fonts or style sheets), no script runs, and the picture is no
//! larger than it is kept. The cost of each step is estimated in advance: parsing (`scan`), converting (`expand`,
//! `strokes`), drawing (`cost`). Content that would be missing from the pixels is refused (`unsupported`).

mod canvas;
mod cost;
mod edges;
mod expand;
mod scan;
mod strokes;
mod unsupported;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::roxmltree::Document;
use resvg::usvg::{Options, Tree};

use super::error::LogoError;
use super::{Decoded, LOGO_SIDE_PIXELS};

/// Larger files are not logos, and take long to parse.
const MAX_SVG_BYTES: usize = 1024 * 1024;

/// Parsing and drawing recurse as deep as elements are nested (`scan`), which may exceed a thread's default stack.
const STACK_BYTES: usize = 16 * 1024 * 1024;

pub(super) fn svg(bytes: &[u8]) -> Result<Decoded, LogoError> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
        let drawn = thread.spawn_scoped(scope, || drawn(bytes)).map(|thread| thread.join());
        // A hostile file that makes the renderer panic is not a picture.
        drawn.ok().and_then(Result::ok).unwrap_or(Err(LogoError::NotAPicture))
    })
}

fn drawn(bytes: &[u8]) -> Result<Decoded, LogoError> {
    if bytes.len() > MAX_SVG_BYTES {
        return Err(LogoError::SvgTooLarge);
    }
    let text = core::str::from_utf8(bytes).map_err(|_| LogoError::NotAPicture)?;
    scan::check(text)?;
    // Without a document type, so without custom entities.
    let document = Document::parse(text).map_err(|_| LogoError::NotAPicture)?;
    unsupported::check(&document)?;
    expand::check(&document)?;
    let converted = |style_sheet| {
        let image_href_resolver = unsupported::pictures();
        let options = Options { resources_dir: None, image_href_resolver, style_sheet, ..Options::default() };
        Tree::from_xmltree(&document, &options).map_err(|_| LogoError::NotAPicture)
    };
    strokes::check(&document, &converted(Some(strokes::NO_STROKES.to_owned()))?)?;
    let tree = converted(unsupported::style_sheet(&document))?;
    let scale = LOGO_SIDE_PIXELS as f32 / tree.size().width().max(tree.size().height());
    let size = tree.size().scale_by(scale).ok_or(LogoError::NotAPicture)?.to_int_size();
    let transform = Transform::from_scale(scale, scale);
    cost::check(&tree, transform, size)?;
    let mut pixmap = Pixmap::new(size.width(), size.height()).ok_or(LogoError::TooLarge)?;
    resvg::render(&tree, transform, &mut pixmap.as_mut());
    let decoded = pixmap.pixels().iter().map(|pixel| {
        let colour = pixel.demultiply();
        [colour.red(), colour.green(), colour.blue(), colour.alpha()]
    });
    Ok((pixmap.width() as usize, pixmap.height() as usize, decoded.collect()))
}
