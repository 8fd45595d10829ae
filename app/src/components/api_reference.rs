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
            "Everything the pages can do, for programs. The same as a description in OpenAPI 3.1: "
            <a href=page.description.clone()>"openapi.json"</a> "."
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
    let body = operation.body.clone().map(|media_type| {
        view! {
            <div>
                <dt>"Body"</dt>
                <dd>
                    <code>{media_type}</code>
                </dd>
            </div>
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
    view! {
        <details class="api-operation" id=operation.id.clone()>
            <summary>
                <code class="api-method">{operation.method}</code>
                <code class="api-path">{operation.path.clone()}</code>
                <span>{operation.summary.clone()}</span>
            </summary>
            {words}
            <dl>{operation.parameters.iter().map(parameter).collect_view()} {body}</dl>
            <h3>"Answers"</h3>
            <dl>{answers.collect_view()}</dl>
        </details>
    }
}

fn parameter(parameter: &ApiParameter) -> impl IntoView + use<> {
    let place = format!(", {}{}", parameter.place, if parameter.is_required { "" } else { ", optional" });
    view! {
        <div>
            <dt>
                <code>{parameter.name.clone()}</code>
                {place}
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
            <dd>{problem.words}</dd>
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
