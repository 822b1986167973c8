from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from tarmac.model import AgentSpec, Limits
from tests.support.workers import PYTHON, Bench, alive, kill, wait_for

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

SLEEP = "import time; time.sleep(60)"
SAY_AND_SLEEP = f"import os; print(f'pid={{os.getpid()}}', flush=True); {SLEEP}"
OUTCOME = "import os, json; json.dump({outcome}, open(os.environ['TARMAC_OUTCOME'], 'w'))"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    workspace = tmp_path / "work"
    (workspace / ".tarmac").mkdir(parents=True)
    return Bench(tmp_path / "run", workspace)


def test_the_agents_exit_status_is_recorded(bench: Bench) -> None:
    bench.write("raise SystemExit(7)")
    record = bench.finish()
    assert (record.reason, record.code) == ("exited", 7)


def test_the_record_is_written_last_and_after_a_whole_journal(bench: Bench) -> None:
    bench.write("print('hello')")
    bench.finish()
    assert bench.events() == [
        "worker.started", "agent.starting", "agent.started", "agent.output", "worker.ended",
    ]  # fmt: skip


def test_a_signal_that_ends_the_agent_is_a_negative_code(bench: Bench) -> None:
    bench.write("import os; os.kill(os.getpid(), 9)")
    assert bench.finish().code == -9


@pytest.mark.parametrize("how", ["stdin", "argument", "file"])
def test_the_prompt_reaches_the_agent(bench: Bench, how: str) -> None:
    read = {"stdin": "sys.stdin.read()", "argument": "sys.argv[1]", "file": "open(sys.argv[1]).read()"}[how]
    bench.write(AgentSpec("command", (*PYTHON, f"import sys; print(repr({read}))"), how))
    bench.finish()
    assert bench.output() == "'the prompt\\n'\n"


def test_an_agent_that_does_not_read_its_prompt_is_not_waited_for(bench: Bench) -> None:
    bench.write("print('ready')")
    (bench.folder / "prompt.md").write_bytes(b"x" * 1_000_000)
    assert bench.finish().code == 0


def test_a_prompt_too_long_for_an_argument_does_not_start_the_agent(bench: Bench) -> None:
    bench.write(AgentSpec("command", ("true",), "argument"))
    (bench.folder / "prompt.md").write_bytes(b"x" * 131_072)
    record = bench.finish()
    assert record.reason == "not-started"
    assert "longer than an argument may be" in record.detail


def test_a_program_that_is_not_there_is_not_started(bench: Bench) -> None:
    bench.write(AgentSpec("command", ("no-such-agent-program",)))
    record = bench.finish()
    assert (record.reason, record.code) == ("not-started", None)
    assert "no-such-agent-program" in record.detail


def test_a_workspace_that_is_gone_is_said(bench: Bench) -> None:
    run = bench.write("pass")
    (bench.workspace / ".tarmac").rmdir()
    bench.workspace.rmdir()
    record = bench.finish()
    assert record.reason == "not-started"
    assert run.workspace in record.detail


def test_the_agent_sees_only_what_the_policy_lets_through(bench: Bench) -> None:
    bench.write("import os; print(sorted(os.environ))", environment=("WANTED_KEY",))
    bench.finish(WANTED_KEY="wanted-secret", OTHER_KEY="hidden-secret", PYTHONPATH="")
    assert "WANTED_KEY" in bench.output()
    assert "OTHER_KEY" not in bench.output()


def test_the_agent_is_told_about_its_run(bench: Bench) -> None:
    names = ["TARMAC_RUN", "TARMAC_ISSUE", "TARMAC_OUTCOME", "TARMAC_PORT_BASE", "FP_AGENT"]
    bench.write(f"import os; print([os.environ[name] for name in {names}])")
    bench.finish()
    run, outcome = "FP-k3v9q2m.1", f"{bench.workspace}/.tarmac/outcome.json"
    assert bench.output() == f"{[run, 'FP-k3v9q2m', outcome, '20000', run]}\n"


