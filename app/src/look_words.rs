//! A look in words, as shown on the page of an entry. Server only.

use qr::{BallShape, FinderShape, FrameShape, Ink, ModuleShape, Size, Style};

/// The differences from the plain code, in a few words: `Rounded, #0b3d91 → #00707f, logo`.
pub(crate) fn look_words(style: &Style) -> String {
    let plain = Style::default();
    let shape = match style.modules {
        ModuleShape::Square => None,
        ModuleShape::Dots => Some("dots"),
        ModuleShape::Rounded => Some("rounded"),
        ModuleShape::Connected => Some("connected"),
    };
    let finder = (style.finder == FinderShape::Rounded).then_some("rounded corners");
    let ball = match style.ball {
        BallShape::Square => None,
        BallShape::Rounded => Some("rounded centres"),
        BallShape::Circle => Some("round centres"),
    };
    let ink = match style.ink {
        ink if ink == plain.ink => None,
        Ink::Solid(ink) => Some(format!("#{ink}")),
        Ink::Gradient { from, to, .. } => Some(format!("#{from} → #{to}")),
    };
    let finder_ink = style.finder_ink.map(|ink| format!("corners #{ink}"));
    let paper = match style.paper {
        paper if paper == plain.paper => None,
        Some(paper) => Some(format!("on #{paper}")),
        None => Some("transparent".to_owned()),
    };
    let quiet_zone = (style.quiet_zone != plain.quiet_zone)
        .then(|| format!("quiet zone of {}", modules(style.quiet_zone.into())));
    let size = match style.size {
        size if size == plain.size => None,
        Size::Module(pixels) => Some(format!("{pixels} px per module")),
        Size::Pixels(pixels) => Some(format!("{pixels} px wide")),
        Size::Print { width_um, dpi } => Some(format!("{} mm at {dpi} dpi", f64::from(width_um) / 1000.0)),
    };
    let logo = style.logo.as_ref().map(|_| "logo".to_owned());
    let frame = style.frame.as_ref().map(|frame| {
        let shape = match frame.shape {
            FrameShape::Label => "label",
            FrameShape::Badge => "badge",
        };
        if frame.caption.is_empty() { shape.to_owned() } else { format!("{shape} “{}”", frame.caption) }
    });
    let shapes = [shape, finder, ball].into_iter().flatten().map(str::to_owned);
    let rest = [ink, finder_ink, paper, quiet_zone, size, logo, frame].into_iter().flatten();
    let words = shapes.chain(rest).collect::<Vec<_>>().join(", ");
    let mut letters = words.chars();
    letters.next().map_or(words.clone(), |first| first.to_uppercase().chain(letters).collect())
}

fn modules(count: u32) -> String {
    if count == 1 { "1 module".to_owned() } else { format!("{count} modules") }
}

#[cfg(test)]
mod tests {
    use super::look_words;

    #[test]
    fn look_words_name_only_differences() {
        for (look, words) in [
            ("", ""),
            ("shape=dots", "Dots"),
            (
                "shape=rounded&ink=0b3d91&gradient=diagonal&ink-2=00707f&logo=us",
                "Rounded, #0b3d91 → #00707f, logo",
            ),
            (
                "finder=rounded&ball=circle&paper=none&quiet=1",
                "Rounded corners, round centres, transparent, quiet zone of 1 module",
            ),
            (
                "finder-ink=1e3a8a&paper=fca311&unit=mm&size=25.4",
                "Corners #1e3a8a, on #fca311, 25.4 mm at 300 dpi",
            ),
            ("frame=badge&caption=Scan+me&size=3", "3 px per module, badge “Scan me”"),
        ] {
            assert_eq!(look_words(&look.parse().unwrap()), words, "{look}");
        }
    }
}
