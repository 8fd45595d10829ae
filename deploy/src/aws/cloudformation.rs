//! Stacks and change sets (AWS CloudFormation). Not here: waiting for them (`stacks`).

use roxmltree::Node;

use super::client::Client;
use super::xml::{find, members, read, text};
use crate::error::DeployError;

const CLOUDFORMATION: (&str, &str, &str) = ("cloudformation", "CloudFormation", "2010-05-15");

/// A stack, as far as it matters here.
#[derive(Debug, Clone)]
pub(crate) struct Stack {
    pub(crate) status: String,
    pub(crate) reason: String,
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) outputs: Vec<(String, String)>,
    pub(crate) is_protected: bool,
}

/// A change set.
#[derive(Debug, Clone)]
pub(crate) struct Described {
    pub(crate) status: String,
    pub(crate) reason: String,
    pub(crate) changes: Vec<Change>,
    next: String,
}

/// A change of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// `Add`, `Modify`, `Remove` or another word of AWS's.
    pub action: String,
    /// The resource's name in the template.
    pub resource: String,
    /// Its type.
    pub kind: String,
    /// Whether another one takes its place: `True`, `False`, `Conditional`, or nothing.
    pub replacement: String,
}

/// The value of a parameter in a change set.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Given(String),
    /// As it is.
    Previous,
}

/// A change set to make.
pub(crate) struct Wanted<'a> {
    pub(crate) stack: &'a str,
    pub(crate) change_set: &'a str,
    pub(crate) is_new: bool,
    /// The template's text; `None` for the stack's own.
    pub(crate) template: Option<&'a str>,
    pub(crate) parameters: Vec<(String, Value)>,
    pub(crate) tag: (&'a str, &'a str),
    /// Whether resources that are there already become part of the stack.
    pub(crate) takes_up: bool,
}

