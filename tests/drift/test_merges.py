"""Locks of two branches merged by plain git, with no driver and no attribute."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from drift.anchors import parse_anchor
from drift.lock import bind, read_lock, unbind, write_lock
from drift.model import Binding, Lock, Stamp

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.repo import Command, Repo

Change = "Callable[[Lock], Lock]"


def binding(name: str, digest: str = "0") -> Binding:
    doc, _, target = name.partition(" ")
    return Binding(parse_anchor(doc), parse_anchor(target), Stamp("n1/bytes", digest * 32), blob=digest * 40)


def add(*names: str, digest: str = "a") -> Callable[[Lock], Lock]:
    def change(lock: Lock) -> Lock:
        for name in names:
            lock = bind(lock, binding(name, digest))
        return lock

    return change


def drop(name: str) -> Callable[[Lock], Lock]:
    return lambda lock: unbind(lock, {tuple(name.split(" "))})  # type: ignore[arg-type]  # two words: a pair


def merged(repo: Repo, ours: Callable[[Lock], Lock], theirs: Callable[[Lock], Lock]) -> tuple[int, bytes]:
    """Git's exit status and the lock after merging two changes of one base."""
    base = add("b.md b.py", "d.md d.py", "d.md e.py", "f.md f.py", digest="0")(Lock())
    repo.write("drift.lock", write_lock(base))
    repo.commit("base")
    repo.git("checkout", "-q", "-b", "theirs")
    repo.write("drift.lock", write_lock(theirs(base)))
    repo.commit("theirs")
    repo.git("checkout", "-q", "main")
    repo.write("drift.lock", write_lock(ours(base)))
    repo.commit("ours")
    code = repo.run("merge", "-q", "--no-edit", "theirs").returncode
    return code, (repo.path / "drift.lock").read_bytes()


CLEAN = [
    (add("a.md a.py"), add("z.md z.py")),
    (add("a.md a.py"), add("c.md c.py")),
    (add("c.md c.py"), add("d.md dd.py")),
    (add("c.md c.py", "e.md e.py"), add("a.md a.py", "g.md g.py")),
    (add("z.md z.py"), add("f.md f.py")),
    (add("e.md e.py"), add("f.md f.py")),
    (add("e.md e.py"), add("d.md e.py")),
    (add("d.md d.py"), add("d.md e.py")),
    (add("d.md d.py"), add("b.md b.py")),
    (drop("b.md b.py"), add("d.md e.py")),
    (drop("b.md b.py"), add("z.md z.py")),
    (drop("d.md d.py"), add("f.md f.py")),
]


@pytest.mark.parametrize(("ours", "theirs"), CLEAN)
def test_changes_of_different_bindings_merge(
    repo: Repo, ours: Callable[[Lock], Lock], theirs: Callable[[Lock], Lock]
) -> None:
    code, data = merged(repo, ours, theirs)
    lock, problems = read_lock(data, "drift.lock")
    base = add("b.md b.py", "d.md d.py", "d.md e.py", "f.md f.py", digest="0")(Lock())
    assert (code, problems) == (0, [])
    assert write_lock(lock) == data == write_lock(theirs(ours(base)))


def test_two_additions_at_one_place_conflict_loudly_and_check_names_the_line(repo: Repo, command: Command) -> None:
    code, data = merged(repo, add("c.md c.py"), add("c.md cc.py"))
    assert code == 1
    _, problems = read_lock(data, "drift.lock")
    assert problems[0].code == "lock-conflict"
    ran = command("drift", "check", cwd=repo.path)
    assert (ran.code, f"drift.lock:{problems[0].line}:" in ran.err) == (2, True)
