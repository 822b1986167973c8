"""The agent programs we know how to start without a person at the keyboard, and which of them are here.

Looks at PATH only: nothing is run to find out. `probe` runs a program, and only when `tarmac doctor` asks for it.
The command lines are the programs' own documented ones [read in November 2026], each with the fewest permissions that
let it edit files; they print as they go where they can, for an agent that is silent for long looks stuck.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.errors import KitError
from fp.kernel.process import run
from fp.kernel.text import clip, safe
from tarmac.environment import kept
from tarmac.model import AgentSpec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROBE_SECONDS = 20.0
SAID_COLUMNS_MAX = 100


class Preset(NamedTuple):
    """One program. `widen` is what an operator adds to let it run any command; `note` is said when it is chosen."""

    program: str
    words: tuple[str, ...]
    prompt: str
    environment: tuple[str, ...]
    widen: tuple[str, ...] = ()
    note: str = ""

    def spec(self, path: str | None = None) -> AgentSpec:
        """As the policy writes it."""
        return AgentSpec("command", (path or self.program, *self.words), self.prompt, self.environment)


PRESETS = (
    Preset(
        "claude",
        ("-p", "--permission-mode", "acceptEdits", "--output-format", "stream-json", "--verbose"),
        "stdin",
        ("ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN", "CLAUDE_CONFIG_DIR"),
        widen=("--permission-mode", "bypassPermissions"),
        note="text output is held back until the end; stream-json is not",
    ),
    Preset(
        "codex",
        ("exec", "--sandbox", "workspace-write", "--json", "-"),
        "stdin",
        ("OPENAI_API_KEY", "CODEX_API_KEY", "CODEX_HOME"),
        note="its sandbox keeps .git read-only; what it leaves is committed for it",
    ),
    Preset(
        "cursor-agent",
        ("-p", "--output-format", "stream-json"),
        "argument",
        ("CURSOR_API_KEY",),
        widen=("--force",),
    ),
    Preset(
        "gemini",
        ("--approval-mode", "auto_edit", "--skip-trust", "--output-format", "stream-json"),
        "stdin",
        ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
        widen=("--approval-mode", "yolo"),
    ),
    Preset(
        "opencode",
        ("run", "--format", "json"),
        "argument",
        ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OPENCODE_CONFIG"),
        widen=("--auto",),
    ),
    Preset(
        "aider",
        (
            *("--yes-always", "--no-auto-commits", "--no-gitignore", "--no-check-update", "--no-pretty"),
            *("--chat-history-file", os.devnull, "--input-history-file", os.devnull, "--message-file"),
        ),
        "file",
        ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"),
        note="its history files would be committed with its work; they are switched off",
    ),
    Preset("amp", ("-x", "--stream-json"), "stdin", ("AMP_API_KEY",), widen=("--dangerously-allow-all",)),
)


def found(path_env: str) -> list[AgentSpec]:
    """The presets whose program is on this PATH, in our order of preference."""
    return [preset.spec() for preset in PRESETS if shutil.which(preset.program, path=path_env)]


def preset_of(spec: AgentSpec) -> Preset | None:
    """The preset that a command line starts with, by its program's name."""
    name = os.path.basename(spec.argv[0]) if spec.argv else ""
    return next((preset for preset in PRESETS if preset.program == name), None)


class Probed(NamedTuple):
    """What `PROGRAM --version` said: `ok` when it ended well; `said` is safe for a terminal, and `hint` what to do."""

    ok: bool
    said: str
    hint: str = ""


def probe(spec: AgentSpec, environ: Mapping[str, str], *, timeout_seconds: float = PROBE_SECONDS) -> Probed:
    """Try whether the program starts at all, with the environment that a run would have, in the root folder."""
    program = spec.argv[0]
    if shutil.which(program, path=environ.get("PATH", "")) is None:
        return Probed(False, f"{safe(program)} is not on PATH", "name an installed one in WORKFLOW.md under agent:")
    try:
        ran = run((program, "--version"), cwd="/", env=kept(environ, spec.environment), timeout_seconds=timeout_seconds)
    except KitError as error:
        return Probed(False, safe(str(error)), safe(error.hint or ""))
    by_hand = f"run it by hand: {safe(program)} --version"
    if ran.timed_out:
        return Probed(False, f"{safe(program)} --version did not end within {timeout_seconds:.0f} s", by_hand)
    lines = [line for line in ran.output.decode("utf-8", "replace").splitlines() if line.strip()]
    if ran.code == 0:
        return Probed(True, _said(lines[:1]))
    return Probed(False, f"exit {ran.code}: {_said(lines[-1:])}", by_hand)


def _said(lines: Sequence[str]) -> str:
    """A program names itself in its first line, and its error in the last one of what it prints."""
    return clip(safe(lines[0].strip()), SAID_COLUMNS_MAX) if lines else "said nothing"
