//! A deployment and what is done with it. Each verb can be run again after an interruption: it looks at what is there, and
//! goes on from that.

use std::time::Duration;

use gallery::aws::Aws;

use crate::aws::cloudformation::Stack;
use crate::aws::tagging::{self, Resource};
use crate::aws::{Client, apigateway, caller, ec2, s3, ssm};
use crate::emptying::empty;
use crate::error::DeployError;
use crate::kind::{Architecture, Kind};
use crate::name::DeploymentName;
use crate::package::Package;
use crate::settings::Settings;
use crate::stacks::{ChangeSet, Proposed, Stacks};
use crate::template::{Templates, Which, parameters, without_retention};

/// The tag of everything that belongs to a deployment.
const TAG: &str = "qrate:deployment";
/// The inventory is some time behind: how long to wait until it shows what was deleted.
const INVENTORY_BEHIND: Duration = Duration::from_secs(60);
const INVENTORY_EVERY: Duration = Duration::from_secs(3);

/// A deployment in an account and a region.
pub struct Deployment {
    /// Its name.
    pub name: DeploymentName,
    client: Client,
    templates: Templates,
    account: String,
}

/// What would change.
#[derive(Debug)]
pub struct Proposal {
    /// Of what is kept, then of what computes. Nothing where nothing would change.
    pub change_sets: Vec<ChangeSet>,
    /// What computes, if CloudFormation can only say what it needs once what is kept is there.
    pub later: Option<Later>,
    package: Option<Package>,
}

/// A stack that is proposed later.
#[derive(Debug)]
pub struct Later {
    /// Its name.
    pub stack: String,
    kind: Kind,
    settings: Settings,
}

/// What is left of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left(pub Vec<Resource>);

impl Deployment {
    /// Looks up whose account it is.
    pub async fn new(aws: Aws, name: DeploymentName, templates: Templates) -> Result<Self, DeployError> {
        let client = Client::new(aws)?;
        let account = caller::account(&client).await?;
        Ok(Self { name, client, templates, account })
    }

    /// The account's number.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The region.
    pub fn region(&self) -> &str {
        self.client.region()
    }

    /// Its kind, if it computes.
    pub async fn kind(&self) -> Result<Option<Kind>, DeployError> {
        Ok(self.computing().await?.map(|(kind, _)| kind))
    }

    async fn computing(&self) -> Result<Option<(Kind, Stack)>, DeployError> {
        for kind in Kind::ALL {
            if let Some(stack) = self.stacks().find(&kind.stack(&self.name)).await? {
                return Ok(Some((kind, stack)));
            }
        }
        Ok(None)
    }

