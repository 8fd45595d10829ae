//! Compares only the decoders: `code-readers FOLDER [PYTHON]`. The pictures are drawn into the folder; without a
//! Python that has the others, only ours reads them. The folder also receives what each one read. Not here: the same
//! as rows of `make bench` (`bench`).

use std::path::PathBuf;

use anyhow::Context as _;
use code_readers::{answers, figures, pictures, print, said};

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let folder = arguments.next().context("usage: code-readers FOLDER [PYTHON]")?;
    let corpus = std::env::var_os("QRATE_CORPUS").map(PathBuf::from);
    let pictures = pictures(&folder, corpus.as_deref())?;
    let answers = answers(&pictures, arguments.next().as_deref())?;
    std::fs::write(folder.join("answers.json"), serde_json::to_vec_pretty(&said(&pictures, &answers))?)?;
    print(&figures(&pictures, &answers));
    Ok(())
}
