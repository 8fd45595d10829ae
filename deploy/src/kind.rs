//! The kinds of deployments.

use core::fmt;
use core::str::FromStr;

use crate::name::DeploymentName;

/// What a deployment computes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A group of machines behind a load balancer, and workers.
    Ec2,
    /// One machine, which keeps everything on a volume.
    Ec2One,
    /// Functions behind gateways.
    Serverless,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ec2, Self::Ec2One, Self::Serverless];

    /// Its name in options and in the names of stacks.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ec2 => "ec2",
            Self::Ec2One => "ec2-one",
            Self::Serverless => "serverless",
        }
    }

    /// The stack that computes.
    pub(crate) fn stack(self, name: &DeploymentName) -> String {
        format!("qrate-{name}-{self}")
    }

    /// Whether bucket and table are in AWS, so that an export can be made from anywhere.
    pub fn has_table(self) -> bool {
        self != Self::Ec2One
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or("the kinds are ec2, ec2-one and serverless")
    }
}

/// What machines and functions run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Architecture {
    /// x86-64.
    X86,
    /// 64-bit ARM.
    Arm,
}

impl Architecture {
    /// That of this program.
    pub const OURS: Self = if cfg!(target_arch = "aarch64") { Self::Arm } else { Self::X86 };

    /// As AWS calls it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::X86 => "x86_64",
            Self::Arm => "arm64",
        }
    }

    /// As Debian calls it.
    pub(crate) fn debian(self) -> &'static str {
        match self {
            Self::X86 => "amd64",
            Self::Arm => "arm64",
        }
    }

    /// A small type of machine.
    pub(crate) fn instance_type(self) -> &'static str {
        match self {
            Self::X86 => "t3.small",
            Self::Arm => "t4g.small",
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Architecture {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "x86_64" | "amd64" => Ok(Self::X86),
            "arm64" | "aarch64" => Ok(Self::Arm),
            _ => Err("the architectures are x86_64 and arm64"),
        }
    }
}
