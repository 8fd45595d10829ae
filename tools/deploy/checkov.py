"""Runs checkov on the templates and holds its findings against the table below: `checkov.py FOLDER`. A finding that the
table does not excuse is an error, and so is an excuse that nothing needs any more."""

import fnmatch
import json
import pathlib
import subprocess
import sys

NO_KEY_OF_OUR_OWN = (
    "AWS encrypts it with a key of its own. One of ours costs $1 a month, and whoever loses it loses all."
)
# Check: resources (TEMPLATE:NAME, with *), and why they do without.
EXCUSED = {
    "CKV_AWS_2": ("ec2:Listener", "The listener speaks HTTPS as soon as there is a certificate, which is a parameter."),
    "CKV_AWS_18": ("data*:*", "A log of accesses to the bucket would be a second bucket. CloudTrail can log them."),
    "CKV_AWS_21": ("data*:Packages", "The key of a package holds its digest: there is never a second version."),
    "CKV_AWS_23": ("ec2*:*SecurityGroup", "It does not see the description of a rule inside of Fn::If."),
    "CKV_AWS_26": ("*:Topic", "CloudWatch may not use alias/aws/sns: alarms would be lost without a word."),
    "CKV_AWS_27": ("data:*", "SQS encrypts with its own key, to which S3 can send without a policy of ours."),
    "CKV_AWS_46": ("ec2-one:Instance", "It takes the script that asks for the role's keys for a key."),
    "CKV_AWS_73": ("serverless:DeviceStage", "Traces would hold the device's id, which is its only secret."),
    "CKV_AWS_91": ("ec2:LoadBalancer", "The program logs each request, and CloudWatch has the log."),
    "CKV_AWS_103": ("ec2:Listener", "With a certificate the policy is TLS 1.2 and 1.3; see CKV_AWS_2."),
    "CKV_AWS_115": (
        "serverless:*",
        "A reserved share would be taken from the account's other functions. The gateways "
        "throttle, and the queues have a limit of their own.",
    ),
    "CKV_AWS_116": ("serverless:*", "Nothing calls a function and goes away, but the schedule, which calls again."),
    "CKV_AWS_117": (
        "serverless:*",
        "Functions reach S3, DynamoDB and SQS without a network of ours, which would need NAT.",
    ),
    "CKV_AWS_119": ("data:Table", NO_KEY_OF_OUR_OWN),
    "CKV_AWS_120": ("serverless:DeviceStage", "An answer to a POST is not to be cached."),
    "CKV_AWS_158": ("data*:*Log", NO_KEY_OF_OUR_OWN),
    "CKV_AWS_166": ("data:BackupVault", NO_KEY_OF_OUR_OWN),
    "CKV_AWS_173": ("serverless:*", "The variables hold names, and no secret."),
}


def findings(folder):
    checkov = pathlib.Path(sys.executable).with_name("checkov")
    command = [checkov, "--framework", "cloudformation", "--skip-download", "--quiet", "--compact", "--output", "json"]
    done = subprocess.run([*command, "--directory", folder], capture_output=True, text=True)
    report = json.loads(done.stdout)
    # Nothing to check looks like this, too.
    if not report.get("results") or report["summary"]["parsing_errors"] or report["summary"]["passed"] == 0:
        sys.exit(f"checkov did not read the templates:\n{done.stdout}{done.stderr}")
    print(f"checkov: {report['summary']['passed']} checks passed")
    for found in report["results"]["failed_checks"]:
        template = pathlib.Path(found["file_path"]).stem
        yield found["check_id"], f"{template}:{found['resource'].rsplit('.', 1)[1]}", found["check_name"]


used = set()
unexcused = []
for check, resource, name in findings(sys.argv[1]):
    if check in EXCUSED and fnmatch.fnmatchcase(resource, EXCUSED[check][0]):
        used.add(check)
    else:
        unexcused.append(f"{check} {resource}: {name}")
unneeded = [f"{check}: nothing needs this excuse any more" for check in sorted(EXCUSED.keys() - used)]
print("\n".join(unexcused + unneeded) or f"{len(used)} kinds of findings are excused")
sys.exit(bool(unexcused or unneeded))
