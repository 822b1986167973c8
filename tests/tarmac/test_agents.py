from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fp.kernel.errors import Config, Refused
from tarmac.agents import presets
from tarmac.agents.base import driver
from tarmac.model import AgentSpec

if TYPE_CHECKING:
    from pathlib import Path


def program(folder: Path, name: str, script: str) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def probed(folder: Path, script: str, *, seconds: float = 10) -> presets.Probed:
    program(folder, "agent", script)
    environ = {"PATH": f"{folder}:/usr/bin:/bin", "HIDDEN": "hidden-secret"}
    return presets.probe(AgentSpec("command", ("agent",)), environ, timeout_seconds=seconds)


def test_an_unknown_kind_of_agent_is_a_setting_to_mend() -> None:
    with pytest.raises(Config, match="no agent kind 'telepathy'"):
        driver("telepathy")


def test_an_agent_without_a_prompt_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="there is no prompt"):
        driver("command").invocation(AgentSpec("command", ("agent",)), str(tmp_path / "prompt.md"))


def test_a_prompt_that_looks_like_an_option_stays_one_argument(tmp_path: Path) -> None:
    (tmp_path / "prompt.md").write_text("--yolo\nand $(id) more\0")
    how = driver("command").invocation(AgentSpec("command", ("agent", "-p"), "argument"), str(tmp_path / "prompt.md"))
    assert how.argv == ("agent", "-p", "--yolo\nand $(id) more")


def test_only_programs_on_the_path_are_found(tmp_path: Path) -> None:
    program(tmp_path, "codex", "exit 0")
    (tmp_path / "claude").write_text("not executable")
    assert [spec.argv[0] for spec in presets.found(str(tmp_path))] == ["codex"]


def test_finding_programs_runs_none_of_them(tmp_path: Path) -> None:
    for preset in presets.PRESETS:
        program(tmp_path, preset.program, f"touch {tmp_path}/ran")
    assert len(presets.found(str(tmp_path))) == 7
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("preset", presets.PRESETS, ids=lambda preset: preset.program)
def test_a_preset_is_a_command_that_the_worker_can_start(preset: presets.Preset) -> None:
    spec = preset.spec()
    assert spec.prompt in ("stdin", "argument", "file")
    assert presets.preset_of(spec) == preset


def test_a_probe_says_the_version(tmp_path: Path) -> None:
    assert probed(tmp_path, 'echo "agent 1.2.3"; echo more') == presets.Probed(True, "agent 1.2.3")


def test_a_probe_of_nothing_says_so() -> None:
    found = presets.probe(AgentSpec("command", ("no-such-agent",)), {"PATH": "/usr/bin"})
    assert (found.ok, found.said) == (False, "no-such-agent is not on PATH")
    assert found.hint.startswith("name an installed one")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo broken; exit 3", "exit 3: broken"),
        ("printf '\\033]0;owned\\007'; exit 1", "exit 1: \\x1b]0;owned\\x07"),
        ("exit 2", "exit 2: said nothing"),
        (
            "printf 'Traceback (most recent call last):\\n  File x\\nImportError: no y\\n\\n'; exit 1",
            "exit 1: ImportError: no y",
        ),
    ],
)
def test_a_probe_that_fails_says_how_and_steers_no_terminal(tmp_path: Path, script: str, said: str) -> None:
    assert probed(tmp_path, script) == presets.Probed(False, said, "run it by hand: agent --version")


def test_a_probe_does_not_wait_for_ever(tmp_path: Path) -> None:
    assert probed(tmp_path, "sleep 60", seconds=0.3).said == "agent --version did not end within 0 s"


def test_a_probe_sees_no_secret(tmp_path: Path) -> None:
    assert probed(tmp_path, 'echo "[$HIDDEN]"').said == "[]"
