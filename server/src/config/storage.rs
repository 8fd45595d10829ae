//! Where entries are kept: a bucket, a catalog and a queue of jobs, each chosen by its options. The table in
//! `Stack::checked` says which go together. Not here: opening them (`storage`).

use std::path::{Path, PathBuf};
use std::str::FromStr;

use gallery::LeftOut;
use gallery::aws::{AwsOptions, QueueUrl};
use gallery::bucket::BucketName;
use gallery::catalog::dynamodb::TableName;

/// Where entries are kept.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Storage")]
pub struct StorageArgs {
    /// Folder of the bucket and the catalog, or of whichever is not in AWS. "serve" and "import" create it if needed.
    #[arg(long, env = "QRATE_DATA_DIR", value_name = "FOLDER", default_value = "data")]
    pub data_dir: PathBuf,
    /// Bucket in S3 or a compatible store, instead of a folder. With a table any number of instances share it;
    /// without one, this instance alone has the catalog, in the folder.
    #[arg(long, env = "QRATE_BUCKET", value_name = "NAME",
        value_parser = |text: &str| named::<BucketName>("--bucket (QRATE_BUCKET)", text))]
    pub bucket: Option<BucketName>,
    /// Table in DynamoDB with the catalog, for the bucket in S3.
    #[arg(long, env = "QRATE_TABLE", value_name = "NAME",
        value_parser = |text: &str| named::<TableName>("--table (QRATE_TABLE)", text))]
    pub table: Option<TableName>,
    /// SQS queue with the notifications of the bucket in S3. Without it, foreign changes to the bucket are found only
    /// when everything is compared.
    #[arg(long, env = "QRATE_QUEUE", value_name = "URL",
        value_parser = |text: &str| named::<QueueUrl>("--queue (QRATE_QUEUE)", text))]
    pub queue: Option<QueueUrl>,
    /// SQS queue with the jobs that instances and workers share, for a catalog in DynamoDB. Without it, each instance
    /// does the work on what it saved itself, and finds the rest later.
    #[arg(long, env = "QRATE_JOBS_QUEUE", value_name = "URL",
        value_parser = |text: &str| named::<QueueUrl>("--jobs-queue (QRATE_JOBS_QUEUE)", text))]
    pub jobs_queue: Option<QueueUrl>,
    /// Names of files and folders that are left out of the gallery, separated by commas; * matches any characters.
    /// "default" stands for hidden files (.*) and files that systems and programs use or are still writing
    /// (Thumbs.db, *.part, *~ and so on), "none" for nothing. Existing entries stay.
    #[arg(long = "leave-out", env = "QRATE_LEAVE_OUT", value_name = "NAMES", default_value = "default",
        value_parser = |text: &str| named::<LeftOut>("--leave-out (QRATE_LEAVE_OUT)", text))]
    pub left_out: LeftOut,
    #[command(flatten)]
    aws: AwsArgs,
}

/// How to reach AWS, if different from AWS's own configuration.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "AWS")]
pub struct AwsArgs {
    /// Profile in AWS's own configuration files, instead of AWS_PROFILE.
    #[arg(long, value_name = "NAME")]
    aws_profile: Option<String>,
    /// Region, instead of AWS_REGION.
    #[arg(long, value_name = "REGION")]
    aws_region: Option<String>,
    /// Address of an AWS-compatible service, instead of AWS_ENDPOINT_URL.
    #[arg(long, value_name = "URL", value_parser = endpoint_url)]
    aws_endpoint_url: Option<String>,
}

