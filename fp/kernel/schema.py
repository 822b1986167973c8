"""Tables of fields: raw values in, typed values and problems with path:line out; the same table as a JSON Schema.

Pure. Invariant: a value is read by its field's kind from the raw text, never by YAML's guesses; reading raises nothing,
and a wrong value is a Problem and reads as the field's default.

| kind | raw text | read as |
| --- | --- | --- |
| text | any one line that is not empty | str |
| choice | one of `choices` | str |
| path | relative, within the repository, with `/` | str |
| integer | `0`, `12`, `-3` | int |
| number | `3`, `-0.5`, `12.25` | float |
| bool | `true`, `false` | bool |
| duration | `500ms`, `30s`, `15m`, `2h`, `1d`, `1h30m` | float, in seconds |
| size | `10B`, `50MB` (powers of 1000), `64KiB` (of 1024) | int, in bytes |
| instant | `2026-11-22T23:15:01Z`, any zone | datetime in UTC |
| date | `2026-11-22` | date |
| list | a list, each item read by the field `item` | tuple |
| mapping | keys of `table`, or any keys with values read by `item` | dict |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from fp.kernel.problem import Problem
from fp.kernel.text import clip, safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from fp.kernel.yamlguard import Value

INTEGER_DIGITS_MAX = 15
TEXT_CHARACTERS_MAX = 10_000
DURATION_CHARACTERS_MAX = 40
WORD_CHARACTERS_MAX = 64
NEAR_CUTOFF = 0.6
HINTS_MAX = 20
"""Unknown keys of one file that get a near match; a search for each of thousands would take seconds."""
_SHOWN_COLUMNS = 40
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_BYTES = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


class Field(NamedTuple):
    """One key. `who` may write it and `help` says what it is for: both only for documents and schemas.

    `least` and `most` bound an integer, duration (seconds) or size (bytes), and the length of a list.
    """

    name: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    required: bool = False
    default: Any = None
    help: str = ""
    who: str = ""
    item: Field | None = None
    table: Table | None = None
    least: float | None = None
    most: float | None = None


class Table(NamedTuple):
    """The keys of one mapping, in the order in which they are documented."""

    fields: tuple[Field, ...]
    title: str = ""


class _Wrong(Exception):
    """A value that its field cannot have."""

    def __init__(self, message: str, hint: str):
        super().__init__(message)
        self.message = message
        self.hint = hint


class _Place(NamedTuple):
    """Where a value stands, and where what is wrong with it is told."""

    path: str
    lines: Mapping[str, int]
    problems: list[Problem]
    dotted: str = ""

    def below(self, name: str) -> _Place:
        return self._replace(dotted=f"{self.dotted}.{name}" if self.dotted else name)

    def tell(self, code: str, message: str, hint: str) -> None:
        """The line is that of the value, or of the nearest thing around it that has one."""
        at = self.dotted
        while at and at not in self.lines:
            at = at.rpartition(".")[0]
        self.problems.append(Problem(code, self.path, self.lines.get(at, 1), message, hint))


def read(
    table: Table, values: Mapping[str, Value], lines: Mapping[str, int], path: str
) -> tuple[dict[str, Any], list[Problem]]:
    """Every field of `table` with its value or default, and what is wrong.

    `lines` are a document's, with dotted paths for what is nested. An empty value is an absent one.
    """
    problems: list[Problem] = []
    return _mapping(table, values, _Place(path, lines, problems)), problems


def near(word: str, known: Iterable[str]) -> str:
    """A hint for a word that is not among the known ones: the one it is like, or all of them."""
    from difflib import get_close_matches

    names = list(known)
    likely = get_close_matches(word[:WORD_CHARACTERS_MAX].lower(), names, n=1, cutoff=NEAR_CUTOFF)
    return f"did you mean `{likely[0]}`?" if likely else f"known are {', '.join(names)}"


def json_schema(table: Table) -> dict[str, Any]:
    """The table as JSON Schema (draft 2020-12) of the file as a YAML reader sees it."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": table.title} | _object(table)


# -- values -----------------------------------------------------------------------------------------------------------


