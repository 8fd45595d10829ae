"""Stands in for the metadata service of an instance (IMDSv2): user data, identity, and the credentials of its role.
Part of `make test-deploy`.

    metadata.py USER_DATA CREDENTIALS ROLE

CREDENTIALS is a file with the answer that the role's credentials get, ROLE the value of the tag qrate:role. Without a
token, as a forged request would be, everything is refused; only to cloud-init, which asks with one when the firmware
says that it runs in EC2, it is given all the same.
"""

import http.server
import json
import sys

from template import ACCOUNT, REGION

TTL = "X-aws-ec2-metadata-token-ttl-seconds"
TOKEN = "a-token-of-the-session"
INSTANCE = "i-0123456789abcdef0"
ADDRESS = "10.231.7.2"


def tree(user_data, credentials, role):
    """What each address answers; those that end with a slash list what is below them."""
    leaves = {
        "user-data": user_data,
        "dynamic/instance-identity/document": json.dumps({
            "accountId": ACCOUNT, "architecture": "x86_64", "availabilityZone": REGION + "a", "imageId": "ami-1",
            "instanceId": INSTANCE, "instanceType": "t3.micro", "privateIp": ADDRESS, "region": REGION}),
        "meta-data/ami-id": "ami-1",
        "meta-data/instance-id": INSTANCE,
        "meta-data/instance-type": "t3.micro",
        "meta-data/hostname": "ip-10-231-7-2",
        "meta-data/local-hostname": "ip-10-231-7-2",
        "meta-data/local-ipv4": ADDRESS,
        "meta-data/public-ipv4": ADDRESS,
        "meta-data/placement/availability-zone": REGION + "a",
        "meta-data/placement/region": REGION,
        "meta-data/services/domain": "amazonaws.com",
        "meta-data/services/partition": "aws",
        "meta-data/iam/security-credentials/instance": credentials,
        "meta-data/tags/instance/qrate:role": role,
    }
    folders = {}
    for path in leaves:
        parts = path.split("/")
        for depth in range(1, len(parts)):
            below = parts[depth] + ("/" if depth + 1 < len(parts) else "")
            folders.setdefault("/".join(parts[:depth]) + "/", {})[below] = None
    return leaves | {folder: "\n".join(names) for folder, names in folders.items()}


class Metadata(http.server.BaseHTTPRequestHandler):
    """Answers for every version of the service alike."""

    protocol_version = "HTTP/1.1"
    answers = {}

    def do_PUT(self):
        seconds = self.headers.get(TTL)
        if self.path == "/latest/api/token" and seconds:
            self.answer(200, TOKEN, seconds)
        else:
            self.answer(400, "")

    def do_GET(self):
        is_cloud_init = self.headers.get("User-Agent", "").startswith(("Cloud-Init", "python-requests"))
        if self.headers.get("X-aws-ec2-metadata-token") != TOKEN and not is_cloud_init:
            self.answer(401, "")
            return
        path = self.path.lstrip("/").partition("/")[2]
        found = self.answers.get(path, self.answers.get(path + "/"))
        if path == "":
            found = "dynamic\nmeta-data\nuser-data"
        self.answer(404 if found is None else 200, found or "")

    def answer(self, status, text, token_seconds=None):
        data = text.encode()
        self.send_response(status)
        if token_seconds:
            self.send_header(TTL, token_seconds)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments):
        """Who asked for what is not of interest."""


def main():
    user_data, credentials, role = sys.argv[1:]
    with open(user_data, encoding="utf-8") as user_file, open(credentials, encoding="utf-8") as credentials_file:
        Metadata.answers = tree(user_file.read(), credentials_file.read(), role)
    http.server.ThreadingHTTPServer(("169.254.169.254", 80), Metadata).serve_forever()


main()
