//! How a person wants pages shown. The browser keeps it in cookies, so that a page comes as it should look.

use core::str::FromStr;

/// The colours, and the form of the listing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Preferences {
    /// The colours.
    pub theme: Theme,
    /// The form of the listing.
    pub layout: Layout,
}

/// The colours of the pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Theme {
    /// What the system prefers.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// The form of the listing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Layout {
    /// A row for each entry.
    #[default]
    List,
    /// Pictures side by side.
    Grid,
}

impl Theme {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// As it stands in a form and in a cookie.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl Layout {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::List, Self::Grid];

    /// As it stands in a form and in a cookie.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Grid => "grid",
        }
    }
}

/// There is no such preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownPreference;

impl FromStr for Theme {
    type Err = UnknownPreference;

    fn from_str(text: &str) -> Result<Self, UnknownPreference> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == text).ok_or(UnknownPreference)
    }
}

impl FromStr for Layout {
    type Err = UnknownPreference;

    fn from_str(text: &str) -> Result<Self, UnknownPreference> {
        Self::ALL.into_iter().find(|layout| layout.as_str() == text).ok_or(UnknownPreference)
    }
}
