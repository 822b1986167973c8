"""The files of a foreign tracker, read into memory.

A shell over the port `Files`, rooted at what the person named; links are not followed and nothing is written. What
cannot be read is a problem and stops nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.errors import Refused, Usage
from fp.kernel.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fp.importers.base import Source
    from fp.kernel.ports import Files

DEPTH_MAX = 8
FILES_MAX = 200_000
FILE_BYTES_MAX = 512 * 1024 * 1024


class Gathered(NamedTuple):
    """Content by path relative to the source's folder, and what could not be read."""

    files: Mapping[str, bytes]
    problems: tuple[Problem, ...]


def gather(source: Source, files: Files, only: str | None = None, *, place: str = "here") -> Gathered:
    """The source's files below its folder in `files`, or the one file `only`. Usage names `place` if there is none."""
    home = "" if only else next((home for home in source.homes if _is_folder(files, home)), "")
    paths = [only] if only else list(_paths(source, files, home, DEPTH_MAX if source.deep else 0))
    if not paths:
        wanted = " or ".join(f"*{suffix}" for suffix in source.suffixes)
        usual = f", or the repository that has them in {_usual(source)}" if source.homes else ""
        hint = f"name the file, or the folder that holds them{usual}"
        raise Usage(f"no {source.kind} issues in {place}: no {wanted}", hint=hint, reason="no-source")
    contents: dict[str, bytes] = {}
    problems: list[Problem] = []
    for path in paths:
        name = path.removeprefix(f"{home}/") if home else path
        content = _content(files, path, name)
        if isinstance(content, bytes):
            contents[name] = content
        else:
            problems.append(content)
    return Gathered(contents, tuple(problems))


def _usual(source: Source) -> str:
    return " or ".join(f"{home}/" for home in source.homes)


def _is_folder(files: Files, path: str) -> bool:
    found = files.stat(path)
    return found is not None and found.kind == "folder"


def _paths(source: Source, files: Files, folder: str, depth: int) -> Iterator[str]:
    """Files with the right suffix, hidden ones left out, bounded in depth and number."""
    found = 0
    waiting = [(folder, depth)]
    while waiting:
        here, left = waiting.pop()
        for name in files.names(here):
            path = f"{here}/{name}" if here else name
            if name.startswith("."):
                continue
            if name.endswith(source.suffixes):
                found += 1
                if found > FILES_MAX:
                    raise Refused(f"more than {FILES_MAX:,} files", where=here, hint="name the folder of the issues")
                yield path
            elif left and _is_folder(files, path):
                waiting.append((path, left - 1))


def _content(files: Files, path: str, name: str) -> bytes | Problem:
    try:
        return files.read(path, FILE_BYTES_MAX)
    except Refused as error:
        return Problem("unreadable-record", name, 0, error.message, "mend the file, then import again")
    except OSError as error:
        return Problem("unreadable-record", name, 0, f"cannot be read: {error.strerror}", "mend its permissions")
