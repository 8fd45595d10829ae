//! `qrate get`: downloads a file.

use std::path::{Path as FilePath, PathBuf};

use hyper::header::{ACCEPT, CONTENT_DISPOSITION, HeaderValue};

use super::draw::Format;
use super::entry_id::EntryId;
use crate::api::{Call, Download, Path, ServerArgs, Trouble};
use crate::console::Console;
use crate::failure::Failure;
use crate::new_file::{NewFile, proposed_name};
use crate::progress::Progress;
use crate::shown::is_plain;

/// The arguments of `get`.
#[derive(Debug, clap::Args)]
pub struct GetArgs {
    /// Number of the entry.
    #[arg(value_name = "ID")]
    id: EntryId,
    /// File or folder to write to; "-" is standard output. Without it, the server proposes a name in the current
    /// folder.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Draw the code in this format, instead of the stored file.
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: Option<Format>,
    /// Width in pixels of a code as PNG.
    #[arg(long, value_name = "PIXELS", value_parser = clap::value_parser!(u32).range(1..))]
    size: Option<u32>,
    /// A picture made of a photo, instead of the original.
    #[arg(long, value_name = "WHICH", value_enum, conflicts_with_all = ["format", "size"])]
    picture: Option<DerivedPicture>,
    /// Replace an existing file.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    server: ServerArgs,
}

/// A picture made of a photo.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum DerivedPicture {
    /// As in the listing.
    Thumbnail,
    /// Large enough for a screen.
    View,
    /// What its recipe makes of it.
    Result,
}

/// What a terminal shows at most.
const SHOWN_MAX_BYTES: usize = 256 * 1024;

pub(super) async fn get(args: GetArgs, console: &Console) -> Result<(), Failure> {
    let to_stdout = args.output.as_deref() == Some(FilePath::new("-"));
    let named = args.output.clone().filter(|output| !to_stdout && !output.is_dir());
    // Before anything is asked for, so that a wrong name costs nothing.
    let begun = named.map(|file| NewFile::create(&file, args.force)).transpose()?;
    let api = args.server.api(console)?;
    let call = Call::get(api.in_space(&path(&args))).with(ACCEPT, HeaderValue::from_static("*/*"));
    let answer = api.file(&call).await?;
    if to_stdout {
        return if console.is_terminal { show(answer, console).await } else { pass(answer, console).await };
    }
    let mut file = match begun {
        Some(file) => file,
        None => {
            let folder = args.output.as_deref().unwrap_or(FilePath::new(""));
            NewFile::create(&folder.join(name(&answer, &args)), args.force)?
        }
    };
    save(answer, &mut file, args.id.0).await?;
    let name = file.keep()?;
    console.report(&name)
}

fn path(args: &GetArgs) -> Path {
    let below = match args.picture {
        None => "/file",
        Some(DerivedPicture::Thumbnail) => "/thumbnail",
        Some(DerivedPicture::View) => "/view",
        Some(DerivedPicture::Result) => "/result",
    };
    let format = args.format.or(args.size.map(|_| Format::Png)).map(Format::extension);
    Path::of_entry(args.id.0, below).with_some("format", format).with_some("size", args.size)
}

/// The proposed name, or one of our own.
fn name(answer: &Download, args: &GetArgs) -> String {
    let proposed = answer.header(CONTENT_DISPOSITION).and_then(proposed_name);
    proposed.unwrap_or_else(|| {
        let extension = args.format.map(|format| format!(".{}", format.extension())).unwrap_or_default();
        format!("entry-{}{extension}", args.id.0)
    })
}

async fn save(mut answer: Download, file: &mut NewFile, id: u64) -> Result<(), Failure> {
    let progress = Progress::of_bytes(&format!("entry {id}"), answer.size_bytes());
    while let Some(bytes) = answer.next().await.map_err(Trouble::into_failure)? {
        file.write(&bytes)?;
        progress.add(bytes.len());
    }
    Ok(())
}

/// To another program, or where the shell says.
async fn pass(mut answer: Download, console: &Console) -> Result<(), Failure> {
    while let Some(bytes) = answer.next().await.map_err(Trouble::into_failure)? {
        console.write(&bytes)?;
    }
    Ok(())
}

/// To a terminal: only text that does nothing to it.
async fn show(mut answer: Download, console: &Console) -> Result<(), Failure> {
    let refused = || {
        Failure::usage(
            "This is not text, so it cannot be shown in a terminal: write it into a file (-o FILE), or pipe it elsewhere.",
        )
    };
    let mut text = Vec::new();
    while let Some(bytes) = answer.next().await.map_err(Trouble::into_failure)? {
        text.extend_from_slice(&bytes);
        if text.len() > SHOWN_MAX_BYTES {
            return Err(refused());
        }
    }
    let text = String::from_utf8(text).ok().filter(|text| is_plain(text)).ok_or_else(refused)?;
    console.line(text.strip_suffix('\n').unwrap_or(&text))
}
