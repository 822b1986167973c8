"""How much of the code's public names documents speak of, and which documents speak of no code. Pure.

A public name stands at the top of a source file and is meant for others by its language's custom. It is spoken of when
a binding points at it, at something inside it, or at its whole file. Tests, examples and foreign code do not count.
"""

from __future__ import annotations

import posixpath
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from drift.anchors import is_many, is_prose, parse_symbol
from drift.patterns import fits, members_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from drift.model import Lock

NOT_COUNTED_FOLDERS = frozenset(
    (
        "test", "tests", "__tests__", "testing", "testdata", "fixtures", "spec", "examples", "example", "samples",
        "bench", "benches", "benchmarks", "vendor", "third_party", "node_modules", "dist", "build", "docs",
    )
)  # fmt: skip
NOT_COUNTED_NAMES = ("test_*", "*_test.*", "*.test.*", "*.spec.*", "conftest.py", "setup.py", "*.d.ts", "*.min.js")


class Names(NamedTuple):
    """The public names of one source file, and those of them that no document speaks of."""

    path: str
    public: tuple[str, ...]
    untold: tuple[str, ...]


class Share(NamedTuple):
    """A part of a whole."""

    part: int
    whole: int

    @property
    def percent(self) -> float:
        """Of nothing, everything is there."""
        return 100.0 * self.part / self.whole if self.whole else 100.0


class Coverage(NamedTuple):
    """The files with their names, and the documents with and without a binding."""

    files: tuple[Names, ...]
    bound: tuple[str, ...]
    unbound: tuple[str, ...]

    @property
    def names(self) -> Share:
        """Public names that are spoken of."""
        whole = sum(len(one.public) for one in self.files)
        return Share(whole - sum(len(one.untold) for one in self.files), whole)

    @property
    def documents(self) -> Share:
        """Documents that have a binding."""
        return Share(len(self.bound), len(self.bound) + len(self.unbound))

    def by_folder(self) -> dict[str, Share]:
        """The names by the first folder of their path, or `.` at the top."""
        found: dict[str, Share] = {}
        for one in self.files:
            folder = one.path.partition("/")[0] + "/" if "/" in one.path else "."
            before = found.get(folder, Share(0, 0))
            found[folder] = Share(before.part + len(one.public) - len(one.untold), before.whole + len(one.public))
        return dict(sorted(found.items()))


def is_counted(path: str) -> bool:
    """Whether the names of a source file count."""
    *folders, name = path.lower().split("/")
    dotted = any(folder.startswith(".") for folder in folders)
    return not (
        dotted
        or not NOT_COUNTED_FOLDERS.isdisjoint(folders)
        or any(fnmatchcase(name, pattern) for pattern in NOT_COUNTED_NAMES)
    )


def is_public(path: str, name: str) -> bool:
    """Whether a name is meant for others: in Go by its first letter, elsewhere by no mark of the private."""
    if posixpath.splitext(path)[1] == ".go":
        return name[:1].isupper()
    return not name.startswith(("_", "#", "[", '"'))


def coverage(lock: Lock, defined: Iterable[tuple[str, Iterable[str]]], documents: Iterable[str]) -> Coverage:
    """`defined` gives each counted file with the names at its top; `documents` are those that should be bound."""
    told = _told(lock)
    defined = list(defined)
    many = {item.target.path for item in lock.bindings if not item.origin and is_many(item.target.path)}
    for pattern, members in members_of(many, [path for path, _ in defined]).items():
        for path in [path for path, _ in defined if fits(path, pattern)] if members is None else members:
            told.setdefault(path, set()).add("")
    bound_documents = {item.doc.path for item in lock.bindings}
    files = [_names(path, names, told.get(path)) for path, names in defined]
    known = sorted(documents)
    return Coverage(
        files=tuple(sorted(one for one in files if one.public)),
        bound=tuple(path for path in known if path in bound_documents),
        unbound=tuple(path for path in known if path not in bound_documents),
    )


def _told(lock: Lock) -> dict[str, set[str]]:
    """By file the names at its top that a binding speaks of; the empty one stands for all of them."""
    found: dict[str, set[str]] = {}
    for item in lock.bindings:
        if not item.origin and not is_prose(item.target.path):
            fragment = item.target.fragment
            found.setdefault(item.target.path, set()).add(parse_symbol(fragment).names[0] if fragment else "")
    return found


def _names(path: str, names: Iterable[str], told: set[str] | None) -> Names:
    public = tuple(dict.fromkeys(name for name in names if is_public(path, name)))
    if told is not None and "" in told:
        return Names(path, public, ())
    return Names(path, public, tuple(name for name in public if told is None or name not in told))
