# nodedevcompatjson.py: documents as JSON, their schema, and the same as XML
#
# Copyright (C) 2026 The libvirt-nodedev-compat authors
# SPDX-License-Identifier: LGPL-2.1-or-later

import copy
import json
import os
import re
import xml.etree.ElementTree as ElementTree

from nodedevcompattest import read, report

try:
    from jsonschema import Draft202012Validator as Validator
except ImportError:         # or a release from before 2020
    Validator = None

SCHEMA = json.loads(read("src", "conf", "schemas", "nodedevcompat.schema.json"))

# The element of XML for attributes that have one, and where it has the value
STANDARD = {"deviceAPI": ("device_api", None), "type": ("type", "id"),
            "softwareVersion": ("software_version", None)}

VERDICTS = {"incompatible": "fail", "unknown": "unknown"}
SEVERITIES = {"error": "fail", "unknown": "unknown", "warning": "warning"}
STATUS = {"pass": 0, "warning": 0, "fail": 2, "unknown": 3}


# the schema

def _strict(schema):
    """The schema, by which an object has no other members; readers are to ignore them"""
    if isinstance(schema, list):
        return [_strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _strict(part) for key, part in schema.items()}
    if isinstance(schema.get("properties"), dict):
        found["additionalProperties"] = False
    return found


STRICT = _strict(SCHEMA)

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def _is_type(value, name):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def _same(one, other):
    """1 and True are two things."""
    return type(one) is type(other) and one == other


def _one_of(value, schemas, where):
    causes = [errors(value, schema, where) for schema in schemas]
    if sum(not found for found in causes) == 1:
        return []
    # what was meant is told by the cause that is about the fewest things
    return min(causes, key=len) or ["%s: it is several of them" % where]


KEYWORDS = {
    "$schema": None, "title": None, "description": None, "$defs": None,
    "type": lambda value, names, where: [] if any(
        _is_type(value, name) for name in ([names] if isinstance(names, str) else names))
        else ["%s: not of type %s" % (where, names)],
    "const": lambda value, want, where: [] if _same(value, want)
        else ["%s: not %r" % (where, want)],
    "enum": lambda value, words, where: [] if any(_same(value, word) for word in words)
        else ["%s: not one of %s" % (where, words)],
    "pattern": lambda value, text, where: [] if not isinstance(value, str) or
        re.search(text, value) else ["%s: does not match %s" % (where, text)],
    "maxLength": lambda value, most, where: [] if not isinstance(value, str) or
        len(value) <= most else ["%s: longer than %d" % (where, most)],
    "minimum": lambda value, least, where: [] if not _is_type(value, "integer") or
        value >= least else ["%s: less than %d" % (where, least)],
    "required": lambda value, names, where: [
        "%s: no %s" % (where, name) for name in names
        if isinstance(value, dict) and name not in value],
    "properties": lambda value, schemas, where: [
        error for name, part in (value.items() if isinstance(value, dict) else ())
        for error in (errors(part, schemas[name], "%s.%s" % (where, name))
                      if name in schemas else ["%s: unknown member %s" % (where, name)])],
    "additionalProperties": None,       # see "properties"
    "items": lambda value, schema, where: [
        error for number, part in enumerate(value if isinstance(value, list) else ())
        for error in errors(part, schema, "%s[%d]" % (where, number))],
    "$ref": lambda value, name, where: errors(
        value, STRICT["$defs"][name.replace("#/$defs/", "")], where),
    "oneOf": _one_of,
}


def errors(value, schema=None, where=""):
    """What is wrong with @value, by the keywords that the schema uses; one that is not
    known here is a KeyError"""
    schema = STRICT if schema is None else schema
    return [error for keyword, argument in schema.items()
            for error in (KEYWORDS[keyword](value, argument, where)
                          if KEYWORDS[keyword] else ())]


def is_valid(document):
    """What is wrong with the document: texts"""
    wrong = errors(document)
    if Validator and Validator(STRICT).is_valid(document) == bool(wrong):
        wrong.append("jsonschema does not agree")
    return wrong


