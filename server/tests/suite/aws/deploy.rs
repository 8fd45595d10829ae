//! `qrate deploy` on a server that stands in for AWS: created, changed, parked, destroyed, taken up again, and taken away
//! with everything. What that server does not know is left out of copies of the templates
//! (`tools/deploy/not-on-ministack.txt`): those are checked elsewhere (`tools/deploy-checks.sh`).

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use super::Account;
use super::account::Run;
use crate::support::{Program, qrate_killed};

const DEPLOY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy");
const LACKS: &str = include_str!("../../../../tools/deploy/not-on-ministack.txt");

/// A deployment that a test makes.
struct Trial {
    root: Account,
    name: String,
    folder: TempDir,
}

impl Trial {
    async fn new() -> Self {
        let folder = tempdir().unwrap();
        for template in ["data", "ec2"] {
            let file = format!("{template}.yaml");
            let text = std::fs::read_to_string(Path::new(DEPLOY).join(&file)).unwrap();
            std::fs::write(folder.path().join(file), without_unknown(template, &text)).unwrap();
        }
        std::fs::write(folder.path().join("program"), program()).unwrap();
        Self { root: Account::root().await, name: format!("t{:08x}", fastrand::u32(..)), folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, action: &str, options: &[&str]) -> Run {
        let templates = self.folder.path().to_str().unwrap().to_owned();
        self.root.qrate(&[&["deploy", action, &self.name, "--templates", &templates], options].concat())
    }

    fn runs(&self, action: &str, options: &[&str]) -> String {
        let run = self.run(action, options);
        assert_eq!(run.code, 0, "{action} {options:?}: {}", run.all());
        run.said
    }

    fn refuses(&self, action: &str, options: &[&str], why: &str) {
        let run = self.run(action, options);
        assert!(run.code == 1 && run.complained.contains(why), "{action} {options:?}: {}", run.all());
    }

    fn create(&self) -> String {
        let program = self.file("program");
        let options = ["--kind", "ec2", "--yes", "--http-from", "198.51.100.0/24", "--image", "ami-12345678"];
        self.runs("create", &[&options[..], &["--package", program.to_str().unwrap()]].concat())
    }

    fn bucket(&self) -> String {
        format!("qrate-{}-000000000000-us-east-1", self.name)
    }

    /// A server on the bucket and the table of the deployment.
    fn serve(&self, data: &str) -> Program {
        let (bucket, table) = (self.bucket(), format!("qrate-{}", self.name));
        let mut variables = self.root.variables();
        variables.extend([("QRATE_BUCKET", &*bucket), ("QRATE_TABLE", &*table)]);
        Program::start_in_environment(&self.file(data), &variables)
    }
}

/// The template without the resources that the stand-in does not know.
fn without_unknown(name: &str, template: &str) -> String {
    let words = LACKS.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let unknown: Vec<_> =
        words.filter(|words| words.first() == Some(&name)).map(|words| words[1].to_owned()).collect();
    let mut is_unknown = false;
    let kept = template.lines().filter(|line| {
        if line.starts_with("  ") && !line.starts_with("   ") || !line.starts_with(' ') && !line.is_empty() {
            is_unknown = unknown.iter().any(|name| *line == format!("  {name}:"));
        }
        !is_unknown
    });
    kept.map(|line| format!("{line}\n")).collect()
}

/// The smallest static program for x86-64 that can be recognised as one.
fn program() -> Vec<u8> {
    let mut bytes = b"\x7FELF\x02\x01".to_vec();
    bytes.resize(64, 0);
    bytes[18] = 62;
    bytes
}

async fn save(program: &Program, text: &str) -> Value {
    crate::support::save(program, text).await.1["entry"]["id"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn deployment_is_created_changed_destroyed_and_taken_up_again() {
    let trial = Trial::new().await;
    let (name, bucket) = (trial.name.clone(), trial.bucket());
    trial.refuses("create", &["--kind", "ec2", "--yes"], "--http-from");
    trial.refuses("create", &["--yes"], "--kind");
    trial.refuses("update", &["--yes"], "no deployment");
    let given = ["--kind", "ec2", "--http-from", "198.51.100.0/24", "--image", "ami-12345678"];
    let program = trial.file("program");
    let package = ["--package", program.to_str().unwrap()];
    let plan = trial.runs("plan", &[&given[..], &package].concat());
    for line in [
        &*format!("qrate-{name}-data: new"),
        "+ Bucket",
        "AWS::DynamoDB::Table",
        "+ LoadBalancer",
        "Nothing was changed.",
    ] {
        assert!(plan.contains(line), "{line}: {plan}");
    }
    assert_eq!(trial.root.s3("HEAD", &bucket, "").await.0, 404, "a plan changes nothing");
    // Without a terminal nobody agrees.
    trial.refuses("create", &[&given[..], &package].concat(), "--yes");
    assert_eq!(trial.root.s3("HEAD", &bucket, "").await.0, 404);

    let created = trial.create();
    assert!(created.contains("uploading 0.1.0/") && created.contains(" is at http"), "{created}");
    let mut server = trial.serve("first");
    assert_eq!(save(&server, "one").await, 1);
    server.stop();

    assert!(trial.runs("update", &["--yes", "--installed"]).contains("nothing to change"));
    let updated = trial.runs("update", &["--yes", "--installed", "--port", "80"]);
    assert!(updated.contains("~ ") && !updated.contains("-data: "), "{updated}");
    trial.refuses("update", &["--yes", "--installed", "--set", "Prot=80"], "its settings are");
    let stopped = trial.runs("stop", &[]);
    assert!(stopped.contains("parking"), "{stopped}");
    assert!(!trial.runs("stop", &[]).contains("parking"), "it is parked");
    assert!(trial.runs("start", &[]).contains("starting"));

    trial.refuses("destroy", &[], "--yes");
    let destroyed = trial.runs("destroy", &["--yes"]);
    assert!(
        destroyed.contains(&format!("deleting qrate-{name}-ec2")) && destroyed.contains("is kept"),
        "{destroyed}"
    );
    let again = trial.runs("destroy", &["--yes"]);
    assert!(again.contains("nothing to delete") && again.contains("Kept:"), "{again}");
    assert_eq!(trial.root.s3("HEAD", &bucket, "").await.0, 200);

    trial.create();
    let mut server = trial.serve("second");
    assert_eq!(crate::support::total(&server).await, 1);
    assert_eq!(save(&server, "two").await, 2, "numbers go on");
    server.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_taken_away_only_on_purpose() {
    let trial = Trial::new().await;
    let (name, bucket) = (trial.name.clone(), trial.bucket());
    trial.create();
    let mut server = trial.serve("data");
    save(&server, "one").await;
    let removed = save(&server, "removed").await;
    let url = format!("{}api/v1/spaces/main/entries/{removed}", server.url);
    reqwest::Client::new().delete(url).send().await.unwrap();
    server.stop();
    let export = trial.file("everything.tar");
    let file = export.to_str().unwrap();
    trial.refuses("destroy", &["--with-data", "--yes", "--export", file], "there is no terminal");
    trial.refuses(
        "destroy",
        &["--with-data", "--yes", "--export", file, "--confirm", "other"],
        "not its name",
    );
    trial.refuses("destroy", &["--with-data", "--yes", "--confirm", &name], "an export comes first");
    std::fs::write(&export, "mine").unwrap();
    trial.refuses(
        "destroy",
        &["--with-data", "--yes", "--confirm", &name, "--export", file],
        "already exists",
    );
    assert_eq!(std::fs::read_to_string(&export).unwrap(), "mine");
    std::fs::remove_file(&export).unwrap();
    assert_eq!(trial.root.s3("HEAD", &bucket, "").await.0, 200, "nothing was deleted");

    // Killed at any moment, it can be run again.
    let given = ["destroy", &*name, "--with-data", "--yes", "--confirm", &*name, "--export", file];
    let templates = trial.folder.path().to_str().unwrap();
    let arguments = [&["deploy"][..], &given, &["--templates", templates]].concat();
    for after_ms in [300, 700, 1100] {
        qrate_killed(&trial.root.variables(), &arguments, after_ms);
        let _ = std::fs::remove_file(&export);
    }
    let options = ["--with-data", "--yes", "--confirm", &name, "--export", file];
    let last = trial.run("destroy", &options);
    assert!(last.code == 0 && last.said.contains("Nothing is left."), "{}", last.all());
    assert_eq!(trial.root.s3("HEAD", &bucket, "").await.0, 404);
    let table = trial
        .root
        .json("DynamoDB_20120810.DescribeTable", json!({"TableName": format!("qrate-{name}")}))
        .await;
    assert!(table["Table"].is_null(), "{table}");
    let twice = trial.runs("destroy", &options);
    assert!(twice.contains("nothing to delete") && twice.contains("Nothing is left."), "{twice}");
}

#[test]
fn templates_are_printed() {
    for kind in ["ec2", "ec2-one", "serverless"] {
        let output = crate::support::qrate(&["deploy", "plan", "ab", "--kind", kind, "--print"]);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && text.matches("AWSTemplateFormatVersion").count() == 2, "{kind}");
    }
    let bad = crate::support::qrate(&["deploy", "plan", "Ab", "--kind", "ec2", "--print"]);
    assert_eq!(bad.status.code(), Some(2));
}
