//! A table that the program wrote before entries had bodies opens as it is: the items of one, of the build of 2026-11-29
//! (`gallery/tests/last_build/table.json`, a scan in DynamoDB's own JSON).

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::Body;
use serde_json::Value;

use super::super::attributes::Item;
use super::super::layout::{entry_item, read_entry};
use super::*;

fn items() -> Vec<Item> {
    let json: Vec<Value> =
        serde_json::from_str(include_str!("../../../../tests/last_build/table.json")).unwrap();
    json.iter().map(item).collect()
}

fn item(json: &Value) -> Item {
    json.as_object().unwrap().iter().map(|(name, value)| (name.clone(), attribute(value))).collect()
}

fn attribute(json: &Value) -> AttributeValue {
    let (kind, value) = json.as_object().unwrap().iter().next().unwrap();
    match kind.as_str() {
        "S" => AttributeValue::S(value.as_str().unwrap().to_owned()),
        "N" => AttributeValue::N(value.as_str().unwrap().to_owned()),
        "L" => AttributeValue::L(value.as_array().unwrap().iter().map(attribute).collect()),
        "M" => AttributeValue::M(item(value)),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_table_of_the_last_build_opens_unchanged() {
    let stage = Stage::new().await;
    let client = Client::new(&stage.direct.config);
    for item in items() {
        client.put_item().table_name(stage.table.as_str()).set_item(Some(item)).send().await.unwrap();
    }
    let catalog = stage.open();
    let main = Space::main();
    let snapshot = catalog.snapshot(&main).await.unwrap();
    assert_eq!((snapshot.seq, snapshot.entries.len()), (6, 5));
    let values: Vec<_> = snapshot.entries.iter().map(|entry| entry.content.value()).collect();
    let wifi = Some("WIFI:T:WPA;S:Café;P:secret;;");
    assert_eq!(
        values,
        [Some("https://example.com/menu"), wifi, Some("removed later"), None, Some("first of two")]
    );
    assert_eq!(snapshot.entries[1].content.style().unwrap().score.as_ref().unwrap().points, 92);
    assert_eq!(snapshot.entries[3].content.body, Body::plain_file());
    assert_eq!(log(&catalog).await.len(), 6);
    let remembered = catalog.request(&main, &request_id("fixture-2")).await.unwrap();
    assert_eq!(remembered.map(|change| change.entry.id), Some(2));
    assert_eq!(catalog.settings(&main).await.unwrap().look.as_str(), "shape=rounded&ink=0b3d91");
    let next = applied(commit(&catalog, vec![add("next.png")]).await);
    assert_eq!((next[0].seq, next[0].entry.id), (7, 6));
}

#[test]
fn entry_of_the_last_build_is_rewritten_unchanged() {
    let entries: Vec<_> =
        items().into_iter().filter(|item| item["pk"].as_s().unwrap().starts_with("E#")).collect();
    assert_eq!(entries.len(), 5);
    for item in entries {
        let entry = read_entry(item.clone()).unwrap();
        assert_eq!(entry_item(&Space::main(), &entry), item);
    }
}

/// The first value stays where people look for it in the console.
#[test]
fn first_value_stays_the_value_attribute() {
    let body = Body::File { values: vec!["first".to_owned(), "second".to_owned()] };
    let content = Content { body, ..content("sheet.png") };
    let entry = domain::Entry { id: 1, revision: 1, state: State::Live, content };
    let item = entry_item(&Space::main(), &entry);
    assert_eq!(item["Value"], AttributeValue::S("first".to_owned()));
    let values = ["first", "second"].map(|value| AttributeValue::S(value.to_owned()));
    assert_eq!(item["values"], AttributeValue::L(values.to_vec()));
    assert_eq!(read_entry(item).unwrap(), entry);
}
