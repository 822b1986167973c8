"""What an issue's work changed: from where to where, and how that is known. A shell over git.

First come landed runs, then the branch of a worker or of whoever claims it, then the commits that name it. Tickets are
left out of what is compared: `fp diff` and `fp log` tell them better.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from fp import claims
from fp.config import LOCAL_AUTHORITY
from fp.kernel.errors import Refused
from fp.kernel.git.history import commits_between
from fp.kernel.world import real_world
from fp.linked import Linked, naming
from fp.model import ISSUES_FOLDER
from fp.trackerref import tracker_ref

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.config import Config
    from fp.kernel.git.objects import GitObjects
    from fp.kernel.git.repo import Repository
    from fp.kernel.ports import Oid

BRANCHES = "refs/heads/tarmac/"
COMMITS_MAX = 1_000
FILES_ONLY = ("--no-ext-diff", "--no-textconv", "--no-renames", "--end-of-options")
WITHOUT_ISSUES = ("--", ":(top)", f":(top,exclude){ISSUES_FOLDER}")
_LANDED = re.compile(r"(?m)^Tarmac-Landed: (?P<issue>\S+)\.(?P<epoch>\d+) (?P<tip>[0-9a-f]{40,64})$")


class IssueRange(NamedTuple):
    """`base..tip`; `how` says in words what told so. Without `base` the commits stand for themselves."""

    base: Oid | None
    tip: Oid
    how: str
    commits: tuple[Oid, ...]


class FileChange(NamedTuple):
    """Lines added to and removed from a file; None for a binary one."""

    path: str
    added: int | None
    removed: int | None


def range_of(repository: Repository, objects: GitObjects, config: Config, issue_id: str) -> IssueRange:
    """Where the work on an issue begins and ends; Refused when nothing in this repository says."""
    named = naming(repository.where, issue_id)
    found = _landed(repository, objects, issue_id, named) or _on_a_branch(repository, objects, config, issue_id)
    if found is not None:
        return found
    work = [one for one in named if not one.tickets_only and len(one.parents) < 2]
    if not work:
        hint = f"name it in a commit's message, or work on a branch that `fp claim {issue_id}` knows"
        raise Refused(f"no landed run, branch or commit of {issue_id} is known here", hint=hint, reason="no-work")
    return _named(objects, work)


def _landed(repository: Repository, objects: GitObjects, issue_id: str, named: Sequence[Linked]) -> IssueRange | None:
    """The newest landing whose sealed commit is its second parent, as tarmac writes it."""
    for one in named:
        found = _LANDED.search(one.message)
        if found is None or found["issue"] != issue_id or found["tip"] not in one.parents[1:]:
            continue
        base = objects.merge_base(one.parents[0], found["tip"])
        how = f"run {issue_id}.{found['epoch']}, landed by {one.oid[:9]}"
        return _between(repository, base, found["tip"], how)
    return None


def _on_a_branch(repository: Repository, objects: GitObjects, config: Config, issue_id: str) -> IssueRange | None:
    """A run's branch of the latest epoch, else the branch that the claim names; from where it left the tracker."""
    ref = tracker_ref(repository, objects)
    branch = _latest_run(repository, issue_id) or _claimed_branch(repository, config, issue_id)
    tip = repository.resolve(branch) if branch else None
    if tip is None or ref.commit is None or branch in (None, ref.ref):
        return None
    base = objects.merge_base(ref.commit, tip)
    return None if base == tip else _between(repository, base, tip, f"branch {_short(branch)}")


def _short(branch: str | None) -> str:
    return (branch or "").removeprefix("refs/heads/").removeprefix("refs/remotes/")


def _latest_run(repository: Repository, issue_id: str) -> str | None:
    listed = repository.git("for-each-ref", "--format=%(refname)", f"{BRANCHES}{issue_id}/").lines()
    runs = [(int(ref.rpartition("/")[2]), ref) for ref in listed if ref.rpartition("/")[2].isdecimal()]
    return max(runs)[1] if runs else None


def _claimed_branch(repository: Repository, config: Config, issue_id: str) -> str | None:
    authority = claims.open_authority(
        real_world(repository.where, repository), config._replace(authority=LOCAL_AUTHORITY)
    )
    if config.authority != LOCAL_AUTHORITY:
        authority = authority._replace(prefix=claims.copy_ref(config.authority))
    tip = claims.claim_of(authority, issue_id)
    branch = "" if tip is None else tip.claim.branch
    return branch if branch.startswith("refs/") or not branch else f"refs/heads/{branch}"


def _between(repository: Repository, base: Oid | None, tip: Oid, how: str) -> IssueRange:
    commits = commits_between(repository, [base] if base is not None else [], tip, limit=COMMITS_MAX)
    return IssueRange(base, tip, how, tuple(commits))


def _named(objects: GitObjects, work: Sequence[Linked]) -> IssueRange:
    """One range where the commits follow each other, and each for itself where others stand between."""
    commits = tuple(one.oid for one in work)
    together = all(newer.parents == (older.oid,) for newer, older in pairwise(work))
    base = work[-1].parents[0] if together and work[-1].parents else None
    count = "a commit that names" if len(work) == 1 else f"{len(work)} commits that name"
    return IssueRange(base, commits[0], f"{count} it", commits)


# -- what it changed --------------------------------------------------------------------------------------------------


def files(repository: Repository, objects: GitObjects, found: IssueRange) -> list[FileChange]:
    """The files changed, tickets left out; of separate commits added up."""
    total: dict[str, FileChange] = {}
    for old, new in _pairs(objects, found):
        printed = _diff(repository, "--numstat", "-z", old, new)
        for field in printed.decode("utf-8", "surrogateescape").split("\0"):
            if field:
                added, removed, path = field.split("\t", 2)
                before = total.get(path, FileChange(path, 0, 0))
                total[path] = FileChange(path, _sum(before.added, added), _sum(before.removed, removed))
    return [total[path] for path in sorted(total)]


def patch(repository: Repository, objects: GitObjects, found: IssueRange) -> str:
    """The same as one patch, or one for each separate commit, the oldest first."""
    printed = b"".join(_diff(repository, "--patch", old, new) for old, new in _pairs(objects, found))
    return printed.decode("utf-8", "surrogateescape")


def _pairs(objects: GitObjects, found: IssueRange) -> list[tuple[Oid, Oid]]:
    if found.base is not None:
        return [(found.base, found.tip)]
    records = objects.read_commits(found.commits)
    empty = objects.empty_tree()
    ordered = [records[one] for one in reversed(found.commits) if one in records]
    return [(one.parents[0] if one.parents else empty, one.oid) for one in ordered]


def _diff(repository: Repository, form: str, *rest: str) -> bytes:
    *options, old, new = rest
    words = ("--no-literal-pathspecs", "diff", form, *options, *FILES_ONLY, old, new, *WITHOUT_ISSUES)
    return repository.git(*words).stdout


def _sum(before: int | None, more: str) -> int | None:
    return before + int(more) if before is not None and more.isdecimal() else None