def _no_duplicates(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has a member twice")
    return found


def _no_constant(text):
    raise ValueError("%s is not JSON" % text)


def parse(text):
    """The document in @text, which can be bytes, or a ValueError"""
    if isinstance(text, bytes):
        text = text.decode("utf-8", errors="strict")
    return json.loads(text, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)


# what XML has, in the words of JSON

def _text(element, name):
    found = element.find(name)
    return None if found is None else (found.text or "").strip()


def _attributes(element, own):
    found = []
    for child in element:
        if child.tag in STANDARD:
            name, where = STANDARD[child.tag]
            found.append({"name": name, "value": child.get(where) if where else child.text,
                          "state": None})
        elif child.tag == "attr":
            value = child.get("value")
            found.append({"name": child.get("name"), "value": value,
                          "state": "unset" if value is None else None})
        elif child.tag == "unusable":
            found.append({"name": child.get("name"), "value": None,
                          "state": child.get("reason")})
        else:
            continue
        if own:
            found[-1].update({"dynamic": child.get("dynamic") == "yes",
                              "derived": child.get("derived") == "yes",
                              "fact": child.get("fact")})
    return sorted(found, key=lambda attr: attr["name"])


def _descriptor(parent):
    element = parent if parent.tag == "capability" else parent.find("capability")
    if element is None:
        return None
    opaque = element.find("opaque")
    return {"attributes": _attributes(element, True),
            "accepts": [_attributes(part, False) for part in element.findall("accepts")],
            "opaque": None if opaque is None else {
                "value": None if opaque.get("reason") else opaque.text,
                "state": opaque.get("reason", "ok")}}


def _side(element):
    return {"name": None if element is None else element.get("name"),
            "inferred": element is not None and element.get("inferred") == "yes"}


def _findings(element):
    return {"reasons": [{"code": reason.get("code"), "severity": reason.get("severity"),
                         "attribute": reason.get("attr"), "rule": reason.get("rule"),
                         "source": _text(reason, "source"), "target": _text(reason, "target"),
                         "message": _text(reason, "message")}
                        for reason in element.findall("reason")],
            "provision": [{"name": attr.get("name"), "value": attr.get("value")}
                          for attr in element.findall("provision/attr")]}


def _report(element):
    target = element.find("target")
    return {"verdict": element.get("verdict"), "source": _side(element.find("source")),
            "target": {**_side(target),
                       "descriptor": None if target is None else _descriptor(target)},
            **_findings(element), "work": int(element.get("work")) if element.get("work") else None}


def _reports(root):
    """Reports on several devices, each with what would become of a guest"""
    return [{**_report(element), "would": element.get("would"),
             "deferred": element.get("deferred") == "yes"}
            for element in root.findall("nodeDeviceCompatReport")]


def _candidate(element):
    kind, device, new = (element.find(name) for name in ("type", "nodeDevice", "device"))
    return {"verdict": element.get("verdict"), "state": element.get("state"),
            "nodeDevice": None if device is None else device.get("name"),
            "type": None if kind is None else {
                "id": kind.get("id"), "parent": kind.get("parent"),
                "availableInstances": int(kind.get("availableInstances"))},
            **_findings(element),
            "createXML": None if new is None else _canonical(
                ElementTree.tostring(new, encoding="unicode"))}


def _canonical(text):
    return ElementTree.canonicalize(text, strip_text=True)


def _listed(element):
    return {**{name: element.get(name) for name in ("kind", "name", "parent", "verdict")},
            "cause": _text(element, "cause"), "descriptor": _descriptor(element),
            **_findings(element),
            "origins": {origin.get("attr"): origin.get("source")
                        for origin in element.findall("origin")}}


def from_xml(text):
    """What the document has, as to_compare() gives it of JSON"""
    root = ElementTree.fromstring(text)
    if root.tag == "nodeDeviceCompatReport":
        return _report(root)
    if root.tag == "nodeDeviceCompatReports":
        return {"would": root.get("would"), "reports": _reports(root)}
    if root.tag == "nodeDeviceCompatCandidates":
        return {**{name: int(root.get(name, 0)) for name in ("found", "unknown", "omitted")},
                "source": _side(root.find("source")),
                "candidates": [_candidate(element) for element in root.findall("candidate")]}
    if root.tag == "nodeDeviceCompatBaseline":
        return {"verdict": root.get("verdict"), "devices": int(root.get("devices")),
                "complete": root.get("complete") != "no", "omitted": int(root.get("omitted", 0)),
                "descriptor": _descriptor(root), **_findings(root),
                "reports": _reports(root)}
    if root.tag == "nodeDeviceCompatList":
        return {"devices": [_listed(element) for element in root.findall("device")],
                "unmatchedFacts": [element.get("source")
                                   for element in root.findall("unmatchedFacts")]}
    if root.tag == "devices":
        return {"devices": [{"descriptor": _descriptor(element)}
                            for element in root.findall("capability")]}
    return {"descriptor": _descriptor(root)}


# what only JSON has: it follows from the rest

def _parts(value):
    """All objects in the document"""
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else \
            value if isinstance(value, list) else ():
        yield from _parts(part)


def _check_category(part):
    if "severity" in part:
        return part["category"] == SEVERITIES[part["severity"]]
    if "verdict" not in part:
        return True
    return part["category"] == VERDICTS.get(part["verdict"],
                                            "warning" if part["reasons"] else "pass")


hints = {}


def _check_reason(reason, source, target):
    wrong = []
    device = source if reason["code"].endswith("-source") or target is None else target
    if reason["device"] != device:
        wrong.append("%s is about %s, not %s" % (reason["code"], device, reason["device"]))
    # what this release knows of the code and the attribute, whoever made the report
    key = reason["code"], reason["attribute"]
    if hints.setdefault(key, reason["hint"]) != reason["hint"]:
        wrong.append("two hints for %s: '%s', '%s'" % (key, hints[key], reason["hint"]))
    return wrong


def follows(document):
    """What is wrong with the members that follow from others"""
    wrong = ["category %s of %s" % (part["category"], part.get("verdict", part.get("severity")))
             for part in _parts(document) if "category" in part and not _check_category(part)]
    for part in _parts(document):
        if "reasons" not in part:
            continue
        if "target" in part:
            names = part["source"]["name"], part["target"]["name"]
        elif "state" in part:
            names = document["source"]["name"], part["nodeDevice"] or part["type"]["id"]
        else:
            names = part.get("name"), part.get("name")
        wrong += [text for reason in part["reasons"] for text in _check_reason(reason, *names)]
        if "class" in part and (part["class"] is not None) != (part["verdict"] == "identical"):
            wrong.append("class %s of what is %s" % (part["class"], part["verdict"]))
    if document["kind"] == "reports":
        would = max((part["would"] for part in document["reports"]), default=None,
                    key=[None, "allow", "warn", "refuse"].index)
        if document["would"] != would:
            wrong.append("it would %s, not %s" % (document["would"], would))
        want = max((part["category"] for part in document["reports"]), default="pass",
                   key=["pass", "warning", "unknown", "fail"].index)
    elif document["kind"] == "candidates":
        want = (document["candidates"][0]["category"] if document["found"] else
                "unknown" if document["unknown"] else "fail")
    else:
        return wrong
    return wrong + ([] if document["category"] == want else
                    ["category is %s, not %s" % (document["category"], want)])


def _origins(device):
    attributes = (device["descriptor"] or {}).get("attributes", ())
    return {attr["name"]: attr["origin"] for attr in attributes if attr["origin"]}


def to_compare(document, kind):
    """The document without what only JSON has"""
    document = copy.deepcopy(document)
    if kind == "list":
        for device in document["devices"]:
            device["origins"] = _origins(device)
    for part in list(_parts(document)):
        part.pop("category", None)
        if "severity" in part:
            del part["device"], part["hint"]
        if "derived" in part:
            del part["origin"]
        if "descriptor" in part:
            part.pop("class", None)
        if "name" in part and "state" in part and part["value"] is not None:
            part["state"] = None        # XML has the value only, whatever it is
        if part.get("createXML"):
            part["createXML"] = _canonical(part["createXML"])
    del document["version"], document["kind"]
    if kind == "device":
        del document["name"], document["inferred"]
    if kind == "devices":
        document["devices"] = [{"descriptor": device["descriptor"]}
                               for device in document["devices"] if device["descriptor"]]
    return document


# cases

def _status(document):
    """What a command exits with beside the document"""
    if document["kind"] == "files" and document["category"] == "fail":
        return 1
    return STATUS[document.get("category", "pass")]


def check_json(case, result, kind=None):
    """One case, a run: what is printed is a valid document, of that kind, and its category is
    that of the exit status. Returns the document, or None."""
    try:
        document = parse(result.stdout)
    except ValueError as error:
        report(case, "it is not JSON: %s" % error, result)
        return None
    wrong = is_valid(document)
    if not result.stdout.endswith(b"\n" if isinstance(result.stdout, bytes) else "\n"):
        wrong.append("it does not end with a line break")
    if not wrong and kind and document["kind"] != kind:
        wrong.append("expected a document of kind %s, got %s" % (kind, document["kind"]))
    if not wrong:
        wrong += follows(document)
    if not wrong and _status(document) != result.returncode:
        wrong.append("exit status %d with category %s" % (result.returncode,
                                                          document.get("category")))
    report(case, wrong, result)
    return document


def check_same(case, kind, run, *args, **options):
    """Both formats of a command: the JSON is valid, the content is the same, and so are the
    exit status and standard error. Returns the document, or None."""
    as_xml = run(*args, "--xml", **options)
    as_json = run(*args, "--json", **options)
    document = check_json("%s: is valid" % case, as_json, kind)
    if document is None:
        return None
    want, got = from_xml(as_xml.stdout), to_compare(document, kind)
    wrong = [] if want == got else ["expected, as in XML, %s, got %s" % (
        json.dumps(want, indent=1), json.dumps(got, indent=1))]
    for name in "returncode", "stderr":
        if getattr(as_xml, name) != getattr(as_json, name):
            wrong.append("%s is '%s' with XML, '%s' with JSON" % (
                name, getattr(as_xml, name), getattr(as_json, name)))
    report("%s: is the same as XML" % case, wrong)
    return document


def check_example(case, text):
    """One case: an example in a page"""
    try:
        wrong = is_valid(parse(text))
    except ValueError as error:
        wrong = ["it is not JSON: %s" % error]
    report(case, wrong)
