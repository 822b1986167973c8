"""Every rule about the files of a tracker, as a function of what they hold. Pure.

What reading could not make sense of is in the tracker's problems already; here stands what is wrong between files:
ids, places, references, circles, events, and the history that explains each status. A person's change of status that no
event records yet is a note, for hand edits are first-class; a status that nothing explains is an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp import chain, graph, properties
from fp.codec import near_ids
from fp.conflict import marked_line
from fp.kernel.problem import Problem, Severity
from fp.kernel.text import safe
from fp.model import (
    CONFIG_PATH,
    EVENTS_FOLDER,
    archive_path,
    archived_events_path,
    events_path,
    is_archived,
    is_issue_id,
    issue_path,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from fp.chain import Chain
    from fp.event import Event
    from fp.model import Issue
    from fp.tracker import Tracker

IMPLICIT = "implicit-transition"
DRAFT = "draft"
MERGE_CONFLICT = "merge-conflict"
CONTRADICTION = "chain-contradicts-status"
MISSING = ", which does not exist"
HISTORY = frozenset({IMPLICIT, DRAFT, CONTRADICTION, "chain-gap", "chain-broken", "chain-fork", "history-cut"})
"""Codes of what is wrong with the history of one issue, or only to be told of it."""
SHOWN_MAX = 5
"""Ids of a circle that are named; the rest is counted."""


class HandMade(NamedTuple):
    """A person's commit that changed a status, which no event records yet."""

    from_: str
    to: str
    name: str
    commit: str


class Facts(NamedTuple):
    """What lies outside the tracker's files. `hand_made` is by issue id, oldest first.

    `drafts` gives, for an issue whose file differs from the commit below it, the status it has there (None where it
    does not exist there yet). `complete` is False where git's history is cut off, or cannot be asked.
    """

    strays: tuple[Problem, ...] = ()
    hand_made: Mapping[str, tuple[HandMade, ...]] = {}
    drafts: Mapping[str, str | None] = {}
    complete: bool = True


def chains(tracker: Tracker, drafts: Mapping[str, str | None], only: Collection[str] | None = None) -> dict[str, Chain]:
    """The history of each issue (of those in `only`), up to the status in its file, or where no event leads there to
    the committed one."""
    return {
        issue.id: _chain(tracker.events.get(issue.id, ()), issue.status, drafts.get(issue.id))
        for issue in tracker.issues.values()
        if only is None or issue.id in only
    }


def _chain(events: Sequence[Event], status: str, committed: str | None) -> Chain:
    folded = chain.fold(events, status)
    if committed is None or committed == status or (folded.length and folded.status_explained):
        return folded
    return chain.fold(events, committed)


def unexplained(folded: Mapping[str, Chain]) -> list[str]:
    """Ids whose history git must be asked about: events that lead elsewhere, or no event at all."""
    return [issue_id for issue_id, one in folded.items() if one.length == 0 or one.implicit is not None]


def check(tracker: Tracker, facts: Facts, folded: Mapping[str, Chain]) -> list[Problem]:
    """All problems, by path and line. `folded` is what `chains` gives: the history of the others is not judged."""
    found = [
        *map(_with_resolve, tracker.problems),
        *_duplicates(tracker),
        *facts.strays,
        *content(tracker),
        *_strays(tracker),
        *(problem for issue_id, one in folded.items() for problem in _history(tracker.issues[issue_id], one, facts)),
    ]
    return sorted(set(found), key=place)


def _with_resolve(problem: Problem) -> Problem:
    """Reading knows no commands; of an issue's header in conflict this one helps."""
    if problem.code != MERGE_CONFLICT or problem.path == CONFIG_PATH:
        return problem
    return problem._replace(hint="fp resolve; or keep one side, and remove the markers")


def place(problem: Problem) -> tuple[str, int, str, str]:
    """In which order problems are told."""
    return problem.path, problem.line, problem.code, problem.message


def content(tracker: Tracker) -> list[Problem]:
    """What is wrong with what readable issues say; their history is not looked at."""
    references = (one for issue in tracker.issues.values() for one in _references(issue, tracker))
    return [*_places(tracker), *references, *_circles(tracker), *_values(tracker), *_conflicts(tracker)]


def marked_body(issue: Issue) -> int:
    """The line of the file on which a conflict begins that a merge left in its text; 0 when there is none."""
    if "<<<<<<<" not in issue.body:
        return 0
    return marked_line(issue.body.encode("utf-8", "surrogatepass"), issue.body, issue.body_line)


