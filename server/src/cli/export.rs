//! `qrate export`

use std::io::ErrorKind;
use std::os::fd::AsFd as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use domain::Space;
use gallery::transfer::{ExportError, export as export_gallery};
use tokio::fs::File;
use tokio::io::BufWriter;

use crate::config::StorageArgs;
use crate::grants::of_operator;
use crate::storage::Storage;

#[derive(Debug, clap::Args)]
pub(super) struct ExportArgs {
    /// File to write, replaced only when the export is complete; "-" is standard output.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Export only this space.
    #[arg(long, value_name = "SPACE")]
    space: Option<Space>,
    #[command(flatten)]
    storage: StorageArgs,
}

/// Writes one tar. An incomplete one never gets the requested name.
pub(super) async fn export(args: ExportArgs) -> anyhow::Result<ExitCode> {
    let storage = Storage::open_existing(&args.storage).await?;
    if args.file == Path::new("-") {
        let stdout = std::io::stdout().as_fd().try_clone_to_owned()?;
        write(&storage, args.space.as_ref(), File::from_std(stdout.into())).await?;
        return Ok(ExitCode::SUCCESS);
    }
    let target = target(&args.file)?;
    let part = with_suffix(&target, ".part");
    let file =
        File::create(&part).await.with_context(|| format!("cannot create the file {}", part.display()))?;
    if let Err(error) = write(&storage, args.space.as_ref(), file).await {
        tokio::fs::remove_file(&part).await.with_context(|| format!("cannot remove {}", part.display()))?;
        return Err(error.into());
    }
    tokio::task::spawn_blocking(move || keep(&part, &target)).await??;
    Ok(ExitCode::SUCCESS)
}

/// The destination: a link is followed, and anything but a file is not replaced.
fn target(file: &Path) -> anyhow::Result<PathBuf> {
    let name = || file.display();
    match file.canonicalize() {
        Ok(path) if path.is_file() => Ok(path),
        Ok(_) => anyhow::bail!("{} is not a file. Name a file, or - for standard output", name()),
        Err(error) if error.kind() == ErrorKind::NotFound && !file.is_symlink() => Ok(file.to_owned()),
        Err(error) => Err(error).with_context(|| format!("cannot write {}", name())),
    }
}

async fn write(storage: &Storage, space: Option<&Space>, file: File) -> Result<(), ExportError> {
    export_gallery(&of_operator(), &*storage.bucket, &*storage.catalog, space, BufWriter::new(file)).await
}

/// Gives the file its name, durably.
fn keep(part: &Path, file: &Path) -> anyhow::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let kept = || {
        std::fs::File::open(part)?.sync_all()?;
        std::fs::rename(part, file)?;
        std::fs::File::open(folder)?.sync_all()
    };
    kept().with_context(|| format!("cannot save the export as {}", file.display()))
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