impl Stack {
    pub(crate) fn output(&self, name: &str) -> Option<&str> {
        self.outputs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

fn pairs(parameters: &[(&str, &str)]) -> Vec<(String, String)> {
    parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

impl Client {
    async fn cloudformation(
        &self,
        action: &str,
        parameters: &[(String, String)],
    ) -> Result<String, DeployError> {
        self.query(CLOUDFORMATION, action, parameters).await
    }

    /// A stack by its name; `None` if there is none.
    pub(crate) async fn stack(&self, name: &str) -> Result<Option<Stack>, DeployError> {
        const ACTION: &str = "DescribeStacks";
        match self.cloudformation(ACTION, &pairs(&[("StackName", name)])).await {
            Err(error) if error.says("does not exist") => Ok(None),
            answer => {
                read(ACTION, &answer?, |root| Some(members(root, "Stacks").first().map(|node| stack(*node))))
            }
        }
    }

    /// Asks for a change set.
    pub(crate) async fn create_change_set(&self, wanted: Wanted<'_>) -> Result<(), DeployError> {
        let kind = if wanted.is_new { "CREATE" } else { "UPDATE" };
        let mut parameters = pairs(&[
            ("StackName", wanted.stack),
            ("ChangeSetName", wanted.change_set),
            ("ChangeSetType", kind),
            ("Capabilities.member.1", "CAPABILITY_NAMED_IAM"),
            ("Tags.member.1.Key", wanted.tag.0),
            ("Tags.member.1.Value", wanted.tag.1),
        ]);
        if wanted.takes_up {
            parameters.push(("ImportExistingResources".to_owned(), "true".to_owned()));
        }
        match wanted.template {
            Some(template) => parameters.push(("TemplateBody".to_owned(), template.to_owned())),
            None => parameters.push(("UsePreviousTemplate".to_owned(), "true".to_owned())),
        }
        for (number, (name, value)) in (1..).zip(wanted.parameters) {
            let member = format!("Parameters.member.{number}");
            parameters.push((format!("{member}.ParameterKey"), name));
            parameters.push(match value {
                Value::Given(value) => (format!("{member}.ParameterValue"), value),
                Value::Previous => (format!("{member}.UsePreviousValue"), "true".to_owned()),
            });
        }
        self.cloudformation("CreateChangeSet", &parameters).await.map(drop)
    }

    /// A change set with all its changes.
    pub(crate) async fn change_set(&self, stack: &str, name: &str) -> Result<Described, DeployError> {
        const ACTION: &str = "DescribeChangeSet";
        let mut whole: Option<Described> = None;
        loop {
            let mut parameters = pairs(&[("StackName", stack), ("ChangeSetName", name)]);
            if let Some(known) = &whole {
                parameters.push(("NextToken".to_owned(), known.next.clone()));
            }
            let answer = self.cloudformation(ACTION, &parameters).await?;
            let page = read(ACTION, &answer, |root| Some(described(find(root, "DescribeChangeSetResult")?)))?;
            let known = match whole {
                None => page,
                Some(mut known) => {
                    known.changes.extend(page.changes);
                    known.next = page.next;
                    known
                }
            };
            if known.next.is_empty() {
                return Ok(known);
            }
            whole = Some(known);
        }
    }

    /// Begins to carry out a change set.
    pub(crate) async fn execute_change_set(&self, stack: &str, name: &str) -> Result<(), DeployError> {
        let parameters = pairs(&[("StackName", stack), ("ChangeSetName", name)]);
        self.cloudformation("ExecuteChangeSet", &parameters).await.map(drop)
    }

    /// Takes a change set away.
    pub(crate) async fn delete_change_set(&self, stack: &str, name: &str) -> Result<(), DeployError> {
        let parameters = pairs(&[("StackName", stack), ("ChangeSetName", name)]);
        self.cloudformation("DeleteChangeSet", &parameters).await.map(drop)
    }

    /// Begins to delete a stack; nothing if there is none.
    pub(crate) async fn delete_stack(&self, name: &str) -> Result<(), DeployError> {
        match self.cloudformation("DeleteStack", &pairs(&[("StackName", name)])).await {
            Err(error) if error.says("does not exist") => Ok(()),
            answer => answer.map(drop),
        }
    }

    /// Protects a stack from being deleted, or no longer.
    pub(crate) async fn protect(&self, name: &str, is_protected: bool) -> Result<(), DeployError> {
        let parameters =
            pairs(&[("StackName", name), ("EnableTerminationProtection", &is_protected.to_string())]);
        self.cloudformation("UpdateTerminationProtection", &parameters).await.map(drop)
    }

    /// Why resources of a stack failed, the latest first.
    pub(crate) async fn failures(&self, stack: &str) -> Result<Vec<String>, DeployError> {
        const ACTION: &str = "DescribeStackEvents";
        let answer = self.cloudformation(ACTION, &pairs(&[("StackName", stack)])).await?;
        read(ACTION, &answer, |root| {
            let events = members(root, "StackEvents").into_iter();
            // What is given up because something else failed says nothing.
            let telling = events.filter(|event| {
                text(*event, "ResourceStatus").ends_with("_FAILED")
                    && !text(*event, "ResourceStatusReason").contains("cancelled")
            });
            let lines = telling.map(|event| {
                format!("{}: {}", text(event, "LogicalResourceId"), text(event, "ResourceStatusReason"))
            });
            Some(lines.take(10).collect())
        })
    }
}

fn stack(node: Node<'_, '_>) -> Stack {
    let of = |list: &str, key: &str, value: &str| -> Vec<(String, String)> {
        members(node, list).into_iter().map(|member| (text(member, key), text(member, value))).collect()
    };
    Stack {
        status: text(node, "StackStatus"),
        reason: text(node, "StackStatusReason"),
        parameters: of("Parameters", "ParameterKey", "ParameterValue"),
        outputs: of("Outputs", "OutputKey", "OutputValue"),
        is_protected: text(node, "EnableTerminationProtection") == "true",
    }
}

fn described(node: Node<'_, '_>) -> Described {
    let changes = members(node, "Changes").into_iter().filter_map(|change| find(change, "ResourceChange"));
    Described {
        status: text(node, "Status"),
        reason: text(node, "StatusReason"),
        changes: changes
            .map(|change| Change {
                action: text(change, "Action"),
                resource: text(change, "LogicalResourceId"),
                kind: text(change, "ResourceType"),
                replacement: text(change, "Replacement"),
            })
            .collect(),
        next: text(node, "NextToken"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stacks_and_change_sets_are_read() {
        let xml = "<DescribeStacksResponse xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\"><DescribeStacksResult>\
            <Stacks><member><StackName>a</StackName><StackStatus>CREATE_COMPLETE</StackStatus>\
            <EnableTerminationProtection>true</EnableTerminationProtection>\
            <Parameters><member><ParameterKey>Port</ParameterKey><ParameterValue>5000</ParameterValue></member></Parameters>\
            <Outputs><member><OutputKey>Url</OutputKey><OutputValue>http://b/</OutputValue></member></Outputs>\
            </member></Stacks></DescribeStacksResult></DescribeStacksResponse>";
        let stack = read("", xml, |root| Some(stack(members(root, "Stacks")[0]))).unwrap();
        assert_eq!(
            (stack.status.as_str(), stack.output("Url"), stack.is_protected),
            ("CREATE_COMPLETE", Some("http://b/"), true)
        );
        assert_eq!(stack.parameters, [("Port".to_owned(), "5000".to_owned())]);
        let xml = "<R><DescribeChangeSetResult><Status>CREATE_COMPLETE</Status><NextToken>n</NextToken><Changes><member>\
            <Type>Resource</Type><ResourceChange><Action>Modify</Action><LogicalResourceId>Table</LogicalResourceId>\
            <ResourceType>AWS::DynamoDB::Table</ResourceType><Replacement>True</Replacement></ResourceChange></member>\
            </Changes></DescribeChangeSetResult></R>";
        let set = read("", xml, |root| Some(described(find(root, "DescribeChangeSetResult")?))).unwrap();
        let expected = Change {
            action: "Modify".to_owned(),
            resource: "Table".to_owned(),
            kind: "AWS::DynamoDB::Table".to_owned(),
            replacement: "True".to_owned(),
        };
        assert_eq!((set.changes, set.next.as_str()), (vec![expected], "n"));
    }
}
