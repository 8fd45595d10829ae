//! What stands where on a label: the code as large as the label allows, and the words beside or below it, whichever leaves
//! the code more room. All labels of a sheet are laid out alike. Not here: the words themselves (`words`).

use super::grid::Rectangle;
use crate::print::MIN_MODULE_UM;

/// Labels are cut, and sheets are fed, less precisely than pages are drawn: what a label keeps free at its edges, as a part
/// of its shorter side, at least and at most.
const MARGIN_PART: u32 = 25;
const MARGIN_UM: (u32, u32) = (400, 1_500);

/// Between a code and the words beside it: as much light as the standard wants around the smallest code.
const GAP_BESIDE_UM: u32 = 4 * MIN_MODULE_UM;
/// Between a code and the words below it: the code has its own light border.
const GAP_BELOW_UM: u32 = 500;
/// The width that words beside a code need: some eight letters of the smallest size.
const BESIDE_MIN_UM: u32 = 9_000;
/// Words below a code, in proportion to the shorter side of the label.
const BELOW_PART: u32 = 11;

/// The smallest and the largest letters (their em): 5 and 12 points.
pub(super) const EM_UM: (u32, u32) = (1_764, 4_233);
/// From line to line, in quarters of the em.
pub(super) const LINE_QUARTERS: u32 = 5;

/// How many lines words have below a code, at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WordLines {
    /// For numbers.
    One,
    /// For names and texts.
    Two,
}

/// What stands where on a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelLayout {
    /// The room of a code without words.
    alone: Rectangle,
    /// The room of a code with words, and that of the words.
    with_words: Option<(Rectangle, WordsRoom)>,
}

/// The room of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WordsRoom {
    pub(super) room: Rectangle,
    /// Whether they are below the code, and so in the middle.
    pub(super) is_below: bool,
    /// Their largest letters.
    pub(super) em_max_um: u32,
}

/// How a code fits on a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// It scans, and words stand beside or below it if there are any.
    Whole,
    /// It scans only where words would stand: they are left out.
    WithoutWords,
    /// It would be smaller than what scans, and is not printed.
    TooSmall,
}

impl LabelLayout {
    /// The layout of a label of this size.
    pub fn of(width_um: u32, height_um: u32, words: Option<WordLines>) -> Self {
        let margin_um = margin_um(width_um.min(height_um));
        let alone = Rectangle {
            left_um: margin_um,
            top_um: margin_um,
            width_um: width_um.saturating_sub(2 * margin_um),
            height_um: height_um.saturating_sub(2 * margin_um),
        };
        Self { alone, with_words: words.map(|lines| divided(alone, lines)) }
    }

    /// How a code fits whose picture has so many modules in width and height, with its quiet zone and its frame.
    pub fn fit(&self, modules: (u32, u32)) -> Fit {
        let scans = |room| placed(room, modules).width_um >= modules.0 * MIN_MODULE_UM;
        match &self.with_words {
            Some((room, _)) if scans(*room) => Fit::Whole,
            None if scans(self.alone) => Fit::Whole,
            Some(_) if scans(self.alone) => Fit::WithoutWords,
            _ => Fit::TooSmall,
        }
    }

    /// Width and height in micrometres of the smallest label on which such a code scans, without words.
    pub fn needed_um(modules: (u32, u32)) -> (u32, u32) {
        let (width_um, height_um) = (modules.0 * MIN_MODULE_UM, modules.1 * MIN_MODULE_UM);
        let shorter_um = width_um.min(height_um);
        // What is left of it is the margin's part less two.
        let margin_um = (shorter_um / (MARGIN_PART - 2) + 1).clamp(MARGIN_UM.0, MARGIN_UM.1);
        (width_um + 2 * margin_um, height_um + 2 * margin_um)
    }

    /// Where a code is, and the room of its words; `None` if it would not scan.
    pub(super) fn place(&self, modules: (u32, u32)) -> Option<(Rectangle, Option<WordsRoom>)> {
        match (self.fit(modules), self.with_words) {
            (Fit::Whole, Some((room, words))) => Some((placed(room, modules), Some(words))),
            (Fit::Whole | Fit::WithoutWords, _) => Some((placed(self.alone, modules), None)),
            (Fit::TooSmall, _) => None,
        }
    }
}

fn margin_um(shorter_um: u32) -> u32 {
    (shorter_um / MARGIN_PART).clamp(MARGIN_UM.0, MARGIN_UM.1)
}

