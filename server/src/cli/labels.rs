//! `qrate labels`: prints what the labeller may say.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Context as _;
use gallery::labeller::{Embedded, Labeller as _, label_words};

use super::print::print;
use crate::config::{LabellerArgs, LabellerChoice};

#[derive(Debug, clap::Args)]
pub(super) struct LabelsCommand {
    #[command(flatten)]
    labeller: LabellerArgs,
}

/// Prints a line for each label: how sure the labeller must be, its name, and what it is a kind of.
pub(super) fn labels(args: &LabelsCommand) -> anyhow::Result<ExitCode> {
    let allowed = match args.labeller.labeller {
        LabellerChoice::Embedded => Embedded::new(args.labeller.embedded()?).words(),
        LabellerChoice::Rekognition | LabellerChoice::None => Vec::new(),
    };
    print(|out| write(out, &args.labeller, &allowed)).context("cannot print the labels")?;
    Ok(ExitCode::SUCCESS)
}

fn write(out: &mut impl Write, args: &LabellerArgs, allowed: &[&str]) -> io::Result<()> {
    match args.labeller {
        LabellerChoice::None => {
            writeln!(out, "No labels are given: --labeller (QRATE_LABELLER) is \"none\".")
        }
        LabellerChoice::Rekognition => {
            writeln!(out, "Amazon Rekognition chooses its labels itself; its console has a list to download.")
        }
        LabellerChoice::Embedded => label_words(args.label_threshold)
            .into_iter()
            .filter(|word| allowed.contains(&word.name))
            .try_for_each(|word| {
                let needed = word.confidence;
                let broader = if word.broader.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", word.broader.join(", "))
                };
                writeln!(out, "{needed:.2} {}{broader}", word.name)
            }),
    }
}
