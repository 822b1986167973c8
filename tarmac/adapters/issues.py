"""The tracker as tarmac sees it, at one commit: what is ready, whose it is, and the writes that a run leads to.

With `writing` the only importer of `fp.api`. Reads the claims before the tracker
commit, so that a landing in between makes a swap fail instead of running finished work again. Plans writes as
`{path: bytes}`; it moves no ref.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from fp import api as fp
from fp.kernel.clock import instant
from fp.kernel.errors import Config, Refused
from fp.kernel.ports import Signature
from fp.kernel.problem import Severity
from tarmac.adapters.writing import RunWriting, Writing
from tarmac.protocol.run import IssueFact

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from fp.kernel.git.repo import Repository
    from fp.kernel.ports import Clock, Objects, Oid
    from fp.kernel.problem import Problem
    from fp.kernel.world import World
    from tarmac.model import RunName
    from tarmac.store import Record

claim_rules = fp
"""The rules of claims, for the model check, which explores them as they are."""
ORCHESTRATOR_EMAIL = "tarmac@invalid"
SETTINGS_PATH = ".issues/config.yaml"
CLAIMED = "claimed"
RUN_HOLDER = "run"
DOCUMENTS = "documents"


class Opened(NamedTuple):
    """A claim that is written but not yet swapped in: its epoch, its commit (the token), the text it was opened on."""

    epoch: int
    commit: Oid
    text: str


class Review(NamedTuple):
    """What people said of a sealed tip."""

    approved: bool = False
    rejected: str = ""


class _AtCommit:
    """What one commit says. A commit never changes, so readings of it share one of these."""

    def __init__(self, objects: Objects, commit: Oid):
        self._objects = objects
        self.commit = commit

    @cached_property
    def config(self) -> fp.Config:
        """The settings."""
        return config_at(self._objects, self.commit)

    @cached_property
    def tracker(self) -> fp.Tracker:
        """All issues and events."""
        return fp.tracker_at(self._objects, self.commit)

    @cached_property
    def explained(self) -> frozenset[str]:
        """Issues whose status a person's commit changed after the last event: no contradiction, a hand edit."""
        return fp.explained(fp.walked_log(self._objects), self._objects, self.tracker)


