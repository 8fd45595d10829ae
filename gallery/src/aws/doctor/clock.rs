//! Compares this machine's clock with the bucket's, whose responses contain the time.

use std::sync::Arc;

use aws_sdk_s3::config::interceptors::BeforeDeserializationInterceptorContextRef;
use aws_sdk_s3::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_s3::error::BoxError;
use aws_sdk_s3::primitives::{DateTime, DateTimeFormat};
use parking_lot::Mutex;

use crate::Clock;
use crate::aws::Deployment;
use crate::diagnosis::Check;

const CLOCK: &str = "clock";
/// With a larger difference, instances get near the age at which reconciliation takes a save for interrupted. AWS
/// itself refuses at a quarter of an hour.
const SKEW_MAX_SECONDS: i64 = 30;

/// The date in the last response.
#[derive(Debug, Clone, Default)]
struct DateOfAnswer(Arc<Mutex<Option<DateTime>>>);

impl Intercept for DateOfAnswer {
    fn name(&self) -> &'static str {
        "DateOfAnswer"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date");
        let date = date.and_then(|date| DateTime::from_str(date, DateTimeFormat::HttpDate).ok());
        *self.0.lock() = date;
        Ok(())
    }
}

pub(super) async fn check(deployment: &Deployment, clock: &Clock) -> Check {
    let date = DateOfAnswer::default();
    let head = deployment.s3.head_bucket().bucket(deployment.bucket.as_str());
    // Any response will do, even a refusal.
    let _ = head.customize().interceptor(date.clone()).send().await;
    let there = *date.0.lock();
    let Some(there) = there else {
        return Check::note(CLOCK, "cannot be compared: the bucket does not say what time it is");
    };
    let here = i64::try_from(clock.now().unix_ms() / 1000).unwrap_or(i64::MAX);
    verdict(here.saturating_sub(there.secs()))
}

/// The verdict on a clock that is ahead by this much.
fn verdict(ahead_seconds: i64) -> Check {
    let apart = ahead_seconds.unsigned_abs();
    let which = if ahead_seconds > 0 { "ahead of" } else { "behind" };
    if ahead_seconds.abs() <= SKEW_MAX_SECONDS {
        return Check::fine(CLOCK, "");
    }
    Check::wrong(
        CLOCK,
        format!("this machine is {apart} s {which} the bucket: let it follow a time server (NTP)"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Wanted;
    use crate::clock::before;
    use crate::diagnosis::Verdict;
    use crate::testing::in_process_s3::InProcessS3;

    #[test]
    fn clock_skew_limit() {
        for (ahead, wanted) in
            [(0, Verdict::Fine), (30, Verdict::Fine), (-30, Verdict::Fine), (31, Verdict::Wrong)]
        {
            assert_eq!(verdict(ahead).verdict, wanted, "{ahead}");
        }
        assert!(verdict(-7_200).says.contains("7200 s behind"));
    }

    #[tokio::test]
    async fn clock_is_compared_with_the_bucket() {
        let server = InProcessS3::start().await;
        let deployment =
            Deployment::new(&server.connection().await, Wanted::bucket("codes".parse().unwrap()));
        let right = check(&deployment, &Clock::system()).await;
        assert_eq!(right.verdict, Verdict::Fine, "{right:?}");
        let hour = std::time::Duration::from_secs(3600);
        let late = Clock::from_fn(move || before(Clock::system().now(), hour));
        let wrong = check(&deployment, &late).await;
        assert!(wrong.verdict == Verdict::Wrong && wrong.says.contains("behind"), "{wrong:?}");
    }
}
