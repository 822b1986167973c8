"""The demo's report equals its draw, for twenty seeds."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tarmac.demo.agent import CRASH
from tarmac.demo.draw import KINDS, draw
from tests.support.guards import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

SEEDS = range(20)


def test_the_seeds_draw_every_kind_of_fault() -> None:
    drawn = {fault.kind for seed in SEEDS for fault in draw(seed, random.Random(seed)).faults}
    assert drawn == set(KINDS)


def test_a_seed_draws_the_same_twice_and_never_two_faults_on_one_ticket() -> None:
    for seed in range(200):
        once = draw(seed, random.Random(seed))
        assert once == draw(seed, random.Random(seed))
        assert len({fault.key for fault in once.faults}) == len(once.faults)
    assert draw(0, random.Random(0)).of("nothing") is None
    assert CRASH in KINDS


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_the_report_equals_the_draw(seed: int, tmp_path: Path) -> None:
    import os

    env = {**os.environ, "PYTHONPATH": str(CHECKOUT), "TMPDIR": str(tmp_path)}
    argv = [sys.executable, "-m", "tarmac", "demo", "--seed", str(seed), "--json"]
    ran = subprocess.run(argv, env=env, capture_output=True, text=True, timeout=240, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert json.loads(ran.stdout)["ok"]