def test_a_secret_is_written_nowhere_though_the_agent_prints_it_in_two_halves(bench: Bench) -> None:
    code = (
        "import os, sys, time, json; key = os.environ['WANTED_KEY']\n"
        "for half in (key[:7], key[7:]): sys.stdout.write(half); sys.stdout.flush(); time.sleep(0.3)\n"
        "json.dump({'status': 'question', 'question': key}, open(os.environ['TARMAC_OUTCOME'], 'w'))"
    )
    bench.write(code, environment=("WANTED_KEY",))
    record = bench.finish(WANTED_KEY="planted-secret")
    kept = b"".join(path.read_bytes() for path in bench.folder.iterdir())
    assert b"planted-secret" not in kept
    assert record.outcome is not None
    assert (bench.output(), record.outcome.question) == ("[WANTED_KEY]", "[WANTED_KEY]")


# -- limits -----------------------------------------------------------------------------------------------------------


def test_a_silent_agent_is_stopped(bench: Bench) -> None:
    bench.write(SLEEP, limits=Limits(1.0, 0, 0))
    record = bench.finish()
    assert (record.reason, record.code) == ("silence", -signal.SIGINT)


def test_an_agent_that_is_busy_without_output_is_given_one_more_span(bench: Bench) -> None:
    bench.write("while True: pass", limits=Limits(0.5, 0, 0))
    record = bench.finish()
    assert record.reason == "silence"
    assert bench.events().count("limit.silence") == 1


def test_an_agent_that_writes_files_without_output_is_not_silent(bench: Bench) -> None:
    code = "import time\nfor number in range(20): open(f'file{number}', 'w').close(); time.sleep(0.1)"
    bench.write(code, limits=Limits(0.5, 0, 0))
    record = bench.finish()
    assert (record.reason, record.code) == ("exited", 0)
    assert "limit.silence" in bench.events()


def test_an_agent_that_talks_is_not_silent(bench: Bench) -> None:
    bench.write("import time\nfor _ in range(8): print('.', flush=True); time.sleep(0.2)", limits=Limits(1.0, 0, 0))
    assert bench.finish().code == 0


def test_an_agent_over_its_time_is_stopped(bench: Bench) -> None:
    bench.write("import time\nwhile True: print('.', flush=True); time.sleep(0.05)", limits=Limits(0, 0.5, 0))
    record = bench.finish()
    assert (record.reason, record.detail) == ("wall", "ran longer than 0.5 s")


@pytest.mark.parametrize(("size", "reason"), [(100_000, "exited"), (100_001, "output")])
def test_output_is_cut_at_its_limit(bench: Bench, size: int, reason: str) -> None:
    bench.write(f"import sys; sys.stdout.write('x' * {size})", limits=Limits(0, 0, 100_000))
    record = bench.finish()
    assert (record.reason, record.output_bytes) == (reason, size)
    assert (bench.folder / "agent.log").stat().st_size == 100_000


def test_a_flood_is_stopped_and_kept_to_the_limit(bench: Bench) -> None:
    bench.write("import os\nwhile True: os.write(1, b'x' * 65536)", limits=Limits(0, 0, 1_000_000))
    assert bench.finish().reason == "output"
    assert (bench.folder / "agent.log").stat().st_size == 1_000_000


# -- stopping ---------------------------------------------------------------------------------------------------------


def test_the_stop_file_stops_the_agent_and_gives_the_reason(bench: Bench) -> None:
    bench.write(SAY_AND_SLEEP)
    worker = bench.start()
    pid = int(bench.said("pid"))
    (bench.folder / "stop").write_text("a person said so\nand more\n")
    record = bench.finish(worker)
    assert (record.reason, record.detail, alive(pid)) == ("stopped", "a person said so", False)


def test_a_stop_file_from_before_the_start_starts_nothing(bench: Bench) -> None:
    bench.write("open('started', 'w').close()")
    (bench.folder / "stop").write_text("")
    record = bench.finish()
    assert (record.reason, record.detail, record.code) == ("stopped", "asked to stop", None)
    assert not (bench.workspace / "started").exists()


