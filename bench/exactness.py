"""How exact the fingerprint is on real history: bound at the parent, checked at the commit, judged by other tools.

`python -m bench exactness --repository PATH [--language NAME] [--commits N] [--format-commits N] [--show N]`. A symbol
is touched if its text differs between a commit and its parent. `bench.labels` says of each touched symbol whether its
meaning changed. An alarm on one that did not is false; one that did without an alarm is missed. Beside it the same for
raw text and for the rule of fiberplane/drift as its documents tell it: kinds of nodes, structure and the words of all
tokens, comments among them. Format-only commits are those that the repository lists in .git-blame-ignore-revs, and
those that touch only symbols that kept their meaning, at least ten of them.
"""

from __future__ import annotations

import argparse
import functools
from collections import defaultdict
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench.history import Blobs, Change, changes, listed, ordinary
from bench.labels import canonical, python_symbols, tools
from bench.measure import table
from drift.anchors import parse_symbol, write_symbol
from drift.definitions import definitions
from drift.fingerprint import to_lf, tree_digest
from drift.languages.table import SUFFIXES, language, parser
from drift.symbols import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tree_sitter import Node

    from bench.labels import Tools
    from drift.definitions import Definition

SYMBOLS_MAX = 3000
FORMAT_ONLY_MIN = 10
RULES = ("drift", "upstream", "raw text")


class Side(NamedTuple):
    """A symbol in one version of a file: its text, what each rule makes of it, and its dump where there is one."""

    text: str
    drift: str
    upstream: str
    dump: str


class Case(NamedTuple):
    """A touched symbol; `changed` is its label, None without one."""

    change: Change
    fragment: str
    before: Side
    after: Side
    changed: bool | None = None

    def alarm(self, rule: str) -> bool:
        """Whether a rule takes the two sides for different."""
        if rule == "raw text":
            return self.before.text != self.after.text
        return self.before.drift != self.after.drift if rule == "drift" else self.before.upstream != self.after.upstream


def main(words: list[str]) -> int:
    """Measure one repository and print the table."""
    reader = argparse.ArgumentParser(prog="bench exactness")
    reader.add_argument("--repository", type=Path, required=True)
    reader.add_argument("--language", default="python", choices=("python", "typescript", "javascript", "go", "rust"))
    reader.add_argument("--commits", type=int, default=150)
    reader.add_argument("--format-commits", type=int, default=10)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--show", type=int, default=10)
    reader.add_argument("--gofmt", default="")
    reader.add_argument("--modules", default="", help="a folder whose node_modules hold typescript and prettier")
    asked = reader.parse_args(words)
    suffixes = _suffixes(asked.language)
    using = tools(asked.gofmt, asked.modules)
    drawn = ordinary(asked.repository, suffixes, asked.commits, asked.seed)
    apart = [(commit, True) for commit in listed(asked.repository)[-asked.format_commits :]]
    cases: list[Case] = []
    formats: list[Case] = []
    for commit, format_only in [*((commit, False) for commit in drawn), *apart]:
        (formats if format_only else cases).extend(_cases(asked.repository, commit, suffixes))
    cases, formats = _labelled(cases, asked.language, using), _labelled(formats, asked.language, using)
    _report(asked.repository.parent.name, len(drawn), cases, formats)
    _show([*cases, *formats], asked.show)
    return 0


def _suffixes(name: str) -> tuple[str, ...]:
    names = (name, "tsx") if name == "typescript" else (name,)
    return tuple(suffix for suffix, known in SUFFIXES.items() if known in names)


def _cases(repository: Path, commit: str, suffixes: tuple[str, ...]) -> list[Case]:
    blobs = Blobs(repository)
    found = [case for change in changes(repository, commit, suffixes) for case in _of_file(change, blobs)]
    blobs.close()
    return found


def _of_file(change: Change, blobs: Blobs) -> list[Case]:
    before, after = blobs.read(change.before), blobs.read(change.after)
    if before is None or after is None:
        return []
    name = SUFFIXES[Path(change.path).suffix]
    old, new = (_sides(name, to_lf(data)) for data in (before, after))
    return [
        Case(change, fragment, old[fragment], new[fragment])
        for fragment in old
        if fragment in new and (old[fragment].text != new[fragment].text or old[fragment].drift != new[fragment].drift)
    ]


def _sides(name: str, source: bytes) -> dict[str, Side]:
    """All symbols of a file as they would be bound; several of one name together, as `name(*)`."""
    root = parser(name).parse(source).root_node
    spec = language(name)
    dumps = python_symbols(source) if name == "python" else {}
    if dumps is None:
        return {}
    found: dict[str, Side] = {}
    for names in _names(root, source, name):
        several = resolve(root, source, spec, parse_symbol(write_symbol(names, "*"))).found
        fragment = write_symbol(names) if len(several) == 1 else write_symbol(names, "*")
        if several and fragment not in found:
            found[fragment] = _side(several, source, name, dumps.get(names, ""))
    return found


