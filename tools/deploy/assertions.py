"""Asserts of the templates what no local server applies or notices, and that they agree with each other, with the
program's source and with deploy/aws/iam-policy.json: `assertions.py FOLDER`. Each sentence says what must hold."""

import hashlib
import json
import pathlib
import re
import sys

import reading
from reading import text

ROOT = pathlib.Path(__file__).parents[2]
# CloudFormation's limit of TemplateBody, and EC2's of user data.
TEMPLATE_MAX_BYTES = 51_200
USER_DATA_MAX_BYTES = 16_384
# What holds data, and what would take it along.
KEEPING_TYPES = ("AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::Backup::BackupVault", "AWS::EC2::Volume")
FUNCTIONS = ("Pages", "Generate", "Retrieve", "Delete", "Worker", "Reconcile")


class Report:
    def __init__(self):
        self.count = 0
        self.failures = []

    def expect(self, holds, sentence):
        self.count += 1
        if not holds:
            self.failures.append(sentence)

    def equal(self, found, wanted, sentence):
        self.expect(found == wanted, f"{sentence}: {json.dumps(found)} instead of {json.dumps(wanted)}")


def constant(path, name):
    """A constant of the program: `const NAME: u32 = 14 * 24;`."""
    source = (ROOT / path).read_text()
    value = re.search(rf"\bconst {name}: [^=]+= ([^;]+);", source).group(1)
    return value.strip('"') if value.startswith('"') else eval(value.replace("_", ""), {"__builtins__": {}})


def by_type(template, kind):
    return {name: one["Properties"] for name, one in template["Resources"].items() if one["Type"] == kind}


def tags(properties):
    return {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}


DEPLOYMENT = {"Ref": "Deployment"}
BUCKET = "qrate-${Deployment}-${AWS::AccountId}-${AWS::Region}"
PACKAGES = "qrate-${Deployment}-packages-${AWS::AccountId}-${AWS::Region}"


def limits(report, folder, all_templates):
    for name in all_templates:
        size = pathlib.Path(folder, f"{name}.yaml").stat().st_size
        report.expect(size <= TEMPLATE_MAX_BYTES, f"{name}.yaml has at most {TEMPLATE_MAX_BYTES} bytes, not {size}")
        report.expect(
            all_templates[name]["Parameters"]["Deployment"]["AllowedPattern"] == "^[a-z][a-z0-9-]{0,18}[a-z0-9]$",
            f"{name}.yaml takes the names that the program takes",
        )
    for name in ("ec2", "ec2-one"):
        size = len(
            text(
                all_templates[name]["Resources"]["Instance"]["Properties"]["UserData"]
                if name == "ec2-one"
                else all_templates[name]["Resources"]["LaunchTemplate"]["Properties"]["LaunchTemplateData"]["UserData"]
            ).encode()
        )
        report.expect(
            size <= USER_DATA_MAX_BYTES - 1_000, f"the user data of {name}.yaml leaves 1,000 bytes, not {size}"
        )


def table(report, data):
    properties = data["Table"]["Properties"]
    report.equal(
        properties["TimeToLiveSpecification"],
        {"AttributeName": constant("gallery/src/catalog/dynamodb/layout.rs", "EXPIRES_AT"), "Enabled": True},
        "items expire by the catalog's attribute",
    )
    report.equal(
        properties["PointInTimeRecoverySpecification"],
        {"PointInTimeRecoveryEnabled": True},
        "the table can be restored to any moment",
    )
    report.equal(
        properties["DeletionProtectionEnabled"],
        {"Fn::If": ["IsProtected", True, False]},
        "the table is protected unless the stack is told otherwise",
    )
    report.equal(properties["BillingMode"], "PAY_PER_REQUEST", "the table is billed on demand")
    report.equal(
        [(key["AttributeName"], key["KeyType"]) for key in properties["KeySchema"]],
        [("pk", "HASH"), ("sk", "RANGE")],
        "the table has the catalog's key",
    )


