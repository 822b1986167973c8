"""Runs as files: records round-trip, journals survive a torn line, one owner at a time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fp.kernel.clock import SystemClock
from fp.kernel.fs import RealFiles
from fp.kernel.problem import Problem
from tarmac import journal
from tarmac.model import (
    AgentSpec,
    Envelope,
    ExitRecord,
    Limits,
    Outcome,
    Run,
    RunName,
    dump_exit,
    dump_run,
    load_exit,
    load_run,
    parse_run_name,
    read_outcome,
    run_of_branch,
)
from tarmac.protocol.run import Phase
from tarmac.store import Record, Store

NAME = RunName("FP-k3v9q2m", 2)
RUN = Run(
    name=NAME,
    claim="c" * 40,
    text="t",
    tracker="a" * 40,
    policy="p",
    base="b" * 40,
    workspace="/w",
    workspace_kind="worktree",
    runner="local",
    agent=AgentSpec("command", ("agent", "-x"), environment=("KEY",)),
    limits=Limits(),
    created="2026-11-23T00:00:00Z",
    setup=(("npm", "ci"),),
    copy=(".env",),
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(RealFiles(tmp_path), tmp_path, SystemClock())


def test_a_run_reads_back_as_itself() -> None:
    assert load_run(dump_run(RUN)) == RUN


def test_a_later_programs_field_is_ignored_and_a_missing_one_refused() -> None:
    value = json.loads(dump_run(RUN))
    assert load_run(json.dumps({**value, "colour": "red"}).encode()) == RUN
    del value["claim"]
    with pytest.raises(ValueError, match="lacks claim"):
        load_run(json.dumps(value).encode())


def test_an_exit_record_reads_back_as_itself() -> None:
    record = ExitRecord(NAME, "exited", 0, "a", "b", 3, outcome=Outcome("question", question="which?"))
    assert load_exit(dump_exit(record)) == record


@pytest.mark.parametrize(
    "text", ["", "FP-k3v9q2m", "FP-k3v9q2m.0", "fp-k3v9q2m.1", "../x.1", "FP-k3v9q2m.1\n", "FP-k3v9q2.1"]
)
def test_what_is_no_run_name(text: str) -> None:
    assert parse_run_name(text) is None


def test_a_branch_names_its_run() -> None:
    assert run_of_branch(RUN.branch) == NAME
    assert run_of_branch("refs/heads/main") is None


@pytest.mark.parametrize(
    "value",
    [None, [], "done", {"status": "landed"}, {"status": ["done"]}],
)
def test_a_hostile_outcome_is_no_outcome(value: object) -> None:
    assert read_outcome(value) is None


def test_wrong_parts_of_an_outcome_are_left_out() -> None:
    value = {
        "status": "done",
        "boxes": [1, True, -1, "x", 1, 0],
        "comments": [1, "ok"],
        "issues": [{}, {"title": "T"}, 3],
    }
    found = read_outcome(value)
    assert found is not None
    assert (found.boxes, found.comments, [issue.title for issue in found.issues]) == ((0, 1), ("ok",), ["T"])


def test_texts_of_an_outcome_are_cut() -> None:
    found = read_outcome({"status": "done", "summary": "x" * 1_000_000, "comments": ["y"] * 1000})
    assert found is not None
    assert (len(found.summary), len(found.comments)) == (20_000, 50)


def event(number: int) -> Envelope:
    return Envelope(1, "2026-11-23T00:00:00.000Z", str(NAME), 2, number, "note", {"text": "é\n"})


def test_a_torn_last_line_is_legal_and_a_torn_middle_is_told() -> None:
    whole = journal.encode(event(0)) + journal.encode(event(1))
    events, problems = journal.decode(whole[:-5], "j")
    assert (len(events), problems) == (1, [])
    events, problems = journal.decode(b'{"v":1,"at\n' + whole, "j")
    assert (len(events), [problem.where for problem in problems]) == (2, ["j:1"])


@pytest.mark.parametrize("line", [b"[]", b"7", b'{"v":9}', b'{"v":1}', b"\xff\xfe"])
def test_a_foreign_line_is_told(line: bytes) -> None:
    _, problems = journal.decode(line + b"\n" + journal.encode(event(0)), "j")
    assert len(problems) == 1


def test_intending_a_run_twice_finds_the_first(store: Store) -> None:
    assert store.intend(RUN)
    assert not store.intend(RUN)


def test_appending_after_a_torn_line_loses_nothing(store: Store, tmp_path: Path) -> None:
    store.intend(RUN)
    record = store.record(NAME)
    assert isinstance(record, Record)
    record = store.append(record, "claimed", {"claim": "c"})
    path = tmp_path / "tarmac/runs" / str(NAME) / "events.jsonl"
    path.write_bytes(path.read_bytes() + b'{"v":1,"at":"20')
    record = store.append(record, "prepared", {"worktree": "w"})
    again = store.record(NAME)
    assert isinstance(again, Record)
    assert again.state.phase is Phase.PREPARED


def test_an_unreadable_record_is_a_problem_and_the_others_still_read(store: Store, tmp_path: Path) -> None:
    store.intend(RUN)
    (tmp_path / "tarmac/runs/FP-aaaaaaa.1").mkdir(parents=True)
    (tmp_path / "tarmac/runs/FP-bbbbbbb.1").mkdir(parents=True)
    (tmp_path / "tarmac/runs/FP-bbbbbbb.1/run.json").write_text("{")
    records, problems = store.records()
    assert [str(record.run.name) for record in records] == [str(NAME)]
    assert all(isinstance(problem, Problem) for problem in problems)
    assert len(problems) == 2


def test_one_process_owns_a_run_until_it_dies(store: Store, tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from tarmac.store import held\n"
        f"with held(Path({str(tmp_path / 'tarmac/runs' / str(NAME) / 'owner.lock')!r})) as mine:\n"
        "    print(mine, flush=True); time.sleep(60)"
    )
    store.intend(RUN)
    other = subprocess.Popen(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    with other:
        assert other.stdout.readline() == "True\n"
        with store.owned(NAME) as mine:
            assert not mine
        other.kill()
    with store.owned(NAME) as mine:
        assert mine


def test_a_wish_is_left_read_and_taken_away(store: Store) -> None:
    assert store.asked("paused") is None
    store.ask("paused")
    assert store.asked("paused") == {}
    store.answered("paused")
    assert store.asked("paused") is None
