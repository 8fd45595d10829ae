//! The commands as a program of their own, for the tests of this crate.

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

/// Makes QR codes.
#[derive(Debug, Parser)]
#[command(name = "qrate", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

// As in the real program.
#[derive(Debug, Subcommand)]
enum Command {
    #[command(flatten)]
    Client(Box<client::Command>),
}

fn main() -> ExitCode {
    let Command::Client(command) = Cli::parse().command;
    client::run(*command, &mut Cli::command())
}
