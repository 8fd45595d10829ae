//! Faults and the errors they become; how often an operation is retried, and that nothing waits forever.

use aws_credential_types::credential_fn::provide_credentials_fn;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::SharedCredentialsProvider;
use aws_sdk_dynamodb::types::AttributeValue;

use super::super::layout::Place;
use super::*;
use crate::aws::AwsOptions;

async fn read(catalog: &DynamoCatalog) -> Result<(), CatalogError> {
    catalog.counters(&Space::main()).await.map(drop)
}

async fn write(catalog: &DynamoCatalog) -> Result<(), CatalogError> {
    commit(catalog, vec![add(&fresh_name())]).await.map(drop)
}

/// The total number of requests of the last calls.
fn asked_in_all(stage: &Stage) -> usize {
    stage.wire.counts().into_values().sum()
}

#[tokio::test]
async fn temporary_errors_are_retried() {
    let stage = Stage::new().await;
    let catalog = stage.open();
    write(&catalog).await.unwrap();
    let passing = [
        Fault::Throttled,
        Fault::TransactionThrottled,
        Fault::Cut,
        Fault::InTheWay,
        Fault::Broken,
        Fault::BadGateway,
    ];
    stage.wire.next("TransactWriteItems", passing);
    write(&catalog).await.unwrap();
    assert_eq!(stage.asked(), "TransactWriteItems 7");
    stage.wire.next("GetItem", [Fault::Throttled, Fault::Broken, Fault::Cut]);
    read(&catalog).await.unwrap();
    assert_eq!(stage.asked(), "GetItem 4");
}

#[tokio::test]
async fn lasting_errors_are_reported() {
    let mut stage = Stage::new().await;
    stage.options.write_max = Duration::from_secs(1);
    stage.options.answer_max = Duration::from_millis(200);
    let catalog = stage.open();
    let faults = [
        Fault::Cut,
        Fault::Broken,
        Fault::BadGateway,
        Fault::Hung,
        Fault::Throttled,
        Fault::TransactionThrottled,
        Fault::InTheWay,
    ];
    for fault in faults {
        // Once with a space that is known here, and once with one that must be read.
        for catalog in [&catalog, &stage.open()] {
            stage.wire.decide(move |_, _| Some(fault));
            let error = write(catalog).await.unwrap_err();
            assert!(matches!(error, CatalogError::Unavailable(_)), "{fault:?}: {error:?}");
            // A conflicting transaction is over in a moment: it is retried most often.
            assert!(asked_in_all(&stage) <= 80, "{fault:?}");
            stage.wire.heal();
            write(catalog).await.unwrap();
        }
    }
    for fault in [Fault::Cut, Fault::Broken, Fault::BadGateway, Fault::Hung, Fault::Throttled] {
        stage.wire.decide(move |_, _| Some(fault));
        let error = read(&catalog).await.unwrap_err();
        assert!(matches!(error, CatalogError::Unavailable(_)), "{fault:?}: {error:?}");
        assert!(asked_in_all(&stage) <= 4, "{fault:?}");
        let error = catalog.changed(&Space::main(), 99_999).await.unwrap_err();
        assert!(matches!(error, CatalogError::Unavailable(_)), "waiting callers get the error: {error:?}");
        stage.wire.heal();
        read(&catalog).await.unwrap();
    }
}

#[tokio::test]
async fn overdue_responses_are_reported_to_waiting_callers() {
    let mut stage = Stage::new().await;
    stage.options.overdue_after = Duration::from_millis(200);
    let catalog = stage.open();
    write(&catalog).await.unwrap();
    stage.wire.decide(|_, _| Some(Fault::Hung));
    let main = Space::main();
    let outcome = tokio::time::timeout(stage.options.answer_max, catalog.changed(&main, 99_999)).await;
    let error = outcome.expect("long before the request times out").unwrap_err();
    assert!(matches!(error, CatalogError::Unavailable(_)), "{error:?}");
}

#[tokio::test]
async fn denied_access_is_reported_at_once() {
    let stage = Stage::new().await;
    let catalog = stage.open();
    write(&catalog).await.unwrap();
    for code in [
        "AccessDeniedException",
        "ExpiredTokenException",
        "InvalidSignatureException",
        "UnrecognizedClientException",
    ] {
        stage.wire.decide(move |_, _| Some(Fault::Refused(code)));
        for error in [read(&catalog).await.unwrap_err(), write(&catalog).await.unwrap_err()] {
            assert!(matches!(error, CatalogError::Denied(_)), "{code}: {error:?}");
        }
        assert_eq!(asked_in_all(&stage), 2, "{code}: each call was made once");
        stage.wire.heal();
        write(&catalog).await.unwrap();
    }
}

