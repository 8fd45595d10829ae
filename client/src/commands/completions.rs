//! `qrate completions`.

use clap_complete::Shell;

use crate::console::Console;
use crate::failure::Failure;

/// The arguments of `completions`.
#[derive(Debug, clap::Args)]
pub struct CompletionsArgs {
    /// The shell.
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

pub(super) fn completions(
    args: &CompletionsArgs,
    program: &mut clap::Command,
    console: &Console,
) -> Result<(), Failure> {
    let name = program.get_name().to_owned();
    // Into memory first: the generator panics when it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, program, name, &mut script);
    console.write(&script)
}