def buckets(report, data, one):
    for bucket in (data["Bucket"], data["Packages"], one["Packages"]):
        properties = bucket["Properties"]
        name = text(properties["BucketName"])
        report.expect(
            all(
                properties["PublicAccessBlockConfiguration"][part] is True
                for part in ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
            ),
            f"{name} is closed to the public",
        )
        report.equal(
            properties["OwnershipControls"]["Rules"],
            [{"ObjectOwnership": "BucketOwnerEnforced"}],
            f"{name} knows no access lists",
        )
    report.equal(text(data["Bucket"]["Properties"]["BucketName"]), BUCKET, "the bucket's name")
    report.equal(text(data["Packages"]["Properties"]["BucketName"]), PACKAGES, "the name of the bucket of packages")
    report.equal(one["Packages"], data["Packages"], "both data templates make the same bucket of packages")
    properties = data["Bucket"]["Properties"]
    report.equal(properties["VersioningConfiguration"], {"Status": "Enabled"}, "the bucket keeps old versions")
    lifecycle = "gallery/src/aws/deployment/lifecycle.rs"
    report.equal(
        properties["LifecycleConfiguration"]["Rules"],
        [
            {
                "Id": constant(lifecycle, "RULE"),
                "Status": "Enabled",
                "Prefix": "",
                "NoncurrentVersionExpiration": {"NoncurrentDays": constant(lifecycle, "OLD_VERSION_DAYS")},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": constant(lifecycle, "BROKEN_UPLOAD_DAYS")},
                "ExpiredObjectDeleteMarker": True,
            }
        ],
        "the bucket's lifecycle is the one of `qrate setup`, which deletes no live object",
    )
    notification = properties["NotificationConfiguration"]
    report.equal(
        sorted((one["Event"], text(one["Queue"])) for one in notification["QueueConfigurations"]),
        [("s3:ObjectCreated:*", "${Notifications.Arn}"), ("s3:ObjectRemoved:*", "${Notifications.Arn}")],
        "the bucket tells its queue what is created and removed",
    )
    report.equal(
        notification["EventBridgeConfiguration"],
        {"EventBridgeEnabled": True},
        "AWS Backup hears of the bucket's changes",
    )


def queues(report, data, serverless):
    kept = constant("gallery/src/aws/deployment/queue.rs", "KEPT_SECONDS")
    attempts = {
        "Notifications": constant("gallery/src/aws/deployment/queue.rs", "TRIES"),
        "Jobs": constant("gallery/src/queue/mod.rs", "ATTEMPTS_MAX"),
    }
    named = {
        text(one["Properties"]["QueueName"]): name for name, one in data.items() if one["Type"] == "AWS::SQS::Queue"
    }
    for name, most in attempts.items():
        queue, dead = data[name]["Properties"], data[f"{name}DeadLetters"]["Properties"]
        report.equal(queue["MessageRetentionPeriod"], kept, f"{name} keeps messages as long as `qrate setup` says")
        report.equal(dead["MessageRetentionPeriod"], kept, f"the dead letters of {name} are kept as long")
        report.equal(text(dead["QueueName"]), text(queue["QueueName"]) + "-dead-letters", f"name of {name}DeadLetters")
        report.equal(
            queue["RedrivePolicy"],
            {"deadLetterTargetArn": {"Fn::GetAtt": [f"{name}DeadLetters", "Arn"]}, "maxReceiveCount": most},
            f"{name} gives a message up as `qrate setup` says",
        )
    for mapping in by_type({"Resources": serverless}, "AWS::Lambda::EventSourceMapping").values():
        queue = data[named[text(mapping["EventSourceArn"]).rsplit(":", 1)[1]]]["Properties"]
        function = serverless[mapping["FunctionName"]["Ref"]]["Properties"]
        report.expect(
            queue["VisibilityTimeout"] >= function["Timeout"],
            f"{text(queue['QueueName'])} hides a message for as long as its function may run",
        )
    (statement,) = data["NotificationsPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    report.equal(
        statement["Condition"],
        {
            "ArnEquals": {"aws:SourceArn": {"Fn::Sub": f"arn:aws:s3:::{BUCKET}"}},
            "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
        },
        "only this bucket of this account may send",
    )


