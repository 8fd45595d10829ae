//! The arguments of each server function as a form or a query, and read back.

use domain::Parameters;

use super::arguments::{Arguments, Target};
use super::endpoints::{
    ChangeLabels, Describe, Duplicate, KeepLook, Known, Listing, Relabel, RelabelAll, Remove, Reprocess,
    Restore, RestoreAll, Retry, RetryAll, Save,
};

/// The functions that take the composer's form unchanged.
macro_rules! of_form {
    ($($type:ident),+) => {
        $(impl Arguments for $type {
            fn send(self) -> (Target, Parameters) {
                (Target { space: self.space, id: None }, self.form)
            }

            fn receive(target: Target, form: Parameters) -> Self {
                Self { space: target.space, form }
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

            fn receive(target: Target, _: Parameters) -> Self {
                Self { id: target.entry(), space: target.space }
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

            fn receive(target: Target, form: Parameters) -> Self {
                Self { id: target.entry(), space: target.space, form }
            }
        })+
    };
}

/// The functions that take nothing but a space.
macro_rules! of_space {
    ($($type:ident),+) => {
        $(impl Arguments for $type {
            fn send(self) -> (Target, Parameters) {
                (Target { space: self.space, id: None }, Parameters::default())
            }

            fn receive(target: Target, _: Parameters) -> Self {
                Self { space: target.space }
            }
        })+
    };
}

of_space!(RestoreAll, RetryAll);
of_form!(Save, KeepLook, RelabelAll);
of_entry!(Remove, Restore, Duplicate, Retry, Relabel);
of_entry_and_form!(Describe, Reprocess, ChangeLabels);

impl Arguments for Listing {
    fn send(self) -> (Target, Parameters) {
        (Target { space: self.space, id: None }, self.query)
    }

    fn receive(target: Target, query: Parameters) -> Self {
        Self { space: target.space, query }
    }
}

impl Arguments for Known {
    fn send(self) -> (Target, Parameters) {
        (Target { space: self.space, id: None }, Parameters::from([("value", self.value)]))
    }

    fn receive(target: Target, parameters: Parameters) -> Self {
        let value = parameters.text("value").unwrap_or_default().to_owned();
        Self { space: target.space, value }
    }
}

#[cfg(test)]
mod tests {
    use domain::Space;

    use super::*;

    fn received<A: Arguments>(sent: A) -> A {
        let (target, parameters) = sent.send();
        let parameters = Parameters::parse(parameters.to_string().as_bytes()).unwrap();
        A::receive(target, parameters)
    }

    fn space() -> Space {
        "team-7".parse().unwrap()
    }

    #[test]
    fn arguments_survive_sending() {
        let query = Parameters::from([("q", "ä&1 =\n"), ("page", "3")]);
        let listing = received(Listing { space: space(), query: query.clone() });
        assert_eq!((listing.space, listing.query), (space(), query));
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
}
