//! The bucket's notifications. S3 keeps all of them as one document, so those of others are read, kept and written
//! back.

use aws_sdk_s3::operation::get_bucket_notification_configuration::GetBucketNotificationConfigurationOutput;
use aws_sdk_s3::types::{Event, NotificationConfiguration, QueueConfiguration};

use super::part::PartState;
use super::{AwsError, Deployment};
use crate::aws::error::classify;

/// Ours, among those of others.
const ID: &str = "qrate";
/// The required events: each as a whole, and its kinds.
const EVENTS: [(Event, &[Event]); 2] = [
    (
        Event::S3ObjectCreated,
        &[
            Event::S3ObjectCreatedPut,
            Event::S3ObjectCreatedPost,
            Event::S3ObjectCreatedCopy,
            Event::S3ObjectCreatedCompleteMultipartUpload,
        ],
    ),
    (Event::S3ObjectRemoved, &[Event::S3ObjectRemovedDelete, Event::S3ObjectRemovedDeleteMarkerCreated]),
];

impl Deployment {
    pub(super) async fn inspect_notification(&self) -> Result<PartState, AwsError> {
        let arn = match self.queue_arn().await {
            Err(AwsError::Absent) => None,
            arn => Some(arn?),
        };
        Ok(standing(&self.notification().await?, arn.as_deref()))
    }

    pub(super) async fn set_notification(&self) -> Result<(), AwsError> {
        let arn = self.queue_arn().await?;
        let now = self.notification().await?;
        let mut queues = now.queue_configurations.unwrap_or_default();
        queues.retain(|queue| !is_ours(queue, &arn));
        let events = missing_events(queues.iter().filter(|queue| queue.queue_arn() == arn));
        // The id may be taken; then S3 chooses one for ours.
        let id = queues.iter().all(|queue| queue.id() != Some(ID)).then(|| ID.to_owned());
        let ours = QueueConfiguration::builder().set_id(id).queue_arn(&arn).set_events(Some(events));
        queues.push(ours.build().expect("queue and events are set"));
        let all = NotificationConfiguration::builder()
            .set_topic_configurations(now.topic_configurations)
            .set_queue_configurations(Some(queues))
            .set_lambda_function_configurations(now.lambda_function_configurations)
            .set_event_bridge_configuration(now.event_bridge_configuration)
            .build();
        let request = self.s3.put_bucket_notification_configuration().bucket(self.bucket.as_str());
        let request = request.notification_configuration(all);
        request.send().await.map(drop).map_err(|error| classify(&error))
    }

    async fn notification(&self) -> Result<GetBucketNotificationConfigurationOutput, AwsError> {
        let request = self.s3.get_bucket_notification_configuration().bucket(self.bucket.as_str());
        request.send().await.map_err(|error| classify(&error))
    }
}

fn standing(now: &GetBucketNotificationConfigurationOutput, arn: Option<&str>) -> PartState {
    let (to_us, to_others): (Vec<_>, Vec<_>) =
        now.queue_configurations().iter().partition(|queue| Some(queue.queue_arn()) == arn);
    if missing_events(to_us.iter().copied()).is_empty() {
        return PartState::right();
    }
    // What others have configured for this queue stays, and ours covers the rest.
    let (ours, theirs): (Vec<_>, Vec<_>) =
        to_us.into_iter().partition(|queue| arn.is_some_and(|arn| is_ours(queue, arn)));
    let missing = missing_events(theirs.iter().copied());
    let is_in_the_way =
        |events: &[Event]| events.iter().any(|one| missing.iter().any(|other| overlap(one, other)));
    let topics = now.topic_configurations().iter();
    if let Some(topic) = topics.clone().find(|topic| is_in_the_way(topic.events())) {
        return PartState::Noted(format!(
            "the bucket notifies {}, and S3 notifies only one target: subscribe the queue to that topic",
            topic.topic_arn()
        ));
    }
    let queues = to_others.iter().map(|queue| (queue.queue_arn(), queue.events()));
    let functions = now.lambda_function_configurations().iter();
    let functions = functions.map(|function| (function.lambda_function_arn(), function.events()));
    if let Some((other, _)) = queues.chain(functions).find(|(_, events)| is_in_the_way(events)) {
        return PartState::Blocked(format!(
            "the bucket notifies {other} of the same events, and S3 notifies only one target: notify an SNS topic to \
             which both are subscribed, or omit the queue"
        ));
    }
    if let Some(part) = theirs.iter().find(|queue| is_in_the_way(queue.events())) {
        return PartState::Blocked(format!(
            "the notification {} tells the queue of some objects only, and S3 takes no other beside it: take the filter \
             out of it, or delete it",
            part.id().unwrap_or("without a name")
        ));
    }
    if ours.is_empty() && theirs.is_empty() {
        PartState::Missing
    } else {
        PartState::Differs("it only notifies of some events".to_owned())
    }
}

