"""Where a repository is: its worktree, its git folder, and the folder all its worktrees share.

State of ours lives in the shared folder, so that it is one for all worktrees and submodules keep their own.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.errors import External, Usage
from fp.kernel.git.run import git

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fp.kernel.git.run import Completed

HEX_LENGTH = {"sha1": 40, "sha256": 64}
GIT_OLDEST = (2, 38)
"""`merge-tree --write-tree` came with 2.38."""


class Repository(NamedTuple):
    """One repository seen from one of its worktrees; `top` is None in a bare one."""

    top: Path | None
    git_dir: Path
    common_dir: Path
    shallow: bool
    object_format: str

    @staticmethod
    def discover(start: Path) -> Repository:
        """The repository that holds `start`; Usage when there is none."""
        if not start.is_dir():
            raise Usage(f"no such folder: {start}", reason="no-folder")
        names = ("--absolute-git-dir", "--git-common-dir", "--is-shallow-repository", "--show-object-format")
        words = ("rev-parse", "--path-format=absolute", *names, "--show-toplevel")
        found = git(start, *words, ok=(0, 128))  # 128 with all but the last line: bare, or inside `.git` itself
        lines = found.lines()
        if found.code and len(lines) != len(names):
            raise _no_repository(start, found)
        if len(lines) != len(names) + (found.code == 0):
            raise Usage(f"a repository whose path holds a line break is not supported: {start}", reason="bad-path")
        git_dir, common_dir, shallow, object_format = lines[: len(names)]
        top = Path(lines[-1]) if found.code == 0 else None
        return Repository(top, Path(git_dir), Path(common_dir), shallow == "true", object_format)

    @property
    def where(self) -> Path:
        """The folder in which git runs for this repository."""
        return self.top or self.git_dir

    @property
    def no_oid(self) -> str:
        """The id of nothing."""
        return "0" * HEX_LENGTH[self.object_format]

    def git(
        self,
        *args: str,
        stdin: bytes = b"",
        ok: tuple[int, ...] = (0,),
        env: Mapping[str, str] | None = None,
        config: Mapping[str, str] | None = None,
    ) -> Completed:
        """Run git here."""
        return git(self.where, *args, stdin=stdin, ok=ok, env=env, config=config or {})

    def setting(self, key: str) -> str | None:
        """A value of git's configuration, as the operator's own git would see it."""
        found = self.git("config", "--null", "--get", key, ok=(0, 1))
        return found.fields()[0] if found.code == 0 and found.fields() else None

    def set_setting(self, key: str, value: str) -> None:
        """Write to this repository's own configuration."""
        self.git("config", "--local", key, value)

    def resolve(self, revision: str) -> str | None:
        """The commit that a revision names, or None."""
        word = f"{revision}^{{commit}}"
        found = self.git("rev-parse", "--verify", "--quiet", "--end-of-options", word, ok=(0, 1, 128))
        return found.text() or None if found.code == 0 else None

    def head_branch(self) -> str | None:
        """The full name of the branch checked out here, also an unborn one; None when detached."""
        found = self.git("symbolic-ref", "--quiet", "HEAD", ok=(0, 1))
        return found.text() or None


def find_top(start: Path) -> Path | None:
    """The nearest folder upwards that holds `.git`, without asking git: for the paths where each millisecond counts."""
    for folder in (start, *start.parents):
        if (folder / ".git").exists():
            return folder
    return None


def version() -> tuple[int, int]:
    """Major and minor of the git that is installed."""
    words = git(Path("/"), "version").text().split()
    major, minor = words[2].split(".")[:2]
    return int(major), int(minor)


def _no_repository(start: Path, found: Completed) -> Usage | External:
    if "cannot use bare repository" in found.stderr:
        # Also inside `.git`. A folder that merely looks like one may be a trap: its configuration can name programs.
        hint = "run this in a worktree of it"
        return Usage(f"a git folder, not a worktree: {start}", hint=hint, reason="bare-repository")
    if "not a git repository" in found.stderr:
        return Usage(f"not a git repository: {start}", hint="git init", reason="no-repository")
    if "dubious ownership" in found.stderr:
        hint = found.stderr.splitlines()[-1].strip()
        return External(f"git does not trust {start}: it belongs to another user", hint=hint)
    return External(f"git cannot read the repository: {found.stderr}", where=str(start))