def _conflicts(tracker: Tracker) -> Iterator[Problem]:
    for issue in tracker.issues.values():
        line = marked_body(issue)
        if line:
            hint = f"fp resolve {issue.id}; or keep one side, and remove the markers"
            yield Problem(MERGE_CONFLICT, issue.path, line, "an unresolved merge conflict", hint)


def _duplicates(tracker: Tracker) -> Iterator[Problem]:
    for issue_id, paths in tracker.duplicates.items():
        for path in paths:
            others = ", ".join(other for other in paths if other != path)
            line = _id_line(tracker.files.get(path, b""))
            hint = f"fp resolve {issue_id} gives one of them a new id"
            if len({tracker.files.get(one) for one in paths}) == 1 and any(map(is_archived, paths)):
                hint = "they are the same: `fp check --fix` keeps one"
            yield Problem("duplicate-id", path, line, f"{issue_id} is also the id of {others}", hint)


def _id_line(data: bytes) -> int:
    lines = data[: data.find(b"\n---", 3)].splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.startswith(b"id")), 0)


def _places(tracker: Tracker) -> Iterator[Problem]:
    for issue in tracker.issues.values():
        if issue.path not in (issue_path(issue.id), archive_path(issue.id)):
            message = f"the file of {issue.id} has another name"
            yield Problem("misnamed", issue.path, issue.lines.get("id", 0), message, "`fp check --fix` renames it")
        elif is_archived(issue.path) and issue.status not in tracker.config.workflow.terminal:
            message = f"{issue.id} is archived, and {issue.status}"
            hint = "`fp check --fix` takes it out of the archive"
            yield Problem("archived-open", issue.path, issue.lines.get("status", 0), message, hint)
        elif any(is_archived(one.path) != is_archived(issue.path) for one in tracker.events.get(issue.id, ())):
            here, there = ("archived", "are not") if is_archived(issue.path) else ("not archived", "are")
            message = f"{issue.id} is {here}, and some of its events {there}"
            hint = "`fp check --fix` brings them together"
            yield Problem("events-apart", issue.path, 0, message, hint, Severity.WARNING)


def template(issue: Issue, tracker: Tracker) -> list[Problem]:
    """What is wrong with the values that a template gives to new issues."""
    own = _own_references(issue, tracker)
    return [*_references(issue, tracker), *properties.wrong(issue, tracker.config), *own]


def _references(issue: Issue, tracker: Tracker) -> Iterator[Problem]:
    for position, one in enumerate(issue.depends_on):
        if one not in tracker.issues:
            line = issue.lines.get(f"depends_on.{position}", issue.lines.get("depends_on", 0))
            yield _dangling(tracker, issue, f"depends on {one}", one, line)
    if issue.parent is not None and issue.parent not in tracker.issues:
        yield _dangling(tracker, issue, f"has the parent {issue.parent}", issue.parent, issue.lines.get("parent", 0))


def _dangling(tracker: Tracker, issue: Issue, says: str, target: str, line: int) -> Problem:
    if target in tracker.unreadable:
        return Problem("dangling", issue.path, line, f"{says}, whose file cannot be read", tracker.unreadable[target])
    if target in tracker.duplicates:
        return Problem("dangling", issue.path, line, f"{says}, the id of {len(tracker.duplicates[target])} files")
    return Problem("dangling", issue.path, line, f"{says}{MISSING}", _hint(tracker.issues, target))


def _hint(known: Iterable[str], target: str) -> str:
    near = near_ids(known, target.partition("-")[2])
    return f"did you mean {near[0]}?" if near else "remove it, or bring that issue back"


def hinted(problems: Iterable[Problem], known: Collection[str]) -> list[Problem]:
    """The problems of a part of a tracker, what a missing id may have meant found among all ids."""
    return [
        problem._replace(hint=_hint(known, problem.message.removesuffix(MISSING).rpartition(" ")[2]))
        if problem.code == "dangling" and problem.message.endswith(MISSING)
        else problem
        for problem in problems
    ]


def _circles(tracker: Tracker) -> Iterator[Problem]:
    for key, edges in (("depends_on", graph.dependencies(tracker.issues)), ("parent", graph.parents(tracker.issues))):
        for circle in graph.cycles(edges):
            issue = tracker.issues[circle[0]]
            shown = " -> ".join((*circle[:SHOWN_MAX], *(["..."] if len(circle) > SHOWN_MAX else []), circle[0]))
            message = f"`{key}` goes in a circle of {len(circle)}: {shown}"
            yield Problem("circle", issue.path, issue.lines.get(key, 0), message, "none of them can ever start")


