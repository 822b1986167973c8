"""A foreign Markdown file: its header read tolerantly, its body cut at headings and marks.

Pure. Our own files are read strictly (`fp.kernel.frontmatter`); other tools write headers that are not YAML, such as
`reporter: @name`. Here a line that YAML refuses is quoted and read again, line by line and a bounded number of times;
each such mend is said. What is still refused is a problem with its line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from fp.importers import clean
from fp.kernel.problem import Problem
from fp.kernel.yamlguard import Broken, read_mapping

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fp.kernel.yamlguard import Value

MENDS_MAX = 20
FILE_BYTES_MAX = 256 * 1024
"""The largest issue file there is (CONTRACT section 3): a larger foreign one could not be written."""

_HEADER = re.compile(r"---[ \t]*\n(?:(.*?)\n)?---[ \t]*(?:\n|\Z)", re.DOTALL)
_PLAIN_SCALAR = re.compile(r"([A-Za-z_][\w-]*:[ ]+|[ ]*-[ ]+)([^\s'\"\[{|>#].*)")
_HEADING = re.compile(r"#{1,6}[ \t]")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


class Page(NamedTuple):
    """One file: raw header values, the body, whether a header was there, and what was mended in it."""

    fields: Mapping[str, Value]
    body: str
    has_header: bool
    mends: tuple[str, ...] = ()

    def text(self, name: str) -> str:
        """A scalar on one line; empty when absent or not a scalar."""
        value = self.fields.get(name)
        return clean.one_line(value) if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of scalars; a single scalar counts as a list of one."""
        value = self.fields.get(name)
        items = value if isinstance(value, list) else [value]
        return clean.names(item for item in items if isinstance(item, str))


def parse(data: bytes, path: str) -> Page | Problem:
    """Read a file; a Problem with its line when it cannot be read."""
    if len(data) > FILE_BYTES_MAX:
        return problem(path, 0, f"larger than {FILE_BYTES_MAX:,} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return problem(path, data.count(b"\n", 0, error.start) + 1, "not UTF-8")
    text = text.replace("\r\n", "\n")
    found = _HEADER.match(text)
    if found is None:
        return problem(path, 1, "the header is never closed") if text.startswith("---\n") else Page({}, text, False)
    fields, mends, broken = _mended(found[1] or "")
    if broken is not None:
        return problem(path, broken.line + 1, broken.message)
    return Page(fields, text[found.end() :], True, mends)


def problem(path: str, line: int, message: str) -> Problem:
    """A record that cannot be read."""
    return Problem("unreadable-record", path, line, message, hint="mend the file, then import again")


def _mended(header: str) -> tuple[dict[str, Value], tuple[str, ...], Broken | None]:
    """The header's values, what was quoted to read them, and the error if that was not enough."""
    lines = header.split("\n")
    mends: list[str] = []
    for _ in range(MENDS_MAX):
        try:
            return read_mapping("\n".join(lines))[0], tuple(mends), None
        except Broken as error:
            broken = error
        # YAML notices `title: a: b` at its own line, but some faults only at the next one.
        place = next((at for at in (broken.line - 1, broken.line - 2) if _quotable(lines, at)), None)
        if place is None:
            break
        mends.append(f"line {place + 2}: not YAML, read as text: {lines[place].strip()[:60]}")
        lines[place] = _quoted(lines[place])
    return {}, (), broken


def _quotable(lines: Sequence[str], index: int) -> bool:
    return 0 <= index < len(lines) and _PLAIN_SCALAR.fullmatch(lines[index]) is not None


def _quoted(line: str) -> str:
    found = _PLAIN_SCALAR.fullmatch(line)
    assert found is not None
    return found[1] + "'" + found[2].rstrip().replace("'", "''") + "'"


def shown(value: object) -> str:
    """A header value for people: a list one item a line."""
    if isinstance(value, list):
        return "\n".join(f"- {text}" for item in value if (text := shown(item).replace("\n", " ")))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {shown(item)}" for key, item in value.items())
    return clean.block(value) if isinstance(value, str) else ""


class Section(NamedTuple):
    """A heading outside fences: its level, its text, the index of its line, and of the line after its section."""

    level: int
    title: str
    start: int
    end: int


def headings(lines: Sequence[str]) -> list[Section]:
    """All headings that begin with `#`; a section ends at the next heading of its level or above.

    The kernel's scanner knows underlined headings too. Here a line `---` below text is a separator that these tools
    write, and no heading.
    """
    found: list[tuple[int, str, int]] = []
    for index, line in outside_fences(lines):
        if _HEADING.match(line):
            title = line.lstrip("#")
            found.append((len(line) - len(title), title.strip().rstrip("#").rstrip(), index))
    sections = []
    for number, (level, title, start) in enumerate(found):
        end = next((later for depth, _, later in found[number + 1 :] if depth <= level), len(lines))
        sections.append(Section(level, title, start, end))
    return sections


def outside_fences(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The lines that are not in a code block, with their index."""
    fence = ""
    for index, line in enumerate(lines):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line.strip(" `~"):
                fence = ""
        elif mark:
            fence = mark[1]
        else:
            yield index, line


def first_title(lines: Sequence[str]) -> Section | None:
    """The first heading of level one."""
    return next((heading for heading in headings(lines) if heading.level == 1), None)


def named(lines: Sequence[str], level: int, title: str) -> Section | None:
    """The first section with this title, letter case aside."""
    wanted = title.casefold()
    return next((one for one in headings(lines) if one.level == level and one.title.casefold() == wanted), None)


def without(lines: Sequence[str], start: int, end: int) -> list[str]:
    """The lines but for a range, which leaves one blank line behind at most."""
    while start > 0 and not lines[start - 1].strip():
        start -= 1
    while end < len(lines) and not lines[end].strip():
        end += 1
    gap = [""] if start > 0 and end < len(lines) else []
    return [*lines[:start], *gap, *lines[end:]]


def with_acceptance(lines: Sequence[str]) -> list[str]:
    """The section of acceptance criteria under the title that ours has."""
    changed = list(lines)
    section = named(changed, 2, "Acceptance Criteria")
    if section is not None:
        changed[section.start] = "## Acceptance"
    return changed
