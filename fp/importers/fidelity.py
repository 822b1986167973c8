"""The fidelity report of an import: what became of each record, and what did not fit.

Pure. Counts are taken on both sides: of the foreign issues, and of the tracker's files as they read back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from fp.importers import plan
from fp.importers.base import OTHER_PARENT, SOURCES
from fp.kernel import markdown
from fp.kernel.emit import json_values
from fp.kernel.problem import Severity
from fp.kernel.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fp.importers.apply import Prepared
    from fp.importers.base import Explained, ForeignIssue
    from fp.importers.desired import Unmet
    from fp.kernel.problem import Problem
    from fp.model import Issue

SCHEMA = "fp.import.v1"
ROWS_MAX = 12
"""Rows of a list in the text report; `--json` has them all."""


class Count(NamedTuple):
    """How many of something the source has, and how many are here."""

    field: str
    source: int
    here: int


class Report(NamedTuple):
    """An import in figures and lists. `repaired` are (where, key, what); `gone` are external names with our id."""

    origin: str
    records: int
    outcomes: tuple[plan.Outcome, ...]
    counts: tuple[Count, ...]
    explained: tuple[Explained, ...]
    unmet: tuple[Unmet, ...]
    repaired: tuple[tuple[str, str, str], ...]
    gone: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]

    @property
    def failed(self) -> bool:
        """Whether a record could not be read or written."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    def number(self, *statuses: str) -> int:
        """How many issues came out so."""
        return sum(outcome.status in statuses for outcome in self.outcomes)


def report(prepared: Prepared) -> Report:
    """The report of an import, written or only prepared."""
    reading = prepared.reading
    return Report(
        origin=prepared.origin,
        records=len(reading.issues)
        + len(reading.explained)
        + sum(problem.severity is Severity.ERROR for problem in reading.problems),
        outcomes=prepared.plan.outcomes,
        counts=_counts(prepared),
        explained=reading.explained,
        unmet=tuple(unmet for one in prepared.wanted for unmet in one.unmet),
        repaired=tuple((one.where, one.key, repair) for one in reading.issues for repair in one.repairs),
        gone=prepared.gone,
        problems=prepared.problems,
    )


def _counts(prepared: Prepared) -> tuple[Count, ...]:
    foreign = [one.foreign for one in prepared.wanted]
    here = [outcome.issue for outcome in prepared.plan.outcomes if outcome.issue is not None]
    comments = sum(outcome.comments for outcome in prepared.plan.outcomes)
    return (
        Count("issues", len(foreign), len(here)),
        Count("dependencies", sum(len(one.depends_on) for one in foreign), sum(len(one.depends_on) for one in here)),
        Count("parents", sum(_parents(one) for one in foreign), sum(one.parent is not None for one in here)),
        Count("comments", sum(len(one.comments) for one in foreign), comments),
        Count(
            "boxes",
            sum(len(markdown.boxes(one.body)) for one in foreign),
            sum(len(markdown.boxes(one.body)) for one in here),
        ),
        Count("labels", sum(len(set(one.labels)) for one in foreign), sum(len(one.labels) for one in here)),
        Count("assignees", sum(len(set(one.assignees)) for one in foreign), sum(len(one.assignees) for one in here)),
        *(_plans(name, foreign, here) for name in ("milestone", "due", "estimate")),
        Count("dates", sum(one.created is not None for one in foreign), sum(one.created is not None for one in here)),
    )


def _plans(name: str, foreign: Sequence[ForeignIssue], here: Sequence[Issue]) -> Count:
    return Count(name, *(sum(getattr(one, name) is not None for one in side) for side in (foreign, here)))


def _parents(one: ForeignIssue) -> int:
    others = sum(link.kind == OTHER_PARENT for link in one.links)
    return others + (one.parent is not None)


# -- as a document ----------------------------------------------------------------------------------------------------


