"""Which orchestrators live here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fp.kernel.fs import RealFiles
from fp.kernel.host import SystemHost
from fp.kernel.process import LocalProcesses
from tarmac.presence import FOLDER, announced, present

if TYPE_CHECKING:
    from pathlib import Path

HOST = SystemHost()
PROCESSES = LocalProcesses(HOST)


def test_an_orchestrator_is_present_while_it_runs(tmp_path: Path) -> None:
    state = RealFiles(tmp_path)
    with announced(state, PROCESSES, HOST, "here-1"):
        assert present(state, PROCESSES) == ("here-1",)
    assert present(state, PROCESSES) == ()


def test_a_file_of_a_dead_process_counts_for_nothing_and_is_taken_away(tmp_path: Path) -> None:
    state = RealFiles(tmp_path)
    dead = {"format": 1, "pid": 2**22 + 1, "started": 1, "boot": HOST.boot_id()}
    state.write(f"{FOLDER}/here-0.json", json.dumps(dead).encode())
    state.write(f"{FOLDER}/torn.json", b"{")
    assert present(state, PROCESSES) == ()
    with announced(state, PROCESSES, HOST, "here-1"):
        assert state.names(FOLDER) == ["here-1.json"]
