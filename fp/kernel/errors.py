"""Errors by what the caller can do about them, and the exit codes they become.

Imports nothing but the standard library. Each command's `main` catches `KitError` once, in `fp.kernel.cli`.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command's exit status means, for all three commands alike."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    INTERNAL = 3
    CONFLICT = 4
    INTERRUPTED = 130


class KitError(Exception):
    """An expected failure: what went wrong, where, and what to do.

    `reason` is a stable slug for `--json`; `where` is `path` or `path:line`; `hint` is the next thing to try.
    """

    exit_code = ExitCode.INTERNAL
    reason = "internal"

    def __init__(self, message: str, *, where: str | None = None, hint: str | None = None, reason: str | None = None):
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint
        if reason is not None:
            self.reason = reason

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class Refused(KitError):
    """A rule says no: the caller must change what they ask for."""

    exit_code = ExitCode.FINDINGS
    reason = "refused"


class Usage(KitError):
    """The call is malformed: the caller must change how they ask."""

    exit_code = ExitCode.USAGE
    reason = "usage"


class Config(Usage):
    """A settings file is wrong: its owner must mend it."""

    reason = "config"


class External(KitError):
    """git, the disk or another program failed: the environment must be mended, then try again."""

    exit_code = ExitCode.INTERNAL
    reason = "external"


class Conflict(KitError):
    """Somebody else was first: read again, then decide again."""

    exit_code = ExitCode.CONFLICT
    reason = "conflict"


class Interrupted(KitError):
    """The operator stopped the command."""

    exit_code = ExitCode.INTERRUPTED
    reason = "interrupted"
