"""What readers of one-file exports share: records with their place, the newest of two, relations of the other end.

Pure. Every record of an export becomes an issue, is explained, or is a problem; nothing is dropped on the way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from fp.importers import base, clean, jsontext
from fp.kernel.problem import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

PULL_REQUEST = "pull-request"
SUPERSEDED = "superseded"


class Record(NamedTuple):
    """One record of an export: its fields, the file, and the line it starts at."""

    fields: dict[str, Any]
    name: str
    line: int

    @property
    def where(self) -> str:
        """`path:line`."""
        return f"{self.name}:{self.line}"

    def problem(self, message: str) -> Problem:
        """What is wrong with it."""
        return jsontext.problem(self.name, self.line, message, "mend or remove the record, then import again")


def of_json(files: Mapping[str, bytes], wrappings: Sequence[Sequence[str]]) -> Iterator[Record | Problem]:
    """The objects in JSON files. `wrappings` are paths to the list of records in an answer that wraps it."""
    for name in sorted(files):
        for found in jsontext.values(name, files[name]):
            if isinstance(found, Problem):
                yield found
            else:
                yield from _unwrapped(found, name, wrappings)


def _unwrapped(found: jsontext.Found, name: str, wrappings: Sequence[Sequence[str]]) -> Iterator[Record | Problem]:
    inner = next((value for path in wrappings if (value := _at(found.value, path)) is not None), [found.value])
    for value in inner:
        if isinstance(value, dict):
            yield Record(value, name, found.line)
        else:
            yield jsontext.problem(name, found.line, "not a JSON object")


def _at(value: Any, path: Sequence[str]) -> list[Any] | None:
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value if isinstance(value, list) else [value] if isinstance(value, dict) and len(path) > 1 else None


def missing_pages(name: str, ends: Sequence[bool], told: str) -> Iterator[Problem]:
    """A warning where answers come page by page and none of them is the last; `ends` says of each whether it is."""
    if ends and not any(ends):
        hint = "fetch the other pages too, into the same file or folder"
        yield Problem("missing-pages", name, 0, f"not the whole list: {told}", hint, Severity.WARNING)


class Sorted(NamedTuple):
    """Records by key, one each, and what became of the others."""

    by_key: dict[str, Record]
    explained: list[base.Explained]
    problems: list[Problem]


def newest(
    records: Iterable[tuple[str, Record] | base.Explained | Problem],
    changed: Callable[[Record], str],
    same: Callable[[Record, Record], bool] = lambda one, other: True,
) -> Sorted:
    """One record a key: of two that are the `same` the one that `changed` last, for pages may overlap."""
    found = Sorted({}, [], [])
    for one in records:
        if isinstance(one, Problem):
            found.problems.append(one)
            continue
        if isinstance(one, base.Explained):
            found.explained.append(one)
            continue
        key, record = one
        other = found.by_key.get(key)
        if other is None:
            found.by_key[key] = record
        elif not same(record, other):
            hint = "import each by itself, with a --project of its own"
            found.problems.append(record.problem(f"{key} is another record than at {other.where}: {hint}"))
        else:
            newer, older = (other, record) if changed(other) > changed(record) else (record, other)
            found.by_key[key] = newer
            text = f"{newer.where} has a newer version of this record"
            found.explained.append(base.Explained(key, older.where, SUPERSEDED, text))
    return found


def when(record: Record, *names: str) -> str:
    """The first of these dates that there is, for comparing."""
    for name in names:
        at = clean.instant(jsontext.text(record.fields, name))
        if at is not None:
            return at.isoformat(timespec="microseconds")
    return ""


def with_blocked(
    issues: Iterable[base.ForeignIssue], blocks: Mapping[str, Sequence[str]], parents: Mapping[str, str]
) -> tuple[base.ForeignIssue, ...]:
    """The issues with relations that their other end tells.

    `blocks` has what each issue blocks: that depends on it where it is here, and is a link where it is not. `parents`
    has the parent of a child that does not name one.
    """
    found = list(issues)
    here = {one.key for one in found}
    needs: dict[str, list[str]] = {}
    for key, others in blocks.items():
        for other in others:
            needs.setdefault(other, []).append(key)
    return tuple(_related(one, needs.get(one.key, ()), blocks.get(one.key, ()), here, parents) for one in found)


def _related(
    one: base.ForeignIssue, needs: Sequence[str], blocks: Sequence[str], here: set[str], parents: Mapping[str, str]
) -> base.ForeignIssue:
    depends_on = dict.fromkeys(key for key in (*one.depends_on, *needs) if key != one.key)
    links = dict.fromkeys((*one.links, *(base.Link("blocks", key) for key in blocks if key not in here)))
    parent = one.parent or parents.get(one.key)
    return one._replace(depends_on=tuple(depends_on), links=tuple(links), parent=None if parent == one.key else parent)


def facts(fields: Mapping[str, Any], taken: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The fields without a place of their own, by the source's names."""
    for name, value in fields.items():
        if name not in taken and jsontext.says_something(value) and value is not False:
            yield clean.one_line(name), clean.block(jsontext.shown(value))


def mended(fields: Mapping[str, Any], texts: Iterable[str], dates: Iterable[str]) -> Iterator[str]:
    """What a report says of texts and dates that could not be kept as they were."""
    for name in texts:
        value = fields.get(name)
        if isinstance(value, str) and clean.REPLACEMENT in clean.block(value) and clean.REPLACEMENT not in value:
            yield f"{name}: control characters replaced"
    for name in dates:
        value = fields.get(name)
        if isinstance(value, str) and value and clean.instant(value) is None:
            yield f"{name}: not a date, left out"


def retitled(title: str) -> Iterator[str]:
    """What a report says of a title that was not one line."""
    if title.strip() != clean.one_line(title) or "\n" in title.strip(" "):
        yield "title: put on one line"
