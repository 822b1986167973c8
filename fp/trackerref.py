"""Where the tracker's truth is: the ref that every decision is read from. A shell over git.

`fp.trackerRef` in git's configuration says it; otherwise the remote's HEAD branch, otherwise the branch of the main
worktree. Where the tracker's own configuration there keeps the authority local, nothing is ever pushed by us: then
the local branch of that name is meant. One commit id is read once, and everything of one decision comes from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp.config import LOCAL_AUTHORITY
from fp.configfile import read_config
from fp.kernel.errors import Config
from fp.model import CONFIG_PATH

if TYPE_CHECKING:
    from fp.kernel.git.repo import Repository
    from fp.kernel.ports import Objects, Oid

SETTING = "fp.trackerRef"
REMOTE_DEFAULT = "origin"


class TrackerRef(NamedTuple):
    """A full ref name, the commit it names (None before the first commit), and how it was found."""

    ref: str
    commit: Oid | None
    how: str

    @property
    def short(self) -> str:
        """The name people use."""
        return self.ref.removeprefix("refs/heads/").removeprefix("refs/remotes/")


def tracker_ref(repository: Repository, objects: Objects) -> TrackerRef:
    """The tracker ref of this repository. Config when the setting names nothing, or nothing can be found."""
    setting = repository.setting(SETTING)
    if setting is not None:
        return _configured(repository, setting)
    found = _remote_branch(repository, objects)
    if found is not None:
        return TrackerRef(found, repository.resolve(found), f"the HEAD branch of {REMOTE_DEFAULT}")
    branch = _main_branch(repository)
    if branch is None:
        raise Config(
            "the main worktree has no branch checked out, so nothing says where the tracker is",
            hint=f"git config {SETTING} refs/heads/main",
            reason="no-tracker-ref",
        )
    return TrackerRef(branch, repository.resolve(branch), "the main worktree's branch")


def branch_at(found: TrackerRef, authority: str) -> str:
    """The tracker's branch as the authority names it. Config where this repository looks at another one's."""
    copies = f"refs/remotes/{authority}/"
    if authority == LOCAL_AUTHORITY or found.ref.startswith(copies):
        return found.ref.replace(copies, "refs/heads/", 1)
    raise Config(
        f"the tracker's settings at {found.short} name {authority} as the authority, and {found.short} is not its",
        hint=f"git push {authority} {found.short}, then git config {SETTING} {copies}{found.short}",
        reason="not-at-authority",
    )


def _configured(repository: Repository, setting: str) -> TrackerRef:
    for ref in (setting,) if setting.startswith("refs/") else (f"refs/heads/{setting}", f"refs/remotes/{setting}"):
        commit = repository.resolve(ref)
        if commit is not None:
            return TrackerRef(ref, commit, f"{SETTING} in git's configuration")
    raise Config(
        f"{SETTING} is {setting!r}, which names no commit",
        hint=f"git config {SETTING} refs/heads/main, or git fetch",
        reason="no-tracker-ref",
    )


def _remote_branch(repository: Repository, objects: Objects) -> str | None:
    """The remote's HEAD branch: as last fetched where the remote is the authority, else the local one of its name."""
    fetched = _remote_head(repository)
    if fetched is None:
        return None
    local = f"refs/heads/{fetched.removeprefix(f'refs/remotes/{REMOTE_DEFAULT}/')}"
    if _authority(objects, repository.resolve(fetched)) == REMOTE_DEFAULT or repository.resolve(local) is None:
        return fetched
    return local


def _authority(objects: Objects, commit: Oid | None) -> str:
    """What the configuration at a commit says; `local` where there is none."""
    entries = [] if commit is None else objects.list_tree(commit, CONFIG_PATH)
    data = objects.read_blobs([entry.oid for entry in entries])
    return next((read_config(one, CONFIG_PATH)[0].authority for one in data.values()), LOCAL_AUTHORITY)


def _remote_head(repository: Repository) -> str | None:
    """The branch that the remote's HEAD pointed to at the last clone or `git remote set-head`."""
    found = repository.git("symbolic-ref", "--quiet", f"refs/remotes/{REMOTE_DEFAULT}/HEAD", ok=(0, 1))
    ref = found.text()
    return ref if found.code == 0 and repository.resolve(ref) is not None else None


def _main_branch(repository: Repository) -> str | None:
    """The branch of the main worktree, also when asked from another one, also while it is unborn."""
    found = repository.git("--git-dir", str(repository.common_dir), "symbolic-ref", "--quiet", "HEAD", ok=(0, 1))
    return found.text() if found.code == 0 else None
