//! Words on a label, as outlines: broken into lines, as large as their room allows, and cut off with an ellipsis where they
//! do not fit in the smallest letters. A character without an outline is a box. From left to right only.
//!
//! Not here: the letters (`font`), the room (`label`).

use super::grid::Rectangle;
use super::label::{EM_UM, LINE_QUARTERS, WordsRoom};
use crate::font::{CAP_HEIGHT, EM, Letter, Line, letters};
use crate::scene::path::{Path, point};

/// Of longer words only the begin is drawn: more is too small to read on any label.
pub const WORDS_MAX_CHARS: usize = 300;

/// From one size of letters to the next smaller one.
const STEP_UM: usize = 176;

/// The characters of these words that are drawn as boxes, each once, in their order: only Latin, Greek and Cyrillic letters,
/// digits and common symbols have outlines.
pub fn unknown_characters(words: &str) -> Vec<char> {
    let mut unknown = Vec::new();
    for letter in letters(&visible(words)) {
        if !letter.is_known && !unknown.contains(&letter.character) {
            unknown.push(letter.character);
        }
    }
    unknown
}

/// The outlines of the words, in micrometres from the corner that the room is measured from.
pub(super) fn outlines(words: &str, room: &WordsRoom) -> Path {
    let letters: Vec<Letter> = letters(&visible(words)).collect();
    let Rectangle { left_um, top_um, width_um, height_um } = room.room;
    let (em_um, lines) = fitted(&letters, room);
    let line_um = em_um * LINE_QUARTERS / 4;
    let block_um = line_um * u32::try_from(lines.len()).unwrap_or(u32::MAX);
    let scale = |units: i32| length(i64::from(units) * i64::from(em_um) / i64::from(EM));
    let mut middle_um = length(top_um) + length(height_um.saturating_sub(block_um)) / 2 + length(line_um) / 2;
    let mut path = Path::default();
    for letters in lines {
        let line = Line::with_boxes(&letters);
        let free_um = length(width_um) - scale(line.width);
        let start_um = length(left_um) + if room.is_below { free_um / 2 } else { 0 };
        let baseline_um = middle_um + scale(CAP_HEIGHT) / 2;
        line.draw(&mut path, |x, y| point(start_um + scale(x), baseline_um + scale(y)));
        middle_um += length(line_um);
    }
    path
}

/// Lengths on a page are below 2^31.
fn length(um: impl TryInto<i32>) -> i32 {
    um.try_into().unwrap_or(i32::MAX)
}

