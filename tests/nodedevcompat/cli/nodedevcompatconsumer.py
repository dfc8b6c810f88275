# nodedevcompatconsumer.py: those that read what is exported, or what their documentation says
#
# A consumer is there if its package is installed: python3-prometheus-client, prometheus
# (promtool), python3-nova, python3-yaml, ansible-core, kubernetes-client (kubectl). For one
# that is not, the grammar is checked that its documentation has, and that is said.
#
# Copyright (C) 2026 The libvirt-nodedev-compat authors
# SPDX-License-Identifier: LGPL-2.1-or-later

import functools
import json
import os
import re
import shutil
import subprocess
import sys

from nodedevcompattest import skip_case

# Which Python there is the module in: that of the test need not be Debian's
PYTHONS = [sys.executable, "/usr/bin/python3"]
LIMIT_NFD = 64 * 1024       # MaxFeatureFileSize in NFD's source/local/local.go


@functools.lru_cache(maxsize=None)
def python_with(module):
    """A Python that has the module, or None; says so once"""
    for program in PYTHONS:
        if os.access(program, os.X_OK) and subprocess.run(
                [program, "-c", "import " + module], stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=False).returncode == 0:
            return program
    skip_case("as read by " + module, "it is not installed; its documented grammar is checked")
    return None


@functools.lru_cache(maxsize=None)
def program(name):
    """The path of a program, or None; says so once"""
    found = shutil.which(name)
    if not found:
        skip_case("as read by " + name, "it is not installed; its documented grammar is checked")
    return found


def ask(interpreter, code, *args, stdin=""):
    """What the code prints as JSON; a string is an error"""
    done = subprocess.run([interpreter, "-c", code, *args], input=stdin.encode(),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else done.stderr.decode()


# Prometheus: "Exposition formats", the text format

METRIC = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*='
                    r'"(?:[^"\\\n]|\\[\\"n])*",?)*\})? (\d+)')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"')
UNESCAPE = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}

PROMETHEUS = """
import json, sys
from prometheus_client.parser import text_string_to_metric_families as parse
text = sys.stdin.buffer.read().decode("utf-8", "strict")
print(json.dumps([[sample.name, sample.labels, sample.value, family.type]
                  for family in parse(text) for sample in family.samples]))
"""


def _parse_metrics(text):
    found, typed = [], set()
    for line in text.split("\n")[:-1]:
        head = re.fullmatch(r"# (HELP|TYPE) (\w+) (.+)", line)
        if head:
            typed |= {head.group(2)} if head.group(1) == "TYPE" else set()
            continue
        match = METRIC.fullmatch(line)
        if not match or match.group(1) not in typed:
            return "no sample: " + line
        found.append([match.group(1), {
            name: re.sub(r'\\[\\"n]', lambda part: UNESCAPE[part.group()], value)
            for name, value in LABEL.findall(match.group(2) or "")}, float(match.group(3)),
                      "gauge"])
    return found


