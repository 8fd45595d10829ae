"""Writes what of the templates other languages are written in: `extract.py FOLDER INTO`."""

import json
import pathlib
import sys

import reading

templates = reading.read(sys.argv[1])
into = pathlib.Path(sys.argv[2])
into.mkdir(exist_ok=True)
into.joinpath("states.json").write_text(reading.state_machine(templates))
into.joinpath("gateway.json").write_text(json.dumps(reading.gateway_templates(templates)))
for name in ("ec2", "ec2-one"):
    into.joinpath(f"{name}.sh").write_text(reading.script(templates, name))
