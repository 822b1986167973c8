"""YAML without YAML's guesses: guarded parser events become raw texts, each with its line.

The only module that imports PyYAML; its own importers load it on first use, because that import costs more than a bare
interpreter. Pure. Invariant: hostile text ends in `Broken` after a bounded number of events and never recurses deeper
than `DEPTH_MAX`. libyaml's loader, not its parser, overflows the C stack on 25,000 nested brackets: none is used.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

from yaml import YAMLError
from yaml.error import MarkedYAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from yaml.reader import ReaderError

from fp.kernel.errors import External
from fp.kernel.text import clip, safe

try:
    from yaml._yaml import CParser
except ImportError as error:  # pragma: no cover - the pure-Python parser reads some texts differently: no fallback
    hint = "install PyYAML from a wheel: pip install --only-binary :all: --force-reinstall pyyaml"
    raise External("PyYAML was built without libyaml", hint=hint) from error

if TYPE_CHECKING:
    from collections.abc import Iterator

Event = Any  # the stubs say that an event may lack marks; the parser always sets them

Value = str | None | list["Value"] | dict[str, "Value"]
"""A raw scalar text, never typed (`no`, `0123`, `12:30` stay text); None for an empty plain value, `~` and `null`."""

DEPTH_MAX = 8
"""Levels of lists and mappings, the outermost mapping included."""
EVENTS_MAX = 20_000
"""Parser events of one text; the largest sensible settings file has a few thousand."""

_STARTS = (MappingStartEvent, SequenceStartEvent)
_ENDS = (MappingEndEvent, SequenceEndEvent)
_NOTHING = frozenset(("", "~", "null", "Null", "NULL"))
KEY_CHARACTERS_MAX = 256
"""A longer key is refused, so that the dotted paths of its children stay small."""

_NAME_COLUMNS = 60
_YAML_BREAKS = "\x85\u2028\u2029"


class Broken(Exception):
    """The text cannot be read. `line` counts from 1 within the text; `code` is a stable slug."""

    def __init__(self, line: int, code: str, message: str, hint: str = ""):
        super().__init__(message)
        self.line = line
        self.code = code
        self.message = message
        self.hint = hint


class Node(NamedTuple):
    """A value's place: `start:end` in characters covers its text without blank lines or comments behind it.

    `style` is plain, single, double, literal, folded, flow-list, block-list, flow-mapping or block-mapping. `items`
    are a list's items, or a mapping's keys and values in turn. `text` is a scalar's raw text.
    """

    style: str
    start: int
    end: int
    text: str
    items: tuple[Node, ...]


class Entry(NamedTuple):
    """One `key: value` of the outermost mapping."""

    key: Node
    value: Node


def read_mapping(text: str) -> tuple[dict[str, Value], dict[str, int]]:
    """The values of the outermost mapping and each key's line, counted from 1.

    Lines of what is nested stand under dotted paths (`depends_on.1`, `people.ann`). A text with no content has no
    values. Raises `Broken`: syntax, a duplicate key, an anchor, alias or tag, too deep, too much, not a mapping.
    """
    lines: dict[str, int] = {}
    try:
        values = _read(text, lines)
    except Broken as broken:
        raise _located(broken, text) from None
    return values, lines


def layout(text: str) -> tuple[Entry, ...] | None:
    """Where each top-level key and value stands; None when the mapping is written in braces. Raises `Broken`."""
    events = _events(text)
    first = next(events, None)
    if first is None:
        return ()
    _require_mapping(first)
    root = _node(first, events)
    if root.style == "flow-mapping":
        return None
    return tuple(Entry(key, value) for key, value in zip(root.items[::2], root.items[1::2], strict=True))


def _read(text: str, lines: dict[str, int]) -> dict[str, Value]:
    events = _events(text)
    first = next(events, None)
    if first is None:
        return {}
    _require_mapping(first)
    values = _mapping(events, "", lines)
    for _ in events:
        pass
    return values


def _require_mapping(event: Event) -> None:
    if type(event) is not MappingStartEvent:
        hint = "write one `key: value` a line"
        raise Broken(_line(event), "yaml-mapping", "this is not a mapping of keys to values", hint)


def _mapping(events: Iterator[Event], path: str, lines: dict[str, int]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for event in events:
        if type(event) is MappingEndEvent:
            break
        key = _key(event, values)
        place = path + key
        if path:
            lines.setdefault(place, _line(event))
        else:
            lines[place] = _line(event)
        values[key] = _value(next(events), events, place, lines)
    return values


def _key(event: Event, values: dict[str, Value]) -> str:
    if type(event) is not ScalarEvent:
        raise Broken(_line(event), "yaml-key", "a key must be text, not a list or a mapping", "quote it")
    key: str = event.value
    if not key or len(key) > KEY_CHARACTERS_MAX:
        raise Broken(_line(event), "yaml-key", f"a key must have 1 to {KEY_CHARACTERS_MAX} characters", "shorten it")
    if key == "<<":
        raise Broken(_line(event), "yaml-key", "the merge key `<<` is not read", "write the fields out")
    if key in values:
        name = clip(safe(key), _NAME_COLUMNS)
        raise Broken(_line(event), "yaml-duplicate-key", f"the key `{name}` is there twice", "keep one of the two")
    return key


def _value(event: Event, events: Iterator[Event], place: str, lines: dict[str, int]) -> Value:
    kind = type(event)
    if kind is ScalarEvent:
        text: str = event.value
        return None if text in _NOTHING and not event.style else text
    if kind is MappingStartEvent:
        return _mapping(events, place + ".", lines)
    items: list[Value] = []
    for child in events:
        if type(child) is SequenceEndEvent:
            break
        item_place = f"{place}.{len(items)}"
        lines.setdefault(item_place, _line(child))
        items.append(_value(child, events, item_place, lines))
    return items


def _node(event: Event, events: Iterator[Event]) -> Node:
    start, end = event.start_mark.index, event.end_mark.index
    if type(event) is ScalarEvent:
        return Node(_SCALAR_STYLES[event.style or ""], start, end, event.value, ())
    items = []
    for child in events:
        if type(child) in _ENDS:
            end = child.end_mark.index
            break
        items.append(_node(child, events))
    flow = event.flow_style
    if not flow and items:
        end = items[-1].end
    style = ("flow-" if flow else "block-") + ("list" if type(event) is SequenceStartEvent else "mapping")
    return Node(style, start, end, "", tuple(items))


_SCALAR_STYLES = {"": "plain", "'": "single", '"': "double", "|": "literal", ">": "folded"}


def _events(text: str) -> Iterator[Event]:
    """The nodes' events of the only document; everything that could surprise a reader is `Broken`."""
    _require_characters(text)
    events = _raw_events(_parser(text), text)
    if not text.isascii() and any(character in text for character in _YAML_BREAKS):
        events = _true_lines(events, text)
    depth = documents = 0
    for event in events:
        kind = type(event)
        if kind is ScalarEvent:
            _require_bare(event)
        elif kind in _STARTS:
            _require_bare(event)
            depth += 1
            if depth > DEPTH_MAX:
                raise Broken(_line(event), "yaml-depth", f"nested more than {DEPTH_MAX} levels deep", "flatten it")
        elif kind in _ENDS:
            depth -= 1
        elif kind is AliasEvent:
            raise Broken(_line(event), "yaml-alias", "an alias (`*name`) is not read", "write the value out")
        elif kind is StreamEndEvent:
            return
        else:
            documents += kind is DocumentStartEvent
            if documents > 1:
                raise Broken(_line(event), "yaml-document", "a second YAML document starts here", "keep one document")
            continue
        yield event
    raise Broken(_line(event), "yaml-size", f"more than {EVENTS_MAX} YAML events", "split it up")


