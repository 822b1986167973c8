"""All of the real data, each file of ours compared with its source by readers that are not ours."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import frontmatter
import pytest

from fp.importers import apply, base, fidelity
from fp.importers.base import SOURCES, reader
from fp.importers.gather import gather
from fp.kernel.fs import RealFiles
from tests.support.importing import Place
from tests.support.shared import shared

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATHS = {"beads": "data/beads/issues.jsonl", "backlog": "data/backlog-md/backlog", "tk": "data/tk/tickets"}
NUMBERED = ["critical", "high", "medium", "low", "low"]
BEADS_STATUS = {"open": "todo", "in_progress": "in-progress", "hooked": "in-progress", "closed": "done"}
OWN_TYPES = ("task", "bug", "feature", "epic", "chore")
OTHER_KINDS = ("agent", "message", "rig", "role")
BACKLOG_STATUS = {
    "to do": "todo",
    "draft": "todo",
    "in progress": "in-progress",
    "done": "done",
    "won't do": "cancelled",
}

pytestmark = pytest.mark.slow


def read(kind: str) -> base.Reading:
    path = shared(PATHS[kind])
    folder, only = (path, None) if path.is_dir() else (path.parent, path.name)
    return reader(kind)(gather(SOURCES[kind], RealFiles(folder), only).files)


class Ours(NamedTuple):
    """The imported tracker as a stranger reads it: header and body by the source's id, comments by our id."""

    place: Place
    reports: dict[str, fidelity.Report]
    headers: dict[str, dict[str, Any]]
    bodies: dict[str, str]
    comments: dict[str, list[str]]

    def ids(self, kind: str, keys: list[str]) -> list[str]:
        return sorted(self.headers[f"{kind}:{key}"]["id"] for key in keys if f"{kind}:{key}" in self.headers)

    def texts(self, kind: str, key: str) -> list[str]:
        return sorted(self.comments.get(self.headers[f"{kind}:{key}"]["id"], []))


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Ours:
    """All three sources in one tracker."""
    place = Place(tmp_path_factory.mktemp("imported"))
    reports = {}
    for kind in PATHS:
        prepared = apply.prepare(kind, read(kind), place.files)
        apply.write(prepared, place.files, iter)
        reports[kind] = fidelity.report(prepared)
    headers, bodies = {}, {}
    for path in place.folder.glob(".issues/*.md"):
        post = frontmatter.load(str(path))
        (external,) = post.metadata["external"]
        headers[external], bodies[external] = post.metadata, post.content
    comments: dict[str, list[str]] = {}
    for path in place.folder.glob(".issues/events/*/*-comment-*.md"):
        comments.setdefault(path.parent.name, []).append(frontmatter.load(str(path)).content)
    return Ours(place, reports, headers, bodies, comments)


def beads() -> Iterator[dict[str, Any]]:
    """The records that are to be imported."""
    for line in shared(PATHS["beads"]).read_text().splitlines():
        record = json.loads(line)
        if record["status"] != "tombstone" and record["issue_type"] not in OTHER_KINDS:
            yield record


def tasks() -> Iterator[tuple[str, frontmatter.Post]]:
    """Backlog.md's task files that YAML can read, by our key, in the order that gives the first its plain id."""
    seen: set[str] = set()
    folder = shared(PATHS["backlog"])
    for name in ("tasks", "completed", "drafts", "archive/tasks", "archive/drafts"):
        for path in sorted((folder / name).glob("*.md")):
            text = path.read_text().replace("reporter: @", "reporter: at-").replace("assignee: @", "assignee: at-")
            post = frontmatter.loads(text)
            if path.name != "readme.md":
                key = post["id"] if post["id"] not in seen else f"{post['id']}@{name}"
                seen.add(post["id"])
                post.metadata["folder"] = name
                yield key, post


def tickets() -> Iterator[frontmatter.Post]:
    for path in sorted(shared(PATHS["tk"]).glob("*.md")):
        yield frontmatter.load(str(path))


def second(text: str | date) -> datetime:
    """The instant to the second, in UTC."""
    at = datetime.fromisoformat(str(text))
    return (at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)).replace(microsecond=0)


def values(header: dict[str, Any], *names: str) -> list[Any]:
    return [header[name] for name in names]


# -- beads ------------------------------------------------------------------------------------------------------------


