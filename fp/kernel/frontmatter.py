"""A Markdown file with a header: read it, write a new one, change one value of it byte for byte.

Pure. PyYAML is loaded by the first call that needs it. Invariants: reading never raises, what is wrong is a Problem
with path and line; an edit changes the bytes of the value it names, or is Refused.

What a header is:
- The first line is `---`, at the very start of the file (a byte order mark may precede it), and a later line `---` or
  `...` closes it. Blanks may follow the dashes. Everything behind the closing line is the body.
- A file that starts with a horizontal rule has no header: nothing between the rules reads as `key: value`. If something
  does, but the block is not valid YAML or is never closed, it is a broken header and so a Problem, not a guess.
- Line breaks are LF or CRLF; a bare CR in a header is a Problem.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.errors import Refused
from fp.kernel.headeredit import AddItem, Drop, Edit, Put, RemoveItem, edit_header
from fp.kernel.plainheader import read_plain
from fp.kernel.problem import Problem, Severity
from fp.kernel.yamlscalar import Written, as_read, entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.kernel.yamlguard import Value

__all__ = [
    "SIZE_BYTES_MAX",
    "AddItem",
    "Document",
    "Drop",
    "Edit",
    "Put",
    "RemoveItem",
    "Written",
    "add_header",
    "body_start",
    "edit",
    "edit_body",
    "parse",
    "parse_yaml",
    "render",
]

SIZE_BYTES_MAX = 256 * 1024
"""A larger file is a Problem and is not read."""

_BOM = "\ufeff"
_CLOSERS = ("---", "...")


class Document(NamedTuple):
    """A file taken apart.

    `fields` are raw values. `lines` has each field's line in the file, counted from 1; lines of nested values stand
    under dotted paths (`depends_on.1`). `body` is exact, with the file's own line breaks; `body_line` is its line.
    `header_line` is 1, or 0 without a header. `newline` is how the file's first line ends.
    """

    fields: dict[str, Value]
    lines: dict[str, int]
    body: str
    body_line: int
    header_line: int
    has_header: bool
    newline: str


class _Parts(NamedTuple):
    """A file's text cut up: joined they are the text. Without a header all of it but the mark is body."""

    mark: str
    opener: str
    header: str
    closer: str
    body: str

    @property
    def newline(self) -> str:
        first = self.opener or self.body[: self.body.find("\n") + 1]
        return "\r\n" if first.endswith("\r\n") else "\n"


class _Opened(NamedTuple):
    parts: _Parts
    fields: dict[str, Value]
    lines: dict[str, int]


class _Unreadable(Exception):
    """Why a file cannot be read; `line` counts from 1 in the file, 0 is the file as a whole."""

    def __init__(self, line: int, code: str, message: str, hint: str):
        super().__init__(message)
        self.line = line
        self.code = code
        self.message = message
        self.hint = hint

    def problem(self, path: str) -> Problem:
        return Problem(self.code, path, self.line, self.message, self.hint)

    def refused(self) -> Refused:
        where = f"line {self.line}" if self.line else None
        return Refused(self.message, where=where, hint=self.hint, reason=self.code)


def parse(data: bytes, path: str) -> tuple[Document | None, list[Problem]]:
    """Read a file: without a header, a document with no fields; when it cannot be read, None and the Problem.

    A header that starts behind blank lines is not one; it is told of by a warning beside the document.
    """
    try:
        parts, fields, lines = _open(data)
    except _Unreadable as error:
        return None, [error.problem(path)]
    has_header = bool(parts.opener)
    body_line = parts.header.count("\n") + 3 if has_header else 1
    document = Document(fields, lines, parts.body, body_line, int(has_header), has_header, parts.newline)
    return document, [] if has_header else _late_header(parts.body, path)


def parse_yaml(data: bytes, path: str) -> tuple[Document | None, list[Problem]]:
    """Read a file that is YAML from end to end; its body is empty. When it cannot be read, None and the Problem."""
    try:
        text = _text(data)
        fields, lines = _mapping(text.removeprefix(_BOM), lines_before=0)
    except _Unreadable as error:
        return None, [error.problem(path)]
    newline = _Parts("", "", "", "", text).newline
    return Document(fields, lines, "", text.count("\n") + 1, 1, True, newline), []


