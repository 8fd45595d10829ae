//! What the API says of itself: OpenAPI 3.1, and the same as a page for people. Not here: the descriptions of the
//! operations, which stand at their handlers.

use std::sync::Arc;

use app::model::{ApiOperation, ApiPage, ApiParameter, ApiPart, ApiProblem, Page};
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use utoipa::OpenApi as _;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::{OpenApi, RefOr, Required, Server};

use super::problems::ProblemJson;
use crate::conditional::{matches_if_none_match, quoted};
use crate::html::html;
use crate::problem::Problem;
use crate::problem_kind::{KINDS, ProblemKind};
use crate::site::Site;

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
    html(StatusCode::OK, site.draw(Page::Api(page)))
}

/// The operations of a part, in the order of their paths.
fn operations(openapi: &OpenApi, part: &str) -> Vec<ApiOperation> {
    let all = openapi
        .paths
        .paths
        .iter()
        .flat_map(|(path, item)| of_path(item).map(move |(method, operation)| (path, method, operation)));
    let of_part = all.filter(|(_, _, operation)| operation.tags.iter().flatten().any(|tag| tag == part));
    of_part.map(|(path, method, operation)| shown(path, method, operation)).collect()
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

fn shown(path: &str, method: &'static str, operation: &Operation) -> ApiOperation {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let answers = operation.responses.responses.iter().map(|(status, response)| {
        (status.clone(), here(response).map(|response| response.description.clone()).unwrap_or_default())
    });
    ApiOperation {
        id: text(&operation.operation_id),
        method,
        path: path.to_owned(),
        summary: text(&operation.summary),
        words: text(&operation.description),
        parameters: operation.parameters.iter().flatten().filter_map(here).map(parameter).collect(),
        body: operation
            .request_body
            .as_ref()
            .and_then(here)
            .and_then(|body| body.content.keys().next().cloned()),
        answers: answers.collect(),
    }
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
        place: match parameter.parameter_in {
            ParameterIn::Path => "in the path",
            ParameterIn::Query => "in the query",
            ParameterIn::Header => "header",
            _ => "cookie",
        },
        is_required: matches!(parameter.required, Required::True),
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
