//! `qrate label`: changes labels and name of an entry, without undoing what somebody else changes at the same time.

use domain::LabelName;
use hyper::Method;
use hyper::header::{HeaderValue, IF_MATCH};
use serde_json::{Value, json};

use super::entry_id::EntryId;
use super::report::ReportArgs;
use crate::api::{Api, Call, Entry, Path, Payload, ServerArgs, read};
use crate::console::Console;
use crate::failure::Failure;

/// The arguments of `label`.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("what").required(true).multiple(true).args(["add", "remove", "name"])))]
pub struct LabelArgs {
    /// Number of the entry.
    #[arg(value_name = "ID")]
    id: EntryId,
    /// Add this label; repeatable.
    #[arg(long, value_name = "LABEL")]
    add: Vec<LabelName>,
    /// Remove this label; repeatable.
    #[arg(long, value_name = "LABEL")]
    remove: Vec<LabelName>,
    /// Give it this name; "" takes its name away.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    report: ReportArgs,
    #[command(flatten)]
    server: ServerArgs,
}

/// The status when somebody else changed the entry meanwhile.
const CHANGED: Option<u16> = Some(412);

pub(super) async fn label(args: LabelArgs, console: &Console) -> Result<(), Failure> {
    let api = args.server.api(console)?;
    let change = match describe(&api, &args).await {
        // What somebody else changed meanwhile is kept: the wish is applied to that.
        Err(failure) if failure.status() == CHANGED => describe(&api, &args).await?,
        done => done?,
    };
    args.report.change(console, &api, "Changed", &change).map(drop)
}

/// Applies the wish to the entry as it is now.
async fn describe(api: &Api, args: &LabelArgs) -> Result<Value, Failure> {
    let uri = api.in_space(&Path::of_entry(args.id.0, ""));
    let entry: Entry = read(&api.json(&Call::get(uri.clone())).await?)?;
    let mut wish = json!({});
    if let Some(name) = &args.name {
        wish["name"] = name.as_str().into();
    }
    if !(args.add.is_empty() && args.remove.is_empty()) {
        let names = entry.labels.iter().map(|label| label.name.as_str());
        wish["labels"] = changed(names, &args.add, &args.remove).into();
    }
    let revision = HeaderValue::try_from(format!("\"{}\"", entry.revision)).expect("a number is ASCII");
    let call = Call::write(Method::PATCH, uri, Payload::json(&wish)).with(IF_MATCH, revision);
    api.json(&call).await
}

/// The labels without some and with others. Case does not matter, as for the server.
fn changed<'a>(
    labels: impl Iterator<Item = &'a str>,
    add: &[LabelName],
    remove: &[LabelName],
) -> Vec<String> {
    let is_among = |label: &str, names: &[LabelName]| match LabelName::stored(label) {
        Ok(label) => names.iter().any(|name| name.is_same_word(&label)),
        Err(_) => false,
    };
    let mut names: Vec<String> = labels.filter(|label| !is_among(label, remove)).map(str::to_owned).collect();
    for name in add {
        if !names.iter().any(|known| is_among(known, std::slice::from_ref(name))) {
            names.push(name.to_string());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_added_and_removed_whatever_their_case() {
        let names = |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect::<Vec<_>>();
        let labels = ["Menu", "cat", "Straße"];
        let done =
            changed(labels.into_iter(), &names(&["menu", "new", "NEW"]), &names(&["CAT", "STRASSE", "x"]));
        assert_eq!(done, ["Menu", "new"]);
        // Another spelling: removed and added again.
        assert_eq!(changed(["menu"].into_iter(), &names(&["Menu"]), &names(&["menu"])), ["Menu"]);
    }
}
