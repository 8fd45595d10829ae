//! `qrate sheet`: codes on pages of labels, as a PDF.

use std::path::{Path as FilePath, PathBuf};

use domain::grouped;
use hyper::header::{ACCEPT, CONTENT_DISPOSITION, HeaderName, HeaderValue};

use super::entry_id::EntryId;
use crate::api::{Call, Path, ServerArgs, Trouble};
use crate::console::Console;
use crate::failure::Failure;
use crate::new_file::{NewFile, proposed_name};
use crate::progress::Progress;

/// The arguments of `sheet`.
#[derive(Debug, clap::Args)]
pub struct SheetArgs {
    /// Numbers of the entries, in order; without any, all that match.
    #[arg(value_name = "ID", conflicts_with_all = ["labels", "search", "sort"])]
    ids: Vec<EntryId>,
    /// Only entries with this label; repeated, with all of them.
    #[arg(long = "label", value_name = "LABEL")]
    labels: Vec<String>,
    /// Only entries with all of these words in their name, text, number, file name or labels.
    #[arg(long, short, value_name = "WORDS")]
    search: Option<String>,
    /// The order; with a minus sign before it, the largest comes first.
    #[arg(
        long,
        value_name = "ORDER",
        allow_hyphen_values = true,
        value_parser = ["number", "-number", "name", "-name", "time", "-time", "size", "-size"]
    )]
    sort: Option<String>,
    /// The labels, such as avery-l7160, herma-4272 or avery-5160; or free for a grid of your own.
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// What stands beside or below a code.
    #[arg(long, value_name = "WHAT", value_parser = ["none", "name", "number", "text"])]
    words: Option<String>,
    /// On how many labels each code is printed.
    #[arg(long, value_name = "N")]
    copies: Option<u32>,
    /// How many labels of the first page are used up.
    #[arg(long, value_name = "N")]
    used: Option<u32>,
    /// Draw the edges of the labels.
    #[arg(long)]
    edges: bool,
    /// A length in millimetres or a number of the grid, such as columns=4, rows=10, left=8.5 or paper=letter.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = grid_field)]
    grid: Vec<(&'static str, String)>,
    /// File to write; "-" is standard output. Without it, the server proposes a name in the current folder.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace an existing file.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    server: ServerArgs,
}

/// What describes a grid of one's own.
const GRID: [&str; 11] =
    ["paper", "width", "height", "columns", "rows", "left", "right", "top", "bottom", "across", "down"];

/// The header with the number of entries that are not printed.
const LEFT_OUT: HeaderName = HeaderName::from_static("qrate-left-out");

fn grid_field(text: &str) -> Result<(&'static str, String), String> {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let known = GRID.into_iter().find(|known| *known == name);
    let known = known.ok_or_else(|| format!("a grid has {}", GRID.join(", ")))?;
    Ok((known, value.to_owned()))
}

pub(super) async fn sheet(args: SheetArgs, console: &Console) -> Result<(), Failure> {
    let to_stdout = args.output.as_deref() == Some(FilePath::new("-"));
    if to_stdout && console.is_terminal {
        return Err(Failure::usage("A sheet is not for a terminal: write it into a file (-o FILE)."));
    }
    let named = args.output.clone().filter(|output| !to_stdout && !output.is_dir());
    // Before anything is asked for, so that a wrong name costs nothing.
    let begun = named.map(|file| NewFile::create(&file, args.force)).transpose()?;
    let api = args.server.api(console)?;
    let call = Call::get(api.in_space(&path(&args))).with(ACCEPT, HeaderValue::from_static("*/*"));
    let mut answer = api.file(&call).await?;
    let left_out = answer.header(LEFT_OUT).and_then(|count| count.parse::<u64>().ok()).unwrap_or(0);
    if left_out > 0 {
        console.hint(&format!("entries without a code that fits, left out: {}", grouped(left_out)));
    }
    if to_stdout {
        while let Some(bytes) = answer.next().await.map_err(Trouble::into_failure)? {
            console.write(&bytes)?;
        }
        return Ok(());
    }
    let mut file = match begun {
        Some(file) => file,
        None => {
            let proposed = answer.header(CONTENT_DISPOSITION).and_then(proposed_name);
            let folder = args.output.as_deref().unwrap_or(FilePath::new(""));
            NewFile::create(&folder.join(proposed.unwrap_or_else(|| "labels.pdf".to_owned())), args.force)?
        }
    };
    let progress = Progress::of_bytes("sheet", None);
    while let Some(bytes) = answer.next().await.map_err(Trouble::into_failure)? {
        file.write(&bytes)?;
        progress.add(bytes.len());
    }
    drop(progress);
    let name = file.keep()?;
    console.report(&name)
}

fn path(args: &SheetArgs) -> Path {
    let mut path = Path::new("sheet")
        .with_some("q", args.search.as_deref())
        .with_some("sort", args.sort.as_deref())
        .with_some("format", args.format.as_deref())
        .with_some("words", args.words.as_deref())
        .with_some("copies", args.copies)
        .with_some("used", args.used)
        .with_some("edges", args.edges.then_some("on"));
    for label in &args.labels {
        path = path.with("label", label);
    }
    for EntryId(id) in &args.ids {
        path = path.with("id", id);
    }
    for (name, value) in &args.grid {
        path = path.with(name, value);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_fields_of_a_grid_are_set() {
        assert_eq!(grid_field("left=8.5"), Ok(("left", "8.5".to_owned())));
        assert_eq!(grid_field("paper"), Ok(("paper", String::new())));
        assert!(grid_field("colour=red").is_err_and(|why| why.starts_with("a grid has paper, width, ")));
    }
}
