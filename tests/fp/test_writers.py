"""Who may write what: changes judged by how they arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fp.event import Event, Writer, event_bytes
from fp.kernel.problem import Problem, Severity
from fp.writers import FileChange, Run, judge, parse_run
from tests.support.issues import A, B, event, file_of, tracker_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fp.config import Config

HUMAN = Writer("human", "ann")
MACHINE = Writer("orchestrator", "ci-7")
WORKER = Writer("worker", f"{A}.1")
OTHER = Writer("worker", f"{B}.1")

TEXT = """---
id: {id}
title: Guard the gate
created: 2026-11-22T23:15:01Z
status: todo
priority: high

depends_on:

dispatch: hold
---

Do it.

- [ ] tested
"""
FILE = f".issues/{A}.md"
OTHERS = f".issues/{B}.md"
PICKED = event("transition", "orchestrator/ci-7", from_="todo", to="in-progress", epoch=1, claim="token", random="pppp")
BASE: Mapping[str, bytes] = {
    FILE: TEXT.format(id=A).encode(),
    OTHERS: TEXT.format(id=B).encode(),
    **file_of(PICKED._replace(path=PICKED.path.replace(A, B))),
}


def judged(writer: Writer, changes: Mapping[str, bytes | None], base: Mapping[str, bytes] = BASE) -> list[Problem]:
    head = {path: data for path, data in {**base, **changes}.items() if data is not None}
    rows = [FileChange(path, base.get(path), data) for path, data in changes.items()]
    return judge(tracker_of(base), tracker_of(head), rows, writer)


def codes(problems: list[Problem]) -> list[str]:
    return [problem.code[:4] for problem in problems if problem.severity is Severity.ERROR]


def edited(old: str, new: str, path: str = FILE) -> dict[str, bytes]:
    text = BASE[path].decode()
    assert old in text
    return {path: text.replace(old, new).encode()}


@pytest.mark.parametrize(
    ("changes", "worker", "machine", "human"),
    [
        (edited("status: todo", "status: done"), ["D-08"], ["D-10"], []),
        (edited("dispatch: hold", "dispatch: auto"), ["D-62"], ["D-62"], []),
        (edited("title: Guard", "title: Open"), ["D-62"], ["D-62"], []),
        (edited("priority: high", "priority: low"), ["D-62"], ["D-62"], []),
        (edited("depends_on:", f"depends_on: [{B}]"), ["D-62"], ["D-62"], []),
        (edited("Do it.", "Do it not."), ["D-62"], ["D-62"], []),
        (edited("- [ ] tested", "- [ ] not tested"), ["D-62"], ["D-62"], []),
        (edited("id: ", "x-mine: 1\nid: "), ["D-62"], ["D-62"], []),
        (edited("- [ ] tested", "- [x] tested"), [], [], []),
        (edited("- [ ] tested", "- [x] tested", OTHERS), ["D-62"], [], []),
        ({FILE: None}, ["D-62"], ["D-62"], []),
        ({FILE: b"---\nid: broken\n"}, ["D-62"], ["D-62"], []),
        ({".issues/config.yaml": b"format: 1\nprefix: FP\n"}, ["D-62"], ["D-62"], []),
        ({".issues/templates/bug.md": b"x"}, ["D-62"], ["D-62"], []),
        ({"WORKFLOW.md": b"x"}, ["D-62"], ["D-62"], []),
        ({".github/workflows/ci.yml": b"x"}, ["D-62"], ["D-62"], []),
        ({"src/app.py": b"x"}, [], [], []),
    ],
)
def test_a_change_of_a_file_by_the_table(
    changes: dict[str, bytes | None], worker: list[str], machine: list[str], human: list[str]
) -> None:
    found = [codes(judged(writer, changes)) for writer in (WORKER, MACHINE, HUMAN)]
    assert found == [worker, machine, human]


NEW = f".issues/FP-{'c' * 7}.md"


@pytest.mark.parametrize(
    ("text", "worker"),
    [
        (TEXT, []),
        (TEXT.replace("dispatch: hold", ""), []),
        (TEXT.replace("dispatch: hold", "dispatch: auto"), ["D-62"]),
        (TEXT.replace("status: todo", "status: done"), ["D-08"]),
    ],
)
def test_a_worker_proposes_new_issues_on_hold(text: str, worker: list[str]) -> None:
    changes = {NEW: text.format(id=f"FP-{'c' * 7}").encode()}
    assert codes(judged(WORKER, changes)) == worker
    assert codes(judged(HUMAN, changes)) == []


def test_a_new_file_does_not_take_the_id_of_another_issue() -> None:
    assert "D-62" in codes(judged(WORKER, {".issues/mine.md": TEXT.format(id=B).encode()}))


SELF = {"tier": "self", "of": "run"}
ME = str(WORKER)
CITED = {"epoch": 1, "claim": "token"}


@pytest.mark.parametrize(
    ("added", "worker", "machine"),
    [
        (event("comment", ME), [], []),
        (event("comment", ME, epoch=1), [], []),
        (event("comment", ME, epoch=2), ["D-11"], []),
        (event("comment", "human/ann"), ["D-11"], ["D-11"]),
        (event("comment", "orchestrator/ci-7"), ["D-11"], []),
        (event("comment", f"worker/{B}.1"), ["D-11"], []),
        (event("comment", ME, issue_id=B), ["D-62"], []),
        (event("evidence", ME, fields=SELF), [], []),
        (event("evidence", ME, fields={"tier": "ci"}), ["D-11"], []),
        (event("review", ME, fields={"verdict": "approve"}), ["D-11"], ["D-11"]),
        (event("ack", ME), ["D-11"], ["D-11"]),
        (event("transition", ME, from_="todo", to="done"), ["D-08", "D-11"], ["D-09", "D-11"]),
        (event("transition", "human/ann", from_="todo", to="done"), ["D-11"], ["D-11"]),
        (event("transition", "orchestrator/ci-7", from_="todo", to="in-progress", **CITED), ["D-11"], []),
        (event("transition", "orchestrator/ci-7", from_="todo", to="in-progress"), ["D-11"], ["D-11"]),
    ],
)  # fmt: skip
def test_an_added_event_by_the_table(added: Event, worker: list[str], machine: list[str]) -> None:
    changes = file_of(added)
    assert codes(judged(WORKER, changes)) == worker
    assert codes(judged(MACHINE, changes)) == machine
    assert codes(judged(HUMAN, changes)) == []


def test_a_bare_comment_is_a_worker_s_to_add() -> None:
    assert codes(judged(WORKER, {f".issues/events/{A}/note.md": b"Hm.\n"})) == []


MERGED = event(
    "evidence",
    str(MACHINE),
    issue_id=B,
    random="eeee",
    fields={"tier": "observed", "of": "merged", "content": "c" * 40, "exits": ["0"], "commands": ["true"]},
)


def test_a_machine_is_bound_by_the_arrows_and_says_done_with_evidence_alone() -> None:
    status = edited("status: todo", "status: done", OTHERS)
    done = event("transition", str(MACHINE), issue_id=B, from_="in-progress", to="done", after=(PICKED.name,), **CITED)
    assert codes(judged(MACHINE, {**status, **file_of(done)})) == ["D-64"]
    assert codes(judged(MACHINE, {**status, **file_of(done), **file_of(MERGED)})) == []
    straight = done._replace(from_="todo")
    assert "D-09" in codes(judged(MACHINE, {**status, **file_of(straight), **file_of(MERGED)}))


def test_a_machine_cites_the_token_of_the_last_pick_up() -> None:
    stale = event("transition", str(MACHINE), issue_id=B, from_="in-progress", to="done", after=(PICKED.name,))
    status = edited("status: todo", "status: done", OTHERS)
    for claim, expected in (("token", []), ("older", ["D-11"])):
        one = stale._replace(epoch=1, claim=claim)
        assert codes(judged(MACHINE, {**status, **file_of(one), **file_of(MERGED)})) == expected


EXISTING = next(path for path in BASE if "/events/" in path)


@pytest.mark.parametrize("writer", [HUMAN, MACHINE, WORKER, OTHER])
def test_nobody_changes_an_event(writer: Writer) -> None:
    changed = event_bytes(PICKED._replace(note="No, I."))
    assert codes(judged(writer, {EXISTING: changed})) == ["D-81"]


def test_a_removed_event_is_a_gap_unless_a_person_reverts_or_removes_the_issue() -> None:
    base = {**BASE, **edited("status: todo", "status: in-progress", OTHERS)}
    assert codes(judged(WORKER, {EXISTING: None}, base)) == ["D-81"]
    later = event("transition", issue_id=B, from_="in-progress", to="done", after=(PICKED.name,), random="qqqq")
    longer = {**base, **file_of(later), **edited("status: todo", "status: done", OTHERS)}
    assert codes(judged(HUMAN, {EXISTING: None}, longer)) == ["D-81"]
    reverted = {later.path: None, OTHERS: base[OTHERS]}
    assert codes(judged(HUMAN, reverted, longer)) == []
    assert codes(judged(HUMAN, {OTHERS: None, EXISTING: None, later.path: None}, longer)) == []


def test_a_strict_workflow_binds_people_and_is_read_from_the_base() -> None:
    changes = edited("status: todo", "status: done")
    base, head = tracker_of(BASE), tracker_of({**BASE, **changes})
    rows = [FileChange(path, BASE[path], data) for path, data in changes.items()]
    strict = _strict(base.config)
    assert codes(judge(base._replace(config=strict), head, rows, HUMAN)) == ["D-09"]
    assert codes(judge(base, head._replace(config=strict), rows, HUMAN)) == []


def _strict(config: Config) -> Config:
    return config._replace(workflow=config.workflow._replace(strict=True))


def test_a_problem_points_at_the_line_and_says_who_and_what() -> None:
    (problem,) = judged(WORKER, edited("status: todo", "status: done"))
    assert (problem.code, problem.path, problem.line) == ("D-08-status-differs-between-branches", FILE, 5)
    assert problem.message == f"worker/{A}.1 sets the status todo -> done; it may only propose one"


@pytest.mark.parametrize(
    ("name", "expected"), [(f"{A}.12", Run(A, 12)), (A, None), (f"{A}.0", None), ("x.1", None), (f"{A}.1/2", None)]
)
def test_a_run_s_name_is_read(name: str, expected: Run | None) -> None:
    assert parse_run(name) == expected
