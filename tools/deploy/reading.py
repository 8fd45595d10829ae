"""Reads the CloudFormation templates in deploy/ as they stand: the short form of a function (`!Ref X`) becomes its long
one ({"Ref": "X"}), and nothing is evaluated, except where `text` says so. Not here: what CloudFormation would make of a
template with parameters (template.py)."""

import functools
import json
import pathlib
import re

import yaml

NAMES = ("data", "data-one", "ec2", "ec2-one", "serverless")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    pass


def _function(loader, name, node):
    long_name = name if name in ("Ref", "Condition") else f"Fn::{name}"
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        return {long_name: value.split(".", 1) if name == "GetAtt" else value}
    if isinstance(node, yaml.SequenceNode):
        return {long_name: loader.construct_sequence(node, deep=True)}
    return {long_name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _function)
# A date is no use to a template: `Version: 2012-10-17` without quotes would become one.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(folder):
    """The templates of a folder by name. Nobody may change them: each text is read only once."""
    return {name: _parse(pathlib.Path(folder, f"{name}.yaml").read_text()) for name in NAMES}


@functools.lru_cache
def _parse(text_of_template):
    return yaml.load(text_of_template, _Loader)


def text(value):
    """A value as a text, with `Fn::Sub` and `Fn::Join` taken as they stand and references as `${Name}`."""
    if isinstance(value, dict) and len(value) == 1:
        ((name, argument),) = value.items()
        if name == "Fn::Sub":
            return argument if isinstance(argument, str) else argument[0]
        if name == "Fn::Join":
            return argument[0].join(text(part) for part in argument[1])
        if name == "Fn::Base64":
            return text(argument)
        if name == "Ref":
            return "${%s}" % argument
        if name == "Fn::GetAtt":
            return "${%s}" % ".".join(argument)
    return value if isinstance(value, str) else json.dumps(value)


def user_data(templates, name):
    """The script that a machine runs at its start."""
    resources = templates[name]["Resources"]
    if name == "ec2":
        return text(resources["LaunchTemplate"]["Properties"]["LaunchTemplateData"]["UserData"])
    parts = text(resources["Instance"]["Properties"]["UserData"])
    return re.search(r"^#!/bin/bash\n.*?(?=\n--qrate-user-data--)", parts, re.MULTILINE | re.DOTALL).group() + "\n"


def script(templates, name):
    """`user_data` with something in the place of every parameter, so that it can be read as a script."""
    head, rest = user_data(templates, name).split("\n# -- From here ", 1)
    return re.sub(r"\$\{[A-Za-z0-9:.]+\}", "filled-in", head) + "\n# -- From here " + rest


def state_machine(templates):
    """The definition of the device's state machine as JSON, with its functions filled in."""
    properties = templates["serverless"]["Resources"]["DeviceStates"]["Properties"]
    definition = json.dumps(properties["Definition"], indent=2)
    for name in properties["DefinitionSubstitutions"]:
        arn = f"arn:aws:lambda:us-east-1:123456789012:function:qrate-a-{name.lower()}"
        definition = definition.replace("${%s}" % name, arn)
    return definition


def gateway_templates(templates):
    """What gateway.mjs renders: the device's request and responses by name."""
    integration = templates["serverless"]["Resources"]["DeviceMethod"]["Properties"]["Integration"]
    answers = {answer["StatusCode"]: answer for answer in integration["IntegrationResponses"]}
    request = text(integration["RequestTemplates"]["application/json"])
    return {
        "request": request.replace(
            "${DeviceStates}", "arn:aws:states:us-east-1:123456789012:stateMachine:qrate-a-device"
        ),
        "response": answers["200"]["ResponseTemplates"]["application/json"],
        "notStarted": answers["503"]["ResponseTemplates"]["application/json"],
    }
