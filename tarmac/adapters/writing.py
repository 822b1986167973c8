"""What a person's decision or a run writes to the tracker, as `{path: bytes}`: planned here, moved by the caller.

Each plan sees those before it. Texts of an agent are bounded, and are only ever comments of its run or proposed issues.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp import api as fp
from fp.kernel.clock import parse_instant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.kernel.ports import Oid
    from fp.kernel.world import World
    from tarmac.model import Outcome
    from tarmac.store import Record

RANDOM_LENGTH = 4
WORDS_CHARACTERS_MAX = 4000
PROPOSALS_CHARACTERS_MAX = 8000


class Writing:
    """Successive planned writes to one issue, each seeing those before it."""

    def __init__(self, world: World, tracker: fp.Tracker, issue: fp.Issue, by: fp.Writer):
        self._world = world
        self._config = tracker.config
        self._by = by
        self.changes: fp.Changes = {}
        self._subject = fp.subject_at(world.objects, tracker, issue.id)

    @property
    def issue(self) -> fp.Issue:
        """The issue as it stands after the writes so far."""
        return self._subject.issue

    def move(self, move: fp.Move, *, at: str = "") -> None:
        """A change of status."""
        self.keep(fp.plan_transition(self._subject, move, self.stamp(at=at), self._config.workflow))

    def comment(self, text: str, *, by: fp.Writer | None = None) -> None:
        """A comment."""
        self.keep(fp.plan_comment(self._subject, text, self.stamp(by=by)))

    def take_note(self, *, code: str, until: str, reason: str, facts: str) -> None:
        """An acknowledgement."""
        self.keep(fp.plan_ack(self._subject, self.stamp(), code=code, until=until, reason=reason, facts=facts))

    def stamp(self, *, by: fp.Writer | None = None, at: str = "") -> fp.Stamp:
        """Who writes, when, and a name nobody else has."""
        when = (parse_instant(at) if at else None) or self._world.clock.now()
        return fp.Stamp(by or self._by, when, self._world.ids.text(fp.ID_ALPHABET, RANDOM_LENGTH))

    def keep(self, planned: fp.Planned) -> None:
        """Add what was planned, and read the issue as it is then."""
        self.changes.update(planned.changes)
        data = self.changes.get(self.issue.path) or self._subject.data
        issue, _ = fp.read_issue(self.issue.path, data, self._config)
        assert issue is not None, "a planned edit leaves a readable file"
        events = (*self._subject.events, *planned.events)
        self._subject = self._subject._replace(issue=issue, data=data, events=events, edits=())


class RunWriting(Writing):
    """The writes that one run leads to."""

    def __init__(self, world: World, tracker: fp.Tracker, issue: fp.Issue, by: fp.Writer, record: Record):
        super().__init__(world, tracker, issue, by)
        self._record = record
        self._tracker = tracker
        self._outcome = record.exit.outcome if record.exit is not None else None
        self._proposed: list[str] = []

    def pick_up(self) -> None:
        """That the orchestrator took it, at the time when it did."""
        if self.issue.status == fp.TODO:
            self.run_move(fp.IN_PROGRESS, at=self._record.run.created)

    def run_move(self, to: str, *, note: str = "", at: str = "") -> None:
        """A change of status that carries epoch and token."""
        run = self._record.run
        self.move(fp.Move(to, note, run.name.epoch, run.claim), at=at)

    def propose(self) -> None:
        """Make the issues that the agent proposes, each on hold."""
        if self._outcome is None or not self._outcome.issues:
            return
        run, ids = self._record.run.name, self._world.ids
        wanted = [fp.Proposed(one.title, one.body) for one in self._outcome.issues]
        note = f"Proposed by run {run} while it worked on {run.issue}."
        made = fp.plan_proposals(
            self._tracker,
            wanted,
            note=note,
            at=self._world.clock.now(),
            draw=lambda: ids.text(fp.ID_ALPHABET, fp.ID_LENGTH),
        )
        self.changes.update(made.changes)
        self._proposed = [f"{issue_id}  {title}" for issue_id, title in made.made] + list(made.refused)

    def agent_words(self) -> None:
        """What the agent says of its work, as its own comment; where nothing was made of its proposals, they too."""
        if self._outcome is None:
            return
        said = [self._outcome.summary, *self._outcome.comments]
        words = "\n\n".join(part.strip() for part in said if part.strip())[:WORDS_CHARACTERS_MAX]
        parts = [words, self._proposals(self._outcome), "\n".join(f"- {one}" for one in self._outcome.left_out)]
        text = "\n\n".join(part for part in parts if part)
        if text:
            self.comment(text, by=fp.Writer(fp.WORKER, str(self._record.run.name)))

    def against(self, to: str, content: Oid, stale: Sequence[str]) -> list[str]:
        """What the guards of a status say after the writes so far, a sentence each; none when the run may go there.

        `stale` is what drift says of the documents of this content.
        """
        issues = self._tracker.issues
        children = [issues[child] for child in fp.children(issues).get(self.issue.id, ())]
        config = self._config
        facts = fp.GuardFacts(self.issue, self._subject.events, children, content, config.evidence_tier, tuple(stale))
        return [f"{verdict.reason}: {verdict.text}" for verdict in fp.guards(config.workflow, facts, to)]

    def _proposals(self, outcome: Outcome) -> str:
        if self._proposed:
            return "Proposed, and made on hold:\n\n" + "\n".join(f"- {line}" for line in self._proposed)
        if not outcome.issues:
            return ""
        texts = [
            f"- {one.title}" + (f"\n\n{_indented(one.body)}" if one.body.strip() else "") for one in outcome.issues
        ]
        text = "\n".join(texts)
        cut = "\n\n(cut; `exit.json` of the run has all of it)" if len(text) > PROPOSALS_CHARACTERS_MAX else ""
        return f"Proposed, and not made, as this run did not land:\n\n{text[:PROPOSALS_CHARACTERS_MAX]}{cut}"

    def evidence(self) -> None:
        """One file for all gates, bound to the merged content."""
        record = self._record
        gates = dict(record.state.evidence).get("gates", ())
        commands = tuple(fp.Command(" ".join(gate["argv"]), int(gate["exit"] or 0)) for gate in gates)
        log = "\n".join(f"$ {' '.join(gate['argv'])}\n{gate['tail']}" for gate in gates)
        digest = "+".join(gate["digest"] for gate in gates)
        fields = {"run": str(record.run.name), "agent": record.run.agent.kind}
        tip, content = record.state.tip, record.state.content
        seen = fp.Observed("merged", "observed", commands, content, tip, digest, log, fields)
        self.keep(fp.plan_evidence(self._subject, seen, self.stamp(), epoch=record.run.name.epoch))

    def boxes(self) -> None:
        """Tick the boxes that the agent says are met."""
        if self._outcome is not None and self._outcome.boxes:
            data = fp.tick_boxes(self._subject.data, self._outcome.boxes)
            if data != self._subject.data:
                self.keep(fp.Planned({self.issue.path: data}, ()))


def _indented(text: str) -> str:
    return "\n".join(f"  {line}".rstrip() for line in text.strip().splitlines())
