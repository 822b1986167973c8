"""`key=value`, `key+=item`, `key-=item`, `+label`, `-label`: changes of fields as people type them, planned. Pure.

The edit touches the bytes of the values that change. The result is read again before it counts: an edit that would
make the file unreadable is refused with what the reader says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from fp import properties
from fp.codec import LISTS, field_value, put, read_issue
from fp.kernel import frontmatter
from fp.kernel.errors import Refused, Usage
from fp.kernel.problem import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from fp.config import Config
    from fp.kernel.yamlguard import Value
    from fp.model import Issue

SET = "="
ADD = "+="
REMOVE = "-="
LABELS = "labels"
ID_KEYS = frozenset({"parent", "depends_on"})
"""Keys whose values name issues: they may be cut and in any case."""
FIXED = {
    "id": "an id never changes; make a new issue instead",
    "created": "it says when the issue was made",
    "body": "edit the file",
}
_WORD = re.compile(r"([A-Za-z_][\w-]*?)(\+=|-=|=)(.*)", re.DOTALL)


class Assignment(NamedTuple):
    """One change of one key: `op` is `=`, `+=` or `-=`; `values` are the items, or at most one text."""

    key: str
    op: str
    values: tuple[str, ...]


class Changed(NamedTuple):
    """The new bytes, and each change in words."""

    data: bytes
    words: tuple[str, ...]


def parse(words: Sequence[str]) -> tuple[list[str], list[Assignment]]:
    """The ids and the changes among the words of a command line, both in their order."""
    ids: list[str] = []
    changes: list[Assignment] = []
    for word in words:
        match = _WORD.fullmatch(word)
        if match is not None:
            changes.append(Assignment(match[1], match[2], _values(match[1], match[2], match[3])))
        elif word[:1] in ("+", "-") and word[1:]:
            changes.append(Assignment(LABELS, ADD if word[0] == "+" else REMOVE, (word[1:],)))
        else:
            ids.append(word)
    return ids, changes


def _values(key: str, op: str, text: str) -> tuple[str, ...]:
    """Items after commas for a list, which `+=` and `-=` imply; else the text as it is."""
    if key not in LISTS and op == SET:
        return (text.strip(),) if text.strip() else ()
    return tuple(item.strip() for item in text.split(",") if item.strip())


def apply(
    issue: Issue, data: bytes, changes: Sequence[Assignment], config: Config, named: Callable[[str], str]
) -> Changed:
    """Apply the changes to the issue's file, which holds `data`. `named` gives the full id that a typed one names."""
    wanted: dict[str, str | list[str] | None] = {}
    for change in changes:
        _require_settable(issue, change, config)
        values = _meant(change, config, named)
        current = wanted[change.key] if change.key in wanted else _current(issue, change.key)
        wanted[change.key] = _next(current, change._replace(values=values), is_list=_is_list(change.key, config))
    edits = [put(key, value) for key, value in wanted.items() if value != _current(issue, key)]
    if not edits:
        return Changed(data, ())
    new = frontmatter.edit(data, edits)
    _require_readable(issue, new, config, wanted)
    return Changed(new, tuple(_said(edit.key, _current(issue, edit.key), wanted[edit.key]) for edit in edits))


def _meant(change: Assignment, config: Config, named: Callable[[str], str]) -> tuple[str, ...]:
    """The values in full: items after commas for a list of one's own, ids that a typed one names."""
    values = change.values
    if properties.is_list(change.key, config):
        values = tuple(item.strip() for one in values for item in one.split(",") if item.strip())
    full = change.key in ID_KEYS or properties.names_issues(change.key, config)
    return tuple(named(value) for value in values) if full and change.op != REMOVE else values


