"""A look over a repository that has no lock yet: its documents, what they name, and the bindings that are certain.

A shell that reads. Invariant: every binding it returns is fresh at that moment.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from drift.anchors import parse_anchor, parse_symbol
from drift.blame import blob_id, object_format
from drift.check import content, observe
from drift.content import Ask, Found, Missing
from drift.coverage import coverage, is_counted
from drift.languages.table import available, language, name_of, parser
from drift.links import resolved
from drift.model import Binding
from drift.policy import policy_for
from drift.scope import below
from drift.suggest import bare_names, is_left_alone, mentions, proposals
from drift.suggest import candidates as ranked
from drift.symbols import all_names
from drift.workspace import documents, listed, reader
from fp.kernel.markdown import links

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from drift.coverage import Coverage
    from drift.suggest import Candidate, Mention, Proposal
    from drift.workspace import Workspace

DOCUMENT_BYTES_MAX = 1024 * 1024
CODE_BYTES_MAX = 1024 * 1024
CODE_BYTES_TOTAL_MAX = 64 * 1024 * 1024
"""Of more code than this, nobody knows in time whether a name is defined once; only files named by path count then."""

_HEADS = re.compile(rb"^[A-Za-z_$@#][^\n]{0,160}", re.MULTILINE)
_WORDS = re.compile(rb"[A-Za-z_$][\w$]*")
"""The words of lines that start at the margin hold every name that a file may define at its top."""


class Survey(NamedTuple):
    """What a look over the repository found. `bindings` are certain and stamped."""

    seen: int
    naming: int
    bindings: tuple[Binding, ...]
    names_looked_up: bool


def survey(workspace: Workspace) -> Survey:
    """Look at all documents that the settings include."""
    files = listed(workspace)
    known = frozenset(files)
    docs = documents(workspace, files)
    found = {path: _mentions(path, workspace, known) for path in docs if not is_left_alone(path)}
    wanted = bare_names(mention for list_ in found.values() for mention in list_)
    index, complete = _index(workspace, files, wanted)
    certain = [item for path in sorted(found) for item in proposals(path, found[path], index)]
    bindings = _stamped(workspace, certain)
    return Survey(len(docs), sum(bool(list_) for list_ in found.values()), bindings, complete)


def candidates(workspace: Workspace, path: str) -> list[Candidate]:
    """What one document names and is not bound to yet, best first; nothing for one that speaks of what was."""
    if is_left_alone(path):
        return []
    files = listed(workspace)
    found = _mentions(path, workspace, frozenset(files))
    index, _ = _index(workspace, files, bare_names(found))
    bound = {item.target.text for item in workspace.lock.bindings if item.doc.path == path}
    return [one for one in ranked(path, found, index) if one.target not in bound]


def covered(workspace: Workspace, places: Collection[str] = ()) -> Coverage:
    """How much of the code documents speak of; of the code and the documents in `places` alone where some are named."""
    files = listed(workspace)
    inside = files if not places else sorted(below(files, places))
    code = [path for path in inside if name_of(path) and available(name_of(path)) and is_counted(path)]
    docs = [path for path in documents(workspace, inside) if not is_left_alone(path)]
    return coverage(workspace.lock, ((path, _at_top(workspace, path)) for path in code), docs)


def _at_top(workspace: Workspace, path: str) -> list[str]:
    data = content(path, reader(workspace.files))
    if isinstance(data, Missing) or len(data) > CODE_BYTES_MAX:
        return []
    return [name for name in _defined(path, data) if parse_symbol(name).names == (name,)]


def _mentions(path: str, workspace: Workspace, known: frozenset[str]) -> list[Mention]:
    data = content(path, reader(workspace.files))
    if isinstance(data, Missing) or len(data) > DOCUMENT_BYTES_MAX:
        return []
    text = data.decode("utf-8-sig", "replace")
    targets = [(resolved(path, link.target), link.line) for link in links(text)]
    return mentions(path, text, [(target.path, line) for target, line in targets if target is not None], known)


def _index(workspace: Workspace, files: Sequence[str], wanted: frozenset[str]) -> tuple[dict[str, list[str]], bool]:
    """Where the wanted names are defined, and whether all code was looked at: if not, nothing is known."""
    heads = {name.partition(".")[0].encode() for name in wanted}
    places: defaultdict[str, list[str]] = defaultdict(list)
    read = reader(workspace.files)
    total = 0
    for path in files if wanted else ():
        if not name_of(path) or not available(name_of(path)):
            continue
        data = content(path, read)
        if isinstance(data, Missing):
            continue
        total += len(data)
        if total > CODE_BYTES_TOTAL_MAX:
            return {}, False
        if len(data) <= CODE_BYTES_MAX and not heads.isdisjoint(_WORDS.findall(b"\n".join(_HEADS.findall(data)))):
            for name in _defined(path, data):
                if name in wanted:
                    places[name].append(path)
    return places, True


def _defined(path: str, data: bytes) -> Iterable[str]:
    spec = language(name_of(path))
    root = parser(name_of(path)).parse(data).root_node
    return (".".join(names) for names in all_names(root, data, spec))


def _stamped(workspace: Workspace, certain: Sequence[Proposal]) -> tuple[Binding, ...]:
    """The proposals whose target is one thing now, with its stamp; each file is parsed once."""
    by_path: defaultdict[str, list[Proposal]] = defaultdict(list)
    for item in certain:
        by_path[item.target.path].append(item)
    made = [binding for path in sorted(by_path) for binding in _of_file(workspace, path, by_path[path])]
    return tuple(sorted(made, key=lambda binding: binding.key))


def _of_file(workspace: Workspace, path: str, items: Sequence[Proposal]) -> list[Binding]:
    read = reader(workspace.files)
    data = content(path, read)
    if isinstance(data, Missing):
        return []
    asks = {item: _asked(item, workspace) for item in items}
    found = observe(path, sorted(set(asks.values())), workspace.settings, lambda _: data)
    blob = blob_id(data, object_format(workspace.root)) if workspace.top is not None else ""
    stamped = [(item, found[asks[item]]) for item in items]
    return [
        Binding(parse_anchor(item.doc), item.target, now.stamp, blob=blob)
        for item, now in stamped
        if isinstance(now, Found)
    ]


def _asked(item: Proposal, workspace: Workspace) -> Ask:
    doc = parse_anchor(item.doc).path
    return Ask(item.target.fragment, policy=policy_for(workspace.settings, doc, item.target.path))
