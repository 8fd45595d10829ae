//! `qrate show`: one entry, with all that is known of it.

use super::entry_id::EntryId;
use crate::api::{Api, Call, Entry, Path, ServerArgs, read};
use crate::console::Console;
use crate::failure::Failure;
use crate::shown::{json_line, visible};

/// The arguments of `show`.
#[derive(Debug, clap::Args)]
pub struct ShowArgs {
    /// Number of the entry.
    #[arg(value_name = "ID")]
    id: EntryId,
    /// Print the entry as a line of JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerArgs,
}

pub(super) async fn show(args: ShowArgs, console: &Console) -> Result<(), Failure> {
    let api = args.server.api(console)?;
    let value = api.json(&Call::get(api.in_space(&Path::of_entry(args.id.0, "")))).await?;
    if args.json {
        return console.line(&json_line(&value));
    }
    let facts = facts(&api, &read(&value)?);
    let widest = facts.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    facts.iter().filter(|(_, fact)| !fact.is_empty()).try_for_each(|(name, fact)| {
        let name = console.bold(&format!("{name:<widest$}"));
        console.line(&format!("{name}  {}", visible(fact)))
    })
}

fn facts(api: &Api, entry: &Entry) -> Vec<(&'static str, String)> {
    let value = entry.value.clone().unwrap_or_default();
    vec![
        ("ID", entry.id.to_string()),
        ("Kind", entry.kind.clone()),
        ("Name", entry.title().to_owned()),
        ("Content", entry.words.clone().unwrap_or_default()),
        ("Text", value),
        ("Labels", entry.label_list()),
        ("Size", format!("{} bytes", domain::grouped(entry.size_bytes))),
        ("Saved", entry.created_at.clone()),
        ("Revision", entry.revision.to_string()),
        ("Key", entry.key.clone()),
        ("Page", entry.links.page.as_deref().map(|page| api.link(page)).unwrap_or_default()),
    ]
}
