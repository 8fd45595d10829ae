//! The letters of captions as outlines: Inter SemiBold, Latin, Greek and Cyrillic (`tools/caption_font.py` builds the
//! file; its licence lies beside it). Without the feature `caption` there are none.
//!
//! One line from left to right, letter by letter: no kerning, no ligatures, and of combining marks only those that
//! compose with the letter before them (`compose`). A caption has only letters that there are; the words on a label have a
//! box for each of the others. Not here: the size and position of a line (`scene`, `sheet`).

mod compose;

use std::sync::LazyLock;

use crate::scene::path::{Path, Point, Step};

/// Units per em.
pub(crate) const EM: i32 = 1024;
/// The height of capitals.
pub(crate) const CAP_HEIGHT: i32 = 745;

#[cfg(feature = "caption")]
static FONT: &[u8] = include_bytes!("font.bin");
#[cfg(not(feature = "caption"))]
static FONT: &[u8] = &[];

/// Characters with their advance widths and contours, in the order of the characters.
static GLYPHS: LazyLock<Vec<(u32, &'static [u8])>> = LazyLock::new(|| {
    let (mut rest, mut code, mut glyphs) = (FONT, 0, Vec::new());
    while !rest.is_empty() {
        code += number(&mut rest);
        let length = number(&mut rest);
        let Some((glyph, after)) = rest.split_at_checked(length as usize) else { break };
        glyphs.push((code, glyph));
        rest = after;
    }
    glyphs
});

/// A box in the place of a character without an outline, in the form of the font: its advance width, two contours of
/// four points each. A point is its distance from the one before, twice and odd, with the sign in the lowest bit of each;
/// a contour begins at its distance from the begin of the one before.
#[cfg(feature = "pdf")]
static BOX: LazyLock<Vec<u8>> = LazyLock::new(|| {
    const OUTER: [(i32, i32); 4] = [(90, 0), (0, -CAP_HEIGHT), (520, 0), (0, CAP_HEIGHT)];
    const INNER: [(i32, i32); 4] = [(60, -60), (400, 0), (0, 120 - CAP_HEIGHT), (-400, 0)];
    let mut bytes = Vec::new();
    [700, 2].into_iter().for_each(|value| push_number(&mut bytes, value));
    for contour in [OUTER, INNER] {
        push_number(&mut bytes, 4);
        for (x, y) in contour {
            push_number(&mut bytes, zigzag(x) << 1 | 1);
            push_number(&mut bytes, zigzag(y));
        }
    }
    bytes
});

/// A character of a text, with its width.
#[cfg(feature = "pdf")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) character: char,
    /// In units of the em.
    pub(crate) width: i32,
    /// Whether it has an outline; otherwise it is a box.
    pub(crate) is_known: bool,
}

/// The letters of a text.
#[cfg(feature = "pdf")]
pub(crate) fn letters(text: &str) -> impl Iterator<Item = Letter> {
    compose::composed(text).map(|character| {
        let glyph = glyph(character);
        let width = number(&mut glyph.unwrap_or(&BOX)).cast_signed();
        Letter { character, width, is_known: glyph.is_some() }
    })
}

/// A line of letters.
pub(crate) struct Line {
    /// In units of the em.
    pub(crate) width: i32,
    /// Where each letter starts, and its contours.
    letters: Vec<(i32, &'static [u8])>,
}

impl Line {
    /// Lays out the text; the error is the first character without an outline.
    pub(crate) fn of(text: &str) -> Result<Self, char> {
        let mut line = Self { width: 0, letters: Vec::new() };
        for character in compose::composed(text) {
            let mut glyph = glyph(character).ok_or(character)?;
            let advance = number(&mut glyph).cast_signed();
            line.letters.push((line.width, glyph));
            line.width += advance;
        }
        Ok(line)
    }

    /// Lays out the text, with a box for each character without an outline.
    #[cfg(feature = "pdf")]
    pub(crate) fn with_boxes(letters: &[Letter]) -> Self {
        let mut line = Self { width: 0, letters: Vec::new() };
        for letter in letters {
            let mut glyph = glyph(letter.character).unwrap_or(&BOX);
            number(&mut glyph);
            line.letters.push((line.width, glyph));
            line.width += letter.width;
        }
        line
    }

