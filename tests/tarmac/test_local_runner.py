from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from fp.kernel.host import SystemHost
from fp.kernel.process import LocalProcesses
from tarmac.model import AgentSpec
from tarmac.runners.local import LocalRunner
from tests.support.guards import CHECKOUT
from tests.support.workers import NAME, PYTHON, Bench, alive, kill, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SLEEP = "import os, time; print(f'pid={os.getpid()}', flush=True); time.sleep(60)"
WITH_CHILD = (
    "import subprocess, sys\n"
    "child = subprocess.Popen([sys.executable, '-I', '-c', 'import time; time.sleep(60)'], start_new_session=True)\n"
    f"print(f'child={{child.pid}}', flush=True); {SLEEP}"
)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    (tmp_path / "work" / ".tarmac").mkdir(parents=True)
    return Bench(tmp_path / "runs" / str(NAME), tmp_path / "work")


@pytest.fixture
def runner(bench: Bench) -> Iterator[LocalRunner]:
    """A runner whose worker is gone when the test is over."""
    runner = a_runner()
    yield runner
    if bench.folder.exists() and runner.poll(bench.folder).liveness.state == "alive":
        runner.cancel(bench.folder)
        wait_for(lambda: runner.poll(bench.folder).liveness.state == "dead")


def a_runner() -> LocalRunner:
    host = SystemHost()
    return LocalRunner(LocalProcesses(host), host)


def state(runner: LocalRunner, bench: Bench) -> str:
    return runner.poll(bench.folder).liveness.state


def test_nothing_was_started(bench: Bench, runner: LocalRunner) -> None:
    bench.write("pass")
    assert state(runner, bench) == "none"
    assert runner.adopt(bench.folder) is None


def test_a_launched_worker_runs_its_agent_to_the_end(bench: Bench, runner: LocalRunner) -> None:
    run = bench.write("print('one'); print('two')")
    runner.launch(run, bench.folder)
    wait_for(lambda: state(runner, bench) == "dead")
    facts = runner.poll(bench.folder)
    assert facts.exit is not None
    assert (facts.exit.reason, facts.exit.code, facts.output_bytes) == ("exited", 0, 8)
    assert (facts.last_event_at != "", facts.unsupervised) == (True, False)


def test_a_worker_is_seen_from_the_moment_it_was_launched(bench: Bench, runner: LocalRunner) -> None:
    run = bench.write(SLEEP)
    process = runner.launch(run, bench.folder)
    assert state(runner, bench) == "alive"
    assert runner.adopt(bench.folder) == process


def test_launching_again_finds_the_worker_that_runs(bench: Bench, runner: LocalRunner) -> None:
    run = bench.write(SLEEP)
    first = runner.launch(run, bench.folder)
    bench.said("pid")
    assert a_runner().launch(run, bench.folder) == first


def test_cancel_stops_the_agent(bench: Bench, runner: LocalRunner) -> None:
    run = bench.write(SLEEP)
    runner.launch(run, bench.folder)
    agent = int(bench.said("pid"))
    runner.cancel(bench.folder, "not wanted any more")
    wait_for(lambda: state(runner, bench) == "dead")
    record = bench.exit()
    assert record is not None
    assert (record.reason, record.detail, alive(agent)) == ("stopped", "not wanted any more", False)


def test_a_worker_outlives_the_orchestrator_and_another_one_adopts_it(bench: Bench, runner: LocalRunner) -> None:
    bench.write(SLEEP)
    code = (
        "import sys; from pathlib import Path; from tarmac.model import load_run\n"
        "from tests.tarmac.test_local_runner import a_runner\n"
        "folder = Path(sys.argv[1]); a_runner().launch(load_run((folder / 'run.json').read_bytes()), folder)"
    )
    subprocess.run([sys.executable, "-c", code, str(bench.folder)], cwd=CHECKOUT, check=True, timeout=30)
    bench.said("pid")
    assert runner.adopt(bench.folder) is not None
    assert runner.list(bench.folder.parent) == [NAME]