/// Options that do not go together, and what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StackError {
    /// A table, but the bucket is in a folder.
    #[error(
        "a table without a bucket: with a catalog in DynamoDB, which instances share, the objects must be in S3. Name the \
         bucket, too: --bucket (QRATE_BUCKET)"
    )]
    TableWithoutBucket,
    /// A queue, but the bucket is in a folder.
    #[error(
        "a queue without a bucket: a folder needs no queue. Name the bucket whose notifications it has: --bucket (QRATE_BUCKET)"
    )]
    QueueWithoutBucket,
    /// A jobs queue, but the catalog is in a folder.
    #[error(
        "a jobs queue without a table: a catalog in a folder has its jobs in its own file, and one instance does them. Name \
         the table, too: --table (QRATE_TABLE), or omit --jobs-queue (QRATE_JOBS_QUEUE)"
    )]
    JobsQueueWithoutTable,
    /// One queue for both.
    #[error(
        "--queue (QRATE_QUEUE) and --jobs-queue (QRATE_JOBS_QUEUE) name the same queue: the notifications of the bucket and \
         the jobs need one each"
    )]
    OneQueueForBoth,
    /// Options for AWS, but nothing is kept there.
    #[error(
        "{0} without a bucket: nothing is kept in AWS. Name the bucket: --bucket (QRATE_BUCKET); or, for text messages alone \
         (--notifier sns), use AWS_PROFILE, AWS_REGION or AWS_ENDPOINT_URL instead"
    )]
    AwsWithoutBucket(&'static str),
    /// A profile, and a key that takes precedence by AWS's rules.
    #[error(
        "--aws-profile is given, but AWS_ACCESS_KEY_ID is set and would win. Unset it, or omit the profile"
    )]
    ProfileAndKey,
    /// A worker beside the server, but the jobs are not shared.
    #[error(
        "another process cannot work on photos here: that needs a bucket, a table and a jobs queue in AWS, because a data \
         folder belongs to one process. Name all three: --bucket (QRATE_BUCKET), --table (QRATE_TABLE), --jobs-queue \
         (QRATE_JOBS_QUEUE). Or let the server do the work: \"qrate serve\" without --no-worker"
    )]
    NotShared,
    /// Half of a key.
    #[error("{0} is set, but {1} is not. Set both, or neither")]
    HalfKey(&'static str, &'static str),
}

/// Where the objects lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BucketChoice<'a> {
    /// In the data folder.
    Folder,
    /// In S3 or a compatible store.
    S3(&'a BucketName),
}

/// Where the catalog lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CatalogChoice<'a> {
    /// In a file of the data folder.
    Sqlite,
    /// In a DynamoDB table.
    DynamoDb(&'a TableName),
}

/// Where the jobs lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobsChoice<'a> {
    /// In the catalog's file.
    Sqlite,
    /// In the memory of each instance.
    Memory,
    /// In an SQS queue.
    Sqs(&'a QueueUrl),
}

/// A bucket, a catalog and a queue of jobs that go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stack<'a> {
    /// Where the objects lie.
    pub bucket: BucketChoice<'a>,
    /// Where the catalog lies.
    pub catalog: CatalogChoice<'a>,
    /// Where the jobs lie.
    pub jobs: JobsChoice<'a>,
}

impl Stack<'_> {
    /// The table of combinations: a new kind of bucket or catalog does not compile until each pair has its row.
    fn checked(self) -> Result<Self, StackError> {
        match (self.bucket, self.catalog) {
            (BucketChoice::Folder, CatalogChoice::Sqlite) => {}
            // Instances share such a catalog, and none of them sees another one's folder.
            (BucketChoice::Folder, CatalogChoice::DynamoDb(_)) => return Err(StackError::TableWithoutBucket),
            // One instance alone; the objects outlive its disk.
            (BucketChoice::S3(_), CatalogChoice::Sqlite) => {}
            (BucketChoice::S3(_), CatalogChoice::DynamoDb(_)) => {}
        }
        match (self.catalog, self.jobs) {
            // A job is written in the commit of its entry, so it lies in the same file.
            (CatalogChoice::Sqlite, JobsChoice::Sqlite) => Ok(self),
            (CatalogChoice::Sqlite, JobsChoice::Memory | JobsChoice::Sqs(_)) => {
                Err(StackError::JobsQueueWithoutTable)
            }
            // Lost jobs are found again; a worker elsewhere gets none.
            (CatalogChoice::DynamoDb(_), JobsChoice::Memory) => Ok(self),
            (CatalogChoice::DynamoDb(_), JobsChoice::Sqs(_)) => Ok(self),
            (CatalogChoice::DynamoDb(_), JobsChoice::Sqlite) => {
                unreachable!("nobody chooses a file without a catalog in it")
            }
        }
    }

    /// An error if other processes cannot work on photos beside a server: the data folder is locked by one process, and
    /// jobs in memory are nobody else's.
    pub fn for_workers(self) -> Result<(), StackError> {
        match self.jobs {
            JobsChoice::Sqs(_) => Ok(()),
            JobsChoice::Sqlite | JobsChoice::Memory => Err(StackError::NotShared),
        }
    }

    /// Whether anything is kept in AWS or a compatible service.
    pub fn is_in_aws(self) -> bool {
        matches!(self.bucket, BucketChoice::S3(_)) || matches!(self.catalog, CatalogChoice::DynamoDb(_))
    }
}

