//! Time zones for those who have no browser to ask: the rules of the IANA database, which the program carries.

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
