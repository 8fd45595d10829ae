"""Prepares a stand-in for an account of AWS (MiniStack) as the data stack of a deployment would: the bucket of packages
with a package, the log group, and the role of the instances with the policies of the template. Part of `make
test-deploy`.

    account.py ENDPOINT TEMPLATE ARCHITECTURE FILE CREDENTIALS [NAME=VALUE …]

Writes the credentials of that role into CREDENTIALS, as the metadata service of an instance answers them, and prints
the parameters that name the package. `qrate setup` makes the rest.
"""

import hashlib
import json
import sys

import boto3
from template import ACCOUNT, REGION, Template

TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}]}


def main():
    endpoint, path, version, package, credentials, *given = sys.argv[1:]
    parameters = dict(parameter.split("=", 1) for parameter in given)

    def client(service):
        return boto3.client(service, endpoint_url=endpoint, region_name=REGION, aws_access_key_id="test",
                            aws_secret_access_key="test")

    with open(package, "rb") as file:
        content = file.read()
    digest = hashlib.sha256(content).hexdigest()
    key = f"{version}/{digest}/{package.rpartition('/')[2]}"
    bucket = f"qrate-{parameters['Deployment']}-packages-{ACCOUNT}-{REGION}"
    client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    client("s3").put_object(Bucket=bucket, Key=key, Body=content)

    client("logs").create_log_group(logGroupName=f"/qrate/{parameters['Deployment']}/instances")
    parameters |= {"PackageKey": key, "PackageSha256": digest}
    template = Template(path, parameters)
    # The role that machines take.
    chosen = [name for name, role in template.resources("AWS::IAM::Role").items()
              if "ec2.amazonaws.com" in json.dumps(role["Properties"]["AssumeRolePolicyDocument"])]
    if len(chosen) != 1:
        raise SystemExit(f"{path} has {len(chosen)} roles for machines")
    policies = template.resources("AWS::IAM::Role")[chosen[0]]["Properties"].get("Policies", [])
    policies += [policy["Properties"] for policy in template.resources("AWS::IAM::Policy").values()
                 if chosen[0] in policy["Properties"]["Roles"]]
    iam = client("iam")
    iam.create_role(RoleName="instance", AssumeRolePolicyDocument=json.dumps(TRUST))
    for policy in policies:
        document = json.dumps(policy["PolicyDocument"])
        # MiniStack asks for separate actions for batches, of which AWS has none, and calls a group of logs by its name
        # alone.
        for action in ("sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:SendMessage"):
            document = document.replace(f'"{action}"', f'"{action}", "{action}Batch"')
        document = document.replace('/instances:*"', '/instances"')
        iam.put_role_policy(RoleName="instance", PolicyName=policy["PolicyName"], PolicyDocument=document)
    role = f"arn:aws:iam::{ACCOUNT}:role/instance"
    assumed = client("sts").assume_role(RoleArn=role, RoleSessionName="i-0123456789abcdef0")["Credentials"]
    with open(credentials, "w", encoding="utf-8") as file:
        json.dump({"Code": "Success", "LastUpdated": "2026-01-01T00:00:00Z", "Type": "AWS-HMAC",
                   "AccessKeyId": assumed["AccessKeyId"], "SecretAccessKey": assumed["SecretAccessKey"],
                   "Token": assumed["SessionToken"], "Expiration": "2046-01-01T00:00:00Z"}, file)
    print(f"PackageKey={key}", f"PackageSha256={digest}")


main()
