//! Time zones for pages without JavaScript and for the API: the rules of the IANA database, embedded in the program.

use domain::payload::Zones;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The zones of the IANA database.
pub(crate) struct IanaZones;

impl Zones for IanaZones {
    fn offset_seconds(&self, zone: &str, unix_seconds: i64) -> Option<i32> {
        let at = Timestamp::from_second(unix_seconds).ok()?;
        TimeZone::get(zone).ok().map(|zone| zone.to_offset(at).seconds())
    }
}