impl StorageArgs {
    /// The storage, if the options go together.
    pub fn stack(&self) -> Result<Stack<'_>, StackError> {
        let bucket = self.bucket.as_ref().map_or(BucketChoice::Folder, BucketChoice::S3);
        let catalog = self.table.as_ref().map_or(CatalogChoice::Sqlite, CatalogChoice::DynamoDb);
        let jobs = match (&self.jobs_queue, catalog) {
            (Some(queue), _) => JobsChoice::Sqs(queue),
            (None, CatalogChoice::Sqlite) => JobsChoice::Sqlite,
            (None, CatalogChoice::DynamoDb(_)) => JobsChoice::Memory,
        };
        let stack = Stack { bucket, catalog, jobs }.checked()?;
        if matches!(bucket, BucketChoice::Folder) && self.queue.is_some() {
            return Err(StackError::QueueWithoutBucket);
        }
        if self.queue.is_some() && self.queue == self.jobs_queue {
            return Err(StackError::OneQueueForBoth);
        }
        if stack.is_in_aws() {
            self.aws.options()?;
        } else if let Some((option, _)) = self.aws.given().next() {
            return Err(StackError::AwsWithoutBucket(option));
        }
        Ok(stack)
    }

    /// How to reach AWS.
    pub fn aws(&self) -> Result<AwsOptions, StackError> {
        self.aws.options()
    }

    /// The folder of the objects.
    pub fn bucket_path(&self) -> PathBuf {
        self.data_dir.join("bucket")
    }

    /// The file of the catalog.
    pub fn catalog_path(&self) -> PathBuf {
        self.data_dir.join("catalog.sqlite")
    }

    /// The folder that saves need room in; `None` if nothing is kept in it.
    pub fn local_folder(&self) -> Option<&Path> {
        self.table.is_none().then_some(&*self.data_dir)
    }
}

impl AwsArgs {
    /// How to reach AWS, unless half of it is missing.
    pub fn options(&self) -> Result<AwsOptions, StackError> {
        whole_key(is_set)?;
        if self.aws_profile.is_some() && is_set("AWS_ACCESS_KEY_ID") {
            return Err(StackError::ProfileAndKey);
        }
        Ok(AwsOptions {
            profile: self.aws_profile.clone(),
            region: self.aws_region.clone(),
            endpoint_url: self.aws_endpoint_url.clone(),
            ..AwsOptions::default()
        })
    }

    /// The options as given, to be repeated in a command.
    pub fn given(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let Self { aws_profile, aws_region, aws_endpoint_url } = self;
        let given = [
            ("--aws-profile", aws_profile),
            ("--aws-region", aws_region),
            ("--aws-endpoint-url", aws_endpoint_url),
        ];
        given.into_iter().filter_map(|(option, value)| Some((option, value.as_deref()?)))
    }
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}

/// Half a key is a mistake, not a wish to use another source of credentials.
fn whole_key(is_set: impl Fn(&str) -> bool) -> Result<(), StackError> {
    const ID: &str = "AWS_ACCESS_KEY_ID";
    const SECRET: &str = "AWS_SECRET_ACCESS_KEY";
    match (is_set(ID), is_set(SECRET)) {
        (true, false) => Err(StackError::HalfKey(ID, SECRET)),
        (false, true) => Err(StackError::HalfKey(SECRET, ID)),
        _ => Ok(()),
    }
}

pub(super) fn named<T: FromStr<Err: std::fmt::Display>>(option: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| format!("{option}: {error}"))
}