def body_start(text: str) -> int:
    """The offset behind the header of a whole file, judged by its lines alone; 0 when it has no header."""
    try:
        parts = _split(text)
    except _Unreadable:
        return 0
    return len(text) - len(parts.body) if _has_field_line(parts.header.split("\n")) else 0


def edit(data: bytes, edits: Sequence[Edit]) -> bytes:
    """Apply edits to the header in turn; all of them or, with the reason, none (Refused).

    What is there already is left as it is, to the byte. An edited value keeps its quotes where they can hold the text.
    """
    parts = _require_header(data).parts
    return _checked(parts._replace(header=edit_header(parts.header, edits, parts.newline)), None)


def edit_yaml(data: bytes, edits: Sequence[Edit]) -> bytes:
    """The same for a file that is YAML from end to end, such as settings."""
    try:
        text = _text(data)
    except _Unreadable as error:
        raise error.refused() from None
    mark = _BOM if text.startswith(_BOM) else ""
    newline = _Parts("", "", "", "", text).newline
    ended = text[len(mark) :] if text.endswith("\n") else f"{text[len(mark) :]}{newline}"
    return f"{mark}{edit_header(ended, edits, newline)}".encode()


def edit_body(data: bytes, body: str) -> bytes:
    """Replace what stands behind the header. A text with bare LF gets CRLF where the old body has nothing else."""
    parts = _opened(data).parts
    before = parts.body or parts.closer
    all_crlf = before.count("\n") == before.count("\r\n") > 0
    if all_crlf and "\r" not in body:
        body = body.replace("\n", "\r\n")
    if parts.opener and body and not parts.closer.endswith("\n"):
        parts = parts._replace(closer=parts.closer + parts.newline)
    return _checked(parts._replace(body=body), None)


def add_header(data: bytes, fields: Sequence[tuple[str, Written] | None]) -> bytes:
    """Put a header above a file that has none; a blank line sets it off. Refused when there is one already."""
    parts = _opened(data).parts
    if parts.opener:
        raise Refused("the file has a header already", reason="header-present")
    newline = parts.newline
    first_line = parts.body[: parts.body.find("\n") + 1] or parts.body
    gap = newline if first_line.strip() else ""
    fence = f"---{newline}"
    header = _header_text(fields, newline)
    return _checked(_Parts(parts.mark, fence, header, fence, gap + parts.body), _wanted(fields))


def render(fields: Sequence[tuple[str, Written] | None], body: str) -> bytes:
    """A new file; None in `fields` is a blank line between groups, `body` follows the closing line as it is given."""
    return _checked(_Parts("", "---\n", _header_text(fields, "\n"), "---\n", body), _wanted(fields))


def _header_text(fields: Sequence[tuple[str, Written] | None], newline: str) -> str:
    return "".join([newline if field is None else entry(*field, newline) for field in fields])


def _wanted(fields: Sequence[tuple[str, Written] | None]) -> dict[str, Value]:
    return {field[0]: as_read(field[1]) for field in fields if field is not None}


def _checked(parts: _Parts, wanted: dict[str, Value] | None) -> bytes:
    """The bytes of `parts`, if reading them again gives the very parts (and the wanted fields)."""
    text = "".join(parts)
    try:
        data = text.encode()
    except UnicodeEncodeError:
        raise Refused("half of a surrogate pair cannot be written to a file", reason="not-text") from None
    opened = _opened(data)
    if opened.parts != parts or (wanted is not None and opened.fields != wanted):
        raise Refused("the result would not read back as it was written", hint="edit by hand", reason="cannot-edit")
    return data


def _require_header(data: bytes) -> _Opened:
    opened = _opened(data)
    if not opened.parts.opener:
        raise Refused("the file has no header", hint="put `---` lines around its fields", reason="header-absent")
    return opened


def _opened(data: bytes) -> _Opened:
    try:
        return _open(data)
    except _Unreadable as error:
        raise error.refused() from None


def _open(data: bytes) -> _Opened:
    parts = _split(_text(data))
    if not parts.opener:
        return _Opened(parts, {}, {})
    try:
        fields, lines = _mapping(parts.header, lines_before=1)
    except _Unreadable:
        if _has_field_line(parts.header.split("\n")):
            raise
        return _Opened(_Parts(parts.mark, "", "", "", "".join(parts[1:])), {}, {})
    return _Opened(parts, fields, lines)


