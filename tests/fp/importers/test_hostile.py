"""Whatever the files hold, each record is an issue, explained or a problem, and what is written reads back."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fp.importers import adf, apply, backlog, base, beads, drift_report, github, gitlab, jira, linear, plan, tk
from fp.model import is_issue_id
from tests.support.importing import Place

if TYPE_CHECKING:
    from fp.importers.base import Reading

pytestmark = pytest.mark.slow

NAMES = sorted({*beads.TAKEN, "owner", "metadata", "deleted_at"} - {"id"})
TEXTS = st.text(max_size=30) | st.sampled_from(
    ["---", "\x00", "\ud800", "- [ ] x", "a\\n\\nb", "# h", "```", "@x", ": "]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
EDGES = st.lists(st.fixed_dictionaries({"depends_on_id": st.sampled_from("abc") | JSON, "type": TEXTS | JSON}))
COMMENTS = st.lists(st.fixed_dictionaries({"author": JSON, "text": TEXTS, "created_at": JSON}), max_size=3)
RECORDS = st.dictionaries(st.sampled_from(NAMES), JSON, max_size=8).flatmap(
    lambda odd: st.fixed_dictionaries(
        {"id": st.sampled_from("abc") | TEXTS, "title": TEXTS, "description": TEXTS},
        optional={"dependencies": EDGES, "comments": COMMENTS, "created_at": TEXTS},
    ).map(lambda plain: {**plain, **odd})
)
LINES = st.lists(TEXTS.filter(lambda text: "\n" not in text), max_size=12).map("\n".join)
HEADERS = st.lists(
    st.tuples(st.sampled_from(["id", "title", "status", "assignee", "dependencies", "deps", "created"]), TEXTS),
    max_size=5,
    unique_by=lambda pair: pair[0],
).map(lambda pairs: "".join(f"{key}: {value}\n" for key, value in pairs))
PAGES = st.builds(lambda header, body: f"---\n{header}---\n{body}", HEADERS, LINES) | LINES


def check_import(kind: str, reading: Reading, records: int) -> None:
    """Every record is accounted for, and the import writes nothing but whole issues and events, once."""
    assert len(reading.issues) + len(reading.explained) + len(reading.problems) == records
    with tempfile.TemporaryDirectory() as folder:
        check_once(kind, reading, Place(Path(folder)))


def check_once(kind: str, reading: Reading, place: Place) -> None:
    """Import into the place, and again."""
    files = place.files
    first = apply.prepare(kind, reading, files)
    assert {outcome.status for outcome in first.plan.outcomes} <= {plan.CREATED, plan.FAILED}
    assert all(outcome.issue is not None for outcome in first.plan.outcomes if outcome.status == plan.CREATED)
    for path in first.plan.files:
        _, folder, *rest = path.split("/")
        assert is_issue_id(folder.removesuffix(".md")) or (folder == "events" and is_issue_id(rest[0]))
    apply.write(first, files, iter)
    again = apply.prepare(kind, reading, files).plan
    assert (again.files, again.edits) == ({}, ())


def utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")


@given(st.lists(RECORDS, max_size=4))
def test_any_records_of_beads(records: list[dict[str, Any]]) -> None:
    lines = [json.dumps(record).encode() for record in records]
    check_import("beads", beads.read({"issues.jsonl": b"\n".join(lines)}), len(records))


@given(st.lists(PAGES, max_size=3))
def test_any_files_of_backlog(pages: list[str]) -> None:
    files = {f"tasks/back-{number} - x.md": utf8(text) for number, text in enumerate(pages)}
    check_import("backlog", backlog.read(files), len(files))


@given(st.lists(PAGES, max_size=3))
def test_any_files_of_tk(pages: list[str]) -> None:
    files = {f"tc-{number}.md": utf8(text) for number, text in enumerate(pages)}
    check_import("tk", tk.read(files), len(files))


DOCUMENTS = st.recursive(
    st.fixed_dictionaries({"type": st.sampled_from(["text", "mention", "rule"]), "text": TEXTS, "attrs": JSON}),
    lambda inner: st.fixed_dictionaries(
        {
            "type": st.sampled_from([*adf._BLOCKS, "listItem", "taskItem", "tableRow"]),
            "content": st.lists(inner, max_size=3),
        }
    ),
    max_leaves=6,
).map(lambda node: {"type": "doc", "content": [node]})
JIRA = st.fixed_dictionaries(
    {"summary": TEXTS, "description": DOCUMENTS | TEXTS},
    optional=dict.fromkeys(("issuelinks", "comment", "parent", "status", "fixVersions", "Story Points", "odd"), JSON),
)
APIS = {
    "gitlab": (gitlab, {"iid": st.integers(1, 3) | JSON, "links": st.lists(JSON), "labels": st.lists(JSON)}),
    "jira": (jira, {"key": st.sampled_from(["A-1", "A-2"]) | JSON, "fields": JIRA | JSON}),
    "linear": (linear, {"identifier": st.sampled_from("abc") | JSON, "relations": st.lists(JSON)}),
    "github": (github, {"number": st.integers(1, 3) | JSON, "comments": st.lists(JSON), "labels": st.lists(JSON)}),
}
KEYED = ("url", "parent", "state", "body", "milestone", "blockedBy", "created_at", "issue_url", "noteable_iid")


@settings(max_examples=40)
@pytest.mark.parametrize("kind", APIS)
@given(st.data())
def test_any_records_of_an_api(kind: str, data: st.DataObject) -> None:
    module, known = APIS[kind]
    optional = dict.fromkeys((*KEYED, *sorted(getattr(module, "TAKEN", ()))[:8]), JSON)
    records = data.draw(st.lists(st.fixed_dictionaries({"title": TEXTS, **known}, optional=optional), max_size=3))
    found = module.read({"x.json": json.dumps(records).encode()})
    assert len(found.issues) + len(found.explained) + len(found.problems) <= len(records)
    with tempfile.TemporaryDirectory() as folder:
        check_once(kind, found, Place(Path(folder)))


@given(st.recursive(JSON, lambda inner: st.fixed_dictionaries({"docs": st.lists(inner)}), max_leaves=4))
def test_any_report_of_drift(value: Any) -> None:
    parts = {"path": "a.md", "anchors": [value], "links": [value]}
    for report in (value, {"schema": drift_report.SCHEMA, "docs": [parts]}):
        found = drift_report.read({"stdin": json.dumps(report).encode()})
        assert found.issues or found.explained or found.problems or value in ({}, [])


@pytest.mark.parametrize("kind", [source.kind for source in base.SOURCES.values() if source.stream])
@given(st.binary(max_size=100))
def test_any_bytes_in_one_file(kind: str, data: bytes) -> None:
    found = base.reader(kind)({"stdin": data})
    assert found.problems or not found.issues


TABLES = {
    "linear": "ID,Title,Labels,Labels,Created,Due Date,Blocked by,Parent issue,Odd",
    "jira": "Issue key,Summary,Labels,Labels,Comment,Created,Due date,Parent,Inward issue link (Blocks),Description",
}


@pytest.mark.parametrize("kind", TABLES)
@given(st.lists(st.lists(TEXTS, max_size=10), max_size=4))
def test_any_table(kind: str, cells: list[list[str]]) -> None:
    lines = (",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in cells)
    found = base.reader(kind)({"x.csv": utf8("\n".join([TABLES[kind], *lines]))})
    assert len(found.issues) + len(found.explained) + len(found.problems) <= len(cells)
    with tempfile.TemporaryDirectory() as folder:
        check_once(kind, found, Place(Path(folder)))


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    check_import("beads", beads.read({"issues.jsonl": data}), sum(1 for line in data.split(b"\n") if line.strip()))
    check_import("backlog", backlog.read({"tasks/a.md": data}), 1)
    check_import("tk", tk.read({"a.md": data}), 1)
