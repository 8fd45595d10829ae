//! What the API says of itself: OpenAPI 3.1, and the same as a page for people. Not here: the descriptions of the
//! operations, which stand at their handlers.

use std::sync::Arc;

use app::model::{ApiOperation, ApiPage, ApiParameter, ApiPart, ApiProblem, Page};
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use utoipa::OpenApi as _;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::schema::{Object, Schema};
use utoipa::openapi::{OpenApi, RefOr, Required, Server};

use super::problems::ProblemJson;
use crate::conditional::{matches_if_none_match, quoted};
use crate::html::html;
use crate::preferences::Preferred;
use crate::problem::Problem;
use crate::problem_kind::{KINDS, ProblemKind};
use crate::site::Site;

/// The errors that most operations have: the page explains them once.
const USUAL_ERRORS: [&str; 11] =
    ["400", "403", "404", "405", "413", "415", "421", "431", "500", "503", "507"];

/// The parts of the API, in the order of the page, with what each is for.
const PARTS: [(&str, &str); 6] = [
    ("Codes", "Making codes, one at a time or many, and drawing them without keeping them."),
    ("Entries", "What is in a space: codes, photos and files; and what happens to them."),
    ("Photos and files", "Uploads, and the files of entries."),
    ("Jobs", "What happens to photos in the background."),
    ("Spaces", "Spaces, the look of their new codes, and logos."),
    ("Devices", "One address for apps on phones, which keeps the codes of a device apart."),
];

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Qrate",
        description = "QR codes and photos in a bucket of yours. Errors are `application/problem+json` (RFC 9457).",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(ProblemJson))
)]
struct About;

/// Everything but the operations.
pub(super) fn about(base: &str) -> OpenApi {
    let mut about = About::openapi();
    let tags = PARTS.into_iter().map(|(name, words)| {
        utoipa::openapi::tag::TagBuilder::new().name(name).description(Some(words)).build()
    });
    about.tags = Some(tags.collect());
    let base = base.trim_end_matches('/');
    about.servers = Some(vec![Server::new(if base.is_empty() { "/" } else { base })]);
    about
}

/// The description, as it is sent and as it is shown.
pub(super) struct Description {
    json: Bytes,
    etag: String,
    parts: Vec<ApiPart>,
}

impl Description {
    pub(super) fn new(openapi: &OpenApi) -> Self {
        let json = openapi.to_json().expect("a description becomes JSON");
        let etag = quoted(&domain::Sha256(Sha256::digest(&json).into()).short());
        let part = |(name, words): (&str, &str)| ApiPart {
            name: name.to_owned(),
            words: words.to_owned(),
            operations: operations(openapi, name),
        };
        Self { json: json.into(), etag, parts: PARTS.into_iter().map(part).collect() }
    }
}

