//! `qrate import`

use std::io::Write as _;
use std::os::fd::AsFd as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use gallery::transfer::import as import_gallery;
use tokio::fs::File;
use tokio::io::BufReader;

use crate::config::StorageArgs;
use crate::storage::Storage;

#[derive(Debug, clap::Args)]
pub(super) struct ImportArgs {
    /// File that "qrate export" wrote; "-" is standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    storage: StorageArgs,
}

/// Reads one tar into spaces that are empty here.
pub(super) async fn import(args: ImportArgs) -> anyhow::Result<ExitCode> {
    let file = if args.file == Path::new("-") {
        File::from_std(std::io::stdin().as_fd().try_clone_to_owned()?.into())
    } else {
        File::open(&args.file)
            .await
            .with_context(|| format!("cannot read the file {}", args.file.display()))?
    };
    let storage = Storage::open_or_make(&args.storage).await?;
    let imported = import_gallery(&*storage.bucket, &*storage.catalog, BufReader::new(file)).await?;
    storage.close().await.context("cannot close the catalog")?;
    let (spaces, entries, objects) = (imported.spaces, imported.entries, imported.objects);
    writeln!(
        std::io::stdout(),
        "{spaces} spaces, {entries} entries and tombstones, {objects} objects imported."
    )
    .context("cannot print what was imported")?;
    Ok(ExitCode::SUCCESS)
}
