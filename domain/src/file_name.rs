//! File names made from user text: letters of every script, and nothing that confuses a file system, a shell or a
//! reader. Not here: keys (`key`), headers.

use crate::one_line::breaks_or_turns;

/// The maximum length of a slug: with the longest space, a key stays within `OWN_KEY_MAX_BYTES`.
const SLUG_MAX_BYTES: usize = 120;
/// As much of a name as anybody reads.
const SLUG_MAX_CHARS: usize = 60;

/// The name of a file whose title has no usable character.
const NAMELESS: &str = "qr-code";

/// Device names of Windows, reserved with any extension; COM1 and the like are, too.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// The letters and digits of a title, lowercase, with their marks, in NFC; words are joined by single hyphens.
///
/// Browsers have the necessary tables: callers there pass the title in lowercase and NFC.
pub(crate) fn slug(title: &str) -> String {
    let mut slug = String::with_capacity(SLUG_MAX_BYTES);
    let mut chars = 0;
    for c in small(title).chars() {
        let is_word = c.is_alphanumeric() || is_mark(c) && !slug.is_empty() && !slug.ends_with('-');
        let c = if is_word { c } else { '-' };
        if c == '-' && (slug.is_empty() || slug.ends_with('-')) {
            continue;
        }
        chars += 1;
        if chars > SLUG_MAX_CHARS || slug.len() + c.len_utf8() > SLUG_MAX_BYTES {
            break;
        }
        slug.push(c);
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// The name of a code's file, without extension.
pub(crate) fn stem(title: &str) -> String {
    let slug = slug(title);
    if slug.is_empty() {
        NAMELESS.to_owned()
    } else if is_device(&slug) {
        format!("{NAMELESS}-{slug}")
    } else {
        slug
    }
}

/// The closest safe name to a foreign one: no control characters, no bidirectional overrides, none of the characters
/// that Windows or a path reserves, no leading dot, no trailing dot or space.
pub(crate) fn harmless(name: &str) -> String {
    let is_unfit = |c: char| breaks_or_turns(c) || "<>:\"/\\|?*".contains(c);
    let mut name: String = name.chars().map(|c| if is_unfit(c) { '_' } else { c }).collect();
    name.truncate(name.trim_end_matches(['.', ' ']).len());
    let rest = name.trim_start_matches(['.', ' ']);
    let name = if rest.len() < name.len() { format!("_{rest}") } else { name };
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    if name.is_empty() {
        "file".to_owned()
    } else if is_device(stem) {
        format!("_{name}")
    } else {
        name
    }
}

/// Whether Windows reserves this stem for a device: `con`, `COM1`.
fn is_device(stem: &str) -> bool {
    let stem = stem.to_ascii_lowercase();
    let mut port = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt")).unwrap_or_default().chars();
    let is_port = matches!((port.next(), port.next()), (Some('0'..='9' | '¹' | '²' | '³'), None));
    is_port || DEVICES.contains(&&*stem)
}

/// Whether a character combines with the one before it. The standard library only reveals this through escaping: it
/// escapes such a character when it stands alone, but not after another one.
fn is_mark(c: char) -> bool {
    !c.is_ascii() && c.escape_debug().len() > 1 && format!("a{c}").escape_debug().eq(['a', c])
}

#[cfg(not(target_family = "wasm"))]
fn small(title: &str) -> String {
    unicode_normalization::UnicodeNormalization::nfc(&*title.to_lowercase()).collect()
}

#[cfg(target_family = "wasm")]
fn small(title: &str) -> &str {
    title
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn slugs_keep_letters_of_every_script() {
        for (title, expected) in [
            ("Menu of the Week", "menu-of-the-week"),
            ("日本語", "日本語"),
            ("Wi-Fi network カフェ", "wi-fi-network-カフェ"),
            ("Меню дня № 5", "меню-дня-5"),
            ("Cafe\u{301} Łódź", "café-łódź"),
            ("ΟΔΟΣ", "οδος"),
            ("한국어 메뉴", "한국어-메뉴"),
            ("قائمة الطعام", "قائمة-الطعام"),
            ("תפריט", "תפריט"),
            // Vowels, tones and viramas are marks.
            ("हिन्दी मेनू", "हिन्दी-मेनू"),
            ("ภาษาไทย: น้ำ", "ภาษาไทย-น้ำ"),
            ("తెలుగు", "తెలుగు"),
            ("🎉 Party 🎉", "party"),
            ("\u{301}a", "a"),
            ("../..\\a\u{202e}b\0c", "a-b-c"),
            ("…", ""),
        ] {
            assert_eq!(slug(title), expected, "{title}");
        }
    }

    #[test]
    fn slugs_are_bounded() {
        assert_eq!(slug(&"a".repeat(99)), "a".repeat(60));
        assert_eq!(slug(&"я".repeat(99)), "я".repeat(60));
        assert_eq!(slug(&"語".repeat(99)), "語".repeat(40));
    }

    #[test]
    fn stems_fall_back_to_a_default() {
        for (title, expected) in [
            ("日本", "日本"),
            ("", "qr-code"),
            ("!", "qr-code"),
            ("CON", "qr-code-con"),
            ("Com1", "qr-code-com1"),
            ("COM¹", "qr-code-com¹"),
            ("company", "company"),
        ] {
            assert_eq!(stem(title), expected);
        }
    }

    #[test]
    fn foreign_names_become_safe() {
        for (name, expected) in [
            ("photo 1.jpg", "photo 1.jpg"),
            ("日本語.png", "日本語.png"),
            ("a\u{202e}gnp.exe", "a_gnp.exe"),
            ("a\\b|c?.png", "a_b_c_.png"),
            ("a\r\nb", "a__b"),
            (".htaccess", "_htaccess"),
            ("..", "file"),
            ("", "file"),
            ("a.png. .", "a.png"),
            ("nul.png", "_nul.png"),
            ("LPT1 .tar.gz", "_LPT1 .tar.gz"),
            ("null.png", "null.png"),
        ] {
            assert_eq!(harmless(name), expected, "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn any_title_gives_a_valid_slug(title in any::<String>()) {
            let slug = slug(&title);
            prop_assert!(slug.len() <= SLUG_MAX_BYTES && slug.chars().count() <= SLUG_MAX_CHARS);
            prop_assert_eq!(&super::slug(&slug), &slug, "a slug is its own slug");
            prop_assert!(unicode_normalization::is_nfc(&slug));
            prop_assert_eq!(harmless(&stem(&title)), stem(&title));
        }

        #[test]
        fn any_foreign_name_becomes_safe(name in any::<String>()) {
            let name = harmless(&name);
            prop_assert_eq!(&harmless(&name), &name);
            prop_assert!(!name.is_empty() && !name.starts_with('.') && !name.ends_with(['.', ' ']));
        }
    }
}
