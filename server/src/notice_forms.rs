//! The forms about messages to people: one sends a test, one puts a failed message aside. Not here: what pages show of
//! messages (`messages`), opening the notifier (`notices`).

use std::sync::Arc;

use app::model::Page;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::{Field, PhoneNumber};
use gallery::notifier::NotifyError;
use gallery::{Administer, Grant, Write};

use crate::forms::see_other;
use crate::grants::{InSpace, OfEntry};
use crate::inputs::Form;
use crate::page_models;
use crate::problem::Problem;
use crate::site::Site;

/// `POST /s/{space}/notices/test`: sends a test message to the number in a form.
pub(crate) async fn test(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Administer>,
    Form(form): Form,
) -> Result<Response, Problem> {
    let typed = form.text("phone-number").unwrap_or_default();
    let Err(problem) = send_test(&site, &grant, typed).await else {
        return Ok(see_other(site.addresses(grant.space()).jobs_after_test()));
    };
    Err(match page_models::jobs_page(&site.gallery, &grant).await {
        Ok(mut page) => {
            typed.clone_into(&mut page.messages.test.typed);
            page.messages.test.is_refused = true;
            problem.on(Page::Jobs(page))
        }
        Err(_) => problem,
    })
}

/// Only a wrong number is a fault of the field: a service does not tell what it refused a message for.
async fn send_test(site: &Site, grant: &Grant<Administer>, typed: &str) -> Result<(), Problem> {
    let phone: PhoneNumber = typed.trim().parse().map_err(|error: domain::PhoneNumberError| {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()).about(Field::PhotoPhone)
    })?;
    site.gallery.send_test_notice(grant, phone).await?.map(drop).map_err(|error| {
        let (status, sentence) = match &error {
            NotifyError::Refused(reason) => {
                (StatusCode::UNPROCESSABLE_ENTITY, format!("The test was refused: {reason}"))
            }
            NotifyError::Limited(_) => {
                (StatusCode::UNPROCESSABLE_ENTITY, format!("The test was not sent. {error}"))
            }
            NotifyError::Unknown(reason) => {
                (StatusCode::BAD_GATEWAY, format!("Nobody knows whether the test was sent: {reason}"))
            }
            NotifyError::Busy { .. } | NotifyError::Unavailable(_) | NotifyError::Denied(_) => {
                (StatusCode::BAD_GATEWAY, format!("The test was not sent. {error}"))
            }
        };
        Problem::new(status, format!("{}.", sentence.trim_end_matches('.')))
    })
}

/// `POST /s/{space}/e/{id}/notice/aside`: puts a message aside that failed.
pub(crate) async fn put_aside(
    State(site): State<Arc<Site>>,
    OfEntry { grant, id }: OfEntry<Write>,
) -> Result<Response, Problem> {
    let change = site.gallery.put_failed_notice_aside(&grant, id).await?;
    // An address with the seq would be fetched again for later changes, too.
    site.gallery.wait_for(&grant, change.seq).await?;
    Ok(see_other(site.addresses(grant.space()).jobs_after_dismissal(id)))
}
