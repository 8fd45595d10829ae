//! Creates the desired state: first a plan, then, if confirmed, its execution. Correct parts are left alone, so a
//! second run changes nothing, and an interrupted run is repeated.

use std::fmt;
use std::time::Duration;

use futures::future::join_all;
use tokio::time::Instant;

use super::deployment::PartState;
use super::error::AwsError;
use super::policy::{Permission, Statement};
use super::{Deployment, Part};
use crate::clock::back_off;

/// How long a new resource may be unknown to the next call.
const NOT_YET_MAX: Duration = Duration::from_secs(90);
const NOT_YET_FIRST: Duration = Duration::from_millis(250);
const NOT_YET_MOST: Duration = Duration::from_secs(5);

/// The plan of a run.
#[derive(Debug)]
pub struct Plan {
    /// Part by part, in the order of their creation.
    pub steps: Vec<Step>,
}

/// The plan for one part.
#[derive(Debug)]
pub struct Step {
    part: Part,
    title: String,
    /// The action.
    pub action: Action,
}

/// The action for a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// None: it is as it should be.
    None(String),
    /// It does not exist yet.
    Make,
    /// It is different.
    Change(String),
    /// None: others have set it differently, or it is not supported there.
    Leave(String),
    /// It cannot be done, so nothing is done.
    Refuse(String),
}

/// Why a run was interrupted.
#[derive(Debug, thiserror::Error)]
#[error("{title}: {why}. Whatever was created before stays; fix this and run it again")]
pub struct SetupError {
    title: String,
    why: String,
}

impl Plan {
    /// Inspects everything and changes nothing.
    pub async fn of(deployment: &Deployment) -> Self {
        let steps = deployment.parts().map(|part| async move {
            let action = action(deployment, part, deployment.inspect(part).await);
            Step { part, title: deployment.title(part), action }
        });
        Self { steps: join_all(steps).await }
    }

    /// Whether everything is as it should be, as far as possible.
    pub fn is_done(&self) -> bool {
        !self.steps.iter().any(|step| step.action.changes_something())
    }

    /// Whether something is in the way.
    pub fn is_refused(&self) -> bool {
        self.steps.iter().any(|step| matches!(step.action, Action::Refuse(_)))
    }

    /// Executes the plan, step by step; `report` is called for each finished step.
    pub async fn carry_out(
        &self,
        deployment: &Deployment,
        mut report: impl FnMut(&str),
    ) -> Result<(), SetupError> {
        for step in self.steps.iter().filter(|step| step.action.changes_something()) {
            let done = fix(deployment, step.part).await;
            let title = &step.title;
            match done {
                Ok(()) => report(&format!("{title}: done")),
                Err(AwsError::Unsupported) if !step.part.is_a_thing() => {
                    report(&format!("{title}: {UNKNOWN}"));
                }
                Err(trouble) => {
                    let why = in_words(deployment, step.part.fix_permission(), trouble);
                    return Err(SetupError { title: title.clone(), why });
                }
            }
        }
        Ok(())
    }
}

impl Deployment {
    /// The URL of the queue of the bucket's notifications, for the server's options.
    pub async fn queue_url(&self) -> Result<String, SetupError> {
        self.find_queue(self.notified()).await.map_err(|trouble| SetupError {
            title: self.title(Part::Queue),
            why: in_words(self, Part::Queue.look_needs(), trouble),
        })
    }

    /// The URL of the queue of jobs, for the server's options.
    pub async fn jobs_url(&self) -> Result<String, SetupError> {
        self.find_jobs().await.map_err(|trouble| SetupError {
            title: self.title(Part::Jobs),
            why: in_words(self, Part::Jobs.look_needs(), trouble),
        })
    }
}

/// The note on a setting that the other side does not know.
pub(super) const UNKNOWN: &str = "not supported there; the gallery works without it";

impl Action {
    fn changes_something(&self) -> bool {
        matches!(self, Self::Make | Self::Change(_))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_a_thing = self.part.is_a_thing();
        let indent = if is_a_thing { "" } else { "  " };
        write!(f, "{indent}{}: ", self.title)?;
        let more = |more: &str| if more.is_empty() { String::new() } else { format!(" ({more})") };
        match &self.action {
            Action::None(words) => {
                write!(f, "{}{}", if is_a_thing { "exists" } else { "is so" }, more(words))
            }
            Action::Make => f.write_str(if is_a_thing { "will be created" } else { "will be set" }),
            Action::Change(words) => write!(f, "will be changed{}", more(words)),
            Action::Leave(words) => write!(f, "is left as it is: {words}"),
            Action::Refuse(words) => write!(f, "cannot be done: {words}"),
        }
    }
}

fn action(deployment: &Deployment, part: Part, inspected: Result<PartState, AwsError>) -> Action {
    match inspected {
        Ok(PartState::Right(words)) => Action::None(words),
        Ok(PartState::Missing) => Action::Make,
        Ok(PartState::Differs(words)) => Action::Change(words),
        Ok(PartState::Noted(words) | PartState::Harmful(words)) => Action::Leave(words),
        Ok(PartState::Blocked(words)) => Action::Refuse(words),
        Err(AwsError::Unsupported) if !part.is_a_thing() => Action::Leave(UNKNOWN.to_owned()),
        Err(trouble) => Action::Refuse(in_words(deployment, part.look_needs(), trouble)),
    }
}

/// Retries until a new resource is known everywhere.
async fn fix(deployment: &Deployment, part: Part) -> Result<(), AwsError> {
    let deadline = Instant::now() + NOT_YET_MAX;
    let mut attempt = 0;
    loop {
        match deployment.fix(part).await {
            Err(AwsError::NotYet(_) | AwsError::Absent) if Instant::now() < deadline => {
                tokio::time::sleep(back_off(NOT_YET_FIRST, attempt, NOT_YET_MOST)).await;
                attempt += 1;
            }
            done => return done,
        }
    }
}

fn in_words(deployment: &Deployment, needed: Permission, trouble: AwsError) -> String {
    match trouble {
        AwsError::Denied(said) => {
            let statement = Statement::allowing(deployment, needed.on, &[needed.action]);
            format!(
                "{} is not permitted ({said}). The missing statement: {}",
                needed.action,
                statement.to_json()
            )
        }
        trouble => trouble.words(),
    }
}
