"""What the documents promise stands in the code, and the reverse."""

from __future__ import annotations

import re
import subprocess
import sys

import click
import pytest

from tests.clidoc import COMMANDS, PAGE, ROOT, group


def test_the_page_of_commands_is_what_the_commands_say() -> None:
    """In a process of its own: a command keeps the names of its help option from its first use."""
    argv = [sys.executable, "-c", "import sys; from tests.clidoc import page; sys.stdout.write(page())"]
    ran = subprocess.run(argv, cwd=ROOT, check=True, capture_output=True, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == ran.stdout, "run `make docs`"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_shows_an_example_and_takes_json(name: str) -> None:
    top = group(name)
    context = click.Context(top, info_name=name)
    lacking = []
    for sub in top.list_commands(context):
        command = top.get_command(context, sub)
        assert command is not None
        if isinstance(command, click.Group) or sub == "completion":
            continue
        options = {word for item in command.params for word in item.opts}
        if "Example" not in (command.help or "") or "--json" not in options:
            lacking.append(sub)
    assert lacking == []


@pytest.mark.parametrize(
    "path", [*sorted(ROOT.glob("docs/**/*.md")), ROOT / "README.md"], ids=lambda path: str(path.relative_to(ROOT))
)
def test_links_between_documents_lead_somewhere(path: object) -> None:
    from pathlib import Path

    assert isinstance(path, Path)
    text = path.read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in target]
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_every_schema_a_command_prints_has_a_page() -> None:
    sources = [path.read_text(encoding="utf-8") for name in COMMANDS for path in (ROOT / name).rglob("*.py")]
    printed = {found for text in sources for found in re.findall(r'"((?:fp|drift|tarmac)\.[a-z-]+\.v\d+)"', text)}
    pages = {path.name.removesuffix(".json") for path in (ROOT / "docs/schemas").glob("*.json")}
    assert printed - pages == set()
