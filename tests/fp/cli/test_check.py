"""`fp check` from a terminal: what is wrong is told by path and line, and put right where that follows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.tracker import Fp

ID = "FP-k3v9q2m"
PATH = f".issues/{ID}.md"


def told(fp: Fp) -> list[tuple[str, str, int | None]]:
    document = fp.json("check", code=None)
    return [(problem["code"], problem["path"], problem["line"]) for problem in document["problems"]]


def test_a_tracker_in_order_has_no_problems(fp: Fp) -> None:
    fp.new("First")
    assert fp.ok("check") == "1 issue, 0 problems\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({PATH: "id: FP-k3v9q2m\ntitle: T\nstatus: nonsense"}, ("unknown-status", PATH, 4)),
        ({PATH: "id: FP-k3v9q2m\ntitle: T\ndepends_on: [FP-zzzzzzz]"}, ("dangling", PATH, 4)),
        ({PATH: "id: FP-k3v9q2m\ntitle: T\nparent: FP-zzzzzzz"}, ("dangling", PATH, 4)),
        ({PATH: "id: FP-k3v9q2m\ntitle: T\ndepends_on:\n  - FP-k3v9q2m"}, ("circle", PATH, 4)),
        ({PATH: "id: FP-k3v9q2m\ntitle: T\nlabels: {a: b}"}, ("bad-value", PATH, 4)),
        ({".issues/x.md": "id: FP-k3v9q2m\ntitle: T"}, ("misnamed", ".issues/x.md", 2)),
        ({".issues/old/FP-k3v9q2m.md": "id: FP-k3v9q2m"}, ("misplaced", ".issues/old/FP-k3v9q2m.md", None)),
        (
            {f".issues/events/{ID}/20260101T000000000Z-comment-aaaa.md": "kind: comment\nby: human/a\nat: 2026-01-01"},
            ("stray-events", f".issues/events/{ID}", None),
        ),
    ],
)
def test_what_is_wrong_is_told_by_path_and_line(
    fp: Fp, files: dict[str, str], expected: tuple[str, str, int | None]
) -> None:
    for path, header in files.items():
        fp.repo.write(path, f"---\n{header}\n---\n")
    assert (told(fp), fp("check").code) == ([expected], 1)


def test_both_files_of_one_id_are_named(fp: Fp) -> None:
    fp.issue(ID)
    fp.repo.write(".issues/copy.md", fp.repo.read(PATH))
    assert told(fp) == [("duplicate-id", PATH, 2), ("duplicate-id", ".issues/copy.md", 2)]


def test_links_and_odd_files_hide_nothing(fp: Fp) -> None:
    fp.issue(ID, "status: nonsense")
    (fp.repo.path / ".issues/events").mkdir()
    (fp.repo.path / ".issues/events/FP-aaaaaaa").symlink_to("/etc")
    (fp.repo.path / ".issues/elsewhere").symlink_to("/etc")
    (fp.repo.path / ".issues/FP-bbbbbbb.md").mkdir()
    assert [(code, path) for code, path, _ in told(fp)] == [
        ("not-a-file", ".issues/FP-bbbbbbb.md"),
        ("unknown-status", PATH),
        ("link", ".issues/elsewhere"),
        ("link", ".issues/events/FP-aaaaaaa"),
    ]


def test_a_tracker_behind_a_link_is_refused(fp: Fp) -> None:
    (fp.repo.path / ".issues").rename(fp.repo.path.parent / "elsewhere")
    (fp.repo.path / ".issues").symlink_to("../elsewhere")
    done = fp("list")
    assert (done.code, "symbolic link" in done.err) == (1, True)


def test_a_circle_is_told_once_with_its_way(fp: Fp) -> None:
    for one, other in (("FP-aaaaaaa", "FP-bbbbbbb"), ("FP-bbbbbbb", "FP-ccccccc"), ("FP-ccccccc", "FP-aaaaaaa")):
        fp.issue(one, f"depends_on: [{other}]")
    done = fp("check")
    assert "circle of 3: FP-aaaaaaa -> FP-bbbbbbb -> FP-ccccccc -> FP-aaaaaaa" in done.out
    assert done.out.endswith("3 issues, 1 problem\n")


def test_a_reference_to_a_broken_file_says_so(fp: Fp) -> None:
    fp.issue("FP-aaaaaaa", "status: nonsense")
    fp.issue(ID, "depends_on: [FP-aaaaaaa]")
    assert "depends on FP-aaaaaaa, whose file cannot be read" in fp("check").out


def test_unknown_keys_and_hidden_characters_are_warnings(fp: Fp) -> None:
    fp.issue(ID, "asignees: ann", 'title: "a\\u202eb"')
    done = fp("check")
    assert (done.code, done.out.splitlines()[-1]) == (0, "1 issue, 0 problems, 2 warnings")
    assert "did you mean `assignees`?" in done.out
    assert "\u202e" not in done.out


def test_values_of_declared_keys_are_read_by_their_kind(fp: Fp) -> None:
    fp.repo.write(
        ".issues/config.yaml",
        "format: 1\nprefix: FP\nproperties:\n  deadline: date\n  size: {kind: choice, choices: [s]}\n",
    )
    fp.issue(ID, "deadline: soon", "size: xl")
    assert [line for _, _, line in told(fp)] == [4, 5]


def test_a_change_of_status_by_hand_is_told_and_exits_0(fp: Fp) -> None:
    hand_edit(fp)
    commit = fp.repo.head()[:7]
    assert fp.ok("check") == (
        f"1 issue, 0 problems (1 implicit transition todo -> done, Fixture Person, {commit}; "
        "`fp check --fix` writes it out)\n"
    )
    assert told(fp) == [("implicit-transition", PATH, 4)]


def hand_edit(fp: Fp) -> None:
    """A person's commit that closes the issue."""
    fp.issue(ID, "status: todo")
    fp.repo.commit("issue")
    fp.repo.write(PATH, fp.repo.read(PATH).replace("status: todo", "status: done"))
    fp.repo.git("config", "user.name", "Fixture Person")
    fp.repo.commit("done")