def backups(report, data, one):
    selection = data["BackupSelection"]["Properties"]["BackupSelection"]
    report.equal(
        sorted(text(arn) for arn in selection["Resources"]),
        ["${Bucket.Arn}", "${Table.Arn}"],
        "AWS Backup keeps bucket and table",
    )
    (rule,) = data["BackupPlan"]["Properties"]["BackupPlan"]["BackupPlanRule"]
    report.equal(rule["TargetBackupVault"], {"Ref": "BackupVault"}, "recovery points lie in the deployment's vault")
    report.equal(rule["Lifecycle"], {"DeleteAfterDays": 35}, "recovery points are kept for 35 days")
    report.equal(rule["RecoveryPointTags"], {"qrate:deployment": DEPLOYMENT}, "recovery points carry the tag")
    details = one["Snapshots"]["Properties"]["PolicyDetails"]
    report.equal(
        details["TargetTags"],
        [{"Key": "qrate:data", "Value": DEPLOYMENT}],
        "snapshots are made of the volume with data",
    )
    report.equal(tags(one["Volume"]["Properties"]).get("qrate:data"), DEPLOYMENT, "the volume carries that tag")
    (schedule,) = details["Schedules"]
    report.equal(schedule["CopyTags"], True, "snapshots carry the volume's tags")
    report.equal(schedule["CreateRule"].get("Interval"), 24, "snapshots are made each day")
    report.expect(one["Volume"]["Properties"]["Encrypted"] is True, "the volume is encrypted")


def deletion(report, all_templates):
    for name in ("data", "data-one"):
        for logical, resource in all_templates[name]["Resources"].items():
            keeps = resource["Type"] in KEEPING_TYPES
            report.equal(
                resource.get("DeletionPolicy", "Delete"),
                "RetainExceptOnCreate" if keeps else "Delete",
                f"what holds data outlives its stack, and nothing else does: {name}.yaml, {logical}",
            )
            if keeps:
                report.equal(resource.get("UpdateReplacePolicy"), "Retain", f"{name}.yaml keeps a replaced {logical}")
    for name in ("ec2", "ec2-one", "serverless"):
        for logical, resource in all_templates[name]["Resources"].items():
            # The role by which the account's gateways log may have other users by then.
            wanted = "Retain" if logical in ("LogRole", "LogRoleOfGateways") else "Delete"
            report.equal(
                resource.get("DeletionPolicy", "Delete"), wanted, f"{name}.yaml leaves nothing behind: {logical}"
            )
            report.expect(
                resource["Type"] not in KEEPING_TYPES,
                f"{name}.yaml keeps nothing, so that it can be destroyed: {logical}",
            )
    # Nothing refuses to be terminated, or `destroy` would stop halfway.
    instance = all_templates["ec2-one"]["Resources"]["Instance"]["Properties"]
    report.expect(not instance.get("DisableApiTermination"), "the machine can be terminated")
    balancer = attributes(all_templates["ec2"]["Resources"]["LoadBalancer"]["Properties"]["LoadBalancerAttributes"])
    report.expect(balancer.get("deletion_protection.enabled", "false") == "false", "the balancer can be deleted")


def attributes(pairs):
    return {pair["Key"]: pair["Value"] for pair in pairs}


def logs(report, all_templates):
    groups = {
        text(group["LogGroupName"]): group
        for name in ("data", "data-one")
        for group in by_type(all_templates[name], "AWS::Logs::LogGroup").values()
    }
    for name, group in groups.items():
        report.expect(group.get("RetentionInDays", 0) > 0, f"{name} does not grow for ever")
    pattern = re.compile(
        r'(?:"|\'|log-group:)((?:/aws/lambda|/qrate)/[^":\' ]*qrate-[^":\' ]+|/qrate/\$\{Deployment\}/(?!volume)[a-z]+)'
    )
    for name in ("ec2", "ec2-one", "serverless"):
        named = set(pattern.findall(json.dumps(all_templates[name]))) - {"/aws/lambda/qrate-${Deployment}-*"}
        report.expect(bool(named), f"{name}.yaml logs")
        for group in sorted(named):
            report.expect(group in groups, f"{name}.yaml logs to a group that the data template makes: {group}")


