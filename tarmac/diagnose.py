"""From a snapshot to a report: judge every rule that can be judged, drop what another finding explains, say the rest.

Pure: the same snapshot and memory give the same report, byte for byte. Invariants: a finding is dropped if and only if
one that masks it exists for the same run with a shared fact; a rule that was not judged is named with its reason.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum
from shlex import quote
from typing import TYPE_CHECKING, NamedTuple

from tarmac.findings.catalogue import BY_CODE, RULES
from tarmac.findings.rule import Decider, Fact, Repair, Severity, Subject
from tarmac.findings.system import ended_key, epoch_key, remembered_epoch
from tarmac.findings.view import LIVE, RunView, Scene, join, short
from tarmac.findings.worker import lease_key, progress_key
from tarmac.memory import NOTHING, Memory, look, see
from tarmac.snapshot import HOST_PARTS, Known, Layer, NotInView, Part, Snapshot, Unknown, View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tarmac.findings.rule import Hit, Rule
    from tarmac.snapshot import Ack

DIGEST_CHARACTERS = 16


class Finding(NamedTuple):
    """One disagreement. `facts` is a digest of its facts; `ack` is the acknowledgement that holds for it, if any.

    `first_seen` is RFC 3339, `seen_count` counts observations with these very facts, this one included.
    """

    code: str
    name: str
    severity: Severity
    issue: str
    run: str
    layers: tuple[Layer, ...]
    says: str
    facts: tuple[Fact, ...]
    repair: str
    command: str
    decider: Decider
    action: Repair
    first_seen: str
    seen_count: int
    ack: Ack | None = None

    @property
    def key(self) -> str:
        """What makes it the same finding as an earlier one, whatever its facts are now."""
        about = self.run or self.issue
        return f"{self.code} {about or ' '.join(sorted({fact.source for fact in self.facts}))}"

    @property
    def digest(self) -> str:
        """A digest of its facts."""
        return digest(self.facts)


class NotJudged(NamedTuple):
    """Codes that share the reason why they were not judged."""

    reason: str
    codes: tuple[str, ...]


class Verdict(StrEnum):
    """The report in one word."""

    CONSISTENT = "consistent"
    DISAGREE = "disagree"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class Report:
    """Everything one observation amounts to. Findings are sorted by severity, then code, then issue."""

    snapshot: Snapshot
    findings: tuple[Finding, ...]
    not_judged: tuple[NotJudged, ...]
    unknown: tuple[Part, ...]
    hidden: tuple[Part, ...]

    @property
    def open(self) -> tuple[Finding, ...]:
        """The findings that keep it from being consistent: MED or more and not acknowledged."""
        return tuple(one for one in self.findings if one.severity >= Severity.MED and one.ack is None)

    @property
    def verdict(self) -> Verdict:
        """Consistent, disagree, or cannot tell."""
        if self.unknown:
            return Verdict.CANNOT_TELL
        return Verdict.DISAGREE if self.open else Verdict.CONSISTENT


def digest(facts: Iterable[Fact]) -> str:
    """A digest of facts, in any order, without the commits that they were read at: a later one may say the same."""
    parts = ((fact.part.value, fact.text, fact.source.partition("@")[0]) for fact in facts)
    text = "\n".join(sorted("\0".join(part) for part in parts))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:DIGEST_CHARACTERS]


def diagnose(snapshot: Snapshot, memory: Memory = NOTHING, *, today: str = "") -> Report:
    """Judge the snapshot. `today` is the date by which acknowledgements lapse; by default the snapshot's own."""
    scene = join(snapshot, memory)
    why = {rule.code: _why_not(rule, snapshot, memory) for rule in RULES}
    found = [one for rule in RULES if not why[rule.code] for one in _findings(rule, scene)]
    kept = [_acknowledged(one, scene, today or snapshot.at[:10]) for one in _unmasked(found)]
    return Report(
        snapshot=snapshot,
        findings=tuple(sorted(kept, key=lambda one: (-one.severity, one.code, one.issue, one.run, one.says))),
        not_judged=_not_judged(why),
        unknown=tuple(part for part in Part if isinstance(snapshot.part(part), Unknown)),
        hidden=tuple(part for part in Part if isinstance(snapshot.part(part), NotInView)),
    )


def _why_not(rule: Rule, snapshot: Snapshot, memory: Memory) -> str:
    """Why the rule cannot be judged; empty when it can."""
    for part in rule.needs:
        found = snapshot.part(part)
        if isinstance(found, NotInView):
            if part in HOST_PARTS and snapshot.view is View.REPO:
                return "needs view host"
            return f"{part} not in view: {found.reason}"
        if isinstance(found, Unknown):
            return f"{part} cannot be read"
    return "no earlier observation" if rule.needs_memory and not memory.known else ""


def _not_judged(why: dict[str, str]) -> tuple[NotJudged, ...]:
    reasons = sorted({reason for reason in why.values() if reason})
    return tuple(NotJudged(reason, tuple(code for code, one in why.items() if one == reason)) for reason in reasons)


def _findings(rule: Rule, scene: Scene) -> Iterator[Finding]:
    for about in _subjects(rule, scene):
        for hit in rule.find(about, scene):
            yield _finding(rule, hit, about, scene)


