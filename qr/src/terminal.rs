//! Symbol to text for a terminal: two modules per character, one above the other.

use crate::{QUIET_ZONE_MODULES, Symbol};

/// The colours of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// Light text on dark: blocks are light modules.
    Dark,
    /// Dark text on light: blocks are dark modules.
    Light,
}

/// The symbol with its quiet zone, in lines of half blocks (U+2580, U+2584, U+2588), for fonts twice as high as wide,
/// like those of terminals.
pub fn terminal(symbol: &Symbol, screen: Screen) -> String {
    let modules = symbol.width() + 2 * QUIET_ZONE_MODULES;
    let is_block = |x: usize, y: usize| {
        let inside = |at: usize| at.checked_sub(QUIET_ZONE_MODULES).filter(|at| *at < symbol.width());
        let is_dark = inside(x).zip(inside(y)).is_some_and(|(x, y)| symbol.is_dark(x, y));
        is_dark == (screen == Screen::Light)
    };
    let mut text = String::with_capacity(3 * modules * modules / 2 + modules);
    // One more row of modules at the bottom, when their number is odd.
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
    fn half_blocks_equal_the_modules() {
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
