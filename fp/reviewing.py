"""What a review or a piece of evidence speaks of: a commit and its content tree. A shell over git."""

from __future__ import annotations

import hashlib
import shlex
from typing import TYPE_CHECKING, NamedTuple

from fp import desk as desks
from fp.kernel import process
from fp.kernel.errors import Refused, Usage
from fp.kernel.git import history
from fp.transition import Command, Observed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fp.desk import Desk

RUN_BRANCHES = ("refs/heads/tarmac/", "refs/remotes/origin/tarmac/")
PATHS_SHOWN_MAX = 5
LOG_BYTES_MAX = 16 * 1024 * 1024
"""The digest is of the log's last so many bytes."""


class Spoken(NamedTuple):
    """A commit, its content tree (the root tree without `.issues`), the run that made it, and how it was found."""

    commit: str
    content: str
    run: str
    how: str


class Gathered(NamedTuple):
    """A command that was run on a clean commit: what to write down."""

    observed: Observed
    passed: bool
    timed_out: bool


def gather(
    desk: Desk, argv: tuple[str, ...], *, cwd: str, env: Mapping[str, str], timeout_seconds: float, tier: str, of: str
) -> Gathered:
    """Run a command on the commit that is checked out. Refused where the worktree differs from it, also afterwards.

    A command that changes a tracked file while it runs has tested something else than the commit.
    """
    require_clean(desk)
    before = of_revision(desk, "HEAD")
    ran = process.run(argv, cwd=cwd, env=env, timeout_seconds=timeout_seconds, tail_bytes=LOG_BYTES_MAX)
    require_clean(desk)
    if of_revision(desk, "HEAD").commit != before.commit:
        raise Refused("HEAD moved while the command ran", hint="run it again", reason="head-moved")
    digest = f"sha256:{hashlib.sha256(ran.output).hexdigest()}"
    observed = Observed(
        of=of,
        tier=tier,
        commands=(Command(shlex.join(argv), ran.code),),
        content=before.content,
        commit=before.commit,
        log_digest=digest,
        log=ran.output.decode("utf-8", "replace"),
        fields={"log_bytes": str(ran.output_bytes)},
    )
    return Gathered(observed, ran.code == 0, ran.timed_out)


def of_revision(desk: Desk, revision: str) -> Spoken:
    """What a person names; Usage when it is no commit."""
    commit = desk.repository.resolve(revision)
    if commit is None:
        raise Usage(f"no commit {revision!r}", hint="git log --oneline", reason="no-commit")
    return Spoken(commit, desk.objects.content_tree(commit), "", revision)


def of_issue(desk: Desk, issue_id: str) -> Spoken:
    """The tip of the run that holds the issue; without one, the commit that is checked out."""
    tip = desks.known_claim(desk, issue_id)
    kind, _, run = ("", "", "") if tip is None else tip.claim.holder.partition("/")
    if tip is None or kind != "run":
        return of_revision(desk, "HEAD")
    for folder in RUN_BRANCHES:
        branch = f"{folder}{issue_id}/{tip.claim.epoch}"
        commit = desk.repository.resolve(branch)
        if commit is not None:
            return Spoken(commit, desk.objects.content_tree(commit), run, f"the tip of run {run}")
    raise Refused(f"the branch of run {run} is not in this repository", hint="git fetch", reason="no-branch")


def require_clean(desk: Desk) -> None:
    """Evidence speaks of a commit: Refused while the worktree differs from it outside `.issues`."""
    changed = [one.path for one in history.dirt(str(desk.repository.top), ignored=False)]
    others = [path for path in changed if not path.startswith(".issues/")]
    if others:
        more = f" and {len(others) - PATHS_SHOWN_MAX} more" if len(others) > PATHS_SHOWN_MAX else ""
        text = f"the worktree differs from the commit: {', '.join(others[:PATHS_SHOWN_MAX])}{more}"
        raise Refused(text, hint="evidence speaks of a commit: commit or stash first", reason="dirty-worktree")