def test_a_killed_worker_without_a_record_is_dead(bench: Bench, runner: LocalRunner) -> None:
    run = bench.write(SLEEP)
    process = runner.launch(run, bench.folder)
    bench.said("pid")
    kill(process.pid)
    wait_for(lambda: state(runner, bench) == "dead")
    assert runner.poll(bench.folder).exit is None
    assert runner.list(bench.folder.parent) == []


def test_what_a_killed_worker_leaves_counts_as_alive_until_it_is_ended(bench: Bench, runner: LocalRunner) -> None:
    run = bench.write(WITH_CHILD)
    process = runner.launch(run, bench.folder)
    agent, orphan = int(bench.said("pid")), int(bench.said("child"))
    kill(process.pid)
    wait_for(lambda: not alive(agent) and runner.poll(bench.folder).unsupervised)
    assert (state(runner, bench), alive(orphan)) == ("alive", True)
    runner.cancel(bench.folder)
    assert (state(runner, bench), alive(orphan)) == ("dead", False)


def test_a_recycled_pid_is_a_dead_worker(bench: Bench, runner: LocalRunner) -> None:
    bench.write("pass")
    mine = {"format": 1, "pid": os.getpid(), "started": 1, "boot": SystemHost().boot_id()}
    (bench.folder / "worker.json").write_text(json.dumps(mine))
    assert state(runner, bench) == "dead"


def test_a_worker_of_another_boot_is_dead(bench: Bench, runner: LocalRunner) -> None:
    bench.write("pass")
    (bench.folder / "worker.json").write_text(json.dumps({"format": 1, "pid": os.getpid(), "started": 1, "boot": "b"}))
    assert state(runner, bench) == "dead"


@pytest.mark.parametrize("content", ["", "[]", '{"pid": []}', "\0", '{"pid": 1}'])
def test_a_broken_record_of_the_worker_is_no_record(bench: Bench, runner: LocalRunner, content: str) -> None:
    bench.write("pass")
    (bench.folder / "worker.json").write_text(content)
    (bench.folder / "exit.json").write_text(content)
    assert runner.poll(bench.folder).liveness.state == "none"


def test_a_runner_gives_the_worker_no_more_than_the_agent_may_see(bench: Bench) -> None:
    host = SystemHost()
    environ = {**os.environ, "WANTED_KEY": "wanted-secret", "OTHER_KEY": "hidden-secret"}
    runner = LocalRunner(LocalProcesses(host), host, environ)
    code = "import os; print(open(f'/proc/{os.getppid()}/environ').read())"
    run = bench.write(AgentSpec("command", (*PYTHON, code), environment=("WANTED_KEY",)))
    runner.launch(run, bench.folder)
    wait_for(lambda: state(runner, bench) == "dead")
    assert "OTHER_KEY" not in bench.output()
    assert "WANTED_KEY=[WANTED_KEY]" in bench.output()


def test_the_tail_is_the_last_lines(bench: Bench, runner: LocalRunner) -> None:
    bench.write("pass")
    assert runner.tail(bench.folder, 2) == ""
    (bench.folder / "agent.log").write_bytes(b"one\ntwo\nthr\xffee\n")
    assert runner.tail(bench.folder, 2) == "two\nthr\ufffdee"


@pytest.mark.slow
@pytest.mark.parametrize("moment", range(14))
def test_a_worker_killed_at_any_moment_and_launched_again_starts_its_agent_at_most_once(
    bench: Bench, runner: LocalRunner, moment: int
) -> None:
    run = bench.write(f"open('{bench.folder}/starts', 'a').write('x')\n{WITH_CHILD.replace('60', '0.3')}")
    process = runner.launch(run, bench.folder)
    time.sleep(moment * 0.03)
    kill(process.pid)
    wait_for(lambda: state(runner, bench) == "dead" or runner.poll(bench.folder).unsupervised)
    runner.cancel(bench.folder)
    wait_for(lambda: state(runner, bench) == "dead")
    runner.launch(run, bench.folder)
    wait_for(bench.exit, "a record")
    wait_for(lambda: state(runner, bench) == "dead")
    starts = bench.folder / "starts"
    assert not starts.exists() or starts.read_text() == "x"
