//! `qrate labels`: prints what the labeller may say.

use std::io::{self, Write as _};
use std::process::ExitCode;

use gallery::labeller::{Embedded, Labeller as _, label_words};

use crate::config::{LabellerArgs, LabellerChoice};

#[derive(Debug, clap::Args)]
pub(super) struct LabelsCommand {
    #[command(flatten)]
    labeller: LabellerArgs,
}

/// Prints a line for each label: how sure the labeller must be, its name, and what it is a kind of.
pub(super) fn labels(args: &LabelsCommand) -> anyhow::Result<ExitCode> {
    let mut out = io::stdout().lock();
    match args.labeller.labeller {
        LabellerChoice::None => {
            writeln!(out, "No labels are given: --labeller (QRATE_LABELLER) is \"none\".")?;
        }
        LabellerChoice::Rekognition => {
            writeln!(
                out,
                "Amazon Rekognition chooses its labels itself; its console has a list to download."
            )?;
        }
        LabellerChoice::Embedded => {
            let allowed = Embedded::new(args.labeller.embedded()).words();
            let threshold = args.labeller.label_threshold;
            for word in label_words(threshold).into_iter().filter(|word| allowed.contains(&word.name)) {
                let needed = word.confidence;
                let broader = if word.broader.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", word.broader.join(", "))
                };
                writeln!(out, "{needed:.2} {}{broader}", word.name)?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
