"""Compatible edits of one issue, for all pairs of which a merge is tried."""

from __future__ import annotations

import sys
from itertools import combinations
from typing import TYPE_CHECKING

from fp.codec import new_issue_bytes, read_issue, with_fields
from fp.config import default_config
from fp.kernel.frontmatter import edit_body
from fp.kernel.markdown import tick
from fp.model import Issue
from tests.support.guards import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.repo import Repo

    Edit = Callable[[bytes], bytes]

ID = "FP-k3v9q2m"
PATH = f".issues/{ID}.md"
CONFIG = default_config("FP")
BODY = (
    "The token is used twice.\n\nSecond paragraph.\n\nThird.\n\n## Acceptance\n\n"
    "- [ ] one refresh\n- [ ] no logout\n- [ ] tested\n- [ ] documents\n"
)
FULL = Issue(
    ID, "Fix token refresh", assignees=("ann",), labels=("api", "auth"), depends_on=("FP-1111111",), body=BODY,
    touches=("src/**",),
)  # fmt: skip
BARE = Issue(ID, "Fix token refresh", body="The token is used twice.\n\nSecond paragraph.\n\nThird.\n")


def issue(data: bytes) -> Issue:
    """Read it; it must have no problem."""
    found, problems = read_issue(PATH, data, CONFIG)
    assert found is not None, problems
    return found


def _set(key: str, value: str) -> Edit:
    return lambda data: with_fields(data, {key: value})


def _add(key: str, item: str) -> Edit:
    return lambda data: with_fields(data, {key: sorted({*getattr(issue(data), key), item})})


def _tick(index: int) -> Edit:
    return lambda data: edit_body(data, tick("\n" + issue(data).body.removeprefix("\n"), index, checked=True))


def _write(data: bytes) -> bytes:
    return data.replace(b"Second paragraph.", b"Second paragraph, longer.")


EDITS: dict[str, Edit] = {
    "status": _set("status", "done"),
    "priority": _set("priority", "high"),
    "assignee": _add("assignees", "bob"),
    "title": _set("title", "Fix the refresh of tokens"),
    "parent": _set("parent", "FP-9999999"),
    "dispatch": _set("dispatch", "auto"),
    "label perf": _add("labels", "perf"),
    "label backend": _add("labels", "backend"),
    "depends": _add("depends_on", "FP-3333333"),
    "comment ann": lambda data: data,
    "comment bob": lambda data: data,
    "text": _write,
}
FULL_EDITS = {**EDITS, "box 0": _tick(0), "box 2": _tick(2)}
BARE_EDITS = {**EDITS, "touches": _add("touches", "docs/**")}
CASES = {"full": (FULL, FULL_EDITS), "bare": (BARE, BARE_EDITS)}
CLEAN_LEAST = {"full": (90, 91), "bare": (76, 78)}


def pairs(case: str) -> list[tuple[str, str]]:
    """All pairs of edits of a case."""
    return list(combinations(CASES[case][1], 2))


def branches(repo: Repo, case: str) -> None:
    """A branch for each edit, named by it, from one base on `main`; comments are files of their own."""
    start, edits = CASES[case]
    repo.write(".issues/config.yaml", "format: 1\nprefix: FP\n")
    base = new_issue_bytes(start)
    repo.write(PATH, base)
    for one in ("FP-1111111", "FP-3333333", "FP-9999999"):
        repo.write(f".issues/{one}.md", new_issue_bytes(Issue(one, "Another")))
    root = repo.commit("base")
    for number, (name, edit) in enumerate(edits.items()):
        repo.git("checkout", "-q", "-b", branch(name), root)
        repo.write(PATH, edit(base))
        if name.startswith("comment"):
            repo.write(f".issues/events/{ID}/2026112{number % 10}T101010000Z-comment-aaaa.md", f"From {name}.\n")
        repo.commit(name)


def branch(name: str) -> str:
    """The branch of an edit."""
    return name.replace(" ", "-")


def merges(repo: Repo, one: str, other: str) -> bool:
    """Whether git merges the branches of two edits; the worktree holds the result, or what it was before."""
    repo.git("checkout", "-q", "--detach", branch(one))
    if repo.run("merge", "-q", "--no-edit", branch(other)).returncode == 0:
        return True
    repo.git("merge", "--abort")
    return False


def both(case: str, one: str, other: str) -> Issue:
    """The issue with both edits made one after the other."""
    start, edits = CASES[case]
    return issue(edits[other](edits[one](new_issue_bytes(start))))


def use_driver(repo: Repo, folder: Path) -> None:
    """Tell this clone to run the driver of this checkout."""
    command = folder / "fp"
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{CHECKOUT}" exec "{sys.executable}" -m fp "$@"\n')
    command.chmod(0o755)
    repo.git("config", "merge.fp.driver", f"'{command}' merge-driver --marker-size %L -- %O %A %B %P")
    (repo.path / ".git" / "info").mkdir(exist_ok=True)
    (repo.path / ".git" / "info" / "attributes").write_text(".issues/*.md merge=fp\n")
