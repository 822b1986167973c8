"""Open the factory of a repository: its ports, its tracker ref, its authority, its policy. A shell.

Everything that decides comes from the tracker's commit; a worktree's own copy of a setting is never read.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from fp.kernel.errors import Config
from fp.kernel.git.repo import Repository
from fp.kernel.remembered import RememberedObjects
from fp.kernel.world import real_world
from tarmac.adapters.issues import Issues, tracker_place
from tarmac.deliver import Delivery
from tarmac.factory import LOCAL, Factory, Tick
from tarmac.gating import Gating
from tarmac.policy import read_policy
from tarmac.reach import Reach
from tarmac.runners.local import LocalRunner
from tarmac.store import Store
from tarmac.workspaces.worktree import WorktreeWorkspace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from fp.kernel.ports import Remote
    from fp.kernel.world import World
    from tarmac.policy import Policy

WORKFLOW_PATH = "WORKFLOW.md"
GATE_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TERM", "USER", "VIRTUAL_ENV")


def open_factory(start: Path, say: Callable[[str, str, str], None]) -> Factory:
    """The factory of the repository that holds `start`. Usage or Config when there is none."""
    repository = Repository.discover(start)
    world = real_world(start)
    world = replace(world, objects=RememberedObjects(world.objects))
    if repository.top is None:
        raise Config("a bare repository has no place for worktrees", hint="run tarmac in a clone of it")
    place = tracker_place(repository, world.objects)
    reach = None
    if place.authority != LOCAL:
        reach = Reach(place, world.remote(place.authority), world.refs, world.clock)
        world = replace(world, remote=_with(reach, place.authority, world.remote))
    main = world.worktrees.list()[0].path
    from pathlib import Path as RealPath

    return Factory(
        world=world,
        store=Store(world.state, repository.common_dir, world.clock),
        top=RealPath(main),
        instance=f"{world.host.name()}-{os.getpid()}",
        tracker_ref=place.branch,
        authority=place.authority,
        reach=reach,
        delivery=Delivery(repository, world) if reach is None else None,
        runner=LocalRunner(world.processes, world.host),
        workspace=WorktreeWorkspace(world, RealPath(main)),
        gating=Gating(world.worktrees, repository.common_dir / "tarmac" / "runs", gate_environment(os.environ)),
        say=say,
    )


def _with(reach: Reach, name: str, remote: Callable[[str], Remote]) -> Callable[[str], Remote]:
    """The remotes, of which the authority is asked through the one that remembers what it said."""
    return lambda asked: reach if asked == name else remote(asked)


def read_tick(factory: Factory) -> Tick:
    """The tracker and the policy as they are now. Config when the policy cannot be read: nothing is decided then."""
    commit = factory.branch(factory.tracker_ref)
    if commit is None:
        raise Config(
            f"{factory.tracker_ref} has no commit at {factory.authority}",
            hint="commit .issues and WORKFLOW.md first, and push them where the authority is a remote",
        )
    last = factory.memory.tick
    issues = Issues.read(
        factory.world, commit, instance=factory.instance, earlier=last.issues if last is not None else None
    )
    if issues.authority.name != factory.authority:
        raise Config(
            f"the tracker names {issues.authority.name} as the authority now, and it was {factory.authority}",
            hint="see that no claim lives, then start again",
            reason="two-authorities",
        )
    policy = last.policy if last is not None and last.commit == commit else policy_at(factory.world, commit)
    target_ref = policy.land.target or factory.tracker_ref
    target = commit if target_ref == factory.tracker_ref else factory.branch(target_ref)
    if target is None:
        raise Config(f"land.target {target_ref} does not exist", where=WORKFLOW_PATH)
    factory.memory.tick = Tick(commit, issues, policy, target_ref, target)
    return factory.memory.tick


def policy_at(world: World, commit: str) -> Policy:
    """The policy at a commit. Config with all problems when it is missing or wrong."""
    entry = next((one for one in world.objects.list_folder(commit) if one.path == WORKFLOW_PATH), None)
    if entry is None:
        raise Config(f"no {WORKFLOW_PATH} at the tracker's commit", hint="tarmac init, then commit it")
    data = world.objects.read_blobs([entry.oid])[entry.oid]
    policy, problems = read_policy(data, WORKFLOW_PATH, entry.oid)
    if policy is None:
        first = problems[0]
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise Config(f"{first.message}{more}", where=first.where, hint=first.hint or None)
    return policy


def gate_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What gates see: enough to find and run tools, and no secret."""
    return {**{key: environ[key] for key in GATE_ENVIRONMENT if key in environ}, "CI": "true", "TARMAC_GATE": "1"}
