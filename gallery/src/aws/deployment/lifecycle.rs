//! The lifecycle rules of the bucket: old versions and incomplete uploads expire, live objects never do. Rules of
//! others are kept.

use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, BucketLifecycleConfiguration, ExpirationStatus, LifecycleExpiration,
    LifecycleRule, LifecycleRuleFilter, NoncurrentVersionExpiration,
};

use super::part::PartState;
use super::{AwsError, Deployment};
use crate::aws::error::classify;

/// The name of our rule.
const RULE: &str = "qrate-old-versions";
/// As long as the table can be restored: a restored state finds its objects.
const OLD_VERSION_DAYS: i32 = 35;
const BROKEN_UPLOAD_DAYS: i32 = 7;

impl Deployment {
    pub(super) async fn inspect_tidying(&self) -> Result<PartState, AwsError> {
        let rules = self.lifecycle().await?.rules;
        Ok(match rules.iter().find(|rule| rule.id() == Some(RULE)) {
            None => PartState::Missing,
            Some(rule) => compared(rule),
        })
    }

    /// Rules that delete live objects.
    pub(super) async fn inspect_expiring_rules(&self) -> Result<PartState, AwsError> {
        let rules = match self.lifecycle().await {
            Err(AwsError::Absent) => return Ok(PartState::right()),
            lifecycle => lifecycle?.rules,
        };
        let harmful: Vec<_> = rules.iter().filter(|rule| is_on(rule) && deletes_what_is_live(rule)).collect();
        let Some(rule) = harmful.first() else { return Ok(PartState::right()) };
        let name = rule.id().unwrap_or("without a name");
        Ok(PartState::Harmful(format!(
            "the lifecycle rule {name} deletes objects after a while, and their entries go with them: switch it off, \
             or let it spare what the gallery keeps"
        )))
    }

    pub(super) async fn set_tidying(&self) -> Result<(), AwsError> {
        let (mut rules, sizes) = match self.lifecycle().await {
            Ok(lifecycle) => (lifecycle.rules, lifecycle.smallest_moved),
            Err(AwsError::Absent) => (Vec::new(), None),
            Err(error) => return Err(error),
        };
        rules.retain(|rule| rule.id() != Some(RULE));
        rules.push(rule());
        let configuration = BucketLifecycleConfiguration::builder().set_rules(Some(rules)).build();
        let request = self.s3.put_bucket_lifecycle_configuration().bucket(self.bucket.as_str());
        let request = request
            .set_transition_default_minimum_object_size(sizes)
            .lifecycle_configuration(configuration.expect("the rules are set"));
        request.send().await.map(drop).map_err(|error| classify(&error))
    }

    async fn lifecycle(&self) -> Result<Lifecycle, AwsError> {
        let request = self.s3.get_bucket_lifecycle_configuration().bucket(self.bucket.as_str());
        let lifecycle = request.send().await.map_err(|error| classify(&error))?;
        Ok(Lifecycle {
            smallest_moved: lifecycle.transition_default_minimum_object_size,
            rules: lifecycle.rules.unwrap_or_default(),
        })
    }
}

struct Lifecycle {
    rules: Vec<LifecycleRule>,
    /// Stored with the rules, and kept with them.
    smallest_moved: Option<aws_sdk_s3::types::TransitionDefaultMinimumObjectSize>,
}

/// A versioned bucket keeps a marker of each deletion; markers without versions expire, too.
fn rule() -> LifecycleRule {
    let old = NoncurrentVersionExpiration::builder().noncurrent_days(OLD_VERSION_DAYS).build();
    let broken = AbortIncompleteMultipartUpload::builder().days_after_initiation(BROKEN_UPLOAD_DAYS).build();
    let marks = LifecycleExpiration::builder().expired_object_delete_marker(true).build();
    let rule = LifecycleRule::builder()
        .id(RULE)
        .status(ExpirationStatus::Enabled)
        .filter(LifecycleRuleFilter::builder().prefix("").build())
        .noncurrent_version_expiration(old)
        .abort_incomplete_multipart_upload(broken)
        .expiration(marks);
    rule.build().expect("the status is set")
}