def _mapping(table: Table, values: Mapping[str, Value], place: _Place) -> dict[str, Any]:
    known = {field.name: field for field in table.fields}
    for key in values:
        if key not in known:
            hint = near(key, known) if len(place.problems) < HINTS_MAX else ""
            place.below(key).tell("unknown-key", f"unknown key `{_shown(key)}`", hint)
    return {name: _field(field, values.get(name), place.below(name)) for name, field in known.items()}


def _field(field: Field, value: Value, place: _Place) -> Any:
    if value is None:
        if field.required:
            place.tell("missing-value", f"`{_shown(place.dotted)}` is missing", field.help)
        return _default(field, place)
    try:
        return _read(field, value, place)
    except _Wrong as wrong:
        place.tell("wrong-value", f"`{_shown(place.dotted)}` {wrong.message}", wrong.hint)
        return _default(field, place)


def _default(field: Field, place: _Place) -> Any:
    """A mapping with known keys defaults to the defaults of its fields."""
    if field.table is None or field.default is not None:
        return field.default
    return _mapping(field.table, {}, place._replace(problems=[]))


def _read(field: Field, value: Value, place: _Place) -> Any:
    if field.kind == "list":
        return _list(field, value, place)
    if field.kind == "mapping":
        if not isinstance(value, dict):
            raise _Wrong("must be a mapping of keys to values", "write `key: value` lines below it")
        if field.table:
            return _mapping(field.table, value, place)
        item = field.item or Field("")
        return {key: _field(item, inner, place.below(key)) for key, inner in value.items()}
    if not isinstance(value, str):
        raise _Wrong("must be one value, not a list or a mapping", "write it behind the colon")
    return _SCALARS[field.kind](field, value)


def _list(field: Field, value: Value, place: _Place) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise _Wrong("must be a list", "write `[one, two]`, or one `- item` a line")
    _require_bounds(field, len(value), f"has {len(value)} items")
    item = (field.item or Field(""))._replace(required=True, help="remove the empty item")
    before = len(place.problems)
    items = tuple(_field(item, inner, place.below(str(index))) for index, inner in enumerate(value))
    return items if len(place.problems) == before else field.default


def _text(field: Field, value: str) -> str:
    text = value.strip()
    if not text:
        raise _Wrong("is empty", "write a text, or remove the quotes")
    if len(text) > TEXT_CHARACTERS_MAX:
        raise _Wrong(f"has more than {TEXT_CHARACTERS_MAX:,} characters", "shorten it")
    if not text.isprintable() and any(_breaks_line(character) for character in text):
        raise _Wrong("holds a control character or a line break", "write it on one line")
    return text


def _breaks_line(character: str) -> bool:
    return character < " " or "\x7f" <= character <= "\x9f" or character in "\u2028\u2029"


def _choice(field: Field, value: str) -> str:
    if value not in field.choices:
        raise _Wrong(f"cannot be `{_shown(value)}`", near(value, field.choices))
    return value


def _path(field: Field, value: str) -> str:
    text = _text(field, value)
    parts = text.rstrip("/").split("/")
    if "\\" in text or text.startswith(("/", "~")) or any(part in ("", ".", "..") for part in parts):
        raise _Wrong(f"is not a path within the repository: `{_shown(text)}`", "write it from the top, as `docs/a.md`")
    return text


def _integer(field: Field, value: str) -> int:
    digits = value.removeprefix("-")
    if not _is_number(digits) or (digits[0] == "0" and digits != "0"):
        raise _Wrong(f"must be a whole number, not `{_shown(value)}`", "write digits only, as `3`")
    number = int(value)
    _require_bounds(field, number, f"is {number}")
    return number


def _number(field: Field, value: str) -> float:
    whole, dot, part = value.removeprefix("-").partition(".")
    if not _is_number(whole) or (whole[0] == "0" and whole != "0") or (dot and not _is_number(part)):
        raise _Wrong(f"must be a number, not `{_shown(value)}`", "write digits, and a point before decimals, as `2.5`")
    number = float(value)
    _require_bounds(field, number, f"is {number:g}")
    return number


def _bool(field: Field, value: str) -> bool:
    if value.lower() not in ("true", "false"):
        raise _Wrong(
            f"must be `true` or `false`, not `{_shown(value)}`", "other words mean different things to readers"
        )
    return value.lower() == "true"


