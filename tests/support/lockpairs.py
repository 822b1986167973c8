"""Compatible changes of one `drift.lock`, for all pairs of which a merge is tried."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

from drift.anchors import parse_anchor
from drift.lock import bind, unbind, write_lock
from drift.model import Binding, Lock, Stamp
from tests.support.guards import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.repo import Repo

    Change = Callable[[Lock], Lock]

PATH = "drift.lock"


def binding(name: str, digest: str = "0") -> Binding:
    """Of `document target`."""
    doc, _, target = name.partition(" ")
    return Binding(parse_anchor(doc), parse_anchor(target), Stamp("n1/bytes", digest * 32), blob=digest * 40)


def add(*names: str, digest: str = "a") -> Change:
    """Bind, or stamp again."""

    def change(lock: Lock) -> Lock:
        for name in names:
            lock = bind(lock, binding(name, digest))
        return lock

    return change


def drop(name: str) -> Change:
    """Unbind."""
    doc, _, target = name.partition(" ")
    return lambda lock: unbind(lock, {(doc, target)})


def note(name: str, text: str) -> Change:
    """Write a comment above a binding."""
    key = tuple(name.split(" "))
    return lambda lock: replace(
        lock, bindings=tuple(replace(one, notes=(text,)) if one.key == key else one for one in lock.bindings)
    )


BASE = add("b.md b.py", "d.md d.py", "d.md e.py", "f.md f.py", digest="0")(Lock())
CHANGES: dict[str, Change] = {
    "add first": add("a.md a.py"),
    "add first too": add("a.md aa.py"),
    "add between": add("c.md c.py"),
    "add beside it": add("c.md cc.py"),
    "add three there": add("c.md a.py", "c.md ca.py", "c.md d.py"),
    "add to a document": add("d.md dd.py"),
    "add last": add("z.md z.py"),
    "add last too": add("y.md y.py"),
    "stamp b": add("b.md b.py"),
    "stamp d": add("d.md d.py"),
    "stamp its neighbour": add("d.md e.py"),
    "comment on f": note("f.md f.py", "# Why."),
    "remove f": drop("f.md f.py"),
}
CONTRARY = frozenset({frozenset({"comment on f", "remove f"})})
"""Both change one binding."""


def pairs() -> list[tuple[str, str]]:
    """All pairs of compatible changes."""
    return [pair for pair in combinations(CHANGES, 2) if frozenset(pair) not in CONTRARY]


def branches(repo: Repo) -> None:
    """A branch for each change, named by it, from one base on `main`."""
    repo.write(PATH, write_lock(BASE))
    root = repo.commit("base")
    for name, change in CHANGES.items():
        repo.git("checkout", "-q", "-b", branch(name), root)
        repo.write(PATH, write_lock(change(BASE)))
        repo.commit(name)


def branch(name: str) -> str:
    """The branch of a change."""
    return name.replace(" ", "-")


def merges(repo: Repo, one: str, other: str) -> bool:
    """Whether git merges the branches of two changes; where not, the worktree is left in conflict."""
    repo.git("checkout", "-q", "-f", "--detach", branch(one))
    return repo.run("merge", "-q", "--no-edit", branch(other)).returncode == 0


def both(one: str, other: str) -> bytes:
    """The lock with both changes made one after the other."""
    return write_lock(CHANGES[other](CHANGES[one](BASE)))


def use_driver(repo: Repo, folder: Path) -> None:
    """Tell this clone to run the driver of this checkout."""
    command = folder / "drift"
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{CHECKOUT}" exec "{sys.executable}" -m drift "$@"\n')
    command.chmod(0o755)
    repo.git("config", "merge.drift.driver", f"'{command}' merge-driver --marker-size %L -- %O %A %B %P")
    (repo.path / ".git" / "info").mkdir(exist_ok=True)
    (repo.path / ".git" / "info" / "attributes").write_text("drift.lock merge=drift\n")
