//! A logo that is SVG, as pixels. On the host, once: what is kept are the pixels.
//!
//! Safe: nothing outside of the file is read, neither pictures nor fonts nor style sheets; there are no scripts; and the
//! picture is as small as it is kept. What each step takes is added up before: parsing (`scan`), converting (`unfold`, `strokes`),
//! drawing (`cost`). What would be missing in the pixels is refused (`missing`).

mod canvas;
mod cost;
mod edges;
mod missing;
mod scan;
mod strokes;
mod unfold;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::roxmltree::Document;
use resvg::usvg::{Options, Tree};

use super::error::LogoError;
use super::{Decoded, LOGO_SIDE_PIXELS};

/// Larger files are not logos, and take long to parse.
const LARGEST_SVG_BYTES: usize = 1024 * 1024;

/// Parsing and drawing go as deep as elements are nested (`scan`): more than a thread's usual stack may hold.
const STACK_BYTES: usize = 16 * 1024 * 1024;

pub(super) fn svg(bytes: &[u8]) -> Result<Decoded, LogoError> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
        let drawn = thread.spawn_scoped(scope, || drawn(bytes)).map(|thread| thread.join());
        // A panic at a hostile file is no picture.
        drawn.ok().and_then(Result::ok).unwrap_or(Err(LogoError::NotAPicture))
    })
}

fn drawn(bytes: &[u8]) -> Result<Decoded, LogoError> {
    if bytes.len() > LARGEST_SVG_BYTES {
        return Err(LogoError::SvgTooLarge);
    }
    let text = core::str::from_utf8(bytes).map_err(|_| LogoError::NotAPicture)?;
    scan::check(text)?;
    // Without a document type, so without entities of its own.
    let document = Document::parse(text).map_err(|_| LogoError::NotAPicture)?;
    missing::check(&document)?;
    unfold::check(&document)?;
    let converted = |style_sheet| {
        let image_href_resolver = missing::pictures();
        let options = Options { resources_dir: None, image_href_resolver, style_sheet, ..Options::default() };
        Tree::from_xmltree(&document, &options).map_err(|_| LogoError::NotAPicture)
    };
    strokes::check(&document, &converted(Some(strokes::NONE.to_owned()))?)?;
    let tree = converted(missing::style_sheet(&document))?;
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
