"""The YAML test suite and deep nesting as front matter: an issue, or a problem with path and line, quickly.

`python -m bench yaml --suite FOLDER [--show N]`. FOLDER is a checkout of yaml/yaml-test-suite, whose `src` has one file
a case. Each text stands alone in a header, behind `id` and `title`, and as a settings file. What can be read is edited
too: the edit is refused, or changes its own value alone.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import yaml

from bench.inprocess import fp
from bench.measure import table
from fp.codec import read_issue, with_fields
from fp.config import default_config
from fp.configfile import read_config
from fp.kernel.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fp.kernel.problem import Problem
    from fp.model import Issue

CPU_MS_MAX = 50
BRACKETS = 25_000
ID = "FP-k3v9q2m"
PATH = f".issues/{ID}.md"
CONFIG = default_config("FP")
READ, REFUSED = "read", "problem"
FAULTS = ("no line", "edit", "slow")


class Outcome(NamedTuple):
    """What became of one text in one shape."""

    shape: str
    name: str
    what: str
    cpu_ms: float
    said: str = ""


def main(words: Sequence[str]) -> int:
    """Print the table; 1 when there is a fault."""
    reader = argparse.ArgumentParser(prog="bench yaml")
    reader.add_argument("--suite", type=Path, required=True)
    reader.add_argument("--show", type=int, default=10)
    asked = reader.parse_args(words)
    texts = dict(suite(asked.suite)) | dict(nested())
    found = [_outcome(shape, name, text) for shape in SHAPES for name, text in texts.items()]
    rows: list[tuple[str, ...]] = [("shape", "texts", READ, REFUSED, *FAULTS, "slowest, CPU ms")]
    for shape in SHAPES:
        own = [one for one in found if one.shape == shape]
        counted = Counter(one.what for one in own)
        slowest = max(own, key=lambda one: one.cpu_ms)
        counts = (str(counted[what]) for what in (READ, REFUSED, *FAULTS))
        rows.append((shape, str(len(own)), *counts, f"{slowest.cpu_ms:.1f} ({slowest.name})"))
    table(f"{len(texts)} texts of the YAML test suite and of deep nesting", rows)
    wrong = [one for one in found if one.what in FAULTS]
    for one in wrong[: asked.show]:
        print(f"  {one.what}: {one.name} {one.shape}: {one.said}")
    whole = _commands(texts)
    print("\n".join(whole) or "  fp check, list and show over all of them: no crash, no control character")
    return 1 if wrong or whole else 0


# -- texts ------------------------------------------------------------------------------------------------------------


def suite(folder: Path) -> Iterator[tuple[str, str]]:
    """The text of each case by its name; a file may hold several, each over the one before."""
    for file in sorted((folder / "src").glob("*.yaml")):
        text = ""
        for number, case in enumerate(yaml.safe_load(file.read_text(encoding="utf-8"))):
            text = case.get("yaml", text)
            yield f"{file.stem}-{number}", unescaped(text)


def unescaped(text: str) -> str:
    """The text as it is meant: the suite draws what cannot be seen."""
    text = re.sub("—*»", "\t", text.replace("␣", " "))
    return re.sub("∎\n$", "", text.replace("←", "\r").replace("⇔", "\ufeff").replace("↵", ""))


def nested() -> Iterator[tuple[str, str]]:
    """Texts nested deeper than any reader should follow."""
    for name, opener in (("brackets", "["), ("braces", "{"), ("braces with keys", "{a: "), ("dashes", "- ")):
        yield name, f"a:\n  {opener * BRACKETS}\n"
    yield "closed brackets", f"a: {'[' * BRACKETS}{']' * BRACKETS}\n"
    yield "questions", "? " * BRACKETS + "\n"
    yield "anchors", "".join(f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]\n" for at in range(1, 30))
    yield "steps", "".join(" " * at + f"a{at}:\n" for at in range(600))


# -- shapes -----------------------------------------------------------------------------------------------------------


def _alone(text: str) -> bytes:
    return f"---\n{text}{'' if text.endswith(chr(10)) else chr(10)}---\n\nBody.\n".encode()


def _behind(text: str) -> bytes:
    return f"---\nid: {ID}\ntitle: Title\n".encode() + _alone(text)[4:]


def _settings(text: str) -> bytes:
    return f"format: 1\nprefix: FP\n{text}".encode()


SHAPES: dict[str, Callable[[str], bytes]] = {"alone": _alone, "behind id and title": _behind, "settings": _settings}


def _outcome(shape: str, name: str, text: str) -> Outcome:
    data = SHAPES[shape](text)
    begun = time.process_time()
    issue: Issue | None = None
    if shape == "settings":
        problems = read_config(data, PATH)[1]
    else:
        issue, problems = read_issue(PATH, data, CONFIG)
    cpu_ms = (time.process_time() - begun) * 1000
    what, said = _judged(data, issue, problems, told=shape != "settings")
    return Outcome(shape, name, "slow" if cpu_ms > CPU_MS_MAX else what, cpu_ms, said)


def _judged(data: bytes, issue: Issue | None, problems: list[Problem], *, told: bool) -> tuple[str, str]:
    if issue is not None:
        return _edited(data, issue)
    if not problems:
        return ("no line", "neither an issue nor a problem") if told else (READ, "")
    unplaced = [one for one in problems if one.path != PATH or not one.line]
    return ("no line", str(unplaced[0])) if unplaced else (REFUSED, "")


def _edited(data: bytes, issue: Issue) -> tuple[str, str]:
    """Set one value: refused, or all others as before."""
    try:
        after = read_issue(PATH, with_fields(data, {"priority": "low"}), CONFIG)[0]
    except Refused:
        return READ, ""
    wanted = issue._replace(priority="low", lines={}, body_line=0)
    return (READ, "") if after and after._replace(lines={}, body_line=0) == wanted else ("edit", str(after))


# -- commands ---------------------------------------------------------------------------------------------------------


def _commands(texts: dict[str, str]) -> list[str]:
    """What `fp` makes of a tracker of all of them."""
    with tempfile.TemporaryDirectory(prefix="fp-yaml-") as folder:
        here = Path(folder)
        subprocess.run(("git", "init", "-q", "-b", "main", folder), check=True)
        (here / ".issues").mkdir()
        (here / ".issues" / "config.yaml").write_text("format: 1\nprefix: FP\n", encoding="utf-8")
        names = [f"FP-{number:07d}" for number in range(len(texts))]
        for name, text in zip(names, texts.values(), strict=True):
            (here / ".issues" / f"{name}.md").write_bytes(_behind(text).replace(ID.encode(), name.encode()))
        asked = [("check",), ("check", "--fix"), ("list", "--all"), *(("show", name) for name in names)]
        ran = [(words, fp(here, *words)) for words in asked]
        return [
            f"  {' '.join(words)}: {one.err[-300:]!r} {one.leaks}" for words, one in ran if one.crashed or one.leaks
        ]
