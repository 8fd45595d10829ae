//! Why a command failed, and the exit code that says so. Not here: the sentences of the server (`api::problem`).

use std::io;

/// An exit code, besides 0. They are documented in `docs/command-line.md` and at the end of each `--help`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Anything without a code of its own.
    Other = 1,
    /// The arguments, a variable or a file that they name cannot be used; clap's code.
    Usage = 2,
    /// No such entry, or it was removed; no code in a picture.
    NotFound = 3,
    /// The server refused the request: any other 4xx.
    Refused = 4,
    /// No answer, or the server is busy.
    Away = 5,
}

impl Exit {
    /// After Ctrl-C.
    pub(crate) const INTERRUPTED: u8 = 130;
    /// After SIGTERM.
    pub(crate) const TERMINATED: u8 = 143;

    /// The codes in words, for the end of each help.
    pub(crate) const HELP: &str = "Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 not found or removed, \
                                   4 refused by the server, 5 server away or busy, \
                                   130 or 143 interrupted.";

    /// The code for an answer with this status.
    pub(crate) fn of_status(status: u16) -> Self {
        match status {
            404 | 410 => Self::NotFound,
            408 | 425 | 429 | 502..=504 => Self::Away,
            400..=499 => Self::Refused,
            _ => Self::Other,
        }
    }
}

/// Why a command did not do what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// To be said, in one visible line.
    Said {
        exit: Exit,
        /// What the server answered, if it did.
        status: Option<u16>,
        sentence: String,
    },
    /// Said already.
    Reported(Exit),
    /// Whoever read the output has left, as `head` does: nothing to complain about.
    ReaderLeft,
}

impl Failure {
    pub(crate) fn new(exit: Exit, sentence: impl Into<String>) -> Self {
        Self::Said { exit, status: None, sentence: sentence.into() }
    }

    pub(crate) fn other(sentence: impl Into<String>) -> Self {
        Self::new(Exit::Other, sentence)
    }

    pub(crate) fn usage(sentence: impl Into<String>) -> Self {
        Self::new(Exit::Usage, sentence)
    }

    /// Standard output cannot be written.
    pub(crate) fn of_output(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ReaderLeft,
            _ => Self::other(format!("The output cannot be written: {error}.")),
        }
    }

    /// What the server answered.
    pub(crate) fn status(&self) -> Option<u16> {
        if let Self::Said { status, .. } = self { *status } else { None }
    }

    /// Its exit code, if it has one.
    pub(crate) fn exit(&self) -> Option<Exit> {
        match self {
            Self::Said { exit, .. } | Self::Reported(exit) => Some(*exit),
            Self::ReaderLeft => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_have_their_exit_codes() {
        for (status, exit) in [
            (404, Exit::NotFound),
            (410, Exit::NotFound),
            (400, Exit::Refused),
            (401, Exit::Refused),
            (409, Exit::Refused),
            (412, Exit::Refused),
            (422, Exit::Refused),
            (429, Exit::Away),
            (502, Exit::Away),
            (503, Exit::Away),
            (504, Exit::Away),
            (500, Exit::Other),
            (507, Exit::Other),
            (301, Exit::Other),
        ] {
            assert_eq!(Exit::of_status(status), exit, "{status}");
        }
    }
}
