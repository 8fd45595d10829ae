//! Updates the table and the chart in the README of `qr`.

use anyhow::Context as _;
use code_makers::PAYLOADS;

use super::{Figure, Place, among, chart};

const QR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../qr");
const BEGIN: &str = "<!-- speed: written by `tools/bench.sh --only codes --publish` -->\n";
const END: &str = "<!-- speed ends -->";

/// Writes both.
pub(super) fn write(figures: &[Figure]) -> anyhow::Result<()> {
    let readme = format!("{QR}/README.md");
    let text = std::fs::read_to_string(&readme).context(readme.clone())?;
    let (before, rest) = text.split_once(BEGIN).context("the README has no place for the table")?;
    let (_, after) = rest.split_once(END).context("the place for the table has no end")?;
    std::fs::write(&readme, format!("{before}{BEGIN}\n{}{END}{after}", tables(figures)))?;
    std::fs::create_dir_all(format!("{QR}/docs"))?;
    std::fs::write(format!("{QR}/docs/speed.svg"), chart::svg(figures))?;
    Ok(())
}

fn tables(figures: &[Figure]) -> String {
    [
        table(figures, Place::Native, "Text to symbol, µs", |figure| Some(digits(figure.symbol_us))),
        table(figures, Place::Native, "Text to PNG, µs", |figure| Some(digits(figure.png.as_ref()?.us))),
        table(figures, Place::Native, "The PNG, bytes", |figure| {
            Some(format!("{:.0}", figure.png.as_ref()?.bytes))
        }),
        table(figures, Place::Chromium, "Text to SVG path in Chromium, ms", |figure| {
            figure.path_us.map(|us| digits(us / 1e3))
        }),
    ]
    .concat()
}

/// A row for each encoder, a column for each payload.
fn table(figures: &[Figure], place: Place, title: &str, cell: impl Fn(&Figure) -> Option<String>) -> String {
    let names: String = PAYLOADS.iter().map(|payload| format!(" {} |", payload.name)).collect();
    let mut table = format!("| {title} |{names}\n|---|{}\n", "--:|".repeat(PAYLOADS.len()));
    for first in among(figures, place, 0) {
        let of_maker = figures.iter().filter(|figure| figure.place == place && figure.maker == first.maker);
        let cells: String =
            of_maker.map(|figure| format!(" {} |", cell(figure).unwrap_or_default())).collect();
        table += &format!("| {} |{cells}\n", first.maker);
    }
    table + "\n"
}

/// At least two digits.
fn digits(figure: f64) -> String {
    match figure {
        ..0.1 => format!("{figure:.3}"),
        ..1.0 => format!("{figure:.2}"),
        ..100.0 => format!("{figure:.1}"),
        _ => format!("{figure:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::OURS;

    #[test]
    fn a_row_for_each_maker_ours_first() {
        let figure = |maker: &str, payload, symbol_us| {
            let maker = maker.to_owned();
            Figure { place: Place::Native, maker, payload, symbol_us, path_us: None, png: None }
        };
        let figures = [
            figure("peer", 0, 1234.5),
            figure(OURS, 0, 7.25),
            figure("peer", 1, 0.056),
            figure(OURS, 1, 0.5),
        ];
        let table = table(&figures, Place::Native, "Title", |figure| Some(digits(figure.symbol_us)));
        let rows: Vec<&str> = table.lines().skip(2).collect();
        assert_eq!(rows, ["| qr | 7.2 | 0.50 |", "| peer | 1234 | 0.056 |", ""]);
    }
}
