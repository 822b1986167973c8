"""`action/requirements.txt` from `requirements.lock`: what the kit needs to run, with hashes; a test compares it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "action" / "requirements.txt"
HEAD = (
    "# Written by `python -m tests.actionlock` from requirements.lock: what the action installs, held to its hashes.\n"
)
BELOW = ("markupsafe",)
"""What a dependency needs itself."""


def needed() -> list[str]:
    """Names of all that the kit needs to run."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = text.split("\ndependencies = [", 1)[1].split("\n]", 1)[0]
    return sorted({*re.findall(r'^\s*"([a-z0-9-]+)', listed, re.MULTILINE), *BELOW})


def page() -> str:
    """The whole file."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    blocks = {block.split("==")[0]: block for block in re.split(r"\n(?=[a-z])", text)}
    lines = [line for name in needed() for line in blocks[name].splitlines() if not line.lstrip().startswith("#")]
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    PAGE.write_text(page(), encoding="utf-8")
