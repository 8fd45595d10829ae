//! What all queues in SQS need: a client whose calls may wait for a message, and SQS's words for an old receipt.

use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::timeout::TimeoutConfig;

use super::Aws;

/// How much longer than the wait itself a call may take.
const ANSWER_MAX: Duration = Duration::from_secs(10);

/// SQS's answers to a receipt that it does not know, or does not know any more.
pub(crate) const NO_SUCH_RECEIPT: &[&str] = &[
    "InvalidParameterValue",
    "InvalidReceiptHandle",
    "MessageNotInflight",
    "AWS.SimpleQueueService.MessageNotInflight",
    "ReceiptHandleIsInvalid",
];

/// A client whose calls may wait this long before they are answered.
pub(crate) fn long_polling_client(aws: &Aws, wait: Duration) -> Client {
    let attempt_max = wait + ANSWER_MAX;
    let timeouts = aws.config.timeout_config().map(TimeoutConfig::to_builder).unwrap_or_default();
    let timeouts = timeouts.operation_attempt_timeout(attempt_max).operation_timeout(2 * attempt_max);
    let config = aws_sdk_sqs::config::Builder::from(&aws.config).timeout_config(timeouts.build());
    Client::from_conf(config.build())
}