fn endpoint_url(text: &str) -> Result<String, &'static str> {
    const WHAT: &str = "--aws-endpoint-url takes an address such as http://127.0.0.1:9000";
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.filter(|rest| !rest.is_empty()).map(|_| text.to_owned()).ok_or(WHAT)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        storage: StorageArgs,
    }

    fn storage(arguments: &[&str]) -> StorageArgs {
        Line::try_parse_from([&["qrate"], arguments].concat()).unwrap().storage
    }

    #[test]
    fn valid_storage_combinations_are_accepted() {
        let jobs = JobsChoice::Sqlite;
        let embedded = Stack { bucket: BucketChoice::Folder, catalog: CatalogChoice::Sqlite, jobs };
        assert_eq!(storage(&[]).stack(), Ok(embedded));
        let name = "abc".parse().unwrap();
        let foreign_bucket = Stack { bucket: BucketChoice::S3(&name), ..embedded };
        assert_eq!(storage(&["--bucket", "abc"]).stack(), Ok(foreign_bucket));
        let shared = storage(&["--bucket", "abc", "--table", "def", "--aws-region", "here"]);
        let table = "def".parse().unwrap();
        let in_table = Stack { catalog: CatalogChoice::DynamoDb(&table), ..foreign_bucket };
        assert_eq!(shared.stack(), Ok(Stack { jobs: JobsChoice::Memory, ..in_table }));
        let url = "http://a/b".parse().unwrap();
        let with_jobs = storage(&["--bucket", "abc", "--table", "def", "--jobs-queue", "http://a/b"]);
        assert_eq!(with_jobs.stack(), Ok(Stack { jobs: JobsChoice::Sqs(&url), ..in_table }));
        assert_eq!(shared.aws().unwrap().region.as_deref(), Some("here"));
        assert_eq!(shared.local_folder(), None);
    }

    #[test]
    fn invalid_storage_combinations_are_refused() {
        let error = |arguments: &[&str]| storage(arguments).stack().err();
        assert_eq!(error(&["--table", "abc"]), Some(StackError::TableWithoutBucket));
        assert_eq!(error(&["--queue", "http://a/b"]), Some(StackError::QueueWithoutBucket));
        for bucket in [&[][..], &["--bucket", "abc"]] {
            let with_jobs = [bucket, &["--jobs-queue", "http://a/b"]].concat();
            assert_eq!(error(&with_jobs), Some(StackError::JobsQueueWithoutTable));
        }
        let shared =
            ["--bucket", "abc", "--table", "def", "--queue", "http://a/b", "--jobs-queue", "http://a/b"];
        assert_eq!(error(&shared), Some(StackError::OneQueueForBoth));
        for option in ["--aws-profile", "--aws-region"] {
            assert_eq!(error(&[option, "x"]), Some(StackError::AwsWithoutBucket(option)));
        }
    }

    #[test]
    fn workers_need_shared_jobs() {
        let shared = ["--bucket", "abc", "--table", "def", "--jobs-queue", "https://sqs.here/1/jobs"];
        assert_eq!(storage(&shared).stack().unwrap().for_workers(), Ok(()));
        for alone in [&[][..], &shared[..2], &shared[..4]] {
            assert_eq!(
                storage(alone).stack().unwrap().for_workers(),
                Err(StackError::NotShared),
                "{alone:?}"
            );
        }
    }

    #[test]
    fn incomplete_aws_key_is_refused() {
        let with = |set: &'static [&str]| whole_key(move |name| set.contains(&name));
        assert_eq!(with(&[]), Ok(()));
        assert_eq!(with(&["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]), Ok(()));
        assert!(matches!(with(&["AWS_ACCESS_KEY_ID"]), Err(StackError::HalfKey("AWS_ACCESS_KEY_ID", _))));
        assert!(matches!(with(&["AWS_SECRET_ACCESS_KEY"]), Err(StackError::HalfKey(_, "AWS_ACCESS_KEY_ID"))));
    }

    #[test]
    fn aws_names_are_checked_before_any_call() {
        for (option, wrong) in [
            ("--bucket", "My_bucket"),
            ("--table", "a table"),
            ("--queue", "qrate"),
            ("--queue", "https://host/"),
            ("--jobs-queue", "https://host/jobs.fifo"),
            ("--aws-endpoint-url", "127.0.0.1:9000"),
            ("--leave-out", "a/b"),
        ] {
            let refused = Line::try_parse_from(["qrate", option, wrong]).err().unwrap().to_string();
            assert!(refused.contains(option) && refused.contains(wrong), "{refused}");
        }
    }
}
