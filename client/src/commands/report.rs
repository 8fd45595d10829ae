//! What a command says about an entry that it changed: a sentence, only the number, or the JSON of the change. If
//! nobody reads it, the command goes on.

use serde_json::Value;

use crate::api::{Api, Change, read};
use crate::console::{Colour, Console};
use crate::failure::Failure;
use crate::shown::json_line;

/// How changes are reported.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct ReportArgs {
    /// Print each change as a line of JSON.
    #[arg(long)]
    pub(super) json: bool,
    /// Print only the number of each entry.
    #[arg(long, short, conflicts_with = "json")]
    pub(super) quiet: bool,
}

impl ReportArgs {
    /// Reports a change; `done` is what happened, such as “Added”.
    pub(super) fn change(
        self,
        console: &Console,
        api: &Api,
        done: &str,
        value: &Value,
    ) -> Result<Change, Failure> {
        let change: Change = read(value)?;
        let id = change.entry.id;
        if self.json {
            console.report(&json_line(value))?;
        } else if self.quiet {
            console.report(&id.to_string())?;
        } else {
            let done = console.coloured(Colour::Green, done);
            let page = change.entry.links.page.as_deref().map(|page| format!(": {}", api.link(page)));
            let same = change.same.map(|same| format!(" (the same file as {same})"));
            console.report(&format!(
                "{done} {id}{}{}",
                page.unwrap_or_default(),
                same.unwrap_or_default()
            ))?;
        }
        Ok(change)
    }

    /// Reports that an entry is gone for good, of which there is no change to show.
    pub(super) fn purged(self, console: &Console, id: u64) -> Result<(), Failure> {
        if self.json {
            console.report(&json_line(&serde_json::json!({ "kind": "purged", "id": id })))
        } else if self.quiet {
            console.report(&id.to_string())
        } else {
            console.report(&format!("{} {id}", console.coloured(Colour::Green, "Purged")))
        }
    }
}
