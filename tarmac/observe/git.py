"""Git's part: run branches, landings, merges, and what runs changed that they may not. Reads; changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.git.history import changed_paths
from tarmac.model import run_of_branch
from tarmac.observe.eyes import REMOTES
from tarmac.observe.landings import Target, in_issues, is_merged, landings, parked_runs
from tarmac.snapshot import BranchFacts, GitFacts, Judged, Rewound

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fp.kernel.git.history import PathChange
    from fp.kernel.ports import Oid
    from fp.kernel.problem import Problem
    from tarmac.adapters.issues import Reading
    from tarmac.memory import Memory
    from tarmac.model import RunName
    from tarmac.observe.eyes import Eyes
    from tarmac.snapshot import ClaimFacts, LandingFacts, RunFacts

CODE_LENGTH = 4
"""`D-62` of `D-62-forbidden-paths-changed`"""
POLICY_PATHS = ("WORKFLOW.md", ".gitattributes", ".gitlab-ci.yml")
POLICY_FOLDERS = (".issues/", ".github/workflows/")
COMMITS_MAX = 10_000
RUN_AUTHOR = "tarmac-run"
"""With the run's name after it: who commits what an agent left."""


class Asked(NamedTuple):
    """What the other parts know already: the target, the claims and the records."""

    target: str
    reading: Reading
    claims: Mapping[str, ClaimFacts]
    runs: Mapping[RunName, RunFacts]
    memory: Memory


def git_facts(eyes: Eyes, asked: Asked) -> GitFacts:
    """Everything about the target and the branches of runs."""
    target = Target(eyes, eyes.refs[asked.target])
    landed = landings(eyes, target)
    seen = [_look(eyes, asked, name, ref, target) for name, ref in run_branches(eyes).items()]
    return GitFacts(
        target=asked.target,
        target_commit=target.commit,
        branches={one.name: one.facts for one in seen},
        landings=landed,
        merged={one.name: _merged(eyes, one, target) for one in seen if one.name not in landed},
        judged={one.name: found for one in seen if one.name not in landed and (found := _judged(eyes, asked, one))},
        ahead_of_seal=dict(_beyond_seal(eyes, asked, seen, landed)),
        rewound=tuple(_rewound(eyes, asked)),
        parked=parked_runs(eyes, asked.reading.tracker.commit or target.commit),
    )


class Seen(NamedTuple):
    """A run's branch with what it changes since its base."""

    name: RunName
    facts: BranchFacts
    changes: list[PathChange]


def run_branches(eyes: Eyes) -> dict[RunName, str]:
    """The ref of each run's branch: of this repository, else as a remote had it."""
    found: dict[RunName, str] = {}
    for ref in eyes.below(REMOTES):
        _, _, branch = ref.removeprefix(REMOTES).partition("/")
        name = run_of_branch(f"refs/heads/{branch}")
        if name is not None:
            found[name] = ref
    for ref in eyes.below("refs/heads/tarmac/"):
        name = run_of_branch(ref)
        if name is not None:
            found[name] = ref
    return found


def _look(eyes: Eyes, asked: Asked, name: RunName, ref: str, target: Target) -> Seen:
    tip, base = eyes.refs[ref], _base(eyes, asked, name, ref, target)
    changes = changed_paths(eyes.repository, base, tip) if base and base != tip else []
    paths = tuple(one.path for one in changes if not in_issues(one.path))
    facts = BranchFacts(
        ref=ref,
        tip=tip,
        base=base,
        base_is_ancestor=not base or base == tip or eyes.world.objects.is_ancestor(base, tip),
        ahead=_count(eyes, base, tip),
        empty=not paths,
        paths=paths,
    )
    return Seen(name, facts, changes)


def _base(eyes: Eyes, asked: Asked, name: RunName, ref: str, target: Target) -> Oid:
    """The recorded base: of the run's record, else of its claim, else where the branch left the target."""
    record, claim = asked.runs.get(name), asked.claims.get(name.issue)
    recorded = record.base if record is not None else ""
    if not recorded and claim is not None and claim.epoch == name.epoch:
        recorded = claim.base
    if recorded and eyes.world.objects.read_commit(recorded) is not None:
        return recorded
    return eyes.world.objects.merge_base(target.commit, eyes.refs[ref]) or ""


def _count(eyes: Eyes, base: Oid, tip: Oid) -> int:
    """How many commits the tip has beyond the base."""
    if base == tip:
        return 0
    words = ("rev-list", "--count", f"--max-count={COMMITS_MAX}", tip, *([f"^{base}"] if base else []))
    return int(eyes.repository.git(*words).text())


def _merged(eyes: Eyes, one: Seen, target: Target) -> str:
    work = [(change.path, change.old or "", change.new or "") for change in one.changes if not in_issues(change.path)]
    return "yes" if is_merged(eyes, work, one.facts.tip, target) else "unknown"


def _judged(eyes: Eyes, asked: Asked, one: Seen) -> tuple[Judged, ...]:
    """What the branch changes and may not. The trackers are only read when a path calls for it."""
    told = [change.path for change in one.changes if _is_guarded(change.path)]
    if not told:
        return ()
    problems = asked.reading.judge(one.name, one.facts.base, one.facts.tip)
    return tuple(_told(eyes, one, problem) for problem in problems)


def _is_guarded(path: str) -> bool:
    return path in POLICY_PATHS or path.startswith(POLICY_FOLDERS)


def _told(eyes: Eyes, one: Seen, problem: Problem) -> Judged:
    """The problem with the name that the newest commit of the branch to touch the path bears."""
    words = ("log", "-1", "--format=%an", one.facts.tip, f"^{one.facts.base}", "--", problem.path)
    author = eyes.repository.git(*words).text()
    own = author in ("", f"{RUN_AUTHOR} {one.name}")
    return Judged(problem.code[:CODE_LENGTH], problem.path, problem.line, problem.message, author, own)


def _beyond_seal(
    eyes: Eyes, asked: Asked, seen: Sequence[Seen], landed: Mapping[RunName, LandingFacts]
) -> Iterator[tuple[RunName, int]]:
    """Commits of a branch that its sealed tip does not contain."""
    for one in seen:
        record, landing = asked.runs.get(one.name), landed.get(one.name)
        tip = (record.tip if record is not None else "") or (landing.tip if landing is not None else "")
        if tip and tip != one.facts.tip and eyes.world.objects.read_commit(tip) is not None:
            count = _count(eyes, tip, one.facts.tip)
            if count:
                yield one.name, count


def _rewound(eyes: Eyes, asked: Asked) -> Iterator[Rewound]:
    """Refs that were seen at a commit which they do not contain any more."""
    for ref in sorted({asked.target, *(ref for ref in asked.memory.refs if ref.startswith("refs/"))}):
        old, new = asked.memory.refs.get(ref, ""), eyes.refs.get(ref, "")
        if old and new and old != new and not eyes.world.objects.is_ancestor(old, new):
            words = ("rev-list", "--count", "--grep=^Tarmac-", f"--max-count={COMMITS_MAX}", old, f"^{new}")
            lost = eyes.repository.git(*words, ok=(0, 128))  # 128: the old commit is gone altogether
            yield Rewound(ref, old, new, int(lost.text()) if lost.code == 0 else 1)
