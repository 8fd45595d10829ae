//! What is said of a code besides its text, for one code and for many.

use domain::Level;
use serde_json::{Map, Value, json};

use super::draw::level;

/// What is said of a code besides its text.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct DescriptionArgs {
    /// Name of the entry.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// A label; repeatable.
    #[arg(long = "label", value_name = "LABEL")]
    labels: Vec<String>,
    /// Error correction level: L, M, Q or H.
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    level: Option<Level>,
    /// Look, such as "shape=dots&ink=0b3d91".
    #[arg(long, value_name = "LOOK")]
    look: Option<String>,
}

impl DescriptionArgs {
    /// The members of a request that describe the code.
    pub(super) fn wish(&self) -> Map<String, Value> {
        let Self { name, labels, level, look } = self;
        let labels = (!labels.is_empty()).then(|| json!(labels));
        let members = [
            ("name", name.as_deref().map(Value::from)),
            ("labels", labels),
            ("level", level.map(|level| level.as_str().into())),
            ("look", look.as_deref().map(Value::from)),
        ];
        members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}
