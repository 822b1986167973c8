"""A scripted agent: `python -m tarmac.demo.agent SCRIPT.json`. No network, no key, the same every time.

SCRIPT maps issue ids to what their agent does: `files` to write, and a `behaviour`. It is given by the operator, not by
the repository.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
from pathlib import Path
from typing import Any

from fp.kernel.git.run import git
from fp.kernel.process import run

PACE_SECONDS = 0.15
HANG_SECONDS = 600.0
LINK_SECONDS_MAX = 30.0
WORK = "work"
CRASH = "crash"
SILENT = "silent"
FORGE = "forge"
LIE = "lie"


def main(argv: list[str]) -> int:
    """Do what the script says for the issue of this run; a second run of an issue always works."""
    script = json.loads(Path(argv[1]).read_text(encoding="utf-8"))
    part = script[os.environ["TARMAC_ISSUE"]]
    behaviour = part["behaviour"] if os.environ["TARMAC_RUN"].endswith(".1") else WORK
    _say(f"working on {os.environ['TARMAC_ISSUE']}")
    return BEHAVIOURS[behaviour](part)


def work(part: dict[str, Any]) -> int:
    """Write the files, commit, and say so."""
    _write(part)
    _outcome({"status": "done", "summary": part["summary"], "boxes": part["boxes"]})
    return 0


def crash(part: dict[str, Any]) -> int:
    """Write half, then take the worker down with it."""
    _write(part)
    os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
    return 1


def silent(part: dict[str, Any]) -> int:
    """Hang without a word."""
    del part
    time.sleep(HANG_SECONDS)
    return 0


def forge(part: dict[str, Any]) -> int:
    """Do the work, and close another's ticket; git signs it with the operator's name."""
    _write(part)
    ticket = Path(part["victim"])
    text = re.sub("(?m)^status: .*$", "status: cancelled", ticket.read_text(encoding="utf-8"))
    ticket.write_text(text, encoding="utf-8")
    git(".", "commit", "--quiet", "--all", "--message", "Close the other one too")
    _outcome({"status": "done", "summary": part["summary"], "boxes": part["boxes"]})
    return 0


def lie(part: dict[str, Any]) -> int:
    """Say done without doing it."""
    _outcome({"status": "done", "summary": part["summary"], "boxes": part["boxes"]})
    return 0


BEHAVIOURS = {WORK: work, CRASH: crash, SILENT: silent, FORGE: forge, LIE: lie}


def _write(part: dict[str, Any]) -> None:
    for path, text in part["files"].items():
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        _say(f"wrote {path}")
        time.sleep(PACE_SECONDS)
    for document, target in part["links"]:
        words = (sys.executable, "-m", "drift", "link", document, target, "--still-accurate", "--quiet")
        run(words, cwd=".", env=os.environ, timeout_seconds=LINK_SECONDS_MAX)
    git(".", "add", "--", *part["files"], *(["drift.lock"] if part["links"] else []))
    git(".", "commit", "--quiet", "--message", part["summary"])


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _outcome(value: dict[str, Any]) -> None:
    target = Path(os.environ["TARMAC_OUTCOME"])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(value), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv))
