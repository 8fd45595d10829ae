//! Setup and doctor on a store that knows little more than objects. The tests of `server` cover a complete one.

use super::connection::{ATTEMPT_MAX, CALL_MAX, upload_limits};
use super::doctor::examine;
use super::setup::{Action, Plan};
use super::{Deployment, Part, Wanted};
use crate::testing::in_process_s3::{Fault, InProcessS3};
use crate::{Clock, Verdict};

#[test]
fn large_upload_has_enough_time() {
    const GIBIBYTE: u64 = 1024 * 1024 * 1024;
    let limits = |size_bytes| {
        let limits = upload_limits(size_bytes);
        (limits.operation_attempt_timeout().unwrap(), limits.operation_timeout().unwrap())
    };
    assert_eq!(limits(300), (ATTEMPT_MAX, CALL_MAX));
    let (attempt, call) = limits(5 * GIBIBYTE);
    // Over a line of 10 Mbit/s.
    assert!(attempt.as_secs() > 5 * GIBIBYTE * 8 / 10_000_000 && call > attempt, "{attempt:?}, {call:?}");
}

async fn place() -> (InProcessS3, Deployment) {
    let server = InProcessS3::start().await;
    let deployment =
        Deployment::new(&server.hurried_connection().await, Wanted::bucket("codes".parse().unwrap()));
    (server, deployment)
}

#[tokio::test]
async fn unsupported_settings_are_skipped_and_reported() {
    let (_server, deployment) = place().await;
    let plan = Plan::of(&deployment).await;
    assert!(plan.is_done() && !plan.is_refused(), "{plan:?}");
    let lines: Vec<_> = plan.steps.iter().map(ToString::to_string).collect();
    assert_eq!(lines[0], "bucket codes: exists");
    assert!(
        lines.iter().any(|line| line.contains("encryption: is left as it is: not supported there")),
        "{lines:?}"
    );
    let checks = examine(&deployment, &Clock::system()).await;
    assert!(checks.iter().all(|check| check.verdict != Verdict::Wrong), "{checks:?}");
    let condition = checks.iter().find(|check| check.what.contains("If-None-Match")).unwrap();
    assert_eq!(condition.verdict, Verdict::Fine);
}

#[tokio::test]
async fn store_that_ignores_conditions_is_detected() {
    let (server, deployment) = place().await;
    let mut is_put = false;
    server.fail_when(move |request| {
        let is_probe = request.method() == "PUT" && request.uri().path().starts_with("/codes/_qrate/probe-");
        // The second put succeeds as if nothing existed.
        let is_second = is_probe && is_put;
        is_put |= is_probe;
        is_second.then_some(Fault::Says(""))
    });
    let checks = examine(&deployment, &Clock::system()).await;
    let condition = checks.iter().find(|check| check.what.contains("If-None-Match")).unwrap();
    assert!(
        condition.verdict == Verdict::Note && condition.says.contains("checks before it writes"),
        "{condition:?}"
    );
    assert!(!server.folder().join("_qrate").read_dir().is_ok_and(|mut left| left.next().is_some()));
}

#[tokio::test]
async fn store_that_refuses_conditions_is_detected() {
    let (server, deployment) = place().await;
    server.fail_when(|request| {
        request.headers().contains_key("if-none-match").then_some(Fault::Refused(501, "NotImplemented"))
    });
    let checks = examine(&deployment, &Clock::system()).await;
    let condition = checks.iter().find(|check| check.what.contains("If-None-Match")).unwrap();
    assert_eq!(condition.verdict, Verdict::Note, "{condition:?}");
    let put = checks.iter().find(|check| check.what == "s3:PutObject").unwrap();
    assert_eq!(put.verdict, Verdict::Fine, "{put:?}");
}

#[tokio::test]
async fn failed_check_does_not_stop_the_others() {
    let (server, deployment) = place().await;
    server.fail_when(|request| (request.method() == "DELETE").then_some(Fault::Cut));
    let checks = examine(&deployment, &Clock::system()).await;
    let wrong: Vec<_> = checks.iter().filter(|check| check.verdict == Verdict::Wrong).collect();
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert_eq!(wrong[0].what, "s3:DeleteObject");
    assert!(wrong[0].says.starts_with("no answer"), "{wrong:?}");
    assert!(checks.iter().any(|check| check.what == "trial" && check.says.contains("delete it by hand")));
}

#[tokio::test]
async fn uninspectable_resources_are_not_created() {
    let (server, deployment) = place().await;
    server.fail_when(|_| Some(Fault::Refused(403, "AccessDenied")));
    let plan = Plan::of(&deployment).await;
    assert!(plan.is_refused());
    let refused =
        |step: &super::setup::Step| matches!(&step.action, Action::Refuse(why) if why.contains("Allow"));
    assert!(plan.steps.iter().all(refused), "{plan:?}");
    assert!(!Part::BucketTidy.is_a_thing());
}