def _side(found: Sequence[Definition], source: bytes, name: str, dump: str) -> Side:
    content = [part for definition in found for part in definition.content]
    digest = tree_digest(content, source, language(name), comments=False)
    text = "\n".join(_text(definition, source) for definition in found)
    parts = [part for definition in found for part in definition.parts]
    return Side(text, digest, _upstream(parts, source), dump)


def _text(definition: Definition, source: bytes) -> str:
    heads = [source[part.start_byte : part.end_byte] for part in definition.context if not isinstance(part, bytes)]
    numbers = b"".join(b"/* %s */" % part for part in definition.context if isinstance(part, bytes))
    body = source[definition.parts[0].start_byte : definition.parts[-1].end_byte]
    return b" ".join([numbers, *heads, body]).decode("utf-8", "replace").strip()


def _names(root: Node, source: bytes, name: str) -> list[tuple[str, ...]]:
    """The dotted names of a file, functions inside functions left out."""
    level: list[tuple[tuple[str, ...], Node]] = [((), root)]
    found: dict[tuple[str, ...], None] = {}
    while level and len(found) < SYMBOLS_MAX:
        deeper: list[tuple[tuple[str, ...], Node]] = []
        for prefix, scope in level:
            for definition in definitions(scope, source, language(name)):
                path = (*prefix, *definition.names)
                if not definition.opens:
                    found[path] = None
                if definition.body is not None and not definition.signatures:
                    deeper.append((path, definition.body))
        level = deeper
    return list(found)


def _upstream(parts: Iterable[Node], source: bytes) -> str:
    """The rule of fiberplane/drift: kinds, structure, words; no layout."""
    digest = blake2b(digest_size=16)
    stack = list(reversed(list(parts)))
    while stack:
        node = stack.pop()
        digest.update(b"(" + node.type.encode() + b"%d" % node.child_count)
        if not node.child_count:
            digest.update(b"\0" + source[node.start_byte : node.end_byte])
        stack.extend(reversed(node.children))
    return digest.hexdigest()


def _labelled(cases: Sequence[Case], name: str, using: Tools) -> list[Case]:
    if name == "python":
        return [
            case._replace(changed=case.before.dump != case.after.dump if case.before.dump and case.after.dump else None)
            for case in cases
        ]
    forms = canonical(name, [side.text for case in cases for side in (case.before, case.after)], using)
    return [case._replace(changed=_by_form(case, forms)) for case in cases]


def _by_form(case: Case, forms: dict[str, str]) -> bool | None:
    before, after = forms.get(case.before.text), forms.get(case.after.text)
    return None if before is None or after is None else before != after


def _report(title: str, commits: int, cases: Sequence[Case], formats: Sequence[Case]) -> None:
    known = [case for case in (*cases, *formats) if case.changed is not None]
    without = len(cases) + len(formats) - len(known)
    ordinary_ones = [case for case in cases if case.changed is not None]
    apart = _format_only(known, formats)
    rows: list[tuple[str, ...]] = [
        ("rule", "touched", "changed", "missed", "false alarms", "recall", "precision", "per 1,000 on format-only")
    ]
    rows += [(rule, *_row(rule, ordinary_ones, apart)) for rule in RULES]
    table(f"Exactness: {title}, {commits} commits, {without} symbols without a label", rows)


def _format_only(known: Sequence[Case], formats: Sequence[Case]) -> list[Case]:
    """What touched symbols without changing them, in commits that are about that."""
    by_commit: defaultdict[str, list[Case]] = defaultdict(list)
    for case in known:
        by_commit[case.change.commit].append(case)
    apart = {case.change.commit for case in formats}
    found: list[Case] = []
    for commit, own in by_commit.items():
        kept = [case for case in own if not case.changed]
        if commit in apart or (len(kept) == len(own) and len(own) >= FORMAT_ONLY_MIN):
            found += kept
    return found


def _row(rule: str, cases: Sequence[Case], format_only: Sequence[Case]) -> tuple[str, ...]:
    changed = [case for case in cases if case.changed]
    missed = sum(not case.alarm(rule) for case in changed)
    false = sum(case.alarm(rule) and not case.changed for case in cases)
    alarms = len(changed) - missed + false
    noise = sum(case.alarm(rule) for case in format_only)
    share = functools.partial("{:.2%}".format)
    return (
        f"{len(cases):,}",
        f"{len(changed):,}",
        f"{missed:,}",
        f"{false:,}",
        share((len(changed) - missed) / len(changed)) if changed else "-",
        share((len(changed) - missed) / alarms) if alarms else "-",
        f"{1000 * noise / len(format_only):.1f} of {len(format_only):,}" if format_only else "-",
    )


def _show(cases: Sequence[Case], count: int) -> None:
    """The cases to look at: missed ones first, then false alarms."""
    wrong = [case for case in cases if case.changed is not None and case.changed is not case.alarm("drift")]
    for case in sorted(wrong, key=lambda case: not case.changed)[:count]:
        what = "missed" if case.changed else "false alarm"
        print(f"  {what}: {case.change.commit[:10]} {case.change.path}#{case.fragment}")
