//! The templates: those inside the program, or changed copies of them in a folder.

use std::borrow::Cow;
use std::path::PathBuf;

use crate::error::DeployError;
use crate::kind::Kind;

/// Which template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// What is kept.
    Data(Kind),
    /// What computes.
    Compute(Kind),
}

/// Where the templates are.
#[derive(Debug, Clone, Default)]
pub struct Templates {
    /// A folder with templates of the same names; without it, those inside the program.
    pub folder: Option<PathBuf>,
}

/// In a template: a stack that is deleted leaves this resource.
const RETAINED: &str = "RetainExceptOnCreate";
/// CloudFormation's limit for a template in a request.
const TEMPLATE_MAX_BYTES: usize = 51_200;

impl Which {
    /// The file's name.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Data(Kind::Ec2One) => "data-one.yaml",
            Self::Data(_) => "data.yaml",
            Self::Compute(Kind::Ec2) => "ec2.yaml",
            Self::Compute(Kind::Ec2One) => "ec2-one.yaml",
            Self::Compute(Kind::Serverless) => "serverless.yaml",
        }
    }

    fn embedded(self) -> &'static str {
        match self {
            Self::Data(Kind::Ec2One) => include_str!("../data-one.yaml"),
            Self::Data(_) => include_str!("../data.yaml"),
            Self::Compute(Kind::Ec2) => include_str!("../ec2.yaml"),
            Self::Compute(Kind::Ec2One) => include_str!("../ec2-one.yaml"),
            Self::Compute(Kind::Serverless) => include_str!("../serverless.yaml"),
        }
    }
}

impl Templates {
    /// The text of a template.
    pub fn read(&self, which: Which) -> Result<Cow<'static, str>, DeployError> {
        let Some(folder) = &self.folder else { return Ok(which.embedded().into()) };
        let file = folder.join(which.file_name());
        let text = std::fs::read_to_string(&file)
            .map_err(|error| DeployError::File { file: file.clone(), error: error.to_string() })?;
        if text.len() > TEMPLATE_MAX_BYTES {
            let error = format!("it has more than {TEMPLATE_MAX_BYTES} bytes, CloudFormation's limit");
            return Err(DeployError::File { file, error });
        }
        Ok(text.into())
    }
}

/// The same template for a stack that leaves nothing when it is deleted.
pub(crate) fn without_retention(template: &str) -> String {
    template.replace(RETAINED, "Delete")
}

/// The names of a template's parameters: the keys below `Parameters`, two spaces further in.
pub(crate) fn parameters(template: &str) -> Vec<&str> {
    let lines = template.lines().skip_while(|line| *line != "Parameters:").skip(1);
    let of_section = lines.take_while(|line| line.is_empty() || line.starts_with([' ', '#']));
    let names = of_section.filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':'));
    names.filter(|name| name.bytes().all(|b| b.is_ascii_alphanumeric())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_fit_and_have_the_parameters_that_we_set() {
        for kind in Kind::ALL {
            for which in [Which::Data(kind), Which::Compute(kind)] {
                let template = Templates::default().read(which).unwrap();
                assert!(template.len() <= TEMPLATE_MAX_BYTES, "{}", which.file_name());
                let names = parameters(&template);
                let expected: &[&str] = match which {
                    Which::Data(_) => &["Deployment", "Protected"],
                    Which::Compute(_) => {
                        &["Deployment", "PackageKey", "PackageSha256", "Architecture", "Email", "AllowedHost"]
                    }
                };
                assert!(expected.iter().all(|name| names.contains(name)), "{}: {names:?}", which.file_name());
            }
            let data = Templates::default().read(Which::Data(kind)).unwrap();
            assert!(data.contains(RETAINED) && !without_retention(&data).contains(RETAINED));
        }
    }

    #[test]
    fn parameters_are_the_keys_of_their_section() {
        let template = "A: 1\nParameters:\n  # A comment:\n  One:\n    Type: String\n\n  Two:\n    Default: a\nRules:\n  Three:\n";
        assert_eq!(parameters(template), ["One", "Two"]);
        assert_eq!(parameters("Resources:\n  A:\n"), Vec::<&str>::new());
    }

    #[test]
    fn copies_in_a_folder_replace_those_inside() {
        let folder = std::env::temp_dir().join(format!("qrate-templates-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("ec2.yaml"), "A: 1\n").unwrap();
        let templates = Templates { folder: Some(folder.clone()) };
        assert_eq!(templates.read(Which::Compute(Kind::Ec2)).unwrap(), "A: 1\n");
        let missing = templates.read(Which::Data(Kind::Ec2)).unwrap_err().to_string();
        assert!(missing.contains("data.yaml"), "{missing}");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
