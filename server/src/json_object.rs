//! A JSON object from a program, whose members are read one by one. Not a derived `Deserialize`, whose errors name
//! the program's structs, and which accepts an array for an object.

use std::collections::BTreeMap;
use std::fmt;

use axum::extract::{FromRequest, Request};
use domain::limits::REQUEST_BODY_MAX_BYTES;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::error::Category;

use crate::body::body;
use crate::excerpt::excerpt;
use crate::inputs::expect_type;
use crate::problem::{InField as _, Problem};

/// A JSON object.
#[derive(Debug)]
pub(crate) struct JsonObject(BTreeMap<String, Value>);

impl<S: Send + Sync> FromRequest<S> for JsonObject {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        expect_type(request.headers(), "application/json")?;
        let too_large =
            format!("The request is too large: the maximum is {} KiB.", REQUEST_BODY_MAX_BYTES / 1024);
        Self::parse(&body(request, REQUEST_BODY_MAX_BYTES, too_large).await?)
    }
}

impl JsonObject {
    pub(crate) fn parse(json: &[u8]) -> Result<Self, Problem> {
        let Members(members) = serde_json::from_slice(json).map_err(|error| misread(&error))?;
        let mut object = BTreeMap::new();
        for (name, value) in members {
            if object.contains_key(&name) {
                return Err(Problem::bad_request(format!("The field {} occurs twice.", excerpt(&name))));
            }
            object.insert(name, value);
        }
        Ok(Self(object))
    }

    /// Refuses an object with other fields than these.
    pub(crate) fn with_only(self, fields: &[&str]) -> Result<Self, Problem> {
        match self.0.keys().find(|name| !fields.contains(&name.as_str())) {
            Some(unknown) => {
                let (unknown, known) = (excerpt(unknown), fields.join(", "));
                let sentence = format!("There is no field {unknown}. The fields are {known}.");
                Err(Problem::bad_request(sentence)).in_field(&unknown)
            }
            None => Ok(self),
        }
    }

    /// Removes and returns a text; `None` if it is missing or null.
    pub(crate) fn text(&mut self, field: &str) -> Result<Option<String>, Problem> {
        match self.0.remove(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(must_be(field, "a string")),
        }
    }

    /// Removes and returns a text, or a whole number as a text; `None` if it is missing or null.
    pub(crate) fn scalar(&mut self, field: &str) -> Result<Option<String>, Problem> {
        match self.0.remove(field) {
            Some(Value::Number(number)) if number.is_u64() => Ok(Some(number.to_string())),
            Some(Value::Number(_)) => Err(must_be(field, "a string or a whole number")),
            Some(value) => {
                self.0.insert(field.to_owned(), value);
                self.text(field)
            }
            None => Ok(None),
        }
    }

    /// Removes and returns a list of texts; `None` if it is missing or null.
    pub(crate) fn list(&mut self, field: &str) -> Result<Option<Vec<String>>, Problem> {
        let text = |value| if let Value::String(text) = value { Some(text) } else { None };
        let texts = match self.0.remove(field) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Array(values)) => values.into_iter().map(text).collect::<Option<_>>(),
            Some(_) => None,
        };
        texts.map(Some).ok_or_else(|| must_be(field, "a list of strings"))
    }

    /// Removes and returns an object as texts: strings, numbers, `true` and `false`. `None` if it is missing or null;
    /// null members are left out.
    pub(crate) fn texts(&mut self, field: &str) -> Result<Option<BTreeMap<String, String>>, Problem> {
        let members = match self.0.remove(field) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Object(members)) => members,
            Some(_) => return Err(must_be(field, "an object")),
        };
        let text = |(name, value): (String, Value)| match value {
            Value::Null => None,
            Value::String(text) => Some(Ok((name, text))),
            Value::Bool(_) | Value::Number(_) => Some(Ok((name, value.to_string()))),
            _ => Some(Err(must_be(&excerpt(&name), "a string, a number, true or false"))),
        };
        members.into_iter().filter_map(text).collect::<Result<_, _>>().map(Some)
    }
}

fn must_be(field: &str, what: &str) -> Problem {
    Problem::bad_request(format!("The field {field} must be {what}."))
        .about(domain::Field::Answer(field.to_owned().into()))
}

/// Why it is not an object, without the parser's words.
fn misread(error: &serde_json::Error) -> Problem {
    Problem::bad_request(match error.classify() {
        Category::Data => "Send a JSON object.".to_owned(),
        Category::Eof => "The JSON ends too early.".to_owned(),
        Category::Syntax | Category::Io if error.line() == 1 => {
            format!("This is not JSON: look at column {}.", error.column())
        }
        Category::Syntax | Category::Io => {
            format!("This is not JSON: look at line {}, column {}.", error.line(), error.column())
        }
    })
}

/// The members of an object in order, including repeated ones.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence<T: fmt::Debug>(result: Result<T, Problem>) -> String {
        result.unwrap_err().sentence
    }

    #[test]
    fn non_objects_are_refused_with_a_clear_message() {
        for (json, expected) in [
            ("[\"a\"]", "Send a JSON object."),
            ("\"a\"", "Send a JSON object."),
            ("7", "Send a JSON object."),
            ("", "The JSON ends too early."),
            ("{\"text\":\"a", "The JSON ends too early."),
            ("{\"text\":a}", "This is not JSON: look at column 9."),
            ("{\"text\":\"a\"}}", "This is not JSON: look at column 13."),
            ("{\"text\":\"a\",\"text\":\"b\"}", "The field text occurs twice."),
        ] {
            assert_eq!(sentence(JsonObject::parse(json.as_bytes())), expected, "{json}");
        }
        let deep = "[".repeat(50_000);
        assert!(
            sentence(JsonObject::parse(format!("{{\"text\":{deep}").as_bytes()))
                .starts_with("This is not JSON")
        );
    }

    #[test]
    fn json_fields_are_parsed() {
        let object = || JsonObject::parse(br#"{"a":"x","b":7,"c":null,"d":{"e":"f"}}"#).unwrap();
        assert_eq!(object().text("a").unwrap().as_deref(), Some("x"));
        assert_eq!((object().text("c").unwrap(), object().text("z").unwrap()), (None, None));
        assert_eq!(object().texts("d").unwrap().unwrap()["e"], "f");
        assert_eq!(sentence(object().text("b")), "The field b must be a string.");
        let list = JsonObject::parse(br#"{"l":["x","y"],"m":["x",7]}"#).unwrap();
        let mut list = list.with_only(&["l", "m"]).unwrap();
        assert_eq!(list.list("l").unwrap().unwrap(), ["x", "y"]);
        assert_eq!(list.list("l").unwrap(), None);
        assert_eq!(sentence(list.list("m")), "The field m must be a list of strings.");
        assert_eq!(sentence(object().texts("a")), "The field a must be an object.");
        let mixed = JsonObject::parse(br#"{"c":{"a":true,"b":48.1,"c":null,"d":"x"},"n":{"a":[]}}"#).unwrap();
        let mut mixed = mixed.with_only(&["c", "n"]).unwrap();
        let texts = mixed.texts("c").unwrap().unwrap();
        let texts: Vec<_> = texts.iter().map(|(name, text)| format!("{name}={text}")).collect();
        assert_eq!(texts, ["a=true", "b=48.1", "d=x"]);
        assert_eq!(sentence(mixed.texts("n")), "The field a must be a string, a number, true or false.");
        assert_eq!(sentence(object().with_only(&["a", "b"])), "There is no field c. The fields are a, b.");
    }
}
