"""Naughty strings as title, label, assignee, path, body, comment and file name: kept exactly, or refused clearly.

`python -m bench naughty --strings FILE [--show N]`. FILE is a JSON list of strings, such as `blns.json` of the Big List
of Naughty Strings. Each string is written by `fp new`, `fp set` and `fp comment`, and by hand; then it is read back
from the file and printed. A comment has a mark (U+FFFD) for each control character of ASCII; all else is kept to
the letter.
A crash, a text that comes back changed and a character that a terminal obeys are faults.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench.inprocess import fp
from bench.measure import table
from fp.codec import read_issue
from fp.config import default_config

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.inprocess import Ran
    from fp.model import Issue

_UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
EXACT, REFUSED = "exact", "refused"
FAULTS = ("changed", "crashed", "escaped", "unclear")
REFUSALS = (1, 2)
NAME_BYTES_MAX = 200
WHOLE = (
    *(("list", "--all"), ("board",), ("tree", "--all"), ("ready",), ("blocked",), ("search", "a"), ("stats",)),
    *(("check",), ("check", "--format", "github"), ("prime",), ("lessons",), ("list", "--all", "--json")),
)
"""Commands that print what the whole tracker holds."""


class Outcome(NamedTuple):
    """What became of one string in one place."""

    place: str
    text: str
    what: str
    said: str = ""


def main(words: Sequence[str]) -> int:
    """Print the table; 1 when there is a fault."""
    reader = argparse.ArgumentParser(prog="bench naughty")
    reader.add_argument("--strings", type=Path, required=True)
    reader.add_argument("--show", type=int, default=10)
    asked = reader.parse_args(words)
    strings = json.loads(asked.strings.read_text(encoding="utf-8"))
    found = outcomes(strings)
    places = list(dict.fromkeys(one.place for one in found))
    rows: list[tuple[str, ...]] = [("place", "strings", EXACT, REFUSED, *FAULTS)]
    for place in places:
        counted = Counter(one.what for one in found if one.place == place)
        rows.append((place, str(counted.total()), *(str(counted[what]) for what in (EXACT, REFUSED, *FAULTS))))
    table(f"{len(strings)} naughty strings", rows)
    wrong = [one for one in found if one.what in FAULTS]
    for one in wrong[: asked.show]:
        print(f"  {one.what} in {one.place}: {one.text!a}\n    {one.said!a}")
    return 1 if wrong else 0


def outcomes(strings: Sequence[str]) -> list[Outcome]:
    """Every string in every place, in a new repository."""
    with tempfile.TemporaryDirectory(prefix="fp-naughty-") as folder:
        here = _tracker(Path(folder))
        found = [one for text in strings for one in _typed(here, text)]
        found += [_by_hand(here, number, text) for number, text in enumerate(strings)]
        return [*found, *_named(strings), *(_whole(here, command) for command in WHOLE)]


def _tracker(here: Path) -> Path:
    subprocess.run(("git", "init", "-q", "-b", "main", str(here)), check=True)
    (here / ".issues").mkdir()
    (here / ".issues" / "config.yaml").write_text("format: 1\nprefix: FP\n", encoding="utf-8")
    return here


def _typed(here: Path, text: str) -> list[Outcome]:
    """One issue for each place, for a refusal in one must not keep the string from another."""
    stripped = text.strip()
    several = tuple(sorted({one.strip() for one in text.split(",") if one.strip()}))
    one = (stripped,) if stripped else ()
    return [
        _made(here, "title", text, ("--", text), stripped),
        _made(here, "body", text, (f"--body={text}", "Title"), "" if text == "-" else text.strip("\n")),
        _made(here, "label", text, (f"--label={text}", "Title"), one),
        _made(here, "assignee", text, (f"--assignee={text}", "Title"), one),
        _made(here, "path", text, (f"--touches={text}", "Title"), one),
        _set(here, "set title", text, f"title={text}", stripped),
        _set(here, "set labels", text, f"labels+={text}", several),
        _commented(here, text),
    ]


_FIELDS = {"title": "title", "body": "body", "label": "labels", "assignee": "assignees", "path": "touches"}


def _made(here: Path, place: str, text: str, words: Sequence[str], wanted: object) -> Outcome:
    ran = fp(here, "new", "--json", *words)
    if ran.code or ran.crashed:
        return _judged(place, text, ran)
    issue = _file(here, json.loads(ran.out)["issue"]["path"])
    got = getattr(issue, _FIELDS[place], None)
    return _shown(here, place, text, got.strip("\n") if place == "body" and got else got, wanted, issue)


def _file(here: Path, path: str) -> Issue | None:
    return read_issue(path, (here / path).read_bytes(), default_config("FP"))[0]


def _set(here: Path, place: str, text: str, word: str, wanted: object) -> Outcome:
    made = json.loads(fp(here, "new", "--json", "Before").out)["issue"]
    ran = fp(here, "set", made["id"], word)
    if ran.code or ran.crashed or ran.leaks:
        return _judged(place, text, ran)
    issue = _file(here, made["path"])
    got = getattr(issue, word.split("=")[0].rstrip("+"), None)
    return _shown(here, place, text, got, wanted or ("Before" if "title" in place else ()), issue)


def _commented(here: Path, text: str) -> Outcome:
    made = json.loads(fp(here, "new", "--json", "Commented").out)["issue"]
    ran = fp(here, "comment", made["id"], "--", text)
    if ran.code or ran.crashed or ran.leaks:
        return _judged("comment", text, ran)
    files = list((here / ".issues" / "events" / made["id"]).iterdir())
    got = files[0].read_bytes().decode().split("---\n", 2)[2].strip("\n")
    return _shown(here, "comment", text, got.strip(), _UNFIT.sub("\ufffd", text).strip(), _file(here, made["path"]))


def _shown(here: Path, place: str, text: str, got: object, wanted: object, issue: Issue | None) -> Outcome:
    """The outcome of a string that was taken, once it was printed as well."""
    if got != wanted or issue is None:
        return Outcome(place, text, "changed", repr(got))
    for words in (("show", issue.id), ("show", issue.id, "--json"), ("log", issue.id)):
        ran = fp(here, *words)
        if ran.code or ran.crashed or ran.leaks:
            return _judged(place, text, ran)
    return Outcome(place, text, EXACT)


def _judged(place: str, text: str, ran: Ran) -> Outcome:
    """The outcome of a command that took nothing, or printed what it must not."""
    if ran.crashed:
        return Outcome(place, text, "crashed", ran.err[-300:])
    if ran.leaks:
        return Outcome(place, text, "escaped", f"{ran.leaks} in {ran.out + ran.err}")
    clear = ran.code in REFUSALS and (ran.err.startswith("fp: ") or '"message"' in ran.out)
    return Outcome(place, text, REFUSED if clear else "unclear", ran.out + ran.err)


def _by_hand(here: Path, number: int, text: str) -> Outcome:
    """The string bare behind `title:`, as a person may write it: read as something, or a problem with a line."""
    path = f".issues/FP-{number:07d}.md"
    data = f"---\nid: FP-{number:07d}\ntitle: {text}\n---\n\n{text}\n".encode("utf-8", "surrogatepass")
    (here / path).write_bytes(data)
    issue, problems = read_issue(path, data, default_config("FP"))
    ran = fp(here, "show", path[8:-3])
    if ran.crashed or ran.leaks:
        return _judged("by hand", text, ran)
    if issue is not None:
        return Outcome("by hand", text, EXACT if issue.title == text.strip() or _means_else(text) else "changed")
    told = any(one.path == path and one.line for one in problems) and ran.code in REFUSALS
    return Outcome("by hand", text, REFUSED if told else "unclear", f"{problems} {ran}")


def _means_else(text: str) -> bool:
    """Whether YAML gives the string another meaning than its letters: quotes, comments, several lines."""
    return text.startswith(("'", '"', "|", ">", "#", "[", "- ")) or " #" in text or not text.isprintable()


def _may_be_a_name(text: str) -> bool:
    plain = text and "/" not in text and "\0" not in text and text[0] not in "."
    return bool(plain) and len(os.fsencode(text)) <= NAME_BYTES_MAX


def _named(strings: Sequence[str]) -> list[Outcome]:
    """The strings as names of files made by hand: `fp check` tells of each."""
    names = sorted({text for text in strings if _may_be_a_name(text)})
    with tempfile.TemporaryDirectory(prefix="fp-naughty-") as folder:
        here = _tracker(Path(folder))
        for text in names:
            (here / ".issues" / f"{text}.md").write_text("# By hand\n", encoding="utf-8")
        ran = fp(here, "check")
        if ran.crashed or ran.leaks:
            return [_judged("file name", "", ran)]
        told = {one["path"] for one in json.loads(fp(here, "check", "--json").out)["problems"]}
    return [Outcome("file name", text, EXACT if f".issues/{text}.md" in told else "changed") for text in names]


def _whole(here: Path, words: tuple[str, ...]) -> Outcome:
    """A command over all of it."""
    for number, text in enumerate(("\x1b[31m", "\u202ered", "a\nb", "\x9b1m")):
        (here / ".issues" / f"{text}{number}.md").write_text(f"# {text}\n", encoding="utf-8")
    ran = fp(here, *words)
    if ran.crashed or ran.leaks:
        return _judged("fp " + " ".join(words), "", ran)
    return Outcome("fp " + " ".join(words), "", EXACT)
