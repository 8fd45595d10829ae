//! Measures only the labels: `label-makers FOLDER [ROUNDS]`, from the root of the repository.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

fn main() -> anyhow::Result<()> {
    const USAGE: &str = "usage: label-makers FOLDER [ROUNDS]";
    let mut arguments = std::env::args().skip(1);
    let first = arguments.next().context(USAGE)?;
    let rounds = arguments.next().map_or(Ok(20), |rounds| rounds.parse()).context(USAGE)?;
    if first == "ours" {
        return label_makers::run_ours(rounds);
    }
    let program = std::env::current_exe()?;
    let figures =
        label_makers::measure(&program, Path::new("tools/labels.sh"), &PathBuf::from(first), rounds)?;
    label_makers::print(&figures);
    Ok(())
}