def test_a_worker_that_is_told_to_end_ends_its_agent_and_still_writes_the_record(bench: Bench) -> None:
    bench.write(SAY_AND_SLEEP)
    worker = bench.start()
    pid = int(bench.said("pid"))
    worker.terminate()
    record = bench.finish(worker)
    assert (record.reason, record.detail) == ("stopped", "the worker was sent SIGTERM")
    assert not alive(pid)


def test_an_agent_that_ignores_everything_is_killed(bench: Bench) -> None:
    ignore = "import signal; [signal.signal(number, signal.SIG_IGN) for number in (2, 15)]\n"
    bench.write(ignore + SAY_AND_SLEEP)
    worker = bench.start()
    bench.said("pid")
    worker.terminate()
    assert bench.finish(worker).code == -signal.SIGKILL


def test_an_agent_may_end_well_when_it_is_asked_to(bench: Bench) -> None:
    bench.write(f"import signal, sys; signal.signal(2, lambda *_: sys.exit(0))\n{SAY_AND_SLEEP}")
    worker = bench.start()
    bench.said("pid")
    worker.terminate()
    record = bench.finish(worker)
    assert (record.reason, record.code) == ("stopped", 0)


CHILD = "import subprocess, sys; child = subprocess.Popen([sys.executable, '-I', '-c', {code!r}]{more})\n"
SAY_CHILD = "print(f'child={child.pid}', flush=True)\n"
STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); signal.signal(2, signal.SIG_IGN); time.sleep(60)"


@pytest.mark.parametrize(
    ("code", "more"),
    [(SLEEP, ""), (STUBBORN, ""), (SLEEP, ", start_new_session=True"), (SLEEP, ", stdout=subprocess.DEVNULL")],
    ids=["in its group", "ignores TERM", "in a session of its own", "without its output"],
)
def test_what_the_agent_leaves_behind_is_ended_before_the_record_is_written(bench: Bench, code: str, more: str) -> None:
    bench.write(CHILD.format(code=code, more=more) + SAY_CHILD)
    record = bench.finish()
    assert (record.reason, record.code) == ("exited", 0)
    assert not alive(int(bench.said("child")))


def test_a_daemon_that_forked_twice_is_ended_too(bench: Bench) -> None:
    bench.write(
        "import os, time\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork(): os._exit(0)\n"
        "    print(f'child={os.getpid()}', flush=True); time.sleep(60)\n"
        "time.sleep(0.5)"
    )
    bench.finish()
    assert not alive(int(bench.said("child")))
    assert "agent.left" in bench.events()


def test_children_are_stopped_with_the_agent(bench: Bench) -> None:
    bench.write(CHILD.format(code=STUBBORN, more="") + SAY_CHILD + SLEEP)
    worker = bench.start()
    pid = int(bench.said("child"))
    worker.terminate()
    bench.finish(worker)
    assert not alive(pid)


# -- one agent a run, whatever dies -----------------------------------------------------------------------------------


def test_a_second_worker_of_a_run_ends_at_once(bench: Bench) -> None:
    bench.write(f"print('started=1'); {SAY_AND_SLEEP}")
    first = bench.start()
    bench.said("pid")
    assert bench.start().wait(30) == 0
    first.terminate()
    bench.finish(first)
    assert bench.output().count("started=1") == 1


def test_a_worker_of_a_run_that_has_ended_changes_nothing(bench: Bench) -> None:
    bench.write("print('once')")
    before = bench.finish()
    assert bench.finish() == before
    assert bench.output() == "once\n"


def test_a_worker_that_is_killed_leaves_no_record_and_no_agent(bench: Bench) -> None:
    bench.write(SAY_AND_SLEEP)
    worker = bench.start()
    pid = int(bench.said("pid"))
    kill(worker.pid)
    worker.wait(30)
    wait_for(lambda: not alive(pid), "the agent's death")
    assert bench.exit() is None


