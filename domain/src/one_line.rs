//! Which characters do not belong in a line of text that people compare by eye: labels and file names. Not here:
//! showing untrusted text that contains them (`visible`).

/// Whether a character leaves a text empty to the eye: spaces, those that break or turn a line, joiners, variation
/// selectors, and letters that are blank.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || breaks_or_turns(c)
        || matches!(
            c,
            '\u{34F}'
                | '\u{115F}'
                | '\u{1160}'
                | '\u{17B4}'
                | '\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200C}'
                | '\u{200D}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FFA0}'
                | '\u{E0100}'..='\u{E01EF}'
        )
}

/// Whether a character breaks the line or turns the direction of what follows: control characters, line and paragraph
/// separators, characters that nobody sees (but the joiners, which some scripts need), and Unicode's bidirectional formatting characters, with which one name can be shown as another
/// (UAX #9, 2; <https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing>).
pub(crate) fn breaks_or_turns(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{AD}'
                | '\u{61C}'
                | '\u{200B}'
                | '\u{200E}'
                | '\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{2069}'
                | '\u{FEFF}'
                | '\u{E0000}'..='\u{E007F}'
        )
}
