//! The instances: the real program, three times on one bucket and one table.

use std::path::PathBuf;
use std::process::Output;

use tempfile::TempDir;
use test_servers::free_port;

use super::backend::Backend;
use crate::support::{Program, qrate_in_environment};

/// Starts may fail through faults; these are rare, and most calls are retried.
const STARTS_MAX: u32 = 10;

/// An instance, which can be stopped and restarted at its address.
pub(crate) struct Instance {
    pub(crate) port: u16,
    environment: Vec<(&'static str, String)>,
    /// Holds nothing of the gallery, only the program's log.
    data: PathBuf,
    program: Option<Program>,
}

impl Instance {
    async fn new(backend: &Backend, data: PathBuf, options: &[(&'static str, &str)]) -> Self {
        let port = free_port();
        let mut environment = backend.environment();
        environment.push(("QRATE_LISTEN", format!("127.0.0.1:{port}")));
        environment.extend(options.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let mut instance = Self { port, environment, data, program: None };
        instance.start().await;
        instance
    }

    /// Its base URL, with a trailing slash.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Restarts it.
    pub(crate) async fn start(&mut self) {
        self.program = Some(self.try_to_start().await.unwrap());
    }

    /// Restarts it like a service manager, while its storage fails now and then. Returns the number of tries.
    pub(crate) async fn start_in_trouble(&mut self) -> u32 {
        for tries in 1..=STARTS_MAX {
            if let Ok(program) = self.try_to_start().await {
                self.program = Some(program);
                return tries;
            }
        }
        panic!("it did not start in {STARTS_MAX} tries");
    }

    async fn try_to_start(&self) -> Result<Program, String> {
        let (data, environment) = (self.data.clone(), self.environment.clone());
        let start = move || {
            let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, &**value)).collect();
            Program::try_to_start_in_environment(&data, &environment)
        };
        tokio::task::spawn_blocking(start).await.unwrap()
    }

    /// Whether a readiness check has succeeded since its start.
    pub(crate) fn was_found_ready(&self) -> bool {
        let log = self.program.as_ref().unwrap().log();
        log.lines().any(|line| line.contains("/readyz") && line.contains("status=200"))
    }

    /// Kills it.
    pub(crate) async fn kill(&mut self) {
        self.end(Program::kill).await;
    }

    /// Stops it, and waits until it exits.
    pub(crate) async fn stop(&mut self) {
        self.end(Program::stop).await;
    }

    async fn end(&mut self, end: fn(&mut Program)) {
        let mut program = self.program.take().unwrap();
        tokio::task::spawn_blocking(move || end(&mut program)).await.unwrap();
    }
}

/// Three instances on one backend.
pub(crate) struct Cluster {
    pub(crate) backend: Backend,
    pub(crate) instances: Vec<Instance>,
    _folder: TempDir,
}

impl Cluster {
    pub(crate) async fn start(random: &mut fastrand::Rng) -> Self {
        Self::of(3, &[], random).await
    }

    /// This many instances, with these variables.
    pub(crate) async fn of(
        count: usize,
        options: &[(&'static str, &str)],
        random: &mut fastrand::Rng,
    ) -> Self {
        Self::on(Backend::new(random).await, count, options).await
    }

    /// So many instances on this backend, with these variables.
    pub(crate) async fn on(backend: Backend, count: usize, options: &[(&'static str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut instances = Vec::new();
        for number in 0..count {
            let data = folder.path().join(format!("instance-{number}"));
            instances.push(Instance::new(&backend, data, options).await);
        }
        Self { backend, instances, _folder: folder }
    }

    pub(crate) fn urls(&self) -> Vec<String> {
        self.instances.iter().map(Instance::url).collect()
    }

    pub(crate) fn ports(&self) -> Vec<u16> {
        self.instances.iter().map(|instance| instance.port).collect()
    }
}

/// Runs a command of the program to its end.
pub(crate) async fn qrate(arguments: &[&str], environment: Vec<(&'static str, String)>) -> Output {
    let arguments: Vec<_> = arguments.iter().map(ToString::to_string).collect();
    let run = move || {
        let variables: Vec<_> = environment.iter().map(|(name, value)| (*name, &**value)).collect();
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        qrate_in_environment(&variables, &arguments)
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}
