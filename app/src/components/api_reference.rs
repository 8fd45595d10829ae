//! The API for people: its operations part by part, and the kinds of errors. Server only, and without any script.

use leptos::prelude::*;

use crate::model::{ApiOperation, ApiPage, ApiParameter, ApiPart, ApiProblem};

/// All of it.
pub(crate) fn api_reference(page: &ApiPage) -> impl IntoView + use<> {
    let links = page.parts.iter().map(|part| {
        view! {
            <li>
                <a href=format!("#{}", anchor(&part.name))>{part.name.clone()}</a>
            </li>
        }
    });
    view! {
        <p>
            "Everything the pages can do, as an HTTP API. For generators of clients: "
            <a href=page.description.clone()>"openapi.json"</a> " (OpenAPI 3.1)."
        </p>
        <nav aria-label="Parts of the API">
            <ul class="api-parts">
                {links.collect_view()} <li>
                    <a href="#errors">"Errors"</a>
                </li>
            </ul>
        </nav>
        {page.parts.iter().map(part).collect_view()}
        <section class="api-part" aria-labelledby="errors">
            <h2 id="errors">"Errors"</h2>
            <p>
                "Every error is " <code>"application/problem+json"</code> " (RFC 9457) with a " <code>"type"</code>
                " that leads here, a " <code>"title"</code> ", the " <code>"status"</code> ", a " <code>"detail"</code>
                " that says what to do, and the " <code>"request_id"</code> " under which the log has more."
            </p>
            <dl class="api-errors">{page.problems.iter().map(problem).collect_view()}</dl>
        </section>
    }
}

fn anchor(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

fn part(part: &ApiPart) -> impl IntoView + use<> {
    let id = anchor(&part.name);
    let heading = id.clone();
    view! {
        <section class="api-part" aria-labelledby=heading>
            <h2 id=id>{part.name.clone()}</h2>
            <p>{part.words.clone()}</p>
            {part.operations.iter().map(operation).collect_view()}
        </section>
    }
}

fn operation(operation: &ApiOperation) -> impl IntoView + use<> {
    let words = (!operation.words.is_empty()).then(|| view! { <p>{in_code(&operation.words)}</p> });
    let parameters = (!operation.parameters.is_empty()).then(|| {
        view! {
            <h3>"Parameters"</h3>
            <dl>{operation.parameters.iter().map(parameter).collect_view()}</dl>
        }
    });
    let body = operation.body.clone().map(|media_type| {
        view! {
            <h3>"Body: " <code>{media_type}</code></h3>
            <dl>{operation.fields.iter().map(parameter).collect_view()}</dl>
        }
    });
    let answers = operation.answers.iter().map(|(status, words)| {
        view! {
            <div>
                <dt>
                    <code>{status.clone()}</code>
                </dt>
                <dd>{words.clone()}</dd>
            </div>
        }
    });
    let method = if operation.method == "DELETE" { "api-method api-method-removes" } else { "api-method" };
    // The anchor lies inside, so that a link to it opens the operation.
    view! {
        <details class="api-operation">
            <summary>
                <code class=method>{operation.method}</code>
                <code class="api-path">{breakable(&operation.path)}</code>
                <span>{operation.summary.clone()}</span>
            </summary>
            <div class="api-detail" id=operation.id.clone()>
                {words}
                <pre>
                    <code>{operation.example.clone()}</code>
                </pre>
                {parameters}
                {body}
                <h3>"Responses"</h3>
                <dl class="api-answers">{answers.collect_view()}</dl>
                <p>
                    "And the " <a href="#errors">"usual errors"</a> "."
                </p>
            </div>
        </details>
    }
}

/// A path that a line may be broken in before each slash.
fn breakable(path: &str) -> impl IntoView + use<> {
    let segments: Vec<_> = path.split_inclusive('/').map(str::to_owned).collect();
    segments.into_iter().map(|segment| view! { {segment} <wbr /> }).collect_view()
}

fn parameter(parameter: &ApiParameter) -> impl IntoView + use<> {
    view! {
        <div>
            <dt>
                <code>{parameter.name.clone()}</code>
                " "
                <small>{in_code(&parameter.facts)}</small>
            </dt>
            <dd>{in_code(&parameter.words)}</dd>
        </div>
    }
}

fn problem(problem: &ApiProblem) -> impl IntoView + use<> {
    view! {
        <div id=problem.name>
            <dt>
                <code>{problem.status}</code>
                " "
                {problem.title}
            </dt>
            <dd>{in_code(problem.words)}</dd>
        </div>
    }
}

/// A sentence whose parts between backticks are code.
fn in_code(words: &str) -> impl IntoView + use<> {
    let parts: Vec<_> = words.split('`').map(str::to_owned).enumerate().collect();
    parts
        .into_iter()
        .map(
            |(place, part)| {
                if place % 2 == 1 { view! { <code>{part}</code> }.into_any() } else { part.into_any() }
            },
        )
        .collect_view()
}
