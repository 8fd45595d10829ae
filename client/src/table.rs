//! Tables for people: columns as wide as what is in them, cut to the terminal. Cells are visible text already
//! (`shown`). Not here: where they are written (`console`).

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// A column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    pub(crate) title: &'static str,
    pub(crate) align: Align,
}

/// How its cells are placed, and whether they may be cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
    /// To the left, and cut when the terminal is too narrow.
    Cut,
}

/// Between two columns.
const GAP: &str = "  ";
/// Columns are not cut further than this.
const CUT_MIN: usize = 8;

/// A table whose rows come in pages: the first page decides how wide its columns are.
#[derive(Debug)]
pub(crate) struct Table {
    columns: &'static [Column],
    widths: Vec<usize>,
}

impl Table {
    /// One for these rows and similar ones. `room` is the width of the terminal; elsewhere nothing is cut.
    pub(crate) fn of(columns: &'static [Column], rows: &[Vec<String>], room: Option<usize>) -> Self {
        let cells = |at: usize| rows.iter().map(move |row| row[at].width());
        let widest = |(at, column): (usize, &Column)| cells(at).max().unwrap_or(0).max(column.title.width());
        let mut widths: Vec<usize> = columns.iter().enumerate().map(widest).collect();
        if let Some(room) = room {
            fit(columns, &mut widths, room);
        }
        Self { columns, widths }
    }

    /// The titles.
    pub(crate) fn head(&self) -> String {
        self.line(self.columns.iter().map(|column| column.title))
    }

    /// A row.
    pub(crate) fn row(&self, cells: &[String]) -> String {
        self.line(cells.iter().map(String::as_str))
    }

    fn line<'a>(&self, cells: impl Iterator<Item = &'a str>) -> String {
        let placed = cells.zip(self.columns).zip(&self.widths).map(|((cell, column), width)| {
            let cell = if column.align == Align::Cut { cut(cell, *width) } else { cell.to_owned() };
            let space = " ".repeat(width.saturating_sub(cell.width()));
            if column.align == Align::Right { space + &cell } else { cell + &space }
        });
        placed.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
    }
}

/// Narrows the columns that may be cut, the widest first, until the line fits or all of them are narrow.
fn fit(columns: &[Column], widths: &mut [usize], room: usize) {
    let gaps = GAP.len() * columns.len().saturating_sub(1);
    let mut excess = (widths.iter().sum::<usize>() + gaps).saturating_sub(room);
    while excess > 0 {
        let cuttable = |at: &usize| columns[*at].align == Align::Cut;
        let widest = (0..widths.len()).filter(cuttable).max_by_key(|at| widths[*at]);
        let Some(widest) = widest.filter(|at| widths[*at] > CUT_MIN) else { return };
        widths[widest] -= 1;
        excess -= 1;
    }
}

/// The text in at most so many columns; what is cut off is an ellipsis.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut shown = String::new();
    let mut left = width.saturating_sub(1);
    for c in text.chars() {
        let Some(rest) = left.checked_sub(c.width().unwrap_or(0)) else { break };
        left = rest;
        shown.push(c);
    }
    shown.push('…');
    shown
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COLUMNS: &[Column] = &[
        Column { title: "ID", align: Align::Right },
        Column { title: "NAME", align: Align::Cut },
        Column { title: "KIND", align: Align::Left },
        Column { title: "CONTENT", align: Align::Cut },
    ];

    fn row(cells: [&str; 4]) -> Vec<String> {
        cells.map(str::to_owned).to_vec()
    }

    #[test]
    fn columns_are_aligned() {
        let rows = [row(["1", "日本", "code", "a"]), row(["12", "", "photo", ""])];
        let table = Table::of(COLUMNS, &rows, None);
        assert_eq!(table.head(), "ID  NAME  KIND   CONTENT");
        assert_eq!(table.row(&rows[0]), " 1  日本  code   a");
        assert_eq!(table.row(&rows[1]), "12        photo");
    }

    #[test]
    fn wide_columns_are_cut_to_the_terminal_and_no_others() {
        let rows = [row(["1", &"n".repeat(20), "code", &"c".repeat(100)])];
        let table = Table::of(COLUMNS, &rows, Some(50));
        let line = table.row(&rows[0]);
        assert_eq!(line.width(), 50);
        assert_eq!(line, format!(" 1  {}…  code  {}…", "n".repeat(18), "c".repeat(18)));
        let narrow = Table::of(COLUMNS, &rows, Some(3)).row(&rows[0]);
        assert_eq!(narrow, format!(" 1  {}…  code  {}…", "n".repeat(7), "c".repeat(7)));
    }

    proptest! {
        #[test]
        fn cut_text_fits(text in "\\PC*", width in 1_usize..40) {
            let shown = cut(&text, width);
            prop_assert!(shown.width() <= width);
            prop_assert!(shown == text || text.starts_with(shown.strip_suffix('…').unwrap()));
        }
    }
}
