//! The arguments of each server function as a form or a query, and read back.

use domain::limits::{NUMBERS_BELOW, PAGE_DEFAULT_ENTRIES, PAGE_MAX_ENTRIES};
use domain::{NumberError, Parameters};

use super::arguments::{Arguments, Target};
use super::endpoints::{
    ChangeLabels, Describe, KeepLook, Known, Listing, Relabel, RelabelAll, Remove, Reprocess, Restore, Retry,
    RetryAll, Save,
};

/// The functions that take the composer's form unchanged.
macro_rules! of_form {
    ($($type:ident),+) => {
        $(impl Arguments for $type {
            fn send(self) -> (Target, Parameters) {
                (Target { space: self.space, id: None }, self.form)
            }

            fn receive(target: Target, form: Parameters) -> Result<Self, NumberError> {
                Ok(Self { space: target.space, form })
            }
        })+
    };
}

/// The functions that take only an entry.
macro_rules! of_entry {
    ($($type:ident),+) => {
        $(impl Arguments for $type {
            fn send(self) -> (Target, Parameters) {
                (Target { space: self.space, id: Some(self.id) }, Parameters::default())
            }

            fn receive(target: Target, _: Parameters) -> Result<Self, NumberError> {
                Ok(Self { id: target.entry(), space: target.space })
            }
        })+
    };
}

/// The functions that take an entry and a form.
macro_rules! of_entry_and_form {
    ($($type:ident),+) => {
        $(impl Arguments for $type {
            fn send(self) -> (Target, Parameters) {
                (Target { space: self.space, id: Some(self.id) }, self.form)
            }

            fn receive(target: Target, form: Parameters) -> Result<Self, NumberError> {
                Ok(Self { id: target.entry(), space: target.space, form })
            }
        })+
    };
}

of_form!(Save, KeepLook, RelabelAll);
of_entry!(Remove, Restore, Retry, Relabel);
of_entry_and_form!(Describe, Reprocess, ChangeLabels);

impl Arguments for RetryAll {
    fn send(self) -> (Target, Parameters) {
        (Target { space: self.space, id: None }, Parameters::default())
    }

    fn receive(target: Target, _: Parameters) -> Result<Self, NumberError> {
        Ok(Self { space: target.space })
    }
}

impl Arguments for Listing {
    fn send(self) -> (Target, Parameters) {
        let Self { space, page, per_page, at } = self;
        let numbers =
            [("page", page.to_string()), ("per_page", per_page.to_string()), ("at", at.to_string())];
        (Target { space, id: None }, Parameters::from(numbers))
    }

    fn receive(target: Target, parameters: Parameters) -> Result<Self, NumberError> {
        Ok(Self {
            space: target.space,
            page: parameters.small_number("page", 1..=u32::MAX)?.unwrap_or(1),
            per_page: parameters
                .small_number("per_page", 1..=PAGE_MAX_ENTRIES)?
                .unwrap_or(PAGE_DEFAULT_ENTRIES),
            at: parameters.number("at", 0..=NUMBERS_BELOW - 1)?.unwrap_or(0),
        })
    }
}

impl Arguments for Known {
    fn send(self) -> (Target, Parameters) {
        (Target { space: self.space, id: None }, Parameters::from([("value", self.value)]))
    }

    fn receive(target: Target, parameters: Parameters) -> Result<Self, NumberError> {
        let value = parameters.text("value").unwrap_or_default().to_owned();
        Ok(Self { space: target.space, value })
    }
}

#[cfg(test)]
mod tests {
    use domain::Space;

    use super::*;

    fn received<A: Arguments>(sent: A) -> A {
        let (target, parameters) = sent.send();
        let parameters = Parameters::parse(parameters.to_string().as_bytes()).unwrap();
        A::receive(target, parameters).unwrap()
    }

    fn space() -> Space {
        "team-7".parse().unwrap()
    }

    #[test]
    fn arguments_survive_sending() {
        let listing = received(Listing { space: space(), page: 3, per_page: 24, at: 40 });
        assert_eq!((listing.space, listing.page, listing.per_page, listing.at), (space(), 3, 24, 40));
        assert_eq!(received(Known { space: space(), value: "ä&1 =\n".to_owned() }).value, "ä&1 =\n");
        assert_eq!(received(Remove { space: space(), id: 7 }).id, 7);
        let form = Parameters::from([("name", "A"), ("labels", "b, c")]);
        let describe = received(Describe { space: space(), id: 7, form: form.clone() });
        assert_eq!((describe.id, describe.form), (7, form));
        let form = Parameters::from([("recipe", "none")]);
        let reprocess = received(Reprocess { space: space(), id: 8, form: form.clone() });
        assert_eq!((reprocess.id, reprocess.form), (8, form));
        assert_eq!(received(RetryAll { space: space() }).space, space());
        let form = Parameters::from([("text", "a\r\nb"), ("level", "Q"), ("shape", "dots")]);
        assert_eq!(received(Save { space: space(), form: form.clone() }).form, form);
    }

    #[test]
    fn path_segments_are_filled_in() {
        let target = Target { space: space(), id: Some(7) };
        assert_eq!(target.fill("/s/{space}/e/{id}/remove"), "/s/team-7/e/7/remove");
    }

    #[test]
    fn out_of_range_numbers_are_refused() {
        let receive = |pair| Listing::receive(Target { space: space(), id: None }, Parameters::from([pair]));
        assert!(receive(("page", "2")).is_ok());
        for bad in [("page", "0"), ("per_page", "201"), ("at", "x")] {
            assert!(receive(bad).is_err(), "{bad:?}");
        }
    }
}