def test_what_is_not_committed_is_a_draft(fp: Fp) -> None:
    fp.issue(ID, "status: todo")
    fp.repo.commit("issue")
    fp.repo.write(PATH, fp.repo.read(PATH).replace("status: todo", "status: done"))
    assert "status todo -> done is not committed yet [draft]" in fp.ok("check")


def test_hand_edits_are_written_out_the_same_by_everybody(fp: Fp) -> None:
    hand_edit(fp)
    twin = fp.repo.clone(fp.repo.path.parent / "twin")
    assert f"{ID}  wrote out todo -> done by human/Fixture Person" in fp.ok("check", "--fix")
    fp.command("fp", "check", "--fix", cwd=twin.path)
    written = {path.name: path.read_bytes() for path in (fp.repo.path / f".issues/events/{ID}").iterdir()}
    assert written == {path.name: path.read_bytes() for path in (twin.path / f".issues/events/{ID}").iterdir()}
    assert len(written) == 1
    assert fp.ok("check") == "1 issue, 0 problems\n"


def test_a_status_that_nothing_explains_is_an_error(fp: Fp) -> None:
    fp.issue(ID, "status: done")
    fp.repo.write(
        f".issues/events/{ID}/20260101T000000000Z-transition-aaaa.md",
        "---\nkind: transition\nfrom: todo\nto: in-progress\nby: human/ann\nat: 2026-01-01\nafter: []\n---\n",
    )
    fp.repo.commit("both at once")
    assert told(fp) == [("chain-contradicts-status", PATH, 4)]


def test_a_clone_without_the_history_cannot_tell_and_does_not_fail(fp: Fp) -> None:
    fp.issue(ID, "status: todo")
    fp.repo.commit("issue")
    fp.ok("start", ID, "--commit")
    fp.repo.write(PATH, fp.repo.read(PATH).replace("in-progress", "done"))
    fp.repo.commit("done by hand")
    fp.repo.commit("later")
    url = f"file://{fp.repo.path}"
    fp.repo.git("clone", "-q", "--depth", "1", url, "../shallow")
    done = fp.command("fp", "check", cwd=fp.repo.path.parent / "shallow")
    assert (done.code, "git fetch --unshallow" in done.out) == (0, True)
    assert "1 implicit transition in-progress -> done" in fp.ok("check")