def _parser(text: str) -> CParser:
    try:
        return CParser(text)
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise Broken(line, "yaml-character", "half of a surrogate pair is not a character", "remove it") from None


def _raw_events(parser: CParser, text: str) -> Iterator[Event]:
    for _ in range(EVENTS_MAX):
        try:
            event = parser.get_event()
        except YAMLError as error:
            raise _broken(error, text) from None
        yield event


def _require_characters(text: str) -> None:
    """What would make the parser's positions differ from ours, or a line another line."""
    if "\r" in text and "\r" in text.replace("\r\n", ""):
        hint = "end lines with LF or CRLF"
        raise Broken(_bare_return_line(text), "yaml-line-break", "a bare carriage return breaks the line", hint)
    if text.startswith("\ufeff"):
        raise Broken(1, "yaml-character", "a byte order mark stands inside the text", "remove it")


def _bare_return_line(text: str) -> int:
    lines = text.replace("\r\n", "\n").split("\n")
    return next(number for number, line in enumerate(lines, 1) if "\r" in line)


def _require_bare(event: Event) -> None:
    if event.anchor is not None:
        raise Broken(_line(event), "yaml-anchor", "an anchor (`&name`) is not read", "remove it, or quote the text")
    if event.tag is not None:
        raise Broken(_line(event), "yaml-tag", "a tag (`!name`) is not read", "remove it: every value is read as text")


