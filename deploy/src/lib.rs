//! Puts Qrate on AWS and takes it away again: `qrate deploy`. A deployment has two stacks of CloudFormation: what it
//! keeps, and what computes. The templates are inside the program; CloudFormation's change set is the plan.
//!
//! - `name`, `kind`, `template`, `settings`: what a deployment is.
//! - `package`: the program as machines and functions take it.
//! - `aws`: signed calls, one file for each service.
//! - `stacks`: a change set proposed, shown and carried out; `emptying`: what keeps a stack from being deleted.
//! - `deployment`: the verbs.
//!
//! Not here: the command line, which asks and prints (`server`).

mod aws;
mod deployment;
mod emptying;
mod error;
mod kind;
mod name;
mod package;
mod settings;
mod stacks;
mod template;

pub use self::aws::tagging::Resource;
pub use self::deployment::{Deployment, Later, Left, Proposal};
pub use self::error::DeployError;
pub use self::kind::{Architecture, Kind};
pub use self::name::{DeploymentName, DeploymentNameError};
pub use self::package::{Package, PackageError};
pub use self::settings::{Settings, SettingsError};
pub use self::stacks::{Change, ChangeSet};
pub use self::template::{Templates, Which};