def test_each_beads_record_keeps_its_fields(ours: Ours) -> None:
    for record in beads():
        header = ours.headers[f"beads:{record['id']}"]
        kind = record["issue_type"]
        status = "done" if kind == "event" else BEADS_STATUS[record["status"]]
        own = kind if kind in OWN_TYPES else "epic" if kind == "molecule" else "task"
        expected = [" ".join(record["title"].split("\n")).strip(), status, own, NUMBERED[record["priority"]]]
        assert values(header, "title", "status", "type", "priority") == expected, record["id"]
        assert second(header["created"]) == second(record["created_at"]), record["id"]
        labels = {*record.get("labels", []), *([] if kind in OWN_TYPES else [kind])}
        assert (set(header["labels"] or []), header["assignees"] or [None]) == (labels, [record.get("assignee")])


def test_each_beads_record_keeps_its_relations(ours: Ours) -> None:
    for record in beads():
        header = ours.headers[f"beads:{record['id']}"]
        edges = [(edge["type"], edge["depends_on_id"]) for edge in record.get("dependencies", [])]
        blocks = [key for kind, key in edges if kind == "blocks"]
        assert (header["depends_on"] or []) == ours.ids("beads", blocks), record["id"]
        parents = [key for kind, key in edges if kind == "parent-child"] or [record["id"].rpartition(".")[0]]
        assert header["parent"] in (ours.ids("beads", parents) or [None]), record["id"]
        body = ours.bodies[f"beads:{record['id']}"]
        assert all(f"- {kind}: " in body for kind, _ in edges if kind not in ("blocks", "parent-child")), record["id"]


def test_each_beads_record_keeps_its_texts(ours: Ours) -> None:
    for record in beads():
        body = ours.bodies[f"beads:{record['id']}"]
        for name in ("description", "notes"):
            text = record.get(name, "").replace("\\n", "\n")
            assert text.strip() in body.replace("\\n", "\n"), (record["id"], name)
        comments = sorted(comment["text"].strip() for comment in record.get("comments", []))
        assert ours.texts("beads", record["id"]) == comments


def test_each_closing_keeps_its_time_and_reason(ours: Ours) -> None:
    events = ours.place.tracker().events
    closed = [record for record in beads() if record["status"] == "closed" and "closed_at" in record]
    for record in closed:
        found = [event for event in events[ours.headers[f"beads:{record['id']}"]["id"]] if event.to == "done"]
        assert [event.note for event in found] == [record.get("close_reason", "").strip()], record["id"]
        assert found[0].at is not None
        assert found[0].at.replace(microsecond=0) == second(record["closed_at"])
    assert len(closed) > 1500


# -- Backlog.md -------------------------------------------------------------------------------------------------------


def test_each_task_keeps_its_fields(ours: Ours) -> None:
    for key, post in tasks():
        header = ours.headers[f"backlog:{key}"]
        status = BACKLOG_STATUS[post["status"].lower()]
        if post["folder"].startswith("archive") and status not in ("done", "cancelled"):
            status = "cancelled"
        kind = {"enhancement": "feature"}.get(post.get("type", "task"), post.get("type", "task"))
        assert values(header, "title", "status", "type", "priority") == [
            post["title"].strip(),
            status,
            kind,
            post.get("priority"),
        ], key
        assert second(header["created"]) == second(post["created_date"]), key
        draft = ["draft"] if "drafts" in post["folder"] else []
        assert set(header["labels"] or []) == {*post.get("labels", []), *draft}, key
        people = post.get("assignee", [])
        people = [people] if isinstance(people, str) else people
        assert set(header["assignees"] or []) == {name.replace("at-", "@") for name in people}, key


def number(reference: str) -> str:
    return re.sub(r"\.0+", ".", reference.lower().replace("back-", "").replace("task-", ""))


def test_each_task_keeps_its_relations(ours: Ours) -> None:
    keys = {number(key): key for key, _ in tasks() if "@" not in key}
    for key, post in tasks():
        header = ours.headers[f"backlog:{key}"]
        needs = [keys[number(name)] for name in post.get("dependencies", []) if number(name) in keys]
        assert (header["depends_on"] or []) == ours.ids("backlog", needs), key
        parent = post.get("parent_task_id") or key.partition("@")[0].rpartition(".")[0]
        expected = ours.ids("backlog", [keys[number(parent)]]) if number(parent) in keys else [None]
        assert [header["parent"]] == expected, key


