//! The initial values of a form's fields. Not here: the meaning of a missing key (`text`), which is the same; a test
//! checks that.

use super::STYLE_KEYS;

/// The default of each key, in the order of the keys.
pub const STYLE_DEFAULTS: [(&str, &str); STYLE_KEYS.len()] = [
    ("shape", "square"),
    ("finder", "square"),
    ("ball", "square"),
    ("ink", "000000"),
    ("gradient", "none"),
    ("ink-2", "000000"),
    ("finder-ink", "same"),
    ("paper", "ffffff"),
    ("quiet", "4"),
    ("unit", "module"),
    ("size", SIZE_DEFAULTS[0].1),
    ("dpi", "300"),
    ("logo", ""),
    ("logo-size", "25"),
    ("frame", "none"),
    ("caption", ""),
];

/// The default of `size`, by `unit`.
pub const SIZE_DEFAULTS: [(&str, &str); 3] = [("module", "8"), ("px", "600"), ("mm", "30")];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Style;

    #[test]
    fn writing_out_a_default_changes_nothing() {
        assert_eq!(STYLE_DEFAULTS.map(|(key, _)| key), STYLE_KEYS);
        for base in ["", "gradient=down", "unit=mm", "logo=us", "frame=badge"] {
            let style: Style = base.parse().unwrap();
            for (key, default) in STYLE_DEFAULTS {
                let is_said = base.starts_with(key) || (key == "size" && base.starts_with("unit"));
                let text = format!("{key}={default}&{base}");
                assert!(is_said || text.parse() == Ok(style.clone()), "{text}");
            }
        }
        for (unit, size) in SIZE_DEFAULTS {
            let sized: Style = format!("unit={unit}&size={size}").parse().unwrap();
            assert_eq!(format!("unit={unit}").parse(), Ok(sized), "{unit}");
        }
    }
}
