"""The command table, the version, and what every command shares."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest

from fp import __version__
from fp.cli.main import SECTIONS, group
from tests.support.guards import CHECKOUT

if TYPE_CHECKING:
    from tests.support.repo import Command
    from tests.support.tracker import Fp

NAMES = [name for table in SECTIONS.values() for name in table]


def test_the_version_is_told_without_importing_click() -> None:
    code = (
        "import sys; sys.argv = ['fp', '--version']; from fp.__main__ import main; main(); "
        "sys.exit('click' in sys.modules or 'typing' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"fp {__version__}\n")


@pytest.mark.parametrize("name", NAMES)
def test_every_command_exists_and_has_help_with_an_example(name: str) -> None:
    context = click.Context(group, info_name="fp")
    command = group.get_command(context, name)
    assert command is not None
    assert "Example" in command.get_help(click.Context(command, info_name=f"fp {name}", parent=context))


def test_an_unknown_command_names_the_near_one(command: Command) -> None:
    done = command("fp", "lst")
    assert (done.code, "did you mean list" in done.err) == (2, True)


@pytest.mark.parametrize("module", ["subprocess", "sqlite3", "jinja2", "dataclasses", "json"])
def test_listing_imports_nothing_that_it_does_not_need(command: Command, module: str) -> None:
    command("fp", "init", "--prefix", "FP")
    command("fp", "new", "First")
    code = (
        "import sys; from fp.cli.main import main; sys.argv = ['fp', 'list']; main(); "
        f"sys.exit({module!r} in sys.modules)"
    )
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run([sys.executable, "-c", code], cwd=command.folder, env=env, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_refusal_is_a_document_too(fp: Fp) -> None:
    document = fp.json("show", "zzz", code=1)
    assert (document["schema"], document["reason"]) == ("fp.error.v1", "unknown-id")
    assert fp.json("list", "--status", "x", code=2)["reason"] == "usage"
