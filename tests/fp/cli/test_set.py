"""`fp set` from a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.tracker import Fp

ID = "FP-k3v9q2m"
PATH = f".issues/{ID}.md"


def test_one_line_changes_in_a_hand_edited_file(fp: Fp) -> None:
    lines = [
        "\ufeff---",
        "title:   'It''s'  # mine",
        f"id: {ID}",
        'priority: "low" # later',
        "labels: [ b,  a ]",
        "---",
    ]
    text = "\r\n".join([*lines, "B  ", ""])
    fp.repo.write(PATH, text)
    assert fp.ok("set", "k3v", "priority=high") == f"{ID}  priority: low -> high\n"
    assert (fp.repo.path / PATH).read_bytes().decode() == text.replace('"low"', '"high"')


def test_labels_come_and_go_by_their_sign(fp: Fp) -> None:
    fp.issue(ID, "labels: [auth, later]")
    assert fp.ok("set", ID, "+high-risk", "-auth", "-later") == f"{ID}  labels: +high-risk -auth -later\n"
    assert fp.json("show", ID)["issue"]["labels"] == ["high-risk"]


def test_many_issues_at_once_and_one_that_is_refused_stops_no_other(fp: Fp) -> None:
    fp.issue("FP-aaaaaaa")
    fp.issue("FP-bbbbbbb", "status: nonsense")
    fp.issue("FP-ccccccc", "priority: high")
    done = fp("set", "aaa", "bbb", "zzz", "ccc", "priority=high")
    assert done.code == 1
    assert done.out == "FP-aaaaaaa  priority: medium -> high\nFP-ccccccc  nothing to change\n"
    assert "refused bbb: .issues/FP-bbbbbbb.md:4" in done.err
    assert "refused zzz: no issue 'zzz'" in done.err


def test_ids_in_values_may_be_cut(fp: Fp) -> None:
    fp.issue("FP-aaaaaaa")
    fp.issue(ID)
    document = fp.json("set", ID, "parent=AAA", "depends_on+=fp-aaa")
    assert document["issues"][0]["changed"] == ["parent: none -> FP-aaaaaaa", "depends_on: +FP-aaaaaaa"]


def test_commit_takes_the_changed_files_alone(fp: Fp) -> None:
    fp.issue("FP-aaaaaaa")
    fp.issue("FP-bbbbbbb", "priority: high")
    fp.repo.commit("issues")
    fp.repo.write("code.py", "x\n")
    fp.repo.git("add", "code.py")
    document = fp.json("set", "aaa", "bbb", "priority=high", "--commit")
    assert document["commit"] == fp.repo.head()
    assert fp.repo.git("show", "--name-only", "--format=%s", "HEAD").split("\n\n") == [
        "issues: FP-aaaaaaa: priority: medium -> high",
        ".issues/FP-aaaaaaa.md",
    ]
    assert fp.repo.git("status", "--porcelain") == "A  code.py"


def test_nothing_to_commit_makes_no_commit(fp: Fp) -> None:
    fp.issue(ID, "priority: high")
    head = fp.repo.commit("issue")
    assert fp.json("set", ID, "priority=high", "--commit")["commit"] is None
    assert fp.repo.head() == head


def test_a_status_moves_with_its_event(fp: Fp) -> None:
    fp.issue(ID)
    fp.repo.commit("issue")
    fp.ok("set", ID, "status=in-review")
    assert "todo -> in-review" in fp.ok("show", ID)
    assert fp.ok("check").startswith("1 issue, 0 problems")


@pytest.mark.parametrize(
    ("args", "part"),
    [
        ((ID,), "what to change"),
        (("priority=high",), "which issue"),
        ((ID, "status=done", "priority=high"), "a status moves alone"),
        ((ID, "priorty=high"), "did you mean"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(fp: Fp, args: tuple[str, ...], part: str) -> None:
    fp.issue(ID)
    done = fp("set", *args)
    assert (done.code, part in done.err) == (2, True)


def test_a_help_option_is_no_label(fp: Fp) -> None:
    assert "Examples:" in fp.ok("set", "-h")