def read_metrics(text):
    """([[name, labels, value, type]], errors)"""
    found = _parse_metrics(text)
    if isinstance(found, str):
        return [], [found]
    wrong = [] if text.endswith("\n") else ["the last line does not end"]
    keys = [(name, tuple(sorted((key, value) for key, value in labels.items() if value)))
            for name, labels, _, _ in found]
    wrong += ["twice: %s" % (key,) for key in {key for key in keys if keys.count(key) > 1}]
    interpreter = python_with("prometheus_client.parser")
    if interpreter:
        other = ask(interpreter, PROMETHEUS, stdin=text)
        if other != found:
            wrong.append("prometheus_client reads %s, not %s" % (other, found))
    promtool = program("promtool")
    if promtool:
        done = subprocess.run([promtool, "check", "metrics"], input=text.encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        wrong += [] if done.returncode == 0 else [done.stdout.decode()]
    return found, wrong


# Nova: nova/compute/provider_config.py, which has the schema, and YAML

NOVA = """
import json, sys
from nova.compute import provider_config
found = provider_config.get_provider_configs(sys.argv[1])
print(json.dumps({name: provider["traits"]["additional"] for name, provider in found.items()}))
"""
YAML = """
import json, sys, yaml
print(json.dumps(yaml.safe_load(sys.stdin.buffer.read())))
"""
TRAIT = re.compile("CUSTOM_[A-Z0-9_]{1,248}")       # os_traits: 255 characters in all


def _parse_providers(text):
    """What a parser of YAML makes of it, for the lines that are written"""
    found = []
    for line in text.split("\n"):
        match = re.fullmatch(r" +(name|uuid): (?:\"(.*)\"|'(.*)')", line)
        if match:
            name = re.sub(r"\\(U[0-9a-f]{8}|[\"\\])", lambda part: chr(int(
                part.group(1)[1:], 16)) if part.group(1)[0] == "U" else part.group(1),
                          match.group(2)) if match.group(2) is not None else match.group(3)
            found.append({"identification": {match.group(1): name}, "traits": {"additional": []}})
        elif line.startswith("          - "):
            found[-1]["traits"]["additional"].append(line[12:])
        elif line.strip() and not re.fullmatch(
                r" *#.*|meta:|  schema_version: '1.0'|providers:|  - identification:|"
                "    traits:|      additional:", line):
            return "no such line: " + line
    return found


def read_providers(text, place):
    """({provider: traits}, errors); @place is an empty directory"""
    providers = _parse_providers(text)
    if isinstance(providers, str):
        return {}, [providers]
    found = {list(one["identification"].values())[0]: one["traits"]["additional"]
             for one in providers}
    wrong = ["no trait: " + name for traits in found.values() for name in traits
             if not TRAIT.fullmatch(name)]
    wrong += ["a provider has no traits, so that it is ignored"] * (not all(found.values()))
    wrong += ["a provider is there twice"] * (len(found) != len(providers))
    interpreter = python_with("yaml")
    if interpreter:
        whole = ask(interpreter, YAML, stdin=text)
        want = {"meta": {"schema_version": "1.0"}, "providers": providers}
        wrong += [] if whole == want else ["YAML has %s, not %s" % (whole, want)]
    interpreter = python_with("nova.compute.provider_config")
    if interpreter:
        with open(os.path.join(place, "provider.yaml"), "w", encoding="utf-8") as output:
            output.write(text)
        other = ask(interpreter, NOVA, place)
        wrong += [] if other == found else ["Nova reads %s, not %s" % (other, found)]
    return found, wrong


# Node Feature Discovery: "Input format" in docs/usage/customization-guide.md, and of
# Kubernetes "Labels and Selectors"

NAME = VALUE = re.compile(r"(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?")
NFD_NAMESPACE = "feature.node.kubernetes.io/"


def read_features(text):
    """({label: value}, errors)"""
    found, wrong = {}, []
    if len(text.encode()) > LIMIT_NFD:
        wrong.append("the file is larger than %d bytes, and ignored" % LIMIT_NFD)
    for line in text.split("\n"):
        line = line.strip()
        if line.startswith("# +"):
            wrong.append("a directive: " + line)
        if not line or line.startswith("#"):
            continue
        name, _, value = line.partition("=")
        if name in found:
            wrong.append("twice: " + name)
        found[name] = value or "true"
        if not NAME.fullmatch(name) or not VALUE.fullmatch(found[name]):
            wrong.append("no label: " + line)
    kubectl = program("kubectl")
    if kubectl and not wrong:
        with open("node.json", "w", encoding="utf-8") as output:
            json.dump({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-1"}}, output)
        done = subprocess.run(
            [kubectl, "label", "--local", "--dry-run=client", "-o", "json", "-f", "node.json",
             *("%s%s=%s" % (NFD_NAMESPACE, name, value) for name, value in found.items())],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, check=False)
        if done.returncode != 0:
            wrong.append(done.stderr)
        elif json.loads(done.stdout)["metadata"]["labels"] != {
                NFD_NAMESPACE + name: value for name, value in found.items()}:
            wrong.append("Kubernetes has %s" % done.stdout)
    return found, wrong


# Ansible: "Discovering variables: facts and magic variables", facts.d or local facts


def read_facts(text, place):
    """(facts, errors); @place is an empty directory"""
    try:
        found = json.loads(text)
    except ValueError as error:
        return {}, [str(error)]
    if not program("ansible"):
        return found, []
    path = os.path.join(place, "nodedev_compat.fact")
    with open(path, "w", encoding="utf-8") as output:
        output.write(text)
    env = dict(os.environ, ANSIBLE_LOCALHOST_WARNING="0", ANSIBLE_NOCOLOR="1",
               ANSIBLE_LOCAL_TEMP=place, ANSIBLE_REMOTE_TEMP=place,
               ANSIBLE_INVENTORY_UNPARSED_WARNING="0", LC_ALL="C.UTF-8")
    done = subprocess.run(["ansible", "localhost", "-c", "local", "-m", "setup", "-a",
                           "filter=ansible_local gather_subset=!all fact_path=" + place],
                          env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          universal_newlines=True, check=False)
    os.unlink(path)
    try:
        other = json.loads(done.stdout.partition("=>")[2])["ansible_facts"]["ansible_local"]
    except (KeyError, ValueError):
        return found, [done.stdout + done.stderr]
    return found, [] if other["nodedev_compat"] == found else ["Ansible reads %s" % other]