def _text(data: bytes) -> str:
    if len(data) > SIZE_BYTES_MAX:
        message = f"the file has {len(data):,} bytes, more than the {SIZE_BYTES_MAX:,} that are read"
        raise _Unreadable(0, "file-size", message, "shorten it, or link to a file elsewhere")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _Unreadable(line, "file-encoding", "not UTF-8", "save the file as UTF-8") from None
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise _Unreadable(line, "file-nul", "a NUL character: this is not text", "remove it")
    return text


def _mapping(text: str, *, lines_before: int) -> tuple[dict[str, Value], dict[str, int]]:
    plain = read_plain(text, lines_before + 1)
    if plain is not None:
        return plain
    from fp.kernel.yamlguard import Broken, read_mapping

    try:
        fields, lines = read_mapping(text)
    except Broken as broken:
        raise _Unreadable(broken.line + lines_before, broken.code, broken.message, broken.hint) from None
    return fields, {key: line + lines_before for key, line in lines.items()}


def _split(text: str) -> _Parts:
    mark = _BOM if text.startswith(_BOM) else ""
    start = text.find("\n") + 1
    opener = text[len(mark) : start]
    if opener.rstrip() != "---":
        _refuse_bare_returns(text[len(mark) :])
        return _Parts(mark, "", "", "", text[len(mark) :])
    close = _closing_line(text, start)
    if close is None:
        _refuse_unclosed(text[start:])
        return _Parts(mark, "", "", "", text[len(mark) :])
    end = text.find("\n", close) + 1 or len(text)
    return _Parts(mark, opener, text[start:close], text[close:end], text[end:])


def _closing_line(text: str, start: int) -> int | None:
    """Where the first line from `start` on begins that closes the header. Looks for its signs, not at every line."""
    found = {closer: text.find(f"\n{closer}", start - 1) for closer in _CLOSERS}
    while found := {closer: at for closer, at in found.items() if at >= 0}:
        closer, at = min(found.items(), key=lambda one: one[1])
        end = text.find("\n", at + 1) + 1 or len(text)
        if not text[at + 1 + len(closer) : end].strip():
            return at + 1
        found[closer] = text.find(f"\n{closer}", at + 1)
    return None


def _refuse_bare_returns(text: str) -> None:
    if text.startswith("---") and text[3:].lstrip(" \t")[:1] == "\r":
        message = "lines end with a bare carriage return"
        raise _Unreadable(1, "yaml-line-break", message, "end lines with LF or CRLF")


def _refuse_unclosed(rest: str) -> None:
    paragraph: list[str] = []
    for line in rest.split("\n"):
        if not line.strip() and paragraph:
            break
        paragraph += [line] if line.strip() else []
    if _has_field_line(paragraph):
        hint = "put a line `---` behind the last field; for a horizontal rule write `***`"
        raise _Unreadable(1, "header-unclosed", "the header is never closed", hint)


def _has_field_line(lines: Sequence[str]) -> bool:
    return any(_is_field_line(line) for line in lines)


def _is_field_line(line: str) -> bool:
    """Whether the line starts with `word:`, as a field does and prose or Markdown rarely."""
    name, colon, rest = line.partition(":")
    word = name.strip(" \t\"'\ufeff").replace("-", "").replace("_", "").replace(".", "")
    return bool(colon) and word.isalnum() and name[0] not in " \t" and rest[:1].strip() == ""


def _late_header(body: str, path: str) -> list[Problem]:
    start = len(body) - len(body.lstrip(" \t\r\n\ufeff"))
    if not start or body[start - 1] not in "\n\ufeff" or not body.startswith("---", start):
        return []
    try:
        parts = _split(body[start:])
    except _Unreadable:
        return []
    if not _has_field_line(parts.header.split("\n")):
        return []
    line = body.count("\n", 0, start) + 1
    hint = "remove the blank lines or marks before it, or write `***` for a horizontal rule"
    message = "this looks like a header, but does not start the file"
    return [Problem("header-late", path, line, message, hint, Severity.WARNING)]