/// `GET /api/v1/openapi.json`
pub(super) async fn openapi(
    Extension(description): Extension<Arc<Description>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let etag = format!("W/{}", description.etag);
    let kept = [(header::ETAG, etag.clone()), (header::CACHE_CONTROL, "no-cache".to_owned())];
    if matches_if_none_match(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    Ok((kept, [(header::CONTENT_TYPE, "application/json")], description.json.clone()).into_response())
}

/// `GET /api/v1`: the same for people.
pub(super) async fn page(
    State(site): State<Arc<Site>>,
    Preferred(preferences): Preferred,
    Extension(description): Extension<Arc<Description>>,
) -> Response {
    let problem = |kind: &ProblemKind| ApiProblem {
        name: kind.name,
        status: kind.status.as_u16(),
        title: kind.title,
        words: kind.words,
    };
    let page = ApiPage {
        parts: description.parts.clone(),
        problems: KINDS.iter().map(problem).collect(),
        description: site.address("/api/v1/openapi.json"),
    };
    html(StatusCode::OK, site.draw(Page::Api(page), preferences))
}

/// The operations of a part, in the order of their paths.
fn operations(openapi: &OpenApi, part: &str) -> Vec<ApiOperation> {
    let all = openapi
        .paths
        .paths
        .iter()
        .flat_map(|(path, item)| of_path(item).map(move |(method, operation)| (path, method, operation)));
    let of_part = all.filter(|(_, _, operation)| operation.tags.iter().flatten().any(|tag| tag == part));
    of_part.map(|(path, method, operation)| shown(openapi, path, method, operation)).collect()
}

fn of_path(item: &PathItem) -> impl Iterator<Item = (&'static str, &Operation)> {
    let methods = [
        ("GET", &item.get),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ];
    methods.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

fn shown(openapi: &OpenApi, path: &str, method: &'static str, operation: &Operation) -> ApiOperation {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let answers =
        operation.responses.responses.iter().filter(|(status, _)| !USUAL_ERRORS.contains(&&***status));
    let answers = answers.map(|(status, response)| {
        (status.clone(), here(response).map(|response| response.description.clone()).unwrap_or_default())
    });
    let body = operation.request_body.as_ref().and_then(here).and_then(|body| body.content.iter().next());
    let schema = body
        .and_then(|(_, content)| here(content)?.schema.as_ref())
        .and_then(|schema| object(openapi, schema));
    let examples = schema.map(example_of).unwrap_or_default();
    ApiOperation {
        id: text(&operation.operation_id),
        method,
        path: path.to_owned(),
        summary: text(&operation.summary),
        words: text(&operation.description),
        parameters: operation.parameters.iter().flatten().filter_map(here).map(parameter).collect(),
        body: body.map(|(media_type, _)| media_type.clone()),
        fields: schema.map(fields).unwrap_or_default(),
        example: example(path, method, body.map(|(media_type, _)| &**media_type), &examples),
        answers: answers.collect(),
    }
}

/// The object that a schema is or names.
fn object<'a>(openapi: &'a OpenApi, schema: &'a RefOr<Schema>) -> Option<&'a Object> {
    let schema = match schema {
        RefOr::T(schema) => schema,
        RefOr::Ref(named) => {
            let name = named.ref_location.rsplit('/').next()?;
            here(openapi.components.as_ref()?.schemas.get(name)?)?
        }
    };
    if let Schema::Object(object) = schema { Some(object) } else { None }
}

fn fields(object: &Object) -> Vec<ApiParameter> {
    let described = object.properties.iter().map(|(name, schema)| {
        let facts = facts(schema, object.required.contains(name));
        let words = json(schema)["description"].as_str().unwrap_or_default().to_owned();
        ApiParameter { name: name.clone(), facts, words }
    });
    described.collect()
}

/// The example of each field that has one, as an object.
fn example_of(object: &Object) -> Map<String, Value> {
    let examples = object.properties.iter().filter_map(|(name, schema)| {
        let example = json(schema)["example"].clone();
        (!example.is_null()).then(|| (name.clone(), example))
    });
    let mut examples: Map<String, Value> = examples.collect();
    if examples.contains_key("text") {
        // Either of the two.
        examples.remove("content");
    }
    examples
}

/// What a value may be, in a few words.
fn facts<T: Serialize>(schema: &T, is_required: bool) -> String {
    let schema = json(schema);
    let number = |name: &str| schema[name].as_u64().map(domain::grouped);
    let mut facts = vec![if is_required { "required".to_owned() } else { "optional".to_owned() }];
    if let Some(values) = schema["enum"].as_array() {
        let values = values.iter().filter_map(Value::as_str).map(|value| format!("`{value}`"));
        facts.push(values.collect::<Vec<_>>().join(", "));
    }
    match (number("minimum"), number("maximum")) {
        (Some(least), Some(most)) => facts.push(format!("{least} to {most}")),
        (Some(least), None) => facts.push(format!("{least} or more")),
        _ => {}
    }
    facts.extend(number("maxLength").map(|most| format!("at most {most} characters")));
    facts.extend(number("maxItems").map(|most| format!("at most {most}")));
    match &schema["default"] {
        Value::Null => {}
        Value::String(default) => facts.push(format!("default `{default}`")),
        default => facts.push(format!("default `{default}`")),
    }
    facts.join(", ")
}

fn json<T: Serialize>(part: &T) -> Value {
    serde_json::to_value(part).expect("a description becomes JSON")
}

/// A request with curl, for a server on this machine.
fn example(path: &str, method: &str, body: Option<&str>, fields: &Map<String, Value>) -> String {
    let path = path.replace("{space}", "main").replace("{id}", "1").replace("{table}", "1795230895120345");
    let query = match &*path {
        "/qr" => "?text=https://example.com",
        path if path.ends_with("/photos") && method == "POST" => "?name=beach.jpg",
        path if path.ends_with("/files") => "?name=scan.png",
        path if path.ends_with("/events") => "?after=0",
        _ => "",
    };
    let address = format!("'localhost:8080{path}{query}'");
    let fields = Value::Object(fields.clone());
    let mut command = match (method, body) {
        ("GET", _) if query == "?after=0" => "curl -sN".to_owned(),
        ("GET", _) | ("POST", Some(_)) => "curl -s".to_owned(),
        _ => format!("curl -s -X {method}"),
    };
    command += &format!(" {address}");
    match body {
        Some("application/json") => {
            command += &format!(" \\\n  -H 'Content-Type: application/json' -d '{fields}'");
        }
        Some("application/x-ndjson") => {
            command += " \\\n  -H 'Content-Type: application/x-ndjson' --data-binary @codes.jsonl";
        }
        Some("text/csv") => {
            command += " \\\n  -H 'Content-Type: text/csv' --data-binary @codes.csv";
        }
        Some(_) => {
            let file = query.rsplit_once('=').map_or("logo.svg", |(_, name)| name);
            command += &format!(" --data-binary @{file}");
        }
        None => {}
    }
    command
}

/// What stands here, and not elsewhere under a name: ours all do.
fn here<T>(part: &RefOr<T>) -> Option<&T> {
    match part {
        RefOr::T(part) => Some(part),
        RefOr::Ref(_) => None,
    }
}

fn parameter(parameter: &Parameter) -> ApiParameter {
    ApiParameter {
        name: parameter.name.clone(),
        facts: {
            let place = match parameter.parameter_in {
                ParameterIn::Path => "in the path",
                ParameterIn::Query => "in the query",
                ParameterIn::Header => "header",
                _ => "cookie",
            };
            format!("{place}, {}", facts(&parameter.schema, matches!(parameter.required, Required::True)))
        },
        words: parameter.description.clone().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_shown_and_described() {
        let (_, openapi) = super::super::described("/").split_for_parts();
        let shown: usize = PARTS.iter().map(|(part, _)| operations(&openapi, part).len()).sum();
        let all: usize = openapi.paths.paths.values().map(|item| of_path(item).count()).sum();
        assert_eq!(shown, all, "every operation has a part");
        let schemas = openapi.components.as_ref().unwrap();
        for (path, item) in &openapi.paths.paths {
            for (method, operation) in of_path(item) {
                let what = format!("{method} {path}");
                assert!(operation.summary.is_some() && operation.operation_id.is_some(), "{what}");
                assert!(operation.responses.responses.keys().any(|status| status.starts_with('2')), "{what}");
                assert!(operation.responses.responses.contains_key("400"), "{what}");
            }
        }
        assert!(schemas.schemas.values().all(|schema| here(schema).is_some()), "no schema is only a name");
    }
}
