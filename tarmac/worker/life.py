"""The life of one worker: take the run, set up, start the agent, watch it, read its outcome, write the record last.

A run's agent is started at most once: a worker that finds that an earlier one had come so far, and died, ends the run
as crashed. `exit.json` is written atomically when nothing of the agent is alive; a worker that is dead without it has
crashed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from fp.kernel.clock import SystemClock, instant
from fp.kernel.errors import External, KitError
from fp.kernel.fs import RealFiles
from fp.kernel.host import SystemHost
from fp.kernel.process import Child, identify, start_time
from tarmac import journal
from tarmac.agents.base import Invocation, driver
from tarmac.environment import of_agent, outcome_path, secrets
from tarmac.model import (
    EXIT_FILE,
    OUTPUT_FILE,
    PROMPT_FILE,
    RUN_FILE,
    WORKER_JOURNAL_FILE,
    Envelope,
    ExitRecord,
    Limits,
    Outcome,
    dump_exit,
    load_run,
)
from tarmac.worker import outcome, tree
from tarmac.worker.files import SETUP_LOG_FILE, STOP_FILE, WORKER_FILE, agent_of, dump_process
from tarmac.worker.log import OutputLog
from tarmac.worker.redact import Redactor
from tarmac.worker.supervise import End, Ladder, Program, supervise

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fp.kernel.ports import ProcessId
    from tarmac.model import Run

RUN_BYTES_MAX = 1024 * 1024
STOP_BYTES_MAX = 4096
SETUP_LIMITS = Limits(silence_seconds=0, wall_seconds=900, output_bytes=10_000_000)
"""Of each set-up command. An installer may well be silent; it must not take for ever."""


class Finish(NamedTuple):
    """What the exit record says beside names and times."""

    reason: str
    code: int | None
    detail: str = ""
    outcome: Outcome | None = None


class Worker:
    """One worker process and its run. `signalled` gives the name of a signal that asks it to stop, or nothing."""

    def __init__(self, folder: Path, environ: Mapping[str, str], signalled: Callable[[], str], ladder: Ladder):
        self._folder = folder
        self._files = RealFiles(folder)
        self.run: Run = load_run(self._files.read(RUN_FILE, RUN_BYTES_MAX))
        self._environment = of_agent(environ, self.run)
        self._redactor = Redactor(secrets(environ, self.run))
        self._signalled = signalled
        self._ladder = ladder
        self._clock = SystemClock()
        self._earlier, _ = journal.read(self._files, WORKER_JOURNAL_FILE)
        self._sequence = journal.next_sequence(self._earlier)
        self._output_bytes = 0

    def live(self) -> None:
        """The whole life. External, and no exit record, when something of the agent cannot be ended."""
        started = self._now()
        self._files.write(WORKER_FILE, dump_process(_me()))
        finish = self._crashed_before() or self._work()
        record = ExitRecord(
            run=self.run.name,
            reason=finish.reason,
            code=finish.code,
            started=started,
            ended=self._now(),
            output_bytes=self._output_bytes,
            detail=finish.detail,
            outcome=finish.outcome,
        )
        self._tell("worker.ended", {"reason": finish.reason, "code": finish.code})
        self._files.write(EXIT_FILE, dump_exit(record))

    # -- steps ----------------------------------------------------------------------------------------------------

    def _crashed_before(self) -> Finish | None:
        """An earlier worker of this run started the agent and died: what it left is ended, nothing is started again."""
        self._tell("worker.started", {"pid": os.getpid()})
        if not self._earlier:
            return None
        agent = agent_of(self._earlier)
        left = tree.end_all(
            lambda: tree.left_behind(outcome_path(self.run), agent, but=os.getpid()),
            terminate_seconds=self._ladder.terminate,
            kill_seconds=self._ladder.kill,
        )
        if left:
            raise _unending(left[0].pid)
        if "agent.starting" not in {event.kind for event in self._earlier}:
            return None
        return Finish("crashed", None, "the worker died while the agent ran")

    def _work(self) -> Finish:
        if not os.path.isdir(self.run.workspace):
            return Finish("not-started", None, f"the workspace {self.run.workspace} is not there")
        for argv in self.run.setup:
            failed = self._set_up(argv)
            if failed is not None:
                return failed
        asked = self._stop()
        return Finish("stopped", None, asked) if asked else self._agent()

    def _set_up(self, argv: tuple[str, ...]) -> Finish | None:
        words = " ".join(argv)
        log = OutputLog(self._quick_files(), SETUP_LOG_FILE, self._redactor, limit_bytes=SETUP_LIMITS.output_bytes)
        log.write(f"$ {words}\n".encode("utf-8", "surrogateescape"))
        try:
            child = self._start(Invocation(argv, os.devnull))
        except KitError as error:
            return Finish("setup-failed", None, f"set-up `{words}`: {error}")
        end = self._watch("setup.started", child, log, SETUP_LIMITS)
        if end.reason == "exited" and end.code == 0:
            return None
        why = end.detail or f"exit {end.code}"
        return Finish("stopped" if end.reason == "stopped" else "setup-failed", end.code, f"set-up `{words}`: {why}")

    def _agent(self) -> Finish:
        workspace = RealFiles(Path(self.run.workspace))
        problem = outcome.clear(workspace)
        if problem:
            return Finish("not-started", None, problem)
        log = OutputLog(self._quick_files(), OUTPUT_FILE, self._redactor, limit_bytes=self.run.limits.output_bytes)
        self._tell("agent.starting", {})
        try:
            how = driver(self.run.agent.kind).invocation(self.run.agent, str(self._folder / PROMPT_FILE))
            child = self._start(how)
        except KitError as error:
            return Finish("not-started", None, str(error))
        end = self._watch("agent.started", child, log, self.run.limits)
        self._output_bytes = log.bytes
        told = outcome.read(workspace, self._redactor.text)
        detail = "; ".join(part for part in (end.detail, told.problem) if part)
        return Finish(end.reason, end.code, detail, told.outcome)

    def _start(self, how: Invocation) -> Child:
        return Child(how.argv, cwd=self.run.workspace, env=self._environment, stdin=how.stdin)

    def _watch(self, kind: str, child: Child, log: OutputLog, limits: Limits) -> End:
        """Supervise; whatever happens to us, nothing is left running unwatched."""
        program = Program(child, log, self.run.workspace, limits, self._ladder, stop=self._stop, tell=self._tell)
        try:
            self._tell(kind, {"pid": child.pid, "started": start_time(child.pid) or 0})
            end = supervise(program)
            if end is None:
                raise _unending(child.pid)
            return end
        finally:
            tree.end_all(lambda: tree.running_below(os.getpid()), terminate_seconds=0, kill_seconds=self._ladder.kill)
            child.close()

    # -- orders and events ----------------------------------------------------------------------------------------

    def _stop(self) -> str:
        """Why it shall stop: a signal to the worker, or the stop file, whose first line is the reason."""
        signalled = self._signalled()
        if signalled:
            return f"the worker was sent {signalled}"
        if not os.path.lexists(self._folder / STOP_FILE):
            return ""
        try:
            words = self._files.read(STOP_FILE, STOP_BYTES_MAX).decode("utf-8", "replace").strip()
        except (KitError, OSError):
            words = ""
        return words.partition("\n")[0] or "asked to stop"

    def _tell(self, kind: str, data: dict[str, Any]) -> None:
        name = self.run.name
        event = Envelope(journal.VERSION, self._now(), str(name), name.epoch, self._sequence, kind, data)
        self._sequence += 1
        self._files.append(WORKER_JOURNAL_FILE, journal.encode(event))

    def _now(self) -> str:
        return instant(self._clock.now(), milliseconds=True)

    def _quick_files(self) -> RealFiles:
        """For logs: a sync after each piece of output would bind the agent to the disk's speed."""
        return RealFiles(self._folder, durable=False)


def _unending(pid: int) -> External:
    return External(f"process {pid} of the agent cannot be ended", hint="it counts as alive until it is gone")


def _me() -> ProcessId:
    me = identify(os.getpid(), SystemHost())
    assert me is not None, "a process is in /proc while it runs"
    return me
