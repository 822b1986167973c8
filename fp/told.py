"""What a change does to a tracker, as a reviewer would tell it: two trackers in, facts by issue out. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from fp import chain, event
from fp.excerpt import Excerpt, excerpt
from fp.kernel.markdown import boxes, unticked
from fp.life import changes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fp.event import Event
    from fp.kernel.problem import Problem
    from fp.model import Issue
    from fp.tracker import Tracker

NEW = "new"
REMOVED = "removed"
CHANGED = "changed"
BOXES_WORD = "boxes ticked or unticked"


class Step(NamedTuple):
    """One move of a status; `recorded` is False for a hand edit that no event says yet."""

    from_: str
    to: str
    by: str
    recorded: bool


class Said(NamedTuple):
    """A comment, review, evidence or acknowledgement that came: who, and its first line."""

    kind: str
    by: str
    text: str


class Boxes(NamedTuple):
    """Texts of the boxes that were ticked or unticked, and how many are ticked now."""

    ticked: tuple[str, ...] = ()
    unticked: tuple[str, ...] = ()
    done: int = 0
    total: int = 0


class Waiter(NamedTuple):
    """An issue that waited for this one; `waits_for` are the open issues that it still waits for."""

    id: str
    title: str
    waits_for: tuple[str, ...]


class Told(NamedTuple):
    """All that a change does to one issue. `fields` are in words; `waits_for` the open issues it waits for.

    `text` shows what changed in its text, by the lines of its file; boxes are told apart.
    """

    id: str
    title: str
    kind: str
    status: str
    by: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    boxes: Boxes = Boxes()
    fields: tuple[str, ...] = ()
    said: tuple[Said, ...] = ()
    waiters: tuple[Waiter, ...] = ()
    waits_for: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    text: Excerpt = Excerpt()


def tell(
    before: Tracker, after: Tracker, problems: Sequence[Problem], authors: Mapping[str, Sequence[str]]
) -> tuple[list[Told], list[Problem]]:
    """Every issue that the change touches, and the problems of no issue. `authors` are names by path, oldest first."""
    told = []
    for issue_id in sorted({*before.issues, *after.issues}):
        one = _tell(issue_id, before, after, authors)
        own = tuple(problem for problem in problems if issue_id in problem.path)
        if one is not None or own:
            found = one or _unchanged(issue_id, after)
            told.append(found._replace(problems=own))
    known = {problem for one in told for problem in one.problems}
    return told, [problem for problem in problems if problem not in known]


def _unchanged(issue_id: str, after: Tracker) -> Told:
    issue = after.issues.get(issue_id)
    return Told(issue_id, issue.title if issue else "", CHANGED, issue.status if issue else "")


def _tell(issue_id: str, before: Tracker, after: Tracker, authors: Mapping[str, Sequence[str]]) -> Told | None:
    old, new = before.issues.get(issue_id), after.issues.get(issue_id)
    known = new or old
    assert known is not None
    came = _came(before.events.get(issue_id, ()), after.events.get(issue_id, ()))
    by = tuple(authors.get(known.path, ()))
    if new is None:
        return Told(issue_id, known.title, REMOVED, known.status, by)
    if old is None:
        return Told(issue_id, new.title, NEW, new.status, by, said=_said(came, authors), waits_for=_open(new, after))
    told = Told(
        issue_id,
        new.title,
        CHANGED,
        new.status,
        by,
        _steps(old, new, came, by),
        _boxes(old.body, new.body),
        tuple(word for word in changes(old, new) if word != BOXES_WORD),
        _said(came, authors),
        _waiters(old, new, after),
        _open(new, after) if new.status in after.config.workflow.terminal and old.status != new.status else (),
        text=_text(old, new),
    )
    return told if told.steps or told.boxes.ticked or told.boxes.unticked or told.fields or told.said else None


def _came(before: Sequence[Event], after: Sequence[Event]) -> list[Event]:
    names = {one.name for one in before}
    return [one for one in after if one.name not in names]


def _steps(old: Issue, new: Issue, came: Sequence[Event], by: Sequence[str]) -> tuple[Step, ...]:
    """The moves that events record, and what the file's status says beyond them."""
    moves = chain.in_order(came)
    steps = [Step(one.from_ or "", one.to or "", str(one.by or ""), recorded=True) for one in moves]
    reached = steps[-1].to if steps else old.status
    if reached != new.status:
        steps.append(Step(reached, new.status, ", ".join(by), recorded=False))
    return tuple(steps)


def _boxes(old: str, new: str) -> Boxes:
    was, now = _states(old), _states(new)
    return Boxes(
        tuple(key[0] for key, checked in now.items() if checked and was.get(key) is False),
        tuple(key[0] for key, checked in now.items() if not checked and was.get(key) is True),
        sum(now.values()),
        len(now),
    )


def _text(old: Issue, new: Issue) -> Excerpt:
    before, after = unticked(old.body), unticked(new.body)
    if before == after:
        return Excerpt()
    return excerpt(before, after).below(new.body_line - 1)


def _states(body: str) -> dict[tuple[str, int], bool]:
    seen: Counter[str] = Counter()
    states = {}
    for box in boxes(body):
        states[box.text, seen[box.text]] = box.checked
        seen[box.text] += 1
    return states


def _said(came: Sequence[Event], authors: Mapping[str, Sequence[str]]) -> tuple[Said, ...]:
    return tuple(
        Said(one.kind, str(one.by) if one.by else ", ".join(authors.get(one.path, ())), _first_line(one))
        for one in came
        if one.kind != event.TRANSITION
    )


def _first_line(one: Event) -> str:
    verdict = one.fields.get("verdict") or one.fields.get("code")
    first = next((line.strip() for line in one.note.split("\n") if line.strip()), "")
    return f"{verdict}: {first}" if isinstance(verdict, str) and first else str(verdict or first)


def _open(issue: Issue, tracker: Tracker) -> tuple[str, ...]:
    closed = tracker.config.workflow.terminal
    found = (tracker.issues.get(one) for one in issue.depends_on)
    return tuple(one.id for one in found if one is not None and one.status not in closed)


def _waiters(old: Issue, new: Issue, after: Tracker) -> tuple[Waiter, ...]:
    closed = after.config.workflow.terminal
    if new.status not in closed or old.status in closed:
        return ()
    return tuple(
        Waiter(one.id, one.title, _open(one, after))
        for one in after.issues.values()
        if new.id in one.depends_on and one.status not in closed
    )
