//! A grid of one's own: a page, its margins, and how many labels are on it. Not here: parsing a form.

use super::grid::{GridError, LabelGrid, Paper};

/// The description of a grid, in micrometres: what margins and gaps leave of the page is divided among the labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeGrid {
    /// The page.
    pub paper: Paper,
    /// Labels beside each other.
    pub columns: u32,
    /// Labels below each other.
    pub rows: u32,
    /// Left and right margin, and the gap between columns.
    pub across: Lengths,
    /// Upper and lower margin, and the gap between rows.
    pub down: Lengths,
}

/// What is not label in a direction, in micrometres.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lengths {
    /// The margin before the first label.
    pub before_um: u32,
    /// The margin after the last one.
    pub after_um: u32,
    /// Between two labels.
    pub gap_um: u32,
}

impl FreeGrid {
    /// The grid.
    ///
    /// # Errors
    /// Something is out of its limits, or does not fit.
    pub fn grid(&self) -> Result<LabelGrid, GridError> {
        let Self { paper, columns, rows, across, down } = *self;
        let wrong =
            [paper.width_um, paper.height_um].into_iter().find(|side| !Paper::SIDES_UM.contains(side));
        if let Some(side) = wrong {
            return Err(GridError::Paper(side));
        }
        if !(1..=LabelGrid::COLUMNS_MAX).contains(&columns) {
            return Err(GridError::Columns(columns));
        }
        if !(1..=LabelGrid::ROWS_MAX).contains(&rows) {
            return Err(GridError::Rows(rows));
        }
        let column = |count| if count == 1 { "column" } else { "columns" };
        let row = |count| if count == 1 { "row" } else { "rows" };
        Ok(LabelGrid {
            paper,
            columns,
            rows,
            left_um: across.before_um,
            top_um: down.before_um,
            label_width_um: share(paper.width_um, columns, across, column(columns), "wide")?,
            label_height_um: share(paper.height_um, rows, down, row(rows), "high")?,
            gap_across_um: across.gap_um,
            gap_down_um: down.gap_um,
        })
    }
}

/// What is left for each of so many labels.
fn share(
    page_um: u32,
    count: u32,
    lengths: Lengths,
    what: &'static str,
    side: &'static str,
) -> Result<u32, GridError> {
    let gaps_um = lengths.gap_um.saturating_mul(count - 1);
    let taken_um = lengths.before_um.saturating_add(lengths.after_um).saturating_add(gaps_um);
    let Some(left_um) = page_um.checked_sub(taken_um).filter(|left| *left > 0) else {
        return Err(GridError::NoRoom { count, what, side, taken_um, page_um });
    };
    let label_um = left_um / count;
    if label_um < LabelGrid::LABEL_MIN_UM {
        return Err(GridError::TooSmall { count, what, side, label_um, page_um });
    }
    Ok(label_um)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn even(before_um: u32, gap_um: u32) -> Lengths {
        Lengths { before_um, after_um: before_um, gap_um }
    }

    fn free(columns: u32, rows: u32, across: Lengths, down: Lengths) -> FreeGrid {
        FreeGrid { paper: Paper::A4, columns, rows, across, down }
    }

    #[test]
    fn what_does_not_fit_is_refused_with_the_numbers() {
        let none = even(0, 0);
        let sentence = |grid: FreeGrid| grid.grid().unwrap_err().to_string();
        assert_eq!(
            sentence(free(3, 8, even(80_000, 30_000), none)),
            "3 columns do not fit: margins and gaps alone take 220 mm of the 210 mm that the page is wide."
        );
        assert_eq!(
            sentence(free(3, 40, none, even(8_500, 0))),
            "40 rows leave 7 mm for each label on a page that is 297 mm high: a label needs at least 10 mm."
        );
        assert_eq!(sentence(free(0, 8, none, none)), "A page has 1 to 50 columns, not 0.");
        assert_eq!(sentence(free(1, 101, none, none)), "A page has 1 to 100 rows, not 101.");
        let strip =
            FreeGrid { paper: Paper { width_um: 9_500, height_um: 100_000 }, ..free(1, 1, none, none) };
        assert_eq!(sentence(strip), "A page is 20 to 1,000 mm wide and high, not 9.5 mm.");
    }

    proptest! {
        #[test]
        fn labels_lie_on_the_page_and_do_not_overlap(
            (width_um, height_um) in (0..1_200_000_u32, 0..1_200_000_u32),
            (columns, rows) in (0..60_u32, 0..120_u32),
            lengths in prop::array::uniform6(prop_oneof![0..40_000_u32, any::<u32>()]),
        ) {
            let [left, right, across, top, bottom, down] = lengths;
            let grid = FreeGrid {
                paper: Paper { width_um, height_um },
                columns,
                rows,
                across: Lengths { before_um: left, after_um: right, gap_um: across },
                down: Lengths { before_um: top, after_um: bottom, gap_um: down },
            };
            let Ok(grid) = grid.grid() else { return Ok(()) };
            let last = grid.label(grid.labels() - 1);
            prop_assert!(last.left_um + last.width_um + right <= width_um);
            prop_assert!(last.top_um + last.height_um + bottom <= height_um);
            // Not a micrometre for each label is lost.
            prop_assert!(last.left_um + last.width_um + right + columns > width_um);
            prop_assert!(last.top_um + last.height_um + bottom + rows > height_um);
            if columns > 1 {
                let [first, second] = [0, 1].map(|place| grid.label(place));
                prop_assert_eq!(first.left_um + first.width_um + across, second.left_um);
                prop_assert_eq!(first.top_um, second.top_um);
            }
        }
    }
}
