//! An event: a VEVENT in an iCalendar object (RFC 5545). Times are given in a time zone and written in UTC (“form 2”,
//! 3.3.5), which every calendar understands without time zone rules. Not here: recurrence, alarms, guests.

use core::fmt;

use super::content_line::{ContentLine, as_text, component, first, push_line, text};
use super::zones::Zone;
use super::{Answers, Field, FieldError, Input, Link, Zones};
use crate::Timestamp;

pub(super) const FIELDS: &[Field] =
    &[TITLE, START_DAY, START_TIME, END_DAY, END_TIME, ZONE, LOCATION, WEBSITE, DESCRIPTION];
const TITLE: Field = Field::new("title", "Title", Input::Line).required();
const START_DAY: Field = Field::new("start_day", "Begins on", Input::Day).required();
const START_TIME: Field = Field::new("start_time", "Begins at", Input::Time);
const END_DAY: Field = Field::new("end_day", "Ends on", Input::Day);
const END_TIME: Field = Field::new("end_time", "Ends at", Input::Time);
const ZONE: Field = Field::new("zone", "Time zone", Input::Zone).hint("Europe/Berlin");
const LOCATION: Field = Field::new("location", "Where", Input::Line);
const WEBSITE: Field = Field::new("website", "Website", Input::Link);
const DESCRIPTION: Field = Field::new("description", "Description", Input::Lines);

const DAY_SENTENCE: &str = "Write the day like 2026-11-21, from 1970 on.";
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its title.
    pub title: String,
    /// Its start and end.
    pub when: When,
    /// The names of its time zones, if another program wrote them.
    pub zones: ZoneNames,
    /// Where it is; may be empty.
    pub location: String,
    /// A website about it.
    pub website: Option<Link>,
    /// May be empty; its lines end in line feeds.
    pub description: String,
}

/// Start and end. A local time is stored as the moment at which clocks in UTC show the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Whole days, including the last one; each as its midnight.
    Days {
        /// The first.
        first: Timestamp,
        /// The last.
        last: Timestamp,
    },
    /// At a time, to the second.
    Times {
        /// The start.
        start: Timestamp,
        /// The end, if known.
        end: Option<Timestamp>,
        /// Whether the times are in UTC rather than local.
        is_utc: bool,
    },
}

/// The names of an event's time zones (`TZID`), as its calendar has them: shown, not calculated with. Both are empty
/// if none is named, as in what we write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ZoneNames {
    /// That of the start.
    pub start: String,
    /// That of the end.
    pub end: String,
}

impl Event {
    /// Reads the first event of a calendar, or one that stands alone.
    pub(super) fn parse(text_of_code: &str) -> Option<Self> {
        let lines = component(text_of_code, "VEVENT")?;
        let one = |name: &str| text(first(&lines, name));
        Some(Self {
            title: one("SUMMARY"),
            when: When::parse(&lines)?,
            zones: ZoneNames::parse(&lines),
            location: one("LOCATION"),
            website: Link::parse(first(&lines, "URL")),
            description: one("DESCRIPTION"),
        })
    }

    pub(super) fn compose(answers: &Answers, zones: &dyn Zones) -> Result<Self, FieldError> {
        let title = answers.line(&TITLE)?;
        let when = When::compose(answers, zones)?;
        let website = answers.line(&WEBSITE)?;
        Ok(Self {
            title,
            when,
            zones: ZoneNames::default(),
            location: answers.line(&LOCATION)?,
            website: if website.is_empty() { None } else { Some(Link::typed(&website, &WEBSITE)?) },
            description: answers.lines(&DESCRIPTION)?,
        })
    }

    pub(super) fn words(&self) -> String {
        let comma = if self.title.is_empty() { "" } else { ", " };
        format!("Event {}{comma}{}", self.title, self.when.words(&self.zones))
    }

    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        Vec::from([
            (TITLE.label, self.title.clone()),
            ("When", self.when.words(&self.zones)),
            (LOCATION.label, self.location.clone()),
            (WEBSITE.label, self.website.as_ref().map(Link::to_string).unwrap_or_default()),
            (DESCRIPTION.label, self.description.clone()),
        ])
    }
}

