"""The hooks that the pre-commit framework offers from this repository."""

from __future__ import annotations

from pathlib import Path

import yaml

from tests.clidoc import group

ROOT = Path(__file__).resolve().parent.parent


def test_every_hook_runs_a_command_that_exists() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    for hook in hooks:
        name, word, *options = hook["entry"].split()
        command = group(name).get_command(None, word)
        assert command is not None
        assert {*options} <= {one for item in command.params for one in item.opts}
        assert (hook["language"], hook["pass_filenames"]) == ("python", False)
