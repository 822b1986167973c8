"""`drift check` from a shell: what is stale, why, and how it exits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest

from tests.support.drifting import edit, fill, linked, reasons, report
from tests.support.guards import CHECKOUT

if TYPE_CHECKING:
    from tests.support.repo import Command, Repo


def test_a_fresh_repository_passes(repo: Repo, command: Command) -> None:
    linked(repo, command)
    assert command("drift", "check", cwd=repo.path) == (0, "1 fresh, 0 stale, 1 link, 0 broken\n", "")


def test_quiet_says_nothing_of_what_is_fresh(repo: Repo, command: Command) -> None:
    linked(repo, command)
    assert command("drift", "check", "--quiet", cwd=repo.path) == (0, "", "")


def test_a_changed_symbol_is_stale_and_the_next_step_is_said(repo: Repo, command: Command) -> None:
    linked(repo, command)
    edit(repo, "src/auth.py", "if user:", "if user is not None:")
    code, out, _ = command("drift", "check", cwd=repo.path)
    assert code == 1
    assert "stale  src/auth.py#Session.open: changed" in out
    assert "drift link docs/auth.md 'src/auth.py#Session.open' --still-accurate" in out


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("LIMIT = 3", "LIMIT = 4"),
        ("if user:", "if (user):  # given"),
        ("class Session:\n", "class Session:\n    other = 1\n\n"),
        ("        return 1", "        return 2"),
    ],
)
def test_what_is_not_the_symbol_leaves_it_fresh(repo: Repo, command: Command, old: str, new: str) -> None:
    linked(repo, command)
    edit(repo, "src/auth.py", old, new)
    assert command("drift", "check", cwd=repo.path).code == 0


def test_the_report_says_who_changed_the_file_last(repo: Repo, command: Command) -> None:
    linked(repo, command)
    edit(repo, "src/auth.py", "if user:", "if not user:")
    commit = repo.commit("turn it round")
    blame = report(command("drift", "check", "--json", cwd=repo.path))["docs"][0]["anchors"][0]["blame"]
    assert (blame["commit"], blame["subject"]) == (commit, "turn it round")
    repo.write("src/auth.py", repo.read("src/auth.py") + "\n# by nobody yet\n")
    assert report(command("drift", "check", "--json", cwd=repo.path))["docs"][0]["anchors"][0]["blame"] is None


REASONS = [
    ("src/gone.py", "file_not_found"),
    ("src/auth.py#Session.close", "symbol_not_found"),
    ("src/auth.py#Session.size", "symbol_ambiguous"),
    ("docs/auth.md#closing", "symbol_not_found"),
    ("Makefile#all", "fingerprint_unavailable"),
    ("src", "file_not_readable"),
    ("binary.py#f", "file_not_readable"),
    ("latin.py#f", "file_not_readable"),
    ("link.py", "file_not_readable"),
    ("out/passwd", "file_not_readable"),
    ("src/auth.py/below", "file_not_found"),
    ("src/auth.py", "baseline_unavailable"),
]


@pytest.mark.parametrize(("target", "reason"), REASONS)
def test_what_cannot_be_compared_is_stale_with_its_reason(
    repo: Repo, command: Command, target: str, reason: str
) -> None:
    fill(repo)
    repo.write("Makefile", "all:\n")
    repo.write("binary.py", b"def f(): 1\0")
    repo.write("latin.py", "x = 'é'\ndef f(): 1\n".encode("latin-1"))
    (repo.path / "link.py").symlink_to("src/auth.py")
    (repo.path / "out").symlink_to("/etc")
    repo.write("drift.lock", f'version = 1\n[[bindings]]\ndoc = "docs/auth.md"\ntarget = "{target}"\n')
    ran = command("drift", "check", "--json", cwd=repo.path)
    assert (ran.code, reasons(ran)) == (1, [reason])


def test_a_missing_document_and_a_missing_section_are_stale(repo: Repo, command: Command) -> None:
    linked(repo, command, "src/auth.py#LIMIT", doc="docs/auth.md#opening")
    edit(repo, "docs/auth.md", "## Opening", "## Openings")
    ran = command("drift", "check", "--json", cwd=repo.path)
    assert (reasons(ran), report(ran)["docs"][0]["anchors"][0]["near"]) == (
        ["section_not_found"],
        ["docs/auth.md#openings"],
    )
    (repo.path / "docs/auth.md").unlink()
    assert reasons(command("drift", "check", "--json", cwd=repo.path)) == ["document_not_found"]


def test_a_section_is_bound_with_its_line(repo: Repo, command: Command) -> None:
    linked(repo, command, "src/auth.py#LIMIT", doc="docs/auth.md#größe--zahl")
    edit(repo, "src/auth.py", "LIMIT = 3", "LIMIT = 4")
    code, out, _ = command("drift", "check", cwd=repo.path)
    assert code == 1
    assert "stale  #größe--zahl (line 7) <- src/auth.py#LIMIT: changed" in out


def test_a_heading_is_followed_through_wrapping_and_not_through_words(repo: Repo, command: Command) -> None:
    fill(repo)
    repo.write("guide.md", "# Guide\n")
    assert command("drift", "link", "guide.md", "docs/auth.md#opening", cwd=repo.path).code == 0
    edit(repo, "docs/auth.md", "with the name of a user", "with the\nname of a user")
    assert command("drift", "check", cwd=repo.path).code == 0
    edit(repo, "docs/auth.md", "name of a user", "number of a user")
    assert command("drift", "check", cwd=repo.path).code == 1


def test_a_file_of_no_known_language_is_compared_by_its_bytes_with_any_line_ends(repo: Repo, command: Command) -> None:
    fill(repo)
    repo.write("run.txt", "echo a\n")
    assert command("drift", "link", "docs/auth.md", "run.txt", cwd=repo.path).code == 0
    repo.write("run.txt", "echo a\r\n")
    assert command("drift", "check", cwd=repo.path).code == 0
    repo.write("run.txt", "echo  a\n")
    assert command("drift", "check", cwd=repo.path).code == 1


def test_a_whole_file_of_a_known_language_is_compared_by_its_meaning(repo: Repo, command: Command) -> None:
    linked(repo, command, "src/auth.py")
    repo.write("src/auth.py", "# moved on\n" + repo.read("src/auth.py").replace("\n", "\r\n"))
    assert command("drift", "check", cwd=repo.path).code == 0
    repo.write("src/auth.py", b"\xff" + repo.read("src/auth.py").encode())
    assert command("drift", "check", cwd=repo.path).code == 1


def test_an_older_scheme_is_a_note_and_a_run_that_skips_all_says_so(repo: Repo, command: Command) -> None:
    linked(repo, command)
    edit(repo, "drift.lock", "n2/python-", "n0/python-")
    ran = command("drift", "check", cwd=repo.path)
    assert ran.code == 0
    assert "stamped by a scheme that this version does not compute" in ran.out
    assert "nothing was verified" in ran.err
    summary = report(command("drift", "check", "--json", cwd=repo.path))["summary"]
    assert (summary["verification_state"], summary["anchors_skipped"]) == ("none", 1)


def test_a_binding_of_another_repository_is_skipped(repo: Repo, command: Command) -> None:
    linked(repo, command)
    edit(repo, "drift.lock", "target =", 'origin = "github:else/where"\ntarget =')
    edit(repo, "src/auth.py", "if user:", "if not user:")
    assert reasons(command("drift", "check", "--json", cwd=repo.path)) == ["origin_mismatch"]
    repo.git("remote", "add", "origin", "git@github.com:else/where.git")
    ran = command("drift", "check", "--json", cwd=repo.path)
    assert (report(ran)["repo"], reasons(ran)) == ("github:else/where", ["changed_after_baseline"])


def test_comments_count_where_the_settings_say_so(repo: Repo, command: Command) -> None:
    fill(repo)
    repo.write("drift.toml", 'comments = "include"\n')
    assert command("drift", "link", "docs/auth.md", "src/auth.py#Session.open", cwd=repo.path).code == 0
    assert "n2+comments/python-" in repo.read("drift.lock")
    edit(repo, "src/auth.py", "if user:", "if user:  # given")
    repo.write("drift.toml", "")
    assert command("drift", "check", cwd=repo.path).code == 1


def test_broken_links_fail_unless_the_settings_weigh_them_less(repo: Repo, command: Command) -> None:
    linked(repo, command)
    text = repo.read("docs/auth.md")
    repo.write(
        "docs/auth.md", text + "\n[a](gone.md) ![b](b.png) [c](#nowhere) [d](#größe--zahl)\n\n[e]: ../src/e.py\n"
    )
    ran = command("drift", "check", "--json", cwd=repo.path)
    wanted = ["link_target_not_found"] * 2 + ["link_fragment_not_found", "link_target_not_found"]
    assert (ran.code, reasons(ran)) == (1, wanted)
    assert report(ran)["docs"][0]["result"] == "broken"
    repo.write("drift.toml", '[severity]\nlink_target_not_found = "warning"\nlink_fragment_not_found = "note"\n')
    ran = command("drift", "check", "--json", cwd=repo.path)
    assert (ran.code, report(ran)["summary"]["result"], report(ran)["summary"]["links_broken"]) == (0, "pass", 4)
    repo.write("drift.toml", 'links = "off"\n')
    assert report(command("drift", "check", "--json", cwd=repo.path))["summary"]["links_total"] == 0


def test_links_of_all_documents_are_followed_on_request(repo: Repo, command: Command) -> None:
    linked(repo, command)
    repo.write("other.md", "[a](gone.md)\n")
    repo.write("old/other.md", "[a](gone.md)\n")
    assert command("drift", "check", cwd=repo.path).code == 0
    repo.write("drift.toml", 'links = "all"\nexclude = ["old/"]\n')
    ran = command("drift", "check", "--json", cwd=repo.path)
    assert (ran.code, reasons(ran)) == (1, ["link_target_not_found"])


def test_annotations_for_github_name_file_and_line(repo: Repo, command: Command) -> None:
    linked(repo, command)
    repo.write("docs/auth.md", repo.read("docs/auth.md") + "\n[a](gone.md)\n")
    code, out, _ = command("drift", "check", "--format", "github", cwd=repo.path)
    assert code == 1
    assert out == "::error file=docs/auth.md,line=11,title=link_target_not_found::gone.md: leads to no file\n"


@pytest.mark.parametrize("flag", ["--json", "--format=json"])
def test_json_is_one_document_of_its_schema(repo: Repo, command: Command, flag: str) -> None:
    linked(repo, command, "src/auth.py#Session.open", "src/auth.py#LIMIT")
    edit(repo, "src/auth.py", "if user:", "if not user:")
    repo.commit()
    repo.write("docs/auth.md", repo.read("docs/auth.md") + "\n[a](gone.md)\n")
    ran = command("drift", "check", flag, cwd=repo.path)
    schema = json.loads((CHECKOUT / "docs/schemas/drift.check.v1.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(report(ran), schema)
    assert (ran.code, reasons(ran)) == (1, ["changed_after_baseline", "link_target_not_found"])
    assert [finding["name"] for finding in report(ran)["findings"]] == ["stale-document", "broken-link"]


def test_the_schema_names_every_reason() -> None:
    from drift.model import Reason

    schema = json.loads((CHECKOUT / "docs/schemas/drift.check.v1.json").read_text())
    assert schema["$defs"]["reason"]["properties"]["code"]["examples"] == [str(reason) for reason in Reason]


CONFIGURATION = [
    ("drift.lock", "version = 1\n<<<<<<< HEAD\n", "drift.lock:2: a merge conflict was left here"),
    ("drift.lock", "version = 9\n", "drift.lock:1: this drift reads"),
    ("drift.lock", 'version = 1\n[[bindings]]\ndoc = "a\x1b.md"\n', "drift.lock:3:"),
    ("drift.toml", "links = 1\n", "drift.toml:1: links:"),
]


@pytest.mark.parametrize(("path", "text", "words"), CONFIGURATION)
def test_a_broken_lock_or_setting_exits_2_with_its_line(
    repo: Repo, command: Command, path: str, text: str, words: str
) -> None:
    linked(repo, command)
    repo.write(path, text)
    code, out, err = command("drift", "check", cwd=repo.path)
    assert (code, out) == (2, "")
    assert f"drift: {words}" in err
    assert "\x1b" not in err


def test_without_a_lock_the_exit_is_2_and_init_is_named(repo: Repo, command: Command) -> None:
    code, out, err = command("drift", "check", cwd=repo.path)
    assert (code, out) == (2, "")
    assert err.endswith("drift init\n")


def test_it_runs_from_any_folder_below(repo: Repo, command: Command) -> None:
    linked(repo, command)
    assert command("drift", "check", cwd=repo.path / "src").code == 0
    assert command("drift", "check", "-C", str(repo.path / "docs")).code == 0


def test_a_shallow_clone_comes_to_the_same_result(repo: Repo, command: Command) -> None:
    linked(repo, command)
    repo.commit("lock")
    edit(repo, "src/auth.py", "if user:", "if not user:")
    repo.commit("turn it round")
    full = report(command("drift", "check", "--json", cwd=repo.path))
    clone = repo.clone(repo.path.parent / "shallow", "--depth=1", "--no-local")
    shallow = report(command("drift", "check", "--json", cwd=clone.path))
    assert shallow["summary"] == full["summary"]
    assert shallow["docs"][0]["anchors"][0]["blame"] is None


def test_checking_writes_nothing(repo: Repo, command: Command) -> None:
    linked(repo, command)
    repo.commit("lock")
    before = {path: path.stat().st_mtime_ns for path in repo.path.rglob("*") if path.is_file()}
    assert command("drift", "check", cwd=repo.path).code == 0
    assert {path: path.stat().st_mtime_ns for path in repo.path.rglob("*") if path.is_file()} == before


def test_hostile_names_do_not_reach_the_terminal(repo: Repo, command: Command) -> None:
    linked(repo, command)
    repo.write("docs/auth.md", "[a](x\x1b[31m\u202e.md)\n")
    for flags in ((), ("--format", "github"), ("--json",)):
        out = command("drift", "check", *flags, cwd=repo.path).out
        assert "\x1b" not in out
        assert "\u202e" not in out