class Issues:
    """The tracker at one commit, with the claims as they stood just before."""

    def __init__(self, world: World, at: _AtCommit, *, instance: str, authority: fp.Authority, claims: fp.Claimed):
        self._world = world
        self._instance = instance
        self._at = at
        self.commit = at.commit
        self.authority = authority
        self.claims = claims
        self._only = ""

    @staticmethod
    def read(world: World, commit: Oid, *, instance: str, earlier: Issues | None = None) -> Issues:
        """Read claims; the caller read the commit after deciding to look, and everything else comes from it.

        What an `earlier` reading of the same commit found there is not read again.
        """
        at = earlier._at if earlier is not None and earlier.commit == commit else _AtCommit(world.objects, commit)
        authority = fp.open_authority(world, at.config)
        return Issues(world, at, instance=instance, authority=authority, claims=fp.read_claims(authority))

    @property
    def tracker(self) -> fp.Tracker:
        """All issues and events at the commit."""
        return self._at.tracker

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
        return fp.eligible(self.tracker, self.claims, explained=self._at.explained)

    def ready(self) -> list[str]:
        """The ids that may be picked up now, in order."""
        return [one.issue.id for one in self.judged() if one.ok and self._only in ("", one.issue.id)]

    def confine(self, issue: str) -> None:
        """Offer this one issue alone."""
        self._only = issue

    def resolve(self, word: str) -> str:
        """The issue that an id or a unique prefix names; Usage naming near ones when none or several do."""
        return fp.resolve_id(self.tracker.issues, word)

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
        rejected = next((event for event in last.values() if event.fields.get("verdict") == fp.REJECT), None)
        if rejected is not None:
            return Review(rejected=rejected.note or f"{rejected.by} rejected it")
        return Review(approved=any(event.fields.get("verdict") == fp.APPROVE for event in last.values()))

    def prompt_fields(self, issue: str) -> dict[str, Any]:
        """What the prompt's template may use of the issue."""
        found = self.tracker.issues[issue]
        comments = [event for event in self.tracker.events.get(issue, ()) if event.kind == fp.COMMENT]
        values = {
            name: getattr(found, name) for name in ("id", "title", "body", "type", "priority", "labels", "touches")
        }
        said = [{"by": str(event.by or "unknown"), "text": event.note} for event in sorted(comments)]
        return {"issue": values, "comments": said}

    def violations(self, run: RunName, base: Oid, tip: Oid) -> tuple[str, ...]:
        """What the run's branch changes below `.issues`, or of the policy, that a worker may not; one sentence each."""
        problems = fp.judge_commits(self._world.objects, base, tip, fp.Writer(fp.WORKER, str(run)))
        return tuple(f"{problem.where}: {problem.message} [{problem.code}]" for problem in problems)

    # -- claims, written as objects; the caller swaps them in ---------------------------------------------------------

    def opened(
        self, issue: str, tip: fp.Tip | None, *, base: Oid, lease_seconds: float, proof: str = ""
    ) -> Opened | None:
        """Open the next epoch; None when the claim's rules say no. A `proof` (dead, fenced) takes over a live claim.

        Only a remote's claims have a lease: others of this repository see our runs in its own records.
        """
        found = self.tracker.issues[issue]
        chain = fp.fold(self.tracker.events.get(issue, ()), found.status)
        floor = fp.epoch_floor(self.authority, issue, chain.epoch_max)
        name = f"run/{issue}.{max(floor, tip.claim.epoch if tip else 0) + 1}"
        text = _digest(found)
        clock, ids, host = self._world.clock, self._world.ids, self._world.host
        lease = 0 if self.authority.remote is None else max(1, int(lease_seconds))
        bid = fp.Bid(
            issue, name, fp.new_nonce(ids), host.name(), text, lease_seconds=lease, base=base, at=instant(clock.now())
        )
        licence = fp.Proof(tip.oid, proof) if proof and tip is not None else None
        made = fp.prepare_claim(self.authority, tip, bid, clock, chain_epoch=chain.epoch_max, proof=licence)
        return None if isinstance(made, fp.Denied) else Opened(made.claim.epoch, made.oid, text)

    def renewed(self, tip: fp.Tip | None, token: str, *, handle: str) -> Oid | None:
        """The same epoch seen to be alive, its work in flight named by `handle`; None when the claim is not ours."""
        return self._written(fp.renew(tip, token, handle=handle, **self._stamp()))

    def held_elsewhere(self, ours: Collection[str]) -> dict[str, fp.Tip]:
        """Live claims but those of the runs among `ours`, with nothing else against their issues; by id, in order."""
        found: dict[str, fp.Tip] = {}
        for one in self.judged():
            claimed = [reason.code for reason in one.reasons] == [CLAIMED] and self._only in ("", one.issue.id)
            if claimed and one.claim is not None:
                kind, _, name = one.claim.claim.holder.partition("/")
                if kind != RUN_HOLDER or name not in ours:
                    found[one.issue.id] = one.claim
        return found

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
        """What a landing writes: the pick-up, issues that the agent proposes, its words and boxes, evidence, done."""
        writing = self._worked(record)
        writing.run_move(fp.DONE)
        return writing.changes

    def guards(self, record: Record, stale: Callable[[], Sequence[str]]) -> list[str]:
        """What the workflow's guards of done say against this landing, a sentence each.

        `stale` tells which documents of the gated content are stale; it is asked only if a guard wants to know.
        """
        names = self.tracker.config.workflow.guards.get(fp.DONE, ())
        if not names:
            return []
        known = stale() if DOCUMENTS in names else ()
        return self._worked(record).against(fp.DONE, record.state.gated_content, known)

    def _worked(self, record: Record) -> RunWriting:
        """All that a landing writes before the move to done."""
        writing = self._writing(record)
        writing.pick_up()
        writing.propose()
        writing.agent_words()
        writing.evidence()
        writing.boxes()
        return writing

    def parking_changes(self, record: Record, cause: str, detail: str) -> fp.Changes:
        """What a parking writes: the pick-up, the agent's words with what it proposes, and why a person is needed."""
        writing = self._writing(record)
        writing.pick_up()
        writing.agent_words()
        writing.run_move(fp.NEEDS_ATTENTION, note=f"{cause}: {detail}" if detail else cause)
        return writing.changes

    def reopening_changes(self, issue: str, note: str, person: Signature) -> fp.Changes:
        """What a person writes who sends a parked issue on: a comment, and to do again, armed. Refused otherwise."""
        found = self.tracker.issues[issue]
        if found.status != fp.NEEDS_ATTENTION:
            raise Refused(f"{issue} is {found.status}, not parked", hint=f"tarmac why {issue}", reason="not-parked")
        writing = Writing(self._world, self.tracker, found, fp.human(person.name))
        if note.strip():
            writing.comment(note)
        writing.move(fp.Move(fp.TODO, dispatch=fp.AUTO))
        return writing.changes

    def ack_changes(
        self, issue: str, person: Signature, *, code: str, until: str, reason: str, facts: str
    ) -> fp.Changes:
        """What a person writes who takes note of a finding."""
        writing = Writing(self._world, self.tracker, self.tracker.issues[issue], fp.human(person.name))
        writing.take_note(code=code, until=until, reason=reason, facts=facts)
        return writing.changes

    def _writing(self, record: Record) -> RunWriting:
        found = self.tracker.issues[record.run.name.issue]
        return RunWriting(self._world, self.tracker, found, fp.Writer(fp.ORCHESTRATOR, self._instance), record)


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
    """Where the tracker's truth lies: the ref here, `local` or the remote that is the authority, the claims' prefix."""

    found: fp.TrackerRef
    authority: str
    claims: str

    @property
    def ref(self) -> str:
        """The full ref in this repository."""
        return self.found.ref

    @property
    def branch(self) -> str:
        """The same as the authority names it. Config where this repository looks at another one's."""
        return fp.branch_at(self.found, self.authority)

    def copy_of(self, ref: str) -> str:
        """Where a ref of the authority, or a prefix of such, is copied to here."""
        copies = f"{REMOTE_COPIES}{self.authority}/claims/"
        if ref.startswith(self.claims):
            return ref.replace(self.claims, copies, 1)
        return ref.replace("refs/heads/", f"refs/remotes/{self.authority}/", 1)


