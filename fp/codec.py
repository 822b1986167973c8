"""Between an issue's file and an `Issue`: reading, the layout of a new file, byte-exact edits, ids as people type them.

Pure; uses the kernel's front matter. Values are read from the raw text by the table below, never by YAML's guesses. A
value that cannot be read is a problem with path:line and there is no `Issue` then: nothing acts on half a file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from fp.kernel import frontmatter
from fp.kernel.clock import instant, parse_instant
from fp.kernel.problem import Problem, Severity
from fp.model import (
    ARCHIVE_FOLDER,
    DISPATCHES,
    ID_LENGTH,
    ISSUES_FOLDER,
    PRIORITIES,
    TYPES,
    Issue,
    is_issue_id,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from fp.config import Config
    from fp.kernel.frontmatter import Document
    from fp.kernel.yamlguard import Value

LAYOUT: tuple[tuple[str, ...], ...] = (
    ("id", "title", "created", "status", "type", "priority"),
    ("assignees",),
    ("labels",),
    ("parent",),
    ("depends_on",),
    ("touches",),
    ("milestone",),
    ("due",),
    ("estimate",),
    ("dispatch",),
    ("external",),
)
"""Keys in the order of a new file, a blank line between groups. Chosen for merging: of 91 pairs of compatible edits
plain git conflicts in 1; with adjacent groups in 7, with an `updated` key in all."""
OPTIONAL = frozenset({"external", "milestone", "due", "estimate"})
"""Groups that a new file leaves out where there is no value."""
LISTS = frozenset({"assignees", "labels", "depends_on", "touches", "external"})
WORD_LENGTH_MIN = 3
NEAR_IDS_MAX = 5
NOT_ADOPTED = "not-adopted"

_ESTIMATE = re.compile(r"\d{1,6}(?:\.\d{1,2})?|\d{1,6}[wdhm](?: ?\d{1,6}[wdhm]){0,3}", re.ASCII)
_PART = re.compile(r"(\d+)([wdhm])", re.ASCII)
_HOURS = {"w": 40.0, "d": 8.0, "h": 1.0, "m": 1 / 60}
_KEYS = tuple(key for group in LAYOUT for key in group)


class _Unreadable(Exception):
    """A value that its key cannot have. `item` is the position in a list, None for the whole value."""

    def __init__(self, code: str, message: str, hint: str = "", item: int | None = None):
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.item = item


# -- reading ----------------------------------------------------------------------------------------------------------


def read_issue(path: str, data: bytes, config: Config) -> tuple[Issue | None, list[Problem]]:
    """Read one file of `.issues/`; None when it is not an issue or a value cannot be read, and the problems say why.

    Unknown keys that the settings do not declare are warnings. Where a file lies and what its id refers to is not
    judged here (`fp.check`).
    """
    document, found = frontmatter.parse(data, path)
    if document is None:
        return None, found
    if not document.has_header and not document.body.strip():
        return None, [Problem("empty-file", path, 0, "the file is empty", "write a title, or remove it")]
    if document.fields.get("id") is None:
        return None, [*found, _not_adopted(document, path)]
    values, extra, wrong = read_fields(document, path, config)
    found += wrong
    if "title" not in values and not document.fields.get("title"):
        title = body_title(document.body)
        if title is None:
            found.append(Problem("no-title", path, document.header_line, "no title", "write `title: ...`"))
        else:
            values["title"] = title
    if any(problem.severity is Severity.ERROR for problem in found):
        return None, found
    body = document.body.replace("\r\n", "\n") if "\r" in document.body else document.body
    return Issue(**values, extra=extra, body=body, path=path, lines=document.lines, body_line=document.body_line), found


def read_fields(
    document: Document, path: str, config: Config
) -> tuple[dict[str, Any], dict[str, Value], list[Problem]]:
    """The values of a header by the keys of the format, its other keys as they are, and what is wrong with either."""
    values: dict[str, Any] = {}
    extra: dict[str, Value] = {}
    found: list[Problem] = []
    for key, value in document.fields.items():
        read = _READERS.get(key)
        if read is None:
            extra[key] = value
        elif value is not None and value != []:
            try:
                values[key] = read(value, config)
            except _Unreadable as error:
                found.append(_unreadable(error, document, path, key))
    if extra:
        found += _unknown_keys(extra, document, path, config)
    return values, extra, found


def body_title(body: str) -> str | None:
    """The title by the first `# ` line of a body."""
    from fp.kernel.markdown import first_title

    return first_title(body)


def _not_adopted(document: Document, path: str) -> Problem:
    hint = "`fp check --fix` adopts it"
    return Problem(NOT_ADOPTED, path, document.header_line or 1, "the file has no id yet", hint)


def _unreadable(error: _Unreadable, document: Document, path: str, key: str) -> Problem:
    whole = document.lines.get(key, document.header_line)
    line = whole if error.item is None else document.lines.get(f"{key}.{error.item}", whole)
    return Problem(error.code, path, line, error.message, error.hint)


def _unknown_keys(extra: Mapping[str, Value], document: Document, path: str, config: Config) -> list[Problem]:
    problems = []
    for key in extra:
        if key not in config.properties:
            near = _near(key, (*_KEYS, *config.properties))
            hint = f"did you mean `{near[0]}`?" if near else "declare it under `properties:` in .issues/config.yaml"
            line = document.lines.get(key, document.header_line)
            problems.append(Problem("unknown-key", path, line, f"unknown key `{key}`", hint, Severity.WARNING))
    return problems


def _near(word: str, known: Iterable[str], count: int = 1) -> list[str]:
    import difflib  # cold start: only a mistake needs it

    return difflib.get_close_matches(word, list(known), n=count, cutoff=0.6)


def _text(value: Value, config: Config) -> str:
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise _Unreadable("bad-value", "must be one text")


def _issue_id(value: Value, config: Config) -> str:
    if isinstance(value, str) and is_issue_id(value):
        return value
    shape = f"{config.prefix}- and {ID_LENGTH} characters of 0-9 a-z without i l o u, such as {config.prefix}-k3v9q2m"
    raise _Unreadable("bad-id", f"not an issue id: {_shown(value)}", f"an id is {shape}")


def _choice(noun: str, allowed: Callable[[Config], tuple[str, ...]]) -> Callable[[Value, Config], str]:
    def read(value: Value, config: Config) -> str:
        choices = allowed(config)
        if isinstance(value, str) and value in choices:
            return value
        near = _near(value.lower(), choices) if isinstance(value, str) else []
        hint = f"did you mean {near[0]}? " if near else ""
        raise _Unreadable(f"unknown-{noun}", f"unknown {noun} {_shown(value)}", f"{hint}one of {', '.join(choices)}")

    return read


def _created(value: Value, config: Config) -> datetime:
    at = parse_instant(value) if isinstance(value, str) else None
    if at is None:
        raise _Unreadable("bad-date", f"not a date and time: {_shown(value)}", "write it as 2026-11-22T23:15:01Z")
    return at


def _items(value: Value) -> list[Value]:
    """A list's items; one text stands for a list of one, unless it looks like several."""
    if isinstance(value, list):
        return value
    if isinstance(value, str) and "," not in value:
        return [value]
    raise _Unreadable("bad-value", "must be a list", "one item a line, each after `- `, or `[a, b]`")


