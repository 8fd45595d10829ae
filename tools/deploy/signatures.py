"""Runs what the user data says to AWS against a stand-in, which checks each signature as AWS does: `signatures.py
FOLDER`. Not here: everything else that the user data does, for which a whole machine boots (`make test-deploy`)."""

import hashlib
import hmac
import http.server
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading

import reading

KEYS = {"AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": "secret/+=", "Token": "token/+=%"}
PACKAGE = b"the package"
LINES = [
    {"MESSAGE": '{"level": "INFO", "message": "it\'s \\"on\\""}', "__REALTIME_TIMESTAMP": "1796000000000000"},
    {"MESSAGE": [0x4B, 0xE4, 0x73, 0x65], "__REALTIME_TIMESTAMP": "1796000000001000"},
] + [{"MESSAGE": "x" * 9000, "__REALTIME_TIMESTAMP": "1796000000002000"}] * 40


class Aws(http.server.BaseHTTPRequestHandler):
    """The machine's metadata, and S3, CloudFormation and CloudWatch Logs."""

    requests = []
    refuses_logs = False

    def do_PUT(self):
        self.answer(b"metadata-token")

    def do_GET(self):
        if self.path.startswith("/latest/"):
            if self.headers["X-aws-ec2-metadata-token"] != "metadata-token":
                return self.answer(b"", 401)
            paths = {
                "/latest/meta-data/instance-id": b"i-0123456789abcdef0",
                "/latest/meta-data/iam/security-credentials/": b"the-role",
                "/latest/meta-data/iam/security-credentials/the-role": json.dumps(KEYS).encode(),
            }
            return self.answer(paths[self.path])
        self.check(b"", "s3")
        self.answer(PACKAGE)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        target = self.headers.get("X-Amz-Target")
        self.check(body, "logs" if target else "cloudformation")
        if target and self.refuses_logs:
            return self.answer(b"{}", 400)
        Aws.requests.append((target or "form", body.decode()))
        self.answer(b"{}")

    def check(self, body, service):
        """Signature version 4: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html"""
        fields = dict(re.findall(r"(\w+)=([^, ]+)", self.headers["Authorization"]))
        scope = fields["Credential"].split("/")[1:]
        signed = fields["SignedHeaders"].split(";")
        # S3 refuses a request without it; elsewhere it may be left out.
        digest = self.headers["x-amz-content-sha256"] or (service != "s3" and hashlib.sha256(body).hexdigest())
        assert digest == hashlib.sha256(body).hexdigest(), f"{service}: no digest of the body"
        assert "x-amz-security-token" in signed and self.headers["x-amz-security-token"] == KEYS["Token"]
        assert scope[1:] == ["eu-central-1", service, "aws4_request"], scope
        headers = "".join(f"{name}:{self.headers[name].strip()}\n" for name in signed)
        request = "\n".join([self.command, self.path, "", headers, ";".join(signed), digest])
        to_sign = "\n".join(
            [
                "AWS4-HMAC-SHA256",
                self.headers["X-Amz-Date"],
                "/".join(scope),
                hashlib.sha256(request.encode()).hexdigest(),
            ]
        )
        key = ("AWS4" + KEYS["SecretAccessKey"]).encode()
        for part in [*scope, to_sign]:
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        assert key.hex() == fields["Signature"], f"{service}: wrong signature"

    def answer(self, body, status=200):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def here_document(script, file, quoted=True):
    opening = f"{file} <<'END'\n" if quoted else f"{file} <<END\n"
    return script.split(opening, 1)[1].split("\nEND\n", 1)[0] + "\n"


def function(script, name):
    return re.search(rf"^{name}\(\) {{\n.*?^}}\n", script, re.MULTILINE | re.DOTALL).group()


def bash(folder, script, address):
    """Runs a part of the user data as if AWS were at this address, and the machine's files in this folder."""
    script = script.replace("http://169.254.169.254", address)
    script = re.sub(r"https://[^/\"]*amazonaws\.com", address, script)
    for path in ("/usr/local/lib/qrate", "/var/lib/qrate-logs", "/var/tmp"):
        script = script.replace(path, f"{folder}{path}")
        pathlib.Path(f"{folder}{path}").mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "PATH": f"{folder}/bin:{os.environ['PATH']}"}
    return subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True)


def run(script, folder, address):
    aws = "region=eu-central-1 deployment=shop\n" + here_document(script, "/usr/local/lib/qrate/aws.sh")
    architecture = os.uname().machine.replace("aarch64", "arm64")
    names = f"set -Eeuo pipefail\nstack=s resource=Pages instance=i-1 packages=p architecture={architecture}\n"
    package = "package_key=1.0.0/abc/qrate\npackage_sha256=%s\n"
    install = aws + names + function(script, "tell") + function(script, "install_package")
    install += 'install_program() { cp "$1" /var/tmp/program; }\n'

    right = package % hashlib.sha256(PACKAGE).hexdigest()
    done = bash(folder, install + right + "install_package\ntell SUCCESS", address)
    assert done.returncode == 0, done.stderr
    assert pathlib.Path(folder, "var/tmp/program").read_bytes() == PACKAGE
    kind, form = Aws.requests.pop()
    assert kind == "form" and "LogicalResourceId=Pages" in form and "Status=SUCCESS" in form, form
    pathlib.Path(folder, "var/tmp/program").unlink()
    done = bash(folder, install + package % ("0" * 64) + "install_package", address)
    installed = pathlib.Path(folder, "var/tmp/program").exists()
    assert done.returncode != 0 and not installed, "another package was installed"

    # A journal that says from where on it was asked.
    journal = pathlib.Path(folder, "bin/journalctl")
    journal.parent.mkdir()
    lines = pathlib.Path(folder, "journal")
    lines.write_text("\n".join(json.dumps(line) for line in LINES) + "\n")
    journal.write_text(f"#!/bin/bash\n[ -e next ] || cat {lines}\necho new > next\n")
    journal.chmod(0o755)
    sender = here_document(script, "/usr/local/lib/qrate/send-logs")
    pathlib.Path(folder, "usr/local/lib/qrate/aws.sh").write_text(aws.replace("http://169.254.169.254", address))

    Aws.refuses_logs = True
    assert bash(folder, sender, address).returncode != 0, "a refused log is no success"
    Aws.refuses_logs = False
    done = bash(folder, sender, address)
    assert done.returncode == 0, done.stderr
    (first, stream), *batches = Aws.requests
    assert first.endswith(".CreateLogStream"), first
    assert json.loads(stream) == {"logGroupName": "/qrate/shop/instances", "logStreamName": "i-0123456789abcdef0"}
    sent = []
    for kind, batch in batches:
        assert kind.endswith(".PutLogEvents") and len(batch.encode()) <= 1_048_576, kind
        sent += json.loads(batch)["logEvents"]
    assert [event["timestamp"] for event in sent[:3]] == [1796000000000, 1796000000001, 1796000000002]
    assert sent[0]["message"] == LINES[0]["MESSAGE"] and sent[1]["message"] == "K\ufffdse" and len(sent) == len(LINES)
    Aws.requests.clear()
    assert bash(folder, sender, address).returncode == 0 and Aws.requests == [], "what was sent is not sent again"


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Aws)
threading.Thread(target=server.serve_forever, daemon=True).start()
all_templates = reading.read(sys.argv[1])
for template in ("ec2", "ec2-one"):
    with tempfile.TemporaryDirectory() as temporary:
        run(reading.user_data(all_templates, template), temporary, f"http://127.0.0.1:{server.server_port}")
print("the user data fetches its package, reports and logs, each time with a signature that holds")
