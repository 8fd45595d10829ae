"""Runs the state machine of serverless.yaml on a stand-in for AWS (MiniStack), with the program itself as its functions:
the device's three types, and mistakes. `states.py PROGRAM`. The gateway in front is not there: its templates are rendered
by gateway.mjs."""

import contextlib
import io
import json
import os
import pathlib
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile

import boto3
import reading
from botocore.config import Config

ROOT = pathlib.Path(__file__).resolve().parents[2]
ACCOUNT, REGION = "000000000000", "us-east-1"
BUCKET = f"qrate-a-{ACCOUNT}-{REGION}"
STARTS_WITHIN_S = 30
RESOURCES = reading.read(ROOT / "deploy")["serverless"]["Resources"]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextlib.contextmanager
def ministack():
    port = free_port()
    command = [ROOT / "tools/test-servers.sh", "serve", "ministack", str(port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        endpoint = f"http://127.0.0.1:{port}"
        for _ in range(STARTS_WITHIN_S * 10):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{endpoint}/_ministack/health")
                break
            time.sleep(0.1)
        try:
            yield endpoint
        finally:
            # It ends with its standard input.
            server.stdin.close()


def archive(program):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as content:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o755 << 16
        content.writestr(entry, program.read_bytes(), zipfile.ZIP_DEFLATED)
    return file.getvalue()


def resolved(part):
    """A part of the template for the deployment `a`."""
    if isinstance(part, list):
        return [resolved(item) for item in part]
    if isinstance(part, dict) and list(part) == ["Fn::Sub"]:
        names = {"Deployment": "a", "AWS::AccountId": ACCOUNT, "AWS::Region": REGION, "AWS::Partition": "aws"}
        text = part["Fn::Sub"]
        for name, value in names.items():
            text = text.replace("${%s}" % name, value)
        return text
    if isinstance(part, dict):
        return {name: resolved(value) for name, value in part.items()}
    return part


def functions(client, program, variables):
    """Makes the three functions; returns their ARNs by the names in the definition."""
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}]}
    iam = client("iam")
    iam.create_role(RoleName="serve", AssumeRolePolicyDocument=json.dumps(trust))
    # What the template allows, and no more; this stand-in wants another permission for several messages at once.
    policy = json.dumps(resolved(RESOURCES["GalleryPolicy"]["Properties"]["PolicyDocument"]))
    policy = policy.replace('"sqs:SendMessage"', '"sqs:SendMessage", "sqs:SendMessageBatch"')
    iam.put_role_policy(RoleName="serve", PolicyName="gallery", PolicyDocument=policy)
    code, arns = archive(program), {}
    for name in ("Generate", "Retrieve", "Delete"):
        made = client("lambda").create_function(
            FunctionName=f"qrate-a-{name.lower()}",
            Runtime="provided.al2023",
            Handler="bootstrap",
            Role=f"arn:aws:iam::{ACCOUNT}:role/serve",
            Code={"ZipFile": code},
            Timeout=25,
            MemorySize=512,
            Environment={"Variables": variables},
        )
        arns[name] = made["FunctionArn"]
    return arns


def run(states, machine, event):
    done = states.start_sync_execution(stateMachineArn=machine, input=json.dumps(event))
    if done["status"] != "SUCCEEDED":
        sys.exit(f"{event}: {done['status']}: {done.get('error')} {done.get('cause')}")
    answer = json.loads(done["output"])
    return answer["status"], answer["contentType"], json.loads(answer["body"])


def expect(what, seen, wanted):
    if seen != wanted:
        sys.exit(f"{what}: {seen!r} instead of {wanted!r}")


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    with ministack() as endpoint:
        key = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        aws = {"AWS_ENDPOINT_URL": endpoint, "AWS_REGION": REGION, "AWS_EC2_METADATA_DISABLED": "true"}
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "QRATE_"))}
        setup = [program, "setup", "--yes", "--bucket", BUCKET, "--table", "qrate-a", "--queue", "qrate-a"]
        subprocess.run([*setup, "--jobs-queue", "qrate-a-jobs"], check=True, stdout=subprocess.DEVNULL,
                       env=clean | aws | key)

        def client(service):
            return boto3.client(service, endpoint_url=endpoint, region_name=REGION, aws_access_key_id="test",
                                aws_secret_access_key="test", config=Config(inject_host_prefix=False, read_timeout=120))

        jobs = client("sqs").get_queue_url(QueueName="qrate-a-jobs")["QueueUrl"]
        variables = aws | key | {"QRATE_BUCKET": BUCKET, "QRATE_TABLE": "qrate-a", "QRATE_JOBS_QUEUE": jobs}
        arns = functions(client, program, variables)
        definition = json.dumps(RESOURCES["DeviceStates"]["Properties"]["Definition"])
        for name, arn in arns.items():
            definition = definition.replace("${%s}" % name, arn)
        states = client("stepfunctions")
        machine = states.create_state_machine(
            name="qrate-a-device", definition=definition, type="EXPRESS", roleArn=f"arn:aws:iam::{ACCOUNT}:role/serve"
        )["stateMachineArn"]

        def ask(**wish):
            return run(states, machine, {"device": wish, "idempotencyKey": ""})

        text = "it's \"quoted\" \\ ünïcode 🍝"
        status, _, made = ask(type="GENERATE", deviceId="phone one", string=text, filename="menu.png")
        expect("GENERATE", (status, made["string"], made["filename"]), (200, text, "menu.png"))
        status, _, found = ask(type="RETRIEVE", deviceId="phone one", filename="menu.png")
        expect("RETRIEVE", (status, found["count"], found["images"][0]["image"]), (200, 1, made["image"]))
        expect("another device", ask(type="RETRIEVE", deviceId="phone two")[2]["count"], 0)
        expect("DELETE", ask(type="DELETE", deviceId="phone one", filename="menu.png")[::2], (200, {"deleted": True}))
        expect("DELETE again", ask(type="DELETE", deviceId="phone one", filename="menu.png")[2], {"deleted": False})
        problem = "application/problem+json"
        expect("no text", ask(type="GENERATE", deviceId="a", filename="f")[:2], (400, problem))
        expect("too long", ask(type="GENERATE", deviceId="a", filename="f", string="x" * 8000)[:2], (422, problem))
        expect("unknown type", ask(type="PAINT", deviceId="a")[:2], (400, problem))
        expect("too large", run(states, machine, {"tooLarge": True})[:2], (413, problem))
    print("the device's three types and four mistakes come out of the state machine as they should")


if __name__ == "__main__":
    main()