def _duration(field: Field, value: str) -> float:
    seconds = 0.0
    rest = value.replace(" ", "") if len(value) <= DURATION_CHARACTERS_MAX else ""
    wrong = not rest
    while rest and not wrong:
        number, unit, rest = _amount(rest)
        wrong = unit not in _SECONDS
        seconds += 0.0 if wrong else int(number) * _SECONDS[unit]
    if wrong:
        raise _Wrong(f"must be a duration, not `{_shown(value)}`", "write a number and ms, s, m, h or d, as `15m`")
    _require_bounds(field, seconds, f"is {seconds:g} seconds")
    return seconds


def _size(field: Field, value: str) -> int:
    number, unit, rest = _amount(value.replace(" ", ""))
    if unit not in _BYTES or rest:
        raise _Wrong(f"must be a size, not `{_shown(value)}`", "write a number and B, KB, MB, GB, KiB, MiB or GiB")
    size = int(number) * _BYTES[unit]
    _require_bounds(field, size, f"is {size:,} bytes")
    return size


def _instant(field: Field, value: str) -> Any:
    from fp.kernel.clock import parse_instant

    at = parse_instant(value) if len(value) > len("2026-11-22") else None
    if at is None:
        raise _Wrong(f"must be an instant, not `{_shown(value)}`", "write it in UTC, as `2026-11-22T23:15:01Z`")
    return at


def _date(field: Field, value: str) -> Any:
    from datetime import date

    try:
        if len(value) == len("2026-11-22") and value[4] == value[7] == "-":
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise _Wrong(f"must be a date, not `{_shown(value)}`", "write year, month and day, as `2026-11-22`")


_SCALARS: dict[str, Callable[[Field, str], Any]] = {
    "text": _text,
    "choice": _choice,
    "path": _path,
    "integer": _integer,
    "number": _number,
    "bool": _bool,
    "duration": _duration,
    "size": _size,
    "instant": _instant,
    "date": _date,
}


def _amount(text: str) -> tuple[str, str, str]:
    """Leading digits, the letters behind them, and the rest; three empty texts if it does not start like that."""
    digits = text[: len(text) - len(text.lstrip("0123456789"))]
    behind = text[len(digits) :]
    letters = len(behind) - len(behind.lstrip("BGKMabcdefghijklmnopqrstuvwxyz"))
    return (digits, behind[:letters], behind[letters:]) if _is_number(digits) else ("", "", "")


def _is_number(digits: str) -> bool:
    return 0 < len(digits) <= INTEGER_DIGITS_MAX and digits.isascii() and digits.isdecimal()


def _require_bounds(field: Field, number: float, what: str) -> None:
    if field.least is not None and number < field.least:
        raise _Wrong(what, f"at least {field.least:g}")
    if field.most is not None and number > field.most:
        raise _Wrong(what, f"at most {field.most:g}")


def _shown(text: str) -> str:
    return clip(safe(text), _SHOWN_COLUMNS)


# -- JSON Schema ------------------------------------------------------------------------------------------------------


def _object(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {field.name: _described(field) for field in table.fields},
        "additionalProperties": False,
    }
    required = [field.name for field in table.fields if field.required]
    return schema | ({"required": required} if required else {})


def _described(field: Field) -> dict[str, Any]:
    schema = _type(field)
    if not field.required:
        schema = {"anyOf": [schema, {"type": "null"}]}
    said = f"{field.help} Written by: {field.who}.".strip() if field.who else field.help
    return ({"description": said} if said else {}) | schema


def _type(field: Field) -> dict[str, Any]:
    match field.kind:
        case "list":
            return {"type": "array", "items": _type(field.item or Field(""))} | _bounds(field, "minItems", "maxItems")
        case "mapping":
            return _object(field.table) if field.table else _free(field)
        case "choice":
            return {"enum": list(field.choices)}
        case "integer" | "number":
            return {"type": field.kind} | _bounds(field, "minimum", "maximum")
        case "bool":
            return {"type": "boolean"}
        case "instant" | "date":
            return {"type": "string", "format": "date-time" if field.kind == "instant" else "date"}
        case _:
            return {"type": "string"}


def _bounds(field: Field, least: str, most: str) -> dict[str, float]:
    bounds = {least: field.least, most: field.most}
    return {name: bound for name, bound in bounds.items() if bound is not None}


def _free(field: Field) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": _type(field.item or Field(""))}