def balancer(report, ec2):
    group = ec2["TargetGroup"]["Properties"]
    report.equal(
        group["HealthCheckPath"], "/healthz", "target groups ask whether a machine lives, not whether it is ready"
    )
    report.equal(group["Matcher"], {"HttpCode": "200"}, "only 200 is healthy")
    report.equal(group["Port"], 5000, "machines serve on port 5000")
    report.expect(
        "QRATE_LISTEN=0.0.0.0:5000" in text(ec2["LaunchTemplate"]["Properties"]["LaunchTemplateData"]["UserData"]),
        "the program listens there",
    )
    pages = ec2["Pages"]["Properties"]
    report.equal(pages["TargetGroupARNs"], [{"Ref": "TargetGroup"}], "the group's machines are the balancer's targets")
    report.equal(pages["HealthCheckType"], "ELB", "a machine that the balancer finds ill is replaced")
    source = (ROOT / "domain/src/limits.rs").read_text()
    beat = int(re.search(r"const BEAT_INTERVAL: Duration = Duration::from_secs\((\d+)\);", source).group(1))
    idle = int(attributes(ec2["LoadBalancer"]["Properties"]["LoadBalancerAttributes"])["idle_timeout.timeout_seconds"])
    report.expect(idle >= 3 * beat, "the balancer lets a stream be silent for three beats")
    target = attributes(group["TargetGroupAttributes"])
    report.expect(
        int(target["deregistration_delay.timeout_seconds"]) <= 60,
        "streams hold a machine that leaves for a minute at most",
    )
    report.equal(
        target["load_balancing.algorithm.type"], "least_outstanding_requests", "streams are spread over the machines"
    )
    listener = ec2["Listener"]["Properties"]
    report.equal(listener["Port"], {"Ref": "Port"}, "the balancer's port is a parameter")
    report.equal(listener["Protocol"], {"Fn::If": ["HasCertificate", "HTTPS", "HTTP"]}, "a certificate means HTTPS")


