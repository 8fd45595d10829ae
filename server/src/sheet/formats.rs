//! The formats of labels as they are offered. Not here: their dimensions (`qr::sheet`).

use app::label_sheet::FormatGroup;
use qr::sheet::{FORMATS, LabelFormat, Paper};

/// The formats by the size of their page, each with the size of a label and how many there are on a page.
pub(super) fn groups() -> Vec<FormatGroup> {
    let of = |paper: Paper| FORMATS.iter().filter(move |format| format.grid.paper == paper);
    let words = |format: &LabelFormat| {
        let LabelFormat { title, size, grid, .. } = format;
        format!("{title}: {size}, {} × {}", grid.columns, grid.rows)
    };
    [(Paper::A4, "A4"), (Paper::LETTER, "Letter")]
        .into_iter()
        .map(|(paper, name)| FormatGroup {
            paper: name,
            formats: of(paper).map(|format| (format.id, words(format))).collect(),
        })
        .collect()
}

/// The smallest labels on the same page that are at least as large.
pub(super) fn large_enough(paper: Paper, (width_um, height_um): (u32, u32)) -> Option<&'static str> {
    let fits = |format: &&LabelFormat| {
        let grid = format.grid;
        grid.paper == paper && grid.label_width_um >= width_um && grid.label_height_um >= height_um
    };
    let area = |format: &&LabelFormat| {
        u64::from(format.grid.label_width_um) * u64::from(format.grid.label_height_um)
    };
    FORMATS.iter().filter(fits).min_by_key(area).map(|format| format.title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_offered_once() {
        let groups = groups();
        assert_eq!(groups.iter().map(|group| group.formats.len()).sum::<usize>(), FORMATS.len());
        assert!(
            groups[0].formats.contains(&("avery-l7160", "Avery L7160: 63.5 × 38.1 mm, 3 × 7".to_owned()))
        );
    }

    #[test]
    fn next_larger_format_is_found() {
        assert_eq!(large_enough(Paper::A4, (35_000, 35_000)), Some("Avery L7120"));
        assert_eq!(large_enough(Paper::A4, (35_001, 35_000)), Some("Avery L7160"));
        assert_eq!(large_enough(Paper::LETTER, (60_000, 60_000)), Some("Avery 3111"));
        assert_eq!(large_enough(Paper::A6, (10_000, 10_000)), None);
    }
}
