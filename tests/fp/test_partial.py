"""`fp check --base` by a part of the tracker finds what it finds by the whole."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest

from fp.checking import compare_sides, open_git
from fp.event import HUMAN, WORKER, Writer
from fp.kernel.git.repo import Repository
from fp.model import ID_ALPHABET
from fp.partial import changes_between, part_of, touched_by
from tests.support.issues import A, B, C

if TYPE_CHECKING:
    from fp.kernel.problem import Problem
    from tests.support.repo import Repo

WRITERS = (Writer(HUMAN, "ann"), Writer(WORKER, f"{A}.1"))
ROUNDS = int(os.environ.get("FP_PARTIAL_ROUNDS", "30"))
TEXT = "---\nid: {id}\ntitle: Title\nstatus: {status}\nparent: {parent}\ndepends_on: [{waits}]\n---\n{body}"
EVENT = "---\nkind: transition\nfrom: {from_}\nto: {to}\nby: human/ann\nat: 2026-01-01T00:00:0{at}.000Z\n{after}---\n"


def write(
    repo: Repo, issue_id: str, *, status: str = "todo", waits: str = "", parent: str = "", body: str = ""
) -> None:
    text = TEXT.format(id=issue_id, status=status, waits=waits, parent=parent, body=body)
    repo.write(f".issues/{issue_id}.md", text)


def both(repo: Repo, base: str, writer: Writer = WRITERS[0]) -> tuple[list[Problem] | None, list[Problem]]:
    """What a part finds (None where it must be the whole), and what the whole finds."""
    git = open_git(Repository.discover(repo.path))
    assert git is not None
    assert git.head is not None
    changes = changes_between(git.repository, base, git.head)
    part = part_of(git.repository, git.objects, (base, git.head), changes)
    span = (base, base, git.head)
    whole = compare_sides(git, span, changes, None, writer)[1]
    return None if part is None else compare_sides(git, span, changes, part, writer)[1], whole


@pytest.fixture
def base(repo: Repo) -> str:
    repo.write(".issues/config.yaml", "format: 1\nprefix: FP\n")
    write(repo, A, waits=B)
    write(repo, B, waits=C)
    write(repo, C)
    write(repo, "FP-zzzzzzz", waits="FP-gggggg0")
    return repo.commit("base")


def test_a_circle_through_issues_that_nobody_touched_is_found(repo: Repo, base: str) -> None:
    write(repo, C, waits=A)
    repo.commit("closes a circle")
    part, whole = both(repo, base)
    assert part == whole
    assert [one.code for one in whole] == ["circle"]


def test_an_issue_that_waits_for_none_that_is_there_is_found(repo: Repo, base: str) -> None:
    write(repo, A, waits="FP-0000000")
    write(repo, "FP-1111111", waits=f"{A}, FP-zzzzzzz", parent=C)
    repo.commit("dangling")
    part, whole = both(repo, base)
    assert part == whole
    assert [one.code for one in whole] == ["dangling"]


def test_an_id_that_another_file_has_already_is_found(repo: Repo, base: str) -> None:
    repo.write(".issues/odd.md", TEXT.format(id="FP-1111111", status="todo", waits="", parent="", body=""))
    start = repo.commit("a file by another name")
    write(repo, "FP-1111111")
    repo.commit("the same id")
    part, whole = both(repo, start)
    assert part == whole
    assert {one.code for one in whole} == {"duplicate-id"}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".issues/config.yaml", "format: 1\nprefix: FP\nviews: {a: b}\n"),
        (f".issues/{A}.md", ""),
        (f".issues/{B}.md", None),
        (".issues/odd.md", "# New\n"),
        (".issues/events/x.md", "x"),
        (f".issues/events/{A}/deep/x.md", "x"),
        (f".issues/{B}/x.md", "x"),
    ],
)
def test_what_a_part_cannot_tell_is_left_to_the_whole(repo: Repo, base: str, path: str, text: str | None) -> None:
    (repo.path / path).unlink() if text is None else repo.write(path, text)
    repo.commit("change")
    assert both(repo, base)[0] is None


def test_code_alone_touches_no_issue(repo: Repo, base: str) -> None:
    repo.write("src/a.py", "a = 1\n")
    repo.commit("code")
    assert touched_by(changes_between(Repository.discover(repo.path), base, repo.head())) == frozenset()
    assert both(repo, base) == ([], [])


@pytest.mark.slow
def test_after_random_changes_a_part_finds_what_the_whole_finds(repo: Repo) -> None:
    draw = random.Random(11)
    ids = [f"FP-000000{letter}" for letter in ID_ALPHABET[:14]]
    repo.write(".issues/config.yaml", "format: 1\nprefix: FP\n")
    parts = 0
    for number in range(ROUNDS):
        start = repo.commit("next")
        for _ in range(draw.randrange(1, 5)):
            change(repo, draw, ids)
        repo.commit("change")
        part, whole = both(repo, start, draw.choice(WRITERS))
        parts += part is not None
        assert part is None or sorted(part) == sorted(whole), f"in round {number}"
    assert parts > ROUNDS / 3


def change(repo: Repo, draw: random.Random, ids: list[str]) -> None:
    """One change of an issue or of its events, right or wrong."""
    one, kind = draw.choice(ids), draw.randrange(40)
    path = repo.path / ".issues" / f"{one}.md"
    if kind == 0 and path.exists():
        path.unlink()
    elif kind == 1:
        path.write_text("---\nid: [\n---\n")
    elif kind == 2 and (path.exists() or (path.parent / "archive" / path.name).exists()):
        places = (path, path.parent / "archive" / path.name)
        old, new = places if path.exists() else reversed(places)
        new.parent.mkdir(exist_ok=True)
        old.rename(new)
    elif kind < 16:
        at = draw.randrange(9)
        after = f"after: [20260101T00000{draw.randrange(9)}000Z-transition-aaaa]\n" if at else ""
        statuses = draw.sample(("todo", "in-progress", "done"), 2)
        text = EVENT.format(from_=statuses[0], to=statuses[1], at=at, after=after)
        repo.write(f".issues/events/{one}/20260101T00000{at}000Z-transition-aaaa.md", text)
    else:
        waits = ", ".join(draw.sample(ids, draw.randrange(3)))
        parent = draw.choice(["", *ids[:3]])
        write(
            repo, one, status=draw.choice(("todo", "done")), waits=waits, parent=parent, body=draw.choice(("", "x\n"))
        )
