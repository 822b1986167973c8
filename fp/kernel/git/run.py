"""The one place that spawns git.

Every call carries a fixed prefix and a cleaned environment, because `git status`, `git diff` and `git worktree add`
run code that a repository's configuration, hooks and attributes name [all reproduced with git 2.39]. Argument lists
only, never a shell. Imports the standard library and `fp.kernel.errors`.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.errors import External

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT_SECONDS = 120.0
STDERR_CHARACTERS_MAX = 2000

PREFIX = (
    "git",
    "--no-pager",
    "--no-optional-locks",  # a read must not take index.lock from a person who is about to commit
    "--literal-pathspecs",
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.pager=cat"),
    *("-c", "core.quotePath=false"),
    *("-c", "safe.bareRepository=explicit"),
    *("-c", "submodule.recurse=false"),
    *("-c", "gc.auto=0"),
    *("-c", "maintenance.auto=false"),
    *("-c", "commit.gpgSign=false"),
    *("-c", "log.showSignature=false"),  # `git log` runs gpg.program for it
    *("-c", "core.alternateRefsCommand=true"),  # fetch and push run it; `true` names no refs
    *("-c", "i18n.commitEncoding=UTF-8"),
    *("-c", "core.fsync=committed,loose-object,reference"),
    *("-c", "advice.detachedHead=false"),
)

ENVIRONMENT_KEPT = frozenset(
    {
        # What an operator sets to reach a remote or to find their own configuration. GIT_DIR, GIT_INDEX_FILE and the
        # like are dropped: inside a hook they name the committing repository's state, not the one asked about.
        "GIT_ASKPASS",
        "GIT_CEILING_DIRECTORIES",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_CONFIG_SYSTEM",
        "GIT_EXEC_PATH",
        "GIT_SSH",
        "GIT_SSH_COMMAND",
        "GIT_SSL_CAINFO",
    }
)
ENVIRONMENT_SET = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "file:https:ssh",  # beats any protocol.*.allow of a config; `ext::` would run a command
    "GIT_NO_REPLACE_OBJECTS": "1",
    "LC_ALL": "C",
}


class Completed(NamedTuple):
    """A finished git command."""

    code: int
    stdout: bytes
    stderr: str

    def lines(self) -> list[str]:
        """Output lines, undecodable bytes kept by surrogates. A name may hold any of Unicode's other line breaks."""
        return self.stdout.decode("utf-8", "surrogateescape").rstrip("\n").split("\n") if self.stdout else []

    def text(self) -> str:
        """Output without its final newline."""
        return self.stdout.decode("utf-8", "surrogateescape").rstrip("\n")

    def fields(self) -> list[str]:
        """NUL-terminated output as a list."""
        return [item for item in self.stdout.decode("utf-8", "surrogateescape").split("\0") if item]


def environment(extra: Mapping[str, str] | None = None, config: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of every git call. Settings go in here when a name in them is the repository's: an `=` in it
    would end the key of a `-c`."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or key in ENVIRONMENT_KEPT}
    settings = {"GIT_CONFIG_COUNT": str(len(config))} if config else {}
    for number, (key, value) in enumerate((config or {}).items()):
        settings |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return {**kept, **ENVIRONMENT_SET, **settings, **(extra or {})}


def git(
    where: str | os.PathLike[str],
    *args: str,
    stdin: bytes = b"",
    ok: tuple[int, ...] = (0,),
    env: Mapping[str, str] | None = None,
    config: Mapping[str, str] | None = None,
    timeout_seconds: float = TIMEOUT_SECONDS,
    inherited: tuple[int, ...] = (),
) -> Completed:
    """Run git in the folder `where`. External when its exit status is not in `ok`, it is missing, or it hangs.

    `inherited` descriptors stay open in git: a lock held by one lasts as long as git does, even if we die.
    """
    try:
        done = subprocess.run(
            [*PREFIX, *args],
            cwd=where,
            input=stdin,
            capture_output=True,
            env=environment(env, config),
            pass_fds=inherited,
            timeout=timeout_seconds,
            check=False,
        )
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _not_started(where) from error
    except subprocess.TimeoutExpired as error:
        raise External(f"git {args[0]} took longer than {timeout_seconds:.0f} s", reason="git-timeout") from error
    stderr = done.stderr.decode("utf-8", "replace")[-STDERR_CHARACTERS_MAX:].strip()
    if done.returncode not in ok:
        raise External(f"git {args[0]} failed ({done.returncode}): {stderr}", where=str(where), reason="git-failed")
    return Completed(done.returncode, done.stdout, stderr)


def start(where: str | os.PathLike[str], *args: str, inherited: tuple[int, ...] = ()) -> subprocess.Popen[bytes]:
    """Start git for a conversation over its pipes, in a session of its own: a terminal's INT does not cut it short."""
    try:
        return subprocess.Popen(
            [*PREFIX, *args],
            cwd=where,
            env=environment(),
            pass_fds=inherited,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _not_started(where) from error


def _not_started(where: str | os.PathLike[str]) -> External:
    if not os.path.isdir(where):
        return External("no such folder", where=str(where), reason="no-folder")
    return External("git is not installed", hint="install git 2.38 or newer", reason="git-missing")
