//! What to draw for a styled symbol: outlines and their colours, in whole numbers. All formats are made from it, so
//! they all show the same. Not here: the formats (`drawing`).

mod caption;
mod modules;
pub(crate) mod path;

use self::caption::BADGE_MODULES;
use self::path::{Area, MODULE, Path, point, units};
use crate::damage::cover;
use crate::grid::Grid;
use crate::{FrameShape, Ink, Logo, Rgb, Style, StyleError, Symbol};

/// Light modules between a logo and the modules around it.
const LOGO_BORDER: i32 = MODULE / 2;

/// A picture from back to front: paper, layers, logo.
pub(crate) struct Scene<'a> {
    /// Width and height in modules.
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) paper: Option<Rgb>,
    pub(crate) layers: Vec<Layer>,
    /// The symbol without its quiet zone, which gradients span.
    pub(crate) symbol: Area,
    /// The logo and its position.
    pub(crate) logo: Option<(&'a Logo, Area)>,
    /// Whether all edges lie on module boundaries.
    pub(crate) is_crisp: bool,
}

/// Outlines of one colour. Different layers do not overlap.
pub(crate) struct Layer {
    pub(crate) ink: Ink,
    pub(crate) path: Path,
}

/// Width and height of a picture in modules, including its quiet zone and its frame, without drawing it: `version` is that
/// of the symbol, 1 to 40.
///
/// # Errors
/// The style is out of its limits, or the caption has characters that cannot be drawn.
pub fn picture_modules(version: u8, style: &Style) -> Result<(u32, u32), StyleError> {
    style.check()?;
    let (width, height) = extent(crate::layout::width(version), style, &mut Path::default())?;
    Ok((modules(width), modules(height)))
}

fn modules(length: i32) -> u32 {
    u32::try_from(length).unwrap_or_default()
}

/// Draws the frame, if there is one, around a symbol of so many modules. Returns width and height of the picture.
fn extent(symbol: usize, style: &Style, path: &mut Path) -> Result<(i32, i32), StyleError> {
    let quiet = i32::from(style.quiet_zone);
    let (origin, border) = origin(style);
    let width = units(symbol) / MODULE + 2 * quiet + 2 * border;
    let height = match &style.frame {
        None => width,
        Some(frame) => caption::frame(path, frame, Area::square(origin, origin, units(symbol)), quiet)?,
    };
    Ok((width, height))
}

/// Where the symbol begins, in units, and the width of the line around it, in modules.
fn origin(style: &Style) -> (i32, i32) {
    let is_badge = style.frame.as_ref().is_some_and(|frame| frame.shape == FrameShape::Badge);
    let border = if is_badge { BADGE_MODULES } else { 0 };
    ((i32::from(style.quiet_zone) + border) * MODULE, border)
}

impl<'a> Scene<'a> {
    /// The style must be valid; a logo that the style has no place for is ignored.
    pub(crate) fn new(symbol: &Symbol, style: &Style, logo: Option<&'a Logo>) -> Result<Self, StyleError> {
        style.check()?;
        let logo = match (&style.logo, logo) {
            (None, _) => None,
            (Some(place), None) => return Err(StyleError::NoLogo(place.id.clone())),
            (Some(_), Some(logo)) => Some(logo),
        };
        let (origin, _) = origin(style);
        let area = Area::square(origin, origin, units(symbol.width()));

        let mut cleared = Grid::new(symbol.width());
        let cover = cover(symbol, style, logo);
        cover.into_iter().flat_map(|cover| cover.modules()).for_each(|(x, y)| cleared.set(x, y, true));
        let shapes = modules::shapes(symbol, style, point(origin, origin), &cleared);
        let mut dark = shapes.modules;
        let (width, height) = extent(symbol.width(), style, &mut dark)?;
        let finder_ink = style.finder_ink.map(Ink::Solid).filter(|ink| *ink != style.ink);
        let mut layers = Vec::with_capacity(2);
        match finder_ink {
            None => dark.0.extend(shapes.finders.0),
            Some(ink) => layers.push(Layer { ink, path: shapes.finders }),
        }
        layers.insert(0, Layer { ink: style.ink, path: dark });

        let logo = logo.zip(cover).map(|(logo, cover)| {
            let (left, top) = (origin + units(cover.left), origin + units(cover.top));
            let room = Area { left, top, width: units(cover.width), height: units(cover.height) };
            (logo, fitted(logo.size(), room.inset(LOGO_BORDER)))
        });
        Ok(Self {
            width: modules(width),
            height: modules(height),
            paper: style.paper,
            is_crisp: layers.iter().all(|layer| layer.path.is_crisp()),
            layers,
            symbol: area,
            logo,
        })
    }
}

/// The largest area with these proportions, centred in a room.
fn fitted((width, height): (usize, usize), room: Area) -> Area {
    let (wide, high) = (width.max(1) as i64, height.max(1) as i64);
    let scaled = |length: i32, by: i64, of: i64| i32::try_from(i64::from(length) * by / of).unwrap_or(length);
    let width = room.width.min(scaled(room.height, wide, high));
    let height = room.height.min(scaled(room.width, high, wide));
    let (left, top) = (room.left + (room.width - width) / 2, room.top + (room.height - height) / 2);
    Area { left, top, width, height }
}

impl Path {
    /// Whether all edges lie on module boundaries.
    fn is_crisp(&self) -> bool {
        let is_whole = |p: &path::Point| p.x % MODULE == 0 && p.y % MODULE == 0;
        self.0.iter().all(|step| match step {
            path::Step::Start(to) | path::Step::Line(to) => is_whole(to),
            path::Step::Close => true,
            path::Step::Curve(..) | path::Step::Corner(..) => false,
        })
    }
}