def tracker_place(repository: Repository, objects: Objects) -> Place:
    """The tracker ref and the authority that its own configuration names. Config when there is no tracker."""
    found = fp.tracker_ref(repository, objects)
    if found.commit is None:
        raise Config(f"{found.ref} has no commit yet", hint="fp init, then commit .issues")
    config = config_at(objects, found.commit)
    return Place(found, config.authority, f"{config.claim_refs.removesuffix('/')}/")


def config_at(objects: Objects, commit: Oid) -> fp.Config:
    """The tracker's settings at a commit; what is wrong in them has its default, and `fp check` says so."""
    return fp.load_config(fp.CommitSource(objects, commit))[0]


Settings = fp.Config


def config_in(data: bytes) -> fp.Config:
    """The settings in a file's bytes. Config, with path:line, when one of them is wrong."""
    found, problems = fp.read_config(data, SETTINGS_PATH)
    for problem in problems:
        if problem.severity is Severity.ERROR:
            raise Config(problem.message, where=problem.where, hint=problem.hint or "fp check", reason=problem.code)
    return found


def live_claims(world: World, settings: fp.Config) -> list[str]:
    """Issues that somebody holds at the authority that the settings name. External when it cannot be reached."""
    return sorted(issue for issue, tip in fp.read_claims(fp.open_authority(world, settings)).tips.items() if tip.live)


