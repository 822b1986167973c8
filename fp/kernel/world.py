"""All ports of one repository in one record. Built in a command's main and in the simulator, nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fp.kernel.git.repo import Repository
    from fp.kernel.ports import (
        Clock,
        Files,
        Host,
        Ids,
        Merges,
        Objects,
        Processes,
        Refs,
        Remote,
        Worktrees,
    )


@dataclass(frozen=True, slots=True)
class World:
    """The ways out, by the names their protocols have in `fp.kernel.ports`.

    `files` is the worktree the command runs in, `state` the git folder that all worktrees share, `at` gives the files
    below any other folder, such as another worktree.
    """

    clock: Clock
    ids: Ids
    host: Host
    files: Files
    state: Files
    at: Callable[[Path], Files]
    objects: Objects
    refs: Refs
    merges: Merges
    worktrees: Worktrees
    processes: Processes
    remote: Callable[[str], Remote]


def real_world(start: Path, repository: Repository | None = None) -> World:
    """The real ports of the repository that holds `start`, given or looked for; Usage when there is none."""
    from fp.kernel.clock import SystemClock
    from fp.kernel.fs import RealFiles
    from fp.kernel.git.merge import GitMerges
    from fp.kernel.git.objects import GitObjects
    from fp.kernel.git.refs import GitRefs
    from fp.kernel.git.remote import GitRemote
    from fp.kernel.git.repo import Repository
    from fp.kernel.git.worktrees import GitWorktrees
    from fp.kernel.host import SystemHost
    from fp.kernel.ids import SystemIds
    from fp.kernel.process import LocalProcesses

    repository = repository or Repository.discover(start)
    objects = GitObjects(repository)
    host = SystemHost()
    return World(
        clock=SystemClock(),
        ids=SystemIds(),
        host=host,
        files=RealFiles(repository.where),
        state=RealFiles(repository.common_dir),
        at=RealFiles,
        objects=objects,
        refs=GitRefs(repository),
        merges=GitMerges(repository, objects),
        worktrees=GitWorktrees(repository, objects),
        processes=LocalProcesses(host),
        remote=lambda name: GitRemote(repository, name),
    )
