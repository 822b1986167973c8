"""What an issue of Jira says beyond our fields, as text for people.

Pure. A value of Jira's is a text, a number, an object with a name, a value or a person in it, a document, or a list of
such. Sprints come as objects from the cloud, and from servers as texts such as `...Sprint@1f[id=7,name=Sprint 7,...]`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from fp.importers import adf, clean, conventions, jsontext, wikitext
from fp.importers.jsontext import mapping, mappings, text

if TYPE_CHECKING:
    from collections.abc import Iterator

RESOLUTIONS_OF_ALL = ("done", "fixed", "resolved", "unresolved", "")
TAKEN = frozenset(
    (
        "summary", "description", "status", "issuetype", "priority", "labels", "assignee", "created", "resolutiondate",
        "resolution", "duedate", "parent", "issuelinks", "subtasks", "comment", "timeoriginalestimate", "reporter",
        "creator", "components", "versions", "fixversions", "environment", "attachment", "timespent", "security",
        # Derived by Jira from the rest, or about the asker.
        "updated", "timetracking", "timeestimate", "aggregatetimeoriginalestimate", "aggregatetimeestimate",
        "aggregatetimespent", "aggregateprogress", "progress", "workratio", "worklog", "lastviewed", "votes", "watches",
        "project", "statuscategory", "statuscategorychangedate", "issuerestriction", "thumbnail", "rank",
        "issue color", "development", "[chart] date of first response", "[chart] time in status",
    )
)  # fmt: skip
_SPRINT = re.compile(r"\bname=(.*?)(?:,\w+=|\]$)")
# What Java prints for a value that no plugin can show: another one in every export.
_IDENTITY = re.compile(r"(?:\w{1,60}\.){2,12}\w{1,80}@[0-9a-f]{1,16}|\{\}")
SHOWN_DEPTH_MAX = 4
DATES = ("created", "resolutiondate")


def markdown(value: Any) -> str:
    """A text as Markdown, from a document or from wiki markup."""
    if adf.is_document(value):
        return adf.markdown(value)
    return wikitext.markdown(value) if isinstance(value, str) else ""


def person(user: dict[str, Any]) -> str:
    """A person as the tracker names them: the name of the account on servers, else what is shown."""
    return clean.one_line(text(user, "name") or text(user, "displayName") or text(user, "emailAddress"))


def facts(fields: dict[str, Any], used: set[str], *, timed: bool) -> Iterator[tuple[str, str]]:
    """The fields that have no place here, those in `used` left out; `timed`: points stand for the estimate."""
    versions = [text(item, "name") for item in mappings(fields, "fixVersions")]
    resolution = text(mapping(fields, "resolution"), "name")
    time = conventions.span(jsontext.number(fields, "timeoriginalestimate") or 0)
    due = text(fields, "duedate")
    pairs = (
        ("reporter", person(mapping(fields, "reporter"))),
        ("resolution", resolution if resolution.casefold() not in RESOLUTIONS_OF_ALL else ""),
        ("due", due if due and not clean.is_day(due) else ""),
        *((name, text(fields, name)) for name in DATES if clean.instant(text(fields, name)) is None),
        ("fix versions", ", ".join(versions) if len(versions) > 1 else ""),
        ("affects versions", shown(fields.get("versions"))),
        ("components", shown(fields.get("components"))),
        ("environment", shown(fields.get("environment"))),
        ("original estimate", (time or "") if timed else ""),
        ("time spent", conventions.span(jsontext.number(fields, "timespent") or 0) or ""),
        ("security", shown(fields.get("security"))),
        ("attachments", ", ".join(_attached(item) for item in mappings(fields, "attachment"))),
    )
    yield from ((name, clean.block(value)) for name, value in pairs if clean.block(value))
    for name, value in fields.items():
        if name.casefold() not in TAKEN and name.casefold() not in used:
            told = clean.block(shown(value))
            if told:
                yield clean.one_line(name), told


def _attached(item: dict[str, Any]) -> str:
    name, address = clean.one_line(text(item, "filename")), clean.one_line(text(item, "content"))
    return f"{name} ({address})" if name and address else name or address


def shown(value: Any, depth: int = SHOWN_DEPTH_MAX) -> str:
    """A value as text; nothing where it says nothing."""
    if isinstance(value, list):
        parts = [shown(item, depth - 1) for item in value] if depth else []
        return ", ".join(part for part in parts if part)
    if adf.is_document(value):
        return adf.markdown(value)
    if isinstance(value, dict):
        told = next((text(value, name) for name in ("name", "value", "displayName", "key") if text(value, name)), "")
        child = value.get("child")
        inner = shown(child, depth - 1) if isinstance(child, dict) and depth else ""
        return f"{told} / {inner}" if told and inner else told or (jsontext.shown(value) if value else "")
    if isinstance(value, str):
        sprint = _SPRINT.search(value) if "service.sprint.Sprint@" in value else None
        return clean.one_line(sprint[1]) if sprint else "" if _IDENTITY.fullmatch(value.strip()) else value.strip()
    return "" if value is None or value is False else jsontext.shown(value)
