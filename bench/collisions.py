"""Many writers at once: ids made in many clones and merged, and many processes that edit one issue.

The commands run as in a terminal, their handlers called in the process that stands for a clone or a writer.
`python -m bench collisions [--clones 16 --issues 1000 --writers 8 --edits 1000]`.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import multiprocessing
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from bench.measure import table
from bench.merging import WHO, problems
from fp.cli.main import group
from fp.codec import read_issue
from fp.config import default_config
from fp.kernel.cli import run


class Made(NamedTuple):
    """Issues made in all clones, files after the merge of all, merges that conflicted, problems of the result."""

    made: int
    merged: int
    conflicts: int
    wrong: list[str]


class Edited(NamedTuple):
    """Edits tried; acknowledged; told that they lost; and what was lost of the acknowledged ones."""

    tried: int
    acknowledged: int
    told: int
    lost: int


def fp(folder: Path, *words: str) -> tuple[int, dict[str, object]]:
    """Run a command's handler; its exit status and document."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        code = run(group, "fp", [words[0], "-C", str(folder), *words[1:], "--json"])
    found = json.loads(out.getvalue())
    assert isinstance(found, dict)
    return code, found


def git(folder: Path, *words: str) -> int:
    """Run git as a person does; its exit status."""
    done = subprocess.run(("git", *words), cwd=folder, env={**os.environ, **WHO}, capture_output=True, check=False)
    return done.returncode


def tracker(folder: Path, settings: str = "") -> Path:
    """A new repository with a committed tracker."""
    folder.mkdir()
    (folder / ".issues").mkdir()
    (folder / ".issues" / "config.yaml").write_text(f"format: 1\nprefix: FP\n{settings}", encoding="utf-8")
    for words in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-q", "-m", "tracker")):
        git(folder, *words)
    return folder


# -- ids --------------------------------------------------------------------------------------------------------------


def collide(folder: Path, clones: int, issues: int) -> Made:
    """Make issues in each clone, all at once, and merge all into one."""
    main = tracker(folder / "main")
    asked = [(str(main), str(folder / f"clone{number}"), issues) for number in range(clones)]
    with multiprocessing.Pool(min(clones, 2 * (os.cpu_count() or 1))) as pool:
        made = sum(pool.starmap(_fill, asked))
    conflicts = 0
    for _, clone, _ in asked:
        git(main, "fetch", "-q", clone, "main")
        conflicts += git(main, "merge", "-q", "--no-edit", "FETCH_HEAD") != 0
    return Made(made, len(list((main / ".issues").glob("*.md"))), conflicts, problems(main))


def _fill(main: str, clone: str, issues: int) -> int:
    folder = Path(clone)
    git(Path(main), "clone", "-q", main, clone)
    made = sum(fp(folder, "new", f"Issue {number} of {folder.name}")[0] == 0 for number in range(issues))
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", f"{issues} issues of {folder.name}")
    return made


# -- edits of one issue -----------------------------------------------------------------------------------------------


def race(folder: Path, writers: int, edits: int) -> Edited:
    """Each writer counts up a key of its own in one file; nobody else touches that key."""
    keys = "".join(f"  count{number}: text\n" for number in range(writers))
    root = tracker(folder / "race", f"properties:\n{keys}")
    fp(root, "new", "Edited by all")
    issue_id = next((root / ".issues").glob("FP-*.md")).stem
    with multiprocessing.Pool(writers) as pool:
        done = pool.starmap(_count, [(str(root), issue_id, number, edits) for number in range(writers)])
    return Edited(writers * edits, *(sum(one[at] for one in done) for at in range(3)))


def _count(root: str, issue_id: str, writer: int, edits: int) -> tuple[int, int, int]:
    """Acknowledged, told, lost: before each edit the key must hold what was acknowledged last."""
    folder = Path(root)
    acknowledged, told, lost, last = 0, 0, 0, ""
    for number in range(edits):
        lost += _value(folder, issue_id, writer) != last
        code, _ = fp(folder, "set", issue_id, f"count{writer}=edit-{number}")
        if code == 0:
            acknowledged, last = acknowledged + 1, f"edit-{number}"
        else:
            told += 1
    return acknowledged, told, lost + (_value(folder, issue_id, writer) != last)


def _value(folder: Path, issue_id: str, writer: int) -> str:
    path = f".issues/{issue_id}.md"
    issue, found = read_issue(path, (folder / path).read_bytes(), default_config("FP"))
    assert issue is not None, found
    return str(issue.extra.get(f"count{writer}") or "")


def main(words: list[str]) -> int:
    """Print the tables; exit status 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="bench collisions", description=__doc__)
    for name, size in (("clones", 16), ("issues", 1000), ("writers", 8), ("edits", 1000)):
        parser.add_argument(f"--{name}", type=int, default=size)
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="fp-bench-") as folder:
        begun = time.monotonic()
        ids = collide(Path(folder), asked.clones, asked.issues)
        between = time.monotonic()
        edits = race(Path(folder), asked.writers, asked.edits)
        ended = time.monotonic()
    rows = [("what", "tried", "there afterwards", "goal", "seconds")]
    made = f"{ids.merged} files, {ids.conflicts} conflicts, {len(ids.wrong)} problems"
    ids_goal = f"{asked.clones * asked.issues} files, 0, 0"
    rows.append(
        (f"{asked.clones} clones x {asked.issues} issues", str(ids.made), made, ids_goal, f"{between - begun:.0f}")
    )
    told = f"{edits.acknowledged} acknowledged, {edits.told} told, {edits.lost} lost"
    rows.append(
        (f"{asked.writers} writers x {asked.edits} edits", str(edits.tried), told, "0 lost", f"{ended - between:.0f}")
    )
    table("Many writers at once", rows)
    whole = ids.merged == ids.made == asked.clones * asked.issues and not ids.conflicts and not ids.wrong
    return int(not whole or edits.lost > 0 or edits.acknowledged + edits.told != edits.tried)
