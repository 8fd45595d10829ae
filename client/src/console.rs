//! Standard output for results, standard error for everything else. Colours and cut lines only on a terminal. Not here:
//! progress (`progress`), tables (`table`).

use std::io::{self, IsTerminal as _, Write as _};
use std::os::fd::AsFd as _;
use std::process::ExitCode;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::tcgetwinsize;

use crate::failure::{Exit, Failure};

/// A colour of the sixteen that every terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colour {
    Red = 31,
    Green = 32,
    Yellow = 33,
    Blue = 34,
}

/// Where a command writes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Console {
    /// Whether a person reads standard output.
    pub(crate) is_terminal: bool,
    /// Whether a person reads standard error.
    errors_are_seen: bool,
    /// Whether terminals get anything but text.
    is_plain: bool,
    has_colours: bool,
    /// The width of the terminal that standard output is, in columns.
    pub(crate) width: Option<usize>,
}

impl Console {
    pub(crate) fn of_this_process() -> Self {
        let stdout = io::stdout();
        let is_terminal = stdout.is_terminal();
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        // https://no-color.org
        let is_plain = is_set("NO_COLOR") || is_dumb;
        let width =
            tcgetwinsize(&stdout).ok().map(|size| usize::from(size.ws_col)).filter(|width| *width > 0);
        Self {
            is_terminal,
            errors_are_seen: io::stderr().is_terminal(),
            is_plain,
            has_colours: is_terminal && !is_plain,
            width: width.filter(|_| is_terminal),
        }
    }

    /// Writes a line that the command exists for: without a reader the command ends.
    pub(crate) fn line(&self, line: &str) -> Result<(), Failure> {
        self.write(&[line.as_bytes(), b"\n"].concat())
    }

    /// The same with bytes as they are.
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(|error| Failure::of_output(&error))
    }

    /// Writes a line about something that was changed: without a reader the command goes on.
    pub(crate) fn report(&self, line: &str) -> Result<(), Failure> {
        match self.line(line) {
            Err(Failure::ReaderLeft) => Ok(()),
            done => done,
        }
    }

    /// Writes a line to standard error. Nobody may be reading it.
    pub(crate) fn note(&self, line: &str) {
        let _ = writeln!(io::stderr(), "qrate: {line}");
    }

    /// The same, only for a person who is watching. It takes the place of a line of progress, which is drawn again
    /// below.
    pub(crate) fn hint(&self, line: &str) {
        if self.errors_are_seen {
            let start = if self.is_plain { "" } else { "\r\u{1b}[K" };
            let _ = writeln!(io::stderr(), "{start}qrate: {line}");
        }
    }

    /// The text in a colour, where there are colours.
    pub(crate) fn coloured(&self, colour: Colour, text: &str) -> String {
        self.styled(colour as u8, text)
    }

    /// The text in bold letters.
    pub(crate) fn bold(&self, text: &str) -> String {
        self.styled(1, text)
    }

    fn styled(&self, code: u8, text: &str) -> String {
        if self.has_colours { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    pub(crate) fn has_colours(&self) -> bool {
        self.has_colours
    }

    /// Whether whoever read standard output has left; without writing, a pipe says so only here.
    pub(crate) fn reader_left(&self) -> bool {
        let stdout = io::stdout();
        let mut watched = [PollFd::from_borrowed_fd(stdout.as_fd(), PollFlags::empty())];
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        poll(&mut watched, Some(&now)).is_ok() && watched[0].revents().contains(PollFlags::ERR)
    }

    /// Reports a failure of one of several things, and goes on: returns what to end with.
    pub(crate) fn report_failure(&self, of: &str, failure: Failure) -> Failure {
        match failure {
            Failure::Said { exit, sentence, .. } => {
                self.note(&format!("{of}: {sentence}"));
                Failure::Reported(exit)
            }
            other => other,
        }
    }

    /// Says why a command failed, if it did; the exit code.
    pub(crate) fn end(&self, done: &Result<(), Failure>) -> ExitCode {
        let exit = match done {
            Ok(()) | Err(Failure::ReaderLeft) => return ExitCode::SUCCESS,
            Err(Failure::Reported(exit)) => *exit,
            Err(Failure::Said { exit, sentence, .. }) => {
                self.note(sentence);
                *exit
            }
        };
        ExitCode::from(exit as u8)
    }
}

/// The failures of several things: the first decides what the command ends with.
#[derive(Debug, Default)]
pub(crate) struct Failures(Option<Exit>);

impl Failures {
    /// Says what happened to one of them. An error that concerns all of them comes back.
    pub(crate) fn note(
        &mut self,
        console: &Console,
        of: &str,
        done: Result<(), Failure>,
    ) -> Result<(), Failure> {
        let Err(failure) = done else { return Ok(()) };
        let reported = console.report_failure(of, failure);
        let Failure::Reported(exit) = reported else { return Err(reported) };
        self.0.get_or_insert(exit);
        Ok(())
    }

    pub(crate) fn end(self) -> Result<(), Failure> {
        self.0.map_or(Ok(()), |exit| Err(Failure::Reported(exit)))
    }
}
