//! Symbol to text for a terminal: two modules a character, one above the other.

use crate::{QUIET_ZONE_MODULES, Symbol};

/// What a terminal shows behind its letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// Light letters on dark: blocks are light modules.
    Dark,
    /// Dark letters on light: blocks are dark modules.
    Light,
}

/// The symbol with its quiet zone, in lines of half blocks (U+2580, U+2584, U+2588). For fonts whose letters are twice as
/// high as wide, as those of terminals are.
pub fn terminal(symbol: &Symbol, screen: Screen) -> String {
    let modules = symbol.width() + 2 * QUIET_ZONE_MODULES;
    let is_block = |x: usize, y: usize| {
        let inside = |at: usize| at.checked_sub(QUIET_ZONE_MODULES).filter(|at| *at < symbol.width());
        let is_dark = inside(x).zip(inside(y)).is_some_and(|(x, y)| symbol.is_dark(x, y));
        is_dark == (screen == Screen::Light)
    };
    let mut text = String::with_capacity(3 * modules * modules / 2 + modules);
    // A module more at the bottom, where their number is odd.
    for y in (0..modules).step_by(2) {
        text.extend((0..modules).map(|x| match (is_block(x, y), is_block(x, y + 1)) {
            (false, false) => ' ',
            (true, false) => '▀',
            (false, true) => '▄',
            (true, true) => '█',
        }));
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Level, read};

    #[test]
    fn the_blocks_are_the_modules() {
        let symbol = Symbol::encode("https://example.org/", Level::M).unwrap();
        for screen in [Screen::Dark, Screen::Light] {
            let text = terminal(&symbol, screen);
            let lines: Vec<Vec<char>> = text.lines().map(|line| line.chars().collect()).collect();
            assert_eq!((lines.len(), lines[0].len()), (17, 33));
            let is_dark = |x: usize, y: usize| {
                let half = lines[(y + 4) / 2][x + 4];
                let is_block = half == '█' || half == if y.is_multiple_of(2) { '▀' } else { '▄' };
                is_block == (screen == Screen::Light)
            };
            assert_eq!(read(25, is_dark).unwrap().text, "https://example.org/");
            assert!(
                lines[0]
                    .iter()
                    .chain(&lines[16])
                    .all(|c| *c == if screen == Screen::Light { ' ' } else { '█' })
            );
        }
    }
}