def scaling(report, template):
    ec2 = template["Resources"]
    numbers = template["Mappings"]["Scaling"]
    report.equal(numbers["Seconds"], {"Period": 60, "Cooldown": 200}, "alarms look every 60 s, steps are 200 s apart")
    for name, most in (("Cpu", 100), ("Connections", 20_000)):
        report.expect(
            0 < 2 * numbers[name]["In"] < numbers[name]["Out"] < most,
            f"{name}: half as many machines after scaling in do not scale out again",
        )
    minimum, maximum = template["Parameters"]["Minimum"], template["Parameters"]["Maximum"]
    report.equal(
        (minimum["Default"], maximum["Default"]), (1, 4), "the group has 1 to 4 machines unless told otherwise"
    )
    for group, least, most in (
        ("Pages", {"Ref": "Minimum"}, {"Ref": "Maximum"}),
        ("Workers", "1", {"Ref": "WorkerMaximum"}),
    ):
        properties = ec2[group]["Properties"]
        report.equal(
            properties["MinSize"], {"Fn::If": ["IsParked", "0", least]}, f"{group} has its minimum, parked none"
        )
        report.equal(
            properties["MaxSize"], {"Fn::If": ["IsParked", "0", most]}, f"{group} has its maximum, parked none"
        )
        report.expect("DesiredCapacity" not in properties, f"an update leaves the size of {group} to the alarms")
        report.equal(seconds(properties["Cooldown"]), "Cooldown", f"cooldown of {group}")
        report.equal(seconds(properties["DefaultInstanceWarmup"]), "Cooldown", f"warm-up of {group}")
        report.equal(tags(properties).get("qrate:role"), group, f"the user data finds {group} under its logical name")
        notices = properties["NotificationConfigurations"]["Fn::If"][1][0]["NotificationTypes"]
        report.equal(len(notices), 4, f"each start and end of a machine of {group} is told, and each failure")
        rolling = ec2[group]["UpdatePolicy"]["AutoScalingRollingUpdate"]
        report.expect(rolling["WaitOnResourceSignals"] is True, f"an update of {group} waits for each machine")
        report.expect(
            "ResourceSignal" in ec2[group]["CreationPolicy"], f"the creation of {group} waits for its machines"
        )
    policies = by_type(template, "AWS::AutoScaling::ScalingPolicy")
    alarms = {}
    for name, alarm in by_type(template, "AWS::CloudWatch::Alarm").items():
        for action in alarm["AlarmActions"] if isinstance(alarm["AlarmActions"], list) else []:
            alarms.setdefault(action["Ref"], []).append((name, alarm))
    for name, policy in policies.items():
        report.expect(len(alarms.get(name, [])) == 1, f"one alarm starts {name}")
        for _, alarm in alarms.get(name, []):
            periods = (
                [alarm["Period"]]
                if "Period" in alarm
                else [one["MetricStat"]["Period"] for one in alarm["Metrics"] if "MetricStat" in one]
            )
            report.expect(
                all(seconds(period) == "Period" for period in periods), f"the alarm of {name} looks every 60 s"
            )
        if policy["PolicyType"] == "StepScaling":
            report.equal(seconds(policy["EstimatedInstanceWarmup"]), "Cooldown", f"warm-up of {name}")
            report.expect("Cooldown" not in policy, f"{name} has no cooldown: a step policy takes none")
            steps = policy["StepAdjustments"]
            ends = [step.get("MetricIntervalUpperBound") for step in steps]
            starts = [step.get("MetricIntervalLowerBound") for step in steps]
            report.expect(starts == [0, *ends[:-1]] and ends[-1] is None, f"the steps of {name} leave no gap")
            report.expect(all(step["ScalingAdjustment"] > 0 for step in steps), f"{name} adds machines")
        else:
            report.equal(seconds(policy["Cooldown"]), "Cooldown", f"cooldown of {name}")
            report.equal(policy["ScalingAdjustment"], -1, f"{name} takes one machine at a time")
    by_connections = ec2["PagesConnectionsHigh"]["Properties"]["Metrics"]
    report.equal(
        by_connections[0]["Expression"], "connections / machines", "connections count for each healthy machine"
    )
    report.equal(
        [one["MetricStat"]["Metric"]["MetricName"] for one in by_connections[1:]],
        ["ActiveConnectionCount", "HealthyHostCount"],
        "the balancer's connections and its healthy machines",
    )
    quiet = ec2["PagesQuiet"]["Properties"]["Metrics"][0]["Expression"]["Fn::Sub"][0]
    report.expect(" AND " in quiet, "machines go only when processor and connections are low")
    machine = ec2["LaunchTemplate"]["Properties"]["LaunchTemplateData"]
    report.equal(machine["Monitoring"], {"Enabled": True}, "EC2 says every minute how busy a machine is")


def seconds(value):
    """Which entry of the mapping it is."""
    found = value.get("Fn::FindInMap", []) if isinstance(value, dict) else []
    return found[2] if found[:2] == ["Scaling", "Seconds"] else value


