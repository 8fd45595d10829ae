//! Refuses SVGs that would lose something when drawn: text, pictures, and references to other files.
//!
//! Text and pictures that are never shown (`display: none`, unused definitions, the other children of a `switch`) do
//! no harm, and only usvg knows which those are. So each one is marked beforehand, and counts if its mark survives
//! usvg. References count anywhere.

use std::sync::Arc;

use resvg::usvg::roxmltree::{Document, Node};
use resvg::usvg::{BlendMode, Group, Image, ImageHrefResolver, ImageKind};

use crate::logo::error::LogoError;

/// usvg keeps a group with this isolation and blend mode even when it is empty. Nothing else remains of a text.
const MARK: &str = "text { isolation: isolate !important; mix-blend-mode: luminosity !important }";

/// The beginning of a one-pixel PNG: as much as usvg reads of it.
const ANY_PICTURE: &[u8] = b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\0\x01\0\0\0\x01";

/// Refuses what usvg would drop silently.
pub(super) fn check(document: &Document<'_>) -> Result<(), LogoError> {
    for node in document.descendants() {
        if node.pi().is_some_and(|instruction| instruction.target == "xml-stylesheet") {
            return Err(LogoError::NeedsFiles);
        }
        if is(node, "use")
            && node.attribute("href").is_some_and(|href| !href.is_empty() && !href.starts_with('#'))
        {
            return Err(LogoError::NeedsFiles);
        }
        let imports = is(node, "style") && node.text().is_some_and(|css| css.contains("@import"));
        if imports || node.attributes().any(|attribute| refers_to_file(attribute.value())) {
            return Err(LogoError::NeedsFiles);
        }
        if is(node, "foreignObject") && is_drawn_by_browsers(node) {
            return Err(LogoError::HasText);
        }
    }
    Ok(())
}

/// Whether a paint, filter, mask or the like refers to another file (CSS Values 4, 4.5).
fn refers_to_file(value: &str) -> bool {
    value.split("url(").skip(1).any(|rest| {
        let address = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
        !address.starts_with(['#', ')']) && !address.starts_with("data:")
    })
}

/// Marks texts. Empty ones are left over from editing and stay unmarked.
pub(super) fn style_sheet(document: &Document<'_>) -> Option<String> {
    let texts = document.descendants().filter(|node| is(*node, "text"));
    let mut inside = texts.flat_map(|text| text.descendants());
    inside
        .any(|node| node.is_text() && node.text().is_some_and(|text| !text.trim().is_empty()))
        .then(|| MARK.into())
}

/// Replaces each picture with a placeholder, and reads none.
pub(super) fn pictures() -> ImageHrefResolver<'static> {
    let any = || Some(ImageKind::PNG(Arc::new(ANY_PICTURE.to_vec())));
    ImageHrefResolver {
        resolve_data: Box::new(move |_, _, _| any()),
        resolve_string: Box::new(move |href, _| if href.is_empty() { None } else { any() }),
    }
}

/// Refuses a marked text.
pub(super) fn check_group(group: &Group) -> Result<(), LogoError> {
    let is_marked = group.isolate() && group.blend_mode() == BlendMode::Luminosity;
    if is_marked && !group.has_children() { Err(LogoError::HasText) } else { Ok(()) }
}

/// Refuses a visible picture.
pub(super) fn check_picture(picture: &Image) -> Result<(), LogoError> {
    if picture.is_visible() { Err(LogoError::HasPicture) } else { Ok(()) }
}

/// False where it requires an extension that no browser has (files of Adobe Illustrator), or where there is a
/// fallback.
fn is_drawn_by_browsers(foreign_object: Node<'_, '_>) -> bool {
    let has_substitute = foreign_object.parent().is_some_and(|parent| is(parent, "switch"));
    !has_substitute && !foreign_object.has_attribute("requiredExtensions")
}

fn is(node: Node<'_, '_>, name: &str) -> bool {
    const SVG: &str = "http://www.w3.org/2000/svg";
    node.is_element()
        && node.tag_name().name() == name
        && node.tag_name().namespace().is_none_or(|namespace| namespace == SVG)
}
