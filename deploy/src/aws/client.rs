//! One signed call (Signature Version 4) and its answer, repeated while the service is busy.

use std::time::{Duration, SystemTime};

use aws_credential_types::provider::ProvideCredentials as _;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use gallery::aws::Aws;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, StatusCode};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use super::xml;
use crate::error::DeployError;

/// From the first byte out to the last one in.
const ANSWER_MAX: Duration = Duration::from_secs(30);
const ANSWER_MAX_BYTES: usize = 4 * 1024 * 1024;
/// Attempts of a call, with growing pauses between them.
const ATTEMPTS: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// Sends calls.
pub(crate) struct Client {
    aws: Aws,
    region: String,
    http: HttpClient<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

/// A call.
struct Call<'a> {
    /// As it is called in signatures and in names of hosts.
    service: &'a str,
    /// As it is called in configurations of endpoints.
    service_id: &'a str,
    /// For people.
    action: &'a str,
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Client {
    pub(crate) fn new(aws: Aws) -> Result<Self, DeployError> {
        let configuration = |text: &str| DeployError::Configuration(text.to_owned());
        let region = aws.region().map(str::to_owned);
        let region = region.ok_or_else(|| {
            configuration("the region is not configured: name it with --aws-region (AWS_REGION)")
        })?;
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_connect_timeout(Some(Duration::from_secs(5)));
        let https = HttpsConnectorBuilder::new().with_native_roots();
        let https = https.map_err(|_| {
            configuration("this system has no certificates to check AWS with: install ca-certificates")
        })?;
        let https = https.https_or_http().enable_http1().wrap_connector(http);
        Ok(Self { aws, region, http: HttpClient::builder(TokioExecutor::new()).build(https) })
    }

    pub(crate) fn region(&self) -> &str {
        &self.region
    }

    pub(crate) fn aws(&self) -> &Aws {
        &self.aws
    }

    /// Calls an action of the query protocol; the answer is XML.
    pub(super) async fn query(
        &self,
        (service, service_id, version): (&str, &str, &str),
        action: &str,
        parameters: &[(String, String)],
    ) -> Result<String, DeployError> {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("Action", action).append_pair("Version", version).extend_pairs(parameters);
        let headers = vec![("content-type", "application/x-www-form-urlencoded; charset=utf-8".to_owned())];
        let (method, path, body) = (Method::POST, "/".to_owned(), body.finish());
        self.send(Call { service, service_id, action, method, path, headers, body }).await
    }

    /// Calls an action of the JSON protocol.
    pub(super) async fn json(
        &self,
        (service, service_id, target): (&str, &str, &str),
        body: &Value,
    ) -> Result<Value, DeployError> {
        let action = target.rsplit('.').next().unwrap_or(target);
        let headers = vec![
            ("content-type", "application/x-amz-json-1.1".to_owned()),
            ("x-amz-target", target.to_owned()),
        ];
        let (method, path, body) = (Method::POST, "/".to_owned(), body.to_string());
        let answer = self.send(Call { service, service_id, action, method, path, headers, body }).await?;
        serde_json::from_str(&answer).map_err(|_| DeployError::Unreadable(action.to_owned()))
    }

    /// Calls an address of a service whose answers are JSON; null if there is none.
    pub(super) async fn rest(
        &self,
        (service, service_id, action): (&str, &str, &str),
        method: Method,
        path: String,
    ) -> Result<Value, DeployError> {
        let call =
            Call { service, service_id, action, method, path, headers: Vec::new(), body: String::new() };
        let answer = self.send(call).await?;
        if answer.trim().is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&answer).map_err(|_| DeployError::Unreadable(action.to_owned()))
    }