def _line(event: Event) -> int:
    line: int = event.start_mark.line
    return line + 1


def _true_lines(events: Iterator[Event], text: str) -> Iterator[Event]:
    """YAML 1.1 also breaks lines at NEL, LS and PS, editors do not: give each event an editor's line."""
    line = counted = 0
    for event in events:
        index = max(event.start_mark.index, counted)
        line += text.count("\n", counted, index)
        counted = index
        event.start_mark = SimpleNamespace(index=event.start_mark.index, line=line)
        yield event


def _broken(error: YAMLError, text: str) -> Broken:
    if isinstance(error, ReaderError):
        line = text.encode()[: error.position].count(b"\n") + 1
        hint = "remove it, or write it as an escape in double quotes"
        return Broken(line, "yaml-character", f"a raw control character (U+{error.character:04X})", hint)
    assert isinstance(error, MarkedYAMLError)
    mark = error.problem_mark
    problem = error.problem or "not valid YAML"
    if error.context_mark is not None and _is_unclosed(problem):
        mark = error.context_mark
    assert mark is not None
    line = text.count("\n", 0, min(mark.index, len(text.rstrip()))) + 1
    return Broken(line, "yaml-syntax", f"not valid YAML: {problem}", _syntax_hint(problem, text, mark.index))


def _located(broken: Broken, text: str) -> Broken:
    """If a merge left its markers, those are the cause."""
    for marker in ("<<<<<<< ", ">>>>>>> "):
        at = 0 if text.startswith(marker) else text.find("\n" + marker) + 1
        if at or text.startswith(marker):
            line = text.count("\n", 0, at) + 1
            return Broken(line, "merge-conflict", "an unresolved merge conflict", "keep one side, remove the markers")
    return broken


def _is_unclosed(problem: str) -> bool:
    """Whether to blame the line on which something opens, not the one on which the parser gives up."""
    return "end of stream" in problem or "expected ','" in problem


def _syntax_hint(problem: str, text: str, index: int) -> str:
    line_start = text.rfind("\n", 0, index) + 1
    character = text[index : index + 1]
    if character == "\t" or text[line_start : index + 1].lstrip(" ").startswith("\t"):
        return "indent with spaces: YAML does not allow a tab here"
    if "mapping values" in problem:
        return "quote a text that holds `: `"
    if "cannot start any token" in problem:
        return f"quote a text that starts with `{character}`"
    if _is_unclosed(problem):
        return "close the quote or bracket that opens here"
    return "write one `key: value` a line; quote texts that hold `: `, ` #` or start with a sign"
