//! Presigned URLs: what they open, and what they do not.

use std::time::Duration;

use url::Url;

use super::{key, place, put};
use crate::bucket::Download;
use crate::testing::plain_http::ask;

const HOUR: Duration = Duration::from_secs(3600);

/// The response to a program without credentials, as text.
async fn opened(address: &Url) -> String {
    ask(address).await
}

fn is_denied(answer: &str) -> bool {
    answer.starts_with("HTTP/1.1 403 ")
}

#[tokio::test]
async fn a_presigned_url_opens_only_its_object() {
    let (server, bucket) = place().await;
    for name in ["main/a b+%.png", "main/other"] {
        put(&bucket, name, "the bytes").await.unwrap();
    }
    server.requests();
    let download = Download { expires_in: HOUR, ..Download::default() };
    let address = bucket.presigned_get(&key("main/a b+%.png"), download).await.unwrap().unwrap();
    assert!(server.requests().is_empty(), "presigning sends no request");
    let answer = opened(&address).await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("the bytes"), "{answer}");

    let text = address.as_str();
    let (_, rest) = text.split_once("X-Amz-Signature=").unwrap();
    let signature = rest.split('&').next().unwrap();
    for changed in [
        text.replace("a%20b%2B%25.png", "other"),
        text.replace("X-Amz-Expires=3600", "X-Amz-Expires=360000"),
        text.replace(signature, &signature.chars().rev().collect::<String>()),
    ] {
        assert_ne!(changed, text);
        let answer = opened(&changed.parse().unwrap()).await;
        assert!(is_denied(&answer), "{changed}: {answer}");
    }
}

#[tokio::test]
async fn keys_with_ambiguous_paths_get_no_presigned_url() {
    let (_server, bucket) = place().await;
    for (name, has_one) in [
        ("a/../b", false),
        ("../a", false),
        ("a/.", false),
        ("./a", false),
        ("a//b", false),
        ("/a", false),
        ("a/", true),
        ("a..b/...", true),
        ("%2e%2e/a", true),
    ] {
        let download = Download { expires_in: HOUR, ..Download::default() };
        let address = bucket.presigned_get(&key(name), download).await.unwrap();
        assert_eq!(address.is_some(), has_one, "{name}");
    }
}

#[tokio::test]
async fn presigned_urls_expire_within_s3s_limit() {
    let (_server, bucket) = place().await;
    for (asked, given_s) in [(Duration::ZERO, 1), (HOUR, 3600), (HOUR * 24 * 365, 604_800)] {
        let download = Download { expires_in: asked, ..Download::default() };
        let address = bucket.presigned_get(&key("a"), download).await.unwrap().unwrap();
        let given = address.query_pairs().find(|(name, _)| name == "X-Amz-Expires").unwrap().1;
        assert_eq!(given, given_s.to_string());
    }
}

#[cfg(feature = "test-servers")]
#[tokio::test]
async fn presigned_urls_carry_type_and_disposition() {
    let aws = crate::testing::servers::ministack().await;
    let (name, _) = crate::testing::account::bucket_with_queue(&aws).await;
    let bucket = crate::bucket::S3Bucket::new(&aws, name.parse().unwrap());
    put(&bucket, "main/a", "the bytes").await.unwrap();
    let download = Download {
        expires_in: HOUR,
        content_type: Some("image/png".to_owned()),
        content_disposition: Some("attachment; filename=\"Menu 1.png\"".to_owned()),
    };
    let address = bucket.presigned_get(&key("main/a"), download).await.unwrap().unwrap();
    let answer = opened(&address).await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("the bytes"), "{answer}");
    let head = answer.to_ascii_lowercase();
    assert!(head.contains("content-type: image/png\r\n"), "{head}");
    assert!(head.contains("content-disposition: attachment; filename=\"menu 1.png\"\r\n"), "{head}");
    let changed = address.as_str().replace("Menu", "Bill").parse().unwrap();
    assert!(is_denied(&opened(&changed).await));
}
