"""Plants errors in the templates, one at a time, and lets the assertions find each: `planted.py FOLDER`."""

import pathlib
import shutil
import sys
import tempfile

import assertions

# Template, what is there, what takes its place everywhere, and the words of the assertion that must fail.
PLANTS = [
    ("data", "AttributeName: expires_at", "AttributeName: expiry", "items expire by the catalog's attribute"),
    ("data", "PointInTimeRecoveryEnabled: true", "PointInTimeRecoveryEnabled: false", "restored to any moment"),
    ("data", "!If [IsProtected, true, false]", "false", "the table is protected"),
    ("data", "NoncurrentDays: 35", "NoncurrentDays: 3", "the bucket's lifecycle"),
    ("data", "ExpiredObjectDeleteMarker: true", "ExpirationInDays: 30", "deletes no live object"),
    ("data", "EventBridgeEnabled: true", "EventBridgeEnabled: false", "AWS Backup hears"),
    ("data", "Event: s3:ObjectRemoved:*", "Event: s3:ObjectRemoved:Delete", "what is created and removed"),
    ("data", "          - !GetAtt Table.Arn\n", "", "AWS Backup keeps bucket and table"),
    ("data", "qrate:deployment: !Ref Deployment", "team: !Ref Deployment", "recovery points carry the tag"),
    ("data", "VisibilityTimeout: 960", "VisibilityTimeout: 60", "for as long as its function may run"),
    ("data", "maxReceiveCount: 10", "maxReceiveCount: 3", "gives a message up"),
    ("data", "DeletionPolicy: RetainExceptOnCreate", "DeletionPolicy: Delete", "outlives its stack"),
    ("data", "qrate-${Deployment}-worker", "qrate-${Deployment}-work", "logs to a group that the data template makes"),
    ("data", "RetentionInDays: 30", "RetentionInDays: 0", "does not grow for ever"),
    ("data-one", "CopyTags: true", "CopyTags: false", "snapshots carry the volume's tags"),
    ("data-one", "/volume", "/disk", "the machine finds its volume"),
    ("ec2", "HealthCheckPath: /healthz", "HealthCheckPath: /readyz", "not whether it is ready"),
    ("ec2", "Period: 60, ", "Period: 300, ", "alarms look every 60 s"),
    ("ec2", "Cooldown: 200", "Cooldown: 20", "steps are 200 s apart"),
    ("ec2", "Period: !FindInMap [Scaling, Seconds, Period]", "Period: 10", "looks every 60 s"),
    (
        "ec2",
        "EstimatedInstanceWarmup: !FindInMap [Scaling, Seconds, Cooldown]",
        "EstimatedInstanceWarmup: 30",
        "warm-up of",
    ),
    ("ec2", "MetricIntervalLowerBound: 4000", "MetricIntervalLowerBound: 5000", "leave no gap"),
    ("ec2", "Connections: {Out: 4000, In: 1500}", "Connections: {Out: 4000, In: 2500}", "do not scale out again"),
    ("ec2", "Expression: connections / machines", "Expression: connections", "for each healthy machine"),
    ("ec2", "Monitoring: {Enabled: true}", "Monitoring: {Enabled: false}", "EC2 says every minute"),
    ("ec2", "HttpTokens: required", "HttpTokens: optional", "not given to a mere GET"),
    ("ec2", "- ResourceType: volume", "- ResourceType: spot-instances-request", "brings into being carries the tag"),
    ("ec2", "dynamodb:BatchWriteItem", "dynamodb:*", "what deploy/aws/iam-policy.json says"),
    ("ec2", "/${PackageKey}", "/*", "the one package, no other"),
    ("ec2", "CidrIp: !Ref HttpFrom", "CidrIp: 0.0.0.0/0", "nobody gets in but those named"),
    (
        "ec2",
        'idle_timeout.timeout_seconds, Value: "60"',
        'idle_timeout.timeout_seconds, Value: "10"',
        "silent for three",
    ),
    ("ec2", '{Key: "qrate:role", Value: Workers', '{Key: "qrate:role", Value: Worker', "under its logical name"),
    ("ec2-one", "sha256sum --check", "sha256sum --check --status", "the first part of the user data is the same"),
    ("serverless", "FunctionResponseTypes: [ReportBatchItemFailures]", "FunctionResponseTypes: []", "only what failed"),
    ("serverless", "MemorySize: 2048", "MemorySize: 1024", "before the memory is used up"),
    ("serverless", "Timeout: 900", "Timeout: 960", "within 15 minutes"),
    ("serverless", "DataTraceEnabled: false", "DataTraceEnabled: true", "does not hold device ids"),
    ("serverless", "IncludeExecutionData: false", "IncludeExecutionData: true", "the log does not hold device ids"),
    ("serverless", "ApiKeyRequired: true", "ApiKeyRequired: false", "wants a key"),
    ("serverless", '"status": 503', '"status": 504', "is deployed as it is"),
    (
        "serverless",
        "    Properties:\n      FunctionName: !Sub",
        "    DeletionPolicy: Retain\n    Properties:\n      FunctionName: !Sub",
        "leaves nothing behind",
    ),
]


def failures_with(folder, name, before, after):
    with tempfile.TemporaryDirectory() as copy:
        shutil.copytree(folder, copy, dirs_exist_ok=True)
        path = pathlib.Path(copy, f"{name}.yaml")
        text = path.read_text()
        if before not in text:
            sys.exit(f"failed: {name}.yaml does not have what is to be replaced: {before}")
        path.write_text(text.replace(before, after))
        return assertions.check(copy).failures


missed = 0
for name, before, after, words in PLANTS:
    if not any(words in failure for failure in failures_with(sys.argv[1], name, before, after)):
        print(f"failed: the assertions did not find what was planted in {name}.yaml: {after}")
        missed += 1
print(f"found: {len(PLANTS) - missed} of {len(PLANTS)} errors that were planted for the assertions")
sys.exit(bool(missed))
