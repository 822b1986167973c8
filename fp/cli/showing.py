"""What `fp show` tells: one issue, what it waits for, its text, its history, the commits that name it.

Without click, so that `fp.cli.quick` can show an issue too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from fp.blockage import Wait
    from fp.cli.elsewhere import Elsewhere
    from fp.cli.opened import Opened
    from fp.config import Config
    from fp.event import Event
    from fp.kernel.markdown import Box
    from fp.kernel.output import Output
    from fp.kernel.problem import Problem
    from fp.linked import Linked
    from fp.model import Issue

INDENT = "    "
NAME_COLUMNS = 10
COMMITS_SHOWN_MAX = 5
COMMITS_WALKED = 2_000
"""Of a history of 16,000 commits the rest costs 150 ms [measured]."""
TOLD = ("verdict", "of", "tier", "code", "until")
"""Fields of events that a person wants to see; digests and ids of content are in the document."""


class Related(NamedTuple):
    """Another issue as one line says it; `status` is None when its file is missing or cannot be read."""

    id: str
    status: str | None
    title: str


class Entry(NamedTuple):
    """One event with who and when, which git supplies for a comment without a header."""

    event: Event
    by: str
    at: datetime | None


def show(output: Output, issue: str, *, everywhere: bool = False) -> int:
    """Print the issue that a word names, with its status elsewhere on request; the exit status."""
    from fp.cli.opened import open_tracker, read_named
    from fp.source import load_config, load_events

    opened = open_tracker(output.start)
    config, problems = load_config(opened.source)
    found, _, warnings = read_named(opened.source, issue, config, archived=True)
    events, broken = load_events(opened.source, found.id)
    entries = _entries(opened, events.get(found.id, ()))
    own = _own(found, config)
    named = (*found.depends_on, *filter(None, (found.parent,)), *(one for ids in own.values() for one in ids))
    related = {one: _related(opened, config, one) for one in named}
    ticks = _boxes(found.body)
    elsewhere = _look(opened, config) if everywhere else None
    shown = _Shown(
        found,
        related,
        ticks,
        entries,
        _waits(opened, config, found, related),
        _linked(opened, found, every=output.json),
        elsewhere,
        own,
    )
    if output.json:
        _document(output, shown, config)
    else:
        _print(output, shown)
        _say_problems(output, [*problems, *warnings, *broken])
    return 0


class _Shown(NamedTuple):
    """All that is shown of one issue."""

    issue: Issue
    related: dict[str, Related]
    ticks: list[Box]
    entries: list[Entry]
    waits: list[Wait]
    commits: list[Linked]
    elsewhere: Elsewhere | None
    own: dict[str, list[str]]


def _own(issue: Issue, config: Config) -> dict[str, list[str]]:
    """The issues that properties name, by the property."""
    if not issue.extra or not config.properties:
        return {}
    from fp.model import is_issue_id
    from fp.properties import references

    named: dict[str, list[str]] = {}
    for one in references(issue, config):
        if is_issue_id(one.id):
            named.setdefault(one.key, []).append(one.id)
    return named


def _look(opened: Opened, config: Config) -> Elsewhere:
    from fp.cli.elsewhere import look_everywhere

    return look_everywhere(opened.root, config)


def _waits(opened: Opened, config: Config, issue: Issue, related: dict[str, Related]) -> list[Wait]:
    """What an open issue waits for, and since when; git is asked only where it waits."""
    from fp.model import CANCELLED

    terminal = config.workflow.terminal
    states = {one: related[one].status for one in issue.depends_on}
    targets = [one for one, status in states.items() if status is None or status not in terminal or status == CANCELLED]
    if not targets or issue.status in terminal:
        return []
    from fp.blockage import Wait, waits_here
    from fp.cli.opened import find_root

    if not find_root(opened.root)[1]:
        return [Wait(one, None) for one in targets]
    return waits_here(opened.root, issue, targets, config)


def _linked(opened: Opened, issue: Issue, *, every: bool) -> list[Linked]:
    """The commits that name it; where there is no git, none. A person is shown the latest, and not kept waiting."""
    from fp.cli.opened import find_root

    if not find_root(opened.root)[1]:
        return []
    from fp.linked import WALKED_COMMITS_MAX, naming

    return naming(opened.root, issue.id, WALKED_COMMITS_MAX if every else COMMITS_WALKED)


def _boxes(body: str) -> list[Box]:
    if "[" not in body:
        return []  # cold start: the scanner costs a tenth of the whole command
    from fp.kernel.markdown import boxes

    return boxes(body)


def _related(opened: Opened, config: Config, issue_id: str) -> Related:
    """By the file's name alone, in the archive too: a file of another name is found by `fp check`."""
    from fp.codec import read_issue
    from fp.model import archive_path, issue_path
    from fp.source import FILE, Found

    path = issue_path(issue_id)
    content = opened.source.read([Found(path, FILE)]).get(path)
    if content is None:
        path = archive_path(issue_id)
        content = opened.source.read([Found(path, FILE)]).get(path)
    if content is None:
        return Related(issue_id, None, "no file of that name")
    issue = read_issue(path, content, config)[0] if isinstance(content, bytes) else None
    return Related(issue_id, None, "cannot be read") if issue is None else Related(issue_id, issue.status, issue.title)