def _texts(value: Value, config: Config) -> tuple[str, ...]:
    items = _items(value)
    for position, item in enumerate(items):
        if not isinstance(item, str) or not item.strip():
            raise _Unreadable("bad-value", "an item must be one text", item=position)
    return tuple(item.strip() for item in items if isinstance(item, str))


def _issue_ids(value: Value, config: Config) -> tuple[str, ...]:
    items = _texts(value, config)
    for position, item in enumerate(items):
        if not is_issue_id(item):
            raise _Unreadable("bad-id", f"not an issue id: {_shown(item)}", "write ids in full", item=position)
    return items


def _paths(value: Value, config: Config) -> tuple[str, ...]:
    items = _texts(value, config)
    for position, item in enumerate(items):
        if item.startswith(("/", "~")) or ".." in item.split("/") or "\\" in item or "\0" in item:
            hint = "a path or pattern below the repository's root, such as `src/**`"
            raise _Unreadable("bad-path", f"not a path inside the repository: {_shown(item)}", hint, item=position)
    return items


def _day(value: Value, config: Config) -> str:
    if isinstance(value, str) and is_day(value):
        return value
    raise _Unreadable("bad-date", f"not a day: {_shown(value)}", "write it as 2026-12-01")


def is_day(text: str) -> bool:
    """Whether the text is a day of the calendar, `2026-12-01`."""
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _estimate(value: Value, config: Config) -> str:
    if isinstance(value, str) and is_estimate(value):
        return value
    hint = "a time in w, d, h and m, such as `3d 4h`, or a number of points, such as `5`"
    raise _Unreadable("bad-estimate", f"not an estimate: {_shown(value)}", hint)


def is_estimate(text: str) -> bool:
    """Whether the text is a time in weeks, days, hours and minutes, such as `3d 4h`, or a number of points."""
    return _ESTIMATE.fullmatch(text) is not None


def size_of(estimate: str) -> float:
    """An estimate for comparing: hours of work, at 5 days of 8 hours a week, or points; endless for what is none."""
    parts = _PART.findall(estimate)
    if not is_estimate(estimate):
        return float("inf")
    return sum(int(count) * _HOURS[unit] for count, unit in parts) if parts else float(estimate)


def _shown(value: Value) -> str:
    return repr(value if isinstance(value, str) else "a list" if isinstance(value, list) else "a mapping")


