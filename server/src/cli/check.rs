//! `qrate check`

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context as _;
use gallery::Clock;
use gallery::check::{Repaired, Report, check_leaving_out, repair};

use super::counted::counted;
use super::print::print;
use crate::config::StorageArgs;
use crate::grants::of_operator;
use crate::storage::Storage;

#[derive(Debug, clap::Args)]
pub(super) struct CheckArgs {
    /// First delete what was derived from photos that are gone, and have missing thumbnails, views and results made
    /// again. Nothing else is changed.
    #[arg(long)]
    repair: bool,
    // Last: what follows a heading is listed below it.
    #[command(flatten)]
    storage: StorageArgs,
}

/// Prints the findings, one per line, and a summary.
pub(super) async fn check(args: CheckArgs) -> anyhow::Result<ExitCode> {
    let storage = Storage::open_existing(&args.storage).await?;
    let (bucket, catalog, now) = (&*storage.bucket, &*storage.catalog, Clock::system().now());
    let repaired = match args.repair {
        true => Some(repair(&of_operator(), bucket, catalog, now).await),
        false => None,
    };
    let checked = check_leaving_out(&of_operator(), bucket, catalog, &args.storage.left_out, now).await;
    storage.close().await.context("cannot close the catalog")?;
    if let Some(repaired) = repaired.transpose()? {
        print(|out| write_repaired(out, repaired)).context("cannot print what was repaired")?;
    }
    let report = checked?;
    print(|out| write_report(out, &report)).context("cannot print the report")?;
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn write_repaired(out: &mut impl Write, Repaired { deleted, restarted }: Repaired) -> std::io::Result<()> {
    if deleted > 0 {
        writeln!(out, "Deleted: {} that belonged to no photo.", counted(deleted, "derived picture"))?;
    }
    if restarted > 0 {
        writeln!(
            out,
            "{} lacked pictures. The server or a worker makes them again when it starts.",
            counted(restarted, "photo")
        )?;
    }
    Ok(())
}

fn write_report(out: &mut impl Write, report: &Report) -> std::io::Result<()> {
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
    if report.leftover > 0 {
        writeln!(
            out,
            "{} of photos that are gone or were changed. qrate check --repair deletes them.",
            counted(report.leftover, "derived picture")
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
    writeln!(out, "{}", summary(report))
}

/// What was read, and what was found: everything that has a line of its own.
fn summary(report: &Report) -> String {
    let Report { spaces, entries, objects, .. } = report;
    let (spaces, objects) = (counted(*spaces, "space"), counted(*objects, "object"));
    let named = |count: u64, thing: &str, what: &str| {
        (count > 0).then(|| format!("{} {what}", counted(count, thing)))
    };
    let notes = [
        named(report.just_put, "object", "not adopted yet"),
        named(report.unread.len() as u64, "picture", "not read"),
        named(report.unnamed.len() as u64 + report.further_unnamed, "file", "left out by name"),
    ];
    let notes = notes.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let found = match (report.found(), &*notes) {
        (0, "") => "nothing is wrong".to_owned(),
        (0, notes) => format!("no damage, but {notes}"),
        (wrong, "") => counted(wrong, "finding"),
        (wrong, notes) => format!("{}, and {notes}", counted(wrong, "finding")),
    };
    format!("{spaces}, {entries} entries and tombstones, {objects}: {found}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summary_agrees_with_what_was_listed() {
        let read = Report { spaces: 1, entries: 2, objects: 3, ..Report::default() };
        let lost = Report { further_findings: 2, ..read.clone() };
        let orphan = Report { just_put: 1, ..read.clone() };
        let both = Report { just_put: 1, further_unnamed: 2, ..lost.clone() };
        for (report, said) in [
            (read, "nothing is wrong."),
            (lost, "2 findings."),
            (orphan, "no damage, but 1 object not adopted yet."),
            (both, "2 findings, and 1 object not adopted yet, 2 files left out by name."),
        ] {
            assert_eq!(summary(&report), format!("1 space, 2 entries and tombstones, 3 objects: {said}"));
        }
    }
}
