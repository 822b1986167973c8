"""What an import remembers: the values it last gave each issue, so that a person's own edits are told from its own.

Pure. `.issues/imports/<source>.jsonl` holds a header line `{"format": 1, "source": …}`, then one line an issue, sorted
by its external name; of two lines with one name the later counts. Invariant: a line that is lost or unreadable only
makes the next import more careful: it then takes every difference for a person's edit.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from fp.kernel.clock import instant
from fp.kernel.problem import Problem, Severity
from fp.model import DEFAULT_PRIORITY, FORMAT, ISSUES_FOLDER, is_issue_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fp.model import Issue

IMPORTS_FOLDER = f"{ISSUES_FOLDER}/imports"
ATTRIBUTES_PATH = f"{IMPORTS_FOLDER}/.gitattributes"
ATTRIBUTES = b"*.jsonl linguist-generated merge=union\n"
"""Folded in reviews. Of two branches that imported, both lines of an issue stay: each is what an import wrote."""
FIELDS = (
    "title", "status", "type", "priority", "created", "assignees", "labels", "parent", "depends_on", "milestone", "due",
    "estimate", "body",
)  # fmt: skip
"""What an import writes, and so what it compares."""
MARKS = "marks"
"""Of a cause that a report tells: the places where it showed when it was last told."""
DIGEST_CHARACTERS = 16

Values = dict[str, str | list[str]]
"""A field's value for comparing: text, or sorted items; a body is its digest. Empty ones are left out."""


class Remembered(NamedTuple):
    """One imported issue: our id, and the values it was given."""

    id: str
    values: Mapping[str, str | list[str]]


def memory_path(origin: str) -> str:
    """The file of one source, relative to the repository's root."""
    return f"{IMPORTS_FOLDER}/{origin.replace('/', '-')}.jsonl"


def values_of(issue: Issue) -> Values:
    """The comparable values of an issue as it is now, or as it should be."""
    values: Values = {
        "title": issue.title,
        "status": issue.status,
        "type": issue.type,
        "priority": issue.priority or DEFAULT_PRIORITY,
        "created": "" if issue.created is None else instant(issue.created),
        "assignees": sorted(set(issue.assignees)),
        "labels": sorted(set(issue.labels)),
        "parent": issue.parent or "",
        "depends_on": sorted(set(issue.depends_on)),
        "milestone": issue.milestone or "",
        "due": issue.due or "",
        "estimate": issue.estimate or "",
        "body": _digest(issue.body),
    }
    return {field: value for field, value in values.items() if value}


def _digest(body: str) -> str:
    text = body.strip("\n")
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:DIGEST_CHARACTERS] if text else ""


def memory_bytes(origin: str, remembered: Mapping[str, Remembered]) -> bytes:
    """The file. Equal memories give equal bytes."""
    rows: list[dict[str, Any]] = [{"format": FORMAT, "source": origin}]
    rows += [{"external": name, "id": one.id, **one.values} for name, one in sorted(remembered.items())]
    return "".join(json.dumps(row, ensure_ascii=True, separators=(",", ":")) + "\n" for row in rows).encode()


def read_memory(path: str, data: bytes) -> tuple[dict[str, Remembered], list[Problem]]:
    """What is remembered; a line that cannot be read is forgotten, and said."""
    remembered: dict[str, Remembered] = {}
    problems: list[Problem] = []
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.strip():
            continue
        row = _row(line)
        if row is None:
            hint = "differences of that issue are taken for your edits until it is imported anew"
            problems.append(Problem("bad-memory", path, number, "unreadable line", hint, Severity.WARNING))
        elif "external" in row:
            remembered[row["external"]] = Remembered(row["id"], _values(row.items()))
    return remembered, problems


def _row(line: bytes) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict):
        return None
    if row.get("format") == FORMAT:
        return row
    known = isinstance(row.get("external"), str) and isinstance(row.get("id"), str) and is_issue_id(row["id"])
    return row if known else None


def _values(items: Iterable[tuple[str, Any]]) -> Values:
    return {
        field: value
        for field, value in items
        if field in (*FIELDS, MARKS)
        and (isinstance(value, str) or (isinstance(value, list) and all(isinstance(item, str) for item in value)))
    }
