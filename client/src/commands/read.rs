//! `qrate read`: reads the codes in pictures, without a server.

use std::io;
use std::path::{Path, PathBuf};

use qr::{DetectError, Reading, detect_all};
use serde_json::json;

use super::input;
use crate::console::{Console, Failures};
use crate::failure::{Exit, Failure};
use crate::new_file::shown;
use crate::shown::{json_line, one_line};

/// The arguments of `read`.
#[derive(Debug, clap::Args)]
pub struct ReadArgs {
    /// Pictures (PNG, JPEG, GIF, WebP); "-" is standard input.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Print each code as a line of JSON, with its text exactly as it is.
    #[arg(long)]
    json: bool,
}

/// The largest picture that is read into memory.
const PICTURE_MAX_BYTES: u64 = 256 * 1024 * 1024;

pub(super) async fn read(args: ReadArgs, console: &Console) -> Result<(), Failure> {
    let mut failures = Failures::default();
    for file in &args.files {
        let name = shown(file);
        let done = match codes(file).await {
            Ok(readings) => readings.iter().try_for_each(|reading| {
                let line = match (args.json, args.files.len()) {
                    (true, _) => json_line(&as_json(&file.to_string_lossy(), reading)),
                    (false, 1) => one_line(&reading.text),
                    (false, _) => format!("{name}: {}", one_line(&reading.text)),
                };
                console.line(&line)
            }),
            Err(failure) => Err(failure),
        };
        failures.note(console, &name, done)?;
    }
    failures.end()
}

fn as_json(file: &str, reading: &Reading) -> serde_json::Value {
    json!({
        "file": file,
        "text": reading.text,
        "version": reading.version,
        "level": reading.level.as_str(),
        "mask": reading.mask,
    })
}

async fn codes(file: &Path) -> Result<Vec<Reading>, Failure> {
    let picture = match file == Path::new("-") {
        true => input::whole(PICTURE_MAX_BYTES).await?,
        false => {
            let read = read_file(file).await;
            read.map_err(|error| Failure::other(format!("cannot be read: {error}.")))?
        }
    };
    if picture.len() as u64 > PICTURE_MAX_BYTES {
        return Err(Failure::other("The picture is too large."));
    }
    // Decoders of damaged pictures may panic, which counts as damage: nothing of it is shown.
    std::panic::set_hook(Box::new(|_| ()));
    let found = tokio::task::spawn_blocking(move || detect_all(&picture)).await;
    drop(std::panic::take_hook());
    match found {
        Ok(Ok(readings)) => Ok(readings),
        Ok(Err(DetectError::NoCode)) => {
            Err(Failure::new(Exit::NotFound, "No code was found in the picture."))
        }
        Ok(Err(DetectError::TooLarge)) => Err(Failure::other("The picture is too large.")),
        Ok(Err(DetectError::NotAPicture)) | Err(_) => {
            Err(Failure::other("This is no picture that can be read: use PNG, JPEG, GIF or WebP."))
        }
    }
}

async fn read_file(file: &Path) -> io::Result<Vec<u8>> {
    use tokio::io::AsyncReadExt as _;
    let mut bytes = Vec::new();
    tokio::fs::File::open(file).await?.take(PICTURE_MAX_BYTES + 1).read_to_end(&mut bytes).await?;
    Ok(bytes)
}
