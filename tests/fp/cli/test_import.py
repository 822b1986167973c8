"""`fp import` as a person runs it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from tests.support.drifting import edit, linked
from tests.support.guards import CHECKOUT
from tests.support.shared import shared

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Command, Outcome, Repo

pytestmark = pytest.mark.slow

SCHEMA = json.loads((CHECKOUT / "docs/schemas/fp.import.v1.json").read_text())
RECORDS: list[dict[str, Any]] = [
    {"id": "bd-1", "title": "First", "status": "open", "issue_type": "epic", "priority": 1},
    {
        "id": "bd-1.1",
        "title": "Second",
        "status": "closed",
        "issue_type": "event",
        "dependencies": [{"depends_on_id": "bd-9", "type": "blocks"}],
        "comments": [{"author": "ann", "text": "Seen.", "created_at": "2026-01-12T02:16:00Z"}],
    },
    {"id": "bd-2", "title": "Gone", "status": "tombstone"},
]


class Tracker:
    """A repository with a tracker, and a list of records beside it."""

    def __init__(self, repo: Repo, command: Command, folder: Path):
        self.repo = repo
        self.source = folder / "issues.jsonl"
        self._command = command
        assert command("fp", "init", "--prefix", "FP", cwd=repo.path).code == 0
        repo.commit("tracker")

    def records(self, *records: dict[str, Any] | str) -> None:
        lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
        self.source.write_text("\n".join(lines) + "\n")

    def run(self, *options: str) -> Outcome:
        return self._command("fp", "import", "beads", str(self.source), *options, cwd=self.repo.path)

    def document(self, *options: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("--json", *options).out)
        jsonschema.validate(found, SCHEMA)
        return found

    def issues(self) -> list[str]:
        return [path.read_text() for path in sorted(self.repo.path.glob(".issues/*.md"))]


@pytest.fixture
def tracker(repo: Repo, command: Command, tmp_path: Path) -> Tracker:
    made = Tracker(repo, command, tmp_path)
    made.records(*RECORDS)
    return made


def test_the_report_says_what_became_of_each_record(tracker: Tracker) -> None:
    found = tracker.document()
    assert [found[name] for name in ("records", "imported", "created", "written")] == [3, 2, 2, 5]
    assert [one["outcome"] for one in found["issues"]] == ["created", "created"]
    assert [why["reason"] for why in found["explained"]] == ["tombstone"]
    assert [(one["key"], one["target"]) for one in found["unmet"]] == [("bd-1.1", "bd-9")]


def test_the_text_says_it_in_short(tracker: Tracker) -> None:
    done = tracker.run()
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[:2] == ["beads: 3 records: 2 imported, 1 explained", "  2 created, 0 updated, 0 unchanged"]
    assert lines[-1] == "5 files written, nothing staged: git add .issues, then commit"


def test_a_second_import_leaves_git_clean(tracker: Tracker) -> None:
    tracker.run()
    tracker.repo.commit("import")
    done = tracker.run()
    assert tracker.repo.git("status", "--porcelain") == ""
    assert "nothing to write" in done.out


def test_a_dry_run_writes_nothing(tracker: Tracker) -> None:
    done = tracker.run("--dry-run")
    assert "  2 created" in done.out
    assert tracker.repo.git("status", "--porcelain") == ""


def test_commit_takes_what_was_written_and_nothing_else(tracker: Tracker) -> None:
    tracker.repo.write("mine.txt", "x")
    tracker.repo.git("add", "mine.txt")
    found = tracker.document("--commit")
    assert found["commit"] == tracker.repo.head()
    assert tracker.repo.git("status", "--porcelain") == "A  mine.txt"


def test_two_branches_that_import_merge(tracker: Tracker) -> None:
    repo = tracker.repo
    tracker.run("--commit")
    repo.git("switch", "--quiet", "--create", "other")
    tracker.records({**RECORDS[0], "priority": 3}, *RECORDS[1:])
    tracker.run("--commit")
    repo.git("switch", "--quiet", "main")
    tracker.records({**RECORDS[0], "title": "Changed"}, *RECORDS[1:])
    tracker.run("--commit")
    repo.git("merge", "--quiet", "other", "--message", "both")
    assert [one["kept"] for one in tracker.document()["issues"]] == [[], []]
    assert any("\ntitle: Changed\n" in text for text in tracker.issues())


def test_records_with_a_label_can_be_left_out(tracker: Tracker) -> None:
    found = tracker.document("--leave-out", "event")
    assert [(why["key"], why["reason"]) for why in found["explained"]] == [
        ("bd-2", "tombstone"),
        ("bd-1.1", "left-out"),
    ]
    assert len(tracker.issues()) == 1


def test_a_bad_line_fails_the_import_of_that_line_alone(tracker: Tracker) -> None:
    tracker.records(RECORDS[0], "{", '{"id": "x\\u001b[2J", "title": "x"}', {**RECORDS[0], "id": "bd-3"})
    done = tracker.run()
    assert done.code == 1
    assert "issues.jsonl:2: not JSON" in done.out
    assert "issues.jsonl:3: `id` is missing or not a plain text" in done.out
    assert len(tracker.issues()) == 2


def test_hostile_text_reaches_neither_terminal_nor_other_folders(tracker: Tracker) -> None:
    hostile = "../../../x\u202e"
    tracker.records(
        {"id": hostile, "title": "a\u001b[31m\u202e", "status": "odd\u001b", "description": "\u0000\u001b[2J"}
    )
    done = tracker.run()
    assert done.code == 0
    assert not {"\x1b", "\u202e", "\x00"} & set(done.out + done.err)
    assert {line[3:11] for line in tracker.repo.git("status", "--porcelain").splitlines()} == {".issues/"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("odd", "x"), "there are: beads, backlog, tk"),
        (("tk", "-"), "they cannot come by standard input"),
        (("beads", "absent.jsonl"), "no such file or folder"),
        (("backlog", ".issues/events"), "no such file or folder"),
        (("tk", ".git/refs"), "no *.md"),
        (("tk", ".", "--project", "../x"), "not a project's name"),
        (("beads",), "Missing argument"),
    ],
)
def test_a_wrong_call_is_told_what_is_wrong(
    tracker: Tracker, command: Command, arguments: tuple[str, ...], words: str
) -> None:
    done = command("fp", "import", *arguments, cwd=tracker.repo.path)
    assert done.code == 2
    assert words in done.err


def test_without_a_tracker_nothing_is_made(repo: Repo, command: Command) -> None:
    repo.write("issues.jsonl", json.dumps(RECORDS[0]))
    done = command("fp", "import", "beads", "issues.jsonl", cwd=repo.path)
    assert done.code == 2
    assert "fp init" in done.err


def test_settings_that_cannot_be_read_stop_the_import(tracker: Tracker) -> None:
    tracker.repo.write(".issues/config.yaml", "prefix: [\n")
    done = tracker.run()
    assert done.code == 1
    assert ".issues/config.yaml" in done.err
    assert tracker.issues() == []


def test_a_path_is_relative_to_where_it_runs(tracker: Tracker, command: Command, tmp_path: Path) -> None:
    done = command("fp", "import", "beads", "../issues.jsonl", "-C", str(tracker.repo.path), cwd=tmp_path)
    assert done.code == 0
    assert len(tracker.issues()) == 2


@pytest.mark.slow
def test_all_real_data_makes_a_tracker_without_problems(tracker: Tracker, command: Command) -> None:
    sources = {"beads": "data/beads/issues.jsonl", "backlog": "data/backlog-md/backlog", "tk": "data/tk/tickets"}
    for kind, path in sources.items():
        assert command("fp", "import", kind, str(shared(path)), "--commit", cwd=tracker.repo.path).code == 0
    assert command("fp", "check", cwd=tracker.repo.path).out == "2,715 issues, 0 problems\n"
    for kind, path in sources.items():
        command("fp", "import", kind, str(shared(path)), cwd=tracker.repo.path)
    assert tracker.repo.git("status", "--porcelain") == ""


def test_what_drift_found_is_filed_once(tracker: Tracker, command: Command) -> None:
    repo = linked(tracker.repo, command)
    edit(repo, "src/auth.py", "if user:", "if not user:")
    repo.commit("turn it round")
    told = command("drift", "check", "--json", cwd=repo.path).out
    options = ("import", "drift-report", "-", "--commit", "--json")
    first = json.loads(command("fp", *options, cwd=repo.path, stdin=told).out)
    again = json.loads(command("fp", *options, cwd=repo.path, stdin=told).out)
    jsonschema.validate(first, SCHEMA)
    assert [one["external"] for one in first["issues"]] == ["drift-report:src/auth.py#Session.open"]
    assert (first["created"], again["created"], again["written"]) == (1, 0, 0)
    assert "turn it round" in tracker.issues()[0]
