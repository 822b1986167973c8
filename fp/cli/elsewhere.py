"""How `fp list` and `fp show` tell of issues on other branches and in sibling worktrees. A shell."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from fp.cli.values import coloured
from fp.elsewhere import ABSENT, REMOVED, Branches, Version, all_branches, changed_on_branches, in_worktrees
from fp.kernel.git.objects import GitObjects
from fp.kernel.git.repo import Repository
from fp.kernel.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from fp.config import Config
    from fp.kernel.cli import Output
    from fp.model import Issue

INDENT = "    "
NAMES_SHOWN_MAX = 4


class Elsewhere(NamedTuple):
    """What other places have, by id. `others` are the branches that were looked at; `left_out` counts the rest."""

    branches: Mapping[str, Sequence[Version]]
    worktrees: Mapping[str, Sequence[Version]]
    others: tuple[str, ...] = ()
    left_out: int = 0

    def issues(self) -> dict[str, Issue]:
        """Each issue as one of those places has it."""
        rows = (one for table in (self.branches, self.worktrees) for versions in table.values() for one in versions)
        found: dict[str, Issue] = {}
        for one in rows:
            if one.issue is not None:
                found.setdefault(one.issue.id, one.issue)
        return found


def look(start: Path, config: Config, *, branches: bool, worktrees: bool) -> Elsewhere:
    """What the other branches have changed themselves, and the sibling worktrees not committed, as asked."""
    repository = Repository.discover(start)
    objects = GitObjects(repository)
    found = changed_on_branches(repository, objects, config) if branches else Branches({}, (), 0)
    siblings = in_worktrees(repository, objects, config) if worktrees else {}
    return Elsewhere(found.differing, siblings, found.others, found.left_out)


def look_everywhere(start: Path, config: Config) -> Elsewhere:
    """What all other branches have, older than here or newer, and the sibling worktrees."""
    repository = Repository.discover(start)
    objects = GitObjects(repository)
    found = all_branches(repository, objects, config)
    siblings = in_worktrees(repository, objects, config)
    return Elsewhere(found.differing, siblings, found.others, found.left_out)


def lines_of(output: Output, found: Elsewhere, issue_id: str, here: Issue | None) -> Iterator[str]:
    """A line for each status that other places have: of branches only what differs from here."""
    differing = [one for one in found.branches.get(issue_id, ()) if here is None or one.status != here.status]
    for state, names in _grouped(differing).items():
        yield f"{INDENT}{_said(output, state)} on {_names(names)}"
    for state, names in _grouped(found.worktrees.get(issue_id, ())).items():
        yield f"{INDENT}{_said(output, state)}, not committed, in {_names([_near(name) for name in names])}"


def _grouped(versions: Iterable[Version]) -> dict[tuple[str | None, str], list[str]]:
    found: dict[tuple[str | None, str], list[str]] = {}
    for one in versions:
        found.setdefault((one.status, one.state), []).append(one.where)
    return found


def _said(output: Output, told: tuple[str | None, str]) -> str:
    status, state = told
    if status is not None:
        return coloured(output, safe(status))
    if state == ABSENT:
        return output.style("not there", "dim")
    return output.style("removed" if state == REMOVED else "unreadable", "bad")


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMES_SHOWN_MAX} more" if len(names) > NAMES_SHOWN_MAX else ""
    return safe(", ".join(names[:NAMES_SHOWN_MAX])) + more


def _near(folder: str) -> str:
    """A worktree's folder as one would type it from here."""
    near = os.path.relpath(folder)
    return near if len(near) < len(folder) else folder


def values_of(found: Elsewhere, issue_id: str, *, every: bool) -> dict[str, Any]:
    """The same for programs; `every` names the branches too that have it as HEAD has it."""
    rows = {one.where: one for one in found.branches.get(issue_id, ())}
    same = [one for one in found.others if one not in rows] if every else []
    return {
        "branches": [
            *({"branch": one.where, "state": one.state, "status": one.status} for one in rows.values()),
            *({"branch": name, "state": "as-head", "status": None} for name in same),
        ],
        "worktrees": [
            {"folder": one.where, "state": one.state, "status": one.status} for one in found.worktrees.get(issue_id, ())
        ],
    }