    fn stacks(&self) -> Stacks<'_> {
        Stacks::of(&self.client)
    }

    /// Finds out what has to change for a deployment with these settings: a new one, or the one that is there. Without a
    /// package the image has Qrate already, or keeps what it has.
    pub async fn propose(
        &self,
        kind: Kind,
        architecture: Option<Architecture>,
        mut settings: Settings,
        package: Option<Package>,
    ) -> Result<Proposal, DeployError> {
        let computing = self.computing().await?;
        if let Some((is, _)) = computing.as_ref().filter(|(is, _)| *is != kind) {
            return Err(DeployError::OtherKind { name: self.name.to_string(), is: *is });
        }
        settings.set("Deployment", self.name.to_string());
        if let Some(package) = &package {
            settings.set("PackageKey", package.key());
            settings.set("PackageSha256", package.sha256.clone());
        }
        if computing.is_none() {
            let architecture = architecture.unwrap_or(Architecture::OURS);
            settings.set_default("Architecture", architecture.as_str());
            if kind == Kind::Serverless {
                // Where it cannot be asked, the stack says what is wrong.
                if apigateway::has_log_role(&self.client).await.unwrap_or(false) {
                    settings.set_default("SetLogRole", "false");
                }
            } else {
                settings.set_default("InstanceType", architecture.instance_type());
                if settings.get("Image").is_none() {
                    settings.set("Image", ssm::debian_image(&self.client, architecture).await?);
                }
            }
        }
        let mut change_sets = Vec::new();
        let data = self.templates.read(Which::Data(kind))?;
        let compute = self.templates.read(Which::Compute(kind))?;
        settings.check(kind, &parameters(&compute))?;
        change_sets.extend(self.proposed(&self.name.data_stack(), &data, Settings::default()).await?);
        let stack = kind.stack(&self.name);
        // Its machine finds the volume by a parameter of the other stack.
        if kind == Kind::Ec2One && change_sets.iter().any(|set| set.is_new) {
            return Ok(Proposal { change_sets, later: Some(Later { stack, kind, settings }), package });
        }
        match self.proposed(&stack, &compute, settings).await {
            Ok(proposed) => change_sets.extend(proposed),
            Err(error) => {
                self.discard(&Proposal { change_sets, later: None, package: None }).await?;
                return Err(error);
            }
        }
        Ok(Proposal { change_sets, later: None, package })
    }

    async fn proposed(
        &self,
        stack: &str,
        template: &str,
        mut settings: Settings,
    ) -> Result<Option<ChangeSet>, DeployError> {
        settings.set("Deployment", self.name.to_string());
        let parameters: Vec<_> = parameters(template).into_iter().map(str::to_owned).collect();
        let given = settings.into_pairs().collect();
        let tag = (TAG, &*self.name.to_string());
        let takes_up = stack == self.name.data_stack();
        self.stacks()
            .propose(Proposed { stack, template: Some(template), given, parameters, tag, takes_up })
            .await
    }

    /// Takes a proposal away.
    pub async fn discard(&self, proposal: &Proposal) -> Result<(), DeployError> {
        for set in &proposal.change_sets {
            self.stacks().discard(set).await?;
        }
        Ok(())
    }

    /// Carries a proposal out; returns where the pages are. What is kept comes first, then the package, then what computes.
    pub async fn carry_out(
        &self,
        proposal: Proposal,
        progress: &mut impl FnMut(&str),
    ) -> Result<Option<String>, DeployError> {
        let data = self.name.data_stack();
        let (kept, computing): (Vec<_>, Vec<_>) =
            proposal.change_sets.into_iter().partition(|set| set.stack == data);
        for set in &kept {
            progress(&format!("{} {data}", doing(set)));
            self.stacks().execute(set).await?;
        }
        if self.client.stack(&data).await?.is_some_and(|stack| !stack.is_protected) {
            self.client.protect(&data, true).await?;
        }
        if let Some(package) = &proposal.package {
            let bucket = self.name.packages(&self.account, self.region());
            progress(&format!("uploading {} to {bucket}", package.key()));
            s3::upload(&self.client, &bucket, package).await?;
        }
        let later = match proposal.later {
            Some(Later { stack, kind, settings }) => {
                let template = self.templates.read(Which::Compute(kind))?;
                self.proposed(&stack, &template, settings).await?
            }
            None => None,
        };
        for set in computing.iter().chain(&later) {
            progress(&format!("{} {}", doing(set), set.stack));
            self.stacks().execute(set).await?;
        }
        Ok(self.computing().await?.and_then(|(_, stack)| stack.output("Url").map(str::to_owned)))
    }

    /// Parks the machines: what they keep stays, and they cost nothing.
    pub async fn stop(&self, progress: &mut impl FnMut(&str)) -> Result<(), DeployError> {
        self.park(true, progress).await
    }

    /// Starts parked machines.
    pub async fn start(&self, progress: &mut impl FnMut(&str)) -> Result<(), DeployError> {
        self.park(false, progress).await
    }

    async fn park(&self, parked: bool, progress: &mut impl FnMut(&str)) -> Result<(), DeployError> {
        let missing = || DeployError::Missing(self.name.to_string());
        let (kind, stack) = self.computing().await?.ok_or_else(missing)?;
        match kind {
            Kind::Serverless => Err(DeployError::NotParkable(kind)),
            Kind::Ec2One => {
                let unreadable = || DeployError::Unreadable("DescribeStacks".to_owned());
                let instance = stack.output("Instance").ok_or_else(unreadable)?;
                progress(&format!("{} {instance}", if parked { "stopping" } else { "starting" }));
                if parked {
                    ec2::stop(&self.client, instance).await
                } else {
                    ec2::start(&self.client, instance).await
                }
            }
            Kind::Ec2 => {
                let name = kind.stack(&self.name);
                let given = vec![("Parked".to_owned(), parked.to_string())];
                let parameters = stack.parameters.iter().map(|(name, _)| name.clone()).collect();
                let tag = (TAG, &*self.name.to_string());
                let proposed =
                    Proposed { stack: &name, template: None, given, parameters, tag, takes_up: false };
                if let Some(set) = self.stacks().propose(proposed).await? {
                    progress(&format!("{} {name}", if parked { "parking" } else { "starting" }));
                    self.stacks().execute(&set).await?;
                }
                Ok(())
            }
        }
    }

    /// The stacks that are there, by their names: of what computes, and of what is kept.
    pub async fn existing(&self) -> Result<(Vec<String>, bool), DeployError> {
        let mut computing = Vec::new();
        for kind in Kind::ALL {
            let stack = kind.stack(&self.name);
            computing.extend(self.client.stack(&stack).await?.map(|_| stack));
        }
        Ok((computing, self.client.stack(&self.name.data_stack()).await?.is_some()))
    }

    /// Of which kind what is kept is: `Ec2One` if it is a volume, `Ec2` if it is a bucket and a table.
    pub async fn kept(&self) -> Result<Option<Kind>, DeployError> {
        let stack = self.client.stack(&self.name.data_stack()).await?;
        Ok(stack.map(|stack| if stack.output("Volume").is_some() { Kind::Ec2One } else { Kind::Ec2 }))
    }

    /// Whether an earlier attempt has begun to delete what is kept, so that no export can be made any more.
    pub async fn is_being_emptied(&self) -> Result<bool, DeployError> {
        let stack = self.client.stack(&self.name.data_stack()).await?;
        let is_released = |(name, value): &(String, String)| name == "Protected" && value == "false";
        Ok(stack.is_some_and(|stack| stack.parameters.iter().any(is_released)))
    }

    /// Deletes what computes. What is kept stays; nothing if nothing computes.
    pub async fn destroy(&self, progress: &mut impl FnMut(&str)) -> Result<(), DeployError> {
        for stack in self.existing().await?.0 {
            progress(&format!("deleting {stack}"));
            self.stacks().delete(&stack).await?;
        }
        Ok(())
    }

    /// Deletes what is kept, with all versions and backups. Not what computes: that comes first.
    pub async fn destroy_data(&self, progress: &mut impl FnMut(&str)) -> Result<(), DeployError> {
        let name = self.name.data_stack();
        if self.stacks().find(&name).await?.is_some() {
            self.release(&name).await?;
            empty(&self.client, &self.name, &self.account, progress).await?;
            progress(&format!("deleting {name}"));
            self.client.protect(&name, false).await?;
            self.stacks().delete(&name).await?;
        }
        // Snapshots outlive the stack that made them.
        empty(&self.client, &self.name, &self.account, progress).await
    }

    /// Lets go of what a stack would leave behind: its resources are deleted with it from now on, the table as well.
    async fn release(&self, stack: &str) -> Result<(), DeployError> {
        let there = self.client.stack(stack).await?.ok_or_else(|| DeployError::Missing(stack.to_owned()))?;
        if there.status == "DELETE_FAILED" {
            // An earlier attempt got as far as deleting; it cannot be updated any more, and need not be.
            return Ok(());
        }
        let kind = self.kept().await?.unwrap_or(Kind::Ec2);
        let template = without_retention(&self.templates.read(Which::Data(kind))?);
        let mut settings = Settings::default();
        settings.set("Protected", "false");
        if let Some(set) = self.proposed(stack, &template, settings).await? {
            self.stacks().execute(&set).await?;
        }
        Ok(())
    }

    /// What still carries the deployment's tag. With `none_expected` it waits a while until the inventory has noticed
    /// what was deleted.
    pub async fn left(&self, none_expected: bool) -> Result<Left, DeployError> {
        let begun = std::time::Instant::now();
        loop {
            let left = tagging::resources(&self.client, &self.name).await?;
            if left.is_empty() || !none_expected || begun.elapsed() > INVENTORY_BEHIND {
                return Ok(Left(left));
            }
            tokio::time::sleep(INVENTORY_EVERY).await;
        }
    }
}

fn doing(set: &ChangeSet) -> &'static str {
    if set.is_new { "creating" } else { "updating" }
}
