"""A claim whose holder is dead, with this repository as the authority: told, released, and taken over by a factory."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.support.factories import Factory
from tests.support.hub import WORK
from tests.tarmac.test_reconcile import codes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support.repo import Command, Repo

pytestmark = pytest.mark.slow


@pytest.fixture
def factory(repo: Repo, command: Command, tmp_path: Path) -> Factory:
    made = Factory(repo, command, tmp_path)
    made.set_up(WORK)
    return made


@pytest.fixture
def held(factory: Factory) -> Iterator[tuple[str, str, Callable[[], None]]]:
    """An issue, the token of an agent that holds it, and what ends that agent's process."""
    session = subprocess.Popen(["sleep", "600"])

    def end() -> None:
        session.kill()
        session.wait()

    issue = factory.new("Make one")
    claimed = factory.fp("claim", issue, "--as", "agent/one", "--process", str(session.pid), "--json").out
    yield issue, json.loads(claimed)["claims"][0]["token"], end
    end()


Held = tuple[str, str, "Callable[[], None]"]


def test_an_agent_that_lives_keeps_its_issue(factory: Factory, held: Held) -> None:
    assert factory.watch()["landed"] == []
    assert codes(factory.repo.path) == ""


def test_the_issue_of_an_agent_that_died_is_taken_over_and_the_agent_is_fenced_off(
    factory: Factory, held: Held
) -> None:
    issue, token, end = held
    end()
    assert "taken over from agent/one, which is seen dead" in factory.tarmac("watch", "--once").out
    assert factory.status(issue) == "done"
    assert factory.fp("release", issue, "--as", "agent/one", "--token", token, code=1).err
    assert f"refs/fp/claims/{issue}" in factory.repo.git("for-each-ref")


def test_the_claim_of_a_dead_agent_is_told_and_released(factory: Factory, held: Held) -> None:
    issue, _, end = held
    end()
    assert codes(factory.repo.path) == "D-20"
    assert "released agent/one's claim of epoch 1" in factory.tarmac("reconcile", "--apply", "--view", "host").out
    assert codes(factory.repo.path) == ""
    assert "state: released" in factory.repo.git("log", "-1", "--format=%B", f"refs/fp/claims/{issue}")
