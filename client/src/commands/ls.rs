//! `qrate ls`: lists entries, page by page.

use domain::grouped;

use crate::api::{Api, Call, Entry, Listing, Path, ServerArgs, read};
use crate::console::Console;
use crate::failure::Failure;
use crate::shown::{json_line, visible};
use crate::table::{Align, Column, Table};

/// The arguments of `ls`.
#[derive(Debug, clap::Args)]
pub struct LsArgs {
    /// Only entries of this kind: code, photo or file.
    #[arg(long, value_name = "KIND", value_parser = ["code", "photo", "file"])]
    kind: Option<String>,
    /// Only entries with this label; repeated, with all of them.
    #[arg(long = "label", value_name = "LABEL")]
    labels: Vec<String>,
    /// Only entries with all of these words in their name, text, number, file name or labels.
    #[arg(long, short, value_name = "WORDS")]
    search: Option<String>,
    /// The order; with a minus sign before it, the largest comes first.
    #[arg(
        long,
        value_name = "ORDER",
        allow_hyphen_values = true,
        value_parser = ["number", "-number", "name", "-name", "time", "-time", "size", "-size"]
    )]
    sort: Option<String>,
    /// The newest entry with exactly this text.
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["kind", "labels", "search", "sort"])]
    value: Option<String>,
    /// At most this many entries.
    #[arg(long, short = 'n', value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..))]
    limit: u64,
    /// All entries.
    #[arg(long, short, conflicts_with = "limit")]
    all: bool,
    /// Print each entry as a line of JSON.
    #[arg(long)]
    json: bool,
    /// Print only the number of each entry.
    #[arg(long, short, conflicts_with = "json")]
    quiet: bool,
    #[command(flatten)]
    server: ServerArgs,
}

/// The most entries that a server sends at once.
const PAGE_MAX: u64 = 200;

const COLUMNS: &[Column] = &[
    Column { title: "ID", align: Align::Right },
    Column { title: "KIND", align: Align::Left },
    Column { title: "NAME", align: Align::Cut },
    Column { title: "CONTENT", align: Align::Cut },
    Column { title: "LABELS", align: Align::Cut },
    Column { title: "SIZE", align: Align::Right },
    Column { title: "SAVED (UTC)", align: Align::Left },
];

pub(super) async fn ls(args: LsArgs, console: &Console) -> Result<(), Failure> {
    let api = args.server.api(console)?;
    let limit = if args.all { u64::MAX } else { args.limit };
    let (mut shown, mut cursor, mut table) = (0, None, None);
    while shown < limit {
        let listing = page(&api, &args, (limit - shown).min(PAGE_MAX), cursor.as_deref()).await?;
        let Listing { total, next, entries, .. } = listing;
        let count = usize::try_from(limit - shown).unwrap_or(usize::MAX).min(entries.len());
        if args.quiet {
            let ids = entries[..count].iter().map(|entry| read::<Entry>(entry).map(|entry| entry.id));
            ids.collect::<Result<Vec<_>, _>>()?.iter().try_for_each(|id| console.line(&id.to_string()))?;
        } else if args.json {
            entries[..count].iter().try_for_each(|entry| console.line(&json_line(entry)))?;
        } else {
            let rows = entries[..count].iter().map(|entry| read(entry).map(|entry| row(&entry)));
            print(console, &mut table, &rows.collect::<Result<Vec<_>, _>>()?)?;
        }
        shown += count as u64;
        if total == 0 {
            console.hint("no entries");
        }
        match next {
            // A server that names a next page without entries would keep us for ever.
            Some(next) if !entries.is_empty() => cursor = Some(next),
            _ => break,
        }
        if shown >= limit {
            let (shown, total) = (grouped(shown), grouped(total));
            console.hint(&format!("{shown} of {total} entries: --limit N shows more, --all shows all"));
        }
    }
    Ok(())
}

async fn page(api: &Api, args: &LsArgs, limit: u64, cursor: Option<&str>) -> Result<Listing, Failure> {
    let mut path = Path::new("entries")
        .with("limit", &limit)
        .with_some("cursor", cursor)
        .with_some("kind", args.kind.as_deref())
        .with_some("q", args.search.as_deref())
        .with_some("sort", args.sort.as_deref())
        .with_some("value", args.value.as_deref());
    for label in &args.labels {
        path = path.with("label", label);
    }
    read(&api.json(&Call::get(api.in_space(&path))).await?)
}

/// Prints rows; the first ones get a head and decide how wide the columns are.
fn print(console: &Console, table: &mut Option<Table>, rows: &[Vec<String>]) -> Result<(), Failure> {
    if table.is_none() {
        let first = Table::of(COLUMNS, rows, console.width);
        console.line(&console.bold(&first.head()))?;
        *table = Some(first);
    }
    let Some(table) = table else { return Ok(()) };
    rows.iter().try_for_each(|row| console.line(&table.row(row)))
}

fn row(entry: &Entry) -> Vec<String> {
    let cells = [
        entry.id.to_string(),
        entry.kind.clone(),
        entry.title().to_owned(),
        entry.content().to_owned(),
        entry.label_list(),
        size(entry.size_bytes),
        minute(&entry.created_at),
    ];
    cells.iter().map(|cell| visible(cell)).collect()
}

/// A size in the largest unit of which there is one.
fn size(bytes: u64) -> String {
    let units = ["KB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let (mut thousandths, mut unit) = (bytes, 0);
    while thousandths >= 1_000_000 && unit + 1 < units.len() {
        thousandths /= 1000;
        unit += 1;
    }
    let (whole, tenths) = (thousandths / 1000, thousandths % 1000 / 100);
    if whole < 10 { format!("{whole}.{tenths} {}", units[unit]) } else { format!("{whole} {}", units[unit]) }
}

/// `2026-11-21T14:03:00.120Z` to the minute.
fn minute(at: &str) -> String {
    let minute: String = at.chars().take("2026-11-21T14:03".len()).collect();
    minute.replacen('T', " ", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_are_short() {
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 KB"),
            (9_999, "9.9 KB"),
            (10_500, "10 KB"),
            (999_999, "999 KB"),
            (52_428_800, "52 MB"),
            (u64::MAX, "18446744 TB"),
        ] {
            assert_eq!(size(bytes), text);
        }
        assert_eq!(minute("2026-11-21T14:03:00.120Z"), "2026-11-21 14:03");
        assert_eq!(minute(""), "");
    }
}
