"""Reads a CloudFormation template as CloudFormation would, for the parts of `make test-deploy` that rehearse what no
server here does: parameters with their defaults, conditions, and the functions that the templates use. A resource that
another one names is its logical id, unless REFERENCES says otherwise; of its attributes, those in ATTRIBUTES are known,
and others are `ID.ATTRIBUTE`.

    template.py FILE user-data RESOURCE [NAME=VALUE …]   prints the user data of a launch template or an instance
    template.py FILE resource RESOURCE [NAME=VALUE …]    prints a resource as JSON
"""

import json
import os
import re
import sys

import yaml

# MiniStack's.
ACCOUNT = "000000000000"
REGION = "eu-central-1"
NOTHING = object()
# The fixed address of a machine is the one that it has here (tools/deploy/common.sh).
REFERENCES = {"Address": "10.231.7.2"}
ATTRIBUTES = {"LoadBalancer.DNSName": f"qrate-balancer-1.{REGION}.elb.amazonaws.com"}


class Template:
    """A template with its parameters."""

    def __init__(self, path, parameters=None):
        with open(path, encoding="utf-8") as file:
            self.document = yaml.load(file, _Loader)
        given = dict(parameters or {})
        self.parameters = {}
        for name, parameter in self.document.get("Parameters", {}).items():
            if name in given:
                self.parameters[name] = given.pop(name)
            elif "Default" in parameter:
                self.parameters[name] = parameter["Default"]
            else:
                raise ValueError(f"the parameter {name} has no default and is not given")
        if given:
            raise ValueError(f"the template has no parameters {sorted(given)}")
        kind = os.path.basename(path).partition(".")[0]
        stack = f"qrate-{self.parameters.get('Deployment')}-{kind}"
        self.pseudo = {
            "AWS::AccountId": ACCOUNT, "AWS::Region": REGION, "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com", "AWS::StackName": stack, "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{stack}/1",
            "AWS::NoValue": NOTHING,
        }

    def resources(self, kind=None):
        """The resources whose condition holds: by logical id, of one type or all."""
        chosen = {}
        for name, resource in self.document["Resources"].items():
            if (kind is None or resource["Type"] == kind) and self._holds(resource.get("Condition")):
                chosen[name] = self.resolve(resource)
        return chosen

    def resolve(self, value):
        """The value with every function applied."""
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not NOTHING]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (name, argument), = value.items()
            function = _FUNCTIONS.get(name)
            if function:
                return function(self, argument)
            if name.startswith("Fn::"):
                raise ValueError(f"the function {name} is unknown")
        resolved = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not NOTHING}

    def _holds(self, name):
        return name is None or self.resolve(self.document["Conditions"][name])

    def _ref(self, name):
        if name in self.pseudo:
            return self.pseudo[name]
        if name in self.parameters:
            value = self.parameters[name]
            kind = self.document["Parameters"][name]["Type"]
            is_list = kind.startswith(("CommaDelimited", "List<")) and isinstance(value, str)
            return value.split(",") if is_list else value
        if name not in self.document["Resources"]:
            raise ValueError(f"nothing is called {name}")
        return REFERENCES.get(name, name)

    def _sub(self, argument):
        text, own = argument if isinstance(argument, list) else (argument, {})

        def replace(match):
            name = match.group(1)
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in own:
                return str(self.resolve(own[name]))
            return _attribute(name) if "." in name else str(self._ref(name))
        return re.sub(r"\$\{([^}]+)\}", replace, text)

    def _if(self, argument):
        condition, yes, no = argument
        return self.resolve(yes if self._holds(condition) else no)

    def _join(self, argument):
        return str(argument[0]).join(map(str, self.resolve(argument[1])))

    def _select(self, argument):
        return self.resolve(argument[1])[int(self.resolve(argument[0]))]

    def _find(self, argument):
        table, first, second = (self.resolve(part) for part in argument[:3])
        return self.resolve(self.document["Mappings"][table][first][str(second)])


def _attribute(path):
    return ATTRIBUTES.get(path, path)


_FUNCTIONS = {
    "Ref": Template._ref,
    "Condition": lambda self, name: self._holds(name) if isinstance(name, str) else {"Condition": self.resolve(name)},
    "Fn::Sub": Template._sub,
    "Fn::If": Template._if,
    "Fn::Equals": lambda self, pair: str(self.resolve(pair[0])) == str(self.resolve(pair[1])),
    "Fn::Not": lambda self, one: not self.resolve(one[0]),
    "Fn::And": lambda self, all_of: all(self.resolve(item) for item in all_of),
    "Fn::Or": lambda self, any_of: any(self.resolve(item) for item in any_of),
    "Fn::Join": Template._join,
    "Fn::Select": Template._select,
    "Fn::Split": lambda self, pair: str(self.resolve(pair[1])).split(pair[0]),
    "Fn::FindInMap": Template._find,
    "Fn::GetAtt": lambda self, path: _attribute(path if isinstance(path, str) else ".".join(path)),
    "Fn::GetAZs": lambda self, region: [REGION + letter for letter in "abc"],
    # What is encoded is read here.
    "Fn::Base64": lambda self, text: self.resolve(text),
}


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms."""


def _short_form(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_form)
# The version of the format looks like a date.
_Loader.yaml_implicit_resolvers = {
    first: [rule for rule in rules if rule[0] != "tag:yaml.org,2002:timestamp"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def main():
    path, what, name, *given = sys.argv[1:]
    template = Template(path, dict(parameter.split("=", 1) for parameter in given))
    resource = template.resources()[name]
    if what == "user-data":
        properties = resource["Properties"]
        print(properties.get("LaunchTemplateData", properties)["UserData"])
    else:
        print(json.dumps(resource, indent=2))


if __name__ == "__main__":
    main()
