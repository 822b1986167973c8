"""`drift init`: on any repository it proposes what is certain, and a check passes after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.drifting import fill, report
from tests.support.shared import shared

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Command, Repo

PROPOSED = [
    ("`src/auth.py`", "src/auth.py"),
    ("[code](../src/auth.py)", "src/auth.py"),
    ("`src/auth.py#Session.open`", "src/auth.py#Session.open"),
    ("`src/auth.py::Session::open`", "src/auth.py#Session.open"),
    ("`src/auth.py:41`", "src/auth.py"),
    ("`src/auth.py` and `Session.open()`", "src/auth.py#Session.open"),
    ("`../src/auth.py`", "src/auth.py"),
    ("`Session.open`", "src/auth.py#Session.open"),
    ("`only_once()`", "src/more.ts#only_once"),
    ("`OnlyOnce`", "src/more.ts#OnlyOnce"),
    ("Session.open", None),
    ("`src/gone.py`", None),
    ("`package.json`", None),
    ("`twice_defined`", None),
    ("`Session.size`", None),
    ("`open`", None),
    ("`LIMIT`", None),
    ("`not_there()`", None),
    ("```\n`Session.open`\n```", None),
    ("``Session.open``", None),
    ("[outside](../../src/auth.py)", None),
]


@pytest.mark.parametrize(("words", "target"), PROPOSED)
def test_only_what_is_certain_is_bound(repo: Repo, command: Command, words: str, target: str | None) -> None:
    fill(repo)
    repo.write("docs/auth.md", f"# Doc\n\n{words}\n")
    repo.write("src/more.ts", "export function only_once() {}\nexport class OnlyOnce {}\nfunction twice_defined() {}\n")
    repo.write("src/again.py", "def twice_defined(): pass\n")
    repo.write("package.json", "{}\n")
    assert command("drift", "init", "--yes", cwd=repo.path).code == 0
    lock = repo.read("drift.lock")
    assert lock.count("[[bindings]]") == (1 if target else 0)
    assert target is None or f'target = "{target}"' in lock


@pytest.mark.parametrize("path", ["CHANGELOG.md", "docs/adr/0001-x.md", ".github/x.md", "node_modules/x/README.md"])
def test_documents_of_other_times_are_left_alone(repo: Repo, command: Command, path: str) -> None:
    fill(repo)
    repo.write("docs/auth.md", "# Doc\n")
    repo.write(path, "`src/auth.py`\n")
    assert command("drift", "init", "--yes", cwd=repo.path).code == 0
    assert repo.read("drift.lock") == "version = 1\n"


def test_an_index_of_many_files_is_left_alone(repo: Repo, command: Command) -> None:
    fill(repo)
    for number in range(13):
        repo.write(f"src/f{number}.py", f"X = {number}\n")
    repo.write("docs/auth.md", "\n".join(f"- `src/f{number}.py`" for number in range(13)))
    assert command("drift", "init", "--yes", cwd=repo.path).code == 0
    assert repo.read("drift.lock") == "version = 1\n"


def test_a_check_passes_after_it_though_links_are_broken_already(repo: Repo, command: Command) -> None:
    fill(repo)
    repo.write("docs/auth.md", "# Doc\n\n`src/auth.py` [gone](gone.md) [no](#no)\n")
    ran = command("drift", "init", "--yes", cwd=repo.path)
    assert "2 of 2 links in these documents are broken already: warnings for now" in ran.out
    ran = command("drift", "check", cwd=repo.path)
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "1 fresh, 0 stale, 2 links, 2 broken")


def test_without_yes_and_without_a_terminal_nothing_is_written(repo: Repo, command: Command) -> None:
    fill(repo)
    ran = command("drift", "init", cwd=repo.path)
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "nothing written: drift init --yes")
    assert repo.git("status", "--porcelain") == ""


def test_a_second_run_changes_nothing(repo: Repo, command: Command) -> None:
    fill(repo)
    assert command("drift", "init", "--yes", cwd=repo.path).code == 0
    before = repo.read("drift.lock"), repo.read("drift.toml")
    ran = command("drift", "init", "--yes", cwd=repo.path)
    assert (ran.code, "nothing changed" in ran.out) == (0, True)
    assert (repo.read("drift.lock"), repo.read("drift.toml")) == before


def test_a_settings_file_that_is_there_is_kept(repo: Repo, command: Command) -> None:
    fill(repo)
    repo.write("drift.toml", 'exclude = ["docs/"]\n')
    assert command("drift", "init", "--yes", cwd=repo.path).out.endswith("wrote drift.lock; nothing is staged\n")
    assert repo.read("drift.lock") == "version = 1\n"
    assert repo.read("drift.toml") == 'exclude = ["docs/"]\n'


def test_an_empty_lock_on_request(repo: Repo, command: Command) -> None:
    fill(repo)
    found = report(command("drift", "init", "--empty", "--yes", "--json", cwd=repo.path))
    assert (found["written"], found["bindings"]) == (["drift.lock", "drift.toml"], 0)
    assert command("drift", "check", cwd=repo.path).code == 0


def test_a_folder_without_git_and_one_with_nothing_in_it_work(command: Command, tmp_path: Path) -> None:
    assert command("drift", "init", "--yes").code == 0
    assert command("drift", "check").code == 0
    (tmp_path / "drift.lock").unlink()
    (tmp_path / "a.py").write_text("def find_it(): pass\n")
    (tmp_path / "a.md").write_text("`find_it`\n")
    assert command("drift", "init", "--yes").code == 0
    assert 'target = "a.py#find_it"' in (tmp_path / "drift.lock").read_text()


def test_a_path_without_git_on_it_works(repo: Repo, command: Command, tmp_path: Path) -> None:
    fill(repo)
    (tmp_path / "empty").mkdir()
    env = {"PATH": str(tmp_path / "empty")}
    assert command("drift", "init", "--yes", cwd=repo.path, env=env).code == 0
    assert command("drift", "check", cwd=repo.path, env=env).out.startswith("1 fresh")


def test_a_repository_of_many_documents_passes(repo: Repo, command: Command) -> None:
    for path in sorted(shared("data/backlog-md/backlog").rglob("*.md")):
        repo.write(f"backlog-docs/{path.parent.name}/{path.name}", path.read_bytes())
    fill(repo)
    assert command("drift", "init", "--yes", cwd=repo.path).code == 0
    assert command("drift", "check", cwd=repo.path).code == 0
