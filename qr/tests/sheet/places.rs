//! Where the labels and the codes are in the file.

use qr::sheet::{FORMATS, Rectangle, Sheet, SheetPdf};
use qr::{Drawing, Level, Style, Symbol};

use super::{Pdf, printed, sheet};

/// A hundredth of a millimetre: far less than any printer feeds precisely.
const TOLERANCE_MM: f64 = 0.01;

fn mm(um: u32) -> f64 {
    f64::from(um) / 1000.0
}

/// The numbers before each operator of a page.
fn operands<'a>(content: &'a str, operator: &str) -> Vec<Vec<f64>> {
    let lines = content.split('\n').filter_map(|line| line.split_once(operator).map(|(before, _)| before));
    let numbers = |before: &'a str| before.split(' ').filter_map(|number| number.parse().ok()).collect();
    lines.map(numbers).collect()
}

#[test]
fn edges_of_all_labels_are_where_each_format_has_them() {
    for format in &FORMATS {
        let (_, pdf) = printed(Sheet { has_edges: true, ..sheet(format.id, None) }, &[("A", "", "")]);
        let grid = format.grid;
        let (width, height) = pdf.page_size();
        let point_mm = 25.4 / 72.0;
        assert!((width * point_mm - mm(grid.paper.width_um)).abs() < 0.001, "{}", format.id);
        assert!((height * point_mm - mm(grid.paper.height_um)).abs() < 0.001, "{}", format.id);
        let content = pdf.page_content(0);
        // Millimetres from the upper left corner, downwards.
        let scale = &operands(content, " cm")[0];
        assert!((scale[0] * point_mm - 1.0).abs() < 1e-6 && scale[0] == -scale[3], "{scale:?}");
        assert!((scale[5] - height).abs() < 1e-9, "{scale:?}");
        let edges = operands(content, " re S");
        assert_eq!(edges.len(), grid.labels() as usize, "{}", format.id);
        for (place, edge) in edges.iter().enumerate() {
            // Counted from the margins, not as the grid does it.
            let place = u32::try_from(place).unwrap();
            let (column, row) = (f64::from(place % grid.columns), f64::from(place / grid.columns));
            let across = mm(grid.label_width_um) + mm(grid.gap_across_um);
            let down = mm(grid.label_height_um) + mm(grid.gap_down_um);
            let expected = [
                mm(grid.left_um) + column * across,
                mm(grid.top_um) + row * down,
                mm(grid.label_width_um),
                mm(grid.label_height_um),
            ];
            for (found, expected) in edge.iter().zip(expected) {
                assert!((found - expected).abs() < TOLERANCE_MM, "{}: {place}: {edge:?}", format.id);
            }
        }
        let last = edges.last().unwrap();
        let right = mm(grid.paper.width_um) - last[0] - last[2];
        let bottom = mm(grid.paper.height_um) - last[1] - last[3];
        assert!((right - mm(grid.left_um)).abs() < TOLERANCE_MM, "{}: {right}", format.id);
        assert!((bottom - mm(grid.top_um)).abs() < TOLERANCE_MM, "{}: {bottom}", format.id);
    }
}

#[test]
fn every_code_is_in_the_middle_of_its_label_and_as_large_as_it_allows() {
    for format in &FORMATS {
        let labels = format.grid.labels() as usize;
        let texts: Vec<String> = (0..labels + 1).map(|n| n.to_string()).collect();
        let codes: Vec<_> = texts.iter().map(|text| (&**text, "", "")).collect();
        let (_, pdf) = printed(sheet(format.id, None), &codes);
        assert_eq!(pdf.page_count(), 2);
        let content = pdf.page_content(0);
        let placed = operands(content, " cm /C");
        assert_eq!(placed.len(), labels, "{}", format.id);
        for (place, code) in placed.iter().enumerate() {
            let label = format.grid.label(u32::try_from(place).unwrap());
            let Rectangle { left_um, top_um, width_um, height_um } = label;
            // 21 modules and 8 of quiet zone.
            let side = code[0] * 29.0;
            let margin = (mm(width_um.min(height_um)) - side) / 2.0;
            assert!((0.39..=1.51).contains(&margin), "{}: {margin}", format.id);
            let middle = (code[4] + side / 2.0, code[5] + side / 2.0);
            assert!((middle.0 - mm(left_um) - mm(width_um) / 2.0).abs() < TOLERANCE_MM, "{}", format.id);
            assert!((middle.1 - mm(top_um) - mm(height_um) / 2.0).abs() < TOLERANCE_MM, "{}", format.id);
        }
    }
}

#[test]
fn used_labels_stay_free_and_copies_follow_each_other() {
    let begun = Sheet { used: 19, copies: 3, ..sheet("avery-l7160", None) };
    let (_, pdf) = printed(begun.clone(), &[("one", "", ""), ("two", "", "")]);
    assert_eq!((pdf.page_count(), begun.pages(6)), (2, 2));
    let places = |page| operands(pdf.page_content(page), " cm /C").len();
    assert_eq!((places(0), places(1)), (2, 4));
    let first = &operands(pdf.page_content(0), " cm /C")[0];
    assert!(first[4] > 66.0 && first[5] > 240.0, "the second label of the last row: {first:?}");
    assert_eq!(pdf.count("/Subtype/Form"), 2, "a code is drawn once");
    assert_eq!((begun.pages(0), begun.pages(2), begun.pages(3), begun.pages(23)), (0, 1, 2, 2));
}

#[test]
fn same_labels_are_the_same_bytes_and_a_logo_is_in_them_once() {
    let codes = [
        ("https://example.org/", "shape=dots&ink=7f1d1d&gradient=radial&ink-2=1e3a8a", "Größe 24 €"),
        ("A logo", "shape=rounded&logo=qrate", "日本"),
        ("Another", "logo=qrate&frame=badge&caption=Scan", "#3"),
    ];
    let sheet = || sheet("avery-l7160", Some(qr::sheet::WordLines::Two));
    let (bytes, pdf) = printed(sheet(), &codes);
    assert!(bytes == printed(sheet(), &codes).0);
    assert_eq!(pdf.count("/SMask"), 1);
    assert!(!String::from_utf8_lossy(&bytes).contains("/CreationDate"));
}

#[test]
fn code_that_would_not_scan_is_not_printed() {
    let symbol = Symbol::encode(&"a".repeat(400), Level::M).unwrap();
    let style = Style::default();
    let drawing = Drawing::new(&symbol, &style, None).unwrap();
    let modules = qr::picture_modules(symbol.version(), &style).unwrap();
    let mut pdf = SheetPdf::new(sheet("avery-l7651", None));
    assert!(!pdf.add(&drawing, ""));
    let pdf = Pdf::read(&pdf.finish());
    assert_eq!((pdf.page_count(), pdf.count("/Subtype/Form")), (1, 0));
    let (width_um, _) = qr::sheet::LabelLayout::needed_um(modules);
    let smallest_um = qr::smallest_print_mm(&symbol) * 1000;
    assert!((smallest_um..smallest_um + 3_000).contains(&width_um), "{width_um}");
}