def machines(report, all_templates):
    ec2, one = all_templates["ec2"]["Resources"], all_templates["ec2-one"]["Resources"]
    machine = ec2["LaunchTemplate"]["Properties"]["LaunchTemplateData"]
    for name, options in (
        ("ec2", machine["MetadataOptions"]),
        ("ec2-one", one["Instance"]["Properties"]["MetadataOptions"]),
    ):
        report.equal(options["HttpTokens"], "required", f"{name}: the role's keys are not given to a mere GET")
        report.equal(options["HttpPutResponseHopLimit"], 1, f"{name}: and not to another machine")
    report.equal(machine["MetadataOptions"].get("InstanceMetadataTags"), "enabled", "a machine can read its role's tag")
    tagged = {part["ResourceType"]: tags(part).get("qrate:deployment") for part in machine["TagSpecifications"]}
    report.equal(
        tagged,
        {kind: DEPLOYMENT for kind in ("instance", "volume", "network-interface")},
        "what a machine brings into being carries the tag",
    )
    for group in ("Pages", "Workers"):
        (tag,) = [tag for tag in ec2[group]["Properties"]["Tags"] if tag["Key"] == "qrate:deployment"]
        report.expect(tag["PropagateAtLaunch"] is True, f"machines of {group} carry the tag")
    report.expect(one["Instance"]["Properties"]["PropagateTagsToVolumeOnCreation"] is True, "volumes carry the tag")
    report.equal(tags(one["Instance"]["Properties"])["qrate:deployment"], DEPLOYMENT, "the machine carries the tag")
    for name in ("ec2", "ec2-one"):
        parameters = all_templates[name]["Parameters"]
        report.expect("Default" not in parameters["HttpFrom"], f"{name}.yaml asks who may use Qrate")
        report.equal(parameters["SshFrom"]["Default"], "", f"{name}.yaml opens SSH to nobody unless told to")
        for logical, group in by_type(all_templates[name], "AWS::EC2::SecurityGroup").items():
            for rule in group["SecurityGroupIngress"]:
                ssh = "Fn::If" in rule and rule["Fn::If"][0] == "HasSsh"
                rule = rule["Fn::If"][1] if ssh else rule
                report.equal(
                    rule.get("CidrIp", {"Ref": "HttpFrom"}),
                    {"Ref": "SshFrom" if ssh else "HttpFrom"},
                    f"{name}.yaml, {logical}: nobody gets in but those named",
                )
                report.equal(rule["FromPort"] == 22, ssh, f"{name}.yaml, {logical}: SSH is opened only when asked for")
    common = [
        reading.user_data(all_templates, name).split("# -- From here ", 1)[1].split("# ------", 1)[0]
        for name in ("ec2", "ec2-one")
    ]
    report.expect(common[0] == common[1], "the first part of the user data is the same in ec2.yaml and ec2-one.yaml")
    unit = (ROOT / "deploy/debian/qrate.service").read_text().splitlines(keepends=True)
    unit = "".join(line for line in unit if not line.startswith(("#", "Documentation=")))
    report.expect(
        f"/etc/systemd/system/qrate.service <<'END'\n{unit}END\n" in common[0],
        "the bare program gets the unit of the Debian package, without comments and documentation",
    )
    volume = one["Instance"]["Properties"]["Volumes"][0]["VolumeId"]
    parameter = all_templates["data-one"]["Resources"]["VolumeId"]["Properties"]
    report.equal(text(volume), "{{resolve:ssm:%s}}" % text(parameter["Name"]), "the machine finds its volume")
    report.equal(
        one["Subnet"]["Properties"]["AvailabilityZone"],
        all_templates["data-one"]["Resources"]["Volume"]["Properties"]["AvailabilityZone"],
        "machine and volume are in the same zone",
    )
    nginx = reading.user_data(all_templates, "ec2-one")
    timeout = int(re.search(r"proxy_read_timeout (\d+)s;", nginx).group(1))
    report.expect(timeout >= 30, "nginx lets a stream be silent for three beats")
    report.expect("proxy_set_header Host $http_host;" in nginx, "nginx passes the name on")


def permissions(report, all_templates):
    """The roles hold what deploy/aws/iam-policy.json holds, with real ARNs, and only a little more."""
    policy = json.loads((ROOT / "deploy/aws/iam-policy.json").read_text())
    shipped = {statement["Sid"]: listed(statement["Action"]) for statement in policy["Statement"]}
    wanted = {sid: actions for sid, actions in shipped.items() if sid not in ("FindLabels", "SendTextMessages")}
    own = {"SendLogs", "Report", "FetchThePackage"}
    ec2 = statements(all_templates["ec2"], "MachinePolicy")
    found = {sid: listed(statement["Action"]) for sid, statement in ec2.items() if sid not in own}
    report.equal(
        found, wanted, "a machine may do what deploy/aws/iam-policy.json says, without labels and text messages"
    )
    report.equal(
        set_of_sids(statements(all_templates["ec2-one"], "MachinePolicy")),
        sorted(own),
        "one machine needs nothing more",
    )
    for name in ("ec2", "ec2-one"):
        package = statements(all_templates[name], "MachinePolicy")["FetchThePackage"]
        report.equal(
            (listed(package["Action"]), text(package["Resource"])),
            (["s3:GetObject"], "arn:aws:s3:::%s/${PackageKey}" % PACKAGES),
            f"{name}.yaml: the one package, no other",
        )
    parts = {}
    for name in ("GalleryPolicy", "WorkerPolicy", "ReconcilePolicy"):
        for statement in statements(all_templates["serverless"], name).values():
            parts.setdefault(text(statement["Resource"]), set()).update(listed(statement["Action"]))
    by_resource = {}
    for statement in ec2.values():
        by_resource.setdefault(text(statement["Resource"]), set()).update(listed(statement["Action"]))
    for resource, actions in parts.items():
        if ":log-group:" in resource:
            continue
        # Lambda itself asks the queue in the name of the function.
        extra = {"sqs:GetQueueAttributes"} if resource.endswith(":qrate-${Deployment}") else set()
        report.equal(
            sorted(actions),
            sorted(by_resource[resource] | extra),
            f"the functions together may do the same: {resource}",
        )
    for name in all_templates:
        for logical, kind in ((one, resource["Type"]) for one, resource in all_templates[name]["Resources"].items()):
            if kind in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
                for statement in statements(all_templates[name], logical).values():
                    broad = statement["Resource"] == "*" or any("*" in action for action in listed(statement["Action"]))
                    delivers_logs = all(
                        ":" in action and "Log" in action or "ResourcePol" in action
                        for action in listed(statement["Action"])
                    )
                    report.expect(
                        not broad or delivers_logs, f"{name}.yaml, {logical}: nothing is allowed on everything"
                    )


