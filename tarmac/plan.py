"""From a report to the actions that would mend it. Pure: nothing is done here.

An action says which finding licenses it and by which facts; what is destructive waits until the same facts were seen
twice. Actions come in a fixed order: harmless before destructive, then by code, issue and run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tarmac.findings.rule import DESTRUCTIVE, Repair

if TYPE_CHECKING:
    from collections.abc import Collection

    from tarmac.diagnose import Finding, Report

OBSERVATIONS_MIN = 2


class Action(NamedTuple):
    """One repair: `key` and `facts` name the finding that licenses it, as it was seen."""

    repair: Repair
    code: str
    issue: str
    run: str
    says: str
    key: str
    facts: str
    seen_count: int

    @property
    def destructive(self) -> bool:
        """Whether it stops, deletes or starts something."""
        return self.repair in DESTRUCTIVE

    @property
    def ready(self) -> bool:
        """Whether its facts were seen often enough."""
        return not self.destructive or self.seen_count >= OBSERVATIONS_MIN


class Result(NamedTuple):
    """What became of an action: `state` is planned, waits, done or refused."""

    action: Action
    state: str
    detail: str = ""


def plan(report: Report, codes: Collection[str] = ()) -> tuple[Action, ...]:
    """The actions for all findings that nobody acknowledged, or for those of some codes. One a repair and subject."""
    wanted = [one for one in report.findings if one.ack is None and one.action is not Repair.NONE]
    found: dict[tuple[str, str, str], Action] = {}
    for one in wanted:
        if not codes or one.code in codes:
            action = _action(one)
            found.setdefault((action.repair, action.issue, action.run), action)
    return tuple(sorted(found.values(), key=lambda one: (one.destructive, one.code, one.issue, one.run)))


def licensed(action: Action, report: Report) -> bool:
    """Whether a later report still has the finding with the very facts that the action was planned on."""
    return any(one.key == action.key and one.digest == action.facts for one in report.findings)


def _action(one: Finding) -> Action:
    return Action(one.action, one.code, one.issue, one.run, one.says, one.key, one.digest, one.seen_count)
