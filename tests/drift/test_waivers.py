"""Waivers in documents: what they let pass, and what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from drift.api import check, stale_at
from drift.document import fields
from drift.model import Result
from drift.report import lines, summary_line
from fp.kernel.clock import SystemClock
from tests.support.drifting import bound, edit, fill

if TYPE_CHECKING:
    from pathlib import Path

    from drift.model import CheckReport
    from tests.support.repo import Command, Repo

OPEN = "src/auth.py#Session.open"


def waived(repo: Repo, *lines: str) -> CheckReport:
    """The report after these lines were added to the document."""
    repo.write("docs/auth.md", repo.read("docs/auth.md") + "\n" + "\n".join(lines) + "\n")
    return check(repo.path)


@pytest.fixture
def stale(repo: Repo) -> Repo:
    """A document whose one binding is stale, on a symbol and on a name with a type in it."""
    bound(fill(repo), OPEN, "src/auth.py#Session.size(value: int)")
    edit(repo, "src/auth.py", "if user:", "if not user:")
    edit(repo, "src/auth.py", "self.value = value", "self.value = 2 * value")
    return repo


def found(report: CheckReport) -> list[tuple[str, int]]:
    """What weighs as an error, by reason and line."""
    return [(problem.code, problem.line) for problem in report.problems if problem.severity == "error"]


def test_a_waived_binding_is_shown_with_its_reason_and_fails_nothing(stale: Repo) -> None:
    report = waived(
        stale,
        f"<!-- drift: ignore {OPEN}: rewritten with the next release -->",
        "Text. <!-- drift: ignore src/auth.py#Session.size(value: int): a setter: no matter -->",
    )
    assert not report.failed
    assert [one.waived.why for one in report.anchors if one.waived] == [
        "rewritten with the next release",
        "a setter: no matter",
    ]
    assert "  waived  src/auth.py#Session.open: changed since" in "\n".join(lines(report, color=False))
    assert "          line 11: rewritten with the next release" in lines(report, color=False)
    assert summary_line(report) == "0 fresh, 0 stale, 2 waived, 1 link, 0 broken"


def test_a_waived_binding_stays_stale_for_programs_and_says_by_which_line(stale: Repo) -> None:
    report = waived(stale, f"<!-- drift: ignore {OPEN}: known -->")
    value = fields(report, version="1", checked_at=SystemClock().now())
    anchor = value["docs"][0]["anchors"][0]
    assert (anchor["result"], anchor["severity"], anchor["waived"]) == ("stale", "note", {"why": "known", "line": 11})
    assert value["summary"]["waived"] == 1
    assert value["docs"][0]["remarks"][0]["result"] == "ok"


WRONG = [
    (f"<!-- drift: ignore {OPEN} -->", "waiver_without_reason"),
    (f"<!-- drift: ignore {OPEN}: -->", "waiver_without_reason"),
    ("<!-- drift: ignore : why -->", "waiver_unreadable"),
    (f"<!-- drift: ignore {OPEN}: begins", "waiver_unreadable"),
    (f"<!-- drift: ignroe {OPEN}: why -->", "waiver_unreadable"),
    ("<!-- drift: ignore src/auth.py#LIMIT: not bound -->", "waiver_unused"),
    ("- item\n\n  <!-- drift: ignore ../src/auth.py: the link is sound -->", "waiver_unused"),
]


@pytest.mark.parametrize(("line", "reason"), WRONG)
def test_a_waiver_without_a_reason_or_an_effect_is_a_problem_with_its_line(stale: Repo, line: str, reason: str) -> None:
    report = waived(stale, line)
    number = 11 + line.count("\n")
    assert (reason, number) in found(report)
    assert sum(one.waived is not None for one in report.anchors) == 0


NONE = [
    f"`<!-- drift: ignore {OPEN}: why -->`",
    f"```\n<!-- drift: ignore {OPEN}: why -->\n```",
    f"\n    <!-- drift: ignore {OPEN}: why -->",
    "<!-- drift:\n  files: [src/auth.py]\n-->",
    f"<!--\n<!-- drift: ignore {OPEN}: why\n-->",
]


@pytest.mark.parametrize("text", NONE)
def test_what_stands_in_code_or_is_another_comment_waives_nothing(stale: Repo, text: str) -> None:
    assert {reason for reason, _ in found(waived(stale, text))} == {"changed_after_baseline"}


def test_a_broken_link_is_waived_by_what_the_document_writes(repo: Repo) -> None:
    bound(fill(repo), OPEN)
    report = waived(repo, "See [it](gone.md).", "<!-- drift: ignore gone.md: written next week -->")
    assert (report.failed, summary_line(report)) == (False, "1 fresh, 0 stale, 1 waived, 2 links, 0 broken")


def test_what_is_not_compared_leaves_its_waiver_alone(repo: Repo) -> None:
    bound(fill(repo), OPEN)
    text = (repo.path / "drift.lock").read_text()
    (repo.path / "drift.lock").write_text(text.replace('sig = "n2/', 'sig = "n9/'))
    report = waived(repo, f"<!-- drift: ignore {OPEN}: known -->")
    assert ([one.result for one in report.anchors], found(report)) == ([Result.SKIP], [])


def test_a_waived_binding_holds_up_no_commit(stale: Repo) -> None:
    def read(path: str) -> bytes | None:
        place: Path = stale.path / path
        return place.read_bytes() if place.is_file() else None

    assert len(stale_at(read, ["src/auth.py"])[0]) == 2
    waived(stale, f"<!-- drift: ignore {OPEN}: known -->")
    assert [one.target for one in stale_at(read, ["src/auth.py"])[0]] == ["src/auth.py#Session.size(value: int)"]


@pytest.mark.slow
def test_a_check_of_a_part_calls_no_waiver_idle_that_it_cannot_judge(stale: Repo, command: Command) -> None:
    waived(stale, f"<!-- drift: ignore {OPEN}: known -->", "<!-- drift: ignore gone.md: idle -->")
    stale.commit("waived")
    edit(stale, "src/auth.py", "LIMIT = 3", "LIMIT = 4")
    code, out, _ = command("drift", "check", "--since", "HEAD", cwd=stale.path)
    assert (code, "gone.md" in out) == (1, False)
    code, out, _ = command("drift", "diff", cwd=stale.path)
    assert ("Session.size" in out, "Session.open(" in out) == (True, False)
