"""Every form of definition of a language resolves: `forms` has a source for each, marked with the names of its lines.

`//@ name; other` behind a line says that these are defined from that line on. The sources are data: nothing runs them.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from drift.compare import judge
from drift.content import BYTES, Ask, Found, seen
from drift.languages.table import MODULES, available, language, parser
from drift.model import Anchor, Binding, Result, Settings, Stamp
from drift.symbols import all_names
from tests.support.trees import look_up

JAVA = b"class Store { int load() { return 1; } }\n"

FOLDER = Path(__file__).parent / "forms"
_MARK = re.compile(r"\s*(?://|#|--)@ (?P<names>.*)$")


def marked() -> list[tuple[str, str, str, int]]:
    """Language, source, fragment and first line, from the files in `forms`: `//@ name; other` names its own line."""
    found = []
    for path in sorted(FOLDER.iterdir()):
        lines = path.read_text().splitlines()
        source = "".join(_MARK.sub("", line) + "\n" for line in lines)
        for number, line in enumerate(lines, 1):
            mark = _MARK.search(line)
            for fragment in mark["names"].split("; ") if mark else ():
                found.append((path.stem, source, fragment, number))
    return found


MARKED = marked()


@pytest.mark.parametrize(
    ("name", "source", "fragment", "line"), MARKED, ids=[f"{item[0]}-{item[2]}" for item in MARKED]
)
def test_a_form_resolves_to_its_line(name: str, source: str, fragment: str, line: int) -> None:
    resolved = look_up(name, source, fragment)
    assert [found.line for found in resolved.found] == [line], (resolved.choices, resolved.near)


@pytest.mark.parametrize("name", sorted({item[0] for item in MARKED}))
def test_a_source_of_forms_parses_and_lists_its_names(name: str) -> None:
    source = next(item[1] for item in MARKED if item[0] == name).encode()
    root = parser(name).parse(source).root_node
    listed = {".".join(names) for names in all_names(root, source, language(name))}
    assert not root.has_error
    assert len(listed) > 3


def test_every_language_has_a_source_of_forms() -> None:
    assert {item[0] for item in MARKED} == set(MODULES) - {"python", "typescript", "tsx"}


def test_without_its_grammar_a_symbol_is_skipped_and_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tree_sitter_java", None)
    available.cache_clear()
    parser.cache_clear()
    found = seen("Store.java", JAVA, [Ask("Store.load"), Ask("", BYTES)])
    monkeypatch.undo()
    available.cache_clear()
    binding = Binding(Anchor("a.md"), Anchor("Store.java", "Store.load"), Stamp("n1/java-0.23.5", "0"))
    verdict = judge(binding, found[Ask("Store.load")], Settings())
    assert (verdict.result, "'tarmac-factory[languages]'" in verdict.message) == (Result.SKIP, True)
    assert isinstance(found[Ask("", BYTES)], Found)
