"""Who may move what where; guards; what a move sets besides."""

from __future__ import annotations

import pytest

from fp import event as events
from fp.workflow import Facts, guards, may, side_effects
from tests.support.issues import CONFIG, event, issue

FLOW = CONFIG.workflow
STRICT = FLOW._replace(strict=True)
HUMAN, MACHINE, AGENT, WORKER = events.HUMAN, events.ORCHESTRATOR, events.AGENT, events.WORKER


@pytest.mark.parametrize(
    ("flow", "from_", "to", "kind", "holder", "reason"),
    [
        # a person goes anywhere where no claim holds it
        (FLOW, "todo", "done", HUMAN, "", ""),
        (FLOW, "cancelled", "in-progress", HUMAN, "", ""),
        (FLOW, "todo", "done", HUMAN, "agent/x", "claimed"),
        (FLOW, "todo", "later", HUMAN, "", "unknown-status"),
        # the arrows bind machines, and everybody where the workflow is strict
        (FLOW, "todo", "in-progress", MACHINE, "", ""),
        (FLOW, "todo", "done", MACHINE, "", "no-arrow"),
        (STRICT, "todo", "done", HUMAN, "", "no-arrow"),
        (STRICT, "todo", "in-progress", HUMAN, "", ""),
        (FLOW, "done", "in-review", MACHINE, "", "no-arrow"),
        # agents do not close; workers propose
        (FLOW, "in-progress", "in-review", AGENT, "", ""),
        (FLOW, "in-progress", "done", AGENT, "", "writer"),
        (FLOW, "todo", "in-progress", AGENT, "agent/other", "claimed"),
        (FLOW, "todo", "in-progress", WORKER, "", "writer"),
    ],
)
def test_a_move_is_allowed_or_refused_with_a_word(
    flow: object, from_: str, to: str, kind: str, holder: str, reason: str
) -> None:
    verdict = may(flow, from_, to, kind, holder=holder)  # type: ignore[arg-type]  # a table of workflows
    assert (verdict.ok, verdict.reason) == (not reason, reason)


@pytest.mark.parametrize(
    ("status", "dispatch", "to", "expected"),
    [
        ("done", "auto", "todo", {"dispatch": "hold"}),
        ("cancelled", "auto", "in-progress", {"dispatch": "hold"}),
        ("needs-attention", "auto", "todo", {"dispatch": "hold"}),
        ("needs-attention", "hold", "todo", {}),
        ("todo", "auto", "in-progress", {}),
        ("in-review", "auto", "done", {}),
        ("done", "auto", "done", {}),
    ],
)
def test_what_was_closed_or_parked_goes_on_hold(status: str, dispatch: str, to: str, expected: dict[str, str]) -> None:
    assert side_effects(FLOW, issue(status=status, dispatch=dispatch), to) == expected


TREE = "e" * 40


def evidence(**fields: object) -> events.Event:
    said = {"tier": "observed", "content": TREE, "exits": ["0"], "commands": ["make test"], **fields}
    return event("evidence", fields=said)


@pytest.mark.parametrize(
    ("name", "body", "seen", "content", "reason"),
    [
        ("boxes", "- [x] a\n- [ ] b\n", (), None, "boxes"),
        ("boxes", "- [x] a\n", (), None, ""),
        ("boxes", "no boxes\n", (), None, ""),
        ("boxes", "```\n- [ ] in code\n```\n", (), None, ""),
        ("evidence", "", (), TREE, "evidence"),
        ("evidence", "", (evidence(),), TREE, ""),
        ("evidence", "", (evidence(),), "f" * 40, "evidence"),
        ("evidence", "", (evidence(),), None, "evidence"),
        ("evidence", "", (evidence(tier="self"),), TREE, "evidence"),
        ("evidence", "", (evidence(tier="ci"),), TREE, ""),
        ("evidence", "", (evidence(tier="certain"),), TREE, "evidence"),
        ("evidence", "", (evidence(exits=["0", "1"]),), TREE, "evidence"),
        ("evidence", "", (evidence(exits=[]),), TREE, "evidence"),
        ("documents", "", (evidence(),), TREE, "documents"),
        ("documents", "", (evidence(commands=["drift check --since main"]),), TREE, ""),
    ],
)
def test_a_guard_holds_or_says_why(
    name: str, body: str, seen: tuple[events.Event, ...], content: str | None, reason: str
) -> None:
    flow = FLOW._replace(guards={"done": (name,)})
    found = guards(flow, Facts(issue(body=body), seen, (), content), "done")
    assert [verdict.reason for verdict in found] == ([reason] if reason else [])


@pytest.mark.parametrize(("status", "reason"), [("done", []), ("cancelled", []), ("todo", ["children"])])
def test_the_children_s_guard_wants_them_closed(status: str, reason: list[str]) -> None:
    flow = FLOW._replace(guards={"done": ("children",)})
    found = guards(flow, Facts(issue(), (), (issue("FP-bbbbbbb", status=status),)), "done")
    assert [verdict.reason for verdict in found] == reason


@pytest.mark.parametrize(("stale", "reason"), [((), []), (("docs/a.md (a.py: changed)",), ["documents"])])
def test_where_drift_was_asked_its_word_is_what_counts(stale: tuple[str, ...], reason: list[str]) -> None:
    flow = FLOW._replace(guards={"done": ("documents",)})
    found = guards(flow, Facts(issue(), (evidence(commands=["drift check"]),), (), TREE, stale=stale), "done")
    assert [verdict.reason for verdict in found] == reason


def test_the_boxes_guard_points_at_the_line() -> None:
    flow = FLOW._replace(guards={"done": ("boxes",)})
    found = guards(flow, Facts(issue(body="\n- [x] a\n- [ ] b\n", body_line=10)), "done")
    assert ".issues/FP-aaaaaaa.md:12" in found[0].text


def test_a_status_without_guards_asks_nothing() -> None:
    assert guards(FLOW, Facts(issue(body="- [ ] a\n")), "done") == []