def test_a_fork_a_gap_and_a_broken_event_are_told(fp: Fp) -> None:
    fp.issue(ID, "status: done")
    base = "kind: transition\nfrom: todo\nby: human/ann\nat: 2026-01-01T00:00:00.000Z\n"
    events = f".issues/events/{ID}"
    fp.repo.write(f"{events}/20260101T000000000Z-transition-aaaa.md", f"---\n{base}to: done\nafter: []\n---\n")
    fp.repo.write(f"{events}/20260101T000000000Z-transition-bbbb.md", f"---\n{base}to: in-review\nafter: []\n---\n")
    gone = "20260101T000000000Z-transition-zzzz"
    fp.repo.write(f"{events}/20260101T000000001Z-transition-cccc.md", f"---\n{base}to: done\nafter: [{gone}]\n---\n")
    fp.repo.write(f"{events}/20260101T000000002Z-transition-dddd.md", "---\nkind: wish\n---\n")
    assert {code for code, _, _ in told(fp)} >= {"chain-gap", "chain-fork", "unreadable-event"}


# -- adoption ---------------------------------------------------------------------------------------------------------


def test_a_hand_made_file_is_adopted(fp: Fp) -> None:
    body = "# Reject expired tokens\n\nGateway  lets them pass.  \n"
    fp.repo.write(".issues/tokens.md", body)
    assert fp("check").code == 1
    out = fp.ok("check", "--fix")
    found = re.fullmatch(r"tokens.md -> (FP-\w{7}).md  added id, created, status: todo\n1 issue, 0 problems\n", out)
    assert found is not None
    text = fp.repo.read(f".issues/{found[1]}.md")
    assert text.endswith(f"status: todo\n---\n\n{body}")
    assert not (fp.repo.path / ".issues/tokens.md").exists()


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a b.md", b"---\r\ntitle: X #m\r\n---\r\nB\r\n", b"title: X #m\r\ncreated: C\r\nstatus: todo\r\n---\r\nB\r\n"),
        ("FP-k3v9q2m.md", b"# X\n\n---\n\nrule\n", b"created: C\nstatus: todo\n---\n\n# X\n\n---\n\nrule\n"),
        ("bom.md", b"\xef\xbb\xbf# X\n", b"created: C\nstatus: todo\n---\n\n# X\n"),
    ],
)  # fmt: skip
def test_what_an_adopted_file_had_stays(fp: Fp, name: str, data: bytes, expected: bytes) -> None:
    fp.repo.write(f".issues/{name}", data)
    fp.ok("check", "--fix")
    (path,) = (fp.repo.path / ".issues").glob("FP-*.md")
    assert re.sub(rb"created: [^\r\n]+", b"created: C", path.read_bytes()).endswith(expected)
    assert fp.json("list", "--all")["total"] == 1


def test_the_date_of_an_adopted_file_is_that_of_its_first_commit(fp: Fp) -> None:
    fp.repo.write(".issues/tokens.md", "# Tokens\n")
    fp.repo.commit("by hand")
    at = fp.repo.git("log", "-1", "--format=%ad", "--date=format-local:%Y-%m-%dT%H:%M:%SZ")
    fp.ok("check", "--fix")
    assert fp.json("list")["issues"][0]["created"] == at


def test_a_file_without_a_title_is_left_to_a_person(fp: Fp) -> None:
    fp.repo.write(".issues/notes.md", "just text\n")
    done = fp("check", "--fix")
    assert (done.code, fp.repo.read(".issues/notes.md")) == (1, "just text\n")


def test_a_misnamed_file_gets_its_name(fp: Fp) -> None:
    fp.repo.write(".issues/x.md", f"---\nid: {ID}\ntitle: T\n---\n")
    assert f"x.md -> {ID}.md" in fp.ok("check", "--fix")
    assert fp.repo.read(PATH) == f"---\nid: {ID}\ntitle: T\n---\n"


def test_missing_structure_is_made(fp: Fp) -> None:
    fp.repo.write(".issues/WEB-k3v9q2m.md", "---\nid: WEB-k3v9q2m\ntitle: T\n---\n")
    fp.repo.git("rm", "-q", ".issues/config.yaml", ".gitattributes")
    fp.ok("check", "--fix")
    assert "prefix: WEB\n" in fp.repo.read(".issues/config.yaml")
    assert "linguist-generated" in fp.repo.read(".gitattributes")