    /// Draws the line from the left end of its baseline, mapping every point.
    pub(crate) fn draw(&self, path: &mut Path, place: impl Fn(i32, i32) -> Point) {
        for &(left, mut contours) in &self.letters {
            let mut pen = (0, 0);
            for _ in 0..number(&mut contours) {
                pen = contour(&mut contours, pen, path, |x, y| place(left + x, y));
            }
        }
    }
}

/// Draws a contour; `start` is the start of the previous one, the result is the start of this one.
fn contour(
    bytes: &mut &[u8],
    start: (i32, i32),
    path: &mut Path,
    place: impl Fn(i32, i32) -> Point,
) -> (i32, i32) {
    let (mut x, mut y) = start;
    let (mut first, mut pull) = (None, None);
    for _ in 0..number(bytes) {
        let across = number(bytes);
        x += signed(across >> 1);
        y += signed_number(bytes);
        match (first, pull.take(), across & 1 != 0) {
            (None, ..) => {
                first = Some((x, y));
                path.0.push(Step::Start(place(x, y)));
            }
            (Some(_), None, true) => path.0.push(Step::Line(place(x, y))),
            (Some(_), Some((px, py)), true) => path.0.push(Step::Curve(place(px, py), place(x, y))),
            (Some(_), None, false) => pull = Some((x, y)),
            (Some(_), Some((px, py)), false) => {
                path.0.push(Step::Curve(place(px, py), place((px + x) / 2, (py + y) / 2)));
                pull = Some((x, y));
            }
        }
    }
    let start = first.unwrap_or(start);
    if let Some((px, py)) = pull {
        path.0.push(Step::Curve(place(px, py), place(start.0, start.1)));
    }
    path.0.push(Step::Close);
    start
}

/// Advance width and contours of a character.
fn glyph(character: char) -> Option<&'static [u8]> {
    let place = GLYPHS.binary_search_by_key(&u32::from(character), |(code, _)| *code).ok()?;
    Some(GLYPHS[place].1)
}

fn number(bytes: &mut &[u8]) -> u32 {
    let mut value = 0;
    for shift in (0..28).step_by(7) {
        let Some((byte, rest)) = bytes.split_first() else { break };
        *bytes = rest;
        value |= u32::from(byte & 0x7F) << shift;
        if *byte < 0x80 {
            break;
        }
    }
    value
}

/// The sign is the lowest bit.
fn signed(value: u32) -> i32 {
    let half = (value >> 1).cast_signed();
    if value & 1 == 0 { half } else { -half - 1 }
}

#[cfg(feature = "pdf")]
fn zigzag(value: i32) -> u32 {
    ((value << 1) ^ (value >> 31)).cast_unsigned()
}

#[cfg(feature = "pdf")]
fn push_number(bytes: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        bytes.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    bytes.push(value.to_le_bytes()[0]);
}

fn signed_number(bytes: &mut &[u8]) -> i32 {
    signed(number(bytes))
}

#[cfg(all(test, feature = "caption"))]
mod tests {
    use super::*;
    use crate::scene::path::point;

    fn drawn(text: &str) -> Vec<Step> {
        let mut path = Path::default();
        Line::of(text).unwrap_or_else(|c| panic!("no {c}")).draw(&mut path, point);
        path.0
    }

    #[test]
    fn letter_outlines_are_closed_and_near_the_baseline() {
        for character in (0..0x3000).filter_map(char::from_u32).filter(|c| glyph(*c).is_some()) {
            let steps = drawn(&character.to_string());
            let starts = steps.iter().filter(|step| matches!(step, Step::Start(_))).count();
            let closes = steps.iter().filter(|step| matches!(step, Step::Close)).count();
            assert_eq!(starts, closes, "{character}");
            assert_eq!(starts == 0, character == ' ', "{character}");
            for step in steps {
                let (Step::Start(to) | Step::Line(to) | Step::Curve(_, to) | Step::Corner(_, to)) = step
                else {
                    continue;
                };
                assert!(
                    (-100..2 * EM).contains(&to.x) && (-EM..EM / 2).contains(&to.y),
                    "{character}: {to:?}"
                );
            }
        }
    }

    #[cfg(feature = "pdf")]
    #[test]
    fn characters_without_outlines_are_boxes() {
        let letters: Vec<Letter> = letters("a日").collect();
        assert_eq!(letters.iter().map(|letter| letter.is_known).collect::<Vec<_>>(), [true, false]);
        let mut path = Path::default();
        Line::with_boxes(&letters[1..]).draw(&mut path, point);
        let corners = |from, to| Step::Line(point(from, to));
        assert_eq!(
            path.0[..5],
            [
                Step::Start(point(90, 0)),
                corners(90, -CAP_HEIGHT),
                corners(610, -CAP_HEIGHT),
                corners(610, 0),
                Step::Close,
            ]
        );
        assert_eq!(
            path.0[5..7],
            [Step::Start(point(150, -60)), corners(550, -60)],
            "its hole runs the other way"
        );
        assert_eq!(Line::with_boxes(&letters).width, letters[0].width + 700);
    }

    #[test]
    fn letter_l_is_a_polygon_of_six_corners() {
        let steps = drawn("L");
        assert_eq!(steps.len(), 7, "{steps:?}");
        assert!(steps.iter().any(|step| matches!(step, Step::Line(Point { y, .. }) if *y == -CAP_HEIGHT)));
    }

    #[test]
    fn only_supported_characters_have_outlines() {
        for text in
            ["Scan me!", "Größe 24 €", "Příliš žluťoučký kůň", "Ξεσκεπάζω", "Съешь ещё, Ґанок", "№ 5 – “a”…"]
        {
            assert!(Line::of(text).is_ok_and(|line| line.width > 0), "{text}");
        }
        assert_eq!(Line::of("日").err(), Some('日'));
        assert_eq!(drawn("Cafe\u{301}"), drawn("Café"));
        assert_eq!(Line::of("q\u{301}").err(), Some('\u{301}'));
    }
}
