"""Renames of real history: symbols bound before a commit that renames their file, followed after it.

`python -m bench moves --repository PATH` walks a clone's commits. The truth is git's rename with the same symbol in it.
A relocation is right when the one certain place is the truth; wrong when it is another; the rest is left to a person.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from drift.check import check
from drift.content import Ask, Found, seen
from drift.follow import follow
from drift.languages.table import available, name_of
from drift.model import Anchor, Binding, Links, Lock, Settings, Stamp
from drift.moved import outline
from drift.workspace import open_workspace, sources

DOCUMENT = "DRIFT-BENCH.md"
SYMBOLS_A_FILE = 12
FILES_A_COMMIT = 6


class Rename(NamedTuple):
    """A file with symbols that a commit renamed."""

    commit: str
    old: str
    new: str


def main(words: list[str]) -> int:
    """Print one line of figures."""
    parser = argparse.ArgumentParser(prog="python -m bench moves")
    parser.add_argument("--repository", type=Path, required=True)
    parser.add_argument("--commits", type=int, default=40, help="at most so many commits with renames")
    asked = parser.parse_args(words)
    by_commit: dict[str, list[Rename]] = {}
    for rename in renames(asked.repository):
        by_commit.setdefault(rename.commit, []).append(rename)
    score: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        git(asked.repository, "worktree", "add", "--quiet", "--detach", str(tree), "HEAD")
        try:
            for commit in list(by_commit)[: asked.commits]:
                score += of_commit(tree, commit, by_commit[commit][:FILES_A_COMMIT])
        finally:
            git(asked.repository, "worktree", "remove", "--force", str(tree))
    known = score["right"] + score["wrong"] + score["shown"] + score["missed"]
    print(f"{asked.repository}: {min(len(by_commit), asked.commits)} commits with renames, {known} lost symbols")
    for word in ("right", "shown", "missed", "wrong"):
        print(f"  {word:7} {score[word]:5}  {100 * score[word] / max(1, known):5.1f} %")
    return 0


def git(where: Path, *words: str) -> str:
    """Run git; its output."""
    return subprocess.run(("git", *words), cwd=where, check=True, capture_output=True, text=True).stdout


def renames(repository: Path) -> list[Rename]:
    """Renames of files in languages with symbols, newest first."""
    words = ("log", "--no-merges", "-n", "4000", "-M50%", "--diff-filter=R", "--name-status", "--format=%x01%H")
    found = []
    commit = ""
    for line in git(repository, *words).splitlines():
        if line.startswith("\x01"):
            commit = line[1:]
        elif line.startswith("R"):
            _, old, new = line.split("\t")
            if name_of(old) and name_of(old) == name_of(new) and available(name_of(old)) and '"' not in old + new:
                found.append(Rename(commit, old, new))
    return found


def of_commit(tree: Path, commit: str, moves: list[Rename]) -> Counter[str]:
    """Follow the symbols of the files that one commit renamed."""
    git(tree, "checkout", "--quiet", "--force", "--detach", commit)
    git(tree, "clean", "-fdxq")
    truth: dict[str, str] = {}
    bindings = []
    for move in moves:
        data = subprocess.run(
            ("git", "cat-file", "blob", f"{commit}^:{move.old}"), cwd=tree, check=True, capture_output=True
        ).stdout
        now = {one.fragment for one in outline(move.new, (tree / move.new).read_bytes())}
        fragments = [one.fragment for one in outline(move.old, data) if one.fragment in now]
        asks = [Ask(fragment) for fragment in dict.fromkeys(fragments)][:SYMBOLS_A_FILE]
        for ask, found in seen(move.old, data, asks).items():
            if isinstance(found, Found):
                bindings.append(bound(move.old, ask.fragment, found.stamp))
                truth[f"{move.old}#{ask.fragment}"] = f"{move.new}#{ask.fragment}"
    (tree / DOCUMENT).write_text("# Bench\n")
    workspace = open_workspace(tree)
    report = check(Lock(tuple(bindings)), Settings(links=Links.OFF), sources(workspace))
    score: Counter[str] = Counter()
    for one in follow(workspace, report).anchors:
        if one.followed is not None:
            places = [place.anchor.text for place in one.followed.candidates]
            right = truth[one.binding.target.text]
            if one.followed.certain is not None:
                score["right" if places[0] == right else "wrong"] += 1
            else:
                score["shown" if right in places else "missed"] += 1
    return score


def bound(path: str, fragment: str, stamp: Stamp) -> Binding:
    """A binding of the bench's document."""
    return Binding(Anchor(DOCUMENT), Anchor(path, fragment), stamp)