impl When {
    fn parse(lines: &[ContentLine]) -> Option<Self> {
        let start = first(lines, "DTSTART");
        let end = first(lines, "DTEND");
        if let Some((start, is_utc)) = time_of(start) {
            let end = time_of(end).map(|(end, _)| end);
            return Some(Self::Times { start, end, is_utc });
        }
        let first = day_of(start)?;
        // The end day is the one after the last (3.6.1); not all programs know that.
        let last =
            day_of(end).map_or(first, |end| Timestamp::from_unix_ms(end.unix_ms().saturating_sub(DAY_MS)));
        Some(Self::Days { first, last: last.max(first) })
    }

    fn compose(answers: &Answers, zones: &dyn Zones) -> Result<Self, FieldError> {
        let first = typed_day(&answers.line(&START_DAY)?, &START_DAY)?;
        let last = match &*answers.line(&END_DAY)? {
            "" => first,
            line => typed_day(line, &END_DAY)?,
        };
        let (start_time, end_time) = (answers.line(&START_TIME)?, answers.line(&END_TIME)?);
        let too_early =
            |field: &Field| Err(field.error("The event ends before it starts: choose a later end."));
        if start_time.is_empty() {
            return match &*end_time {
                _ if last < first => too_early(&END_DAY),
                "" => Ok(Self::Days { first, last }),
                _ => Err(START_TIME.error("Enter a start time as well, or no times at all for whole days.")),
            };
        }
        let zone = answers.line(&ZONE)?;
        let zone = Zone::named(&zone, zones)
            .ok_or_else(|| ZONE.error("Write the time zone like Europe/Berlin, or UTC."))?;
        let start = moment(&zone, typed_time(first, &start_time, &START_TIME)?, &START_DAY)?;
        if end_time.is_empty() {
            return if last == first {
                Ok(Self::Times { start, end: None, is_utc: true })
            } else {
                Err(END_TIME.error("Enter the time at which it ends on that day."))
            };
        }
        let end = moment(&zone, typed_time(last, &end_time, &END_TIME)?, &END_DAY)?;
        if end <= start {
            return too_early(if last < first { &END_DAY } else { &END_TIME });
        }
        Ok(Self::Times { start, end: Some(end), is_utc: true })
    }

    /// `2026-11-21 18:00 to 20:00`, and the time zone; if start and end have different ones, each after its time.
    fn words(self, zones: &ZoneNames) -> String {
        let (day, minute) = (|at: Timestamp| at.to_minute()[..10].to_owned(), Timestamp::to_minute);
        match self {
            Self::Days { first, last } if first == last => day(first),
            Self::Days { first, last } => format!("{} to {}", day(first), day(last)),
            Self::Times { start, end, is_utc } => {
                let zone_of = |name: &str| match name {
                    "" if is_utc => " UTC".to_owned(),
                    "" => String::new(),
                    name => format!(" {name}"),
                };
                let (zone, end_zone) = (zone_of(&zones.start), zone_of(&zones.end));
                let Some(end) = end else { return format!("{}{zone}", minute(start)) };
                let end = if day(end) == day(start) { minute(end)[11..].to_owned() } else { minute(end) };
                let own_zone = if zone == end_zone { "" } else { &*zone };
                format!("{}{own_zone} to {end}{end_zone}", minute(start))
            }
        }
    }
}

impl ZoneNames {
    /// An end without a zone has that of the start; days have none.
    fn parse(lines: &[ContentLine]) -> Self {
        let zone = |name: &str| {
            let line = lines.iter().find(|line| line.name == name)?;
            match line.value.trim_end() {
                time if !time.contains('T') => None,
                time if time.ends_with('Z') => Some(String::new()),
                _ => line.parameter("TZID").map(|zone| zone.trim_start_matches('/').to_owned()),
            }
        };
        let start = zone("DTSTART").unwrap_or_default();
        Self { end: zone("DTEND").unwrap_or_else(|| start.clone()), start }
    }
}

