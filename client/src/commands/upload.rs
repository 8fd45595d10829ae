//! `qrate upload`: sends files, one after the other.

use std::fs::File;
use std::io;
use std::path::{Path as FilePath, PathBuf};

use domain::Recipe;
use hyper::Method;
use serde_json::Value;

use super::report::ReportArgs;
use crate::api::{Api, Call, Path, Payload, ServerArgs};
use crate::console::{Console, Failures};
use crate::failure::Failure;
use crate::new_file::shown;
use crate::progress::Progress;

/// The arguments of `upload`.
#[derive(Debug, clap::Args)]
pub struct UploadArgs {
    /// Files to upload; "-" is standard input.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Name of the file, if it is another than on this machine; needed for standard input.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// What is made of a photo: none, flip, rotate-90 and so on.
    #[arg(long, value_name = "RECIPE", value_parser = recipe, conflicts_with = "as_file")]
    recipe: Option<Recipe>,
    /// Keep photos as they are: they get a thumbnail and labels, but no result is made of them.
    #[arg(long)]
    as_file: bool,
    #[command(flatten)]
    report: ReportArgs,
    #[command(flatten)]
    server: ServerArgs,
}

fn recipe(text: &str) -> Result<Recipe, String> {
    text.parse().map_err(str::to_owned)
}

pub(super) async fn upload(args: UploadArgs, console: &Console) -> Result<(), Failure> {
    if args.name.is_some() && args.files.len() > 1 {
        return Err(Failure::usage("A name is for one file: upload the others without --name."));
    }
    let api = args.server.api(console)?;
    let mut failures = Failures::default();
    for file in &args.files {
        let done = match send(&api, &args, file).await {
            Ok(change) => args.report.change(console, &api, "Added", &change).map(drop),
            Err(failure) => Err(failure),
        };
        failures.note(console, &shown(file), done)?;
    }
    failures.end()
}

async fn send(api: &Api, args: &UploadArgs, path: &FilePath) -> Result<Value, Failure> {
    let is_stdin = path == FilePath::new("-");
    let own_name = path.file_name().filter(|_| !is_stdin).map(|name| name.to_string_lossy().into_owned());
    let name = args.name.clone().or(own_name);
    let name =
        name.ok_or_else(|| Failure::usage("What comes from standard input needs a name: add --name NAME."))?;
    let cannot_read = |error: &io::Error| Failure::other(format!("cannot be read: {error}."));
    let (file, size_bytes) =
        if is_stdin { spooled().await } else { opened(path) }.map_err(|e| cannot_read(&e))?;
    let progress = Progress::of_bytes(&name, Some(size_bytes));
    let resource = if args.as_file { "files" } else { "photos" };
    let path = Path::new(resource).with("name", &name).with_some("recipe", args.recipe);
    let payload = Payload::File { file, size_bytes, progress };
    api.json(&Call::write(Method::POST, api.in_space(&path), payload)).await
}

fn opened(path: &FilePath) -> io::Result<(File, u64)> {
    // Before it is opened: a pipe without a writer would wait for one.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    let file = File::open(path)?;
    let size_bytes = file.metadata()?.len();
    Ok((file, size_bytes))
}

/// Standard input in a file without a name, so that it can be sent again.
async fn spooled() -> io::Result<(File, u64)> {
    let copied = tokio::task::spawn_blocking(|| {
        let mut file = tempfile::tempfile()?;
        let size_bytes = io::copy(&mut io::stdin().lock(), &mut file)?;
        Ok((file, size_bytes))
    });
    copied.await?
}