def _entries(opened: Opened, events: Iterable[Event]) -> list[Entry]:
    """Events by time; those that nobody dated, because they are not committed yet, are last."""
    bare = [event.path for event in events if event.at is None]
    supplied = _from_git(opened, bare) if bare else {}
    entries = []
    for event in events:
        name, at = supplied.get(event.path, (None, None))
        by = str(event.by) if event.by is not None else name or "not committed yet"
        entries.append(Entry(event, by, event.at if event.at is not None else at))
    return sorted(
        entries, key=lambda entry: (entry.at is None, entry.at.timestamp() if entry.at else 0.0, entry.event.name)
    )


def _from_git(opened: Opened, paths: list[str]) -> dict[str, tuple[str, datetime]]:
    """Author and date of the commit that brought each file."""
    from fp.event import human
    from fp.kernel.errors import KitError
    from fp.kernel.git.history import versions
    from fp.kernel.git.objects import GitObjects
    from fp.kernel.git.repo import Repository
    from fp.model import live_path

    try:
        repository = Repository.discover(opened.root)
    except KitError:
        return {}
    objects = GitObjects(repository)
    found = {path: versions(repository, objects, "HEAD", live_path(path)) for path in paths}
    authors = {path: made[-1].commit.author for path, made in found.items() if made}
    return {path: (str(human(author.name)), author.at) for path, author in authors.items()}


# -- for people -------------------------------------------------------------------------------------------------------


def _print(output: Output, shown: _Shown) -> None:
    from fp.kernel.text import safe, safe_block

    issue = shown.issue
    output.line(f"{output.style(issue.id, 'accent')}  {output.style(safe(issue.title), 'strong')}")
    for line in _facts(output, shown):
        output.line(line)
    for line in _elsewhere(output, shown):
        output.line(line)
    body = issue.body.strip("\n")
    if body:
        output.line()
        output.line(safe_block(body))
    for entry in shown.entries:
        output.line()
        for line in _event_lines(output, entry):
            output.line(line)
    for line in _commit_lines(output, shown):
        output.line(line)


def _elsewhere(output: Output, shown: _Shown) -> Iterator[str]:
    if shown.elsewhere is None:
        return
    from fp.cli.elsewhere import lines_of

    told = [line.strip() for line in lines_of(output, shown.elsewhere, shown.issue.id, shown.issue)]
    looked = len(shown.elsewhere.others)
    for line in told or [f"nothing else on {looked} other branch{'' if looked == 1 else 'es'}"]:
        yield _named(output, "elsewhere", line)


def _commit_lines(output: Output, shown: _Shown) -> Iterator[str]:
    """The latest commits that name the issue; those that change tickets alone are its history, and told there."""
    from fp.kernel.text import safe

    work = [one for one in shown.commits if not one.tickets_only]
    if work:
        yield ""
    for one in work[:COMMITS_SHOWN_MAX]:
        fixes = f"  {output.style('fixes it', 'good')}" if shown.issue.id in one.fixes else ""
        when = output.style(f"{one.at:%Y-%m-%d %H:%M}  {one.oid[:9]}  {safe(one.author)}", "dim")
        yield f"{when}  {safe(one.subject)}{fixes}"
    if len(work) > COMMITS_SHOWN_MAX:
        yield output.style(f"{len(work) - COMMITS_SHOWN_MAX} more commits name it: fp diff {shown.issue.id}", "dim")