def _subjects(rule: Rule, scene: Scene) -> Iterable[object]:
    if rule.about is Subject.FACTORY:
        return (scene,)
    if rule.about is Subject.ISSUE:
        return scene.issues.values()
    return [run for runs in scene.runs_of.values() for run in runs]


def _finding(rule: Rule, hit: Hit, about: object, scene: Scene) -> Finding:
    run = str(about.name) if isinstance(about, RunView) else hit.run
    issue = about.name.issue if isinstance(about, RunView) else hit.issue or getattr(about, "id", "")
    words = {"issue": quote(issue), "run": quote(run), "code": rule.code, "path": quote(run.replace(".", "/"))}
    command = hit.command or rule.command.format(**words)  # a ref's name may hold anything, and this line is pasted
    made = Finding(
        code=rule.code,
        name=rule.name,
        severity=rule.severity if hit.severity is None else hit.severity,
        issue=issue,
        run=run,
        layers=tuple(layer for layer in Layer if layer in rule.layers),
        says=hit.says,
        facts=hit.facts,
        repair=rule.mend,
        command=command,
        decider=hit.decider or rule.decider,
        action=Repair.NONE if hit.decider is not None else rule.repair if hit.repair is None else hit.repair,
        first_seen=scene.snapshot.at,
        seen_count=1,
    )
    seen = scene.memory.findings.get(made.key)
    if seen is None:
        return made
    return made._replace(first_seen=seen.first, seen_count=seen.times + 1 if seen.facts == made.digest else 1)


def _unmasked(found: list[Finding]) -> list[Finding]:
    """Without those that another one explains. Judged on all at once, so that the order of rules does not matter."""
    return [one for one in found if not any(_masks(other, one) for other in found)]


def _masks(other: Finding, one: Finding) -> bool:
    if one.code not in BY_CODE[other.code].masks or other.issue != one.issue:
        return False
    same_run = not other.run or not one.run or other.run == one.run
    return same_run and not set(other.facts).isdisjoint(one.facts)


def _acknowledged(one: Finding, scene: Scene, today: str) -> Finding:
    """Attach the acknowledgement that holds: of this code, these facts, not over."""
    view = scene.issues.get(one.issue)
    acks = view.facts.acks if view is not None and view.facts is not None else ()
    holds = [ack for ack in acks if ack.code == one.code and ack.facts == one.digest and today <= ack.until]
    return one._replace(ack=holds[-1]) if holds else one


def observed_at(snapshot: Snapshot, fact: Fact) -> str:
    """When the part of a fact was read."""
    part = snapshot.part(fact.part)
    return part.at if isinstance(part, Known) else snapshot.at


def remember(memory: Memory, report: Report) -> Memory:
    """The memory after this observation. Parts that were not read keep what was known of them, and a ref that lost
    work of ours keeps the commit that had it.
    """
    snapshot = report.snapshot
    scene = join(snapshot, memory)
    found = see(memory, ((one.key, one.digest) for one in report.findings), snapshot.at)
    refs = dict(memory.refs)
    lost = {found.ref for found in scene.git.rewound if found.lost}
    if isinstance(snapshot.git, Known) and scene.git.target not in lost:
        refs[scene.git.target] = scene.git.target_commit
    if isinstance(snapshot.tracker, Known) and scene.tracker.ref not in lost:
        refs[scene.tracker.ref] = scene.tracker.commit
    if isinstance(snapshot.claims, Known):
        refs = {key: value for key, value in refs.items() if not key.startswith((epoch_key(""), ended_key("")))}
        for issue, claim in scene.claims.claims.items():
            refs[epoch_key(issue)] = str(max(claim.epoch, remembered_epoch(memory, epoch_key(issue))))
            over = 0 if claim.state in LIVE else claim.epoch
            refs[ended_key(issue)] = str(max(over, remembered_epoch(memory, ended_key(issue))))
    return Memory(found, look(memory, _watched(scene), snapshot), refs, known=True)


def _watched(scene: Scene) -> dict[str, str]:
    """Values whose age matters: the commit of each live claim, what each live worker last did."""
    claims = {
        lease_key(view.id): view.claim.oid for view in scene.issues.values() if view.claim and view.claimed in LIVE
    }
    workers = {progress_key(str(run)): worker.progress for run, worker in scene.workers.workers.items()}
    return {**claims, **workers}


def headline(report: Report) -> str:
    """The first line: what it comes to, the view, the commit."""
    commit = f" @ {short(report.snapshot.commit)}" if report.snapshot.commit else ""
    count = len(report.open)
    word = {
        Verdict.CONSISTENT: "consistent",
        Verdict.DISAGREE: f"{count} disagree" if count > 1 else "1 disagrees",
        Verdict.CANNOT_TELL: "cannot tell",
    }[report.verdict]
    return f"{word} (view: {report.snapshot.view}{commit}{_hidden(report)})"


def _hidden(report: Report) -> str:
    if report.snapshot.view is View.REPO:
        return "; worker layer not in view"
    return ""


def without(report: Report, baseline: Report) -> Report:
    """The report without the findings that the baseline had already, by key and facts."""
    old = {(one.key, one.digest) for one in baseline.findings}
    return replace(report, findings=tuple(one for one in report.findings if (one.key, one.digest) not in old))
