//! Measures only the photos: `photo-makers FOLDER PYTHON [ROUNDS]`. They are drawn into the folder. Not here: the same
//! as rows of `make bench` (`bench`).

use std::path::PathBuf;

use anyhow::Context as _;

fn main() -> anyhow::Result<()> {
    const USAGE: &str = "usage: photo-makers FOLDER PYTHON [ROUNDS]";
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().map(PathBuf::from).context(USAGE)?;
    let python = arguments.next().map(PathBuf::from).context(USAGE)?;
    let rounds = arguments.next().map_or(Ok(3), |rounds| rounds.parse()).context(USAGE)?;
    photo_makers::print(&photo_makers::measure(&folder, &python, rounds)?);
    Ok(())
}
