"""Read our own export back: the very same files, where there are none yet. A shell over the port `Files`.

What the file says is not trusted: an issue's files may only be its own, and each must read as what it is. Invariant: no
file that is there already is changed; an issue that differs here is left as it is, with its events, and told.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from fp import codec
from fp.event import read_event
from fp.exporters.own import SCHEMA
from fp.kernel.errors import Usage
from fp.kernel.problem import Problem, Severity
from fp.model import archive_path, archived_events_path, both_places, events_path, is_issue_id, issue_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fp.config import Config
    from fp.kernel.ports import Files

CODE = "unreadable-record"
_EVENT_FILE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,150}\.md", re.ASCII)


class Restored(NamedTuple):
    """What an export means here: new files by path, ids by what becomes of them, and records that cannot be read."""

    files: dict[str, bytes]
    new: tuple[str, ...]
    same: tuple[str, ...]
    differing: tuple[str, ...]
    problems: tuple[Problem, ...]


def restored(name: str, data: bytes, files: Files, config: Config) -> Restored:
    """Compare the export `data`, called `name`, with the tracker in `files`. Usage when it is none of ours."""
    made: dict[str, bytes] = {}
    kinds: dict[str, list[str]] = {"new": [], "same": [], "differing": []}
    problems: list[Problem] = []
    seen: set[str] = set()
    for line, record in _records(name, data):
        found = record if isinstance(record, Problem) else _read(record, f"{name}", line, config)
        if isinstance(found, Problem):
            problems.append(found)
            continue
        issue_id = str(record["id"]) if isinstance(record, dict) else ""
        if issue_id in seen:
            problems.append(Problem(CODE, name, line, f"{issue_id} stands in it twice", hint="remove one of them"))
            continue
        seen.add(issue_id)
        kind, missing = _compared(issue_id, found, files)
        kinds[kind].append(issue_id)
        made.update(missing)
    return Restored(made, tuple(kinds["new"]), tuple(kinds["same"]), tuple(kinds["differing"]), tuple(problems))


def _records(name: str, data: bytes) -> Iterator[tuple[int, dict[str, Any] | Problem]]:
    """The issues with their line: of one document, which has line 1, or of JSON Lines."""
    try:
        whole = json.loads(data)
    except (ValueError, RecursionError):
        whole = None
    if isinstance(whole, dict) and isinstance(whole.get("issues"), list):
        _is_ours(whole)
        for record in whole["issues"]:
            yield 1, record if isinstance(record, dict) else Problem(CODE, name, 1, "not a JSON object")
        return
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.strip():
            yield number, _record(name, number, line)


def _record(name: str, number: int, line: bytes) -> dict[str, Any] | Problem:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Problem(CODE, name, number, f"not JSON: {error}", hint="mend or remove the line, then import again")
    if not isinstance(record, dict):
        return Problem(CODE, name, number, "not a JSON object", hint="mend or remove the line, then import again")
    _is_ours(record)
    return record


def _is_ours(value: Mapping[str, Any]) -> None:
    if value.get("schema") != SCHEMA:
        raise Usage(f"this is no {SCHEMA}", hint="fp export json -o FILE writes one; other kinds: fp import --help")


def _read(record: dict[str, Any], name: str, line: int, config: Config) -> dict[str, bytes] | Problem:
    """The files of one record, each of them judged."""

    def problem(message: str) -> Problem:
        return Problem(CODE, name, line, message, hint="export it again, or mend this record")

    issue_id, listed = record.get("id"), record.get("files")
    if not isinstance(issue_id, str) or not is_issue_id(issue_id):
        return problem("`id` is missing or no id")
    if not isinstance(listed, list):
        return problem(f"{issue_id}: `files` is missing")
    found: dict[str, bytes] = {}
    for item in listed:
        path, data = _file(item)
        if data is None or path in found or not _belongs(path, issue_id):
            return problem(f"{issue_id}: {path[:200]!r} is no file of this issue")
        why = _fault(path, data, issue_id, config)
        if why:
            return problem(f"{issue_id}: {path}: {why}")
        found[path] = data
    if len({issue_path(issue_id), archive_path(issue_id)} & set(found)) != 1:
        return problem(f"{issue_id}: its own file is missing")
    return found


def _file(item: object) -> tuple[str, bytes | None]:
    value = item if isinstance(item, dict) else {}
    path, text, encoded = value.get("path"), value.get("text"), value.get("base64")
    if not isinstance(path, str):
        return "", None
    if isinstance(text, str):
        return path, text.encode("utf-8", "surrogatepass")
    try:
        return path, base64.b64decode(encoded, validate=True) if isinstance(encoded, str) else None
    except binascii.Error:
        return path, None


def _belongs(path: str, issue_id: str) -> bool:
    if path in (issue_path(issue_id), archive_path(issue_id)):
        return True
    folder, _, name = path.rpartition("/")
    return folder in (events_path(issue_id), archived_events_path(issue_id)) and bool(_EVENT_FILE.fullmatch(name))


def _fault(path: str, data: bytes, issue_id: str, config: Config) -> str:
    """Why it does not read as what it should be; empty when it does."""
    if path not in (issue_path(issue_id), archive_path(issue_id)):
        _, problems = read_event(path, data)
        return next((one.message for one in problems if one.severity is Severity.ERROR), "")
    issue, problems = codec.read_issue(path, data, config)
    if issue is None:
        return next((f"line {one.line}: {one.message}" for one in problems), "cannot be read")
    return "" if issue.id == issue_id else f"it is the file of {issue.id}"


def _compared(issue_id: str, found: Mapping[str, bytes], files: Files) -> tuple[str, dict[str, bytes]]:
    """What becomes of an issue, and its files that are missing here."""
    own = next(path for path in found if path in (issue_path(issue_id), archive_path(issue_id)))
    here = [path for path in both_places(issue_path(issue_id)) if files.stat(path) is not None]
    if not here:
        return "new", {path: data for path, data in found.items() if files.stat(path) is None}
    if here != [own] or files.read(own) != found[own]:
        return "differing", {}
    missing = {path: data for path, data in found.items() if files.stat(path) is None}
    return ("new", missing) if missing else ("same", {})
