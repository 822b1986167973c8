"""`fp list`, `ready` and `blocked` told again from the index say what the commands themselves say."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from fp.cli import quick
from fp.cli.main import group
from fp.indexed import FILES_LEAST
from fp.kernel.cli import run
from fp.model import ID_ALPHABET
from tests.support.issues import A, B
from tests.support.tracked import Tracked, make

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.repo import Command, Repo

pytestmark = pytest.mark.slow

COMMANDS = ("list", "ready", "blocked")
SETTLED_SECONDS = 2.05


@pytest.fixture
def here(repo: Repo, command: Command, monkeypatch: pytest.MonkeyPatch) -> Tracked:
    tracked = make(repo, command)
    for number in range(FILES_LEAST + 5):
        high, low = divmod(number, 32)
        name = f"FP-00000{ID_ALPHABET[high]}{ID_ALPHABET[low]}"
        tracked.issue(name, status=("todo", "done", "in-review")[number % 3], second=number % 60)
    tracked.issue(A)
    tracked.issue(B, dispatch="hold")
    tracked.edit(A, "depends_on:", f"depends_on: [{B}]")
    repo.commit("issues")
    monkeypatch.chdir(repo.path)
    return tracked


class Said:
    """What a command prints, by each way."""

    def __init__(self, here: Tracked, capsys: pytest.CaptureFixture[str]):
        self.here = here
        self.capsys = capsys

    def by(self, tell: Callable[[list[str]], int | None], word: str) -> tuple[str, str] | None:
        """Output and errors; None where this way has no answer."""
        status = tell([word])
        said = self.capsys.readouterr()
        return None if status is None else (said.out, said.err)

    def anew(self, word: str) -> tuple[str, str] | None:
        """By the command, without an index."""
        (self.here.repo.path / ".git" / "fp" / "index.sqlite").unlink(missing_ok=True)
        return self.by(command_itself, word)

    def agree(self) -> bool:
        """Whether, however the index stands, all ways that have an answer say the same; leaves the answers in it."""
        for word in COMMANDS:
            with_index = self.by(quick.answer, word) or self.by(command_itself, word)
            assert with_index == self.anew(word)
        for word in COMMANDS:
            self.by(command_itself, word)
        return True

    def quick(self) -> list[bool]:
        """Which commands are answered from the index, after they were asked once."""
        time.sleep(SETTLED_SECONDS)
        expected = [self.by(command_itself, word) for word in COMMANDS]
        found = [self.by(quick.answer, word) for word in COMMANDS]
        assert all(one in (None, want) for one, want in zip(found, expected, strict=True))
        return [one is not None for one in found]


def command_itself(words: list[str]) -> int:
    return run(group, "fp", words)


@pytest.fixture
def said(here: Tracked, capsys: pytest.CaptureFixture[str]) -> Said:
    return Said(here, capsys)


def test_an_unchanged_tracker_is_told_from_the_index(said: Said) -> None:
    assert said.quick() == [True, True, True]


def test_a_change_of_files_is_seen_at_once(here: Tracked, said: Said) -> None:
    said.quick()
    here.edit(A, "status: todo", "status: done")
    assert said.agree()
    here.repo.write(".issues/broken.md", "---\nid: [\n---\n")
    assert said.agree()
    assert said.quick() == [True, True, True]
    here.repo.write(".gitignore", "broken.md\n")
    assert said.agree()
    here.repo.commit("both")
    assert said.agree()
    assert said.quick() == [True, True, True]


def test_a_change_of_claims_or_of_the_tracker_ref_is_seen_at_once(here: Tracked, said: Said) -> None:
    said.quick()
    assert here.fp("claim", "FP-0000000", agent="one").code == 0
    assert said.agree()
    assert said.quick() == [True, True, True]
    assert here.fp("release", "FP-0000000", agent="one").code == 0
    here.repo.git("checkout", "-qb", "side")
    assert said.agree()
    said.quick()
    here.repo.git("config", "fp.trackerRef", "main")
    assert said.agree()


def test_a_change_of_settings_is_seen_at_once(here: Tracked, said: Said) -> None:
    said.quick()
    here.repo.write(".issues/config.yaml", "format: 1\nprefix: FP\nworkflow:\n  terminal: [in-review]\n")
    assert said.agree()
    here.repo.commit("settings")
    assert said.agree()


@pytest.mark.parametrize("words", [[], ["list", "x"], ["list", "--all"], ["show"], ["ready", "--json"]])
def test_anything_else_is_left_to_the_command_line(said: Said, words: list[str]) -> None:
    assert quick.answer(words) is None


def test_an_issue_is_shown_as_the_command_shows_it(here: Tracked, said: Said) -> None:
    here.edit(B, "What and why.", "- [ ] one\n\nSee https://example.org")
    here.fp("comment", A, "-m", "a comment")
    for word in (A, B, "aaaaaaa", A[3:6]):
        status = quick.answer(["show", word])
        quickly = said.capsys.readouterr()
        assert (status, quickly) == (command_itself_with("show", word), said.capsys.readouterr())
    assert quick.answer(["show", "zzz"]) is None
    assert said.capsys.readouterr().out == ""


def command_itself_with(*words: str) -> int:
    return run(group, "fp", list(words))
