"""The reader of what drift found, and what becomes of a cause that is told again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from fp.importers import apply, base, plan
from fp.importers.drift_report import read
from tests.support.importing import Place

if TYPE_CHECKING:
    from pathlib import Path

    from fp.importers.fidelity import Report

AT_MS = 1_795_517_111_964
BLAME = {"author": "Ann", "commit": "c" * 40, "date": "2026-11-24T10:00:00+01:00", "subject": "turn it round"}


def anchor(target: str = "src/a.py#f", code: str = "changed_after_baseline", **fields: Any) -> dict[str, Any]:
    """A stale binding, but for the fields given."""
    path, _, symbol = target.partition("#")
    return {
        "identity": target, "raw": f"{target}@n2/python:00", "kind": "symbol", "path": path, "symbol": symbol,
        "heading": None, "line": 2, "section": None, "section_line": None,
        "provenance": {"kind": "sig", "value": "n2/python:00"}, "result": "stale", "severity": "error",
        "reason": {"code": code, "message": "changed"}, "near": [], "moved": None, "blame": None, **fields,
    }  # fmt: skip


def link(target: str, code: str = "link_target_not_found", **fields: Any) -> dict[str, Any]:
    """A broken link."""
    reason = {"code": code, "message": "leads to no file"}
    return {"target": target, "line": 5, "result": "broken", "severity": "error", "reason": reason, **fields}


def report(*docs: tuple[str, list[Any]], **fields: Any) -> bytes:
    """A report on these documents; a part with a `kind` is an anchor."""
    found = [
        {
            "path": path,
            "anchors": [part for part in parts if "kind" in part],
            "links": [part for part in parts if "kind" not in part],
        }
        for path, parts in docs
    ]
    return json.dumps({"schema": "drift.check.v1", "checked_at_ms": AT_MS, "docs": found, **fields}).encode()


def issues(*docs: tuple[str, list[Any]]) -> dict[str, base.ForeignIssue]:
    return {one.key: one for one in read({"stdin": report(*docs)}).issues}


def test_documents_of_one_target_are_one_cause() -> None:
    found = issues(("docs/b.md", [anchor()]), ("docs/a.md", [anchor(section="use", section_line=7)]))
    (one,) = found.values()
    assert (one.key, one.title) == ("src/a.py#f", "Check what documents say of src/a.py#f: it has changed")
    assert [line for line in one.body.split("\n") if line.startswith("- ")] == [
        "- `docs/a.md:7 (use)`: changed",
        "- `docs/b.md`: changed",
    ]
    assert (one.labels, one.created) == (("drift",), datetime(2026, 11, 24, 10, 45, 11, tzinfo=UTC))


def test_what_is_fresh_or_sound_is_no_record() -> None:
    fresh = anchor(result="fresh", severity=None, reason=None)
    sound = link("x.md", result="ok", severity=None, reason=None)
    assert read({"stdin": report(("docs/a.md", [fresh, sound]))}) == ((), (), ())


@pytest.mark.parametrize(
    ("parts", "keys"),
    [
        ([anchor("a.py#f"), anchor("a.py#g")], ["a.py#f", "a.py#g"]),
        ([anchor("a.py#f", "file_not_found"), anchor("a.py#g", "file_not_found")], ["a.py"]),
        ([anchor("a.py#f", "symbol_not_found")], ["a.py#f"]),
        ([anchor("a.py", "document_not_found"), anchor("b.py", "document_not_found")], ["document:docs/x.md"]),
        ([anchor("a.py", "section_not_found", section="use")], ["document:docs/x.md#use"]),
        ([link("../src/b%20c.py#L3"), link("/src/b c.py")], ["link:src/b c.py"]),
        ([link("#nix", "link_fragment_not_found")], ["link:docs/x.md#nix"]),
        ([link("y.md#nix", "link_fragment_not_found")], ["link:docs/y.md#nix"]),
    ],
)
def test_a_cause_is_what_has_to_be_looked_at_once(parts: list[Any], keys: list[str]) -> None:
    assert sorted(issues(("docs/x.md", parts))) == keys


def test_what_was_not_compared_or_weighs_nothing_is_explained() -> None:
    parts = [
        anchor("a.py", result="skip", severity="note"),
        anchor("b.py", severity="note"),
        link("c", severity="note"),
    ]
    found = read({"stdin": report(("docs/x.md", parts))})
    assert [(why.key, why.reason) for why in found.explained] == [
        ("docs/x.md <- a.py", "skipped"),
        ("docs/x.md <- b.py", "note"),
        ("docs/x.md -> c", "note"),
    ]
    assert found.issues == ()


def test_the_body_says_who_changed_it_where_it_may_be_and_what_to_do() -> None:
    moved = {"fate": "moved", "candidates": [{"target": "b.py#f", "confidence": 1, "why": "same", "certain": True}]}
    body = issues(("d.md", [anchor("a`b.py#f", blame=BLAME, moved=moved, near=["a.py#g"])]))["a`b.py#f"].body
    assert "Last change of the file: cccccccccc, 2026-11-24, Ann: turn it round" in body
    assert "It may be meant: `b.py#f`, `a.py#g`." in body
    assert "``drift link DOC 'a`b.py#f' --still-accurate``" in body


def test_a_long_target_has_a_key_of_its_own() -> None:
    (one, other) = issues(("d.md", [anchor("x" * 300), anchor("x" * 301)]))
    assert max(len(one), len(other)) <= base.KEY_CHARACTERS_MAX


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"", 1, "empty"),
        (b"\xff\xff", 1, "not UTF-8"),
        (b'{"schema":\n\n nix}', 3, "not JSON: Expecting value (column 2)"),
        (b"[" * 100_000, 1, "not JSON"),
        (b"[]", 1, "not one JSON object"),
        (b"{} {}", 1, "not one JSON object"),
        (b"3", 1, "not one JSON object"),
        (b'{"schema": "drift.error.v1", "message": "no\\u001b lock"}', 1, "its schema is drift.error.v1: no lock"),
        (b'{"schema": ["x"]}', 1, 'its schema is ["x"]'),
        (b'{"schema": "drift.check.v1"}', 0, "docs is not a list"),
        (report(docs=[3]), 0, "docs[0] is not an object"),
        (report(docs=[{"path": "a", "anchors": 3, "links": []}]), 0, "docs[0].anchors is not a list"),
        (report(docs=[{"path": "a", "links": []}]), 0, "docs[0].anchors is not a list"),
        (report(docs=[{"anchors": [anchor()], "links": []}]), 0, "docs[0].path is not a text"),
        (report(("a", [anchor(result="odd")])), 0, "docs[0].anchors[0].result is not one of fresh, skip, stale"),
        (report(("a", [anchor(severity=[])])), 0, "docs[0].anchors[0].severity is not one of"),
        (report(("a", [anchor(identity="\n")])), 0, "docs[0].anchors[0].identity is not a text"),
        (report(("a", [anchor(section_line=-1)])), 0, "docs[0].anchors[0].section_line is not the number of a line"),
        (report(("a", [link("x", line=True)])), 0, "docs[0].links[0].line is not the number of a line"),
    ],
)
def test_what_is_odd_is_a_problem_with_its_place(data: bytes, line: int, words: str) -> None:
    found = read({"stdin": data})
    assert [(problem.path, problem.line) for problem in found.problems] == [("stdin", line)]
    assert words in found.problems[0].message
    assert found.issues == ()


def test_an_odd_part_stops_nothing_else() -> None:
    found = read({"stdin": report(("a.md", [anchor(severity="odd"), anchor()]))})
    assert (len(found.issues), len(found.problems)) == (1, 1)


# -- told again -------------------------------------------------------------------------------------------------------


class Told:
    """A tracker that reports are imported into."""

    def __init__(self, folder: Path):
        self.place = Place(folder)

    def tell(self, *docs: tuple[str, list[Any]]) -> Report:
        from fp.importers.fidelity import report as fidelity

        prepared = apply.prepare("drift-report", read({"stdin": report(*docs)}), self.place.files)
        apply.write(prepared, self.place.files, iter)
        return fidelity(prepared)

    def text(self) -> str:
        (path,) = self.place.folder.glob(".issues/*.md")
        return path.read_text()

    def close(self, status: str = "done") -> None:
        (path,) = self.place.folder.glob(".issues/*.md")
        path.write_text(path.read_text().replace("status: todo", f"status: {status}"))


@pytest.fixture
def told(tmp_path: Path) -> Told:
    made = Told(tmp_path)
    made.tell(("d.md", [anchor()]))
    return made


STAMPED_AGAIN = anchor(provenance={"kind": "sig", "value": "n2/python:11"})


def test_the_same_report_writes_nothing(told: Told) -> None:
    before = told.place.content()
    found = told.tell(("d.md", [anchor(line=9, section_line=4, blame=BLAME)]))
    assert (found.outcomes[0].status, told.place.content()) == (plan.UNCHANGED, before)


def test_an_open_issue_lists_a_document_that_joins(told: Told) -> None:
    told.tell(("d.md", [anchor()]), ("e.md", [anchor()]))
    assert "`e.md`: changed" in told.text()


def test_a_closed_issue_is_left_alone_and_named_while_its_cause_stays(told: Told) -> None:
    told.close()
    before = told.place.content()
    found = told.tell(("d.md", [anchor(blame=BLAME)]))
    assert [(one.closed, one.reopened) for one in found.outcomes] == [(True, False)]
    assert told.place.content() == before


@pytest.mark.parametrize("status", ["done", "cancelled"])
def test_a_closed_issue_is_open_again_when_its_cause_comes_back(told: Told, status: str) -> None:
    told.close(status)
    found = told.tell(("d.md", [STAMPED_AGAIN]))
    assert [(one.closed, one.reopened) for one in found.outcomes] == [(False, True)]
    assert "status: todo" in told.text()
    (events,) = told.place.tracker().events.values()
    assert [event.note for event in events] == [
        "Reopened: drift check tells this again, at a place where it did not when this was closed."
    ]


def test_it_is_opened_once(told: Told) -> None:
    told.close()
    told.tell(("d.md", [STAMPED_AGAIN]))
    before = told.place.content()
    told.tell(("d.md", [STAMPED_AGAIN]))
    assert told.place.content() == before


def test_an_issue_in_progress_keeps_its_status(told: Told) -> None:
    told.close("in-progress")
    told.tell(("d.md", [STAMPED_AGAIN]))
    assert "status: in-progress" in told.text()


def test_what_is_told_no_more_is_named_while_it_is_open(told: Told) -> None:
    assert [name for name, _ in told.tell().gone] == ["drift-report:src/a.py#f"]
    told.close()
    assert told.tell().gone == ()


def test_a_report_that_cannot_be_read_settles_nothing(told: Told) -> None:
    prepared = apply.prepare("drift-report", read({"stdin": b"{"}), told.place.files)
    assert (prepared.gone, len(prepared.problems)) == ((), 1)


def test_without_the_memory_there_is_no_second_issue(told: Told) -> None:
    (told.place.folder / ".issues/imports/drift-report.jsonl").unlink()
    found = told.tell(("d.md", [anchor()]))
    assert [one.status for one in found.outcomes] == [plan.UNCHANGED]
