//! Looks that somebody chose with care. Each is a share text, so it is also a link. Not here: the proof that they scan,
//! which is among the tests.

use super::Style;

/// A look with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preset {
    /// What programs call it: small letters.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// Its style, as text.
    pub text: &'static str,
}

/// All of them, the plain code first.
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
    /// The preset with this name.
    pub fn named(name: &str) -> Option<Self> {
        PRESETS.into_iter().find(|preset| preset.name == name)
    }

    /// Its style.
    pub fn style(self) -> Style {
        self.text.parse().expect("a test parses each")
    }
}
