//! A logo that is SVG, as pixels. On the host, once: what is kept are the pixels.
//!
//! Safe: nothing outside of the file is read, neither pictures nor fonts nor style sheets; there are no scripts; the
//! picture is as small as it is kept; and what drawing takes is added up before (`cost`). What would be missing in the
//! pixels is refused (`missing`).

mod cost;
mod missing;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::roxmltree::{Document, ParsingOptions};
use resvg::usvg::{Options, Tree};

use super::LOGO_SIDE_PIXELS;
use super::read::{Decoded, LogoError};

/// Larger files are not logos, and take long to parse.
const LARGEST_SVG_BYTES: usize = 1024 * 1024;

/// Parsing and drawing go as deep as elements are nested, up to 1,024: more than a thread's usual stack may hold.
const STACK_BYTES: usize = 128 * 1024 * 1024;

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
    // Entities are usual in logos; how far they unfold is bounded.
    let parsing = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, parsing).map_err(|_| LogoError::NotAPicture)?;
    missing::check(&document)?;
    let options = Options {
        resources_dir: None,
        image_href_resolver: missing::pictures(),
        style_sheet: missing::style_sheet(&document),
        ..Options::default()
    };
    let tree = Tree::from_xmltree(&document, &options).map_err(|_| LogoError::NotAPicture)?;
    cost::check(&tree)?;
    let scale = LOGO_SIDE_PIXELS as f32 / tree.size().width().max(tree.size().height());
    let size = tree.size().scale_by(scale).ok_or(LogoError::NotAPicture)?.to_int_size();
    let mut pixmap = Pixmap::new(size.width(), size.height()).ok_or(LogoError::TooLarge)?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    let decoded = pixmap.pixels().iter().map(|pixel| {
        let colour = pixel.demultiply();
        [colour.red(), colour.green(), colour.blue(), colour.alpha()]
    });
    Ok((pixmap.width() as usize, pixmap.height() as usize, decoded.collect()))
}
