//! The single writes of a transaction, each with its condition. Not here: which ones a commit needs (`commit`).

use aws_sdk_dynamodb::types::{
    AttributeValue, Delete, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use domain::Space;

use super::super::Counters;
use super::attributes::{Item, number};
use super::layout::Place;
use super::root::{Root, SCHEMA, TURNS};
use super::table_name::TableName;

/// The condition on which an item is written.
pub(super) enum Condition {
    /// The item does not exist.
    Absent,
    /// An attribute has this value.
    Is(&'static str, AttributeValue),
}

impl Condition {
    /// The expression, in which `#attribute` and `:value` are placeholders.
    fn expression(self) -> (&'static str, Option<(&'static str, AttributeValue)>) {
        match self {
            Self::Absent => ("attribute_not_exists(pk)", None),
            Self::Is(attribute, value) => ("#attribute = :value", Some((attribute, value))),
        }
    }
}

pub(super) fn put(table: &TableName, item: Item, condition: Option<Condition>) -> TransactWriteItem {
    let mut put = Put::builder().table_name(table.as_str()).set_item(Some(item));
    if let Some((text, operands)) = condition.map(Condition::expression) {
        put = put.condition_expression(text);
        if let Some((attribute, value)) = operands {
            put = put
                .expression_attribute_names("#attribute", attribute)
                .expression_attribute_values(":value", value);
        }
    }
    TransactWriteItem::builder().put(put.build().expect("table and item are set")).build()
}

pub(super) fn delete(table: &TableName, place: Place, condition: Condition) -> TransactWriteItem {
    let (text, operands) = condition.expression();
    let mut delete = Delete::builder()
        .table_name(table.as_str())
        .set_key(Some(place.into_item()))
        .condition_expression(text);
    if let Some((attribute, value)) = operands {
        delete = delete
            .expression_attribute_names("#attribute", attribute)
            .expression_attribute_values(":value", value);
    }
    TransactWriteItem::builder().delete(delete.build().expect("table and key are set")).build()
}

/// The first root of a space. A refusal returns the existing one.
pub(super) fn new_root(table: &TableName, space: &Space, root: &Root) -> TransactWriteItem {
    let put = Put::builder()
        .table_name(table.as_str())
        .set_item(Some(root.item(space)))
        .condition_expression("attribute_not_exists(pk)")
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
    TransactWriteItem::builder().put(put.build().expect("table and item are set")).build()
}

/// A root moved on from what was read, with nothing else in it changed. A refusal returns the existing one.
pub(super) fn moved_root(table: &TableName, space: &Space, from: &Root, to: Counters) -> TransactWriteItem {
    let update = Update::builder()
        .table_name(table.as_str())
        .set_key(Some(Place::root(space).into_item()))
        .update_expression("SET #last_id = :last_id, #last_seq = :last_seq")
        .condition_expression(
            "#last_id = :was_id AND #last_seq = :was_seq AND #turns = :turns AND #schema = :schema \
             AND attribute_not_exists(#loading)",
        )
        .expression_attribute_names("#last_id", "last_id")
        .expression_attribute_names("#last_seq", "last_seq")
        .expression_attribute_names("#turns", TURNS)
        .expression_attribute_names("#schema", "schema")
        .expression_attribute_names("#loading", "loading")
        .expression_attribute_values(":last_id", number(to.last_id))
        .expression_attribute_values(":last_seq", number(to.last_seq))
        .expression_attribute_values(":was_id", number(from.counters.last_id))
        .expression_attribute_values(":was_seq", number(from.counters.last_seq))
        .expression_attribute_values(":turns", number(from.turns))
        .expression_attribute_values(":schema", number(SCHEMA))
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
    TransactWriteItem::builder().update(update.build().expect("table, key and expression are set")).build()
}
