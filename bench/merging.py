"""Pairs of compatible edits of an issue, and of a lock, on two branches: how many plain git merges, and the driver.

Every merge is one of real git, in a real repository; each result must hold both edits and pass `fp check`.
`python -m bench merging [--every N]`: N > 1 tries each N-th pair only.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from bench.measure import table
from fp.checking import check_source, open_git
from fp.kernel.fs import RealFiles
from fp.kernel.git.repo import Repository
from fp.kernel.problem import Severity
from fp.source import WorktreeSource
from tests.support import lockpairs
from tests.support.pairs import CASES, CLEAN_LEAST, PATH, both, branches, issue, merges, pairs, use_driver
from tests.support.repo import Repo, make_template

WHO = {
    "GIT_AUTHOR_NAME": "Bench",
    "GIT_AUTHOR_EMAIL": "bench@example.org",
    "GIT_COMMITTER_NAME": "Bench",
    "GIT_COMMITTER_EMAIL": "bench@example.org",
}


class Tried(NamedTuple):
    """How a case went: pairs tried, those that merged, and of these the ones with a wrong result."""

    pairs: int
    clean: int
    wrong: list[str]


def tried(repo: Repo, case: str, every: int = 1) -> Tried:
    """Merge the pairs of a case, as this repository is set up."""
    asked = pairs(case)[::every]
    clean, wrong = 0, []
    for one, other in asked:
        if merges(repo, one, other):
            clean += 1
            if not holds_both(repo, case, one, other) or problems(repo.path):
                wrong.append(f"{one} + {other}")
    return Tried(len(asked), clean, wrong)


def holds_both(repo: Repo, case: str, one: str, other: str) -> bool:
    """Whether the merged file says what both edits say."""
    found, wanted = issue(repo.read(PATH).encode()), both(case, one, other)
    return found._replace(lines={}, body_line=0) == wanted._replace(lines={}, body_line=0)


def problems(path: Path) -> list[str]:
    """What `fp check` fails on."""
    found = check_source(WorktreeSource(RealFiles(path)), open_git(Repository.discover(path)))
    return [str(one.message) for one in found.problems if one.severity is Severity.ERROR]


def main(words: list[str]) -> int:
    """Print the table; exit status 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="bench merging", description=__doc__)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="try each N-th pair only")
    every = parser.parse_args(words).every
    os.environ.update(WHO)
    rows: list[tuple[str, ...]] = [("issue", "merged by", "pairs", "clean", "goal", "wrong results", "seconds")]
    missed = False
    for case in CASES:
        with tempfile.TemporaryDirectory(prefix="fp-bench-") as folder:
            make_template(Path(folder) / "repo")
            repo = Repo(Path(folder) / "repo")
            branches(repo, case)
            for name in ("plain git", "the driver"):
                if name == "the driver":
                    use_driver(repo, Path(folder))
                begun = time.monotonic()
                done = tried(repo, case, every)
                least, total = CLEAN_LEAST[case] if name == "plain git" else (done.pairs, done.pairs)
                missed |= bool(done.wrong) or done.pairs - done.clean > total - least
                seconds = f"{time.monotonic() - begun:.0f}"
                goal = f"{least} of {total}"
                rows.append((case, name, str(done.pairs), str(done.clean), goal, ", ".join(done.wrong) or "0", seconds))
    table("Compatible edits of an issue on two branches", rows)
    return int(missed | locks(every))


def locks(every: int) -> bool:
    """The same for changes of one `drift.lock`; whether a goal is missed."""
    rows: list[tuple[str, ...]] = [("merged by", "pairs", "clean", "goal", "wrong results", "seconds")]
    missed = False
    with tempfile.TemporaryDirectory(prefix="drift-bench-") as folder:
        make_template(Path(folder) / "repo")
        repo = Repo(Path(folder) / "repo")
        lockpairs.branches(repo)
        asked = lockpairs.pairs()[::every]
        for name in ("plain git", "the driver"):
            if name == "the driver":
                lockpairs.use_driver(repo, Path(folder))
            begun = time.monotonic()
            clean = [pair for pair in asked if lockpairs.merges(repo, *pair)]
            wrong = [] if name == "plain git" else [pair for pair in asked if pair not in clean]
            wrong += [pair for pair in clean if not lock_is(repo, pair)]
            missed |= bool(wrong)
            goal = f"{len(asked)} of {len(asked)}" if name == "the driver" else "-"
            said = ", ".join(" + ".join(pair) for pair in wrong) or "0"
            rows.append((name, str(len(asked)), str(len(clean)), goal, said, f"{time.monotonic() - begun:.0f}"))
    table("Compatible changes of a lock on two branches", rows)
    return missed


def lock_is(repo: Repo, pair: tuple[str, str]) -> bool:
    """Whether their merge has both changes."""
    return lockpairs.merges(repo, *pair) and repo.read(lockpairs.PATH).encode() == lockpairs.both(*pair)