fn is_ours(queue: &QueueConfiguration, arn: &str) -> bool {
    queue.id() == Some(ID) && queue.queue_arn() == arn
}

/// The required events of a queue that these notifications do not cover for all objects.
fn missing_events<'a>(queues: impl Iterator<Item = &'a QueueConfiguration>) -> Vec<Event> {
    let of_all = queues.filter(|queue| queue.filter().is_none());
    let covered: Vec<&Event> = of_all.flat_map(QueueConfiguration::events).collect();
    let missing_events = EVENTS.iter().flat_map(|(whole, kinds)| {
        let missing = kinds.iter().filter(|kind| !covered.iter().any(|event| overlap(event, kind)));
        let missing: Vec<Event> = missing.cloned().collect();
        if missing.len() == kinds.len() { vec![whole.clone()] } else { missing }
    });
    missing_events.collect()
}

/// Whether two event types overlap: they are equal, or one includes the other.
fn overlap(one: &Event, other: &Event) -> bool {
    let within = |whole: &Event, kind: &Event| {
        whole.as_str().strip_suffix('*').is_some_and(|whole| kind.as_str().starts_with(whole))
    };
    one == other || within(one, other) || within(other, one)
}

#[cfg(test)]
mod tests {
    use aws_sdk_s3::types::{
        LambdaFunctionConfiguration, NotificationConfigurationFilter, TopicConfiguration,
    };

    use super::*;

    fn queue(arn: &str, events: &[Event]) -> QueueConfiguration {
        QueueConfiguration::builder().queue_arn(arn).set_events(Some(events.to_vec())).build().unwrap()
    }

    fn with_queues(queues: Vec<QueueConfiguration>) -> PartState {
        let output =
            GetBucketNotificationConfigurationOutput::builder().set_queue_configurations(Some(queues));
        standing(&output.build(), Some("ours"))
    }

    #[test]
    fn incomplete_notification_is_detected() {
        assert_eq!(with_queues(vec![]), PartState::Missing);
        let both = [Event::S3ObjectCreated, Event::S3ObjectRemoved];
        assert_eq!(with_queues(vec![queue("ours", &both)]), PartState::right());
        let in_part = with_queues(vec![queue("ours", &[Event::S3ObjectCreated])]);
        assert!(matches!(in_part, PartState::Differs(_)));
        let mut filtered = queue("ours", &both);
        filtered.filter = Some(NotificationConfigurationFilter::builder().build());
        filtered.id = Some(ID.to_owned());
        assert!(matches!(with_queues(vec![filtered.clone()]), PartState::Differs(_)));
        // A foreign one: S3 would refuse ours next to it, and theirs is not ours to change.
        filtered.id = Some("theirs".to_owned());
        assert!(matches!(with_queues(vec![filtered]), PartState::Blocked(why) if why.contains("theirs")));
    }

    #[test]
    fn foreign_notifications_are_not_duplicated() {
        let missing_events = |events: &[Event]| missing_events([&queue("ours", events)].into_iter());
        assert_eq!(missing_events(&[]), [Event::S3ObjectCreated, Event::S3ObjectRemoved]);
        assert_eq!(missing_events(&[Event::S3ObjectCreated]), [Event::S3ObjectRemoved]);
        assert_eq!(
            missing_events(&[Event::S3ObjectRemoved, Event::S3ObjectCreatedPut, Event::S3ObjectCreatedCopy]),
            [Event::S3ObjectCreatedPost, Event::S3ObjectCreatedCompleteMultipartUpload]
        );
        let kinds: Vec<Event> = EVENTS.iter().flat_map(|(_, kinds)| kinds.iter().cloned()).collect();
        assert!(missing_events(&kinds).is_empty());
    }

    #[test]
    fn conflicting_foreign_notifications_are_reported() {
        let restored = queue("theirs", &[Event::S3ObjectRestoreCompleted]);
        assert_eq!(with_queues(vec![restored]), PartState::Missing);
        let theirs = with_queues(vec![queue("theirs", &[Event::S3ObjectCreatedPut])]);
        assert!(matches!(theirs, PartState::Blocked(why) if why.contains("theirs")));
        let function = LambdaFunctionConfiguration::builder().lambda_function_arn("function");
        let function = function.events(Event::S3ObjectRemoved).build().unwrap();
        let output = GetBucketNotificationConfigurationOutput::builder();
        let blocked = standing(&output.lambda_function_configurations(function).build(), Some("ours"));
        assert!(matches!(blocked, PartState::Blocked(_)));
        let topic = TopicConfiguration::builder().topic_arn("topic").events(Event::S3ObjectCreated);
        let output = GetBucketNotificationConfigurationOutput::builder();
        let noted = standing(&output.topic_configurations(topic.build().unwrap()).build(), Some("ours"));
        assert!(matches!(noted, PartState::Noted(why) if why.contains("subscribe")));
    }
}