def _facts(output: Output, shown: _Shown) -> Iterator[str]:
    from fp.cli.values import coloured
    from fp.kernel.text import safe
    from fp.model import is_archived

    issue, related = shown.issue, shown.related
    head = [coloured(output, issue.status), coloured(output, issue.priority), issue.type, f"dispatch {issue.dispatch}"]
    yield "  ".join(head + ([f"{issue.created:%Y-%m-%d %H:%M} UTC"] if issue.created else []))
    if is_archived(issue.path):
        yield _named(output, "archived", f"fp archive --undo {issue.id} brings it back")
    for name, items in (("assigned", issue.assignees), ("labels", issue.labels), ("touches", issue.touches)):
        if items:
            yield _named(output, name, safe(", ".join(items)))
    for name, ids in (("parent", filter(None, (issue.parent,))), ("waits for", issue.depends_on)):
        for one in ids:
            yield _named(output, name, _related_line(output, related[one]))
    yield from _blocked(output, shown.waits)
    for name, text in (("milestone", issue.milestone), ("due", issue.due), ("estimate", issue.estimate)):
        if text is not None:
            yield _named(output, name, safe(text))
    for key, value in (*(("external", one) for one in issue.external), *issue.extra.items()):
        told = [_related_line(output, related[one]) for one in shown.own.get(key, ())] or [safe(_flat(value))]
        yield from (_named(output, safe(key), line) for line in told)
    if shown.ticks:
        yield _named(output, "boxes", f"{sum(box.checked for box in shown.ticks)} of {len(shown.ticks)} ticked")


def _blocked(output: Output, waits: list[Wait]) -> Iterator[str]:
    """Since when, by what it has waited for the longest."""
    dated = [(one.since, one.id) for one in waits if one.since is not None]
    if dated:
        from fp.kernel.clock import SystemClock
        from fp.standing import told

        since, first = min(dated, key=lambda one: one[0].at)
        by = f", first by {first}" if len(waits) > 1 else ""
        yield _named(output, "blocked", f"{told(since, SystemClock().now())}{by}")


def _named(output: Output, name: str, text: str) -> str:
    return f"{output.style(name.ljust(NAME_COLUMNS), 'dim')}  {text}"


def _related_line(output: Output, one: Related) -> str:
    from fp.cli.values import coloured
    from fp.kernel.text import safe

    status = coloured(output, one.status) if one.status is not None else output.style("missing", "bad")
    return f"{one.id}  {status}  {safe(one.title)}"


def _flat(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_flat(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_flat(inner)}" for key, inner in value.items())
    return "" if value is None else str(value)


def _event_lines(output: Output, entry: Entry) -> Iterator[str]:
    from fp.kernel.text import safe, safe_block

    event = entry.event
    when = f"{entry.at:%Y-%m-%d %H:%M}" if entry.at is not None else "-"
    what = f"{event.from_} -> {event.to}" if event.to is not None else event.kind
    said = [safe(f"{key} {_flat(event.fields[key])}") for key in TOLD if event.fields.get(key) is not None]
    yield output.style(f"{when}  {safe(what)}  {safe(entry.by)}", "dim") + ("  " + "  ".join(said) if said else "")
    if event.note:
        for line in safe_block(event.note).split("\n"):
            yield f"{INDENT}{line}".rstrip()


def _say_problems(output: Output, problems: list[Problem]) -> None:
    if not problems:
        return
    from fp.kernel.emit import text_lines

    for line in text_lines(problems, color=output.color):
        output.note(line)


# -- for programs -----------------------------------------------------------------------------------------------------


def _document(output: Output, shown: _Shown, config: Config) -> None:
    from fp.cli.values import issue_value, own_values
    from fp.kernel.clock import instant

    output.document(
        "fp.show.v1",
        issue={**issue_value(shown.issue), **own_values(shown.issue, config), "body": shown.issue.body},
        related=[one._asdict() for one in shown.related.values()],
        boxes=[{"text": box.text, "checked": box.checked, "section": box.section} for box in shown.ticks],
        blocked=[{"id": one.id, "since": None if one.since is None else instant(one.since.at)} for one in shown.waits],
        events=[_event_value(entry) for entry in shown.entries],
        commits=[
            {
                "commit": one.oid,
                "author": one.author,
                "at": instant(one.at),
                "subject": one.subject,
                "fixes": shown.issue.id in one.fixes,
                "tickets_only": one.tickets_only,
            }
            for one in shown.commits
        ],
        **_elsewhere_value(shown),
    )


def _elsewhere_value(shown: _Shown) -> dict[str, Any]:
    if shown.elsewhere is None:
        return {}
    from fp.cli.elsewhere import values_of

    return values_of(shown.elsewhere, shown.issue.id, every=True)


def _event_value(entry: Entry) -> dict[str, Any]:
    from fp.kernel.clock import instant

    event = entry.event
    return {
        "name": event.name,
        "kind": event.kind,
        "by": entry.by,
        "at": instant(entry.at, milliseconds=True) if entry.at is not None else None,
        "from": event.from_,
        "to": event.to,
        "epoch": event.epoch,
        "claim": event.claim,
        "after": list(event.after),
        "fields": dict(event.fields),
        "note": event.note,
        "path": event.path,
    }