/// `20261121`
fn day_of(value: &str) -> Option<Timestamp> {
    let (year, month, day) = (value.get(..4)?, value.get(4..6)?, value.get(6..8)?);
    (value.len() == 8).then(|| format!("{year}-{month}-{day}T00:00:00.000Z").parse().ok())?
}

/// `20261121T180000`, with `Z` for UTC.
fn time_of(value: &str) -> Option<(Timestamp, bool)> {
    let (day, time) = value.split_once('T')?;
    let day = day_of(day)?;
    let digits = time.strip_suffix('Z').unwrap_or(time);
    let (hour, minute, second) = (digits.get(..2)?, digits.get(2..4)?, digits.get(4..6)?);
    let moment = format!("{}T{hour}:{minute}:{second}.000Z", &day.to_string()[..10]).parse().ok()?;
    (digits.len() == 6).then_some((moment, digits.len() < time.len()))
}

fn moment(zone: &Zone<'_>, shown: Timestamp, field: &Field) -> Result<Timestamp, FieldError> {
    zone.moment(shown).ok_or_else(|| field.error(DAY_SENTENCE))
}

/// A day as browsers send it. The last possible day has none after it, and would have no end.
fn typed_day(line: &str, field: &Field) -> Result<Timestamp, FieldError> {
    let day: Option<Timestamp> = format!("{line}T00:00:00.000Z").parse().ok();
    day.filter(|day| day.unix_ms() + DAY_MS == Timestamp::from_unix_ms(day.unix_ms() + DAY_MS).unix_ms())
        .ok_or_else(|| field.error(DAY_SENTENCE))
}

/// A time of day as browsers send it, with or without seconds.
fn typed_time(day: Timestamp, line: &str, field: &Field) -> Result<Timestamp, FieldError> {
    let seconds = if line.len() == 5 { ":00" } else { "" };
    format!("{}T{line}{seconds}.000Z", &day.to_string()[..10])
        .parse()
        .map_err(|_| field.error("Write the time like 18:30."))
}

/// A day and a time as iCalendar writes them.
fn written_day(at: Timestamp) -> String {
    at.to_string()[..10].replace('-', "")
}

fn written_time(at: Timestamp, is_utc: bool) -> String {
    let text = at.to_string();
    let zone = if is_utc { "Z" } else { "" };
    format!("{}T{}{zone}", written_day(at), text[11..19].replace(':', ""))
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut event = String::new();
        let mut line = |name: &str, value: &str| push_line(&mut event, name, value);
        let stamp = match self.when {
            When::Days { first, last } => {
                line("DTSTART;VALUE=DATE", &written_day(first));
                if last > first {
                    let after = Timestamp::from_unix_ms(last.unix_ms() + DAY_MS);
                    line("DTEND;VALUE=DATE", &written_day(after));
                }
                first
            }
            When::Times { start, end, is_utc } => {
                let in_zone = |name: &str, zone: &str| match zone {
                    "" => name.to_owned(),
                    zone => format!("{name};TZID=\"{}\"", zone.replace('"', "")),
                };
                line(&in_zone("DTSTART", &self.zones.start), &written_time(start, is_utc));
                line(
                    &in_zone("DTEND", &self.zones.end),
                    &end.map(|end| written_time(end, is_utc && self.zones.end.is_empty()))
                        .unwrap_or_default(),
                );
                start
            }
        };
        line("SUMMARY", &as_text(&self.title));
        line("LOCATION", &as_text(&self.location));
        line("URL", self.website.as_ref().map(Link::as_str).unwrap_or_default());
        line("DESCRIPTION", &as_text(&self.description));
        // Both are required (3.6.1). There is no clock and no randomness here, so that the same form gives the same
        // code.
        let (id, stamp) = (fnv_1a(&event), written_time(stamp, true));
        write!(
            f,
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:Qrate\r\nBEGIN:VEVENT\r\nUID:{id:016x}\r\nDTSTAMP:{stamp}\r\n\
             {event}END:VEVENT\r\nEND:VCALENDAR\r\n"
        )
    }
}

/// The 64-bit hash of Fowler, Noll and Vo: the same id for the same event.
fn fnv_1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
