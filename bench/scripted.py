"""A scripted agent for `bench.factory`: `python scripted.py SCRIPT.json`. No network, no key, the same every time.

SCRIPT maps issue ids to a `way` and to what that way needs; it is the operator's, not the repository's. It uses the
standard library only, and nothing of this project: to the orchestrator it is a program like any other.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

SILENCE_SECONDS = 600
RIVAL_SECONDS_MAX = 300
LOOK_SECONDS = 0.3


def edit(part: dict[str, Any]) -> None:
    """A line above the first export of a source file, committed."""
    path = Path(part["file"])
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?m)^export ", f"// {part['title']}\nexport ", text, count=1), encoding="utf-8")
    _commit(part)


def new(part: dict[str, Any]) -> None:
    """A new module and its test, committed."""
    name = part["issue"].lower().replace("-", "_")
    _write(f"src/planned/{name}.ts", f"/** {part['title']} */\nexport const {name} = true;\n")
    _write(
        f"src/planned/{name}.test.ts",
        f'import {{ expect, test }} from "bun:test";\nimport {{ {name} }} from "./{name}";\n\n'
        f'test("{name}", () => {{\n\texpect({name}).toBe(true);\n}});\n',
    )
    _commit(part)


def shared(part: dict[str, Any]) -> None:
    """A line in a document that other agents change at the same time, elsewhere in it; committed."""
    path = Path(part["document"])
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    at = lines.index(part["after"])
    path.write_text("".join([*lines[: at + 1], f"\n> {part['title']}\n", *lines[at + 1 :]]), encoding="utf-8")
    _commit(part)


def move(part: dict[str, Any]) -> None:
    """A file under another name, and a change in another file; committed."""
    path = Path(part["moved"])
    _git("mv", "--", str(path), str(path.with_name(f"{path.stem}-moved{path.suffix}")))
    edit(part)


def leave(part: dict[str, Any]) -> None:
    """An edit that is not committed: some sandboxes keep `.git` read-only."""
    path = Path(part["file"])
    path.write_text(path.read_text(encoding="utf-8") + f"\n// {part['title']}\n", encoding="utf-8")
    _write(f"src/planned/{part['issue']}.md", f"# {part['title']}\n")


def crash(part: dict[str, Any]) -> None:
    """Half the work, then the end of agent and worker at once."""
    leave(part)
    os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def silent(part: dict[str, Any]) -> None:
    """Half the work, then not a word more."""
    leave(part)
    time.sleep(SILENCE_SECONDS)


def empty(part: dict[str, Any]) -> None:
    """Says that it is done, and did nothing."""


def broken(part: dict[str, Any]) -> None:
    """Source text that no compiler takes."""
    _write(f"src/planned/{part['issue']}.ts", "export const = {{\n")
    _commit(part)


def conflict(part: dict[str, Any]) -> None:
    """The line that a rival changes too, and only once the rival's change has landed."""
    path = Path(part["file"])
    before = path.read_text(encoding="utf-8")
    for _ in range(int(RIVAL_SECONDS_MAX / LOOK_SECONDS)):
        if _git("show", f"refs/heads/main:{path}") != before:
            break
        _say("waiting for the rival")
        time.sleep(LOOK_SECONDS)
    edit(part)


def forge(part: dict[str, Any]) -> None:
    """The work, and another ticket set to done under the operator's own name."""
    edit(part)
    ticket = Path(part["victim"])
    ticket.write_text(re.sub("(?m)^status: .*$", "status: done", ticket.read_text(encoding="utf-8")), encoding="utf-8")
    _git("commit", "--quiet", "--all", "--message", "Close it")


WAYS = {way.__name__: way for way in (edit, new, shared, move, leave, crash, silent, empty, broken, conflict, forge)}


def main(argv: list[str]) -> int:
    """Go the way that the script names for this issue, then say done."""
    issue = os.environ["TARMAC_ISSUE"]
    part = {**json.loads(Path(argv[1]).read_text(encoding="utf-8"))[issue], "issue": issue}
    _say(f"{part['way']}: {part['title']}")
    WAYS[part["way"]](part)
    outcome = {"status": "done", "summary": f"{part['title']}: done.", "boxes": [0]}
    _write(os.environ["TARMAC_OUTCOME"], json.dumps(outcome))
    return 0


def _commit(part: dict[str, Any]) -> None:
    _git("add", "--all")
    _git("commit", "--quiet", "--no-verify", "--message", part["title"])


def _git(*words: str) -> str:
    return subprocess.run(("git", *words), check=True, capture_output=True, text=True).stdout


def _write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
