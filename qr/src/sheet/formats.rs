//! Labels that are sold: their dimensions as their makers publish them, in templates for word processors and on packages.
//! Listed are only those whose columns, rows, gaps and margins make the whole page.
//!
//! Not here: labels on which no code scans, such as those of 25.4 × 10 mm.

use super::grid::{LabelGrid, Paper};

/// A format of labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelFormat {
    /// Its name in addresses: `avery-l7160`.
    pub id: &'static str,
    /// Its name for people: maker and number.
    pub title: &'static str,
    /// The size of a label as it stands on the package.
    pub size: &'static str,
    /// Where the labels are.
    pub grid: LabelGrid,
}

impl LabelFormat {
    /// The format with this name.
    pub fn named(id: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.id == id)
    }
}

/// The formats: by page, the smallest labels first.
pub const FORMATS: [LabelFormat; 26] = [
    a4(
        "avery-l4732",
        "Avery L4732",
        "35.6 × 16.9 mm",
        (5, 16),
        (35_600, 16_900),
        (11_000, 13_300),
        (2_500, 0),
    ),
    a4(
        "avery-l7651",
        "Avery L7651",
        "38.1 × 21.2 mm",
        (5, 13),
        (38_100, 21_200),
        (4_750, 10_700),
        (2_500, 0),
    ),
    a4("herma-4270", "Herma 4270", "38.1 × 21.2 mm", (5, 13), (38_100, 21_200), (9_750, 10_700), (0, 0)),
    a4(
        "avery-l7654",
        "Avery L7654",
        "45.7 × 25.4 mm",
        (4, 10),
        (45_700, 25_400),
        (9_790, 21_500),
        (2_540, 0),
    ),
    a4("avery-l7120", "Avery L7120", "35 × 35 mm", (5, 7), (35_000, 35_000), (7_500, 11_000), (5_000, 5_000)),
    a4("herma-4272", "Herma 4272", "48.3 × 25.4 mm", (4, 11), (48_300, 25_400), (8_400, 8_800), (0, 0)),
    a4("avery-l7159", "Avery L7159", "63.5 × 33.9 mm", (3, 8), (63_500, 33_900), (7_210, 12_900), (2_540, 0)),
    a4("avery-3658", "Avery 3658", "64.6 × 33.8 mm", (3, 8), (64_600, 33_800), (8_100, 13_300), (0, 0)),
    a4("herma-4614", "Herma 4614", "66 × 33.8 mm", (3, 8), (66_000, 33_800), (6_000, 13_300), (0, 0)),
    a4("avery-l7160", "Avery L7160", "63.5 × 38.1 mm", (3, 7), (63_500, 38_100), (7_210, 15_150), (2_540, 0)),
    a4("avery-3475", "Avery 3475", "70 × 36 mm", (3, 8), (70_000, 36_000), (0, 4_500), (0, 0)),
    a4("herma-4464", "Herma 4464", "70 × 37 mm", (3, 8), (70_000, 37_125), (0, 0), (0, 0)),
    a4("avery-l7161", "Avery L7161", "63.5 × 46.6 mm", (3, 6), (63_500, 46_600), (7_210, 8_700), (2_540, 0)),
    a4("avery-l7162", "Avery L7162", "99.1 × 33.9 mm", (2, 8), (99_100, 33_900), (4_650, 12_900), (2_500, 0)),
    a4("avery-l7163", "Avery L7163", "99.1 × 38.1 mm", (2, 7), (99_100, 38_100), (4_650, 15_150), (2_500, 0)),
    a4("avery-l7164", "Avery L7164", "63.5 × 72 mm", (3, 4), (63_500, 72_000), (7_210, 4_500), (2_540, 0)),
    a4("avery-l7165", "Avery L7165", "99.1 × 67.7 mm", (2, 4), (99_100, 67_700), (4_650, 13_100), (2_500, 0)),
    a4("avery-l7169", "Avery L7169", "99.1 × 139 mm", (2, 2), (99_100, 139_000), (4_650, 9_500), (2_500, 0)),
    letter("avery-5167", "Avery 5167", "1¾ × ½ in", (4, 20), (44_450, 12_700), (7_144, 12_700), (7_937, 0)),
    letter("avery-5160", "Avery 5160", "2⅝ × 1 in", (3, 10), (66_675, 25_400), (4_762, 12_700), (3_175, 0)),
    letter("avery-5161", "Avery 5161", "4 × 1 in", (2, 10), (101_600, 25_400), (3_969, 12_700), (4_762, 0)),
    letter("avery-5162", "Avery 5162", "4 × 1⅓ in", (2, 7), (101_600, 33_867), (3_969, 21_166), (4_762, 0)),
    letter(
        "avery-3111",
        "Avery 3111",
        "2½ × 2½ in",
        (3, 3),
        (63_500, 63_500),
        (7_938, 31_750),
        (4_762, 12_700),
    ),
    letter("avery-5371", "Avery 5371", "3½ × 2 in", (2, 5), (88_900, 50_800), (19_050, 12_700), (0, 0)),
    letter("avery-5163", "Avery 5163", "4 × 2 in", (2, 5), (101_600, 50_800), (3_969, 12_700), (4_762, 0)),
    letter("avery-5164", "Avery 5164", "4 × 3⅓ in", (2, 3), (101_600, 84_667), (3_969, 12_700), (4_762, 0)),
];

