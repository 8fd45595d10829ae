//! A stack of CloudFormation from a proposal to its end: a change set is made, shown, and carried out or taken away.

use std::time::{Duration, Instant};

use crate::aws::Client;
pub use crate::aws::cloudformation::Change;
use crate::aws::cloudformation::{Stack, Value, Wanted};
use crate::error::DeployError;

/// How often AWS is asked how far it is.
const ASK_EVERY: Duration = Duration::from_secs(3);
/// The same of a service on this machine.
const ASK_NEARBY_EVERY: Duration = Duration::from_millis(300);
/// How long a stack may take: longer than the slowest resource, a balancer or an update of machines one by one.
const STACK_MAX: Duration = Duration::from_secs(60 * 60);
const CHANGE_SET_MAX: Duration = Duration::from_secs(5 * 60);

/// A change set that was made and not carried out.
#[derive(Debug)]
pub struct ChangeSet {
    /// The stack.
    pub stack: String,
    /// Whether there is no such stack yet.
    pub is_new: bool,
    /// What would change.
    pub changes: Vec<Change>,
    name: String,
}

/// What to propose for a stack.
pub(crate) struct Proposed<'a> {
    pub(crate) stack: &'a str,
    /// The template; `None` for the one that the stack has.
    pub(crate) template: Option<&'a str>,
    /// New values of parameters.
    pub(crate) given: Vec<(String, String)>,
    /// All parameters of the template: of an existing stack, those without a new value keep theirs.
    pub(crate) parameters: Vec<String>,
    pub(crate) tag: (&'a str, &'a str),
    /// Whether a new stack takes up what an earlier one has left behind.
    pub(crate) takes_up: bool,
}

/// Stacks of an account and a region.
pub(crate) struct Stacks<'a> {
    client: &'a Client,
}

impl<'a> Stacks<'a> {
    pub(crate) fn of(client: &'a Client) -> Self {
        Self { client }
    }

    /// A stack that is there, or was begun. Waits until nothing happens to it any more.
    pub(crate) async fn find(&self, name: &str) -> Result<Option<Stack>, DeployError> {
        let begun = Instant::now();
        loop {
            let stack = self.client.stack(name).await?;
            match stack {
                Some(stack) if stack.status == "REVIEW_IN_PROGRESS" => return Ok(None),
                Some(stack) if stack.status.ends_with("_IN_PROGRESS") => {
                    self.wait(name, &stack, begun).await?;
                }
                stack => return Ok(stack),
            }
        }
    }

    /// Makes a change set; `None` if nothing would change.
    pub(crate) async fn propose(&self, proposed: Proposed<'_>) -> Result<Option<ChangeSet>, DeployError> {
        let mut stack = self.find(proposed.stack).await?;
        if stack
            .as_ref()
            .is_some_and(|stack| matches!(&*stack.status, "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED"))
        {
            // What is left of a creation that failed: it can only be deleted.
            self.delete(proposed.stack).await?;
            stack = None;
        }
        let known = stack.as_ref().map(|stack| &stack.parameters);
        let values = proposed.parameters.iter().filter_map(|name| {
            let given = proposed.given.iter().find(|(given, _)| given == name);
            let has_value = known.is_some_and(|known| known.iter().any(|(known, _)| known == name));
            let value = match given {
                Some((_, value)) => Value::Given(value.clone()),
                None if has_value => Value::Previous,
                None => return None,
            };
            Some((name.clone(), value))
        });
        let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let name = format!("qrate-{}", seconds.as_millis());
        let wanted = Wanted {
            stack: proposed.stack,
            change_set: &name,
            is_new: stack.is_none(),
            template: proposed.template,
            parameters: values.collect(),
            tag: proposed.tag,
            takes_up: proposed.takes_up && stack.is_none(),
        };
        self.client.create_change_set(wanted).await?;
        let made = ChangeSet {
            stack: proposed.stack.to_owned(),
            is_new: stack.is_none(),
            changes: Vec::new(),
            name,
        };
        self.described(made).await
    }

