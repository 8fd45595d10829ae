//! The items in the table: readable for people, deleted when forgotten; and the table itself.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
    TimeToLiveStatus,
};

use super::super::attributes::Item;
use super::super::keep_history;
use super::*;
use crate::testing::servers::ministack;

/// Everything in the table, by its primary key.
pub(super) async fn everything(stage: &Stage) -> BTreeMap<String, Item> {
    let client = Client::new(&stage.direct.config);
    let scan = client.scan().table_name(stage.table.as_str()).consistent_read(true).into_paginator();
    let items = scan.items().send().collect::<Result<Vec<_>, _>>().await.unwrap();
    let name = |item: &Item| format!("{} {}", item["pk"].as_s().unwrap(), item["sk"].as_s().unwrap());
    items.into_iter().map(|item| (name(&item), item)).collect()
}

/// The primary keys of everything.
async fn places(stage: &Stage) -> Vec<String> {
    everything(stage).await.into_keys().collect()
}

#[tokio::test]
async fn items_are_readable_in_the_console() {
    let stage = Stage::new().await;
    let catalog = stage.open();
    commit(&catalog, vec![add("a.png"), add_for("r", "b.png")]).await.unwrap();
    commit(&catalog, vec![remove(1)]).await.unwrap();
    let items = everything(&stage).await;
    let expected = [
        "C#main -",
        "E#main#0 0000000000000001",
        "E#main#0 0000000000000002",
        "K#main#a.png -",
        "K#main#b.png -",
        "L#main#0 0000000000000001",
        "L#main#0 0000000000000002",
        "L#main#0 0000000000000003",
        "R#main#r -",
        "S main",
    ];
    assert!(items.keys().eq(expected), "{:?}", items.keys());
    let entry = &items["E#main#0 0000000000000002"];
    assert_eq!(entry["ID"], AttributeValue::N("2".to_owned()));
    assert_eq!(entry["Value"], AttributeValue::S("https://example.com/b.png".to_owned()));
    assert_eq!(entry["state"], AttributeValue::S("live".to_owned()));
    assert_eq!(items["K#main#b.png -"]["ID"], AttributeValue::N("2".to_owned()));
    let root = &items["C#main -"];
    assert_eq!(
        (root["last_id"].as_n().unwrap().as_str(), root["last_seq"].as_n().unwrap().as_str()),
        ("2", "3")
    );
    for (place, item) in &items {
        assert_eq!(item.contains_key("expires_at"), place.starts_with("R#"), "{place}");
    }
    let expires_at: u64 = items["R#main#r -"]["expires_at"].as_n().unwrap().parse().unwrap();
    let now = crate::Clock::system().now().unix_ms().max(crate::testing::START_MS) / 1000;
    let days = (expires_at - now) / (24 * 60 * 60);
    assert!((7..=8).contains(&days), "longer than anybody asks for it: {days}");
}

#[tokio::test]
async fn forgotten_items_are_deleted() {
    let stage = Stage::new().await;
    let catalog = stage.open();
    let main = Space::main();
    for batch in 0..50 {
        commit(&catalog, (0..24).map(|n| add(&format!("{batch}-{n}"))).collect()).await.unwrap();
    }
    commit(&catalog, vec![remove(7)]).await.unwrap();
    assert_eq!(places(&stage).await.len(), 2 + 2 * 1200 + 1201);
    catalog.purge(&main, &[7, 8]).await.unwrap();
    assert_eq!(places(&stage).await.len(), 2 + 2 * 1199 + 1201);
    catalog.truncate(&main, 3).await.unwrap();
    // Deleting is interrupted: everything is forgotten all the same, and the next time it continues.
    stage.wire.decide(|asked, before| {
        (asked == "BatchWriteItem" && before > 20).then_some(Fault::Refused("AccessDeniedException"))
    });
    catalog.truncate(&main, 1150).await.unwrap();
    assert_eq!(catalog.since(&main, 1149, 9).await.unwrap(), Since::Truncated);
    let left = places(&stage).await.len();
    assert!(left > 2 + 2 * 1199 + 51, "{left}");
    stage.wire.heal();
    catalog.truncate(&main, 0).await.unwrap();
    assert_eq!(places(&stage).await.len(), 2 + 2 * 1199 + 51);
    assert!(
        matches!(catalog.since(&main, 1150, 99).await.unwrap(), Since::Changes(changes) if changes.len() == 51)
    );
    stage.wire.counts();
    catalog.truncate(&main, 1150).await.unwrap();
    assert_eq!(stage.asked(), "GetItem 1", "nothing is deleted twice");
}

#[tokio::test]
async fn tables_are_created_once_and_foreign_ones_refused() {
    for (aws, has_history) in [(dynoxide().await, false), (ministack().await, true)] {
        let client = Client::new(&aws.config);
        let name: TableName = fresh_name().parse().unwrap();
        for _ in 0..2 {
            create_table(&aws, name.clone()).await.unwrap();
            // dynoxide does not know point-in-time recovery.
            if has_history {
                keep_history(&aws, name.clone()).await.unwrap();
            }
        }
        let table = client.describe_table().table_name(name.as_str()).send().await.unwrap().table.unwrap();
        let billing = table.billing_mode_summary.unwrap().billing_mode.unwrap();
        assert_eq!(billing, BillingMode::PayPerRequest);
        let expiry = client.describe_time_to_live().table_name(name.as_str()).send().await.unwrap();
        let expiry = expiry.time_to_live_description.unwrap();
        assert_eq!(expiry.attribute_name.as_deref(), Some("expires_at"));
        assert_eq!(expiry.time_to_live_status, Some(TimeToLiveStatus::Enabled));
        if has_history {
            let backups =
                client.describe_continuous_backups().table_name(name.as_str()).send().await.unwrap();
            let recovery = backups.continuous_backups_description.unwrap().point_in_time_recovery_description;
            assert_eq!(recovery.unwrap().point_in_time_recovery_status.unwrap().as_str(), "ENABLED");
        }

        let strange: TableName = fresh_name().parse().unwrap();
        let id = AttributeDefinition::builder().attribute_name("id").attribute_type(ScalarAttributeType::S);
        let key = KeySchemaElement::builder().attribute_name("id").key_type(KeyType::Hash);
        let create =
            client.create_table().table_name(strange.as_str()).billing_mode(BillingMode::PayPerRequest);
        let create = create.attribute_definitions(id.build().unwrap()).key_schema(key.build().unwrap());
        create.send().await.unwrap();
        let refused = create_table(&aws, strange.clone()).await;
        assert!(
            matches!(&refused, Err(CatalogError::Corrupt(why)) if why.contains("something else")),
            "{refused:?}"
        );
    }
}
