//! `qrate doctor`

mod folder;

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context as _;
use gallery::aws::doctor::examine;
use gallery::aws::{Deployment, QueueName, Wanted};
use gallery::{Check, Clock, Verdict};

use super::print::print;
use crate::config::{BucketChoice, CatalogChoice, LabellerArgs, Notifier, NotifierArgs, StorageArgs};
use crate::storage::{StorageError, aws};

#[derive(Debug, clap::Args)]
pub(super) struct DoctorArgs {
    /// Print a JSON list instead of lines.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    labeller: LabellerArgs,
    #[command(flatten)]
    storage: StorageArgs,
    #[command(flatten)]
    notices: NotifierArgs,
}

/// Prints each check on a line, with what fixes a problem, and a summary.
pub(super) async fn doctor(args: DoctorArgs) -> anyhow::Result<ExitCode> {
    let storage = &args.storage;
    let stack = storage.stack()?;
    let table = match stack.catalog {
        CatalogChoice::Sqlite => None,
        CatalogChoice::DynamoDb(table) => Some(table),
    };
    let mut checks = folder::checks(storage).await;
    if let BucketChoice::S3(bucket) = stack.bucket {
        match aws::connect(storage.aws()?).await {
            Ok(aws) => {
                let wanted = Wanted {
                    bucket: bucket.clone(),
                    table: table.cloned(),
                    queue: storage.queue.clone().map(QueueName::At),
                    jobs: storage.jobs_queue.clone().map(QueueName::At),
                    labels: args.labeller.rekognition().is_some(),
                    text_messages: args.notices.notifier == Notifier::Sns,
                };
                let deployment = Deployment::new(&aws, wanted);
                checks.extend(examine(&deployment, &Clock::system()).await);
            }
            Err(StorageError::NoRegion) => {
                checks.push(Check::wrong("region", StorageError::NoRegion.to_string()));
            }
            Err(error) => return Err(error.into()),
        }
    }
    print(|out| write(out, &checks, args.json)).context("cannot print the result")?;
    let is_wrong = checks.iter().any(|check| check.verdict == Verdict::Wrong);
    Ok(if is_wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn write(out: &mut impl Write, checks: &[Check], as_json: bool) -> std::io::Result<()> {
    if as_json {
        return writeln!(out, "{}", serde_json::to_string_pretty(checks)?);
    }
    for check in checks {
        let verdict = match check.verdict {
            Verdict::Fine => "ok   ",
            Verdict::Note => "note ",
            Verdict::Wrong => "WRONG",
        };
        let colon = if check.says.is_empty() { "" } else { ": " };
        writeln!(out, "{verdict} {}{colon}{}", check.what, check.says)?;
        if let Some(statement) = &check.statement {
            writeln!(out, "      missing policy statement: {}", statement.to_json())?;
        }
    }
    let wrong = checks.iter().filter(|check| check.verdict == Verdict::Wrong).count();
    match wrong {
        0 => writeln!(out, "{} checks: nothing is wrong.", checks.len()),
        wrong => writeln!(out, "{} checks: {wrong} wrong.", checks.len()),
    }
}
