"""What a person does with a deployment, through whatever stands in front of it. Part of `make test-deploy`.

    visit.py visit URL [--as HOST] [--photo]    loads the page, opens the event stream, saves a code by the page's form,
                                                sees it in the stream, downloads it, uploads a photo and waits until it
                                                is worked on; prints what was done, and id and text of the code
    visit.py has URL ID TEXT [--as HOST]        the entry is there, with this text and with its file
    visit.py until URL [--as HOST]              waits until the server is ready, two minutes at most

HOST is the name in the browser's address bar, if it is not that of URL. Anything unexpected ends it with an error.
"""

import argparse
import hashlib
import http.client
import json
import time
import urllib.parse
import uuid

PATIENCE_SECONDS = 60


class Visitor:
    """Sends requests like a browser that shows pages of this server."""

    def __init__(self, url, name):
        parts = urllib.parse.urlsplit(url)
        self.address = (parts.hostname, parts.port or 80)
        self.name = name or parts.netloc

    def ask(self, method, path, body=None, headers=None, expect=200):
        connection = http.client.HTTPConnection(*self.address, timeout=PATIENCE_SECONDS)
        own = {"Host": self.name, "Origin": f"http://{self.name}"}
        connection.request(method, path, body, own | (headers or {}))
        response = connection.getresponse()
        data = response.read()
        connection.close()
        if response.status != expect:
            raise SystemExit(f"{method} {path} answers {response.status} instead of {expect}: {data[:500]!r}")
        return data

    def json(self, *arguments, **options):
        return json.loads(self.ask(*arguments, **options))

    def events(self, after):
        """The changes after that one, as they come."""
        connection = http.client.HTTPConnection(*self.address, timeout=PATIENCE_SECONDS)
        connection.request("GET", f"/api/v1/spaces/main/events?after={after}", headers={"Host": self.name})
        response = connection.getresponse()
        if response.status != 200:
            raise SystemExit(f"the event stream answers {response.status}: {response.read()[:500]!r}")
        kind = None
        for line in response:
            field, _, value = line.decode().rstrip("\n").partition(": ")
            if field == "event":
                kind = value
            elif field == "data":
                yield kind, json.loads(value)
        raise SystemExit("the event stream has ended")


def expect_change(stream, what, wanted):
    """Reads the stream until a change is the wanted one. A proxy that buffers would keep it back for ever."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    for kind, data in stream:
        if kind == "change" and wanted(data["entry"]):
            return data["entry"]
        if time.monotonic() > deadline:
            raise SystemExit(f"the event stream does not show {what}")


def visit(visitor, with_photo):
    page = visitor.ask("GET", "/").decode()
    if not page.rstrip().endswith("</html>"):
        raise SystemExit("the page is not whole")
    seq = visitor.json("GET", "/api/v1/spaces/main/entries?limit=1")["seq"]
    stream = visitor.events(seq)
    if next(stream)[0] != "hello":
        raise SystemExit("the event stream does not begin with hello")

    text = f"https://example.org/{uuid.uuid4()}"
    visitor.ask("POST", "/s/main/save", urllib.parse.urlencode({"text": text}),
                {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"})
    saved = expect_change(stream, "the save", lambda entry: entry.get("value") == text)
    has(visitor, saved["id"], text)
    done = ["page", "save", "stream", "download"]

    if with_photo:
        picture = visitor.ask("GET", "/qr?text=photo&format=png&size=640")
        # Its own trailing bytes make every photo another one; a PNG ends before them.
        picture += uuid.uuid4().bytes
        photo = visitor.json("POST", f"/api/v1/spaces/main/photos?name={uuid.uuid4()}.png", picture,
                             {"Content-Type": "image/png"}, expect=201)["entry"]

        def ended(entry):
            return entry["id"] == photo["id"] and all(
                stage["state"] not in ("waiting", "working") for stage in entry["photo"]["stages"])
        entry = expect_change(stream, "the end of the work on the photo", ended)
        failed = [stage for stage in entry["photo"]["stages"] if stage["state"] == "failed"]
        if failed:
            raise SystemExit(f"the work on the photo failed: {failed}")
        if not visitor.ask("GET", f"/api/v1/spaces/main/entries/{photo['id']}/thumbnail"):
            raise SystemExit("the thumbnail is empty")
        if visitor.ask("GET", f"/api/v1/spaces/main/entries/{photo['id']}/file") != picture:
            raise SystemExit("the photo comes back changed")
        done += ["upload", "thumbnail", "original"]
    print(f"done: {', '.join(done)}; as {visitor.name}")
    print(saved["id"], text)


def has(visitor, number, text):
    entry = visitor.json("GET", f"/api/v1/spaces/main/entries/{number}")
    if entry["value"] != text:
        raise SystemExit(f"entry {number} holds {entry['value']!r} instead of {text!r}")
    file = visitor.ask("GET", f"/api/v1/spaces/main/entries/{number}/file")
    if hashlib.sha256(file).hexdigest() != entry["sha256"]:
        raise SystemExit(f"the file of entry {number} has another digest than the entry says")


def until_ready(visitor):
    deadline = time.monotonic() + 2 * PATIENCE_SECONDS
    while True:
        try:
            visitor.ask("GET", "/readyz")
            return
        except (OSError, http.client.HTTPException, SystemExit) as error:
            if time.monotonic() > deadline:
                raise SystemExit(f"it is not ready: {error}") from error
        time.sleep(0.2)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["visit", "has", "until"])
    parser.add_argument("url")
    parser.add_argument("entry", nargs="*")
    parser.add_argument("--as", dest="name")
    parser.add_argument("--photo", action="store_true")
    arguments = parser.parse_args()
    visitor = Visitor(arguments.url, arguments.name)
    if arguments.what == "visit":
        visit(visitor, arguments.photo)
    elif arguments.what == "has":
        has(visitor, int(arguments.entry[0]), arguments.entry[1])
    else:
        until_ready(visitor)


main()
