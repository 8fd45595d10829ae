//! Whom the bucket tells what happens in it. S3 keeps all of this as one document, so what others have set in it is
//! read, kept and written back.

use aws_sdk_s3::operation::get_bucket_notification_configuration::GetBucketNotificationConfigurationOutput;
use aws_sdk_s3::types::{Event, NotificationConfiguration, QueueConfiguration};

use super::part::Standing;
use super::{Deployment, Trouble};
use crate::aws::trouble::meaning;

/// Ours among those of others.
const ID: &str = "qrate";
const EVENTS: [Event; 2] = [Event::S3ObjectCreated, Event::S3ObjectRemoved];

impl Deployment {
    pub(super) async fn look_at_notification(&self) -> Result<Standing, Trouble> {
        let arn = match self.queue_arn().await {
            Err(Trouble::Absent) => None,
            arn => Some(arn?),
        };
        Ok(standing(&self.notification().await?, arn.as_deref()))
    }

    pub(super) async fn set_notification(&self) -> Result<(), Trouble> {
        let arn = self.queue_arn().await?;
        let now = self.notification().await?;
        let ours = QueueConfiguration::builder().id(ID).queue_arn(&arn).set_events(Some(EVENTS.to_vec()));
        let mut queues = now.queue_configurations.unwrap_or_default();
        queues.retain(|theirs| theirs.queue_arn != arn);
        queues.push(ours.build().expect("queue and events are set"));
        let all = NotificationConfiguration::builder()
            .set_topic_configurations(now.topic_configurations)
            .set_queue_configurations(Some(queues))
            .set_lambda_function_configurations(now.lambda_function_configurations)
            .set_event_bridge_configuration(now.event_bridge_configuration)
            .build();
        let request = self.s3.put_bucket_notification_configuration().bucket(self.bucket.as_str());
        let request = request.notification_configuration(all);
        request.send().await.map(drop).map_err(|error| meaning(&error))
    }

    async fn notification(&self) -> Result<GetBucketNotificationConfigurationOutput, Trouble> {
        let request = self.s3.get_bucket_notification_configuration().bucket(self.bucket.as_str());
        request.send().await.map_err(|error| meaning(&error))
    }
}

fn standing(now: &GetBucketNotificationConfigurationOutput, arn: Option<&str>) -> Standing {
    let (to_us, to_others): (Vec<_>, Vec<_>) =
        now.queue_configurations().iter().partition(|queue| Some(queue.queue_arn()) == arn);
    let all_of_it = |queue: &&QueueConfiguration| {
        queue.filter().is_none() && EVENTS.iter().all(|event| queue.events().contains(event))
    };
    if to_us.iter().any(all_of_it) {
        return Standing::right();
    }
    let queues = to_others.iter().map(|queue| (queue.queue_arn(), queue.events()));
    let functions = now.lambda_function_configurations().iter();
    let functions = functions.map(|function| (function.lambda_function_arn(), function.events()));
    let topics = now.topic_configurations().iter().map(|topic| (topic.topic_arn(), topic.events()));
    if let Some((topic, _)) = topics.clone().find(|(_, events)| overlaps(events)) {
        return Standing::Noted(format!(
            "the bucket tells {topic}, and S3 tells only one: subscribe the queue to that topic"
        ));
    }
    if let Some((other, _)) = queues.chain(functions).find(|(_, events)| overlaps(events)) {
        return Standing::Blocked(format!(
            "the bucket tells {other} of the same events, and S3 tells only one: let it tell a topic of SNS to which \
             both are subscribed, or leave out the queue"
        ));
    }
    if to_us.is_empty() {
        Standing::Missing
    } else {
        Standing::Differs("it tells only of a part of what happens".to_owned())
    }
}

/// Whether S3 would refuse ours beside one with these events: ours has no filter, so any of the same kind is too much.
fn overlaps(events: &[Event]) -> bool {
    let kinds = EVENTS.map(|event| event.as_str().trim_end_matches('*').to_owned());
    events.iter().any(|event| kinds.iter().any(|kind| event.as_str().starts_with(kind)))
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

    fn with_queues(queues: Vec<QueueConfiguration>) -> Standing {
        let output =
            GetBucketNotificationConfigurationOutput::builder().set_queue_configurations(Some(queues));
        standing(&output.build(), Some("ours"))
    }

    #[test]
    fn a_notification_of_ours_is_whole_or_not() {
        assert_eq!(with_queues(vec![]), Standing::Missing);
        assert_eq!(with_queues(vec![queue("ours", &EVENTS)]), Standing::right());
        let in_part = with_queues(vec![queue("ours", &[Event::S3ObjectCreated])]);
        assert!(matches!(in_part, Standing::Differs(_)));
        let mut filtered = queue("ours", &EVENTS);
        filtered.filter = Some(NotificationConfigurationFilter::builder().build());
        assert!(matches!(with_queues(vec![filtered]), Standing::Differs(_)));
    }

    #[test]
    fn those_of_others_may_be_in_the_way() {
        let restored = queue("theirs", &[Event::S3ObjectRestoreCompleted]);
        assert_eq!(with_queues(vec![restored]), Standing::Missing);
        let theirs = with_queues(vec![queue("theirs", &[Event::S3ObjectCreatedPut])]);
        assert!(matches!(theirs, Standing::Blocked(why) if why.contains("theirs")));
        let function = LambdaFunctionConfiguration::builder().lambda_function_arn("function");
        let function = function.events(Event::S3ObjectRemoved).build().unwrap();
        let output = GetBucketNotificationConfigurationOutput::builder();
        let blocked = standing(&output.lambda_function_configurations(function).build(), Some("ours"));
        assert!(matches!(blocked, Standing::Blocked(_)));
        let topic = TopicConfiguration::builder().topic_arn("topic").events(Event::S3ObjectCreated);
        let output = GetBucketNotificationConfigurationOutput::builder();
        let noted = standing(&output.topic_configurations(topic.build().unwrap()).build(), Some("ours"));
        assert!(matches!(noted, Standing::Noted(why) if why.contains("subscribe")));
    }
}
