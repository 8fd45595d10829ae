//! `qrate check`

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;
use gallery::Clock;
use gallery::check::{Report, check as check_gallery};

use super::counted;
use crate::config::StorageArgs;
use crate::storage::Storage;

#[derive(Debug, clap::Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    storage: StorageArgs,
}

/// Prints what is wrong, a line each, and a summary.
pub(super) async fn check(args: CheckArgs) -> anyhow::Result<ExitCode> {
    let storage = Storage::open_existing(&args.storage).await?;
    let checked = check_gallery(&*storage.bucket, &*storage.catalog, Clock::system().now()).await;
    storage.close().await.context("cannot close the catalog")?;
    let report = checked?;
    print(&report).context("cannot print the report")?;
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print(report: &Report) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for finding in &report.findings {
        writeln!(out, "{finding}")?;
    }
    for unread in &report.unread {
        writeln!(out, "{unread}")?;
    }
    if report.just_put > 0 {
        writeln!(
            out,
            "{} of saves that were cut off in the last minutes: the server takes them in.",
            counted(report.just_put, "object")
        )?;
    }
    let Report { spaces, entries, objects, .. } = report;
    let (spaces, objects) = (counted(*spaces, "space"), counted(*objects, "object"));
    write!(out, "{spaces}, {entries} entries and tombstones, {objects}: ")?;
    match report.findings.len() as u64 + report.further_findings {
        0 => writeln!(out, "nothing is wrong."),
        wrong => writeln!(out, "{}.", counted(wrong, "finding")),
    }
}