    /// Repeats a call while the service is busy or away.
    async fn send(&self, call: Call<'_>) -> Result<String, DeployError> {
        let mut pause = FIRST_PAUSE;
        for _ in 1..ATTEMPTS {
            match self.once(&call).await {
                Ok((status, body)) if is_busy(status, &body) => {}
                Ok((status, body)) => return finished(&call, status, body),
                Err(DeployError::NoAnswer { .. }) => {}
                Err(error) => return Err(error),
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        let (status, body) = self.once(&call).await?;
        finished(&call, status, body)
    }

    async fn once(&self, call: &Call<'_>) -> Result<(StatusCode, String), DeployError> {
        let request = self.signed(call).await?;
        let no_answer = |reason: String| DeployError::NoAnswer { action: call.action.to_owned(), reason };
        let answered = async {
            let answer = self.http.request(request).await.map_err(|error| no_answer(causes(&error)))?;
            let status = answer.status();
            let body = Limited::new(answer.into_body(), ANSWER_MAX_BYTES).collect().await;
            let body = body.map_err(|error| no_answer(error.to_string()))?.to_bytes();
            Ok((status, String::from_utf8_lossy(&body).into_owned()))
        };
        tokio::time::timeout(ANSWER_MAX, answered)
            .await
            .unwrap_or_else(|_| Err(no_answer(format!("nothing in {} s", ANSWER_MAX.as_secs()))))
    }

    async fn signed(&self, call: &Call<'_>) -> Result<Request<Full<Bytes>>, DeployError> {
        let configuration = |error: &dyn std::error::Error| DeployError::Configuration(causes(error));
        let provider = self.aws.sdk_config().credentials_provider();
        let provider = provider
            .ok_or_else(|| DeployError::Configuration("there are no credentials for AWS".to_owned()))?;
        let credentials = provider.provide_credentials().await.map_err(|error| configuration(&error))?;
        let identity = credentials.into();
        let uri = format!("{}{}", self.endpoint(call).trim_end_matches('/'), call.path);
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(call.service)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| configuration(&error))?
            .into();
        let headers = call.headers.iter().map(|(name, value)| (*name, value.as_str()));
        let body = SignableBody::Bytes(call.body.as_bytes());
        let signable = SignableRequest::new(call.method.as_str(), &uri, headers, body);
        let signable = signable.map_err(|error| configuration(&error))?;
        let (instructions, _) =
            sign(signable, &parameters).map_err(|error| configuration(&error))?.into_parts();
        let mut request = Request::builder().method(&call.method).uri(&uri);
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        let mut request =
            request.body(Full::from(call.body.clone())).map_err(|error| configuration(&error))?;
        if !call.body.is_empty() {
            request.headers_mut().entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
        }
        instructions.apply_to_request_http1x(&mut request);
        Ok(request)
    }

    fn endpoint(&self, call: &Call<'_>) -> String {
        let partition = if self.region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        self.aws
            .endpoint_url(call.service_id)
            .unwrap_or_else(|| format!("https://{}.{}.{partition}", call.service, self.region))
    }
}

/// Whether the same call may succeed in a moment.
fn is_busy(status: StatusCode, body: &str) -> bool {
    let is_throttled =
        ["Throttling", "TooManyRequests", "RequestLimitExceeded"].iter().any(|code| body.contains(code));
    matches!(status.as_u16(), 429 | 500 | 502..=504) || (status == StatusCode::BAD_REQUEST && is_throttled)
}

fn finished(call: &Call<'_>, status: StatusCode, body: String) -> Result<String, DeployError> {
    if status.is_success() {
        return Ok(body);
    }
    let (code, message) =
        refusal(&body).unwrap_or_else(|| (status.to_string(), "without a reason".to_owned()));
    Err(DeployError::Refused { action: call.action.to_owned(), code, message })
}

/// The code and the message of an error, in XML or in JSON.
fn refusal(body: &str) -> Option<(String, String)> {
    if let Ok(json) = serde_json::from_str::<Value>(body) {
        let text = |names: [&str; 3]| names.iter().find_map(|name| json[*name].as_str()).map(str::to_owned);
        // `com.amazon.coral.service#ParameterNotFound`
        let code = text(["__type", "code", "Code"])?.rsplit('#').next()?.to_owned();
        return Some((code, text(["message", "Message", "errorMessage"]).unwrap_or_default()));
    }
    let read = |root: roxmltree::Node<'_, '_>| {
        let error = xml::find(root, "Error")?;
        Some((xml::text(error, "Code"), xml::text(error, "Message")))
    };
    xml::read("", body, read).ok()
}

/// An error with its causes.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text += &format!(": {cause}");
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_read() {
        let of = |body| refusal(body).map(|(code, message)| format!("{code}: {message}"));
        let xml = "<ErrorResponse xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\"><Error><Type>Sender</Type>\
            <Code>ValidationError</Code><Message>Stack a does not exist</Message></Error></ErrorResponse>";
        assert_eq!(of(xml).unwrap(), "ValidationError: Stack a does not exist");
        let ec2 = "<Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code><Message>no</Message></Error></Errors></Response>";
        assert_eq!(of(ec2).unwrap(), "InvalidInstanceID.NotFound: no");
        assert_eq!(of("{\"__type\":\"com.amazon#ParameterNotFound\"}").unwrap(), "ParameterNotFound: ");
        assert_eq!(of("{\"code\":\"X\",\"message\":\"y\"}").unwrap(), "X: y");
        assert_eq!(of("<html>").map(drop), None);
        assert_eq!(of("[]").map(drop), None);
    }

    #[test]
    fn only_passing_errors_are_repeated() {
        for (status, body, expected) in [
            (429, "", true),
            (503, "", true),
            (400, "<Code>Throttling</Code>", true),
            (400, "<Code>ValidationError</Code>", false),
            (403, "AccessDenied", false),
            (501, "", false),
        ] {
            assert_eq!(is_busy(StatusCode::from_u16(status).unwrap(), body), expected, "{status} {body}");
        }
    }
}
