//! The figures as a chart: a bar for each encoder and payload, on a logarithmic scale. Readable on light and dark
//! pages.

use std::fmt::Write as _;

use code_makers::PAYLOADS;

use super::{Figure, OURS, Place, among};

const WIDTH: f64 = 860.0;
/// Where bars begin, and the width of a factor of ten.
const LEFT: f64 = 190.0;
const DECADE: f64 = 100.0;
const DECADES: [&str; 7] = ["1 µs", "10 µs", "100 µs", "1 ms", "10 ms", "100 ms", "1 s"];
const BAR: f64 = 13.0;
const TITLE: f64 = 44.0;
const GAP: f64 = 10.0;

/// Text to symbol natively, and text to path in Chromium.
pub(super) fn svg(figures: &[Figure]) -> String {
    let mut body = String::new();
    let mut y = 0.0;
    panel(&mut body, &mut y, figures, Place::Native, "Text to symbol, level M");
    panel(&mut body, &mut y, figures, Place::Chromium, "Text to SVG path in Chromium");
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" font-family="system-ui, sans-serif" font-size="11">
<title>How long `qr` and its peers take for a code</title>
<style>
text {{ fill: #444 }} .title {{ font-size: 15px; font-weight: 600 }} .ours {{ fill: #0a7d4f; font-weight: 600 }}
.scale {{ stroke: #8886 }} rect {{ fill: #8a94a6 }} rect.ours {{ fill: #12a36b }}
@media (prefers-color-scheme: dark) {{ text {{ fill: #ccc }} .ours {{ fill: #4fd8a0 }} rect.ours {{ fill: #2fbf85 }} }}
</style>
{body}</svg>
"#
    )
}

/// One chart, starting at `y`; `y` moves to its end.
fn panel(body: &mut String, y: &mut f64, figures: &[Figure], place: Place, title: &str) {
    let mut put = |line: String| {
        body.push_str(&line);
        body.push('\n');
    };
    put(format!(r#"<text class="title" x="8" y="{}">{title}</text>"#, *y + 20.0));
    let bars: usize = (0..PAYLOADS.len()).map(|payload| among(figures, place, payload).len()).sum();
    let end = *y + TITLE + bars as f64 * BAR + PAYLOADS.len() as f64 * GAP;
    for (decade, name) in DECADES.iter().enumerate() {
        let x = LEFT + DECADE * decade as f64;
        let top = *y + TITLE;
        put(format!(r#"<path class="scale" d="M{x} {top}V{end}"/>"#));
        put(format!(r#"<text x="{x}" y="{}" text-anchor="middle">{name}</text>"#, top - 6.0));
    }
    *y += TITLE;
    for (i, payload) in PAYLOADS.iter().enumerate() {
        put(format!(r#"<text x="8" y="{}">{}</text>"#, *y + 10.0, payload.name));
        for figure in among(figures, place, i) {
            put(bar(figure, *y));
            *y += BAR;
        }
        *y += GAP;
    }
    *y += GAP;
}

/// An encoder's name, its bar, and its figure.
fn bar(figure: &Figure, y: f64) -> String {
    let us = figure.path_us.unwrap_or(figure.symbol_us);
    let length = (DECADE * us.log10()).max(1.0);
    let class = if figure.maker == OURS { r#" class="ours""# } else { "" };
    let shown = if us >= 1000.0 { format!("{:.1} ms", us / 1000.0) } else { format!("{us:.0} µs") };
    let mut bar = String::new();
    let _ = write!(
        bar,
        r#"<text{class} x="{}" y="{}" text-anchor="end">{}</text>"#,
        LEFT - 6.0,
        y + 10.0,
        figure.maker
    );
    let _ = write!(
        bar,
        r#"<rect{class} x="{LEFT}" y="{}" width="{length:.1}" height="{}"/>"#,
        y + 1.0,
        BAR - 2.0
    );
    let _ = write!(bar, r#"<text{class} x="{:.1}" y="{}">{shown}</text>"#, LEFT + length + 5.0, y + 10.0);
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_for_each_figure_ten_times_as_long_a_time_one_decade_longer() {
        let figure = |maker: &str, symbol_us| {
            let maker = maker.to_owned();
            Figure { place: Place::Native, maker, payload: 0, symbol_us, path_us: None, png: None }
        };
        let chart = svg(&[figure("peer", 1000.0), figure(OURS, 100.0)]);
        let bars: Vec<&str> = chart.lines().filter(|line| line.contains("<rect")).collect();
        assert_eq!(bars.len(), 2);
        assert!(bars[0].contains(r#"class="ours""#) && bars[0].contains(r#"width="200.0""#), "{}", bars[0]);
        assert!(bars[1].contains(r#"width="300.0""#) && bars[1].contains("1.0 ms"), "{}", bars[1]);
    }
}
