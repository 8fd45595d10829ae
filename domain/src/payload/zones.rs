//! Time zones, as far as events need them: from local time to UTC. Time zone rules change and are large, so the
//! caller supplies them: the browser has its own, the server a crate's.

use crate::Timestamp;

/// A source of time zone rules.
pub trait Zones {
    /// By how many seconds clocks in this zone (such as `Europe/Berlin`) are ahead of UTC at a moment, in seconds
    /// since 1970; `None` if there is no such zone.
    fn offset_seconds(&self, zone: &str, unix_seconds: i64) -> Option<i32>;
}

/// Only UTC, which needs no rules.
#[derive(Debug, Clone, Copy)]
pub struct UtcOnly;

impl Zones for UtcOnly {
    fn offset_seconds(&self, _: &str, _: i64) -> Option<i32> {
        None
    }
}

/// A chosen zone.
pub(super) struct Zone<'a> {
    name: &'a str,
    zones: &'a dyn Zones,
}

const DAY_SECONDS: i64 = 24 * 60 * 60;

impl<'a> Zone<'a> {
    /// The zone with this name; UTC when it is empty.
    pub(super) fn named(name: &'a str, zones: &'a dyn Zones) -> Option<Self> {
        let zone = Self { name, zones };
        // What both browsers and crates accept as a name; offsets are not names.
        let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte));
        (zone.is_utc() || is_name && zone.offset(0).is_some()).then_some(zone)
    }

    fn is_utc(&self) -> bool {
        self.name.is_empty() || self.name.eq_ignore_ascii_case("UTC")
    }

    fn offset(&self, unix_seconds: i64) -> Option<i64> {
        if self.is_utc() {
            Some(0)
        } else {
            self.zones.offset_seconds(self.name, unix_seconds).map(i64::from)
        }
    }

    /// The moment at which clocks in this zone show a local time, given as the moment at which clocks in UTC do;
    /// `None` before 1970. By RFC 5545 (3.3.5), of an ambiguous time the first one counts, and a skipped one is
    /// counted from before the change.
    pub(super) fn moment(&self, shown: Timestamp) -> Option<Timestamp> {
        let seconds = i64::try_from(shown.unix_ms() / 1000).ok()?;
        // No zone changes its clocks twice within two days.
        let before = self.offset(seconds - DAY_SECONDS)?;
        let after = self.offset(seconds + DAY_SECONDS)?;
        let is_after = self.offset(seconds - before)? != before && self.offset(seconds - after)? == after;
        let moment = seconds - if is_after { after } else { before };
        Some(Timestamp::from_unix_ms(u64::try_from(moment).ok()? * 1000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Central Europe in 2026: on 29 March 02:00 becomes 03:00, on 25 October 03:00 becomes 02:00.
    struct CentralEurope;

    impl Zones for CentralEurope {
        fn offset_seconds(&self, zone: &str, unix_seconds: i64) -> Option<i32> {
            let is_summer = (1_774_746_000..1_792_890_000).contains(&unix_seconds);
            (zone == "Europe/Berlin").then_some(if is_summer { 7200 } else { 3600 })
        }
    }

    #[test]
    fn skipped_and_repeated_hours_are_resolved() {
        let zone = Zone::named("Europe/Berlin", &CentralEurope).unwrap();
        for (shown, moment) in [
            ("2026-01-15T12:00", "2026-01-15T11:00"),
            ("2026-07-15T12:00", "2026-07-15T10:00"),
            ("2026-03-29T01:59", "2026-03-29T00:59"),
            // It does not exist: counted from before the change, it is half past three in summer.
            ("2026-03-29T02:30", "2026-03-29T01:30"),
            ("2026-03-29T03:00", "2026-03-29T01:00"),
            // It occurs twice: the first one, in summer.
            ("2026-10-25T02:00", "2026-10-25T00:00"),
            ("2026-10-25T02:59", "2026-10-25T00:59"),
            ("2026-10-25T03:00", "2026-10-25T02:00"),
        ] {
            let at = |minute: &str| format!("{minute}:00.000Z").parse::<Timestamp>().unwrap();
            assert_eq!(zone.moment(at(shown)), Some(at(moment)), "{shown}");
        }
        assert_eq!(zone.moment(Timestamp::from_unix_ms(0)), None);
    }

    #[test]
    fn only_zone_names_are_accepted() {
        for name in ["", "UTC", "utc", "Europe/Berlin"] {
            assert!(Zone::named(name, &CentralEurope).is_some(), "{name}");
        }
        for name in ["Europe/Atlantis", "+02:00", "Europe/Berlin\0"] {
            assert!(Zone::named(name, &CentralEurope).is_none(), "{name}");
        }
    }
}
