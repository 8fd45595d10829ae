"""Plants a fault in the answers that schemathesis sees, to show that it finds such faults: QRATE_PLANT names it."""

import json
import os

import schemathesis

FAULTS = {
    # A status that the description does not have.
    "status": lambda answer: setattr(answer, "status_code", 299),
    # A member that the description requires.
    "member": lambda answer: without(answer, "seq"),
    # A value of another type.
    "type": lambda answer: changed(answer, "total", "many"),
}


def without(answer, name):
    members = json.loads(answer.content)
    members.pop(name, None)
    set_content(answer, members)


def changed(answer, name, value):
    members = json.loads(answer.content)
    if name in members:
        members[name] = value
    set_content(answer, members)


def set_content(answer, members):
    answer.content = json.dumps(members).encode()


@schemathesis.hook
def after_call(context, case, response):
    plant = os.environ.get("QRATE_PLANT")
    is_listing = case.operation.label == "GET /api/v1/spaces/{space}/entries"
    if plant and is_listing and response.status_code == 200:
        FAULTS[plant](response)
