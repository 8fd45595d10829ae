//! `qrate import`

use std::io::Write as _;
use std::os::fd::AsFd as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Error};
use gallery::transfer::{from_bucket, import as import_gallery};
use tokio::fs::File;
use tokio::io::BufReader;

use super::counted::counted;
use super::print::print;
use crate::config::StorageArgs;
use crate::grants::of_operator;
use crate::storage::Storage;

/// What to do after an interrupted import.
const AGAIN: &str = "the import was interrupted. Once the cause is fixed, run the same import again: it continues where it \
                     stopped. Do not start the server before: it would make new entries of the objects that are in the \
                     bucket already";

#[derive(Debug, clap::Args)]
pub(super) struct ImportArgs {
    /// File that "qrate export" wrote; "-" is standard input.
    #[arg(value_name = "FILE", required_unless_present = "from_bucket")]
    file: Option<PathBuf>,
    /// Instead of a file: rebuild a lost catalog from the bucket. Texts are read from the pictures; numbers are
    /// assigned again in the order of creation; entries removed in the last week return.
    #[arg(long, conflicts_with = "file")]
    from_bucket: bool,
    #[command(flatten)]
    storage: StorageArgs,
}

/// Reads one tar into empty spaces, or everything in the bucket.
pub(super) async fn import(args: ImportArgs) -> anyhow::Result<ExitCode> {
    let file = match &args.file {
        Some(path) => Some(open(path).await?),
        None => None,
    };
    let storage = Storage::open_to_fill(&args.storage).await?;
    let imported = match file {
        Some(file) => {
            let imported =
                import_gallery(&of_operator(), &*storage.bucket, &*storage.catalog, BufReader::new(file))
                    .await;
            imported.map_err(|error| {
                if error.may_pass() { Error::new(error).context(AGAIN) } else { error.into() }
            })?
        }
        None => {
            from_bucket(&of_operator(), &storage.bucket, &*storage.catalog, &args.storage.left_out).await?
        }
    };
    storage.close().await.context("cannot close the catalog")?;
    let (spaces, objects) = (counted(imported.spaces, "space"), counted(imported.objects, "object"));
    let entries = imported.entries;
    print(|out| writeln!(out, "{spaces}, {entries} entries and tombstones, {objects} imported."))
        .context("cannot print what was imported")?;
    Ok(ExitCode::SUCCESS)
}

async fn open(path: &Path) -> anyhow::Result<File> {
    if path == Path::new("-") {
        return Ok(File::from_std(std::io::stdin().as_fd().try_clone_to_owned()?.into()));
    }
    File::open(path).await.with_context(|| format!("cannot read the file {}", path.display()))
}