def listed(value):
    return sorted([value] if isinstance(value, str) else value)


def set_of_sids(found):
    return sorted(found)


def statements(template, logical):
    document = template["Resources"][logical]["Properties"]["PolicyDocument"]
    unfolded = [one["Fn::If"][1] if "Fn::If" in one else one for one in document["Statement"]]
    return {one.get("Sid", str(index)): one for index, one in enumerate(unfolded)}


def functions(report, template):
    resources = template["Resources"]
    for name in FUNCTIONS:
        function = resources[name]["Properties"]
        report.equal(
            (function["Runtime"], function["Handler"]), ("provided.al2023", "bootstrap"), f"{name} is this program"
        )
        report.expect(128 <= function["MemorySize"] <= 10_240, f"{name} states its memory")
        report.expect(0 < function["Timeout"] <= 900, f"{name} ends within 15 minutes")
        alarm = {kind: resources[f"{name}{kind}"]["Properties"] for kind in ("MemoryHigh", "Slow", "Requests")}
        lower = name.lower()
        report.equal(alarm["MemoryHigh"]["MetricName"], f"Memory-{lower}", f"an alarm for the memory of {name}")
        report.expect(
            alarm["MemoryHigh"]["Threshold"] < function["MemorySize"], f"{name}: it comes before the memory is used up"
        )
        (transformation,) = resources[f"{name}Memory"]["Properties"]["MetricTransformations"]
        report.equal(
            (transformation["MetricName"], transformation["MetricNamespace"]),
            (alarm["MemoryHigh"]["MetricName"], alarm["MemoryHigh"]["Namespace"]),
            f"{name}: the log makes that metric",
        )
        report.equal(function["LoggingConfig"]["LogFormat"], "JSON", f"{name} logs in the format that the filter reads")
        report.equal(
            (alarm["Slow"]["MetricName"], alarm["Slow"]["Dimensions"][0]["Value"]),
            ("Duration", {"Ref": name}),
            f"an alarm for the duration of {name}",
        )
        report.expect(
            alarm["Slow"]["Threshold"] < function["Timeout"] * 1000, f"{name}: it comes before the time is up"
        )
        report.equal(
            (alarm["Requests"]["MetricName"], alarm["Requests"]["Dimensions"][0]["Value"]),
            ("Invocations", {"Ref": name}),
            f"an alarm for the requests of {name}",
        )
    for gateway, names in (("Device", ("4XXError", "5XXError", "Latency")), ("Pages", ("4xx", "5xx", "Latency"))):
        for logical, metric in zip(("4xx", "5xx", "Latency"), names):
            report.equal(
                resources[f"{gateway}{logical}"]["Properties"]["MetricName"], metric, f"an alarm: {gateway}{logical}"
            )
    for name, mapping in by_type(template, "AWS::Lambda::EventSourceMapping").items():
        report.equal(mapping["FunctionResponseTypes"], ["ReportBatchItemFailures"], f"{name} repeats only what failed")
    report.expect(
        resources["ReconcileSchedule"]["Properties"]["ScheduleExpression"].startswith("rate("),
        "reconciliation is scheduled",
    )
    widths = json.dumps(resources["Dashboard"]["Properties"]["DashboardBody"])
    for metric in ("Invocations", "Duration", "Memory-pages", "4XXError", "5XXError", "Latency"):
        report.expect(metric in widths, f"the dashboard shows {metric}")


