"""An agent that is a command: any program that takes a text, works in its folder and ends."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from fp.kernel.errors import Refused
from tarmac.agents.base import Invocation

if TYPE_CHECKING:
    from tarmac.model import AgentSpec

ARGUMENT_BYTES_MAX = 128 * 1024 - 1
"""Linux's MAX_ARG_STRLEN less the final NUL: one longer argument and nothing can be started."""


class Command:
    """The prompt goes in by standard input, as the last argument, or as a file whose path is the last argument."""

    def invocation(self, spec: AgentSpec, prompt_path: str) -> Invocation:
        """Standard input is empty unless the prompt comes that way: some programs read it whenever it is there."""
        if not os.path.isfile(prompt_path):
            raise Refused("there is no prompt", where=prompt_path, reason="no-prompt")
        if spec.prompt == "stdin":
            return Invocation(spec.argv, prompt_path)
        last = prompt_path if spec.prompt == "file" else _argument(prompt_path)
        return Invocation((*spec.argv, last), os.devnull)


def _argument(prompt_path: str) -> str:
    with open(prompt_path, "rb") as file:
        data = file.read(ARGUMENT_BYTES_MAX + 1)
    if len(data) > ARGUMENT_BYTES_MAX:
        raise Refused(
            f"the prompt is longer than an argument may be ({ARGUMENT_BYTES_MAX:,} bytes)",
            hint="set agent.prompt to stdin or file in WORKFLOW.md",
            reason="prompt-too-long",
        )
    return data.replace(b"\0", b"").decode("utf-8", "surrogateescape")