    /// Waits until CloudFormation has found out what would change.
    async fn described(&self, made: ChangeSet) -> Result<Option<ChangeSet>, DeployError> {
        let begun = Instant::now();
        loop {
            let set = self.client.change_set(&made.stack, &made.name).await?;
            match &*set.status {
                "CREATE_COMPLETE" if set.changes.is_empty() && !made.is_new => {
                    self.discard(&made).await?;
                    return Ok(None);
                }
                "CREATE_COMPLETE" => return Ok(Some(ChangeSet { changes: set.changes, ..made })),
                "FAILED"
                    if set.reason.contains("didn't contain changes") || set.reason.contains("No updates") =>
                {
                    self.discard(&made).await?;
                    return Ok(None);
                }
                status if status == "FAILED" || begun.elapsed() > CHANGE_SET_MAX => {
                    self.discard(&made).await?;
                    let (stack, status) = (made.stack, format!("not changed: its change set is {status}"));
                    return Err(DeployError::Stack { stack, status, reasons: vec![set.reason] });
                }
                _ => self.pause().await,
            }
        }
    }

    /// Takes a change set away, and the empty stack that it made.
    pub(crate) async fn discard(&self, set: &ChangeSet) -> Result<(), DeployError> {
        self.client.delete_change_set(&set.stack, &set.name).await?;
        if set.is_new {
            self.client.delete_stack(&set.stack).await?;
        }
        Ok(())
    }

    /// Carries a change set out, and waits until it is done.
    pub(crate) async fn execute(&self, set: &ChangeSet) -> Result<Stack, DeployError> {
        self.client.execute_change_set(&set.stack, &set.name).await?;
        let begun = Instant::now();
        loop {
            let missing = || DeployError::Missing(set.stack.clone());
            let stack = self.client.stack(&set.stack).await?.ok_or_else(missing)?;
            match &*stack.status {
                "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS" => {
                    return Ok(stack);
                }
                // It was accepted, and is about to begin.
                "REVIEW_IN_PROGRESS" => self.wait(&set.stack, &stack, begun).await?,
                status if status.ends_with("_IN_PROGRESS") => self.wait(&set.stack, &stack, begun).await?,
                _ => return Err(self.failed(&set.stack, &stack).await),
            }
        }
    }

    /// Deletes a stack, and waits until it is gone; nothing if there is none.
    pub(crate) async fn delete(&self, name: &str) -> Result<(), DeployError> {
        self.client.delete_stack(name).await?;
        let begun = Instant::now();
        loop {
            match self.client.stack(name).await? {
                None => return Ok(()),
                Some(stack) if stack.status == "DELETE_COMPLETE" => return Ok(()),
                Some(stack) if stack.status.ends_with("_IN_PROGRESS") => {
                    self.wait(name, &stack, begun).await?;
                }
                Some(stack) => return Err(self.failed(name, &stack).await),
            }
        }
    }

    async fn failed(&self, name: &str, stack: &Stack) -> DeployError {
        // The reasons only explain it.
        let mut reasons = self.client.failures(name).await.unwrap_or_default();
        if reasons.is_empty() && !stack.reason.is_empty() {
            reasons.push(stack.reason.clone());
        }
        DeployError::Stack { stack: name.to_owned(), status: stack.status.clone(), reasons }
    }

    async fn wait(&self, name: &str, stack: &Stack, begun: Instant) -> Result<(), DeployError> {
        if begun.elapsed() > STACK_MAX {
            let minutes = STACK_MAX.as_secs() / 60;
            return Err(DeployError::TooLong {
                stack: name.to_owned(),
                status: stack.status.clone(),
                minutes,
            });
        }
        self.pause().await;
        Ok(())
    }

    async fn pause(&self) {
        let is_nearby = self.client.aws().endpoint_url("CloudFormation").is_some();
        tokio::time::sleep(if is_nearby { ASK_NEARBY_EVERY } else { ASK_EVERY }).await;
    }
}