/// What is visible of the words, on one line: control characters, directions and other marks without a shape of their own
/// are left out.
fn visible(words: &str) -> String {
    let mut text = String::new();
    let mut count = 0;
    for character in words.chars() {
        if count == WORDS_MAX_CHARS {
            text.push('…');
            break;
        }
        if character.is_whitespace() {
            if !text.is_empty() && !text.ends_with(' ') {
                text.push(' ');
                count += 1;
            }
        } else if !is_invisible(character) {
            text.push(character);
            count += 1;
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// Control characters, and those that Unicode says to ignore where they are not supported (Default_Ignorable_Code_Point).
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// The largest letters in which all lines fit, and the lines: first without breaking words, then with that, then without
/// the end.
fn fitted(letters: &[Letter], room: &WordsRoom) -> (u32, Vec<Vec<Letter>>) {
    let most = |em_um: u32| (room.room.height_um * 4 / (em_um * LINE_QUARTERS)).max(1) as usize;
    let limit =
        |em_um: u32| length(u64::from(room.room.width_um) * EM.unsigned_abs() as u64 / u64::from(em_um));
    let sizes = || (EM_UM.0..=room.em_max_um.max(EM_UM.0)).rev().step_by(STEP_UM).chain([EM_UM.0]);
    for may_break in [false, true] {
        for em_um in sizes() {
            let (lines, is_broken) = wrapped(letters, limit(em_um));
            if lines.len() <= most(em_um) && (may_break || !is_broken) {
                return (em_um, lines.into_iter().map(<[Letter]>::to_vec).collect());
            }
        }
    }
    let em_um = EM_UM.0;
    let (mut lines, _) = wrapped(letters, limit(em_um));
    lines.truncate(most(em_um));
    let mut lines: Vec<Vec<Letter>> = lines.into_iter().map(<[Letter]>::to_vec).collect();
    if let Some(last) = lines.last_mut() {
        cut(last, limit(em_um));
    }
    (em_um, lines)
}

/// Ends a line with an ellipsis.
fn cut(line: &mut Vec<Letter>, limit: i32) {
    let ellipsis: Vec<Letter> = letters("…").collect();
    let width = |letters: &[Letter]| letters.iter().map(|letter| letter.width).sum::<i32>();
    while line.last().is_some_and(|last| last.character == ' ' || last.character == '…')
        || (!line.is_empty() && width(line) + width(&ellipsis) > limit)
    {
        line.pop();
    }
    line.extend(ellipsis);
}

/// Lines that are at most this wide, in units of the em, broken at spaces, or else behind what divides the parts of a link;
/// and whether a word had to be broken elsewhere.
fn wrapped(letters: &[Letter], limit: i32) -> (Vec<&[Letter]>, bool) {
    let (mut lines, mut is_broken) = (Vec::new(), false);
    let divides = |letter: &Letter| {
        matches!(letter.character, '/' | '-' | '?' | '&' | '=' | '.' | '_' | '@' | ',' | ';')
    };
    let mut rest = letters;
    while !rest.is_empty() {
        let mut width = 0;
        let fitting = rest.iter().take_while(|letter| {
            width += letter.width;
            width <= limit
        });
        let fitting = fitting.count().max(1);
        let is_space = |letter: &Letter| letter.character == ' ';
        let end = match rest.get(fitting) {
            None => rest.len(),
            Some(next) if is_space(next) => fitting,
            Some(_) => {
                let line = &rest[..fitting];
                let behind = |place: usize| place + 1;
                let space = line.iter().rposition(is_space);
                space.or_else(|| line.iter().rposition(divides).map(behind)).unwrap_or_else(|| {
                    is_broken = true;
                    fitting
                })
            }
        };
        lines.push(&rest[..end]);
        let after = &rest[end..];
        rest = &after[usize::from(after.first().is_some_and(is_space))..];
    }
    (lines, is_broken)
}

#[cfg(all(test, feature = "caption"))]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scene::path::Step;

    fn room(width_um: u32, height_um: u32) -> WordsRoom {
        let room = Rectangle { left_um: 2_000, top_um: 1_000, width_um, height_um };
        WordsRoom { room, is_below: false, em_max_um: EM_UM.1 }
    }

    fn lines_of(words: &str, room: &WordsRoom) -> (u32, Vec<String>) {
        let letters: Vec<Letter> = letters(&visible(words)).collect();
        let (em_um, lines) = fitted(&letters, room);
        (em_um, lines.iter().map(|line| line.iter().map(|letter| letter.character).collect()).collect())
    }

    #[test]
    fn words_are_as_large_as_their_room_allows() {
        assert_eq!(lines_of("#12", &room(20_000, 20_000)), (EM_UM.1, vec!["#12".to_owned()]));
        let (em_um, lines) = lines_of("Meeting room North, second floor", &room(20_000, 12_000));
        assert!(em_um < EM_UM.1 && em_um > EM_UM.0, "{em_um}");
        assert_eq!(lines.join(" "), "Meeting room North, second floor");
        let long = "a ".repeat(2_000);
        let (em_um, lines) = lines_of(&long, &room(20_000, 6_000));
        assert_eq!((em_um, lines.len()), (EM_UM.0, 2));
        assert!(lines[1].ends_with("a…"), "{lines:?}");
    }

    #[test]
    fn words_are_broken_only_where_no_size_keeps_them_whole() {
        let (_, lines) = lines_of("Internationalisation", &room(20_000, 30_000));
        assert_eq!(lines, ["Internationalisation"]);
        let (_, lines) = lines_of("https://example.org/inventory/0001", &room(20_000, 30_000));
        assert!(lines.len() > 1 && lines.concat() == "https://example.org/inventory/0001", "{lines:?}");
        assert!(lines[..lines.len() - 1].iter().all(|line| line.ends_with(['/', '.'])), "{lines:?}");
        let (_, lines) = lines_of(&"w".repeat(60), &room(16_000, 30_000));
        assert!(lines.len() > 1 && lines.concat() == "w".repeat(60), "{lines:?}");
    }

    #[test]
    fn invisible_characters_are_left_out_and_unknown_ones_named() {
        assert_eq!(visible(" a\u{202e}\tb\r\n\u{0}c\u{feff}\u{200d}  "), "a b c");
        assert_eq!(visible(&"x".repeat(4_000)).chars().count(), WORDS_MAX_CHARS + 1);
        assert_eq!(unknown_characters("Menü 日本日 \u{2067}🎉\u{fe0f}"), ['日', '本', '🎉']);
        assert_eq!(unknown_characters("Größe 24 €, Ωμέγα, Щука"), []);
    }

    proptest! {
        #[test]
        fn any_words_stay_in_their_room(
            words in any::<String>(),
            (width, height) in (9_000..200_000_u32, 2_300..200_000_u32),
            is_below: bool,
        ) {
            let room = WordsRoom { is_below, ..room(width, height) };
            // Letters reach a little beyond their advance width and below the baseline.
            let slack = length(EM_UM.1);
            let (left, top) = (length(room.room.left_um), length(room.room.top_um));
            for step in outlines(&words, &room).0 {
                if let Step::Start(to) | Step::Line(to) | Step::Curve(_, to) | Step::Corner(_, to) = step {
                    prop_assert!((left - slack..=left + length(width) + slack).contains(&to.x), "{:?}", to);
                    prop_assert!((top - slack..=top + length(height) + slack).contains(&to.y), "{:?}", to);
                }
            }
        }
    }
}
