"""Keys that a tracker adds to issues, by `properties` of its settings: what their values are, and what is wrong. Pure.

Values stay in `Issue.extra` as the file has them. What reads them by kind is this module alone: `fp check`, `fp set`,
queries, documents and the schema of editors agree by it. Keys that no setting declares are none of its business.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from fp.codec import LAYOUT
from fp.kernel.clock import instant
from fp.kernel.problem import Problem, Severity
from fp.kernel.schema import Field, Table, read
from fp.model import is_issue_id

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from fp.config import Config, Property
    from fp.kernel.yamlguard import Value
    from fp.model import Issue

ISSUE = "issue"
LIST = "list"
ORDERED = frozenset({"integer", "number", "duration", "bool"})
"""Kinds whose values are compared by size, also for equality."""
TIMES = frozenset({"date", "instant"})
_KEYS = frozenset(key for group in LAYOUT for key in group)
_WORDS = frozenset({"body", "text", "sort", "changed", "label", "assignee", "depends"})
"""What `fp set` and queries mean something else by."""


class Reference(NamedTuple):
    """An issue that a property names, and the line of the file that does."""

    key: str
    id: str
    line: int


def fields(config: Config) -> tuple[Field, ...]:
    """The properties as fields of a table; an id is a text there."""
    return tuple(_field(key, one) for key, one in config.properties.items())


def _field(key: str, one: Property) -> Field:
    item = Field("", _plain(one.of), one.choices) if one.kind == LIST else None
    needed = f"Needed in every open {', '.join(one.required)}." if one.required else ""
    return Field(key, _plain(one.kind), one.choices, help=f"{one.help} {needed}".strip(), item=item)


def _plain(kind: str) -> str:
    return "text" if kind == ISSUE else kind


def is_list(key: str, config: Config) -> bool:
    """Whether the values of a key are lists by the settings."""
    return key in config.properties and config.properties[key].kind == LIST


def names_issues(key: str, config: Config) -> bool:
    """Whether the values of a key are ids by the settings."""
    one = config.properties.get(key)
    return one is not None and ISSUE in (one.kind, one.of if one.kind == LIST else "")


# -- what is wrong ----------------------------------------------------------------------------------------------------


def wrong(issue: Issue, config: Config, keys: Collection[str] | None = None) -> list[Problem]:
    """Values that their kind does not have; of all properties, or of these."""
    asked = config.properties if keys is None else config.properties.keys() & set(keys)
    declared = {key: value for key, value in issue.extra.items() if key in asked}
    if not declared:
        return []
    table = Table(tuple(_field(key, config.properties[key]) for key in declared))
    found = read(table, declared, issue.lines, issue.path)[1]
    if found:
        return found
    hint = f"write the id in full, such as {config.prefix}-k3v9q2m"
    return [
        Problem("bad-id", issue.path, one.line, f"`{one.key}`: not an issue id: {one.id!r}", hint)
        for one in references(issue, config)
        if one.key in declared and not is_issue_id(one.id)
    ]


def missing(issue: Issue, config: Config) -> Iterator[tuple[str, Problem]]:
    """Each property that an issue of its type must have and has not, while it is open."""
    if issue.status in config.workflow.terminal:
        return
    for key, one in config.properties.items():
        if issue.type in one.required and issue.extra.get(key) in (None, "", []):
            line = issue.lines.get(key, issue.lines.get("id", 0))
            message = f"`{key}` is missing, and every open {issue.type} has one"
            yield key, Problem("missing-value", issue.path, line, message, _way(issue, key, one))


def _way(issue: Issue, key: str, one: Property) -> str:
    values = "|".join(one.choices) or one.kind.upper()
    command = f"fp set {issue.id} {key}={values}" if issue.id else f"--set {key}={values}"
    return f"{one.help}: {command}" if one.help else command


def references(issue: Issue, config: Config) -> Iterator[Reference]:
    """The issues that properties of the kind `issue` name, and lists of them."""
    for key, value in issue.extra.items() if config.properties else ():
        if names_issues(key, config):
            at = issue.lines.get(key, 0)
            for position, one in enumerate(value if isinstance(value, list) else [value]):
                if isinstance(one, str):
                    yield Reference(key, one, issue.lines.get(f"{key}.{position}", at))


def misnamed(config: Config, path: str) -> Iterator[Problem]:
    """Properties whose names mean something else already, or cannot be typed in a change or a query."""
    for key in config.properties:
        if key in _KEYS or key in _WORDS:
            message, hint = f"`properties.{key}`: this name has a meaning already", "give it another one"
        elif not key.replace("-", "_").isidentifier() or not key.isascii():
            message, hint = f"`properties.{key}` cannot be typed in `fp set` and queries", "letters, digits, - and _"
        else:
            continue
        yield Problem("property-name", path, 0, message, hint, Severity.WARNING)


# -- values -----------------------------------------------------------------------------------------------------------


def value(one: Property, text: Value) -> Any:
    """A value by its kind; None where it has none, or not one of that kind."""
    return read(Table((_field("value", one),)), {"value": text}, {}, "")[0]["value"]


def documented(issue: Issue, config: Config) -> dict[str, Any]:
    """The declared properties as JSON values: numbers, booleans, lists; times as text, durations in seconds."""
    return {key: _json(value(one, issue.extra.get(key))) for key, one in config.properties.items()}


def _json(found: Any) -> Any:
    if isinstance(found, tuple):
        return [_json(one) for one in found]
    if isinstance(found, datetime):
        return instant(found)
    return found.isoformat() if isinstance(found, date) else found


def item_of(one: Property) -> Property:
    """What the items of a list are, or the values themselves."""
    return one._replace(kind=one.of, of="text") if one.kind == LIST else one


def rank(one: Property, text: str) -> float | None:
    """By what a value is ordered: size, time, or the place among its choices; None where it has no such order."""
    found = value(one, text)
    if one.kind == "choice":
        return float(one.choices.index(found)) if found is not None else None
    if found is None or one.kind not in ORDERED | TIMES:
        return None
    at = moment(one, text)
    return float(found) if at is None else at.timestamp()


def moment(one: Property, text: str) -> datetime | None:
    """The instant of a date (its start in UTC) or an instant; None for everything else."""
    found = value(one, text) if one.kind in TIMES else None
    if isinstance(found, date) and not isinstance(found, datetime):
        return datetime(found.year, found.month, found.day, tzinfo=UTC)
    return found


def texts(held: Value) -> Iterable[str]:
    """The values that a key has, as the file has them."""
    if held is None:
        return ()
    return [str(one) for one in held] if isinstance(held, list) else [str(held)]