BOX = re.compile(r"^[ ]*[-*] \[[ xX]\] .*$", re.MULTILINE)


def test_each_task_keeps_its_boxes_and_its_lines(ours: Ours) -> None:
    comments = 0
    for key, post in tasks():
        body = ours.bodies[f"backlog:{key}"]
        assert [line.rstrip() for line in BOX.findall(post.content)] == [line.rstrip() for line in BOX.findall(body)]
        texts = ours.texts("backlog", key)
        comments += len(texts)
        here = Counter(line.rstrip() for line in f"{body}\n{chr(10).join(texts)}".split("\n"))
        there = Counter(line.rstrip() for line in post.content.split("\n"))
        lost = [
            line for line in there - here if line and not re.fullmatch(r"\s*<!-- [A-Z_:]+ -->|---|author: .*", line)
        ]
        assert [line for line in lost if not re.match(r"created: |## (Comments|Acceptance Criteria)$", line)] == [], key
    assert comments == 7


def test_criteria_stand_under_acceptance(ours: Ours) -> None:
    with_criteria = [key for key, post in tasks() if re.search(r"^## Acceptance Criteria$", post.content, re.MULTILINE)]
    assert len(with_criteria) > 600
    assert all(re.search(r"^## Acceptance$", ours.bodies[f"backlog:{key}"], re.MULTILINE) for key in with_criteria)


# -- tk ---------------------------------------------------------------------------------------------------------------


def test_each_ticket_keeps_all_it_says(ours: Ours) -> None:
    for post in tickets():
        header, body = ours.headers[f"tk:{post['id']}"], ours.bodies[f"tk:{post['id']}"]
        title, _, text = post.content.partition("\n")
        expected = [title.removeprefix("# ").strip(), {"open": "todo", "closed": "done"}[post["status"]]]
        assert values(header, "title", "status") == expected
        assert values(header, "type", "priority") == [post["type"], NUMBERED[post["priority"]]]
        assert second(header["created"]) == second(post["created"])
        assert (header["depends_on"] or [], header["assignees"]) == (ours.ids("tk", post["deps"]), [post["assignee"]])
        notes = re.split(r"^\*\*20\d\d-\S+Z\*\*\n", text, flags=re.MULTILINE)
        assert ours.texts("tk", post["id"]) == sorted(note.strip() for note in notes[1:])
        assert notes[0].removesuffix("## Notes\n\n").strip() == body.strip()


# -- all --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "records", "issues"), [("beads", 2304, 1951), ("backlog", 692, 669), ("tk", 95, 95)])
def test_every_record_is_imported_or_explained(ours: Ours, kind: str, records: int, issues: int) -> None:
    report = ours.reports[kind]
    assert (report.records, len(report.outcomes), len(report.explained)) == (records, issues, records - issues)
    assert (report.problems, {why.reason for why in report.explained} <= {base.TOMBSTONE, base.OTHER_KIND}) == (
        (),
        True,
    )
    counts = {count.field: count for count in report.counts}
    assert counts["issues"].here == issues
    assert all(count.here >= 0.95 * count.source for count in counts.values()), counts


def test_what_dangles_is_reported(ours: Ours) -> None:
    dangling = [(one.key, one.target) for report in ours.reports.values() for one in report.unmet]
    assert len(dangling) == 14
    assert ("bd-wisp-fm4", "bd-wisp-eh4") in dangling
    assert ("BACK-1", "task-0") in dangling


def test_header_lines_that_are_not_yaml_are_reported(ours: Ours) -> None:
    assert len({key for _, key, text in ours.reports["backlog"].repaired if "not YAML" in text}) == 21


def test_importing_all_again_changes_nothing(ours: Ours) -> None:
    before = ours.place.content()
    for kind in PATHS:
        prepared = apply.prepare(kind, read(kind), ours.place.files)
        assert apply.write(prepared, ours.place.files, iter) == []
    assert ours.place.content() == before


def test_the_whole_reads_without_a_problem(ours: Ours) -> None:
    tracker = ours.place.tracker()
    assert (len(tracker.issues), tracker.problems, tracker.duplicates, tracker.unreadable) == (2715, (), {}, {})


def test_nothing_is_written_elsewhere(ours: Ours) -> None:
    top: list[Path] = sorted(ours.place.folder.iterdir())
    assert [path.name for path in top] == [".issues"]