def device(report, template):
    resources = template["Resources"]
    states = resources["DeviceStates"]["Properties"]
    report.equal(states["StateMachineType"], "EXPRESS", "the gateway can wait only for an express state machine")
    report.equal(states["LoggingConfiguration"]["IncludeExecutionData"], False, "the log does not hold device ids")
    report.expect(states["Definition"]["TimeoutSeconds"] < 29, "it ends before the gateway gives up, after 29 s")
    for name in ("Generate", "Retrieve", "Delete"):
        report.expect(
            resources[name]["Properties"]["Timeout"] < states["Definition"]["TimeoutSeconds"],
            f"{name} ends before the state machine gives up",
        )
    method = resources["DeviceMethod"]["Properties"]
    report.equal(method["ApiKeyRequired"], True, "the device's endpoint wants a key")
    report.equal(method["HttpMethod"], "POST", "the device's endpoint takes POST")
    report.expect(
        text(method["Integration"]["Uri"]).endswith(":states:action/StartSyncExecution"),
        "the gateway waits for the end",
    )
    (setting,) = resources["DeviceStage"]["Properties"]["MethodSettings"]
    report.equal(setting["DataTraceEnabled"], False, "the gateway's log does not hold device ids")
    report.equal(setting["LoggingLevel"], "OFF", "no group of execution logs is left behind")
    report.expect("ThrottlingRateLimit" in setting, "the device's endpoint is throttled")
    report.expect(
        "AccessLogSetting" in resources["DeviceStage"]["Properties"], "the device's endpoint has an access log"
    )
    report.expect("AccessLogSettings" in resources["PagesStage"]["Properties"], "the pages have an access log")
    report.expect(
        "ThrottlingRateLimit" in resources["PagesStage"]["Properties"]["DefaultRouteSettings"],
        "the pages are throttled",
    )
    plan = resources["DeviceUsage"]["Properties"]
    report.expect("Quota" in plan and "Throttle" in plan, "the key has a usage plan")
    kinds = [f"AWS::ApiGateway::{kind}" for kind in ("RestApi", "Resource", "Method", "GatewayResponse")]
    shown = {name: resource for name, resource in resources.items() if resource["Type"] in kinds}
    digits = hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:8].capitalize()
    report.expect(
        f"DeviceDeployment{digits}" in resources,
        f"the device's API is deployed as it is: name its deployment DeviceDeployment{digits}, in both places",
    )


def ministack(report, all_templates):
    """The list of what it cannot make names nothing that is gone."""
    for line in (ROOT / "tools/deploy/not-on-ministack.txt").read_text().splitlines():
        if not line.startswith("#"):
            name, resource, _ = line.split(" ", 2)
            resources = all_templates[name]["Resources"]
            report.expect(resource == "*" or resource in resources, f"{name}.yaml has what MiniStack lacks: {resource}")


def check(folder):
    report = Report()
    all_templates = reading.read(folder)
    resources = {name: template["Resources"] for name, template in all_templates.items()}
    limits(report, folder, all_templates)
    table(report, resources["data"])
    buckets(report, resources["data"], resources["data-one"])
    queues(report, resources["data"], resources["serverless"])
    backups(report, resources["data"], resources["data-one"])
    deletion(report, all_templates)
    logs(report, all_templates)
    balancer(report, resources["ec2"])
    scaling(report, all_templates["ec2"])
    machines(report, all_templates)
    permissions(report, all_templates)
    functions(report, all_templates["serverless"])
    device(report, all_templates["serverless"])
    ministack(report, all_templates)
    return report


if __name__ == "__main__":
    result = check(sys.argv[1])
    for failure in result.failures:
        print(f"not so: {failure}")
    print(f"{result.count - len(result.failures)} of {result.count} assertions hold")
    sys.exit(bool(result.failures))