/// Compares our rule with what it should be. Keeping more, and paying for it, is allowed.
fn compared(rule: &LifecycleRule) -> PartState {
    let old = rule.noncurrent_version_expiration();
    let old_days = old.and_then(NoncurrentVersionExpiration::noncurrent_days);
    let broken = rule.abort_incomplete_multipart_upload();
    let less = [
        (!is_on(rule)).then(|| "is switched off".to_owned()),
        (!is_for_all(rule)).then(|| "applies to some of the objects only".to_owned()),
        match old_days {
            None => Some("does not delete old versions".to_owned()),
            Some(days) => (days < OLD_VERSION_DAYS)
                .then(|| format!("deletes old versions after {days} days, not after {OLD_VERSION_DAYS}")),
        },
        broken.is_none().then(|| "does not delete incomplete uploads".to_owned()),
    ];
    let less: Vec<_> = less.into_iter().flatten().collect();
    if !less.is_empty() {
        return PartState::Differs(format!("the rule {RULE} {}", less.join(", ")));
    }
    let more = [
        old_days.filter(|days| *days > OLD_VERSION_DAYS).map(|days| {
            format!("keeps old versions for {days} days, longer than the {OLD_VERSION_DAYS} that are needed")
        }),
        old.and_then(NoncurrentVersionExpiration::newer_noncurrent_versions)
            .map(|count| format!("keeps {count} old versions of each object forever")),
        broken
            .and_then(AbortIncompleteMultipartUpload::days_after_initiation)
            .filter(|days| *days != BROKEN_UPLOAD_DAYS)
            .map(|days| {
                format!("deletes incomplete uploads after {days} days, not after {BROKEN_UPLOAD_DAYS}")
            }),
    ];
    let more: Vec<_> = more.into_iter().flatten().collect();
    if more.is_empty() {
        PartState::right()
    } else {
        PartState::Noted(format!("the rule {RULE} {}: left as it is", more.join(", ")))
    }
}

/// Whether it applies to the whole bucket.
fn is_for_all(rule: &LifecycleRule) -> bool {
    rule.filter().is_none_or(|filter| {
        let prefix = filter.prefix();
        let by_prefix_alone = LifecycleRuleFilter::builder().set_prefix(prefix.map(str::to_owned)).build();
        prefix.unwrap_or_default().is_empty() && *filter == by_prefix_alone
    })
}

fn is_on(rule: &LifecycleRule) -> bool {
    *rule.status() == ExpirationStatus::Enabled
}

fn deletes_what_is_live(rule: &LifecycleRule) -> bool {
    rule.expiration().is_some_and(|expiration| expiration.days().is_some() || expiration.date().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_lifecycle_rule_deletes_no_live_object() {
        assert!(is_on(&rule()) && !deletes_what_is_live(&rule()));
        let days = LifecycleExpiration::builder().days(1).build();
        let theirs = LifecycleRule::builder().status(ExpirationStatus::Enabled).expiration(days).build();
        assert!(deletes_what_is_live(&theirs.unwrap()));
    }

    #[test]
    fn differences_from_our_lifecycle_rule_are_reported() {
        type Change = fn(&mut LifecycleRule);
        assert_eq!(compared(&rule()), PartState::right());
        let after = |days| NoncurrentVersionExpiration::builder().noncurrent_days(days);
        let differs: [(Change, &str); 5] = [
            (|rule| rule.status = ExpirationStatus::Disabled, "switched off"),
            (|rule| rule.noncurrent_version_expiration = None, "does not delete old versions"),
            (|rule| rule.abort_incomplete_multipart_upload = None, "does not delete incomplete uploads"),
            (
                |rule| rule.filter = Some(LifecycleRuleFilter::builder().prefix("logs/").build()),
                "some of the objects",
            ),
            (
                |rule| rule.filter = Some(LifecycleRuleFilter::builder().object_size_less_than(1).build()),
                "some of the objects",
            ),
        ];
        for (change, words) in differs {
            let mut rule = rule();
            change(&mut rule);
            let standing = compared(&rule);
            assert!(matches!(&standing, PartState::Differs(why) if why.contains(words)), "{standing:?}");
        }
        let mut short = rule();
        short.noncurrent_version_expiration = Some(after(1).build());
        let standing = compared(&short);
        assert!(matches!(&standing, PartState::Differs(why) if why.contains("after 1 days, not after 35")));
        let mut long = rule();
        long.noncurrent_version_expiration = Some(after(365).newer_noncurrent_versions(3).build());
        let standing = compared(&long);
        assert!(matches!(&standing, PartState::Noted(why) if why.contains("365") && why.contains("3 old")));
    }
}