def touching(patterns: Sequence[str]) -> Callable[[str], bool]:
    """Whether a path overlaps one of an issue's paths and patterns."""
    return lambda path: any(fp.overlap(path, pattern) for pattern in patterns)


def operator(repository: Repository, clock: Clock) -> Signature:
    """The person at the keyboard, as git knows them."""
    return fp.signature(repository, clock)


# -- reading for the reconciler ---------------------------------------------------------------------------------------

Chain = fp.Chain
Edit = fp.Edit
Event = fp.Event
Tip = fp.Tip
ACK, EVIDENCE, REVIEW, TRANSITION = fp.ACK, fp.EVIDENCE, fp.REVIEW, fp.TRANSITION
HUMAN, WORKER, IN_PROGRESS, LOCAL_AUTHORITY = fp.HUMAN, fp.WORKER, fp.IN_PROGRESS, fp.LOCAL_AUTHORITY
REMOTE_COPIES = fp.REMOTE_COPIES
event_owner = fp.event_owner
DEAD, FENCED = fp.DEAD, fp.FENCED
Unseen = fp.Unseen
handle_of, licence, seen_dead = fp.handle_of, fp.licence, fp.seen_dead


class Reading:
    """The tracker at one commit, for looking only: no remote is asked and nothing is planned."""

    def __init__(self, repository: Repository, objects: Objects, commit: Oid):
        self._repository = repository
        self._objects = objects
        self.tracker = fp.tracker_at(objects, commit)
        self.workflow = self.tracker.config.workflow

    def chain(self, issue: str) -> fp.Chain:
        """What the issue's transitions amount to."""
        return fp.fold(self.tracker.events.get(issue, ()), self.tracker.issues[issue].status)

    def edits(self, chains: Mapping[str, fp.Chain]) -> dict[str, list[fp.Edit]]:
        """The hand edits of status after the heads of these chains, oldest first, as git tells them."""
        wanted = {one: fp.Wanted(self.tracker.issues[one].path, chain.heads) for one, chain in chains.items()}
        commit = self.tracker.commit
        assert commit is not None, "a tracker that was read at a commit"
        return fp.hand_edits(fp.git_log(self._repository), self._objects, commit, wanted)

    def circles(self) -> tuple[tuple[str, ...], ...]:
        """Issues that wait for themselves, by dependency or by parent."""
        issues = self.tracker.issues
        return (*fp.cycles(fp.dependencies(issues)), *fp.cycles(fp.parents(issues)))

    def off_the_arrows(self, from_: str, to: str, kind: str) -> str:
        """Why a writer of this kind may not have made the move; empty when it may."""
        return fp.may(self.workflow, from_, to, kind).text

    def judge(self, run: RunName, base: Oid, tip: Oid) -> list[Problem]:
        """What the commits of a run change that a worker may not."""
        return fp.judge_commits(self._objects, base, tip, fp.Writer(fp.WORKER, str(run)))

    def digest(self, issue: str) -> str:
        """The digest of the issue's text, as a claim records it."""
        return _digest(self.tracker.issues[issue])


def resolve(ids: Collection[str], word: str) -> str:
    """The id that a word or a unique prefix names; Refused otherwise."""
    return fp.resolve_id(ids, word)


def read_claims_at(objects: Objects, refs: Mapping[str, Oid], prefix: str) -> tuple[dict[str, fp.Tip], list[str]]:
    """The claims that these refs hold, by issue, all in one go; and the refs that hold no record of their issue."""
    commits = objects.read_commits(sorted(set(refs.values())))
    tips: dict[str, fp.Tip] = {}
    bad: list[str] = []
    for ref, oid in refs.items():
        claim = fp.read_claim(commits[oid].message) if oid in commits else None
        if claim is None or claim.issue != ref.removeprefix(prefix):
            bad.append(ref)
        else:
            tips[claim.issue] = fp.Tip(oid, claim)
    return tips, bad
