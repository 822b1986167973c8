"""The demo from its first command to its landed history. It ends well only if the report equals the draw."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, NamedTuple

from fp.kernel.text import safe
from tarmac.demo.agent import CRASH, FORGE, LIE, SILENT
from tarmac.demo.draw import FINDINGS, HAND_EDIT, STALE, TOLD, Draw, draw
from tarmac.demo.project import DOCUMENT, TICKETS
from tarmac.demo.stage import Stage
from tarmac.loop import tick
from tarmac.open import open_factory, read_tick
from tarmac.protocol.run import OVER
from tarmac.watch import Wanted, watch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tarmac.factory import Factory

LATE = (CRASH, SILENT)
"""Faults that an orchestrator would mend at its next look: their issues start last, and the report comes before it."""
DEATH_SECONDS_MAX = 20.0
LOOK_SECONDS = 0.1
PLEASANT = frozenset({"claimed", "started", "gates", "landed", "parked", "forbidden", "waits", "released"})


class Told(NamedTuple):
    """How the showing ended: what the report should have said, what it said, and what was landed in the end."""

    expected: frozenset[tuple[str, str]]
    found: frozenset[tuple[str, str]]
    landed: int
    consistent: bool

    @property
    def ok(self) -> bool:
        """Whether the report equals the draw, and in the end all agree."""
        return self.expected == self.found and self.consistent


class Story:
    """One showing in the folder `home`; `chapter`, `line` and `event` print."""

    def __init__(
        self,
        home: Path,
        *,
        chapter: Callable[[str], None],
        line: Callable[[str, str], None],
        event: Callable[[str, str, str], None],
    ):
        self._chapter = chapter
        self._line = line
        self._event = event
        self.stage = Stage(home / "ledger", line)

    def tell(self, seed: int) -> Told:
        """The whole story."""
        drawn = draw(seed, random.Random(seed))
        self._opening(drawn)
        self._work(drawn)
        self._go_wrong(drawn)
        found = self._report()
        expected = self._expected(drawn)
        self._compare(expected, found)
        self._repair(drawn)
        self._decide(drawn)
        return Told(expected, found, self._history(), self._agree())

    # -- chapters -----------------------------------------------------------------------------------------------------

    def _opening(self, drawn: Draw) -> None:
        self._chapter("A project, its tracker, and twelve tickets")
        self.stage.set_up()
        self.stage.plan(drawn)
        self._chapter(f"What will go wrong (seed {drawn.seed})")
        for fault in drawn.faults:
            self._line("·", f"{self.stage.ids[fault.key]}  {TOLD[fault.kind]}")

    def _work(self, drawn: Draw) -> None:
        self._chapter("Agents at work, four at once, each in a worktree of its own")
        late = {drawn.of(kind) for kind in (*LATE, HAND_EDIT)}
        self._arm([ticket.key for ticket in TICKETS if ticket.key not in late])
        watch(self._factory(), Wanted(once=True))

    def _go_wrong(self, drawn: Draw) -> None:
        late = [key for key in (drawn.of(kind) for kind in LATE) if key is not None]
        edited = drawn.of(HAND_EDIT)
        if edited is not None:
            self._chapter("A person takes a ticket, and closes it by hand")
            self.stage.command("fp", "start", self.stage.ids[edited], "--commit")
            path = f".issues/{self.stage.ids[edited]}.md"
            self.stage.write(path, self.stage.read(path).replace("status: in-progress", "status: cancelled"))
            self.stage.commit(f"Not needed after all ({self.stage.ids[edited]})")
            self._line("$", f"vim {path}; git commit -am ...")
        if late:
            self._chapter("The orchestrator stops, and nobody is there when agents die")
            self._arm(late)
            self._start_and_leave(len(late))

    def _start_and_leave(self, count: int) -> None:
        """Launch, then look no more until every one of these workers is dead."""
        factory = self._factory()
        tick(factory, lambda: read_tick(factory))
        tick(factory, lambda: read_tick(factory), dispatch=False)
        left = int(DEATH_SECONDS_MAX / LOOK_SECONDS)
        while left and self._dead(factory) < count:
            factory.world.clock.sleep(LOOK_SECONDS)
            left -= 1

    def _dead(self, factory: Factory) -> int:
        records = [record for record in factory.store.records()[0] if record.state.phase not in OVER]
        states = [factory.runner.poll(factory.store.folder(record.run.name)).liveness.state for record in records]
        return states.count("dead")

    def _report(self) -> frozenset[tuple[str, str]]:
        self._chapter("The report: where tracker, orchestrator, worker and people disagree")
        self.stage.command("tarmac", "reconcile", ok=(0, 1))
        report = self.stage.document("tarmac", "reconcile")
        found = {(finding["code"], finding["issue"]) for finding in report["findings"]}
        parked = {("parked", issue) for issue in self._with_status("needs-attention")}
        return frozenset(found | parked)

    def _expected(self, drawn: Draw) -> frozenset[tuple[str, str]]:
        """Each fault by its code; a lie and a forgery are also caught at the hand-off, which parks their issues."""
        ids = self.stage.ids
        codes = {(FINDINGS[fault.kind], ids[fault.key]) for fault in drawn.faults if fault.kind in FINDINGS}
        parked = {("parked", ids[fault.key]) for fault in drawn.faults if fault.kind in (LIE, FORGE)}
        return frozenset(codes | parked)

    def _compare(self, expected: frozenset[tuple[str, str]], found: frozenset[tuple[str, str]]) -> None:
        for code, issue in sorted(expected & found):
            self._line("✓", f"{issue}  {code} as drawn")
        for code, issue in sorted(expected - found):
            self._line("✗", f"{issue}  {code} was drawn and is not reported")
        for code, issue in sorted(found - expected):
            self._line("✗", f"{issue}  {code} is reported and was not drawn")

    def _repair(self, drawn: Draw) -> None:
        self._chapter("Repairs that are safe: a dead worker's run is taken up again")
        self.stage.command("tarmac", "reconcile", "--apply", ok=(0, 1))
        if any(drawn.of(kind) for kind in LATE):
            watch(self._factory(), Wanted(once=True))

    def _decide(self, drawn: Draw) -> None:
        self._chapter("What a person must decide, and does")
        ids = self.stage.ids
        lie, forge, stale = drawn.of(LIE), drawn.of(FORGE), drawn.of(STALE)
        if lie is not None:
            self.stage.command("tarmac", "retry", ids[lie], "--note", "Nothing was there. Please do the work.")
        if forge is not None:
            words = ("--until", "2099-01-01", "--reason", "seen; it runs again")
            self.stage.command("tarmac", "ack", "D-62", ids[forge], *words)
            self.stage.command("tarmac", "retry", ids[forge], "--note", "Leave other tickets alone.")
        if stale is not None:
            document = next(ticket.files[DOCUMENT] for ticket in TICKETS if ticket.key == "show")
            self.stage.write(DOCUMENT, document)
            self.stage.command("drift", "link", "docs/money.md#writing", "ledger/money.py#show", "--still-accurate")
            self.stage.commit("Say how thousands are written")
        if drawn.of(HAND_EDIT) is not None:
            self.stage.command("fp", "check", "--fix")
            self.stage.commit("Write out what was done by hand")
        if lie is not None or forge is not None:
            watch(self._factory(), Wanted(once=True))

    def _history(self) -> int:
        self._chapter("What landed")
        lines = self.stage.git("log", "--first-parent", "--format=%h %s", "main").splitlines()
        landed = [line for line in lines if "(BOOK-" in line and "Not needed" not in line]
        for line in landed:
            self._line("", safe(line))
        return len(landed)

    def _agree(self) -> bool:
        self._chapter("And now")
        return self.stage.command("tarmac", "reconcile", ok=(0, 1)).code == 0

    # -- helpers ------------------------------------------------------------------------------------------------------

    def _arm(self, keys: list[str]) -> None:
        self.stage.command("fp", "arm", *(self.stage.ids[key] for key in keys), "--commit")

    def _factory(self) -> Factory:
        return open_factory(self.stage.top, self._say)

    def _say(self, name: str, what: str, detail: str) -> None:
        if what in PLEASANT:
            self._event(name, what, detail)

    def _with_status(self, status: str) -> list[str]:
        issues: list[dict[str, Any]] = self.stage.document("fp", "list", "--status", status)["issues"]
        return [issue["id"] for issue in issues]
