//! Which characters do not belong in a line of text that people compare by eye: labels and file names. Not here:
//! showing untrusted text that contains them (`visible`).

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
