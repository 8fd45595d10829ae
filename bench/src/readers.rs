//! Our decoder, zxing-cpp, zbar and OpenCV on generated pictures and on those in the folder named by QRATE_CORPUS.
//! Not here: the pictures and the decoders (`bench/readers`).

use std::path::{Path, PathBuf};

use code_readers::{Figures, OURS, answers, figures, pictures, print};

use crate::report::{Better, Row};

/// The decoder that ours has to keep up with.
const BEST: &str = "zxing-cpp";

/// How many pictures each reads, next to the best of the others, and how long ours takes.
pub(crate) fn measure(python: &Path, folder: &Path) -> anyhow::Result<Vec<Row>> {
    let corpus = std::env::var_os("QRATE_CORPUS").map(PathBuf::from);
    let pictures = pictures(folder, corpus.as_deref())?;
    let figures = figures(&pictures, &answers(&pictures, Some(python))?);
    print(&figures);
    let of = |reader: &str, kind: &Option<String>| {
        figures.iter().find(|figures| figures.reader == reader && figures.kind == *kind)
    };
    let mut rows = Vec::new();
    for Figures { kind, pictures, right, .. } in figures.iter().filter(|figures| figures.reader == OURS) {
        let Some(best) = of(BEST, kind) else { continue };
        let name = kind.as_deref().unwrap_or("all");
        let case = format!("pictures read of {pictures}, {name}, beside {BEST}");
        let goal = kind.is_none().then_some(1.0);
        rows.push(Row::times(case, *right as f64, best.right.max(1) as f64, goal));
    }
    if let Some(all) = of(OURS, &None) {
        rows.push(Row::alone("a picture, median", all.median_ms, "ms", Better::Lower, None));
        rows.push(Row::alone("pictures read wrongly", all.wrong as f64, "pictures", Better::Lower, None));
    }
    Ok(rows)
}