def fields(found: Report) -> dict[str, Any]:
    """The fields of the JSON document, all lists in full."""
    return {
        "source": found.origin,
        "records": found.records,
        "imported": found.number(*plan.PRESENT),
        "created": found.number(plan.CREATED),
        "updated": found.number(plan.UPDATED),
        "unchanged": found.number(plan.UNCHANGED),
        "counts": [count._asdict() for count in found.counts],
        "issues": [
            {
                "external": one.external,
                "id": one.id,
                "outcome": one.status,
                "kept": list(one.kept),
                "reopened": one.reopened,
                "closed": one.closed,
            }
            for one in found.outcomes
        ],
        "explained": [why._asdict() for why in found.explained],
        "unmet": [unmet._asdict() for unmet in found.unmet],
        "repaired": [{"where": where, "key": key, "text": text} for where, key, text in found.repaired],
        "gone": [{"external": name, "id": issue_id} for name, issue_id in found.gone],
        "problems": json_values(found.problems),
    }


# -- as text ----------------------------------------------------------------------------------------------------------


def lines(found: Report) -> list[str]:
    """The report for a terminal, foreign text made safe, long lists cut."""
    return [
        *_head(found),
        *_table(found),
        *_explained(found.explained),
        *_listed("not written as relations, but in the body", [_unmet(one) for one in found.unmet]),
        *_listed("repaired", [f"{where}  {key}  {text}" for where, key, text in found.repaired]),
        *_listed("kept: edited here, and changed in the source as well", _kept(found)),
        *_listed("in the tracker, but not as the source has it", _absent(found)),
        *_listed("reopened: closed here, and told anew", _named(one for one in found.outcomes if one.reopened)),
        *_listed("closed here, and still told as before; fp reopen ID", _named(o for o in found.outcomes if o.closed)),
        *_listed(_gone_title(found.origin), [f"{i}  {name}" for name, i in found.gone]),
        *_listed("problems", [f"{one.where}: {one.message}" for one in found.problems]),
    ]


def _head(found: Report) -> list[str]:
    parts = (
        (found.number(*plan.PRESENT), "imported"),
        (len(found.explained), "explained"),
        (found.number(*plan.ABSENT), "not here"),
        (len(found.problems), "problems"),
    )
    rest = ", ".join(f"{number:,} {word}" for number, word in parts if number or word == "imported")
    created, updated, unchanged = (found.number(one) for one in (plan.CREATED, plan.UPDATED, plan.UNCHANGED))
    return [
        f"{found.origin}: {found.records:,} records: {rest}",
        f"  {created:,} created, {updated:,} updated, {unchanged:,} unchanged",
    ]


def _table(found: Report) -> list[str]:
    rows = [f"  {'':14}{'source':>8}{'here':>8}"]
    counts = [one for one in found.counts if one.source or one.here]
    return rows + [f"  {one.field:14}{one.source:>8,}{one.here:>8,}" for one in counts] if counts else []


def _explained(explained: Sequence[Explained]) -> list[str]:
    groups: dict[tuple[str, str], list[str]] = {}
    for why in explained:
        groups.setdefault((why.reason, why.text), []).append(why.key)
    rows = [
        f"{len(keys):,}  {reason}: {text}" + (f" ({keys[0]})" if len(keys) == 1 else "")
        for (reason, text), keys in sorted(groups.items(), key=lambda group: -len(group[1]))
    ]
    return _listed("explained", rows, len(explained))


def _unmet(unmet: Unmet) -> str:
    return f"{unmet.key}  {unmet.relation} {unmet.target}: {unmet.why}"


def _kept(found: Report) -> list[str]:
    return [f"{one.id}  {one.key}  {', '.join(one.kept)}" for one in found.outcomes if one.kept]


def _absent(found: Report) -> list[str]:
    return [f"{one.id}  {one.key}  {plan.ABSENT[one.status]}" for one in found.outcomes if one.status in plan.ABSENT]


def _named(outcomes: Iterable[plan.Outcome]) -> list[str]:
    return [f"{one.id}  {one.key}" for one in outcomes]


def _gone_title(origin: str) -> str:
    if SOURCES[origin.partition("/")[0]].reports:
        return "open here, and told no more; fp done ID where it is settled"
    return "imported before, gone from the source; left as they are"


def _listed(title: str, rows: Sequence[str], number: int | None = None) -> list[str]:
    if not rows:
        return []
    shown = [f"  {safe(row)}" for row in rows[:ROWS_MAX]]
    more = [f"  and {len(rows) - ROWS_MAX:,} more: `--json` lists all"] if len(rows) > ROWS_MAX else []
    return [f"{title} ({len(rows) if number is None else number:,})", *shown, *more]
