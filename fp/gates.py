"""The person's gate for unattended work, and dependencies: edits of one field, planned. A shell over `fp.desk`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp import codec, graph, source
from fp import desk as desks
from fp.codec import Ambiguous, Unknown, resolve
from fp.event import HUMAN, Writer
from fp.kernel import frontmatter
from fp.kernel.errors import Refused
from fp.model import AUTO
from fp.transition import Planned, plan_implicit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fp.desk import Desk
    from fp.model import Issue
    from fp.transition import Subject


class Edited(NamedTuple):
    """A planned edit of one issue, whose file held `data`; `planned` is None when nothing changes.

    `targets` are the dependencies it adds or removes.
    """

    issue: Issue
    data: bytes
    planned: Planned | None
    targets: tuple[str, ...] = ()


def plan_dispatch(desk: Desk, word: str, dispatch: str, writer: Writer) -> Edited:
    """Open or close the gate. Refused for anybody but a person, and for what is closed."""
    only_people(writer, "`dispatch:` is a person's gate for unattended work")
    subject = desks.open_subject(desk, word, writer)
    issue = subject.issue
    if dispatch == AUTO and issue.status in desk.config.workflow.terminal:
        text = f"{issue.id} is {issue.status}: nothing will run"
        raise Refused(text, hint=f"fp reopen {issue.id} --arm", reason="terminal")
    if issue.dispatch == dispatch:
        return Edited(issue, subject.data, None)
    return _edited(subject, codec.with_fields(subject.data, {"dispatch": dispatch}))


def plan_dependency(desk: Desk, word: str, on: tuple[str, ...], writer: Writer, *, remove: bool) -> Edited:
    """Add or remove dependencies. Refused for what is unknown, and for a circle."""
    only_people(writer, "`depends_on:` is a person's to write")
    subject = desks.open_subject(desk, word, writer)
    issue = subject.issue
    if remove:
        targets = [_named(issue.depends_on, one, f"{issue.id} does not depend on {one!r}") for one in on]
    else:
        targets = _new_targets(source.load(desk.files).issues, issue, on)
    if not targets:
        return Edited(issue, subject.data, None)
    return _edited(subject, _with_list(subject, targets, remove=remove))._replace(targets=tuple(targets))


def only_people(writer: Writer, text: str) -> None:
    """Refuse everybody but a person."""
    if writer.kind != HUMAN:
        hint = "propose it in a comment, or in the run's outcome file"
        raise Refused(f"{text}, and {writer} is none", hint=hint, reason="writer")


def _new_targets(issues: Mapping[str, Issue], issue: Issue, on: tuple[str, ...]) -> list[str]:
    edges = graph.dependencies(issues)
    found: list[str] = []
    for word in on:
        target = source.id_or_refusal(resolve(issues, word))
        way = (issue.id,) if target == issue.id else graph.path(edges, target, issue.id)
        if way:
            hint = f"fp dep rm {way[0]} {way[1]}" if len(way) > 1 else None
            circle = " -> ".join((issue.id, *way))
            raise Refused(f"that would be a circle: {circle}", hint=hint, reason="dependency-cycle")
        if target not in issue.depends_on:
            found.append(target)
    return list(dict.fromkeys(found))


def _named(ids: tuple[str, ...], word: str, otherwise: str) -> str:
    answer = resolve(ids, word)
    if isinstance(answer, Ambiguous | Unknown):
        hint = f"it depends on: {', '.join(ids)}" if ids else "it depends on nothing"
        raise Refused(otherwise, hint=hint, reason="no-dependency")
    return answer


def _with_list(subject: Subject, targets: list[str], *, remove: bool) -> bytes:
    """The file with the items put in or taken out, the other items untouched."""
    if remove:
        return frontmatter.edit(subject.data, [frontmatter.RemoveItem("depends_on", one) for one in targets])
    if "depends_on" not in subject.issue.lines:
        return codec.with_fields(subject.data, {"depends_on": sorted(targets)})
    return frontmatter.edit(subject.data, [frontmatter.AddItem("depends_on", one) for one in targets])


def _edited(subject: Subject, data: bytes) -> Edited:
    before = plan_implicit(subject)
    planned = Planned({**before.changes, subject.issue.path: data}, before.events)
    return Edited(subject.issue, subject.data, planned)
