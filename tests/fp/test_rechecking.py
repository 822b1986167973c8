"""After some files changed, the second look finds what a full check finds, and reads no more than it must."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from fp.checking import open_git
from fp.kernel.fs import RealFiles
from fp.kernel.git.repo import Repository
from fp.rechecking import look, look_again
from fp.watching import fingerprint, touched
from tests.support.tracker import issue_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fp.checking import Git
    from tests.support.tracker import Fp

IDS = tuple(f"FP-{letter * 7}" for letter in "abcdef")
STEPS = 60
EVENT = "---\nkind: transition\nfrom: {old}\nto: {new}\nby: human/ann\nat: 2026-11-22T23:15:01.000Z\nafter: []\n---\n"


def git(fp: Fp) -> Git:
    found = open_git(Repository.discover(fp.repo.path))
    assert found is not None
    return found


def edits(fp: Fp, draw: random.Random) -> list[Callable[[], object]]:
    """Ways to change a tracker, from a box ticked to two files of one id."""
    one, other = draw.sample(IDS, 2)
    status, priority = draw.choice(("todo", "done", "in-review")), draw.choice(("low", "high", "soon"))
    folder = fp.repo.path / ".issues"
    event = folder / "events" / one / f"20261122T23150{draw.randrange(10)}000Z-transition-aaaa.md"

    def write(path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    lines = (f"status: {status}", f"priority: {priority}", f"depends_on: [{other}]")
    return [
        lambda: write(folder / f"{one}.md", issue_text(one, *lines)),
        lambda: write(folder / f"{one}.md", issue_text(one, f"status: {status}")),
        lambda: write(folder / f"{one}.md", issue_text(other, f"status: {status}")),
        lambda: write(folder / f"{one}.md", "---\nid: [\n---\n"),
        lambda: (folder / f"{one}.md").unlink(missing_ok=True),
        lambda: write(folder / "odd.md", issue_text(one)),
        lambda: (folder / "odd.md").unlink(missing_ok=True),
        lambda: write(event, EVENT.format(old="todo", new=status)),
        lambda: write(event, "---\nkind: wish\n---\n"),
        lambda: event.unlink(missing_ok=True),
        lambda: fp.repo.commit("step"),
        lambda: write(folder / "config.yaml", f"format: 1\nprefix: {draw.choice(('FP', 'WEB'))}\n"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_the_second_look_finds_what_a_full_one_finds(fp: Fp, seed: int) -> None:
    draw = random.Random(seed)
    files, partly = RealFiles(fp.repo.path), 0
    prints, seen = fingerprint(fp.repo.path), look(files, git(fp))
    for _ in range(STEPS):
        draw.choice(edits(fp, draw))()
        now = fingerprint(fp.repo.path)
        changed = {path for path in now.keys() | prints.keys() if now.get(path) != prints.get(path)}
        again, full = look_again(files, git(fp), seen, changed), look(files, git(fp))
        if again is not None:
            partly += 1
            assert (again.problems, again.issues) == (full.problems, full.issues)
            assert (again.owners, dict(again.rows)) == (full.owners, dict(full.rows))
        prints, seen = now, again or full
    assert partly > STEPS / 2


def test_only_what_changed_is_read_again(fp: Fp) -> None:
    for one in IDS:
        fp.issue(one, "status: todo")
    fp.repo.commit("issues")
    asked: list[str] = []

    class Counting(RealFiles):
        def read(self, path: str, limit_bytes: int | None = None) -> bytes:
            asked.append(path)
            return super().read(path, limit_bytes)

    files = Counting(fp.repo.path)
    seen = look(files, git(fp))
    asked.clear()
    fp.issue(IDS[0], f"depends_on: [{IDS[1]}, FP-zzzzzzz]")
    (fp.repo.path / f".issues/{IDS[1]}.md").unlink()
    paths = {f".issues/{one}.md" for one in IDS[:2]}
    again = look_again(files, git(fp), seen, paths)
    assert again is not None
    assert [one.code for one in again.problems] == ["dangling", "dangling"]
    assert set(asked) == {f".issues/{IDS[0]}.md"} | (paths & set(asked))


def test_prints_of_some_paths_are_those_of_a_full_look(fp: Fp) -> None:
    path = fp.issue(IDS[0])
    before = fingerprint(fp.repo.path)
    fp.issue(IDS[0], "priority: high")
    fp.issue(IDS[1])
    fp.repo.write(".issues/.swap.md", "x")
    told = [str(fp.repo.path / one) for one in (path, f".issues/{IDS[1]}.md", ".issues/.swap.md", ".issues/gone.md")]
    assert touched(fp.repo.path, before, told) == fingerprint(fp.repo.path)