def test_a_second_fix_changes_nothing(fp: Fp) -> None:
    hand_edit(fp)
    fp.repo.write(".issues/tokens.md", "# Tokens\n")
    fp.ok("check", "--fix")
    before = fp.repo.git("status", "--porcelain", "-uall")
    assert fp.ok("check", "--fix") == "2 issues, 0 problems\n"
    assert fp.repo.git("status", "--porcelain", "-uall") == before


def test_commit_takes_exactly_what_was_fixed(fp: Fp) -> None:
    fp.repo.write(".issues/tokens.md", "# Tokens\n")
    fp.repo.write("code.py", "x\n")
    fp.repo.commit("by hand")
    fp.repo.write("code.py", "y\n")
    fp.repo.git("add", "code.py")
    document = fp.json("check", "--fix", "--commit")
    assert document["commit"] == fp.repo.head()
    assert fp.repo.git("status", "--porcelain") == "M  code.py"
    names = fp.repo.git("show", "--no-renames", "--name-status", "--format=", "HEAD").split("\n")
    assert [name[0] for name in names] == ["A", "D"]


# -- a change, judged by how it arrives -------------------------------------------------------------------------------


def propose(fp: Fp) -> tuple[str, str]:
    """A branch of a run that closes its issue, and the commit it started from."""
    issue = fp.new("Guard the gate")
    base = fp.repo.commit("ticket")
    fp.repo.git("checkout", "-qb", f"tarmac/{issue}/1")
    path = f".issues/{issue}.md"
    fp.repo.write(path, fp.repo.read(path).replace("status: todo", "status: done").replace("hold", "auto"))
    fp.repo.commit("done")
    return issue, base


def test_a_worker_may_not_what_a_person_may(fp: Fp) -> None:
    issue, base = propose(fp)
    worker = fp("check", "--base", base, "--as", f"worker/{issue}.1")
    assert (worker.code, f".issues/{issue}.md" in worker.out) == (1, True)
    assert fp("check", "--base", base, "--as", "human").code == 0
    assert fp("check", "--base", base).code == 0


def test_old_debt_fails_no_change(fp: Fp) -> None:
    fp.issue("FP-aaaaaaa", "status: nonsense")
    base = fp.repo.commit("debt")
    fp.issue("FP-bbbbbbb")
    fp.repo.commit("more")
    assert (fp("check").code, fp("check", "--base", base).code) == (1, 0)
    fp.issue("FP-ccccccc", "status: nonsense")
    fp.repo.commit("new debt")
    assert fp("check", "--base", base).code == 1


def test_the_settings_of_the_base_judge(fp: Fp) -> None:
    base = fp.repo.head()
    fp.repo.write(".issues/config.yaml", "format: 1\nprefix: FP\npeople: {w: [w@example.org]}\n")
    fp.repo.commit("policy")
    assert fp("check", "--base", base, "--as", "worker/FP-k3v9q2m.1").code == 1


@pytest.mark.parametrize(
    ("args", "part"),
    [
        (("--as", "human"), "--as goes with --base"),
        (("--base", "nowhere"), "no commit 'nowhere'"),
        (("--base", "HEAD", "--as", "robot"), "nobody to judge"),
        (("--base", "HEAD", "--as", "worker/x"), "nobody to judge"),
        (("--commit",), "--commit goes with --fix"),
        (("--base", "--exec=x"), "no commit"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(fp: Fp, args: tuple[str, ...], part: str) -> None:
    done = fp("check", *args)
    assert (done.code, part in done.err) == (2, True)


# -- formats ----------------------------------------------------------------------------------------------------------


def test_annotations_for_github(fp: Fp) -> None:
    fp.issue(ID, "status: nonsense")
    done = fp("check", "--format", "github")
    assert done.out.startswith(f"::error file={PATH},line=4,title=unknown-status::unknown status 'nonsense'")


def test_format_json_is_the_document(fp: Fp) -> None:
    assert fp.ok("check", "--format", "json") == fp.ok("check", "--json")


def test_without_git_the_files_are_checked(fp: Fp) -> None:
    fp.new("First")
    (fp.repo.path / ".git").rename(fp.repo.path.parent / "gone.git")
    assert fp.ok("check") == "1 issue, 0 problems\n"
