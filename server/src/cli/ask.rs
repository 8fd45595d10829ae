//! Questions at a terminal.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use anyhow::{Context as _, bail};

use super::print::print;

/// Asks for a line; elsewhere than at a terminal there is nobody to ask.
pub(super) fn ask(question: &str) -> anyhow::Result<String> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        bail!("nothing was changed: there is no terminal to ask at. Add --yes to skip the question");
    }
    print(|out| write!(out, "{question}")).context("cannot ask")?;
    let mut answer = String::new();
    stdin.lock().read_line(&mut answer).context("cannot read the answer")?;
    Ok(answer)
}

/// Asks for a yes.
pub(super) fn is_agreed(question: &str) -> anyhow::Result<bool> {
    let answer = ask(&format!("{question} [y/N] "))?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}
