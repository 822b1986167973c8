"""What the report looks like, to people and to programs; and the pages of the catalogue."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from fp.kernel.document import document
from fp.kernel.text import width
from tarmac.diagnose import Report, diagnose, headline, without
from tarmac.findings.catalogue import RULES
from tarmac.report.document import fields, github, markdown
from tarmac.report.page import pages
from tarmac.report.text import text_lines
from tarmac.snapshot import Ack, Part, Unknown
from tests.support.guards import CHECKOUT
from tests.support.snapshots import (
    ID,
    NOW,
    PERSON,
    as_repo,
    claim,
    issue,
    memory,
    run,
    snapshot,
    worker,
)
from tests.support.snapshots import without as lacking

DEAD = snapshot(issues=(issue(),), claims=(claim(),), runs=(run(),), workers=(worker("dead"),))


def acknowledged(until: str, facts: str = "") -> Report:
    digest = facts or diagnose(DEAD).findings[0].digest
    ack = Ack("e1", "D-20", PERSON, until, "restarting tonight", digest)
    return diagnose(snapshot(issues=(issue(acks=(ack,)),), claims=(claim(),), runs=(run(),), workers=(worker("dead"),)))


def drafts(count: int) -> Report:
    issues = tuple(issue(id=f"FP-k3v9q{number:02d}") for number in range(count))
    return diagnose(snapshot(issues=issues, checkouts={"drafts": tuple(one.path for one in issues)}))


HEADLINES = [
    (snapshot(), "consistent (view: host @ ccccccc)"),
    (DEAD, "1 disagrees (view: host @ ccccccc)"),
    (as_repo(DEAD), "consistent (view: repo @ ccccccc; worker layer not in view)"),
    (lacking(DEAD, Part.CLAIMS, Unknown("no claim refs here", NOW)), "cannot tell (view: host @ ccccccc)"),
]


@pytest.mark.parametrize(("made", "expected"), HEADLINES)
def test_the_first_line_says_it_all(made: object, expected: str) -> None:
    report = diagnose(made)  # type: ignore[arg-type] # a snapshot, out of a table of pairs
    assert headline(report) == text_lines(report, width=80, color=False)[0] == expected


def test_a_finding_reads_as_sentence_repair_and_command() -> None:
    lines = text_lines(diagnose(DEAD), width=100, color=False)
    assert lines[2] == f"HIGH D-20 {ID} the claim of run {ID}.1 lives, but process 8123 is dead"
    assert lines[3].strip().startswith("a repair is safe: Record the end")
    assert lines[5].strip() == "$ tarmac reconcile --apply D-20"


@pytest.mark.parametrize("columns", [40, 80, 160])
def test_lines_fit_the_width(columns: int) -> None:
    lines = text_lines(diagnose(DEAD), width=columns, color=False)
    assert max(width(line) for line in lines if "$" not in line) <= columns


def test_text_from_a_ticket_cannot_steer_the_terminal() -> None:
    hostile = snapshot(issues=(issue(depends_on=("\x1b]0;owned\x07",)),))
    for lines in (
        text_lines(diagnose(hostile), width=80, color=False),
        markdown(diagnose(hostile)),
        github(diagnose(hostile)),
    ):
        assert "\x1b" not in "".join(lines)


def test_many_light_findings_of_one_kind_are_told_in_one() -> None:
    assert sum("D-13" in line for line in text_lines(drafts(9), width=80, color=False)) == 1
    assert sum("D-13" in line for line in text_lines(drafts(9), width=80, color=False, every=True)) == 9


def test_what_was_not_judged_is_said() -> None:
    (line,) = [line for line in text_lines(as_repo_report(), width=400, color=False) if "needs view host" in line]
    assert "D-20" in line
    assert "D-01" not in line


def as_repo_report() -> Report:
    return diagnose(as_repo(DEAD))


def test_an_earlier_sighting_is_counted() -> None:
    report = diagnose(DEAD)
    seen = replace(memory(), findings={report.findings[0].key: seen_three_times(report)})
    assert diagnose(DEAD, seen).findings[0].seen_count == 4
    assert "Seen 4 times since" in "\n".join(text_lines(diagnose(DEAD, seen), width=200, color=False))


def seen_three_times(report: Report) -> object:
    from tarmac.memory import Seen

    return Seen("2026-11-22T20:00:00Z", NOW, 3, report.findings[0].digest)


def test_an_acknowledged_finding_does_not_disagree_until_its_date() -> None:
    assert acknowledged("2026-11-22").verdict == "consistent"
    assert acknowledged("2026-11-21").verdict == "disagree"
    assert "restarting tonight" in "\n".join(text_lines(acknowledged("2026-12-01"), width=100, color=False))


def test_an_acknowledged_finding_stands_apart_from_a_long_issue_id() -> None:
    long = "PLATFORM-k3v9q2m"
    report = acknowledged("2026-12-01")
    only = replace(report, findings=tuple(one._replace(issue=long) for one in report.findings))
    assert not only.open
    assert f"{long} acknowledged until" in "\n".join(text_lines(only, width=100, color=False))


def test_an_acknowledgement_lapses_when_the_facts_change() -> None:
    assert acknowledged("2026-12-01", facts="other").verdict == "disagree"


def test_a_baseline_takes_its_own_findings_away() -> None:
    report = diagnose(DEAD)
    assert without(report, report).verdict == "consistent"
    assert without(report, diagnose(snapshot())).open == report.open


REPORTS = {
    "empty": diagnose(snapshot()),
    "disagree": diagnose(DEAD),
    "repo": as_repo_report(),
    "unknown": diagnose(lacking(DEAD, Part.GIT, Unknown("no git", NOW, ("git fetch",)))),
    "acknowledged": acknowledged("2026-12-01"),
}


@pytest.mark.parametrize("name", REPORTS)
def test_the_document_keeps_its_schema(name: str) -> None:
    schema = json.loads((CHECKOUT / "docs/schemas/tarmac.report.v1.json").read_text())
    jsonschema.validate(document("tarmac.report.v1", **fields(REPORTS[name])), schema)


def test_a_fact_names_layer_source_and_time() -> None:
    (found,) = fields(diagnose(DEAD))["findings"]
    assert found["facts"][0] == {
        "layer": "orchestrator",
        "fact": f"held by run/{ID}.1, epoch 1",
        "source": f"refs/fp/claims/{ID}@1111111",
        "observed_at": NOW,
    }


def test_annotations_name_the_ticket() -> None:
    assert github(diagnose(DEAD))[0].startswith(f"::error file=.issues/{ID}.md,title=D-20 claim-without-live-worker::")


def test_a_title_cannot_break_out_of_a_markdown_cell() -> None:
    made = snapshot(issues=(issue(depends_on=("a|b",)),))
    assert "a\\|b" in markdown(diagnose(made))[4]


def test_the_pages_are_those_of_the_rules() -> None:
    folder = Path(CHECKOUT) / "docs/findings"
    expected = pages(RULES)
    assert {path.name: path.read_text() for path in folder.iterdir()} == expected, "run python tests/findings_pages.py"
