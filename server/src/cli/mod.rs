//! The command line, one file per command.

mod ask;
mod check;
mod counted;
mod deploy;
mod doctor;
mod export;
mod function;
mod health;
mod import;
mod labels;
mod notify;
mod print;
mod serve;
mod setup;
mod signals;
mod worker;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use gallery::causes;

use crate::config::LogArgs;

/// Makes QR codes and keeps them in a folder of yours; every open browser sees it change as it happens.
#[derive(Debug, Parser)]
#[command(name = "qrate", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    log: LogArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(flatten)]
    Server(Box<ServerCommand>),
    #[command(flatten)]
    Client(Box<client::Command>),
}

/// The commands that run and look after a server.
#[derive(Debug, Subcommand)]
enum ServerCommand {
    /// Serve the pages, the API and the files of a gallery.
    Serve(serve::ServeArgs),
    /// Answer events as a function of AWS Lambda.
    #[command(hide = true)]
    Function(Box<function::FunctionArgs>),
    /// Ask the server that runs on this machine whether it is alive, with the same options or variables. The exit code
    /// is 0 if it is. For health checks in images without a shell.
    Health(health::HealthArgs),
    /// Work on photos beside servers that share a bucket, a table and a jobs queue in AWS. A server works on them
    /// itself unless it is told not to (--no-worker).
    Worker(worker::WorkerCommand),
    /// Read everything and report what is wrong, without changing anything. The server must be stopped. The exit code
    /// is 0 if nothing is wrong.
    Check(check::CheckArgs),
    /// Write everything into one tar: objects, entries and change logs. The server must be stopped.
    Export(export::ExportArgs),
    /// Read a tar written by "export" into empty spaces, keeping numbers and logs. Or rebuild a lost catalog from the
    /// bucket.
    Import(import::ImportArgs),
    /// Print every label that photos may get, with how sure the labeller must be and what it is a kind of.
    Labels(labels::LabelsCommand),
    /// Create what a gallery in AWS needs: the table, the bucket, the queue. Shows a plan first, and asks. Leaves
    /// existing resources alone, so it can be run again.
    Setup(setup::SetupCommand),
    /// Put Qrate on AWS, and take it away again: machines or functions, with everything around them. Shows a plan first,
    /// and asks. Can be run again after an interruption.
    Deploy(deploy::DeployCommand),
    /// Send messages by hand, to see whether people can be told that their photo is done.
    Notify(notify::NotifyArgs),
    /// Report what is wrong with the storage and how to fix it: credentials, permissions, clock, settings, data
    /// folder. The server may be running. The exit code is 0 if nothing is wrong.
    Doctor(doctor::DoctorArgs),
}

/// Runs the requested command. An error is one line on standard error.
pub fn main() -> ExitCode {
    let cli = parse();
    let command = match cli.command {
        Command::Server(command) => command,
        // It writes no log: what it has to say is for whoever typed it.
        Command::Client(command) => return client::run(*command, &mut Cli::command()),
    };
    cli.log.start();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    let done = runtime.block_on(async {
        match *command {
            ServerCommand::Serve(args) => serve::serve(args).await,
            ServerCommand::Function(args) => function::function(*args).await,
            ServerCommand::Health(args) => health::health(args).await,
            ServerCommand::Worker(args) => worker::worker(args).await,
            ServerCommand::Check(args) => check::check(args).await,
            ServerCommand::Export(args) => export::export(args).await,
            ServerCommand::Import(args) => import::import(args).await,
            ServerCommand::Labels(args) => labels::labels(&args),
            ServerCommand::Setup(args) => setup::setup(args).await,
            ServerCommand::Deploy(command) => deploy::deploy(command).await,
            ServerCommand::Notify(args) => notify::notify(args).await,
            ServerCommand::Doctor(args) => doctor::doctor(args).await,
        }
    });
    // Threads blocked by a full or hanging disk must not keep the program alive.
    runtime.shutdown_background();
    done.unwrap_or_else(|error| failed(&error))
}

/// Parses the arguments. An empty variable counts as unset: that is how a settings file omits one.
fn parse() -> Cli {
    let command = without_empty_variables(Cli::command());
    let mut arguments: Vec<_> = std::env::args_os().collect();
    // Lambda starts it without arguments.
    if arguments.len() == 1 && std::env::var_os(function::RUNTIME_API).is_some() {
        arguments.push("function".into());
    }
    Cli::from_arg_matches(&command.get_matches_from(arguments)).unwrap_or_else(|error| error.exit())
}

fn without_empty_variables(command: clap::Command) -> clap::Command {
    let unset = |arg: clap::Arg| {
        let value = arg.get_env().and_then(std::env::var_os);
        if value.is_some_and(|value| value.is_empty()) { arg.env(None::<&'static str>) } else { arg }
    };
    command.mut_args(unset).mut_subcommands(without_empty_variables)
}

fn failed(error: &anyhow::Error) -> ExitCode {
    // Nobody may be reading standard error.
    let _ = writeln!(std::io::stderr(), "qrate: {}.", causes(error.as_ref()));
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_option_is_under_its_heading() {
        let mut cli = Cli::command();
        cli.build();
        for command in cli.get_subcommands() {
            for arg in command.get_arguments() {
                let (id, heading) = (arg.get_id().as_str(), arg.get_help_heading());
                assert_eq!(id.starts_with("aws_"), heading == Some("AWS"), "{} {id}", command.get_name());
                let is_storage =
                    ["bucket", "table", "queue", "jobs_queue", "data_dir", "left_out", "downloads"]
                        .contains(&id);
                assert_eq!(is_storage, heading == Some("Storage"), "{} {id}", command.get_name());
            }
        }
    }
}
