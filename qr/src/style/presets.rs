//! Carefully chosen styles. Each is a style's text, so it is also a link. Not here: the proof that they scan, which
//! is among the tests.

use core::mem::discriminant;

use super::{Frame, Size, Style};

/// A named style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preset {
    /// What programs call it: small letters.
    pub name: &'static str,
    /// Its display name.
    pub title: &'static str,
    /// The style, as text.
    pub text: &'static str,
}

/// All presets, the plain code first.
pub const PRESETS: [Preset; 10] = [
    Preset { name: "classic", title: "Classic", text: "" },
    Preset { name: "soft", title: "Soft", text: "shape=rounded&finder=rounded&ball=rounded&ink=1f2937" },
    Preset { name: "dots", title: "Dots", text: "shape=dots&finder=rounded&ball=circle&ink=111111" },
    Preset {
        name: "ink",
        title: "Ink",
        text: "shape=connected&finder=rounded&ball=circle&ink=14213d&paper=fdfaf3",
    },
    Preset {
        name: "ocean",
        title: "Ocean",
        text: "shape=rounded&finder=rounded&ball=rounded&ink=0b3d91&gradient=diagonal&ink-2=00707f",
    },
    Preset {
        name: "sunset",
        title: "Sunset",
        text: "shape=connected&finder=rounded&ball=circle&ink=7a1f5c&gradient=down&ink-2=b23a0e&paper=fff8f0",
    },
    Preset {
        name: "forest",
        title: "Forest",
        text: "shape=dots&finder=rounded&ball=rounded&ink=1b4332&finder-ink=2d6a4f&paper=f4faf4",
    },
    Preset {
        name: "berry",
        title: "Berry",
        text: "shape=rounded&finder=rounded&ball=rounded&ink=9d174d&gradient=radial&ink-2=3b0764",
    },
    Preset {
        name: "badge",
        title: "Badge",
        text: "shape=rounded&finder=rounded&ball=rounded&ink=111827&frame=badge&caption=Scan+me",
    },
    Preset { name: "print", title: "Print", text: "unit=mm&frame=label&caption=Scan+me" },
];

impl Preset {
    /// The preset with this identifier.
    pub fn named(name: &str) -> Option<Self> {
        PRESETS.into_iter().find(|preset| preset.name == name)
    }

    /// Its style.
    pub fn style(self) -> Style {
        self.text.parse().expect("a test parses each")
    }

    /// Applies this preset to a style: its shapes and colours, and whatever else it specifies. Everything else stays,
    /// such as a logo and the caption's text; only a frame and size that came with another preset are dropped.
    #[must_use]
    pub fn over(self, style: &Style) -> Style {
        let (own, plain) = (self.style(), Style::default());
        let brought = |preset: &Style| preset.frame.is_some() && preset.frame == style.frame;
        let before = PRESETS.into_iter().map(Self::style).find(brought).unwrap_or_else(|| plain.clone());
        let is_same_unit = |size: Size| discriminant(&size) == discriminant(&own.size);
        let is_size_own = style.size == before.size || (own.size != plain.size && !is_same_unit(style.size));
        let frame = match (own.frame, style.frame.clone().filter(|_| style.frame != before.frame)) {
            (Some(Frame { shape, .. }), Some(Frame { caption, .. })) if !caption.is_empty() => {
                Some(Frame { shape, caption })
            }
            (own, chosen) => own.or(chosen),
        };
        Style {
            quiet_zone: style.quiet_zone,
            size: if is_size_own { own.size } else { style.size },
            logo: style.logo.clone(),
            frame,
            ..own
        }
    }

    /// The preset that this style is based on: applying it again would change nothing.
    pub fn of(style: &Style) -> Option<Self> {
        // Of two matches the later one is more specific.
        PRESETS.into_iter().rev().find(|preset| preset.over(style) == *style)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over(preset: &str, look: &str) -> String {
        Preset::named(preset).unwrap().over(&look.parse().unwrap()).to_string()
    }

    fn of(look: &str) -> &'static str {
        Preset::of(&look.parse().unwrap()).map_or("none", |preset| preset.name)
    }

    #[test]
    fn presets_change_only_shapes_and_colours() {
        let dots = "shape=dots&finder=rounded&ball=circle&ink=111111";
        let rest = "quiet=6&unit=px&size=500&logo=us&logo-size=20&frame=badge&caption=Ours";
        assert_eq!(over("dots", &format!("ink=ff0000&paper=fff8f0&{rest}")), format!("{dots}&{rest}"));
        assert_eq!(over("classic", &format!("{dots}&{rest}")), rest);
        assert_eq!(of(&format!("{dots}&{rest}")), "dots");
    }

    #[test]
    fn a_presets_frame_and_size_are_dropped_with_it() {
        let print = Preset::named("print").unwrap().text;
        assert_eq!(over("print", "logo=us"), "unit=mm&logo=us&frame=label&caption=Scan+me");
        assert_eq!(
            over("print", "unit=mm&size=50&dpi=600&frame=badge&caption=Ours"),
            "unit=mm&size=50&dpi=600&frame=label&caption=Ours"
        );
        assert_eq!(over("print", "frame=badge"), print);
        assert_eq!(over("classic", print), "");
        assert_eq!(over("classic", "unit=mm&size=50&frame=label&caption=Scan+me"), "unit=mm&size=50");
        assert_eq!(over("classic", "unit=mm"), "unit=mm");
        assert_eq!(over("classic", over("badge", "logo=us").as_str()), "logo=us");
        assert_eq!(over("print", Preset::named("badge").unwrap().text), print);
    }

    #[test]
    fn presets_are_recognised_by_their_style() {
        for preset in PRESETS {
            assert_eq!(preset.over(&Style::default()), preset.style(), "{}", preset.name);
            assert_eq!(Preset::of(&preset.style()), Some(preset));
        }
        assert_eq!(of("logo=us"), "classic");
        assert_eq!(of("ink=ff0000"), "none");
    }
}
