//! What the parser of Stalwart's mail server makes of our vCards and calendars.

use calcard::icalendar::{ICalendar, ICalendarProperty, ICalendarValue};
use calcard::vcard::{VCard, VCardProperty, VCardValue};
use proptest::prelude::*;

use super::*;

fn text_of(card: &VCard, property: &VCardProperty) -> Vec<String> {
    let values = card.entries.iter().filter(|entry| entry.name == *property).flat_map(|entry| &entry.values);
    values
        .flat_map(|value| match value {
            VCardValue::Text(text) => Vec::from([text.clone()]),
            VCardValue::Component(parts) => parts.clone(),
            _ => Vec::new(),
        })
        .collect()
}

fn in_event(calendar: &ICalendar, property: &ICalendarProperty) -> Vec<String> {
    let entries = calendar.components.iter().flat_map(|component| &component.entries);
    let values = entries.filter(|entry| entry.name == *property).flat_map(|entry| &entry.values);
    values
        .filter_map(|value| match value {
            ICalendarValue::Text(text) => Some(text.clone()),
            _ => None,
        })
        .collect()
}

proptest! {
    #[test]
    fn stalwart_reads_any_contact(given in "[ -~é🎉]{1,90}", family in "[ -~é🎉]{1,90}", note in "[ -~é🎉\n]{1,200}") {
        let answers: Answers = [("given", &given), ("family", &family), ("note", &note)].into_iter()
            .map(|(name, value)| (name, value.as_str())).collect();
        if let Ok(Some(Payload::Contact(contact))) = compose(PayloadKind::Contact, &answers) {
            let card = VCard::parse(contact.to_string()).unwrap();
            let one = |property| text_of(&card, &property);
            prop_assert_eq!(one(VCardProperty::Fn), [contact.full_name()]);
            prop_assert_eq!(&one(VCardProperty::N)[..2], [contact.family.clone(), contact.given.clone()]);
            let notes: Vec<String> = Some(contact.note).into_iter().filter(|note| !note.is_empty()).collect();
            prop_assert_eq!(one(VCardProperty::Note), notes);
        }
    }

    #[test]
    fn stalwart_reads_any_event(title in "[ -~é🎉]{1,200}", description in "[ -~é🎉\n]{0,300}") {
        let answers = [("title", &*title), ("description", &*description), ("start_day", "2026-11-21")];
        if let Ok(Some(Payload::Event(event))) = compose(PayloadKind::Event, &answers.into_iter().collect()) {
            let calendar = ICalendar::parse(event.to_string()).unwrap();
            prop_assert_eq!(in_event(&calendar, &ICalendarProperty::Summary), [event.title.clone()]);
            let described: Vec<String> =
                Some(event.description).into_iter().filter(|text| !text.is_empty()).collect();
            prop_assert_eq!(in_event(&calendar, &ICalendarProperty::Description), described);
            prop_assert!(!in_event(&calendar, &ICalendarProperty::Uid).is_empty());
        }
    }
}
