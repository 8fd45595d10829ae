//! Domain types as DynamoDB attributes, converted through JSON, so that an item reads in the console like the API's
//! JSON. Nulls are omitted. Not here: which attributes an item has (`layout`).

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};

/// An item, or a part of one.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// An attribute does not have the form that this program writes.
#[derive(Debug, thiserror::Error)]
pub(super) enum AttributeError {
    #[error("there is a {0}")]
    Kind(&'static str),
    #[error("{0} is no number")]
    Number(String),
    #[error(transparent)]
    Field(#[from] serde_json::Error),
}

/// The fields of a struct.
pub(super) fn to_item(value: &impl Serialize) -> Item {
    match serde_json::to_value(value) {
        Ok(Value::Object(fields)) => map(fields),
        other => unreachable!("a struct of ours is an object with string keys, not {other:?}"),
    }
}

/// Reads a struct from its fields, ignoring unknown attributes.
pub(super) fn from_item<T: DeserializeOwned>(item: Item) -> Result<T, AttributeError> {
    Ok(serde_json::from_value(Value::Object(unmap(item)?))?)
}

pub(crate) fn number(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

pub(crate) fn string(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

pub(super) fn attribute(value: Value) -> AttributeValue {
    match value {
        Value::Null => AttributeValue::Null(true),
        Value::Bool(truth) => AttributeValue::Bool(truth),
        Value::Number(number) => AttributeValue::N(number.to_string()),
        Value::String(text) => AttributeValue::S(text),
        Value::Array(values) => AttributeValue::L(values.into_iter().map(attribute).collect()),
        Value::Object(fields) => AttributeValue::M(map(fields)),
    }
}

fn map(fields: Map<String, Value>) -> Item {
    let present = fields.into_iter().filter(|(_, value)| !value.is_null());
    present.map(|(name, value)| (name, attribute(value))).collect()
}

fn unmap(item: Item) -> Result<Map<String, Value>, AttributeError> {
    item.into_iter().map(|(name, value)| Ok((name, json(value)?))).collect()
}

fn json(value: AttributeValue) -> Result<Value, AttributeError> {
    Ok(match value {
        AttributeValue::Null(_) => Value::Null,
        AttributeValue::Bool(truth) => Value::Bool(truth),
        AttributeValue::N(digits) => {
            let number = digits.parse::<Number>();
            Value::Number(number.map_err(|_| AttributeError::Number(digits))?)
        }
        AttributeValue::S(text) => Value::String(text),
        AttributeValue::L(values) => Value::Array(values.into_iter().map(json).collect::<Result<_, _>>()?),
        AttributeValue::M(item) => Value::Object(unmap(item)?),
        AttributeValue::B(_) | AttributeValue::Bs(_) => return Err(AttributeError::Kind("binary attribute")),
        AttributeValue::Ns(_) | AttributeValue::Ss(_) => return Err(AttributeError::Kind("set")),
        _ => return Err(AttributeError::Kind("unknown kind of attribute")),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn items_have_the_expected_attributes() {
        let item = to_item(
            &json!({ "id": 7, "state": { "gone": { "at": "x" } }, "labels": ["", "a"], "sha256": null }),
        );
        let mut names: Vec<_> = item.keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["id", "labels", "state"]);
        assert_eq!(item["id"], AttributeValue::N("7".to_owned()));
        assert!(item["state"].as_m().unwrap()["gone"].is_m());
    }

    #[test]
    fn invalid_attributes_are_reported() {
        for strange in [AttributeValue::N("x".to_owned()), AttributeValue::Ss(vec!["a".to_owned()])] {
            assert!(from_item::<Value>(HashMap::from([("a".to_owned(), strange)])).is_err());
        }
        assert!(from_item::<domain::Entry>(HashMap::new()).is_err());
    }

    proptest! {
        #[test]
        fn any_field_round_trips(text: String, number: u64, list: Vec<String>, truth: bool) {
            let fields = json!({ "text": text, "in": { "number": number, "list": list }, "truth": truth });
            prop_assert_eq!(from_item::<Value>(to_item(&fields)).unwrap(), fields);
        }
    }
}
