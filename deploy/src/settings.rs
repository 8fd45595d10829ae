//! The settings of a deployment: values of its template's parameters.

use std::collections::BTreeMap;

use crate::kind::Kind;

/// Values of parameters, by their names in the template. What is not set keeps its value, or gets the default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings(BTreeMap<String, String>);

/// Settings that a deployment cannot have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Not a parameter of the template.
    #[error("a deployment of the kind {kind} has no {name}: its settings are {}", .known.join(", "))]
    Unknown {
        /// Of the deployment.
        kind: Kind,
        /// The setting.
        name: String,
        /// Its settings.
        known: Vec<String>,
    },
}

/// What only this program sets.
const OURS: &[&str] = &["Deployment", "PackageKey", "PackageSha256", "Parked", "Protected"];

impl Settings {
    /// Sets a parameter.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// Sets a parameter if there is a value.
    pub fn set_some(&mut self, name: &str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.set(name, value.to_string());
        }
    }

    /// Sets a parameter unless it is set.
    pub(crate) fn set_default(&mut self, name: &str, value: impl Into<String>) {
        self.0.entry(name.to_owned()).or_insert_with(|| value.into());
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Names and values.
    pub(crate) fn into_pairs(self) -> impl Iterator<Item = (String, String)> {
        self.0.into_iter()
    }

    /// Refuses settings that the kind does not have.
    pub(crate) fn check(&self, kind: Kind, parameters: &[&str]) -> Result<(), SettingsError> {
        match self.0.keys().find(|name| !parameters.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => {
                let known = parameters.iter().filter(|name| !OURS.contains(name)).map(ToString::to_string);
                Err(SettingsError::Unknown { kind, name: name.clone(), known: known.collect() })
            }
        }
    }
}
