"""Several processes that edit one issue: no acknowledged edit is lost, and every loser is told."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from fp.codec import read_issue
from fp.config import default_config
from tests.support.guards import CHECKOUT
from tests.support.tracker import issue_text

if TYPE_CHECKING:
    from tests.support.repo import Repo

WRITERS = 4
EDITS_EACH = 60
PATH = ".issues/FP-k3v9q2m.md"
WRITER = """
import sys
from pathlib import Path
from fp.assign import apply, parse
from fp.codec import read_issue
from fp.config import default_config
from fp.edit import apply as write
from fp.kernel.errors import Conflict
from fp.kernel.fs import RealFiles

files, config, path = RealFiles(Path(sys.argv[1])), default_config("FP"), sys.argv[2]
for number in range(int(sys.argv[4])):
    label = f"w{sys.argv[3]}-{number}"
    data = files.read(path)
    issue, _ = read_issue(path, data, config)
    changed = apply(issue, data, parse([f"+{label}"])[1], config, str)
    try:
        write(files, {path: changed.data}, {path: data})
    except Conflict:
        print("lost", label)
    else:
        print("done", label)
"""


@pytest.mark.slow
def test_no_acknowledged_edit_is_lost_and_every_loser_is_told(repo: Repo) -> None:
    repo.write(PATH, issue_text("FP-k3v9q2m", "labels:", body="\nBody.\n"))
    arguments = [[str(repo.path), PATH, str(number), str(EDITS_EACH)] for number in range(WRITERS)]
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, *words], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
        for words in arguments
    ]
    told = [line.split() for writer in writers for line in writer.communicate(timeout=60)[0].splitlines()]
    issue, _ = read_issue(PATH, (repo.path / PATH).read_bytes(), default_config("FP"))
    assert issue is not None
    assert len(told) == WRITERS * EDITS_EACH
    assert set(issue.labels) == {label for outcome, label in told if outcome == "done"}
    assert issue.body == "\nBody.\n"
    assert {outcome for outcome, _ in told} == {"done", "lost"}
