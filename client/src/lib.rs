//! The commands for a terminal: those that talk to a server through its API, those that draw and read codes without
//! one, and those that describe the program itself. The program `qrate` calls `run`.
//!
//! `commands` has one file per command. They use `api` (addresses, requests, repetitions, errors), `events` (the event
//! stream), `console` (what people and programs read) and `new_file` (files that are written whole or not at all). Not
//! here: what a server does, and the commands that run and look after one (`server`).

mod commands;

mod api;
mod events;
mod new_file;

mod console;
mod failure;
mod progress;
mod shown;
mod table;

use std::process::ExitCode;

pub use commands::Command;
use console::Console;
use failure::{Exit, Failure};
use tokio::signal::unix::{SignalKind, signal};

/// Runs a command to its end. `program` is the whole command line, which completions and man pages describe.
pub fn run(command: Command, program: &mut clap::Command) -> ExitCode {
    let console = Console::of_this_process();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            return console.end(&Err(Failure::other(format!("The program cannot start: {error}."))));
        }
    };
    let is_watch = command.is_watch();
    let done = runtime.block_on(async {
        tokio::select! {
            done = commands::run(command, program, &console) => console.end(&done),
            // What the command has begun is dropped: a half written file with it.
            code = stopped() => if is_watch { ExitCode::SUCCESS } else { ExitCode::from(code) },
        }
    });
    // A thread that waits for standard input must not keep the program alive.
    runtime.shutdown_background();
    done
}

/// Waits for Ctrl-C or a request to end; returns the exit code by shell convention: 128 and the signal's number.
async fn stopped() -> u8 {
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        // Then the signals end the program by themselves.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => Exit::INTERRUPTED,
        _ = terminate.recv() => Exit::TERMINATED,
    }
}