_READERS: Mapping[str, Callable[[Value, Config], Any]] = {
    "id": _issue_id,
    "title": _text,
    "created": _created,
    "status": _choice("status", lambda config: config.workflow.statuses),
    "type": _choice("type", lambda config: TYPES),
    "priority": _choice("priority", lambda config: PRIORITIES),
    "assignees": _texts,
    "labels": _texts,
    "parent": _issue_id,
    "depends_on": _issue_ids,
    "touches": _paths,
    "dispatch": _choice("dispatch", lambda config: DISPATCHES),
    "external": _texts,
    "milestone": _text,
    "due": _day,
    "estimate": _estimate,
}


# -- writing ----------------------------------------------------------------------------------------------------------


def new_issue_bytes(issue: Issue) -> bytes:
    """The file of a new issue: every group of the layout, empty where unset, lists sorted, then the body."""
    assert set(issue.extra).isdisjoint(_KEYS), "a key of the format among the extra keys"
    fields: list[tuple[str, str | list[str] | None] | None] = []
    for group in LAYOUT:
        rows = [(key, field_value(issue, key)) for key in group]
        if rows[0][1] or rows[0][0] not in OPTIONAL:
            fields += [*([None] if fields else []), *rows]
    extra = [(key, _plain(value)) for key, value in issue.extra.items()]
    body = issue.body.strip("\n")
    return frontmatter.render([*fields, *([None, *extra] if extra else [])], f"\n{body}\n" if body else "\n")


def field_value(issue: Issue, key: str) -> str | list[str] | None:
    """A field as a file says it: text, sorted items, or None where unset."""
    value = getattr(issue, key)
    if key in LISTS:
        return sorted(set(value)) or None
    if key == "created":
        return None if value is None else instant(value)
    return None if value is None else str(value)


def _plain(value: Value) -> str | list[str] | None:
    assert not isinstance(value, dict), "an own key holds a text or a list"
    return [str(item) for item in value] if isinstance(value, list) else value


def with_fields(data: bytes, changes: Mapping[str, str | Sequence[str] | None]) -> bytes:
    """The file with each key set to its value, None for empty; all other bytes stay. Refused when that cannot be.

    A key that the file does not have is put where the layout has it. A key whose value is that already is left alone.
    """
    return frontmatter.edit(data, [put(key, value) for key, value in changes.items()])


def put(key: str, value: str | Sequence[str] | None) -> frontmatter.Put:
    """The edit that sets one key, told which keys the layout has before it."""
    plain = value if value is None or isinstance(value, str) else list(value)
    # Where nothing of `after` is in the file a key goes to the top: for `id`, which nothing precedes, by naming itself.
    before = _KEYS[: _KEYS.index(key)] or (key,) if key in _KEYS else _KEYS
    return frontmatter.Put(key, plain, after=before)


# -- ids as people type them ------------------------------------------------------------------------------------------


class Ambiguous(NamedTuple):
    """More than one id starts so."""

    word: str
    ids: tuple[str, ...]


class Unknown(NamedTuple):
    """No id starts so; `near` are those a mistake away."""

    word: str
    near: tuple[str, ...]


def resolve(ids: Collection[str], word: str) -> str | Ambiguous | Unknown:
    """The id that a person means: in full or a prefix of `WORD_LENGTH_MIN` or more, with or without `FP-`, any case.

    Letters that Crockford's alphabet leaves out are read as the digits they look like (o as 0, i and l as 1).
    """
    if word in ids:
        return word
    prefix, stem = split_word(word)
    inside = f"-{stem}"
    matching = [
        one
        for one in ids
        if inside in one and one.partition("-")[2].startswith(stem) and (not prefix or one.partition("-")[0] == prefix)
    ]
    if len(stem) < WORD_LENGTH_MIN or not matching:
        return Unknown(word, near_ids(sorted(ids), stem))
    return matching[0] if len(matching) == 1 else Ambiguous(word, tuple(sorted(matching)))


def split_word(word: str) -> tuple[str, str]:
    """A typed id as (prefix or "", the characters after it in the alphabet's own spelling)."""
    head, dash, tail = word.strip().rpartition("-")
    stem = tail.lower().translate(str.maketrans("oil", "011"))
    return (head.upper() if dash else ""), stem


def near_ids(known: Iterable[str], stem: str) -> tuple[str, ...]:
    """Ids that the typed characters may have meant."""
    by_stem: dict[str, list[str]] = {}
    for one in known:
        by_stem.setdefault(one.partition("-")[2], []).append(one)
    starts = [one for found, ones in by_stem.items() if stem and found.startswith(stem[:2]) for one in ones]
    close = [one for found in _near(stem, by_stem, NEAR_IDS_MAX) for one in by_stem[found]]
    return tuple(dict.fromkeys([*close, *starts]))[:NEAR_IDS_MAX]


def id_of_path(path: str) -> str | None:
    """The id that a file's name says, for a file directly in `.issues/` or its archive; None for any other name."""
    folder, _, name = path.rpartition("/")
    stem = name.removesuffix(".md")
    return stem if folder in (ISSUES_FOLDER, ARCHIVE_FOLDER) and name.endswith(".md") and is_issue_id(stem) else None