#[tokio::test]
async fn missing_credentials_are_denied() {
    let stage = Stage::new().await;
    for (failure, is_denied) in [
        (CredentialsError::not_loaded_no_source as fn() -> CredentialsError, true),
        (|| CredentialsError::provider_error("the service that gives them out is away"), false),
    ] {
        let provider = provide_credentials_fn(move || async move { Err(failure()) });
        let provider = SharedCredentialsProvider::new(provider);
        let config = stage.direct.config.to_builder().credentials_provider(provider).build();
        let catalog = DynamoCatalog::new(&Aws { config }, stage.table.clone(), stage.options.clone());
        for error in [read(&catalog).await.unwrap_err(), write(&catalog).await.unwrap_err()] {
            assert_eq!(matches!(error, CatalogError::Denied(_)), is_denied, "{error:?}");
            assert_eq!(matches!(error, CatalogError::Unavailable(_)), !is_denied, "{error:?}");
        }
    }
}

#[tokio::test]
async fn an_unreachable_server_is_unavailable() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let aws = Aws::configured(AwsOptions {
        region: Some("us-east-1".to_owned()),
        endpoint_url: Some(format!("http://{nobody}")),
        credentials: Some(aws_credential_types::Credentials::new("test", "test", None, None, "test")),
        ..AwsOptions::default()
    });
    let catalog = DynamoCatalog::new(&aws.await, "test".parse().unwrap(), DynamoOptions::default());
    for error in [read(&catalog).await.unwrap_err(), write(&catalog).await.unwrap_err()] {
        assert!(matches!(error, CatalogError::Unavailable(_)), "{error:?}");
    }
}

fn complaint(result: Result<(), CatalogError>) -> String {
    match result {
        Err(CatalogError::Corrupt(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_missing_table_is_named() {
    let stage = Stage::new().await;
    let catalog = DynamoCatalog::new(&stage.aws, "not-there".parse().unwrap(), stage.options.clone());
    for result in [read(&catalog).await, write(&catalog).await, catalog.spaces().await.map(drop)] {
        assert!(complaint(result).contains("no table not-there"));
    }
}

/// Sets an attribute of an item, like a foreign program.
async fn spoil(stage: &Stage, place: Place, attribute: &str, value: AttributeValue) {
    let update = Client::new(&stage.direct.config).update_item().table_name(stage.table.as_str());
    let update = update.set_key(Some(place.into_item())).update_expression("SET #a = :v");
    let update = update.expression_attribute_names("#a", attribute).expression_attribute_values(":v", value);
    update.send().await.unwrap();
}

#[tokio::test]
async fn a_newer_programs_table_is_refused() {
    let stage = Stage::new().await;
    let catalog = stage.open();
    write(&catalog).await.unwrap();
    spoil(&stage, Place::root(&Space::main()), "schema", AttributeValue::N("2".to_owned())).await;
    // The first write relies on what this instance remembers.
    for result in [write(&catalog).await, write(&catalog).await, read(&catalog).await] {
        assert!(complaint(result).contains("newer program"));
    }
    spoil(&stage, Place::root(&Space::main()), "schema", AttributeValue::N("1".to_owned())).await;
    write(&catalog).await.unwrap();
    assert_eq!(log(&catalog).await.len(), 2);
}

#[tokio::test]
async fn damaged_items_are_named_and_gaps_become_the_floor() {
    let stage = Stage::new().await;
    let catalog = stage.open();
    let main = Space::main();
    commit(&catalog, (1..10).map(|n| add(&n.to_string())).collect()).await.unwrap();
    spoil(&stage, Place::entry(&main, 5), "revision", AttributeValue::S("x".to_owned())).await;
    let why = complaint(catalog.snapshot(&main).await.map(drop));
    assert!(why.contains("E#main#0") && why.contains("restore"), "{why}");
    let place = Place::change(&main, 5).into_item();
    let client = Client::new(&stage.direct.config);
    client.delete_item().table_name(stage.table.as_str()).set_key(Some(place)).send().await.unwrap();
    for (after, expected) in [(0, Some(4)), (3, Some(1)), (4, None), (5, Some(4))] {
        let count = match catalog.since(&main, after, 100).await.unwrap() {
            Since::Changes(changes) => Some(changes.len()),
            Since::Truncated => None,
        };
        assert_eq!(count, expected, "after {after}");
    }
}
