//! Finds problems and says how to fix them: the caller, the clock, each permission, each part. Nothing is changed;
//! test writes go below `_qrate/` in the bucket and into their own partition of the table, and are removed. Each
//! check has a time limit, and none prevents another.

mod caller;
mod clock;
mod permissions;

use futures::future::join_all;

use super::deployment::PartState;
use super::error::AwsError;
use super::policy::{Permission, Resource, Statement};
use super::setup::UNKNOWN;
use super::{Deployment, Part};
use crate::Clock;
use crate::bucket::S3Bucket;
use crate::diagnosis::Check;

impl Check {
    fn with_statement(self, deployment: &Deployment, needed: Permission) -> Self {
        let statement = Statement::allowing(deployment, needed.on, &[needed.action]);
        Self { statement: Some(statement), ..self }
    }

    /// Whether an operation is permitted, from an attempt.
    fn of_permission(deployment: &Deployment, needed: Permission, tried: Result<(), AwsError>) -> Self {
        let what = needed.action;
        match tried {
            Ok(()) => Self::fine(what, ""),
            Err(error @ AwsError::Denied(_)) => {
                Self::wrong(what, error.words()).with_statement(deployment, needed)
            }
            Err(AwsError::Absent) => Self::wrong(what, "its target does not exist"),
            Err(error) => Self::wrong(what, error.words()),
        }
    }

    /// The verdict on a part of the deployment.
    fn of_part(deployment: &Deployment, part: Part, inspected: Result<PartState, AwsError>) -> Self {
        let what = deployment.title(part);
        match inspected {
            Ok(PartState::Right(words)) => Self::fine(what, words),
            Ok(PartState::Missing) if part.is_a_thing() => Self::wrong(
                what,
                format!("does not exist (region {}): \"qrate setup\" creates it", deployment.region()),
            ),
            Ok(PartState::Missing) => Self::wrong(what, "is not set: \"qrate setup\" sets it"),
            Ok(PartState::Differs(words)) => {
                Self::wrong(what, format!("{words}: \"qrate setup\" changes it"))
            }
            Ok(PartState::Noted(words)) => Self::note(what, words),
            Ok(PartState::Harmful(words) | PartState::Blocked(words)) => Self::wrong(what, words),
            Err(AwsError::Denied(_)) => {
                Self::note(what, "may not be inspected; the gallery does not need to")
                    .with_statement(deployment, part.look_needs())
            }
            Err(AwsError::Unsupported) => Self::note(what, UNKNOWN),
            Err(error) => Self::wrong(what, error.words()),
        }
    }
}

/// Checks everything.
pub async fn examine(deployment: &Deployment, clock: &Clock) -> Vec<Check> {
    let deployment = &deployment.hurried();
    let (caller, time) = (caller::check(&deployment.aws, clock), clock::check(deployment, clock));
    let ((mut checks, is_known), time) = futures::join!(caller, time);
    checks.push(time);
    // Without valid credentials everything else would only repeat that.
    if is_known {
        checks.extend(examine_all(deployment, clock).await);
    }
    checks
}

async fn examine_all(deployment: &Deployment, clock: &Clock) -> Vec<Check> {
    let looks = deployment.parts().map(|part| async move { (part, deployment.inspect(part).await) });
    let looks = join_all(looks).await;

    let missing: Vec<Resource> = looks
        .iter()
        .filter(|(part, inspected)| part.is_a_thing() && *inspected == Ok(PartState::Missing))
        .map(|(part, _)| part.look_needs().on)
        .collect();
    let is_there = |on: &Resource| !missing.contains(on);
    let permissions = permissions::check(deployment, clock, is_there).await;
    // A missing resource is reported once.
    let parts = looks
        .into_iter()
        .filter(|(part, _)| part.is_a_thing() || is_there(&part.look_needs().on))
        .map(|(part, inspected)| Check::of_part(deployment, part, inspected));
    let catalog = if is_there(&Resource::Bucket) { check_catalog(deployment).await } else { None };
    permissions.into_iter().chain(parts).chain(catalog).collect()
}

/// Whether the bucket was last opened with this catalog; `None` if unknown, which the permissions report.
async fn check_catalog(deployment: &Deployment) -> Option<Check> {
    const WHAT: &str = "catalog of the bucket";
    let marker = S3Bucket::new(&deployment.aws, deployment.bucket.clone()).marker().await.ok()?;
    let Some(marker) = marker else { return Some(Check::fine(WHAT, "the bucket is not in use yet")) };
    let ours = deployment.aws.catalog_name(deployment.table.as_ref());
    Some(match marker.catalog {
        Some(last) if last != ours => Check::wrong(
            WHAT,
            format!(
                "the bucket was last opened with {last}, and not with {ours}: two galleries on one bucket take in and \
                 delete what the other keeps. Serve one of them; if {ours} takes the place of the other, start the server \
                 on it once"
            ),
        ),
        Some(_) => Check::fine(WHAT, ours),
        None => Check::fine(WHAT, ""),
    })
}
