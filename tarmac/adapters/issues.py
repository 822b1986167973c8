"""The tracker as tarmac sees it, at one commit: what is ready, whose it is, and the writes that a run leads to.

The only importer of `fp.api`. Reads the claims before the tracker commit, so that a landing in between makes a swap
fail instead of running finished work again. Plans writes as `{path: bytes}`; it moves no ref.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from fp import api as fp
from fp.kernel.clock import instant, parse_instant
from fp.kernel.errors import Config
from fp.kernel.ports import Signature
from tarmac.protocol.run import IssueFact

if TYPE_CHECKING:
    from fp.kernel.git.repo import Repository
    from fp.kernel.ports import Objects, Oid
    from fp.kernel.world import World
    from tarmac.store import Record

ORCHESTRATOR_EMAIL = "tarmac@invalid"
RANDOM_LENGTH = 4
AGENT_TEXT_CHARACTERS_MAX = 4000


class Opened(NamedTuple):
    """A claim that is written but not yet swapped in: its epoch, its commit (the token), the text it was opened on."""

    epoch: int
    commit: Oid
    text: str


class Review(NamedTuple):
    """What people said of a sealed tip."""

    approved: bool = False
    rejected: str = ""


class Issues:
    """The tracker at one commit, with the claims as they stood just before."""

    def __init__(self, world: World, commit: Oid, *, instance: str, authority: fp.Authority, claims: fp.Claims):
        self._world = world
        self._instance = instance
        self.commit = commit
        self.authority = authority
        self.claims = claims

    @staticmethod
    def read(world: World, commit: Oid, *, instance: str) -> Issues:
        """Read claims; the caller read the commit after deciding to look, and everything else comes from it."""
        config = fp.read_config_at(world.objects, commit)
        authority = fp.open_authority(world, config)
        return Issues(world, commit, instance=instance, authority=authority, claims=fp.read_claims(authority))

    @cached_property
    def tracker(self) -> fp.Tracker:
        """All issues and events at the commit."""
        return fp.load(fp.CommitSource(self._world.objects, self.commit), with_events=True)

    # -- what is there ----------------------------------------------------------------------------------------------

    def claim_ref(self, issue: str) -> str:
        """The full name of the issue's claim ref."""
        return self.authority.ref(issue)

    def tip(self, issue: str) -> fp.Tip | None:
        """The claim as it was read."""
        return self.claims.tips.get(issue)

    def title(self, issue: str) -> str:
        """The issue's title, or its id when it is gone."""
        found = self.tracker.issues.get(issue)
        return found.title if found is not None else issue

    def judged(self) -> list[fp.Eligibility]:
        """Every open issue with what stands against it, in the order of dispatch."""
        return fp.eligible(self.tracker, self.claims.tips)

    def ready(self) -> list[str]:
        """The ids that may be picked up now, in order."""
        return [one.issue.id for one in self.judged() if one.ok]

    def idle_reasons(self) -> tuple[str, ...]:
        """Why nothing is ready, one line a kind of reason, with the command that changes it."""
        counts: dict[str, list[fp.Eligibility]] = {}
        for one in self.judged():
            if one.reasons:
                counts.setdefault(one.reasons[0].code, []).append(one)
        return tuple(_idle_line(code, group) for code, group in counts.items())

    def fact(self, issue: str, text: str) -> IssueFact:
        """What the tracker says now of an issue that a run works on; `text` is the digest the run was given."""
        found = self.tracker.issues.get(issue)
        if found is None:
            return IssueFact.GONE
        if found.status in self.tracker.config.workflow.terminal:
            return IssueFact.CLOSED
        if found.dispatch != fp.AUTO:
            return IssueFact.HELD
        return IssueFact.OPEN if _digest(found) == text else IssueFact.REWRITTEN

    def review(self, issue: str, tip: str) -> Review:
        """The last word of each person on exactly this tip; one rejection outweighs approvals."""
        last: dict[str, fp.Event] = {}
        for event in sorted(self.tracker.events.get(issue, ()), key=lambda item: item.name):
            if event.kind == fp.REVIEW and tip and event.fields.get("commit") == tip and event.by is not None:
                last[str(event.by)] = event
        rejected = next((event for event in last.values() if event.fields.get("verdict") == fp.REJECTED), None)
        if rejected is not None:
            return Review(rejected=rejected.note or f"{rejected.by} rejected it")
        return Review(approved=any(event.fields.get("verdict") == fp.APPROVED for event in last.values()))

    def prompt_fields(self, issue: str) -> dict[str, Any]:
        """What the prompt's template may use of the issue."""
        found = self.tracker.issues[issue]
        comments = [event for event in self.tracker.events.get(issue, ()) if event.kind == fp.COMMENT]
        values = {
            name: getattr(found, name) for name in ("id", "title", "body", "type", "priority", "labels", "touches")
        }
        said = [{"by": str(event.by or "unknown"), "text": event.note} for event in sorted(comments)]
        return {"issue": values, "comments": said}

    # -- claims, written as objects; the caller swaps them in ---------------------------------------------------------

    def opened(self, issue: str, tip: fp.Tip | None, *, base: Oid) -> Opened | None:
        """Open the next epoch; None when the claim's rules say no."""
        found = self.tracker.issues[issue]
        chain = fp.fold(self.tracker.events.get(issue, ()), found.status)
        floor = fp.epoch_floor(self.authority, issue, chain.epoch_max)
        name = f"run/{issue}.{max(floor, tip.claim.epoch if tip else 0) + 1}"
        text = _digest(found)
        clock, ids, host = self._world.clock, self._world.ids, self._world.host
        bid = fp.Bid(issue, name, fp.new_nonce(ids), host.name(), text, base=base, at=instant(clock.now()))
        made = fp.prepare_claim(self.authority, tip, bid, clock, chain_epoch=chain.epoch_max)
        return None if isinstance(made, fp.Denied) else Opened(made.claim.epoch, made.oid, text)

    def landing(self, tip: fp.Tip | None, token: str) -> Oid | None:
        """The claim marked as landing; its own commit when it is so already; None when it is not ours."""
        if tip is not None and tip.token == token and tip.claim.state == "landing":
            return tip.oid
        return self._written(fp.begin_landing(tip, token, **self._stamp()))

    def landed(self, issue: str, landing: Oid, token: str) -> Oid:
        """The tombstone of a landing, made for the claim that `landing` will be."""
        tip = fp.read_tip(self._world.objects, landing)
        made = self._written(fp.land(tip, token, **self._stamp()))
        assert made is not None, f"{issue}: a landing claim can land"
        return made

    def parked(self, tip: fp.Tip | None, token: str) -> Oid | None:
        """The tombstone of a parking; None when the claim is not ours."""
        return self._written(fp.park(tip, token, **self._stamp()))

    def released(self, tip: fp.Tip | None, token: str) -> Oid | None:
        """The tombstone of a release; None when the claim is not ours."""
        return self._written(fp.release(tip, token, **self._stamp()))

    def _stamp(self) -> dict[str, str]:
        return {"nonce": fp.new_nonce(self._world.ids), "at": instant(self._world.clock.now())}

    def _written(self, claim: fp.Claim | fp.Denied) -> Oid | None:
        if isinstance(claim, fp.Denied):
            return None
        return fp.write_record(self._world.objects, claim, self._world.clock).oid

    # -- writes to the tracker ----------------------------------------------------------------------------------------

    def signature(self) -> Signature:
        """Who commits bookkeeping and landings."""
        return Signature("tarmac", ORCHESTRATOR_EMAIL, self._world.clock.now())

    def landing_changes(self, record: Record) -> fp.Changes:
        """What a landing writes: the pick-up, the evidence, the agent's words and boxes, done."""
        writing = self._writing(record)
        if writing.issue.status == fp.TODO:
            writing.move(fp.IN_PROGRESS, at=record.run.created)
        writing.agent_words(record)
        writing.evidence(record)
        writing.boxes(record)
        writing.move(fp.DONE)
        return writing.changes

    def parking_changes(self, record: Record, cause: str, detail: str) -> fp.Changes:
        """What a parking writes: the pick-up, the agent's words, and why a person is needed."""
        writing = self._writing(record)
        if writing.issue.status == fp.TODO:
            writing.move(fp.IN_PROGRESS, at=record.run.created)
        writing.agent_words(record)
        writing.move(fp.NEEDS_ATTENTION, note=f"{cause}: {detail}" if detail else cause)
        return writing.changes

    def _writing(self, record: Record) -> _Writing:
        return _Writing(self._world, self.tracker, record, fp.Writer(fp.ORCHESTRATOR, self._instance))


