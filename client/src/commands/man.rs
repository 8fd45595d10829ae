//! `qrate man`.

use std::path::PathBuf;

use clap_mangen::Man;

use crate::console::Console;
use crate::failure::Failure;
use crate::new_file::{shown, write};

/// The arguments of `man`.
#[derive(Debug, clap::Args)]
pub struct ManArgs {
    /// The command to describe; without it, the program.
    #[arg(value_name = "COMMAND", conflicts_with = "output")]
    command: Option<String>,
    /// Write the pages of the program and of all commands into this folder, which is made if it is missing.
    #[arg(long, short, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

pub(super) fn man(args: &ManArgs, program: &mut clap::Command, console: &Console) -> Result<(), Failure> {
    let mut program = program.clone().disable_help_subcommand(true);
    program.build();
    let Some(folder) = &args.output else {
        let described = match &args.command {
            None => &program,
            Some(name) => program.find_subcommand(name).ok_or_else(|| {
                Failure::usage(format!("There is no command {}.", crate::shown::visible(name)))
            })?,
        };
        return console.write(&page(described)?);
    };
    let cannot = |error| Failure::other(format!("The folder {} cannot be made: {error}.", shown(folder)));
    std::fs::create_dir_all(folder).map_err(cannot)?;
    // A page of an earlier version is replaced.
    for command in all(&program) {
        write(&folder.join(Man::new(command.clone()).get_filename()), true, &page(command)?)?;
    }
    Ok(())
}

/// The program, its commands, and theirs.
fn all(command: &clap::Command) -> Vec<&clap::Command> {
    let below = command.get_subcommands().filter(|command| !command.is_hide_set()).flat_map(all);
    std::iter::once(command).chain(below).collect()
}

fn page(command: &clap::Command) -> Result<Vec<u8>, Failure> {
    let mut page = Vec::new();
    let rendered = Man::new(command.clone()).manual("Qrate").source("Qrate").render(&mut page);
    rendered.map_err(|error| Failure::other(format!("The page cannot be made: {error}.")))?;
    // What stands at the end of a help are the exit codes.
    let page = String::from_utf8_lossy(&page).replace("\n.SH EXTRA\n", "\n.SH \"EXIT STATUS\"\n");
    Ok(page.into_bytes())
}
