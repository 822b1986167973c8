"""`fp resolve` after real merges: by field, by choice, by hand; whatever it settles, `fp check` passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fp.checking import check_source, open_git
from fp.kernel.fs import RealFiles
from fp.kernel.git.repo import Repository
from fp.kernel.problem import Severity
from fp.source import WorktreeSource

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.tracker import Fp

pytestmark = pytest.mark.slow

ID = "FP-aaaaaaa"
PATH = f".issues/{ID}.md"
LINES = ("status: todo", "priority: low", "labels:", "  - api")
BODY = "\nFirst.\n\nSecond.\n\nThird.\n"


@pytest.fixture
def one(fp: Fp) -> Fp:
    fp.issue(ID, *LINES, body=BODY)
    fp.repo.commit("issue")
    return fp


def replaced(fp: Fp, old: str, new: str) -> None:
    text = fp.repo.read(PATH)
    assert old in text
    fp.repo.write(PATH, text.replace(old, new))


def merged(fp: Fp, ours: Callable[[], object], theirs: Callable[[], object], *words: str) -> None:
    """Two branches, each with its edit, merged into a conflict."""
    fp.repo.git("checkout", "-q", "-b", "other")
    theirs()
    fp.repo.commit("theirs")
    fp.repo.git("checkout", "-q", "main")
    ours()
    fp.repo.commit("ours")
    fp.repo.run("merge", "-q", "--no-edit", *words, "other")


def wrong(fp: Fp) -> list[str]:
    found = check_source(WorktreeSource(RealFiles(fp.repo.path)), open_git(Repository.discover(fp.repo.path)))
    return [one.code for one in found.problems if one.severity is Severity.ERROR]


def is_settled(fp: Fp) -> bool:
    """Whether the merge can be committed, with nothing wrong."""
    unmerged = fp.repo.git("ls-files", "-u")
    fp.repo.git("commit", "-q", "--no-edit")
    return (unmerged, fp.repo.git("status", "--porcelain"), wrong(fp)) == ("", "", [])


def test_what_merges_by_field_needs_no_choice(one: Fp) -> None:
    edits = [lambda label=label: replaced(one, "  - api", f"  - api\n  - {label}") for label in ("backend", "core")]
    merged(one, *edits)
    assert one.ok("resolve") == f"{ID}  merged by field, staged\n"
    assert "  - api\n  - backend\n  - core\n" in one.repo.read(PATH)
    assert is_settled(one)


def test_both_sides_are_shown_by_field_and_nothing_is_chosen_for_a_person(one: Fp) -> None:
    merged(one, lambda: replaced(one, "low", "high"), lambda: replaced(one, "low", "critical"))
    before = one.repo.read(PATH)
    found = one.json("resolve", code=1)
    (field,) = found["left"][0]["fields"]
    assert (field["field"], field["base"], field["ours"], field["theirs"]) == ("priority", "low", "high", "critical")
    assert f"fp resolve {ID} --take priority=ours|theirs\n" in one("resolve").out
    assert (one.repo.read(PATH), found["paths"]) == (before, [])


@pytest.mark.parametrize(
    ("words", "priority", "body"),
    [
        (("--take", "priority=theirs", "--take", "body=both"), "critical", "Mine.\nYours.\n"),
        (("--ours", "--take", "body=theirs"), "high", "Yours.\n"),
        (("--theirs",), "critical", "Yours.\n"),
    ],
)
def test_a_choice_settles_its_field_and_what_else_changed_stays(
    one: Fp, words: tuple[str, ...], priority: str, body: str
) -> None:
    def edit(level: str, text: str, other: tuple[str, str]) -> Callable[[], None]:
        def make() -> None:
            for old, new in (("low", level), ("Second.", text), other):
                replaced(one, old, new)

        return make

    merged(
        one, edit("high", "Mine.", ("First.", "First, too.")), edit("critical", "Yours.", ("title: Issue", "title: An"))
    )
    one.ok("resolve", "aaa", *words)
    text = one.repo.read(PATH)
    assert f"priority: {priority}\n" in text
    assert f"First, too.\n\n{body}\nThird." in text
    assert text.startswith(f"---\nid: {ID}\ntitle: An {ID}\n")
    assert is_settled(one)


def test_two_moves_of_one_issue_become_one_history(one: Fp) -> None:
    merged(one, lambda: one.ok("submit", ID), lambda: one.ok("done", ID))
    assert one("resolve").code == 1
    found = one.json("resolve", "--take", "status=theirs")
    assert found["joined"] == [{"issue": ID, "status": "done", "why": None}]
    assert is_settled(one)
    assert "status: done" in one.repo.read(PATH)


def test_a_move_by_hand_that_wins_over_a_recorded_one_is_joined_too(one: Fp) -> None:
    merged(one, lambda: replaced(one, "status: todo", "status: in-review"), lambda: one.ok("done", ID))
    one.ok("resolve", "--ours")
    assert is_settled(one)
    assert "status: in-review" in one.repo.read(PATH)


def test_a_fork_that_a_merge_by_hand_left_is_joined_at_the_status(one: Fp) -> None:
    merged(one, lambda: one.ok("submit", ID), lambda: one.ok("cancel", ID))
    one.repo.git("checkout", "--theirs", PATH)
    one.repo.commit("merged by hand")
    assert wrong(one) == ["chain-fork"]
    one.ok("resolve", ID)
    assert wrong(one) == []


@pytest.mark.parametrize(("side", "stays"), [("ours", False), ("theirs", True)])
def test_an_issue_removed_here_and_changed_there_goes_or_stays_with_its_events(one: Fp, side: str, stays: bool) -> None:
    one.ok("start", ID, "--commit")
    merged(one, lambda: one.repo.git("rm", "-q", "-r", PATH, f".issues/events/{ID}"), lambda: one.ok("done", ID))
    left = one.json("resolve", code=1)["left"][0]
    assert (left["kind"], left["fields"][0]["ours"]) == ("removed by ours", "removed")
    one.ok("resolve", f"--{side}")
    assert is_settled(one)
    assert (one.repo.path / PATH).exists() is stays
    assert bool(list((one.repo.path / f".issues/events/{ID}").glob("*"))) is stays


def test_markers_in_a_committed_file_are_told_by_line_and_settled(one: Fp) -> None:
    merged(one, lambda: replaced(one, "Second.", "Mine."), lambda: replaced(one, "Second.", "Yours."))
    one.repo.commit("oh")
    assert f"{PATH}:12: error: an unresolved merge conflict" in one("check").out
    one.ok("resolve", "--take", "body=both")
    assert "Mine.\nYours.\n" in one.repo.read(PATH)
    assert wrong(one) == []
    merged_header = one.repo.read(PATH).replace(
        "priority: low", "<<<<<<< a\npriority: low\n=======\npriority: high\n>>>>>>> b"
    )
    one.repo.write(PATH, merged_header)
    assert wrong(one) == ["merge-conflict"]
    assert "fp resolve; or" in one("check").out
    one.ok("resolve", "--theirs")
    assert "priority: high" in one.repo.read(PATH)


def test_markers_in_a_code_block_are_an_example(one: Fp) -> None:
    replaced(one, "Second.", "```\n<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n```")
    assert wrong(one) == []
    assert one.ok("resolve") == "Nothing to resolve.\n"


def test_what_a_person_settled_or_began_by_hand_is_not_overwritten(one: Fp) -> None:
    merged(one, lambda: replaced(one, "Second.", "Mine."), lambda: replaced(one, "Second.", "Yours."))
    text = one.repo.read(PATH)
    one.repo.write(PATH, text.replace("Third.", "My own words."))
    assert "by hand" in one("resolve", "--ours").out
    assert "My own words." in one.repo.read(PATH)
    one.repo.write(PATH, text.split("<<<<<<<")[0] + "Ours, agreed.\n")
    assert one.ok("resolve") == f"{ID}  settled by hand, staged\n"
    assert one.repo.read(PATH).endswith("Ours, agreed.\n")
    assert is_settled(one)


def test_a_dry_run_writes_nothing_and_ids_choose(one: Fp) -> None:
    merged(one, lambda: replaced(one, "low", "high"), lambda: replaced(one, "low", "critical"))
    before = one.repo.git("status", "--porcelain"), one.repo.read(PATH)
    assert one.json("resolve", "--theirs", "--dry-run")["settled"][0]["taken"] == {"priority": "theirs"}
    assert (one.repo.git("status", "--porcelain"), one.repo.read(PATH)) == before
    assert one("resolve", "zzz").code == 1
    assert one("resolve", "--take", "priority=mine").code == 2


def test_of_two_files_with_one_id_one_gets_another(one: Fp) -> None:
    one.issue("FP-bbbbbbb", f"depends_on: [{ID}]")
    one.repo.write(".issues/copy.md", one.repo.read(PATH).replace("title: Issue", "title: Copy"))
    assert sorted(wrong(one)) == ["dangling", "duplicate-id", "duplicate-id"]
    found = one.json("resolve")["renamed"][0]
    assert (found["path"], wrong(one)) == (".issues/copy.md", [])
    assert "title: Copy" in one.repo.read(f".issues/{found['new']}.md")
    assert "title: Issue" in one.repo.read(PATH)


def test_which_of_two_odd_files_keeps_the_id_is_a_persons_to_say(one: Fp) -> None:
    text = one.repo.read(PATH)
    (one.repo.path / PATH).unlink()
    one.repo.write(".issues/one.md", text)
    one.repo.write(".issues/two.md", text.replace("title: Issue", "title: Copy"))
    assert "--keep" in one("resolve").out
    one.ok("resolve", "--keep", ".issues/two.md")
    assert ("title: Copy" in one.repo.read(PATH), wrong(one)) == (True, [])


def test_an_agent_joins_no_history(one: Fp) -> None:
    merged(one, lambda: one.ok("submit", ID), lambda: one.ok("cancel", ID))
    done = one("resolve", "--ours", "--as", "agent/bot")
    assert (done.code, "not joined" in done.out) == (1, True)


def test_a_conflict_in_a_rebase_is_settled(one: Fp) -> None:
    one.repo.git("checkout", "-q", "-b", "other")
    replaced(one, "low", "high")
    one.repo.commit("theirs")
    one.repo.git("checkout", "-q", "main")
    replaced(one, "low", "critical")
    one.repo.commit("ours")
    one.repo.run("rebase", "other")
    one.ok("resolve", "--theirs")
    one.repo.git("-c", "core.editor=true", "rebase", "--continue")
    assert ("priority: critical" in one.repo.read(PATH), wrong(one)) == (True, [])


def test_a_clash_in_a_text_is_shown_by_the_lines_of_each_file(one: Fp) -> None:
    merged(one, lambda: replaced(one, "Second.", "Mine."), lambda: replaced(one, "Second.", "Yours."))
    (field,) = one.json("resolve", code=1)["left"][0]["fields"]
    assert field["changed"] == {
        "ours": [{"line": 12, "before": "Second.", "after": "Mine."}],
        "theirs": [{"line": 12, "before": "Second.", "after": "Yours."}],
    }
    assert "    theirs  12 - Second.\n    theirs  12 + Yours.\n" in one("resolve").out


def test_settings_in_conflict_are_settled_by_lines(one: Fp) -> None:
    def view(name: str) -> None:
        one.repo.write(".issues/config.yaml", f"format: 1\nprefix: FP\nviews: {{{name}: 'status:todo'}}\n")

    merged(one, lambda: view("mine"), lambda: view("yours"))
    assert one("resolve").code == 1
    one.ok("resolve", "--take", "text=theirs")
    assert ("yours" in one.repo.read(".issues/config.yaml"), is_settled(one)) == (True, True)


def test_markers_that_do_not_add_up_are_left_and_a_slip_is_told(one: Fp) -> None:
    replaced(one, "Second.", "<<<<<<< a\nHeading\n=======\nx\n=======\ny\n>>>>>>> b")
    before = one.repo.read(PATH)
    done = one("resolve", "--ours", "--take", "bodi=ours")
    assert (done.code, "do not add up" in done.out, "--take bodi: nothing" in done.err) == (1, True, True)
    assert one.repo.read(PATH) == before
