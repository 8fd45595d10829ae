//! The storage of one test's instances: a bucket with its queue, a table, and the wires to them.

use gallery::aws::{Aws, AwsOptions};
use gallery::bucket::S3Bucket;
use test_servers::{dynoxide_port, ministack_port};

use super::instance::qrate;
use super::wire::Wire;

/// A bucket, a queue and a table of one test, each behind a wire.
pub(crate) struct Backend {
    pub(crate) bucket: String,
    pub(crate) queue: String,
    pub(crate) table: String,
    /// The jobs that instances and workers share; empty if each instance has its own.
    pub(crate) jobs: String,
    /// S3 and SQS.
    pub(crate) objects: Wire,
    /// DynamoDB.
    pub(crate) items: Wire,
}

impl Backend {
    /// Creates them.
    pub(crate) async fn new(random: &mut fastrand::Rng) -> Self {
        Self::with_jobs(random, false).await
    }

    /// The same, perhaps with a queue of jobs that all share.
    pub(crate) async fn with_jobs(random: &mut fastrand::Rng, shares_jobs: bool) -> Self {
        let (ministack, dynoxide) =
            tokio::task::spawn_blocking(|| (ministack_port(), dynoxide_port())).await.unwrap();
        let name: String = std::iter::repeat_with(|| random.lowercase()).take(16).collect();
        let backend = Self {
            bucket: format!("cluster-{name}"),
            queue: format!("http://127.0.0.1:{ministack}/000000000000/cluster-{name}"),
            table: format!("cluster-{name}"),
            jobs: if shares_jobs {
                format!("http://127.0.0.1:{ministack}/000000000000/cluster-{name}-jobs")
            } else {
                String::new()
            },
            objects: Wire::to(ministack, random.fork()).await,
            items: Wire::to(dynoxide, random.fork()).await,
        };
        let jobs_name = format!("{}-jobs", backend.bucket);
        let mut setup = vec!["setup", "--yes", "--queue", &backend.bucket];
        if shares_jobs {
            setup.extend(["--jobs-queue", &jobs_name]);
        }
        backend.run(&setup).await;
        backend
    }

    async fn aws(&self, wire: &Wire) -> Aws {
        Aws::configured(AwsOptions {
            region: Some("us-east-1".to_owned()),
            endpoint_url: Some(wire.url()),
            credentials: Some(AwsOptions::key("test", "test")),
            ..AwsOptions::default()
        })
        .await
    }

    /// A connection to S3, SQS and SNS, as other programs have it.
    pub(crate) async fn aws_of_objects(&self) -> Aws {
        self.aws(&self.objects).await
    }

    /// The bucket, as other programs access it.
    pub(crate) async fn theirs(&self) -> S3Bucket {
        S3Bucket::new(&self.aws_of_objects().await, self.bucket.parse().unwrap())
    }

    /// The program's options for this storage.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        let jobs = (!self.jobs.is_empty()).then(|| ("QRATE_JOBS_QUEUE", self.jobs.clone()));
        let others = [
            ("QRATE_BUCKET", self.bucket.clone()),
            ("QRATE_TABLE", self.table.clone()),
            ("QRATE_QUEUE", self.queue.clone()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "test".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
            ("AWS_ENDPOINT_URL", self.objects.url()),
            ("AWS_ENDPOINT_URL_DYNAMODB", self.items.url()),
        ];
        others.into_iter().chain(jobs).collect()
    }

    /// Runs a command of the program to its end, and returns its output.
    pub(crate) async fn run(&self, arguments: &[&str]) -> String {
        let output = qrate(arguments, self.environment()).await;
        let said = [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
        assert!(output.status.success(), "{arguments:?}: {}", said.concat());
        said.concat()
    }
}
