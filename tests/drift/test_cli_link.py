"""`drift link`, `unlink` and `status` from a shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.drifting import edit, fill, linked, report

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Command, Repo

OPEN = "src/auth.py#Session.open"


def test_the_version_is_said_without_anything_else(command: Command) -> None:
    from drift import __version__

    assert command("drift", "--version") == (0, f"drift {__version__}\n", "")


def test_a_first_link_makes_the_lock(repo: Repo, command: Command) -> None:
    linked(repo, command)
    blob = repo.git("rev-parse", "HEAD:src/auth.py")
    lines = repo.read("drift.lock").splitlines()
    assert lines[:4] == ["version = 1", "", "[[bindings]]", 'doc = "docs/auth.md"']
    assert lines[4].startswith('sig = "n2/python-0.25.0:')
    assert lines[5:] == [f'blob = "{blob}"', f'target = "{OPEN}"']


def test_linking_again_what_is_fresh_changes_nothing(repo: Repo, command: Command) -> None:
    linked(repo, command)
    before = repo.read("drift.lock")
    edit(repo, "src/auth.py", "LIMIT = 3", "LIMIT = 4")
    assert command("drift", "link", "docs/auth.md", OPEN, cwd=repo.path).out.endswith("fresh already\n")
    assert repo.read("drift.lock") == before


def test_a_stale_binding_needs_a_word_after_both_sides_were_shown(repo: Repo, command: Command) -> None:
    linked(repo, command)
    before = repo.read("drift.lock")
    edit(repo, "src/auth.py", "if user:", "if not user:")
    code, out, err = command("drift", "link", "docs/auth.md", OPEN, cwd=repo.path)
    assert code == 1
    assert "Call `Session.open` with the name of a user." in out
    assert "-        if user:\n+        if not user:\n" in out
    assert "add --still-accurate" in err
    assert repo.read("drift.lock") == before


def test_with_the_word_it_is_stamped_again(repo: Repo, command: Command) -> None:
    linked(repo, command)
    edit(repo, "src/auth.py", "if user:", "if not user:")
    assert command("drift", "link", "docs/auth.md", OPEN, "--still-accurate", cwd=repo.path).code == 0
    assert command("drift", "check", cwd=repo.path).code == 0


def test_all_bindings_of_a_document_are_looked_at_together(repo: Repo, command: Command) -> None:
    linked(repo, command, OPEN, "src/auth.py#LIMIT")
    edit(repo, "src/auth.py", "LIMIT = 3", "LIMIT = 4")
    assert command("drift", "link", "docs/auth.md", cwd=repo.path).code == 1
    out = command("drift", "link", "docs/auth.md", "--still-accurate", cwd=repo.path).out
    assert out.splitlines() == [
        "docs/auth.md <- src/auth.py#LIMIT  still right, stamped again",
        "docs/auth.md <- src/auth.py#Session.open  fresh already",
    ]


def test_a_comment_above_a_binding_survives_a_new_stamp(repo: Repo, command: Command) -> None:
    linked(repo, command)
    edit(repo, "drift.lock", "[[bindings]]", "# For the reviewers.\n[[bindings]]")
    edit(repo, "src/auth.py", "if user:", "if not user:")
    assert command("drift", "link", "docs/auth.md", "--still-accurate", cwd=repo.path).code == 0
    assert "\n# For the reviewers.\n[[bindings]]\n" in repo.read("drift.lock")


REFUSED = [
    ("docs/auth.md", "src/auth.py#Session.opne", "did you mean src/auth.py#Session.open or"),
    ("docs/auth.md", "src/auth.py#LIMITS", "did you mean src/auth.py#LIMIT?"),
    ("docs/auth.md", "src/auth.py#Session.size", "src/auth.py#Session.size(int)"),
    ("docs/auth.md", "src/gone.py", "no such file"),
    ("docs/auth.md", "/etc/passwd", "give the path relative to where you are"),
    ("docs/auth.md", "../outside.py", "leaves the repository"),
    ("docs/auth.md", ".git/config", "lies in git's own folder"),
    ("docs/auth.md", "src/../.git/config", "lies in git's own folder"),
    ("docs/auth.md", "out/passwd", "a link out of the repository"),
    ("docs/auth.md", "link.py", "a link"),
    ("docs/auth.md", "docs/auth.md", "to itself"),
    ("docs/auth.md", "docs/auth.md#closing", "no heading has this slug"),
    ("docs/auth.md", "big.py", "cannot be read"),
    ("docs/auth.md", "Makefile#all", "bind the whole file"),
    ("docs/auth.md", "src/auth.py#", "nothing after `#`"),
    ("docs/gone.md", "src/auth.py", "no such file"),
    ("docs/auth.md#openin", "src/auth.py", "did you mean docs/auth.md#opening?"),
    ("src/auth.py#LIMIT", "src/auth.py", "only a section of a Markdown document"),
    ("docs/auth.md", None, "has no bindings yet"),
]


@pytest.mark.parametrize(("doc", "target", "words"), REFUSED)
def test_what_cannot_be_bound_is_refused_and_nothing_is_written(
    repo: Repo, command: Command, doc: str, target: str | None, words: str
) -> None:
    fill(repo)
    repo.write("Makefile", "all:\n")
    (repo.path / "out").symlink_to("/etc")
    (repo.path / "link.py").symlink_to("src/auth.py")
    with (repo.path / "big.py").open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    code, out, err = command("drift", "link", doc, *([target] if target else []), cwd=repo.path)
    assert (code, out) == (1, "")
    assert words in err
    assert not (repo.path / "drift.lock").exists()


def test_paths_are_relative_to_where_one_stands(repo: Repo, command: Command) -> None:
    fill(repo)
    ran = command("drift", "link", "auth.md", "../src/auth.py#LIMIT", cwd=repo.path / "docs")
    assert (ran.code, ran.out) == (0, "docs/auth.md <- src/auth.py#LIMIT  bound\n")
    assert command("drift", "unlink", "auth.md", "../src/auth.py#LIMIT", cwd=repo.path / "docs").code == 0


def test_a_folder_with_a_lock_of_its_own_keeps_its_bindings(repo: Repo, command: Command) -> None:
    fill(repo)
    repo.write("part/doc.md", "# Part\n")
    repo.write("part/code.py", "X = 1\n")
    repo.write("part/drift.lock", "version = 1\n")
    assert command("drift", "link", "part/doc.md", "part/code.py#X", cwd=repo.path).out.startswith(
        "doc.md <- code.py#X"
    )
    assert command("drift", "link", "part/doc.md", "src/auth.py", cwd=repo.path).code == 1


def test_a_folder_that_is_no_repository_works(command: Command, tmp_path: Path) -> None:
    (tmp_path / "doc.md").write_text("# Doc\n")
    (tmp_path / "code.ts").write_text("export const a = 1;\n")
    assert command("drift", "link", "doc.md", "code.ts#a").code == 0
    assert command("drift", "check").out.startswith("1 fresh")
    (tmp_path / "code.ts").write_text("export const a = 2;\n")
    assert command("drift", "check").code == 1


def test_linking_races_lose_nothing(repo: Repo, command: Command) -> None:
    import concurrent.futures

    fill(repo)
    repo.write("many.py", "".join(f"def f{n}(): pass\n" for n in range(8)))
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        targets = [f"many.py#f{n}" for n in range(8)]
        ran = list(pool.map(lambda target: command("drift", "link", "docs/auth.md", target, cwd=repo.path), targets))
    acknowledged = [target for target, outcome in zip(targets, ran, strict=True) if outcome.code == 0]
    assert {outcome.code for outcome in ran} <= {0, 4}
    lock = repo.read("drift.lock")
    assert acknowledged
    assert [target for target in acknowledged if f'target = "{target}"' not in lock] == []


def test_unlink_removes_one_or_all(repo: Repo, command: Command) -> None:
    linked(repo, command, OPEN, "src/auth.py#LIMIT")
    (repo.path / "src/auth.py").unlink()
    assert command("drift", "unlink", "docs/auth.md", OPEN, cwd=repo.path).out.endswith("removed\n")
    assert command("drift", "unlink", "docs/auth.md", cwd=repo.path).code == 2
    assert command("drift", "unlink", "docs/auth.md", "--all", cwd=repo.path).code == 0
    assert repo.read("drift.lock") == "version = 1\n"


def test_unlinking_what_is_not_bound_names_what_is_near(repo: Repo, command: Command) -> None:
    linked(repo, command)
    code, _, err = command("drift", "unlink", "docs/auth.md", "src/auth.py#Session.opn", cwd=repo.path)
    assert code == 1
    assert f"did you mean {OPEN}?" in err


def test_status_lists_the_bindings_and_compares_nothing(repo: Repo, command: Command) -> None:
    linked(repo, command, OPEN, "src/auth.py#LIMIT")
    (repo.path / "src/auth.py").unlink()
    out = command("drift", "status", cwd=repo.path).out
    assert out.splitlines()[-1] == "2 bindings of 1 document; links: bound"
    found = report(command("drift", "status", "--json", cwd=repo.path))
    assert [item["target"] for item in found["bindings"]] == ["src/auth.py#LIMIT", OPEN]


def test_a_refusal_is_a_json_document_on_request(repo: Repo, command: Command) -> None:
    linked(repo, command)
    found = report(command("drift", "link", "docs/auth.md", "src/auth.py#Session.opn", "--json", cwd=repo.path))
    assert (found["schema"], found["reason"]) == ("drift.error.v1", "symbol_not_found")
