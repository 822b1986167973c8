"""Several orchestrators in one repository: one winner each time, nothing runs or lands twice."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.factories import Factory
from tests.support.guards import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Command, Repo

pytestmark = pytest.mark.race

ISSUES = int(os.environ.get("WATCH_ISSUES", "10"))
WORK = """
with open(os.environ["HOME"] + "/ran.log", "a") as log:
    log.write(os.environ["TARMAC_RUN"] + "\\n")
write(os.environ["TARMAC_ISSUE"] + ".txt", "made\\n")
outcome(status="done")
"""


@pytest.mark.parametrize("watchers", [2, 4])
def test_several_watchers_share_the_work(repo: Repo, command: Command, tmp_path: Path, watchers: int) -> None:
    factory = Factory(repo, command, tmp_path)
    factory.set_up(WORK)
    issues = sorted(factory.new(f"Make {number}") for number in range(ISSUES))
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    env = {**os.environ, "PYTHONPATH": str(CHECKOUT), "HOME": str(home)}
    argv = [sys.executable, "-m", "tarmac", "watch", "--once"]
    children = [subprocess.Popen(argv, cwd=repo.path, env=env, stdout=subprocess.DEVNULL) for _ in range(watchers)]
    assert [child.wait(180) for child in children] == [0] * watchers
    factory.watch()
    ran = (home / "ran.log").read_text().split()
    assert sorted(ran) == [f"{issue}.1" for issue in issues]
    landings = repo.git("log", "--first-parent", "--format=%(trailers:key=Tarmac-Landed,valueonly)", "main")
    assert sorted(line.split(".")[0] for line in landings.splitlines() if line.strip()) == issues
    assert repo.git("status", "--porcelain") == ""
