"""The documents' part: bindings that went stale by what runs landed or are about to land. Reads; changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tarmac.snapshot import DocumentsFacts, Known, NotInView, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tarmac.model import RunName
    from tarmac.observe.eyes import Eyes
    from tarmac.snapshot import BranchFacts, GitFacts, PartOf, RunFacts

LOCK_NAME = "drift.lock"
ABOUT_TO_LAND = frozenset({"sealed", "integrated", "gated", "publishing"})
RUNS_MAX = 50


def documents_part(eyes: Eyes, git: GitFacts, runs: Mapping[RunName, RunFacts]) -> PartOf[DocumentsFacts]:
    """Drift's word on what runs changed. Without a lock at the target there is nothing to say."""
    objects = eyes.world.objects
    if not any(entry.path == LOCK_NAME for entry in objects.list_folder(git.target_commit)):
        return NotInView(f"no {LOCK_NAME}")
    from tarmac.adapters.docs import stale_documents

    landed = {path for one in git.landings.values() for path in one.paths}
    stale, problems = stale_documents(objects, git.target_commit, landed) if landed else ([], [])
    for name, branch in list(_about_to_land(git, runs).items())[:RUNS_MAX]:
        if not problems:
            more, problems = stale_documents(objects, branch.tip, branch.paths, name)
            stale += more
    if problems:
        return Unknown(f"{problems[0].where}: {problems[0].message}", eyes.at)
    return Known(DocumentsFacts(tuple(stale)), LOCK_NAME, eyes.at)


def _about_to_land(git: GitFacts, runs: Mapping[RunName, RunFacts]) -> dict[RunName, BranchFacts]:
    going = {name for name, run in runs.items() if run.phase in ABOUT_TO_LAND}
    return {name: branch for name, branch in git.branches.items() if name in going and branch.paths}