def own_values(changes: Sequence[Assignment], config: Config, named: Callable[[str], str]) -> dict[str, Value]:
    """Properties of a new issue, as typed. Usage for any other key, and where something is added or taken away."""
    found: dict[str, Value] = {}
    for change in changes:
        if change.key not in config.properties or change.op != SET:
            from fp.kernel.schema import near

            hint = near(change.key, config.properties) if config.properties else "declare it in .issues/config.yaml"
            raise Usage(f"no property `{change.key}` that --set could set", hint=hint, reason="unknown-key")
        values = _meant(change, config, named)
        if values:
            found[change.key] = list(values) if properties.is_list(change.key, config) else values[0]
    return found


def require_properties(issue: Issue, config: Config, keys: Collection[str] | None = None) -> None:
    """Refused where a value of these properties (of all) is not of its kind, or one that is needed is missing."""
    found = properties.wrong(issue, config, keys)
    found += [problem for key, problem in properties.missing(issue, config) if keys is None or key in keys]
    if found:
        raise Refused(found[0].message, hint=found[0].hint or None, reason=found[0].code)


def _require_settable(issue: Issue, change: Assignment, config: Config) -> None:
    key = change.key
    if key in FIXED:
        raise Usage(f"`{key}` is not changed so", hint=FIXED[key], reason="fixed-key")
    known = (*_OWN, *config.properties, *issue.extra)
    if key not in known:
        from fp.kernel.schema import near

        raise Usage(f"no field `{key}`", hint=near(key, known), reason="unknown-key")
    if change.op != SET and not _is_list(key, config) and not isinstance(issue.extra.get(key), list):
        raise Usage(f"`{key}` is not a list", hint=f"{key}=VALUE", reason="not-a-list")


_OWN = (
    "title", "type", "priority", "assignees", "labels", "parent", "depends_on", "touches", "milestone", "due",
    "estimate", "dispatch", "external",
)  # fmt: skip


def _is_list(key: str, config: Config) -> bool:
    return key in LISTS or properties.is_list(key, config)


def _current(issue: Issue, key: str) -> str | list[str] | None:
    """The value as it stands, a list in the file's own order."""
    if key in LISTS:
        return list(getattr(issue, key)) or None
    if key in _OWN:
        return field_value(issue, key)
    value = issue.extra.get(key)
    if isinstance(value, dict) or (isinstance(value, list) and not all(isinstance(item, str) for item in value)):
        raise Refused(f"`{key}` holds more than a text or a list", hint="edit the file", reason="cannot-edit")
    return [str(item) for item in value] if isinstance(value, list) else value


def _next(current: str | list[str] | None, change: Assignment, *, is_list: bool) -> str | list[str] | None:
    if change.op == SET and not is_list:
        return change.values[0] if change.values else None
    if change.op == SET:
        return sorted(set(change.values)) or None
    items = current if isinstance(current, list) else [current] if current is not None else []
    if change.op == REMOVE:
        return [item for item in items if item not in change.values] or None
    more = [value for value in dict.fromkeys(change.values) if value not in items]
    return sorted([*items, *more]) if items == sorted(items) else [*items, *more]


def _require_readable(issue: Issue, data: bytes, config: Config, changed: Collection[str]) -> None:
    read, problems = read_issue(issue.path, data, config)
    for problem in problems:
        if problem.severity is Severity.ERROR:
            raise Refused(problem.message, hint=problem.hint or None, reason=problem.code)
    assert read is not None, "a file without errors is an issue"
    if issue.id in read.depends_on or issue.id == read.parent:
        raise Refused(f"{issue.id} cannot wait for itself", reason="circle")
    require_properties(read, config, changed)


def _said(key: str, old: str | list[str] | None, new: str | list[str] | None) -> str:
    """`priority: low -> high`, `labels: +a -b`."""
    if isinstance(old, list) or isinstance(new, list):
        before, after = _items(old), _items(new)
        added = [f"+{item}" for item in after if item not in before]
        removed = [f"-{item}" for item in before if item not in after]
        return f"{key}: {' '.join((*added, *removed)) or 'in another order'}"
    return f"{key}: {old or 'none'} -> {new or 'none'}"


def _items(value: str | list[str] | None) -> list[str]:
    return value if isinstance(value, list) else [value] if value is not None else []
