//! `qrate check`

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;
use gallery::Clock;
use gallery::check::{Report, check_leaving_out};

use super::counted::counted;
use crate::config::StorageArgs;
use crate::grants::of_operator;
use crate::storage::Storage;

#[derive(Debug, clap::Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    storage: StorageArgs,
}

/// Prints the findings, one per line, and a summary.
pub(super) async fn check(args: CheckArgs) -> anyhow::Result<ExitCode> {
    let storage = Storage::open_existing(&args.storage).await?;
    let (bucket, catalog, now) = (&*storage.bucket, &*storage.catalog, Clock::system().now());
    let checked = check_leaving_out(&of_operator(), bucket, catalog, &args.storage.left_out, now).await;
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
            "{} not adopted yet: left without an entry by saves interrupted in the last minutes. The server adopts them.",
            counted(report.just_put, "object")
        )?;
    }
    for (name, why) in &report.unnamed {
        writeln!(out, "{name} is left out: {why}. Give it another name.")?;
    }
    if report.further_unnamed > 0 {
        writeln!(out, "{} more are left out.", counted(report.further_unnamed, "file"))?;
    }
    if report.left_out > 0 {
        let objects = counted(report.left_out, "object");
        writeln!(out, "Left out because of --leave-out (QRATE_LEAVE_OUT): {objects}.")?;
    }
    let Report { spaces, entries, objects, .. } = report;
    let (spaces, objects) = (counted(*spaces, "space"), counted(*objects, "object"));
    write!(out, "{spaces}, {entries} entries and tombstones, {objects}: ")?;
    match report.found() {
        0 => writeln!(out, "nothing is wrong."),
        wrong => writeln!(out, "{}.", counted(wrong, "finding")),
    }
}
