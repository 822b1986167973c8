"""`docs/CLI.md` from the commands themselves: `make docs` writes it, `tests/test_docs.py` compares it."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "CLI.md"
COMMANDS = ("fp", "drift", "tarmac")
HEAD = """# Commands

Written by `make docs` from the commands themselves; a test compares it. Every command also takes `--json` (one
document), `-C DIR` and `--quiet`; exit statuses and formats are in [FORMAT.md](FORMAT.md).
"""


def group(name: str) -> click.Group:
    """The top command of one program."""
    found = importlib.import_module(f"{name}.cli.main").group
    assert isinstance(found, click.Group)
    return found


def help_of(command: click.Command, path: str) -> str:
    """What `--help` prints at a fixed width. A command keeps the names of its help option from its first use, so all
    contexts here have those of the programs.
    """
    parts = path.split()
    above: click.Context | None = None
    for part in parts[:-1]:
        above = click.Context(click.Group(part), info_name=part, parent=above, max_content_width=100)
    context = click.Context(
        command,
        info_name=parts[-1],
        parent=above,
        max_content_width=100,
        terminal_width=100,
        help_option_names=["-h", "--help"],
    )
    return command.get_help(context).rstrip()


def page() -> str:
    """The whole document."""
    parts = [HEAD]
    for name in COMMANDS:
        top = group(name)
        parts.append(f"## {name}\n\n```\n{help_of(top, name)}\n```\n")
        context = click.Context(top, info_name=name)
        for sub in top.list_commands(context):
            command = top.get_command(context, sub)
            assert command is not None
            parts.append(f"### {name} {sub}\n\n```\n{help_of(command, f'{name} {sub}')}\n```\n")
            if isinstance(command, click.Group):
                inner = click.Context(command, info_name=sub, parent=context)
                for leaf in command.list_commands(inner):
                    found = command.get_command(inner, leaf)
                    assert found is not None
                    parts.append(f"#### {name} {sub} {leaf}\n\n```\n{help_of(found, f'{name} {sub} {leaf}')}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    PAGE.write_text(page(), encoding="utf-8")
