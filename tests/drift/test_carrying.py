"""Bindings of fiberplane/drift's forms, taken over with what their targets were when somebody looked last."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from drift.earlier import of_document, of_line_lock

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Command, Repo

HEADER = "---\ntitle: x\ndrift:\n  files:\n    - a.py#f\n    - 'b.py'\n---\n# D\n"
COMMENT = "<!-- drift:\n  files:\n    - a.py#f\n    - b.py\n-->\n# D\n"
INLINE = "# D\n\nIt calls @./a.py#f, see @./b.py. `@./c.py` is code.\n\n```\n@./c.py\n```\n"
LINES = "docs/d.md -> a.py#f sig:1a2b3c4d5e6f7890\ndocs/d.md -> b.py sig:1a2b3c4d5e6f7890\n"
TOML = """version = 1

[[bindings]]
doc = "docs/d.md"
target = "a.py#f"
sig = "1a2b3c4d5e6f7890"

[[bindings]]
doc = "docs/d.md"
target = "b.py"
sig = "1a2b3c4d5e6f7890"
"""
FORMS = [
    ("docs/d.md", HEADER),
    ("docs/d.md", COMMENT),
    ("docs/d.md", INLINE),
    ("drift.lock", LINES),
    ("drift.lock", TOML),
]


@pytest.fixture
def here(repo: Repo) -> Repo:
    repo.write("a.py", "def f():\n    return 1\n")
    repo.write("b.py", "x = 1\n")
    repo.write("c.py", "x = 1\n")
    repo.write("docs/d.md", "# D\n")
    repo.commit("code")
    return repo


def state(repo: Repo, command: Command) -> dict[str, str]:
    """What a check says of each target."""
    value = json.loads(command("drift", "check", "--json", cwd=repo.path).out)
    return {anchor["identity"]: anchor["result"] for doc in value["docs"] for anchor in doc["anchors"]}


@pytest.mark.parametrize(("path", "text"), FORMS)
def test_what_was_fresh_stays_fresh_and_what_was_stale_stays_stale(
    here: Repo, command: Command, path: str, text: str
) -> None:
    here.write(path, text)
    here.commit("bind")
    here.write("b.py", "x = 2\n")
    here.commit("change b")
    assert "2 carried over, 0 there already, 0 left" in command("drift", "migrate", cwd=here.path).out
    assert state(here, command) == {"a.py#f": "fresh", "b.py": "stale"}
    assert 'sig = "n2/' in here.read("drift.lock")
    assert "0 carried over" in command("drift", "migrate", cwd=here.path).out


def test_the_change_that_a_binding_names_goes_before_the_commit_of_its_line(here: Repo, command: Command) -> None:
    old = here.head()
    here.write("b.py", "x = 2\n")
    here.commit("change b")
    here.write("docs/d.md", HEADER.replace("b.py", f"b.py@{old[:10]}").replace("a.py#f", "a.py#f@qpvuntsm"))
    here.commit("bind")
    command("drift", "migrate", cwd=here.path)
    assert state(here, command) == {"a.py#f": "fresh", "b.py": "stale"}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("docs/d.md -> gone.py sig:12345678", "gone.py was not there at"),
        ("docs/d.md -> a.py#g sig:12345678", "at "),
        ("docs/d.md -> ../a.py sig:12345678", "no anchor: "),
        ("docs/d.md -> a.py sig:12345678 origin:github:x/y", "belongs to github:x/y"),
        ("what is this", "no binding: 'what is this'"),
    ],
)
def test_what_cannot_be_carried_over_is_told(here: Repo, command: Command, line: str, why: str) -> None:
    here.write("drift.lock", LINES + line + "\n")
    here.commit("bind")
    value = json.loads(command("drift", "migrate", "--json", cwd=here.path).out)
    left = [(one["where"], one["why"]) for one in value["bindings"] if one["state"] == "left"]
    assert [where for where, _ in left] == ["drift.lock:3"]
    assert left[0][1].startswith(why)


def test_a_dry_run_writes_nothing_and_a_check_names_the_command(here: Repo, command: Command) -> None:
    here.write("drift.lock", LINES)
    here.commit("bind")
    assert "2 would be carried over" in command("drift", "migrate", "--dry-run", cwd=here.path).out
    assert here.read("drift.lock") == LINES
    assert "drift migrate" in command("drift", "check", cwd=here.path).err


def test_what_is_not_committed_is_left_and_a_shallow_clone_refused(
    here: Repo, command: Command, tmp_path: Path
) -> None:
    here.write("drift.lock", LINES)
    assert "0 carried over, 0 there already, 2 left" in command("drift", "migrate", cwd=here.path).out
    here.write("drift.lock", LINES)
    here.commit("bind")
    here.git("clone", "-q", "--depth", "1", f"file://{here.path}", str(tmp_path / "clone"))
    ran = command("drift", "migrate", cwd=tmp_path / "clone")
    assert (ran.code != 0, "--unshallow" in ran.err) == (True, True)


def test_every_line_is_read_with_its_place() -> None:
    assert [(one.target, one.line) for one in of_document("docs/d.md", HEADER)] == [("a.py#f", 5), ("b.py", 6)]
    assert [(one.target, one.line) for one in of_document("docs/d.md", COMMENT)] == [("a.py#f", 3), ("b.py", 4)]
    assert [(one.target, one.line) for one in of_document("docs/d.md", INLINE)] == [("a.py#f", 3), ("b.py", 3)]
    assert of_line_lock(b"# c\n\na.md -> b c.py sig:12\n", "l")[0][0].target == "b c.py"
