//! A gateway's event as a request, and a response as a gateway takes it. Formats 1.0 (REST APIs) and 2.0 (HTTP APIs):
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

use axum::body::Body;
use axum::http::header::{HeaderName, HeaderValue};
use axum::http::request::Builder;
use axum::http::{Request, Response, header};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use serde_json::{Map, Value, json};

use super::error::UnknownEvent;

/// The request in an event.
pub(super) fn request(event: &Value) -> Result<Request<Body>, UnknownEvent> {
    let (method, target) = if event["version"] == "2.0" {
        let query = event["rawQueryString"].as_str().filter(|query| !query.is_empty());
        let target = join(event["rawPath"].as_str().ok_or(UnknownEvent)?, query);
        (event["requestContext"]["http"]["method"].as_str(), target)
    } else {
        let query = query_of_values(event);
        let target = join(
            event["path"].as_str().ok_or(UnknownEvent)?,
            Some(&*query).filter(|query| !query.is_empty()),
        );
        (event["httpMethod"].as_str(), target)
    };
    let mut request = Request::builder().method(method.ok_or(UnknownEvent)?).uri(target);
    request = headers(request, event);
    let body = event["body"].as_str().unwrap_or_default();
    let body = if event["isBase64Encoded"] == true {
        BASE64_STANDARD.decode(body).map_err(|_| UnknownEvent)?
    } else {
        body.as_bytes().to_vec()
    };
    request.body(body.into()).map_err(|_| UnknownEvent)
}

fn join(path: &str, query: Option<&str>) -> String {
    // The gateway decodes the path of format 2.0, but never to something that a line could not hold.
    let path = percent_encoding::utf8_percent_encode(path, PATH);
    query.map_or_else(|| path.to_string(), |query| format!("{path}?{query}"))
}

/// What cannot stand in the path of a request. A percent sign stays: format 1.0 does not decode the path.
const PATH: &percent_encoding::AsciiSet =
    &percent_encoding::CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'?').add(b'#');

/// The query of format 1.0, which comes decoded.
fn query_of_values(event: &Value) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let several = event["multiValueQueryStringParameters"].as_object();
    for (name, values) in several.into_iter().flatten() {
        for value in values.as_array().into_iter().flatten().filter_map(Value::as_str) {
            query.append_pair(name, value);
        }
    }
    if several.is_none() {
        for (name, value) in event["queryStringParameters"].as_object().into_iter().flatten() {
            query.append_pair(name, value.as_str().unwrap_or_default());
        }
    }
    query.finish()
}

fn headers(mut request: Builder, event: &Value) -> Builder {
    let several = event["multiValueHeaders"].as_object();
    for (name, values) in several.into_iter().flatten() {
        for value in values.as_array().into_iter().flatten().filter_map(Value::as_str) {
            request = header_of(request, name, value);
        }
    }
    if several.is_none() {
        for (name, value) in event["headers"].as_object().into_iter().flatten() {
            request = header_of(request, name, value.as_str().unwrap_or_default());
        }
    }
    let cookies = event["cookies"].as_array().into_iter().flatten().filter_map(Value::as_str);
    cookies.fold(request, |request, cookie| header_of(request, "cookie", cookie))
}

/// What is no header is left out: the gateway has let it through, so nothing depends on it.
fn header_of(request: Builder, name: &str, value: &str) -> Builder {
    match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
        // The body has the length that it has here.
        (Ok(name), _) if name == header::CONTENT_LENGTH || name == header::TRANSFER_ENCODING => request,
        (Ok(name), Ok(value)) => request.header(name, value),
        _ => request,
    }
}

/// A response as either format takes it.
pub(super) async fn answer(response: Response<Body>) -> Value {
    let (parts, body) = response.into_parts();
    let mut headers = Map::new();
    for name in parts.headers.keys() {
        // Of ours none stands twice but as a list.
        let values = parts.headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        headers.insert(name.to_string(), values.collect::<Vec<_>>().join(", ").into());
    }
    json!({
        "statusCode": parts.status.as_u16(),
        "headers": headers,
        "body": BASE64_STANDARD.encode(bytes(body).await),
        "isBase64Encoded": true,
    })
}

/// All of a body. A stream that breaks off ends early, as it would on a connection.
pub(super) async fn bytes(body: Body) -> Bytes {
    body.collect().await.map(|collected| collected.to_bytes()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn both_formats_become_the_same_request() {
        let two = json!({
            "version": "2.0", "rawPath": "/s/main/öl", "rawQueryString": "a=1&a=%20b", "headers": {"host": "h", "x": "1"},
            "cookies": ["c=1"], "requestContext": {"http": {"method": "POST"}}, "body": "aGk=", "isBase64Encoded": true,
        });
        let one = json!({
            "httpMethod": "POST", "path": "/s/main/%C3%B6l", "multiValueQueryStringParameters": {"a": ["1", " b"]},
            "multiValueHeaders": {"host": ["h"], "x": ["1"], "cookie": ["c=1"], "content-length": ["99"]}, "body": "hi",
            "isBase64Encoded": false,
        });
        for event in [two, one] {
            let request = request(&event).unwrap();
            assert_eq!(request.method(), "POST");
            assert_eq!(request.uri().path(), "/s/main/%C3%B6l");
            let query: Vec<_> = form_urlencoded::parse(request.uri().query().unwrap().as_bytes()).collect();
            assert_eq!(query, [("a".into(), "1".into()), ("a".into(), " b".into())]);
            let header = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap());
            assert_eq!(
                (header("host"), header("x"), header("cookie"), header("content-length")),
                (Some("h"), Some("1"), Some("c=1"), None)
            );
            assert_eq!(bytes(request.into_body()).await, "hi");
        }
    }

    #[tokio::test]
    async fn responses_are_sent_in_base64() {
        let response = Response::builder().status(404).header("x", "1").body(Body::from("\u{0}")).unwrap();
        let expected =
            json!({"statusCode": 404, "headers": {"x": "1"}, "body": "AA==", "isBase64Encoded": true});
        assert_eq!(answer(response).await, expected);
    }

    #[test]
    fn other_events_are_refused() {
        for event in [json!({}), json!([]), json!({"path": "/"}), json!({"version": "2.0"}), json!("x")] {
            assert!(request(&event).is_err(), "{event}");
        }
        let broken = json!({"httpMethod": "GET", "path": "/", "body": "?", "isBase64Encoded": true});
        assert!(request(&broken).is_err());
    }
}
