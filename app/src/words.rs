//! How sizes, times and notices are written: pure, the same on both sides.

pub(crate) use domain::grouped;
pub(crate) use domain::payload::link_target;
use domain::{EntryRow, Notice};

/// Shown if the server does not answer; withdrawn once it does.
pub(crate) const UNREACHABLE: &str = "The server cannot be reached. Nothing is lost: try again in a moment.";

/// A size in decimal units: 342 B, 1.2 kB, 25 MB.
#[cfg(feature = "ssr")]
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    // In tenths of the unit, to avoid floating point; what would round up to 1000 takes the next unit.
    let (mut tenths, mut unit) = (bytes.saturating_add(50) / 100, 0);
    while tenths >= 9_995 && unit + 1 < UNITS.len() {
        tenths = (tenths + 500) / 1000;
        unit += 1;
    }
    match (tenths / 10, tenths % 10) {
        (whole, tenth) if whole < 10 && tenth > 0 => format!("{whole}.{tenth} {}", UNITS[unit]),
        (whole, tenth) => format!("{} {}", whole + u64::from(tenth >= 5), UNITS[unit]),
    }
}

/// The title of an entry: its name, else what its value means, else the first non-blank line of it, else its file.
pub(crate) fn entry_title(entry: &EntryRow) -> String {
    let lines = entry.value.as_deref().unwrap_or_default().lines().map(str::trim);
    let described = [entry.name.as_str(), entry.words.as_deref().unwrap_or_default()];
    let mut candidates = described.into_iter().chain(lines).filter(|text| !text.is_empty());
    shown(candidates.next().unwrap_or(entry.key.file_name()))
}

/// A text as a browser can keep it: it leaves out null characters, and with them a text of nothing else, which hydration
/// would look for.
pub(crate) fn shown(text: &str) -> String {
    text.chars().map(|c| if c == '\0' { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// What a row shows below its title: the value, unless the title is its meaning.
pub(crate) fn second_line(entry: &EntryRow) -> Option<&str> {
    entry.value.as_deref().filter(|_| !entry.name.is_empty())
}

/// The title of its page.
pub(crate) fn entry_page_title(entry: &EntryRow) -> String {
    format!("#{} {} · Qrate", entry.id, entry_title(entry))
}

/// Why a name was not saved: somebody else has given the entry this one meanwhile.
pub fn named_by_another(name: &str) -> String {
    let name = if name.is_empty() { "no name".to_owned() } else { format!("the name “{name}”") };
    format!("Someone else changed this entry: it now has {name}. Save again to use yours instead.")
}

/// What became of labels that were to be added: which are new, or that all are there already.
pub(crate) fn of_added(before: &[String], now: &[String], typed: &str) -> String {
    let new: Vec<&str> = now.iter().filter(|name| !before.contains(name)).map(String::as_str).collect();
    match &*new {
        [] => format!("{} is there already", typed.trim()),
        [one] => format!("Label {one} added"),
        several => format!("Labels {} added", several.join(", ")),
    }
}

/// A notice in words, without the links and buttons that may follow.
pub(crate) fn of_notice(notice: &Notice) -> String {
    match notice {
        Notice::Saved { .. } => "Saved ".to_owned(),
        Notice::Uploaded { count: 1 } => "Uploaded 1 photo".to_owned(),
        Notice::Uploaded { count } => format!("Uploaded {} photos", grouped(*count)),
        Notice::Removed { id } => format!("Removed #{id}"),
        Notice::Restored { .. } => "Restored ".to_owned(),
        Notice::Described => "Saved.".to_owned(),
        Notice::Undone => "Undone.".to_owned(),
        Notice::RemovedSince { id } => format!("#{id} was saved before and has been removed since."),
        Notice::GoneSince { id } => {
            format!("#{id} was saved before, but its file was deleted. Save again to get a new one.")
        }
        Notice::Failed { error } => error.clone(),
    }
}

/// An RFC 3339 time to the minute and to the second: `2026-11-21 03:14 UTC`; unchanged if it is not valid.
pub(crate) fn utc_time(moment: &str) -> (String, String) {
    match (moment.get(..10), moment.get(11..16), moment.get(11..19)) {
        (Some(day), Some(minute), Some(second)) => {
            (format!("{day} {minute} UTC"), format!("{day} {second} UTC"))
        }
        _ => (moment.to_owned(), moment.to_owned()),
    }
}

/// An RFC 3339 time to the day, and to the second; unchanged if it is not valid.
pub(crate) fn utc_day(moment: &str) -> [String; 2] {
    [moment.get(..10).unwrap_or(moment).to_owned(), utc_time(moment).1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "ssr")]
    #[test]
    fn sizes() {
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1 kB"),
            (1234, "1.2 kB"),
            (12_600, "13 kB"),
            (999_449, "999 kB"),
            (999_450, "1 MB"),
            (26_214_400, "26 MB"),
            (1_500_000_000, "1.5 GB"),
        ] {
            assert_eq!(size(bytes), text, "{bytes}");
        }
        assert!(size(u64::MAX).ends_with(" PB"));
    }

    #[test]
    fn added_labels_are_named() {
        let names = |list: &str| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let said = |before, now, typed| of_added(&names(before), &names(now), typed);
        assert_eq!(said("cat", "cat office", " office"), "Label office added");
        assert_eq!(said("cat", "a cat b", "a, b"), "Labels a, b added");
        assert_eq!(said("cat person", "cat person", "person "), "person is there already");
    }

    #[test]
    fn times() {
        let both = |short: &str, full: &str| (short.to_owned(), full.to_owned());
        assert_eq!(
            utc_time("2026-11-21T03:14:55.120Z"),
            both("2026-11-21 03:14 UTC", "2026-11-21 03:14:55 UTC")
        );
        assert_eq!(utc_time("soon"), both("soon", "soon"));
    }
}