def test_an_agent_is_not_started_again_after_its_worker_was_killed(bench: Bench) -> None:
    bench.write(CHILD.format(code=SLEEP, more=", start_new_session=True") + SAY_CHILD + SAY_AND_SLEEP)
    worker = bench.start()
    bench.said("pid")
    orphan = int(bench.said("child"))
    kill(worker.pid)
    worker.wait(30)
    record = bench.finish()
    assert (record.reason, record.code, alive(orphan)) == ("crashed", None, False)
    assert bench.output().count("pid=") == 1


def test_a_worker_goes_on_when_the_one_who_started_it_is_gone(bench: Bench) -> None:
    bench.write("import time; time.sleep(0.5); print('done')")
    parent = os.fork()
    if parent == 0:
        bench.start()
        os._exit(0)
    os.waitpid(parent, 0)
    wait_for(bench.exit, "the record")
    assert bench.output() == "done\n"


# -- set-up -----------------------------------------------------------------------------------------------------------


def test_set_up_runs_in_the_workspace_before_the_agent(bench: Bench) -> None:
    bench.write("print(open('made').read())", setup=((*PYTHON, "open('made', 'w').write('by set-up')"),))
    assert bench.finish().code == 0
    assert bench.output() == "by set-up\n"


def test_a_set_up_that_fails_starts_no_agent_and_keeps_its_output(bench: Bench) -> None:
    bench.write("print('agent')", setup=((*PYTHON, "print('no luck'); raise SystemExit(3)"), ("true",)))
    record = bench.finish()
    assert (record.reason, record.code, bench.output()) == ("setup-failed", 3, "")
    assert "no luck" in (bench.folder / "setup.log").read_text()


def test_a_set_up_can_be_stopped(bench: Bench) -> None:
    bench.write("print('agent')", setup=((*PYTHON, SLEEP),))
    worker = bench.start()
    wait_for(lambda: "setup.started" in bench.events())
    worker.terminate()
    record = bench.finish(worker)
    assert (record.reason, bench.output()) == ("stopped", "")


# -- the outcome ------------------------------------------------------------------------------------------------------


def test_the_outcome_is_in_the_record(bench: Bench) -> None:
    bench.write(OUTCOME.format(outcome={"status": "question", "question": "which one?", "boxes": [1, 0]}))
    outcome = bench.finish().outcome
    assert outcome is not None
    assert (outcome.status, outcome.question, outcome.boxes) == ("question", "which one?", (0, 1))


def test_an_outcome_from_before_the_agent_is_not_its_own(bench: Bench) -> None:
    bench.write("pass")
    (bench.workspace / ".tarmac" / "outcome.json").write_text('{"status": "done"}')
    assert bench.finish().outcome is None


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import os; os.symlink('/etc/passwd', os.environ['TARMAC_OUTCOME'])", "link"),
        ("import os; os.mkfifo(os.environ['TARMAC_OUTCOME'])", "not a regular file"),
        ("import os; os.rmdir('.tarmac'); os.symlink('/tmp', '.tarmac')", ""),
        ("import os; open(os.environ['TARMAC_OUTCOME'], 'w').write('x' * 300_000)", "larger than"),
        ("import os; open(os.environ['TARMAC_OUTCOME'], 'w').write('[' * 100_000)", "not JSON"),
        ("import os; open(os.environ['TARMAC_OUTCOME'], 'wb').write(b'\\xff\\xfe')", "not JSON"),
        ("import os; open(os.environ['TARMAC_OUTCOME'], 'w').write('{\"status\": [1]}')", "no `status`"),
        ("import os; open(os.environ['TARMAC_OUTCOME'], 'w').write('9' * 10_000)", "not JSON"),
    ],
)
def test_a_hostile_outcome_is_no_outcome_and_no_crash(bench: Bench, code: str, said: str) -> None:
    bench.write(code)
    record = bench.finish()
    assert (record.reason, record.code, record.outcome) == ("exited", 0, None)
    assert said in record.detail


def test_texts_of_an_outcome_fit_into_a_file(bench: Bench) -> None:
    bench.write(OUTCOME.format(outcome={"status": "blocked", "summary": "\ud800 lone"}))
    outcome = bench.finish().outcome
    assert outcome is not None
    assert outcome.summary.encode() == b"? lone"