def _values(tracker: Tracker) -> Iterator[Problem]:
    """Values of declared keys, and titles that a reader cannot see as they are."""
    yield from properties.misnamed(tracker.config, CONFIG_PATH)
    for issue in tracker.issues.values():
        if tracker.config.properties:
            yield from properties.wrong(issue, tracker.config)
            yield from (problem for _, problem in properties.missing(issue, tracker.config))
            yield from _own_references(issue, tracker)
        if safe(issue.title) != issue.title:
            message = f"the title holds characters that cannot be seen: {safe(issue.title)}"
            line = issue.lines.get("title", 0)
            yield Problem("hidden-characters", issue.path, line, message, "write it anew", Severity.WARNING)


def _own_references(issue: Issue, tracker: Tracker) -> Iterator[Problem]:
    for one in properties.references(issue, tracker.config):
        if one.id not in tracker.issues and is_issue_id(one.id):
            yield _dangling(tracker, issue, f"`{one.key}` names {one.id}", one.id, one.line)


def _strays(tracker: Tracker) -> Iterator[Problem]:
    known = tracker.issues.keys() | tracker.duplicates.keys() | tracker.unreadable.keys()
    for owner in tracker.events.keys() - known:
        hint = "bring the issue's file back, or remove the folder"
        yield Problem("stray-events", f"{EVENTS_FOLDER}/{owner}", 0, f"events of {owner}, which has no file", hint)


# -- history ----------------------------------------------------------------------------------------------------------


def _history(issue: Issue, folded: Chain, facts: Facts) -> Iterator[Problem]:
    folder = archived_events_path(issue.id) if is_archived(issue.path) else events_path(issue.id)
    for gap in folded.gaps:
        message = f"follows {gap.missing}, which is not there" if gap.missing != gap.event else "follows itself"
        hint = "bring the event back; or a person joins the history: fp log shows it"
        yield Problem("chain-gap", f"{folder}/{gap.event}.md", 0, message, hint)
    for name in folded.broken:
        message = "does not start where the one before it ended"
        yield Problem("chain-broken", f"{folder}/{name}.md", 0, message, "a person joins the history: fp log shows it")
    if folded.forked:
        message = f"the history has {len(folded.heads)} ends that differ: {', '.join(folded.heads)}"
        yield Problem("chain-fork", issue.path, issue.lines.get("status", 0), message, f"fp resolve {issue.id}")
    yield from _status(issue, folded, facts)


def _status(issue: Issue, folded: Chain, facts: Facts) -> Iterator[Problem]:
    line = issue.lines.get("status", 0)
    for edit in facts.hand_made.get(issue.id, ()):
        message = f"implicit transition {edit.from_} -> {edit.to}, {edit.name}, {edit.commit[:7]}"
        hint = "`fp check --fix` writes it out"
        yield Problem(IMPLICIT, issue.path, line, message, hint, Severity.NOTE)
    committed = facts.drafts.get(issue.id)
    if committed is not None and committed != issue.status and folded.status == committed:
        message = f"status {committed} -> {issue.status} is not committed yet"
        yield Problem(DRAFT, issue.path, line, message, "", Severity.NOTE)
    if folded.implicit is not None and not facts.hand_made.get(issue.id):
        yield _contradiction(issue, folded, facts)


def _contradiction(issue: Issue, folded: Chain, facts: Facts) -> Problem:
    line, message = issue.lines.get("status", 0), f"the events lead to {folded.to}, the file says {folded.status}"
    if issue.id in facts.drafts:
        return Problem(DRAFT, issue.path, line, f"{message}; the file is not committed yet", "", Severity.NOTE)
    if not facts.complete:
        message = f"{message}; the commit that may say why is not in this clone"
        return Problem("history-cut", issue.path, line, message, "git fetch --unshallow", Severity.WARNING)
    hint = "a person sets the status with --join, or puts it back"
    return Problem(CONTRADICTION, issue.path, line, f"{message}, and no person's commit says so", hint)


def count(problems: Iterable[Problem], severity: Severity) -> int:
    """How many problems weigh so much."""
    return sum(problem.severity is severity for problem in problems)


def fresh(problems: Iterable[Problem], before: Iterable[Problem]) -> list[Problem]:
    """Problems that were not there before, wherever their lines have moved to: old debt fails no change."""
    old = {(problem.code, problem.path, problem.message) for problem in before}
    return [problem for problem in problems if (problem.code, problem.path, problem.message) not in old]
