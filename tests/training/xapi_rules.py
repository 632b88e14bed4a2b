"""The rules of xAPI 1.0.3 that a statement can break, written from the specification (Part Two: Experience API Data).

The numbers are those of https://github.com/adlnet/xAPI-Spec/blob/master/xAPI-Data.md. Nothing of `simcare` is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

IRI = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:[^\s<>\"{}|\\^`]+")
UUID_FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
LANGUAGE = re.compile(r"[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*")
DURATION = re.compile(r"P(?=.)(\d+W|(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?)")
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
STATEMENT = set("id actor verb object result context timestamp stored authority version attachments".split())
CONTEXT = set("registration instructor team contextActivities revision platform language statement extensions".split())
RESULT = set("score success completion response duration extensions".split())
DEFINITION = set("name description type moreInfo extensions".split())
IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")


def broken_rules(statement: Any) -> list[str]:
    """Return what is wrong with a statement, each rule with its number; nothing where it is in order."""
    return list(_statement(statement))


def _statement(given: Any) -> Iterator[str]:
    yield from _no_nulls(given)
    yield from _only(given, STATEMENT, "2.4")
    for name in ("actor", "verb", "object"):
        if name not in given:
            yield f"2.4 {name} is required"
            return
    yield from _uuid(given.get("id"), "2.4.1 id")
    yield from _agent(given["actor"], "2.4.2 actor")
    yield from _only(given["verb"], {"id", "display"}, "2.4.3 verb")
    yield from _iri(given["verb"].get("id"), "2.4.3 verb id")
    yield from _language_map(given["verb"].get("display", {}), "2.4.3 display")
    yield from _activity(given["object"], "2.4.4.1 object")
    if "result" in given:
        yield from _result(given["result"])
    if "context" in given:
        yield from _context(given["context"])
    if "timestamp" in given:
        yield from _timestamp(given["timestamp"])


def _no_nulls(given: Any) -> Iterator[str]:
    # 2.2: a null is only allowed within an extension, and nothing here uses one.
    if given is None:
        yield "2.2 no null"
    for value in given.values() if isinstance(given, dict) else given if isinstance(given, list) else ():
        yield from _no_nulls(value)


def _only(given: Any, names: set[str], rule: str) -> Iterator[str]:
    if not isinstance(given, dict):
        yield f"{rule} is an object"
        return
    for name in given.keys() - names:
        yield f"{rule} has no property {name}"


def _agent(given: Any, rule: str) -> Iterator[str]:
    yield from _only(given, {"objectType", "name", *IDENTIFIERS}, rule)
    if given.get("objectType", "Agent") != "Agent":
        yield f"{rule} objectType"
    if sum(name in given for name in IDENTIFIERS) != 1:
        yield f"{rule} has exactly one inverse functional identifier"
    account = given.get("account", {})
    yield from _only(account, {"homePage", "name"}, "2.4.2.4 account")
    home = urlsplit(account.get("homePage", ""))
    if not (home.scheme and home.netloc):
        yield "2.4.2.4 homePage is an IRL"
    if not (isinstance(account.get("name"), str) and account["name"]):
        yield "2.4.2.4 name is a string"


def _activity(given: Any, rule: str) -> Iterator[str]:
    yield from _only(given, {"objectType", "id", "definition"}, rule)
    if given.get("objectType", "Activity") != "Activity":
        yield f"{rule} objectType"
    yield from _iri(given.get("id"), f"{rule} id")
    definition = given.get("definition", {})
    yield from _only(definition, DEFINITION, f"{rule} definition")
    if "type" in definition:
        yield from _iri(definition["type"], f"{rule} type")
    for name in ("name", "description"):
        yield from _language_map(definition.get(name, {}), f"{rule} {name}")


def _result(given: Any) -> Iterator[str]:
    yield from _only(given, RESULT, "2.4.5 result")
    for name in ("success", "completion"):
        if not isinstance(given.get(name, True), bool):
            yield f"2.4.5 {name} is a boolean"
    if not isinstance(given.get("response", ""), str):
        yield "2.4.5 response is a string"
    if not DURATION.fullmatch(given.get("duration", "PT1S")):
        yield "4.6 duration is an ISO 8601 duration"
    score = given.get("score", {})
    yield from _only(score, {"scaled", "raw", "min", "max"}, "2.4.5.1 score")
    if not -1 <= score.get("scaled", 0) <= 1:
        yield "2.4.5.1 scaled is from -1 to 1"
    low, high = score.get("min", float("-inf")), score.get("max", float("inf"))
    if not (low < high and low <= score.get("raw", low) <= high):
        yield "2.4.5.1 raw is from min to max, and min below max"


def _context(given: Any) -> Iterator[str]:
    yield from _only(given, CONTEXT, "2.4.6 context")
    if "registration" in given:
        yield from _uuid(given["registration"], "2.4.6 registration")
    if "language" in given and not LANGUAGE.fullmatch(given["language"]):
        yield "2.4.6 language"
    activities = given.get("contextActivities", {})
    yield from _only(activities, {"parent", "grouping", "category", "other"}, "2.4.6.2 contextActivities")
    for name, listed in activities.items():
        if not isinstance(listed, list):
            yield f"2.4.6.2 {name} is an array"
        for one in listed:
            yield from _activity(one, f"2.4.6.2 {name}")
    if "statement" in given:
        yield from _only(given["statement"], {"objectType", "id"}, "2.4.4.3 statement")
        if given["statement"].get("objectType") != "StatementRef":
            yield "2.4.4.3 objectType is StatementRef"
        yield from _uuid(given["statement"].get("id"), "2.4.4.3 id")


def _timestamp(given: Any) -> Iterator[str]:
    if not (isinstance(given, str) and TIMESTAMP.fullmatch(given)) or given.endswith("-00:00"):
        yield "4.5 timestamp is RFC 3339"
    elif datetime.fromisoformat(given) > datetime.now().astimezone():
        yield "2.4.7 a timestamp is not in the future"


def _uuid(given: Any, rule: str) -> Iterator[str]:
    if not (isinstance(given, str) and UUID_FORM.fullmatch(given) and UUID(given).variant == "specified in RFC 4122"):
        yield f"{rule} is a UUID in its standard form"


def _iri(given: Any, rule: str) -> Iterator[str]:
    if not (isinstance(given, str) and IRI.fullmatch(given)):
        yield f"{rule} is an IRI"


def _language_map(given: Any, rule: str) -> Iterator[str]:
    if not isinstance(given, dict) or any(not LANGUAGE.fullmatch(name) for name in given):
        yield f"{rule} is a language map"
    elif any(not isinstance(words, str) for words in given.values()):
        yield f"{rule} has strings"