/// The room of the code and that of the words.
fn divided(label: Rectangle, lines: WordLines) -> (Rectangle, WordsRoom) {
    let Rectangle { left_um, top_um, width_um, height_um } = label;
    let em_um = (width_um.min(height_um) / BELOW_PART).clamp(EM_UM.0, EM_UM.1);
    let count = match lines {
        WordLines::One => 1,
        WordLines::Two => 2,
    };
    let below_um = em_um * LINE_QUARTERS / 4 * count;
    let side_below_um = width_um.min(height_um.saturating_sub(below_um + GAP_BELOW_UM));
    let side_beside_um = height_um.min(width_um.saturating_sub(GAP_BESIDE_UM + BESIDE_MIN_UM));
    if side_below_um >= side_beside_um {
        let code = Rectangle { height_um: side_below_um, ..label };
        let room = Rectangle {
            top_um: top_um + height_um.saturating_sub(below_um),
            height_um: below_um.min(height_um),
            ..label
        };
        (code, WordsRoom { room, is_below: true, em_max_um: em_um })
    } else {
        let code = Rectangle { width_um: side_beside_um, ..label };
        let before_um = side_beside_um + GAP_BESIDE_UM;
        let room = Rectangle { left_um: left_um + before_um, width_um: width_um - before_um, ..label };
        (code, WordsRoom { room, is_below: false, em_max_um: EM_UM.1 })
    }
}

/// The largest picture with these proportions, in the middle of a room.
fn placed(room: Rectangle, (wide, high): (u32, u32)) -> Rectangle {
    let scaled = |length: u32, by: u32, of: u32| {
        u32::try_from(u64::from(length) * u64::from(by) / u64::from(of.max(1))).unwrap_or(length)
    };
    let width_um = room.width_um.min(scaled(room.height_um, wide, high));
    let height_um = room.height_um.min(scaled(width_um, high, wide));
    Rectangle {
        left_um: room.left_um + (room.width_um - width_um) / 2,
        top_um: room.top_um + (room.height_um - height_um) / 2,
        width_um,
        height_um,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sheet::FORMATS;

    fn any_words() -> impl Strategy<Value = Option<WordLines>> {
        prop::sample::select(vec![None, Some(WordLines::One), Some(WordLines::Two)])
    }

    proptest! {
        #[test]
        fn code_and_words_lie_on_the_label_and_apart(
            (width, height) in (10_000..1_000_000_u32, 10_000..1_000_000_u32),
            words in any_words(),
            modules in (21..230_u32, 21..260_u32),
        ) {
            let layout = LabelLayout::of(width, height, words);
            let (needed_width, needed_height) = LabelLayout::needed_um(modules);
            match layout.place(modules) {
                None => {
                    // A larger label keeps more free at its edges than the smallest that would do.
                    let slack = 2 * (MARGIN_UM.1 - MARGIN_UM.0);
                    prop_assert!(needed_width + slack > width || needed_height + slack > height);
                }
                Some((code, room)) => {
                    // No module is smaller than what scans, and none is distorted.
                    prop_assert!(code.width_um >= modules.0 * MIN_MODULE_UM);
                    let [wide, high] = [code.width_um / modules.0, code.height_um / modules.1];
                    prop_assert!(wide.abs_diff(high) <= 1, "{} {}", wide, high);
                    prop_assert!(code.left_um >= MARGIN_UM.0 && code.top_um >= MARGIN_UM.0);
                    prop_assert!(code.left_um + code.width_um + MARGIN_UM.0 <= width);
                    prop_assert!(code.top_um + code.height_um + MARGIN_UM.0 <= height);
                    if let Some(WordsRoom { room, is_below, .. }) = room {
                        prop_assert!(room.left_um + room.width_um <= width);
                        prop_assert!(room.top_um + room.height_um <= height);
                        let apart = if is_below {
                            room.top_um.checked_sub(code.top_um + code.height_um)
                        } else {
                            room.left_um.checked_sub(code.left_um + code.width_um)
                        };
                        prop_assert!(apart.is_some_and(|apart| apart >= GAP_BELOW_UM));
                    }
                }
            }
            // On the label that is said to do, it does.
            prop_assert_ne!(LabelLayout::of(needed_width, needed_height, None).fit(modules), Fit::TooSmall);
        }
    }

    #[test]
    fn smallest_codes_fit_on_every_format() {
        for format in &FORMATS {
            let layout = LabelLayout::of(format.grid.label_width_um, format.grid.label_height_um, None);
            assert_eq!(layout.fit((29, 29)), Fit::Whole, "{}", format.id);
        }
    }

    #[test]
    fn words_give_way_to_a_code_that_needs_the_room() {
        let layout = LabelLayout::of(35_000, 35_000, Some(WordLines::Two));
        assert_eq!(layout.fit((41, 41)), Fit::Whole);
        assert_eq!(layout.fit((77, 77)), Fit::WithoutWords);
        assert_eq!(layout.fit((85, 85)), Fit::TooSmall);
        assert!(layout.place((77, 77)).is_some_and(|(_, words)| words.is_none()));
    }

    #[test]
    fn words_stand_where_the_code_is_larger() {
        let is_below = |width, height| {
            let layout = LabelLayout::of(width, height, Some(WordLines::Two));
            layout.with_words.is_some_and(|(_, words)| words.is_below)
        };
        assert!(!is_below(63_500, 38_100) && !is_below(38_100, 21_200) && !is_below(99_100, 67_700));
        assert!(is_below(35_000, 35_000) && is_below(63_500, 72_000));
    }
}