class _Writing:
    """Successive planned writes to one issue, each seeing those before it."""

    def __init__(self, world: World, tracker: fp.Tracker, record: Record, by: fp.Writer):
        self._world = world
        self._config = tracker.config
        self._by = by
        self._run = record.run
        self.changes: fp.Changes = {}
        issue = tracker.issues[record.run.name.issue]
        data = fp.file_at(world.objects, tracker.commit, issue.path)
        self._subject = fp.Subject(issue, data, tuple(tracker.events.get(issue.id, ())))

    @property
    def issue(self) -> fp.Issue:
        """The issue as it stands after the writes so far."""
        return self._subject.issue

    def move(self, to: str, *, note: str = "", at: str = "") -> None:
        """A change of status by the orchestrator, with epoch and token."""
        move = fp.Move(to, note, self._run.name.epoch, self._run.claim)
        self._keep(fp.plan_transition(self._subject, move, self._stamp(at=at), self._config.workflow))

    def agent_words(self, record: Record) -> None:
        """What the agent says of its work, as its own comment."""
        outcome = record.exit.outcome if record.exit is not None else None
        if outcome is None:
            return
        for text in (outcome.summary, *outcome.comments):
            if text.strip():
                stamp = self._stamp(by=fp.Writer(fp.WORKER, str(self._run.name)))
                self._keep(fp.plan_comment(self._subject, text[:AGENT_TEXT_CHARACTERS_MAX], stamp))

    def evidence(self, record: Record) -> None:
        """One file for all gates, bound to the merged content."""
        gates = dict(record.state.evidence).get("gates", ())
        commands = tuple(fp.Command(" ".join(gate["argv"]), int(gate["exit"] or 0)) for gate in gates)
        log = "\n".join(f"$ {' '.join(gate['argv'])}\n{gate['tail']}" for gate in gates)
        digest = "+".join(gate["digest"] for gate in gates)
        fields = {"run": str(self._run.name), "agent": self._run.agent.kind}
        seen = fp.Observed("merged", "observed", commands, record.state.content, record.state.tip, digest, log, fields)
        stamp = self._stamp()
        self._keep(fp.plan_evidence(self._subject, seen, stamp, epoch=self._run.name.epoch))

    def boxes(self, record: Record) -> None:
        """Tick the boxes that the agent says are met."""
        outcome = record.exit.outcome if record.exit is not None else None
        if outcome is not None and outcome.boxes:
            data = fp.tick_boxes(self._subject.data, outcome.boxes)
            if data != self._subject.data:
                self._keep(fp.Planned({self.issue.path: data}, ()))

    def _stamp(self, *, by: fp.Writer | None = None, at: str = "") -> fp.Stamp:
        when = (parse_instant(at) if at else None) or self._world.clock.now()
        return fp.Stamp(by or self._by, when, self._world.ids.text(fp.ID_ALPHABET, RANDOM_LENGTH))

    def _keep(self, planned: fp.Planned) -> None:
        self.changes.update(planned.changes)
        data = self.changes.get(self.issue.path) or self._subject.data
        issue, _ = fp.read_issue(self.issue.path, data, self._config)
        assert issue is not None, "a planned edit leaves a readable file"
        events = (*self._subject.events, *planned.events)
        self._subject = self._subject._replace(issue=issue, data=data, events=events, edits=())


def _digest(issue: fp.Issue) -> str:
    return fp.text_digest(issue.title, issue.body, issue.depends_on)


def _idle_line(code: str, group: list[fp.Eligibility]) -> str:
    first = group[0].reasons[0]
    if code == "hold":
        ids = " ".join(one.issue.id for one in group)
        return f"{len(group)} on hold -> fp arm {ids}"
    if len(group) == 1:
        command = f" -> {first.next_command}" if first.next_command else ""
        return f"{group[0].issue.id}: {first.text}{command}"
    return f"{len(group)} {code}, such as {group[0].issue.id}: {first.text}"


class Place(NamedTuple):
    """Where the tracker's truth lies: the full ref, and `local` or the remote that is the authority."""

    ref: str
    authority: str


def tracker_place(repository: Repository, objects: Objects) -> Place:
    """The tracker ref and the authority that its own configuration names. Config when there is no tracker."""
    found = fp.tracker_ref(repository, objects)
    if found.commit is None:
        raise Config(f"{found.ref} has no commit yet", hint="fp init, then commit .issues")
    return Place(found.ref, fp.read_config_at(objects, found.commit).authority)
