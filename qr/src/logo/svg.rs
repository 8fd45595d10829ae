//! A logo that is SVG, as pixels. On the host, once: what is kept are the pixels.
//!
//! Safe: nothing outside of the file is read, neither pictures nor fonts nor style sheets; there are no scripts; the
//! picture is as small as it is kept. Text in it is not drawn: make outlines of it.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree};

use super::LOGO_SIDE_PIXELS;
use super::read::{Decoded, LogoError};

/// Larger files are not logos, and take long.
const LARGEST_SVG_BYTES: usize = 1024 * 1024;

pub(super) fn svg(bytes: &[u8]) -> Result<Decoded, LogoError> {
    if bytes.len() > LARGEST_SVG_BYTES {
        return Err(LogoError::TooLarge);
    }
    let nothing =
        ImageHrefResolver { resolve_data: Box::new(|_, _, _| None), resolve_string: Box::new(|_, _| None) };
    let options = Options { resources_dir: None, image_href_resolver: nothing, ..Options::default() };
    let tree = Tree::from_data(bytes, &options).map_err(|_| LogoError::NotAPicture)?;
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
