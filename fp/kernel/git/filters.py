"""Filters that a repository's own configuration defines: a checkout, a status and a refresh of the index run them.

Those of the operator's user-level configuration (git-lfs) are theirs and stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.kernel.git.run import git

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

OWN_SCOPES = frozenset({"local", "worktree"})


def local_filters(where: str | os.PathLike[str], *, env: Mapping[str, str] | None = None) -> frozenset[str]:
    """Names of the filters defined in the repository's configuration, files it includes included."""
    words = ("config", "--show-scope", "--null", "--name-only", "--get-regexp", r"^filter\.")
    fields = git(where, *words, ok=(0, 1), env=env).fields()
    keys = (key for scope, key in zip(fields[::2], fields[1::2], strict=True) if scope in OWN_SCOPES)
    return frozenset(key.removeprefix("filter.").rpartition(".")[0] for key in keys)


def switched_off(names: Iterable[str]) -> dict[str, str]:
    """Settings under which the filters do nothing."""
    parts = {"clean": "", "smudge": "", "process": "", "required": "false"}
    return {f"filter.{name}.{part}": value for name in sorted(names) for part, value in parts.items()}


def without_filters(where: str | os.PathLike[str]) -> dict[str, str]:
    """Settings that switch off every filter of the repository's own configuration."""
    return switched_off(local_filters(where))


def filtered(where: str | os.PathLike[str], paths: Iterable[str], names: frozenset[str]) -> tuple[str, str] | None:
    """A path whose attributes name one of the filters, and the filter; None when none does."""
    if not names:
        return None
    stdin = "".join(f"{path}\0" for path in paths).encode("utf-8", "surrogateescape")
    fields = git(where, "check-attr", "-z", "--stdin", "filter", stdin=stdin).fields()
    return next(((path, name) for path, name in zip(fields[::3], fields[2::3], strict=True) if name in names), None)