type Pair = (u32, u32);

const fn a4(
    id: &'static str,
    title: &'static str,
    size: &'static str,
    counts: Pair,
    label: Pair,
    first: Pair,
    gaps: Pair,
) -> LabelFormat {
    LabelFormat { id, title, size, grid: grid(Paper::A4, counts, label, first, gaps) }
}

const fn letter(
    id: &'static str,
    title: &'static str,
    size: &'static str,
    counts: Pair,
    label: Pair,
    first: Pair,
    gaps: Pair,
) -> LabelFormat {
    LabelFormat { id, title, size, grid: grid(Paper::LETTER, counts, label, first, gaps) }
}

const fn grid(
    paper: Paper,
    (columns, rows): Pair,
    (label_width_um, label_height_um): Pair,
    (left_um, top_um): Pair,
    (gap_across_um, gap_down_um): Pair,
) -> LabelGrid {
    LabelGrid {
        paper,
        columns,
        rows,
        left_um,
        top_um,
        label_width_um,
        label_height_um,
        gap_across_um,
        gap_down_um,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Inches in sixteenths and thirds are no whole micrometres.
    const ROUNDING_UM: u32 = 2;

    #[test]
    fn margins_labels_and_gaps_make_the_whole_page() {
        for LabelFormat { id, grid, .. } in &FORMATS {
            let across = 2 * grid.left_um
                + grid.columns * grid.label_width_um
                + (grid.columns - 1) * grid.gap_across_um;
            let down =
                2 * grid.top_um + grid.rows * grid.label_height_um + (grid.rows - 1) * grid.gap_down_um;
            assert!(across.abs_diff(grid.paper.width_um) <= ROUNDING_UM, "{id}: {across}");
            assert!(down.abs_diff(grid.paper.height_um) <= ROUNDING_UM, "{id}: {down}");
        }
    }

    #[test]
    fn sizes_are_those_of_the_package() {
        for format in &FORMATS {
            let (size, unit_um) = match format.size.strip_suffix(" mm") {
                Some(size) => (size, 1_000.0),
                None => (format.size.strip_suffix(" in").unwrap(), 25_400.0),
            };
            let (width, height) = size.split_once(" × ").unwrap();
            for (text, um) in [(width, format.grid.label_width_um), (height, format.grid.label_height_um)] {
                let parts = text.chars().map(|c| match c {
                    '¾' => 0.75,
                    '½' => 0.5,
                    '⅓' => 1.0 / 3.0,
                    '⅝' => 0.625,
                    _ => 0.0,
                });
                let whole = text.trim_matches(|c: char| !c.is_ascii_digit()).parse::<f64>().unwrap_or(0.0);
                let value = (whole + parts.sum::<f64>()) * unit_um;
                // Herma rounds an eighth of a millimetre away.
                assert!((value - f64::from(um)).abs() <= 125.0, "{}: {value}", format.id);
            }
        }
    }

    #[test]
    fn names_are_unique_and_safe_in_addresses() {
        for (place, format) in FORMATS.iter().enumerate() {
            let is_safe = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(format.id.chars().all(is_safe), "{}", format.id);
            assert_eq!(LabelFormat::named(format.id), Some(format));
            assert!(
                FORMATS[..place].iter().all(|other| other.id != format.id && other.title != format.title)
            );
        }
    }
}
