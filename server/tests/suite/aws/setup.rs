//! `qrate setup`: its plan, what it creates, and what it leaves alone.

use serde_json::json;

use super::{Account, Names};

const SETUP_POLICY: &str = include_str!("../../../../deploy/aws/setup-policy.json");

#[tokio::test(flavor = "multi_thread")]
async fn dry_run_changes_nothing() {
    let (root, names) = (Account::root().await, Names::fresh());
    let dry = [&["setup", "--dry-run"], &*names.options()].concat();
    let first = root.qrate(&dry);
    assert_eq!(first.code, 0, "{}", first.all());
    for thing in [
        format!("table {}: will be created", names.table),
        format!("bucket {}: will be created", names.bucket),
        format!("queue {}: will be created", names.queue),
        format!("jobs queue {}: will be created", names.jobs),
        "a dead-letter queue for jobs that keep failing: will be set".to_owned(),
        "encryption: will be set".to_owned(),
    ] {
        assert!(first.said.contains(&thing), "{thing}: {}", first.said);
    }
    assert_eq!(root.qrate(&dry).said, first.said, "nothing has changed");
    assert_eq!(root.s3("HEAD", &names.bucket, "").await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn setup_without_a_terminal_changes_nothing() {
    let (root, names) = (Account::root().await, Names::fresh());
    let run = root.qrate(&[&["setup"], &*names.options()].concat());
    assert!(run.code == 1 && run.complained.contains("--yes"), "{}", run.all());
    assert_eq!(root.s3("HEAD", &names.bucket, "").await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn existing_resources_are_not_created_again() {
    let (root, names) = (Account::root().await, Names::fresh());
    // As a user with no more permissions than this needs.
    let maker = root.user(&names.policy(SETUP_POLICY)).await;
    let options = [&["setup", "--yes"], &*names.options()].concat();
    let first = maker.qrate(&options);
    assert_eq!(first.code, 0, "{}", first.all());
    let line = format!("qrate serve --bucket {} --table {} --queue http", names.bucket, names.table);
    assert!(first.said.contains(&line) && first.said.contains(": done"), "{}", first.said);
    let jobs_url = names.jobs_url(&super::account::queue_url(&first.said));
    assert!(first.said.contains(&format!("QRATE_JOBS_QUEUE={jobs_url}")), "{}", first.said);
    let asked = json!({ "QueueUrl": jobs_url, "AttributeNames": ["All"] });
    let jobs = root.json("AmazonSQS.GetQueueAttributes", asked).await["Attributes"].clone();
    let redrive = jobs["RedrivePolicy"].as_str().unwrap();
    assert!(redrive.contains(&format!("{}-dead-letters", names.jobs)) && redrive.contains("10"), "{redrive}");
    assert_eq!(jobs["VisibilityTimeout"], "60");
    let second = maker.qrate(&options);
    assert_eq!(second.code, 0, "{}", second.all());
    assert!(
        second.said.contains("There is nothing to do.") && !second.said.contains("will be"),
        "{}",
        second.said
    );
    assert!(second.said.contains(&line), "it says again how to continue: {}", second.said);
    // Without a question no terminal is needed.
    assert_eq!(maker.qrate(&[&["setup"], &*names.options()].concat()).code, 0);
    // An existing queue can be named by its URL.
    let by_url = ["setup", "--bucket", &names.bucket, "--queue", &super::account::queue_url(&first.said)];
    let by_url = maker.qrate(&by_url);
    assert!(by_url.code == 0 && by_url.said.contains("There is nothing to do."), "{}", by_url.all());
}

#[tokio::test(flavor = "multi_thread")]
async fn setup_of_only_a_bucket() {
    let (root, names) = (Account::root().await, Names::fresh());
    let run = root.qrate(&["setup", "--yes", "--bucket", &names.bucket]);
    assert_eq!(run.code, 0, "{}", run.all());
    assert!(!run.said.contains("table") && !run.said.contains("sqs:"), "{}", run.said);
    let (_, versioning) = root.s3("GET", &format!("{}?versioning", names.bucket), "").await;
    assert!(versioning.contains("<Status>Enabled</Status>"), "{versioning}");
    let (_, closed) = root.s3("GET", &format!("{}?publicAccessBlock", names.bucket), "").await;
    assert_eq!(closed.matches("true").count(), 4, "{closed}");
    let (_, lifecycle) = root.s3("GET", &format!("{}?lifecycle", names.bucket), "").await;
    assert!(lifecycle.contains("<NoncurrentDays>35</NoncurrentDays>"), "{lifecycle}");
    assert!(!lifecycle.contains("<Days>"), "live objects never expire: {lifecycle}");
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_settings_are_kept() {
    let (root, names) = (Account::root().await, Names::fresh());
    let others = format!("{}-others", names.queue);
    for name in [&others, &names.queue] {
        root.json("AmazonSQS.CreateQueue", json!({ "QueueName": name })).await;
    }
    let (bucket, account) = (&names.bucket, "arn:aws:sqs:us-east-1:000000000000");
    assert_eq!(root.s3("PUT", bucket, "").await.0, 200);
    let url =
        root.json("AmazonSQS.GetQueueUrl", json!({ "QueueName": names.queue })).await["QueueUrl"].clone();
    let theirs = json!({
        "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::000000000000:root" },
        "Action": "sqs:ReceiveMessage", "Resource": format!("{account}:{}", names.queue),
    });
    let policy = json!({ "Version": "2012-10-17", "Statement": [theirs] }).to_string();
    let set = json!({ "QueueUrl": url, "Attributes": { "Policy": policy, "VisibilityTimeout": "7" } });
    root.json("AmazonSQS.SetQueueAttributes", set).await;
    let open = json!({
        "Effect": "Allow", "Principal": { "Service": "s3.amazonaws.com" },
        "Action": "sqs:SendMessage", "Resource": format!("{account}:{others}"),
    });
    let policy = json!({ "Version": "2012-10-17", "Statement": [open] }).to_string();
    let other_url =
        root.json("AmazonSQS.GetQueueUrl", json!({ "QueueName": others })).await["QueueUrl"].clone();
    let set = json!({ "QueueUrl": other_url, "Attributes": { "Policy": policy } });
    root.json("AmazonSQS.SetQueueAttributes", set).await;
    let tells = |event: &str| {
        format!(
            "<NotificationConfiguration><QueueConfiguration><Id>theirs</Id><Queue>{account}:{others}</Queue>\
             <Event>{event}</Event></QueueConfiguration></NotificationConfiguration>"
        )
    };
    let lifecycle = "<LifecycleConfiguration><Rule><ID>theirs</ID><Filter><Prefix>logs/</Prefix></Filter>\
        <Status>Enabled</Status><Expiration><Days>3</Days></Expiration></Rule></LifecycleConfiguration>";
    assert_eq!(root.s3("PUT", &format!("{bucket}?lifecycle"), lifecycle).await.0, 200);

    // S3 sends an event to only one target: nothing is done, and the message says how to proceed.
    let notification = format!("{bucket}?notification");
    assert_eq!(root.s3("PUT", &notification, &tells("s3:ObjectCreated:Put")).await.0, 200);
    let run = root.qrate(&[&["setup", "--yes"], &*names.options()].concat());
    assert!(run.code == 1 && run.said.contains("SNS") && run.said.contains(&others), "{}", run.all());
    let none = root.json("DynamoDB_20120810.DescribeTable", json!({ "TableName": names.table })).await;
    assert!(none["Table"].is_null(), "{none}");

    assert_eq!(root.s3("PUT", &notification, &tells("s3:ObjectRestore:Completed")).await.0, 200);
    root.set_up(&names);
    let (_, document) = root.s3("GET", &notification, "").await;
    assert!(document.contains("<Id>theirs</Id>") && document.contains("<Id>qrate</Id>"), "{document}");
    let (_, rules) = root.s3("GET", &format!("{bucket}?lifecycle"), "").await;
    assert!(rules.contains("<ID>theirs</ID>") && rules.contains("<ID>qrate-old-versions</ID>"), "{rules}");
    let ask = json!({ "QueueUrl": url, "AttributeNames": ["All"] });
    let queue = root.json("AmazonSQS.GetQueueAttributes", ask).await["Attributes"].clone();
    let policy = queue["Policy"].as_str().unwrap();
    assert!(policy.contains("sqs:ReceiveMessage") && policy.contains("sqs:SendMessage"), "{policy}");
    assert_eq!(queue["VisibilityTimeout"], "7");

    // The doctor explains the harm in their rule.
    let url = url.as_str().unwrap();
    let doctor = root.qrate(&["doctor", "--bucket", bucket, "--table", &names.table, "--queue", url]);
    assert!(
        doctor.code == 1 && doctor.said.contains("the lifecycle rule theirs deletes"),
        "{}",
        doctor.all()
    );
    assert!(doctor.said.ends_with(" 1 wrong.\n"), "{}", doctor.said);
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_notifications_to_our_queue_are_kept() {
    let (root, names) = (Account::root().await, Names::fresh());
    root.set_up(&names);
    let notification = format!("{}?notification", names.bucket);
    let theirs = format!(
        "<NotificationConfiguration><QueueConfiguration><Id>theirs</Id>\
         <Queue>arn:aws:sqs:us-east-1:000000000000:{}</Queue><Event>s3:ObjectCreated:*</Event>\
         </QueueConfiguration></NotificationConfiguration>",
        names.queue
    );
    assert_eq!(root.s3("PUT", &notification, &theirs).await.0, 200);
    let run = root.qrate(&[&["setup", "--yes"], &*names.options()].concat());
    assert!(run.code == 0 && run.said.contains("only notifies of some"), "{}", run.all());
    let (_, document) = root.s3("GET", &notification, "").await;
    assert!(document.contains("<Id>theirs</Id>") && document.contains("<Id>qrate</Id>"), "{document}");
    for event in ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"] {
        assert_eq!(document.matches(event).count(), 1, "S3 takes none twice: {document}");
    }
    let again = root.qrate(&[&["setup", "--dry-run"], &*names.options()].concat());
    assert!(again.said.contains("There is nothing to do."), "{}", again.all());
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_table_is_left_alone() {
    let (root, names) = (Account::root().await, Names::fresh());
    let table = json!({
        "TableName": names.table, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
    });
    root.json("DynamoDB_20120810.CreateTable", table).await;
    let run = root.qrate(&[&["setup", "--yes"], &*names.options()].concat());
    assert!(run.code == 1 && run.said.contains("choose another name"), "{}", run.all());
    assert_eq!(root.s3("HEAD", &names.bucket, "").await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn interrupted_setup_can_be_repeated() {
    let (root, names) = (Account::root().await, Names::fresh());
    let less = names.policy(SETUP_POLICY).replace("\"s3:PutBucketVersioning\",", "");
    let run = root.user(&less).await.qrate(&[&["setup", "--yes"], &*names.options()].concat());
    assert_eq!(run.code, 1, "{}", run.all());
    let statement = format!(
        r#"{{"Effect":"Allow","Action":["s3:PutBucketVersioning"],"Resource":["arn:aws:s3:::{}"]}}"#,
        names.bucket
    );
    assert!(run.complained.contains(&statement), "{}", run.all());
    assert_eq!(root.s3("HEAD", &names.bucket, "").await.0, 200, "what was created stays");
    let again = root.qrate(&[&["setup", "--yes"], &*names.options()].concat());
    assert!(
        again.code == 0 && again.said.contains(&format!("bucket {}: exists", names.bucket)),
        "{}",
        again.all()
    );
    assert!(again.said.contains("versioning: done"), "{}", again.said);
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_names_are_reported_before_any_call() {
    let root = Account::root().await;
    for (option, wrong) in [("--bucket", "My_Bucket"), ("--table", "a b"), ("--queue", "a.fifo")] {
        let mut arguments = vec!["setup", "--yes", option, wrong];
        if option != "--bucket" {
            arguments.extend(["--bucket", "abc"]);
        }
        let run = root.qrate(&arguments);
        assert!(run.code == 2 && run.complained.contains(option), "{}", run.all());
    }
}
